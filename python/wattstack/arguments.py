"""What a caller hands over, read into clean arrays: kinds, blanks and errors, once for all functions."""

from __future__ import annotations

import datetime
import numbers
from dataclasses import dataclass, replace
from enum import Enum
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from .errors import Code, FunctionError

FloatArray = NDArray[np.float64]
Codes = NDArray[np.int8]


class Kind(Enum):
    """What an argument takes; the value is how many of its last axes are its own, the others being scenarios."""

    SCALAR = "number", 0
    SERIES = "range of numbers", 1
    MATRIX = "block of numbers", 2
    FLAG = "truth value", 0
    WORD = "word", 0
    TEXT = "text", 0
    REST = "any values", 0

    def __init__(self, label: str, depth: int) -> None:
        self.label = label
        self.depth = depth

    @property
    def is_number(self) -> bool:
        """Whether it takes numbers, in one cell or many."""
        return self in (Kind.SCALAR, Kind.SERIES, Kind.MATRIX)


# What annotations say: to a type checker the type that a body sees, to the declaration the kind.
Scalar = Annotated[FloatArray | float, Kind.SCALAR]
Series = Annotated[FloatArray, Kind.SERIES]
Matrix = Annotated[FloatArray, Kind.MATRIX]
Flag = Annotated[NDArray[np.bool_] | bool, Kind.FLAG]
Word = Annotated[str, Kind.WORD]
Text = Annotated[str, Kind.TEXT]
Rest = Annotated[Any, Kind.REST]
Array = FloatArray | float
Truth = NDArray[np.bool_] | np.bool_ | bool

OMITTED: Any = None


def every(value: float) -> FloatArray:
    """The default of a range argument: one value that stands for all items."""
    return np.full(1, value)


@dataclass(frozen=True)
class Column:
    """Values of a quantity over scenarios, and the error code of each; no codes where all are clean."""

    values: NDArray[Any]
    codes: Codes | None = None

    def __post_init__(self) -> None:
        if self.codes is not None and not self.codes.any():
            object.__setattr__(self, "codes", None)


@dataclass(frozen=True)
class Read:
    """An argument as read: values, the errors that came in, and the codes of what is of the wrong kind."""

    values: NDArray[Any]
    incoming: Codes | None = None
    wrong: Codes | None = None
    raw: Any = None

    def error_at(self, index: int) -> FunctionError | None:
        """The error that came in at a flat index, as the caller gave it."""
        if isinstance(self.raw, np.ndarray) and self.raw.dtype == object:
            return self.raw.flat[index]  # type: ignore[no-any-return]
        return None


def read(kind: Kind, value: Any, choices: tuple[str, ...] = ()) -> Read:
    """Read one argument; never raises.

    Parameters
    ----------
    kind : Kind
        What is wanted.
    value : object
        A Python or numpy scalar, a nested list, an array, a pandas object, a `Column`, or None for a blank.
    choices : tuple of str
        For a word: those allowed, spelt as the function spells them.
    """
    if isinstance(value, Column):
        if kind.is_number:
            return Read(value.values, incoming=value.codes)
        return replace(_read_cells(kind, value.values.astype(object), choices), incoming=value.codes)
    if kind is Kind.REST:
        return Read(np.empty((), object), raw=value)
    cells = _cells(value)
    if kind.is_number and cells.dtype.kind in "fiu":
        values = cells.astype(np.float64, copy=False)
        missing = np.isnan(values)
        wrong = np.where(missing, Code.NA, Code.OK).astype(np.int8) if missing.any() else None
        return Read(values, wrong=wrong, raw=value)
    return _read_cells(kind, cells, choices)


def _cells(value: Any) -> NDArray[Any]:
    """An array of numbers where that loses nothing, otherwise of Python objects."""
    if hasattr(value, "to_numpy"):
        value = value.to_numpy()
    if isinstance(value, np.ndarray):
        return value if value.dtype.kind in "fiu" else _number_cells(value.astype(object))
    if type(value) in (float, int):
        return _number_cells(np.array(value, dtype=object))
    cells = _nested(value) if isinstance(value, (list, tuple)) else np.empty((), object)
    if cells.shape == () and not isinstance(value, (list, tuple)):
        cells[()] = value
    return _number_cells(cells)


def _nested(value: Any) -> NDArray[Any]:
    try:
        return np.array(value, dtype=object)
    except ValueError:  # rows of arrays that do not stack: one cell that is no number
        cells = np.empty((), object)
        cells[()] = value
        return cells


def _number_cells(cells: NDArray[Any]) -> NDArray[Any]:
    if set(map(type, cells.flat)) <= {float, int, np.float64}:
        try:
            return cells.astype(np.float64)
        except OverflowError:  # a whole number beyond the floats: read cell by cell as infinite
            return cells
    return cells


def _read_cells(kind: Kind, cells: NDArray[Any], choices: tuple[str, ...]) -> Read:
    convert = {Kind.FLAG: _flag, Kind.WORD: lambda cell: _word(cell, choices), Kind.TEXT: _text}.get(kind, _number)
    dtype: Any = {Kind.FLAG: bool, Kind.WORD: object, Kind.TEXT: object}.get(kind, np.float64)
    values = np.empty(cells.shape, dtype)
    incoming = np.zeros(cells.shape, np.int8)
    wrong = np.zeros(cells.shape, np.int8)
    for index, cell in enumerate(cells.flat):
        if isinstance(cell, FunctionError):
            incoming.flat[index] = Code.of(cell.code)
            values.flat[index] = _EMPTY[dtype]
        else:
            values.flat[index], wrong.flat[index] = convert(cell)
    return Read(
        values,
        incoming=incoming if incoming.any() else None,
        wrong=wrong if wrong.any() else None,
        raw=cells,
    )


_EMPTY: dict[Any, Any] = {bool: False, object: "", np.float64: np.nan}


def is_missing(cell: Any) -> bool:
    """Whether a cell is blank: None, NaN, or what pandas puts for one."""
    if cell is None or type(cell).__name__ in ("NAType", "NaTType"):
        return True
    return isinstance(cell, (float, np.floating)) and bool(np.isnan(cell))


def _number(cell: Any) -> tuple[float, Code]:
    if is_missing(cell):
        return np.nan, Code.NA
    if isinstance(cell, (bool, np.bool_, str, bytes, datetime.date, datetime.time)) or not isinstance(
        cell, (numbers.Real, np.floating, np.integer)
    ):
        return np.nan, Code.VALUE
    try:
        return float(cell), Code.OK
    except OverflowError:  # a whole number beyond the floats
        return np.inf, Code.OK


def _flag(cell: Any) -> tuple[bool, Code]:
    if is_missing(cell):
        return False, Code.NA
    if isinstance(cell, (bool, np.bool_)):
        return bool(cell), Code.OK
    return False, Code.VALUE


def _text(cell: Any) -> tuple[str, Code]:
    if is_missing(cell):
        return "", Code.NA
    return (cell.strip(), Code.OK) if isinstance(cell, str) else ("", Code.VALUE)


def _word(cell: Any, choices: tuple[str, ...]) -> tuple[str, Code]:
    text, code = _text(cell)
    if code:
        return text, code
    for choice in choices:
        if choice.casefold() == text.casefold():
            return choice, Code.OK
    return "", Code.VALUE
