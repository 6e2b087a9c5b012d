"""Every function of the registry, declared through xlwings' `func` and `arg` as xlwings Lite reads them."""

from __future__ import annotations

from collections.abc import Callable
from inspect import Parameter, Signature
from typing import Any

from ...arguments import Kind
from ...declaration import Argument
from ...documentation import wizard_help
from ...errors import Code, FunctionError
from ...registry import registry
from ...spec import Function
from ..sheet import MISSING, answer

ERRORS = {code.text for code in Code if code}
Declare = Callable[..., Any]


def declared(func: Declare, arg: Declare, module: str) -> dict[str, Any]:
    """The functions by name, for `module` to hold.

    Parameters
    ----------
    func, arg : callable
        xlwings' decorators.
    module : str
        The name of the module that Lite reads: functions that come from elsewhere could pass it by.
    """
    return {function.excel_name: func(_with_help(function, arg, module)) for function in registry()}


def _with_help(function: Function[Any], arg: Declare, module: str) -> Any:
    def written(*given: Any) -> Any:
        return _shown(function, list(given))

    written.__name__ = written.__qualname__ = function.excel_name
    written.__doc__ = function.summary
    written.__module__ = module
    written.__signature__ = Signature(list(map(_parameter, function.arguments)))  # type: ignore[attr-defined]
    declared: Any = written
    for argument in function.arguments:
        # without err_to_str an error in a cell would be read as a blank
        declared = arg(argument.name, ndim=2, err_to_str=True, doc=wizard_help(argument))(declared)
    return declared


def _parameter(argument: Argument) -> Parameter:
    if argument.kind is Kind.REST:
        return Parameter(argument.name, Parameter.VAR_POSITIONAL)
    default = MISSING if argument.optional else Parameter.empty
    return Parameter(argument.name, Parameter.POSITIONAL_OR_KEYWORD, default=default)


def _shown(function: Function[Any], given: list[Any]) -> Any:
    """The block of cells; xlwings Lite makes a real error of the text of an error."""
    cells = answer(function, [_incoming(value) for value in given])
    return [[cell.code if isinstance(cell, FunctionError) else cell for cell in row] for row in cells]


def _incoming(value: Any) -> Any:
    if isinstance(value, list):
        return [_incoming(item) for item in value]
    return FunctionError(value) if isinstance(value, str) and value in ERRORS else value
