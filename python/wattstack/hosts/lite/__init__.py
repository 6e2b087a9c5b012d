"""xlwings Lite: the functions within Excel's own Python, without a server or an installation."""
