"""How large a request may be, and a call become: ranges spread over each other, and the server must not run out of
memory."""

from __future__ import annotations

import math
from typing import Any

from ...errors import FunctionError
from ...spec import Function

MOST_BYTES = 32 * 2**20  # of a request
MOST_CALLS = 10_000  # of a request
MOST_CELLS = 250_000  # of a request, and of an answer
MOST_VALUES = 25_000_000  # that a call works on at once


def check(function: Function[Any], given: list[Any]) -> None:
    """Refuse a call that a few cells would blow up.

    Parameters
    ----------
    function : Function
        The function called.
    given : list
        Its arguments as `wattstack.hosts.sheet.answer` takes them.

    Raises
    ------
    FunctionError
        #VALUE! if the answer would have more than `MOST_CELLS` cells, or come from more than `MOST_VALUES` values.
    """
    blocks = [(a.kind.depth, v) for a, v in zip(function.arguments, given, strict=False) if isinstance(v, list)]
    numbers = [block for depth, block in blocks if depth == 0]
    rows, columns = max(map(len, numbers), default=1), max((len(block[0]) for block in numbers), default=1)
    ranges = sorted((_length(block, rows, columns) for depth, block in blocks if depth), reverse=True)
    cells = rows * columns * math.prod(ranges[: function.depth])
    values = rows * columns * math.prod(ranges[: max(function.depth, 1)])
    if cells > MOST_CELLS:
        raise FunctionError("#VALUE!", f"cells of the answer ({cells:,}) must be {MOST_CELLS:,} or fewer")
    if values > MOST_VALUES:
        raise FunctionError("#VALUE!", f"ranges spread to {values:,} values; these must be {MOST_VALUES:,} or fewer")


def _length(block: list[list[Any]], rows: int, columns: int) -> int:
    """The values of one series: a row or column of the block where such a one is given for a number."""
    if len(block[0]) == columns > 1:
        return len(block)
    return len(block[0]) if len(block) == rows > 1 else len(block) * len(block[0])
