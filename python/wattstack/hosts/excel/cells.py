"""What crosses the bridge between Excel and Python: values as COM hands them over, and cells with marked errors."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...errors import FunctionError
from ..sheet import Cells

MARK = "\b"  # begins the text that stands for an error on its way to `bridge.bas`; no text of a function begins so
NUMBERS = {"#NULL!": 2000, "#DIV/0!": 2007, "#VALUE!": 2015, "#REF!": 2023, "#NAME?": 2029, "#NUM!": 2036, "#N/A": 2042}
SCODES = {(number | 0x800A0000) - (1 << 32): code for code, number in NUMBERS.items()}  # the errors, as COM says them


def received(value: Any) -> Any:
    """An argument as the adapter of the hosts takes it: rows of cells, or a single value.

    A number of a cell is a float, so that a whole number can only be the code of an error.
    """
    if not isinstance(value, tuple):
        return _cell(value)
    rows = value if value and isinstance(value[0], tuple) else (value,)  # a constant such as {1,2} comes as one row
    return [list(map(_cell, row)) for row in rows]


def _cell(value: Any) -> Any:
    return FunctionError(SCODES[value]) if type(value) is int and value in SCODES else value


def returned(cells: Cells) -> list[list[Any]]:
    """The cells as COM can carry them: floats, texts, truth values, and errors as marked texts."""
    return [[_plain(value) for value in row] for row in cells]


def _plain(value: Any) -> Any:
    if type(value) is float:
        return value
    if isinstance(value, FunctionError):
        return f"{MARK}{NUMBERS[value.code]}"
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    return value if isinstance(value, str) else float(value)
