"""Every function of the registry, declared through xlwings' `func` and `arg` as xlwings Lite reads them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...documentation import wizard_help
from ...errors import Code, FunctionError
from ...registry import registry
from ...spec import Function
from ..declared import as_declared
from ..sheet import answer

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

    written.__module__ = module
    declared = as_declared(function, written)
    for argument in function.arguments:
        # without err_to_str an error in a cell would be read as a blank
        declared = arg(argument.name, ndim=2, err_to_str=True, doc=wizard_help(argument))(declared)
    return declared


def _shown(function: Function[Any], given: list[Any]) -> Any:
    """The block of cells; xlwings Lite makes a real error of the text of an error."""
    cells = answer(function, [_incoming(value) for value in given])
    return [[cell.code if isinstance(cell, FunctionError) else cell for cell in row] for row in cells]


def _incoming(value: Any) -> Any:
    if isinstance(value, list):
        return [_incoming(item) for item in value]
    return FunctionError(value) if isinstance(value, str) and value in ERRORS else value
