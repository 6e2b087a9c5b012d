"""Excel on the web and Mac: the functions behind a local HTTPS server, and the Office.js add-in that asks it."""
