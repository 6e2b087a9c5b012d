"""LibreOffice Calc: the functions as an add-in of its own, answered by the user's Python.

`package` makes the add-in, `install` puts it into a profile, by `headless` where LibreOffice's own program will not.
Inside LibreOffice, whose Python may be old and without numpy, run `component`, `reader` and `bridge`; they hand the
cells to `worker`, which runs in the user's Python.
"""
