"""Every function of the registry as an xlwings UDF, declared from the registry and none by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import xlwings

from ... import __version__
from ...documentation import wizard_help
from ...errors import FunctionError
from ...registry import registry
from ...spec import Function
from ..declared import as_declared
from ..sheet import Cells, answer
from .cells import received, returned
from .shims import parameter


def udf(function: Function[Any]) -> Callable[..., Any]:
    """The function as xlwings registers it: what Excel hands over goes in as it is, marked cells come out."""

    def called(*given: Any) -> list[list[Any]]:
        return returned(_answered(function, [received(value) for value in given]))

    declared = xlwings.ret("raw")(as_declared(function, called, parameter))
    for argument in function.arguments:
        declared = xlwings.arg(parameter(argument), "raw", doc=wizard_help(argument))(declared)
    return xlwings.func(category="wattstack")(declared)


def _answered(function: Function[Any], given: list[Any]) -> Cells:
    try:
        return answer(function, given)
    except Exception as error:  # a defect of ours must not look as if Python were missing
        return [[FunctionError("#VALUE!", f"{function.excel_name} failed: {error!r}")]]


@xlwings.func
def wattstack_version():  # type: ignore[no-untyped-def]
    """The package's version, which the macros compare with the one that they were built for."""
    return __version__


UDFS = {function.excel_name: udf(function) for function in registry()}
globals().update(UDFS)
