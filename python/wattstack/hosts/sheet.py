"""What all spreadsheets share: cells in, a block of cells out, errors as values."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..arguments import Kind
from ..calling import Result, evaluate
from ..errors import Code, FunctionError
from ..spec import Function, Grid, Table

Cells = list[list[Any]]


class Missing:
    """An argument that the formula leaves out; a blank cell is None."""


MISSING = Missing()


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
    cells as it has columns (or rows) is given for a number: then each column (or row) is a series of its own.
    """
    try:
        if len(given) > len(function.arguments) and function.arguments[-1].kind is not Kind.REST:
            raise FunctionError("#VALUE!", f"{function.excel_name} takes at most {len(function.arguments)} arguments")
        result = evaluate(function, _bound(function, given))
    except FunctionError as error:
        return [[error]]
    return _block(function, result)


def _bound(function: Function[Any], given: list[Any]) -> list[Any]:
    if function.arguments[-1].kind is Kind.REST:
        return function.bind(tuple(_value(value) for value in given), {})
    blocks = {
        argument.name: _cells(value)
        for argument, value in zip(function.arguments, given, strict=False)
        if value is not MISSING
    }
    shapes = [b.shape for name, b in blocks.items() if function.argument(name).kind.depth == 0 and b.size > 1]
    options = {
        name: _series(block, shapes) if function.argument(name).kind is Kind.SERIES else _scalar(block)
        for name, block in blocks.items()
    }
    return function.bind((), options)


def _cells(value: Any) -> NDArray[Any]:
    rows = value if isinstance(value, list) and value and isinstance(value[0], list) else [[value]]
    block = np.empty((len(rows), len(rows[0])), object)
    for place in np.ndindex(block.shape):
        block[place] = rows[place[0]][place[1]]
    return block


def _value(value: Any) -> Any:
    return _scalar(_cells(value)) if value is not MISSING else None


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
            return [[_error(int(result.codes.flat[np.flatnonzero(result.codes)[0]]))]]
        labels = list(result.columns)
        columns = [result.columns[label].reshape(-1).tolist() for label in labels]
        return [labels, *map(list, zip(*columns, strict=True))]
    values = result.value
    if isinstance(function.spills, Grid):
        codes = np.zeros((), np.int8) if result.codes is None else result.codes[..., None, None]
        values = values.reshape(values.shape[-2:])
        return _shown(values, np.broadcast_to(codes.reshape(1, 1), values.shape))
    codes = np.zeros((), np.int8) if result.codes is None else result.codes
    values = np.atleast_2d(values)
    return _shown(values, np.broadcast_to(codes, values.shape))


def _shown(values: NDArray[Any], codes: NDArray[Any]) -> Cells:
    return [
        [_error(int(code)) if code else value for value, code in zip(row, marks, strict=True)]
        for row, marks in zip(values.tolist(), codes.tolist(), strict=True)
    ]


def _error(code: int) -> FunctionError:
    return FunctionError(Code(code).text)
