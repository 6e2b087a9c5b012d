"""The short way of a plain call gives what the long way gives, or leaves the call to it."""

from __future__ import annotations

import math
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import wattstack
from wattstack import calling, plain
from wattstack.domain import Domain
from wattstack.errors import FunctionError
from wattstack.hosts.sheet import answer
from wattstack.registry import registry
from wattstack.spec import Argument, Case, Function

SHORT = [f for f in registry() if not f.takes_rest and not f.wants_registry]
CLEAN = [(function, case) for function in SHORT for case in function.cases if not case.code]
UNUSUAL = [None, "x", True, float("nan"), float("inf"), -1e9, 10**400, FunctionError("#REF!"), [1.0, 2.0], np.ones(2)]
TEXTS = {"key": ["gap_gw", "K03", "gap"], "rating": ["BBB-", " baa3", "", "E"]}
DOMAINS = sorted({argument.domain.text for function in registry() for argument in function.arguments})


def name(value: Any) -> str:
    return value.excel_name if isinstance(value, Function) else str(value.args)[:60] if isinstance(value, Case) else ""


def outcome(function: Function[Any], given: list[Any]) -> Any:
    """What the long way gives: a value, columns of cells, or the code of an error."""
    try:
        result = calling.evaluate(function, given)
    except FunctionError as error:
        return error.code
    if result.codes is not None:
        return int(result.codes.flat[0])
    return cells(result) if function.spills else result.value.item()


def short(function: Function[Any], given: list[Any]) -> Any:
    """What the short way gives; None where it steps aside."""
    if not function.spills:
        return plain.value(function, given)
    result = plain.result(function, given)
    return None if result is None else cells(result)


def same(found: Any, wanted: Any) -> bool:
    """Whether two outcomes are of the same kinds and values, number by number.

    A kernel may compute one number in another form than many; both keep what TRANCHE_LOSS promises.
    """
    if isinstance(wanted, dict):
        return bool(found.keys() == wanted.keys()) and all(same(found[label], wanted[label]) for label in wanted)
    if isinstance(wanted, list):
        return len(found) == len(wanted) and all(map(same, found, wanted))
    if isinstance(wanted, float):
        return type(found) is float and math.isclose(found, wanted, rel_tol=1e-9, abs_tol=1e-15)
    return type(found) is type(wanted) and bool(found == wanted)


def cells(result: calling.Result) -> dict[str, Any]:
    return {label: column.tolist() for label, column in result.columns.items()}


@pytest.mark.parametrize(("function", "case"), CLEAN, ids=name)
def test_worked_case_goes_the_short_way_and_comes_out_the_same(function: Function[Any], case: Case) -> None:
    given = function.bind(case.args, case.options)
    found, wanted = short(function, given), outcome(function, given)
    assert type(found) in (float, str, dict)
    assert same(found, wanted), (found, wanted)


@st.composite
def calls(draw: st.DrawFn, function: Function[Any]) -> list[Any]:
    """The arguments of a worked case, numbers moved, words in other letters; now and then a value that is unusual."""
    case = draw(st.sampled_from([case for case in function.cases if not case.code]))
    bound = function.bind(case.args, case.options)
    args = [draw(moved(declared, value)) for declared, value in zip(function.arguments, bound, strict=True)]
    if draw(st.integers(0, 3)) == 3:
        args[draw(st.integers(0, len(args) - 1))] = draw(st.sampled_from(UNUSUAL))
    return args


def moved(declared: Argument, value: Any) -> st.SearchStrategy[Any]:
    """The value, or one like it."""
    if isinstance(value, list):
        return st.tuples(*(moved(declared, item) for item in value)).map(list)
    if isinstance(value, bool):
        return st.booleans()
    if isinstance(value, (int, float)):
        step = st.integers(-1, 1) if declared.domain.whole else st.floats(-0.5, 0.5).map(lambda part: part * value)
        return st.just(value) | step.map(lambda step: value + step) | st.sampled_from([0, 1.0])
    if isinstance(value, str):
        words = TEXTS.get(declared.name, list(declared.choices[:6]))
        return st.sampled_from([value, *words, value.swapcase() + " "])
    return st.just(value)


@pytest.mark.parametrize("function", SHORT, ids=name)
def test_short_way_gives_what_the_long_way_gives_or_steps_aside(function: Function[Any]) -> None:
    taken = 0

    @settings(max_examples=40)
    @given(calls(function))
    def holds(args: list[Any]) -> None:
        nonlocal taken
        bound = function.complete(args)
        found = short(function, bound)
        if found is not None:
            taken += 1
            wanted = outcome(function, bound)
            assert same(found, wanted), (found, wanted)

    holds()
    assert taken, "no call was plain: nothing was compared"


@pytest.mark.parametrize("function", SHORT, ids=name)
def test_cells_are_answered_alike_on_either_way(function: Function[Any]) -> None:
    @settings(max_examples=20)
    @given(calls(function))
    def holds(args: list[Any]) -> None:
        given = [as_cells(value) for value in args]
        found = told(answer(function, given))
        with patch.object(plain, "_way", lambda function: None):
            wanted = told(answer(function, given))
        assert same(found, wanted), (found, wanted)

    holds()


def as_cells(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        value = value.tolist()
    return [value] if isinstance(value, list) and not isinstance(value[0], list) else value


def told(block: Any) -> Any:
    return [[cell.code if isinstance(cell, FunctionError) else cell for cell in row] for row in block]


@pytest.mark.parametrize("text", DOMAINS)
def test_domain_says_of_one_number_what_it_says_of_an_array(text: str) -> None:
    domain = Domain(text)
    edges = [domain.low, domain.high, 0.0, -0.0, 1.5, 5e-324, 1e16, np.inf, -np.inf, np.nan]
    near = [np.nextafter(edge, toward) for edge in edges for toward in (-np.inf, np.inf)]
    for value in map(float, [*edges, *near, 1.0, 2.0, 3.0]):
        assert domain.has(value) == (domain.codes(np.array(value)) is None), value


def test_a_number_of_numpy_is_a_number_and_the_result_is_python_s() -> None:
    assert type(wattstack.tranche_loss(np.float64(0), 1, 0.067, 0.4, 0.15)) is float
    assert type(wattstack.power_gap(47, 15)) is float


def test_division_that_only_python_s_floats_refuse_is_left_to_the_long_way() -> None:
    with pytest.raises(FunctionError) as caught:
        wattstack.conversion_cost(1e-320, 1e300, 1, 1, 1)  # no IT load is left: 0/0
    assert caught.value.code == "#NUM!"
