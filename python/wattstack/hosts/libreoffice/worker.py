"""The user's side of the LibreOffice add-in: a process that answers calls, a line of JSON each, until its input ends.

`python -m wattstack.hosts.libreoffice.worker` greets with the version of the package; then each line
``[name, [argument, …]]`` is answered by the block of cells, as `wattstack.hosts.wire` writes them.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

from ... import __version__
from ...arguments import Kind
from ...declaration import Argument
from ...errors import FunctionError
from ...registry import registry
from ...spec import Function
from ..sheet import Cells, answer
from ..wire import decoded, encoded


def answered(line: str | bytes) -> str:
    """The answer to a line."""
    name, given = json.loads(line)
    try:
        return _json(_answer(registry()[name], decoded(given)))
    except Exception as error:  # a defect of one function must not take the others' worker with it
        return _json([[FunctionError("#VALUE!", f"{name} failed: {error!r}")]])


def _json(cells: Cells) -> str:
    return json.dumps(encoded(cells), allow_nan=False)


def _answer(function: Function[Any], given: list[Any]) -> Cells:
    values = [_as_meant(argument, value) for argument, value in zip(declared(function, given), given, strict=False)]
    return answer(function, values + given[len(values) :])


def declared(function: Function[Any], given: list[Any]) -> list[Argument]:
    """What the arguments are for; those of another function's call, behind its name, for what that one takes."""
    arguments = list(function.arguments)
    if arguments[-1].kind is Kind.REST and isinstance(given[0], str) and given[0].strip().upper() in registry():
        return [arguments[0], *registry()[given[0]].arguments]
    return arguments


def _as_meant(argument: Argument, value: Any) -> Any:
    """Calc hands over 1 and 0 for truth values, and empty texts for the blanks of a range."""
    if isinstance(value, list):
        value = [[None if cell == "" else cell for cell in row] for row in value]
    if argument.kind is not Kind.FLAG:
        return value
    return [[_truth(cell) for cell in row] for row in value] if isinstance(value, list) else _truth(value)


def _truth(cell: Any) -> Any:
    return bool(cell) if cell in (0.0, 1.0) else cell


def main() -> None:
    """Answer until the input ends: then LibreOffice is gone."""
    told = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, sys.stdout.fileno())  # what a library prints is no answer
    told.write(f"wattstack {__version__}\n".encode("ascii"))
    told.flush()
    os.dup2(silence, sys.stderr.fileno())  # nobody reads it: full, it would stop us
    for line in sys.stdin.buffer:
        told.write(answered(line).encode("ascii") + b"\n")
        told.flush()


if __name__ == "__main__":
    main()
