"""A stand-in for xlwings as xlwings Lite has it: `func` and `arg`, and how it calls what they declare.

After the public documentation of xlwings Lite and xlwings' source; it shows that our side keeps to that, no more.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

OPTIONS = {"ndim", "err_to_str", "doc"}


def func(function: Any) -> Any:
    """Declare a function to Excel under its name."""
    function.declared = inspect.signature(function).parameters
    return function


def arg(name: str, **options: Any) -> Callable[[Any], Any]:
    """Say how an argument is read."""
    assert options.keys() <= OPTIONS, options

    def declare(function: Any) -> Any:
        assert name in inspect.signature(function).parameters, name
        function.options = {**getattr(function, "options", {}), name: options}
        return function

    return declare


def called(function: Any, given: list[Any]) -> list[list[Any]]:
    """What Excel shows: arguments as Office.js brings them, None for one left out; texts of errors become errors."""
    parameters = list(function.declared.values())
    values = []
    for place, block in enumerate(given):
        parameter = parameters[min(place, len(parameters) - 1)]
        lone = block is None or (len(block) == len(block[0]) == 1 and block[0][0] is None)
        if lone and parameter.kind is not parameter.VAR_POSITIONAL:  # Lite does not tell a blank from nothing
            values.append(None if parameter.default is parameter.empty else parameter.default)
        else:
            values.append(_read(block or [[None]], **function.options[parameter.name]))
    return list(function(*values))


def _read(block: list[list[Any]], *, ndim: int, err_to_str: bool, doc: str) -> list[list[Any]]:
    assert ndim == 2
    assert len(doc) <= 255
    return [[_cell(cell, err_to_str) for cell in row] for row in block]


def _cell(cell: Any, err_to_str: bool) -> Any:
    if isinstance(cell, dict):
        return cell["error"] if err_to_str else None
    return None if cell == "" else cell
