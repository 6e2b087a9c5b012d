"""The native formula of every function gives the function's number, or its error code, in two spreadsheet engines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.support.office import Office
from tests.support.twins import Call, beyond_native, cases_model, cases_workbook, is_plain_call
from wattstack.arguments import Kind
from wattstack.errors import FunctionError
from wattstack.model.lines import Model
from wattstack.registry import registry
from wattstack.spec import Function
from wattstack.workbook.layout import Layout
from wattstack.workbook.values import recalculated

EDGES = (-1.0, 0.0, 0.5, 1.0, 2.5, 41.0)


def worked(function: Function[Any]) -> list[Call]:
    """The declared cases that are lists of numbers, truth values and words."""
    calls = [Call(function, tuple(_given(function, case))) for case in function.cases]
    return [call for call in calls if is_plain_call(call)]


def _given(function: Function[Any], case: Any) -> list[Any]:
    named = function.parameters.bind_partial(*case.args, **case.options).arguments
    given = [named.get(argument.name) for argument in function.arguments]
    while given and given[-1] is None:
        given.pop()
    return given


def edged(function: Function[Any]) -> list[Call]:
    """The first worked case with each number, of a range the first, moved to the edges of domains and beyond."""
    calls = worked(function)
    if not calls:
        return []
    args = calls[0].args
    found = []
    for place, argument in enumerate(function.arguments[: len(args)]):
        given = args[place]
        for edge in EDGES:
            if argument.kind is Kind.SCALAR:
                found.append(Call(function, (*args[:place], edge, *args[place + 1 :])))
            elif argument.kind is Kind.SERIES and isinstance(given, list):
                found.append(Call(function, (*args[:place], [edge, *given[1:]], *args[place + 1 :])))
    return found


def _flat(call: Call, line: int | str, place: int) -> Any:
    """What the function gives for one cell of its result: a number, a text, or the code."""
    try:
        value = call.function(*call.args)
    except FunctionError as error:
        return error.code
    if beyond_native(call):
        return "#N/A"
    if isinstance(line, str):
        return value[line].tolist()[place]
    return (
        value if call.function.spills is None or isinstance(value, float) else np.atleast_2d(value)[line, place].item()
    )


def agree(cell: Any, value: Any) -> bool:
    """1e-9 relative or 1e-12 absolute: engines round sums and their normal distribution in their own ways."""
    if isinstance(value, str) or isinstance(cell, str):
        return bool(cell == value)
    return cell is not None and abs(cell - value) <= max(1e-9 * abs(value), 1e-12)


@pytest.fixture(scope="module")
def book() -> tuple[Model, dict[str, tuple[Call, int | str, int]], bytes, Layout]:
    """All cases of all functions that have a native formula, in one workbook."""
    calls = [
        call for function in registry() if not function.native_limit for call in [*worked(function), *edged(function)]
    ]
    model, lines = cases_model(calls)
    return model, lines, *cases_workbook(model)


def _wrong(book: Any, values: dict[tuple[str, str], Any]) -> list[str]:
    _, lines, _, layout = book
    found = []
    for key, (call, line, place) in lines.items():
        at = layout.place(key)
        cell, value = values.get((at.sheet, at.cell)), _flat(call, line, place)
        if not agree(cell, value):
            found.append(f"{call} [{line}, {place}]: {cell!r} in the sheet, {value!r} from the function")
    return found


def test_native_formulas_give_the_functions_numbers_and_codes_in_the_embedded_engine(book: Any) -> None:
    assert _wrong(book, recalculated(book[2])) == []


def test_native_formulas_give_the_functions_numbers_and_codes_in_libreoffice(
    book: Any, office: Office, tmp_path: Path
) -> None:
    file = tmp_path / "cases.xlsx"
    file.write_bytes(book[2])
    (values,) = office.recalculated([file])
    assert _wrong(book, values) == []


def test_every_function_has_a_case_that_its_native_formula_is_checked_with() -> None:
    assert [f.name for f in registry() if not f.native_limit and not worked(f)] == []
