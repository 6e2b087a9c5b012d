"""Excel on Windows: every function of the registry as an xlwings UDF, with its help.

Import this module from the workbook's UDF settings; it declares one UDF a function and nothing by hand.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import xlwings

from ...arguments import Kind
from ...errors import FunctionError
from ...registry import registry
from ...spec import Function
from ..sheet import MISSING, answer

MISSING_ARGUMENT = -2147352572  # how COM marks an argument that the formula leaves out


def udf(function: Function[Any]) -> Callable[..., Any]:
    """The function as xlwings registers it: arguments as blocks of cells, the help as its docstring."""
    names = [_parameter(argument.name) for argument in function.arguments]
    rest = function.arguments[-1].kind is Kind.REST
    if rest:
        names[-1] = f"*{names[-1]}"
    parameters = [
        name if rest or not argument.optional else f"{name}={MISSING_ARGUMENT}"
        for name, argument in zip(names, function.arguments, strict=True)
    ]
    # xlwings reads the names and defaults of a plain Python function: it must be written out
    space: dict[str, Any] = {"_answer": lambda *given: _answered(function, given)}
    exec(f"def {function.excel_name}({', '.join(parameters)}):\n    return _answer({', '.join(names)})", space)
    written = space[function.excel_name]
    written.__doc__ = function.summary
    written.__module__ = __name__
    declared = xlwings.func(category="wattstack")(written)
    for argument, name in zip(function.arguments, names, strict=True):
        declared = xlwings.arg(name.lstrip("*"), ndim=2, doc=argument.help)(declared)
    return declared  # type: ignore[no-any-return]


def _parameter(name: str) -> str:
    """The argument's name where VBA, which reserves some words, can take it."""
    return f"{name}_" if name in ("case",) else name


def _answered(function: Function[Any], given: tuple[Any, ...]) -> Any:
    """The block of cells; an error is its code, for the add-in's shim to turn into a real one."""
    values = [MISSING if _is_missing(value) else value for value in given]
    cells = answer(function, values)
    shown = [[str(cell.code) if isinstance(cell, FunctionError) else cell for cell in row] for row in cells]
    return shown[0][0] if len(shown) == len(shown[0]) == 1 else shown


def _is_missing(value: Any) -> bool:
    return value in (MISSING_ARGUMENT, [[MISSING_ARGUMENT]])


UDFS = {function.excel_name: udf(function) for function in registry()}
globals().update(UDFS)
