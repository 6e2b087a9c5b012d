"""What the server answers: a request of many calls, each with its own block of cells."""

from __future__ import annotations

import json
import logging
from typing import Any

from ... import __version__
from ...arguments import Kind
from ...errors import FunctionError
from ...registry import registry
from ...spec import Function
from ..sheet import MISSING, Cells, answer
from ..wire import decoded, encoded
from .sizes import MOST_CALLS, MOST_CELLS, check

LOG = logging.getLogger(__name__)


class RefusedError(Exception):
    """A request that gets no answers: the status of HTTP, and a sentence that says why."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def answered(body: bytes) -> bytes:
    """The answers to a request, both as JSON.

    Parameters
    ----------
    body : bytes
        ``{"version": "…", "calls": [{"name": "POWER_GAP", "given": [[[47]], [[15]]]}, …]}``, cells as in `wire`;
        the version of the page that asks may be left out.

    Returns
    -------
    bytes
        ``{"answers": [[[32]], …]}``, one block a call, in their order. A call that fails has the error as its block
        and the others go on.

    Raises
    ------
    RefusedError
        If there is nothing to answer: 400 no such JSON, 409 a page of another version, 413 more than `MOST_CALLS`
        calls or `MOST_CELLS` cells.
    """
    calls = _calls(body)
    return json.dumps({"answers": [encoded(_answer(call)) for call in calls]}, allow_nan=False).encode()


def _calls(body: bytes) -> list[Any]:
    try:
        # a cell holds a double, whatever its digits
        request = json.loads(body, parse_int=float, parse_constant=_no_number)
        cells = _cells(request)
    except (ValueError, RecursionError):
        raise RefusedError(400, "body must be JSON") from None
    if not isinstance(request, dict) or not isinstance(request.get("calls"), list):
        raise RefusedError(400, "body must be an object with a list of calls")
    if request.get("version", __version__) != __version__:
        raise RefusedError(409, f"the server is of wattstack {__version__}: reload the add-in's page")
    calls: list[Any] = request["calls"]
    if len(calls) > MOST_CALLS:
        raise RefusedError(413, f"calls ({len(calls):,}) must be {MOST_CALLS:,} or fewer in a request")
    if cells > MOST_CELLS:
        raise RefusedError(413, f"cells ({cells:,}) must be {MOST_CELLS:,} or fewer in a request")
    return calls


def _no_number(text: str) -> None:
    raise ValueError(text)


def _cells(value: Any) -> int:
    """How many values there are, at any depth."""
    if isinstance(value, dict):
        return sum(map(_cells, value.values()))
    return sum(map(_cells, value)) if isinstance(value, list) else 1


def _answer(call: Any) -> Cells:
    try:
        function, given = _read(call)
        check(function, given)
        return _reasoned(function, given, answer(function, given))
    except FunctionError as error:
        return [[error]]
    except Exception:  # a fault of ours in one call must not take the other cells with it
        LOG.exception("a call failed")
        return [[FunctionError("#VALUE!", "the call failed; the server's log says why")]]


def _read(call: Any) -> tuple[Function[Any], list[Any]]:
    if not isinstance(call, dict) or not isinstance(call.get("name"), str) or not isinstance(call.get("given"), list):
        raise FunctionError("#VALUE!", "a call must have a name and a list of what is given")
    try:
        return registry()[call["name"]], [_argument(value) for value in call["given"]]
    except FunctionError:
        raise
    except ValueError as error:
        raise FunctionError("#VALUE!", str(error)) from None


def _argument(value: Any) -> Any:
    cells = decoded(value)
    if not isinstance(cells, list):
        return cells
    rows = [row for row in cells if isinstance(row, list)]
    flat = [cell for row in rows for cell in row]
    if not flat or len(rows) < len(cells) or len({len(row) for row in rows}) > 1:
        raise ValueError("a range must be rows of as many cells each")
    if any(isinstance(cell, list) or cell is MISSING for cell in flat):
        raise ValueError("a cell must be a number, a text, a truth value, an error or a blank")
    return cells


def _reasoned(function: Function[Any], given: list[Any], cells: Cells) -> Cells:
    """The cells; an error by itself with the sentence that Python gives, for Excel shows it."""
    if len(cells) > 1 or len(cells[0]) > 1 or not isinstance(cells[0][0], FunctionError):
        return cells
    values = [value if value is MISSING else _value(value) for value in given]
    try:
        if function.arguments[-1].kind is Kind.REST:
            function(*[None if value is MISSING else value for value in values])
        else:
            pairs = zip(function.arguments, values, strict=False)
            function(**{argument.name: value for argument, value in pairs if value is not MISSING})
    except FunctionError as error:
        return [[error]] if error.code == cells[0][0].code else cells
    except TypeError:
        pass
    return cells


def _value(block: Any) -> Any:
    """A block of cells as Python takes it: one value, a list, or rows."""
    if not isinstance(block, list):
        return block
    flat = [cell for row in block for cell in row]
    if len(flat) == 1:
        return flat[0]
    return flat if len(block) == 1 or len(block[0]) == 1 else block
