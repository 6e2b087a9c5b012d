"""What all spreadsheets share: cells in, a block of cells out, errors as values."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import plain
from ..arguments import Kind
from ..calling import Result, evaluate
from ..declaration import MISSING
from ..errors import Code, FunctionError
from ..spec import Argument, Function, Table

__all__ = ["MISSING", "Cells", "answer"]

Cells = list[list[Any]]


def answer(function: Function[Any], given: list[Any]) -> Cells:
    """What a formula shows: a block of numbers, texts, truth values and `FunctionError` values.

    Parameters
    ----------
    function : Function
        The function called.
    given : list
        Its arguments in order: a block of cells (rows of values, None for a blank) or a single value; `MISSING`,
        or a shorter list, for those left out.

    Notes
    -----
    A block for a number spills its shape. A block for a range is one series, unless a row (or a column) of as many
    cells as it has columns (or rows) is given for a number: then each column (or row) is a series of its own. Spills
    of several scenarios stand one below the other.
    """
    try:
        if len(given) > len(function.arguments) and not function.takes_rest:
            raise FunctionError("#VALUE!", f"{function.excel_name} takes at most {len(function.arguments)} arguments")
        return _plainly(function, given) or _block(function, evaluate(function, _bound(function, given)))
    except FunctionError as error:
        return [[error]]


def _plainly(function: Function[Any], given: list[Any]) -> Cells | None:
    """The cells of a plain call with one series a range; None if there is more to it."""
    if function.takes_rest:
        return None
    pairs = zip(function.arguments, given, strict=False)
    complete = function.complete([_loose(argument, value) for argument, value in pairs])
    if function.spills:
        result = plain.result(function, complete)
        return None if result is None else _block(function, result)
    value = plain.value(function, complete)
    return None if value is None else [[value]]


def _loose(argument: Argument, value: Any) -> Any:
    """A cell by itself, the cells of a range in one row."""
    if value is MISSING or argument.kind is Kind.MATRIX:
        return value
    row = [cell for row in _rows(value) for cell in row]
    return row if argument.kind is Kind.SERIES or len(row) != 1 else row[0]


def _bound(function: Function[Any], given: list[Any]) -> list[Any]:
    if function.takes_rest:
        return function.bind(tuple(None if value is MISSING else _scalar(_cells(value)) for value in given), {})
    blocks = [value if value is MISSING else _cells(value) for value in given]
    pairs = list(zip(function.arguments, blocks, strict=False))
    spread = [block.shape for argument, block in pairs if argument.kind.depth == 0 and block is not MISSING]
    shapes = [shape for shape in spread if shape != (1, 1)]
    return function.complete([_shaped(argument, block, shapes) for argument, block in pairs])


def _shaped(argument: Argument, block: Any, shapes: list[tuple[int, ...]]) -> Any:
    if block is MISSING:
        return MISSING
    return _series(block, shapes) if argument.kind is Kind.SERIES else _scalar(block)


def _rows(value: Any) -> list[list[Any]]:
    return value if isinstance(value, list) and value and isinstance(value[0], list) else [[value]]


def _cells(value: Any) -> NDArray[Any]:
    rows = _rows(value)
    cells = (cell for row in rows for cell in row)
    return np.fromiter(cells, object, len(rows) * len(rows[0])).reshape(len(rows), len(rows[0]))


def _scalar(block: NDArray[Any]) -> Any:
    return block[0, 0] if block.size == 1 else block


def _series(block: NDArray[Any], shapes: list[tuple[int, ...]]) -> NDArray[Any]:
    rows, columns = block.shape
    if rows > 1 and columns > 1:
        if (1, columns) in shapes:
            return block.T[None, :, :]
        if (rows, 1) in shapes:
            return block[:, None, :]
    return block.reshape(-1)


def _block(function: Function[Any], result: Result) -> Cells:
    if isinstance(function.spills, Table):
        if result.codes is not None and result.codes.any():
            return [[_error(result.codes.flat[np.flatnonzero(result.codes)[0]])]]
        labels = list(result.columns)
        columns = [result.columns[label].reshape(-1).tolist() for label in labels]
        return [labels, *map(list, zip(*columns, strict=True))]
    values = _below(result.value, function.depth)
    if result.codes is None:
        return values
    codes = np.broadcast_to(result.codes.reshape(result.codes.shape + (1,) * function.depth), result.value.shape)
    return [
        [_error(code) if code else value for value, code in zip(row, marks, strict=True)]
        for row, marks in zip(values, _below(codes, function.depth), strict=True)
    ]


def _below(values: NDArray[Any], depth: int) -> list[list[Any]]:
    """The rows; those of several scenarios one below the other."""
    rows: list[list[Any]] = (values.reshape(-1, values.shape[-1]) if depth else np.atleast_2d(values)).tolist()
    return rows


def _error(code: int) -> FunctionError:
    return FunctionError(Code(code).text)
