"""What xlwings reads of a function that it is to register, on Windows and in Lite alike: name, summary, arguments."""

from __future__ import annotations

from collections.abc import Callable
from inspect import Parameter, Signature
from typing import Any

from ..arguments import Kind
from ..declaration import Argument
from ..spec import Function
from .sheet import MISSING


def as_declared(
    function: Function[Any],
    called: Callable[..., Any],
    name: Callable[[Argument], str] = lambda argument: argument.name,
) -> Callable[..., Any]:
    """`called`, which takes what a formula gives in its order, with the name, summary and signature of the function.

    Parameters
    ----------
    function : Function
        The function declared.
    called : callable
        What answers it; it is changed.
    name : callable, optional
        What an argument is called.
    """
    called.__name__ = called.__qualname__ = function.excel_name
    called.__doc__ = function.summary
    called.__annotations__ = {}  # xlwings would take hints for converters
    parameters = [_parameter(argument, name(argument)) for argument in function.arguments]
    called.__signature__ = Signature(parameters)  # type: ignore[attr-defined]
    return called


def _parameter(argument: Argument, name: str) -> Parameter:
    if argument.kind is Kind.REST:
        return Parameter(name, Parameter.VAR_POSITIONAL)
    default = MISSING if argument.optional else Parameter.empty
    return Parameter(name, Parameter.POSITIONAL_OR_KEYWORD, default=default)
