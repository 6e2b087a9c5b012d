"""What a workbook of ours says: its live inputs, as they were when it was saved."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import openpyxl

from ..errors import InputError
from ..model.lines import Model


def changed_inputs(path: Path, model: Model) -> dict[str, float]:
    """The live inputs of a workbook that differ from the model's base, by key.

    Parameters
    ----------
    path : Path
        A workbook or template of ours, with the values that a spreadsheet stored in it.
    model : Model
        Whose inputs it shows, each in the cell of its name.

    Raises
    ------
    InputError
        If the file cannot be read, or an input is missing or no number.
    """
    book = _opened(path)
    inputs = {key: _input(path, book, key) for key in model.inputs}
    return {key: value for key, value in inputs.items() if value != model.inputs[key].base}


def _opened(path: Path) -> Any:
    try:
        return openpyxl.load_workbook(path, data_only=True)
    except Exception as error:  # a file that is no workbook fails in many ways
        raise InputError(f"{path}: cannot be read as a workbook: {error}") from None


def _input(path: Path, book: Any, key: str) -> float:
    if key not in book.defined_names:
        raise InputError(f"{path}: must have a cell named {key}, as a workbook of wattstack has")
    sheet, at = next(book.defined_names[key].destinations)
    value = book[sheet][at].value
    if type(value) not in (int, float) or not math.isfinite(value):
        shown = "blank" if value is None else value
        raise InputError(f"{path}: {sheet}!{at.replace('$', '')}: {key} ({shown}) must be a number")
    return float(value)
