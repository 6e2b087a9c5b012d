"""The native formula of every function gives the function's number, or its error code, in two spreadsheet engines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.support.office import Office
from tests.support.twins import Call, cases_model, cases_workbook, is_plain
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
    return [call for call in calls if _is_plain_call(function, call.args)]


def _given(function: Function[Any], case: Any) -> list[Any]:
    named = function.parameters.bind_partial(*case.args, **case.options).arguments
    given = [named.get(argument.name) for argument in function.arguments]
    while given and given[-1] is None:
        given.pop()
    return given


def _is_plain_call(function: Function[Any], args: tuple[Any, ...]) -> bool:
    """Whether each value is of its argument's kind: what is not is caught in the live cell of an input."""
    kinds = {Kind.FLAG: bool, Kind.WORD: str, Kind.TEXT: str}
    complete = [*args, *[None] * (len(function.arguments) - len(args))]
    for argument, value in zip(function.arguments, complete, strict=True):
        if value is None:
            if not argument.optional:
                return False
            continue
        items = list(_cells(value))
        wanted = kinds.get(argument.kind, (int, float))
        if not is_plain(value) or not all(isinstance(item, wanted) for item in items):
            return False
        if argument.kind not in kinds and any(isinstance(item, bool) for item in items):
            return False
    return True


def _cells(value: Any) -> Iterator[Any]:
    """The cells of a number, a range or a block."""
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from _cells(item)
    else:
        yield value


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
    if _beyond_native(call):
        return "#N/A"
    if isinstance(line, str):
        return value[line].tolist()[place]
    return (
        value if call.function.spills is None or isinstance(value, float) else np.atleast_2d(value)[line, place].item()
    )


def _beyond_native(call: Call) -> bool:
    """Whether an argument is declared to be more than native sheets serve."""
    for argument, value in zip(call.function.arguments, call.args, strict=False):
        if isinstance(value, (int, float)) and value > argument.served:
            return True
        if isinstance(value, str) and argument.served_word and value.strip().casefold() != argument.served_word:
            return True
    return False


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
