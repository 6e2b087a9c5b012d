"""Every worked and error case as a spreadsheet hands it over: what all hosts are asked the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from wattstack.arguments import Kind
from wattstack.hosts.sheet import MISSING, Cells
from wattstack.registry import registry
from wattstack.spec import Function


@dataclass(frozen=True)
class Typed:
    """A formula: the function, and its arguments as `wattstack.hosts.sheet.answer` takes them.

    A range is rows of cells, a blank None, an argument left out `MISSING`, an error a `FunctionError`.
    """

    function: Function[Any]
    given: tuple[Any, ...]

    def __str__(self) -> str:
        return f"{self.function.excel_name}{self.given}"


@dataclass(frozen=True)
class Limit:
    """Why a host cannot answer a formula as the others do."""

    reason: str


# What each host's own file offers to the table of conformance: an answer for each formula, in their order.
Answers = Callable[[Sequence[Typed]], list[Cells | Limit]]


def every_case() -> list[Typed]:
    """The declared cases of all functions."""
    return [Typed(function, _given(function, case)) for function in registry() for case in function.cases]


def _given(function: Function[Any], case: Any) -> tuple[Any, ...]:
    if function.arguments[-1].kind is Kind.REST:
        return tuple(map(_cells, case.args))
    named = function.parameters.bind_partial(*case.args, **case.options).arguments
    given = [_cells(named.get(argument.name, MISSING)) for argument in function.arguments]
    optional = [argument.optional for argument in function.arguments]
    given = [MISSING if value is None and left else value for value, left in zip(given, optional, strict=True)]
    while given and given[-1] is MISSING:
        given.pop()
    return tuple(given)


def _cells(value: Any) -> Any:
    """A series as one row of cells, a block as its rows."""
    if not isinstance(value, (list, tuple)):
        return value
    return [list(row) for row in value] if value and isinstance(value[0], (list, tuple)) else [list(value)]
