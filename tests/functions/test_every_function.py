"""What every function keeps, whatever it computes; a new file is tested by these without being named here."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pandas as pd
import pytest

from wattstack.arguments import Kind
from wattstack.calling import evaluate
from wattstack.documentation import docstring
from wattstack.errors import Code, FunctionError
from wattstack.registry import registry
from wattstack.spec import HELP_LIMIT, Case, Function, Table

CASES = [(function, case) for function in registry() for case in function.cases]
WORKED = [(function, case) for function, case in CASES if not case.code]
FAILING = [(function, case) for function, case in CASES if case.code]
FUNCTIONS = list(registry())


def name(value: Any) -> str:
    return value.excel_name if isinstance(value, Function) else str(value.args)[:60] if isinstance(value, Case) else ""


def numeric_arguments() -> list[Any]:
    """Every argument that takes numbers, with a worked case of its function that gives it."""
    found = []
    for function in FUNCTIONS:
        case = next((case for case in function.cases if not case.code), None)
        if case is None:
            continue
        for place, argument in enumerate(function.arguments[: len(case.args)]):
            if argument.kind.is_number:
                found.append(
                    pytest.param(function, list(case.args), place, id=f"{function.excel_name}-{argument.name}")
                )
    return found


def put(args: list[Any], place: int, value: Any) -> list[Any]:
    """The arguments with one replaced, within a range its first cell."""
    changed = list(args)
    cell = changed[place]
    while isinstance(cell, list) and isinstance(cell[0], list):
        cell = cell[0]
    if isinstance(cell, list):
        outer = isinstance(changed[place][0], list)
        row = [value, *cell[1:]]
        changed[place] = [row, *changed[place][1:]] if outer else row
    else:
        changed[place] = value
    return changed


@pytest.mark.parametrize(("function", "case"), WORKED, ids=name)
def test_worked_case_gives_its_value(function: Function[Any], case: Case) -> None:
    value = function(*case.args, **case.options)
    if isinstance(case.value, dict):
        frame = pd.DataFrame(value)
        assert set(frame.columns) == set(case.value)
        for label, wanted in case.value.items():
            for cell, expected in zip(frame[label].tolist(), wanted, strict=True):
                assert cell == (expected if isinstance(expected, (str, bool)) else pytest.approx(expected, abs=1e-9))
    elif isinstance(case.value, str):
        assert value == case.value
    else:  # the tolerance is the case's own, relative above 1: 1e-12 unless the value is known to fewer digits
        np.testing.assert_allclose(value, case.value, rtol=case.tolerance, atol=case.tolerance)


@pytest.mark.parametrize(("function", "case"), FAILING, ids=name)
def test_error_case_raises_its_code_with_a_message(function: Function[Any], case: Case) -> None:
    with pytest.raises(FunctionError) as caught:
        function(*case.args, **case.options)
    assert caught.value.code == case.code
    assert len(str(caught.value)) > len(case.code)


@pytest.mark.parametrize("function", FUNCTIONS, ids=name)
def test_function_has_worked_and_error_cases(function: Function[Any]) -> None:
    kinds = {bool(case.code) for case in function.cases}
    assert True in kinds
    assert False in kinds or function.name == "explain"  # a page of text is no case


@pytest.mark.parametrize(("function", "args", "place"), numeric_arguments())
@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("text", "#VALUE!"), ("5", "#VALUE!"), ("", "#VALUE!"), (True, "#VALUE!"),
        (np.datetime64("2025-12-01"), "#VALUE!"),
        (pd.Timestamp("2025-12-01"), "#VALUE!"), (1j, "#VALUE!"), (float("nan"), "#N/A"), (pd.NA, "#N/A"),
        (float("inf"), "#NUM!"), (-float("inf"), "#NUM!"), (10**400, "#NUM!"),
        (FunctionError("#DIV/0!"), "#DIV/0!"), (FunctionError("#REF!"), "#REF!"),
    ],
    ids=lambda value: str(value)[:20],
)  # fmt: skip
def test_value_that_is_no_number_gets_its_code(
    function: Function[Any], args: list[Any], place: int, value: Any, code: str
) -> None:
    with pytest.raises(FunctionError) as caught:
        function(*put(args, place, value))
    assert caught.value.code == code


@pytest.mark.parametrize(("function", "args", "place"), numeric_arguments())
@pytest.mark.parametrize("value", [1e308, -1e308, 5e-324, -0.0, 1e16])
def test_extreme_number_gives_a_finite_result_or_a_code(
    function: Function[Any], args: list[Any], place: int, value: float
) -> None:
    try:
        result = function(*put(args, place, value))
    except FunctionError as error:
        assert error.code in ("#NUM!", "#DIV/0!", "#VALUE!", "#N/A")
        return
    numbers = result.select_dtypes("number").to_numpy() if hasattr(result, "select_dtypes") else result
    assert isinstance(result, str) or np.isfinite(np.asarray(numbers, float)).all()


@pytest.mark.parametrize(("function", "args", "place"), numeric_arguments())
def test_range_without_cells_is_missing_and_a_ragged_one_has_no_shape(
    function: Function[Any], args: list[Any], place: int
) -> None:
    if function.arguments[place].kind is Kind.SCALAR:
        ragged: dict[Any, str] = {"#VALUE!": [[1], [1, 2]]}
    else:
        ragged = {"#N/A": [], "#VALUE!": [[1], [1, 2]]}
    for code, value in ragged.items():
        with pytest.raises(FunctionError) as caught:
            function(*[*args[:place], value, *args[place + 1 :]])
        assert caught.value.code == code


@pytest.mark.parametrize(("function", "args", "place"), numeric_arguments())
def test_incoming_error_goes_out_unchanged_before_any_other_check(
    function: Function[Any], args: list[Any], place: int
) -> None:
    incoming = FunctionError("#NULL!", "from elsewhere")
    given = put(args, place, incoming)
    for other in range(len(given)):
        if other != place and function.arguments[other].kind.is_number:
            given = put(given, other, "wrong")
    with pytest.raises(FunctionError) as caught:
        function(*given)
    assert caught.value is incoming


def test_why_tells_an_error_that_came_in_in_words() -> None:
    assert registry()["WHY"]("POWER_GAP", FunctionError("#REF!")) == "an error came in: #REF!"


@pytest.mark.parametrize(("function", "args", "place"), numeric_arguments())
def test_blank_where_a_value_is_required_is_not_available(function: Function[Any], args: list[Any], place: int) -> None:
    given = put(args, place, None)
    if given[place] is None and function.arguments[place].optional and not any(args[place + 1 :]):
        assert function(*given) is not None  # a trailing blank counts as omitted
        return
    with pytest.raises(FunctionError) as caught:
        function(*given)
    assert caught.value.code == "#N/A"


@pytest.mark.parametrize(("function", "case"), WORKED, ids=name)
def test_call_over_scenarios_equals_a_loop(function: Function[Any], case: Case) -> None:
    """Each number moved a little up and down, some out of their domains: value or code, scenario by scenario."""
    given = function.bind(case.args, case.options)
    moved = [place for place, a in enumerate(function.arguments) if a.kind is Kind.SCALAR and given[place] is not None]
    for place, factor in itertools.product(moved, (np.array([1.0, 0.99, -1.0, 1.01]),)):
        scenarios = list(given)
        scenarios[place] = np.asarray(scenarios[place], float) * factor
        together = evaluate(function, scenarios)
        for number in range(4):
            alone = evaluate(function, put(scenarios, place, float(scenarios[place][number])))
            assert _code(together, number) == _code(alone, 0)
            if not _code(alone, 0):
                for label, column in alone.columns.items():
                    whole = together.columns[label]
                    part = whole[number] if whole.ndim > column.ndim else whole
                    # vectorised sums may round in another order than those of one row
                    np.testing.assert_allclose(_numbers(part), _numbers(column), rtol=1e-10, atol=1e-13)


def _code(result: Any, number: int) -> int:
    return (
        0 if result.codes is None else int(np.broadcast_to(result.codes, (max(number + 1, result.codes.size),))[number])
    )


def _numbers(column: Any) -> Any:
    return [cell for cell in np.asarray(column).reshape(-1).tolist() if not isinstance(cell, str)]


@pytest.mark.parametrize("function", FUNCTIONS, ids=name)
def test_declaration_says_all_that_help_needs(function: Function[Any]) -> None:
    assert function.summary.endswith((".", '".'))
    for argument in function.arguments:
        assert 0 < len(argument.help) <= HELP_LIMIT
        if argument.kind.is_number:
            assert argument.unit, argument.name
        assert argument.help[0].isupper(), argument.name
    text = docstring(function)
    for section in ("Parameters", "Returns", "Raises"):
        assert f"\n{section}\n{'-' * len(section)}\n" in text
    assert isinstance(function.spills, Table) or function.returns


@pytest.mark.parametrize("function", FUNCTIONS, ids=name)
def test_claims_that_a_function_rests_on_exist(function: Function[Any]) -> None:
    from wattstack.assumptions import claims

    assert set(function.claims) <= set(claims())


def test_codes_are_numbered_as_in_excel() -> None:
    assert [code.text for code in Code if code] == [
        "#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A",
    ]  # fmt: skip
