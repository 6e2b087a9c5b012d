"""What every function keeps whatever it is given: the inputs are drawn from the declarations.

A soak is the same with 5,000 inputs a function, or as many as WATTSTACK_EXAMPLES says: ``pytest -m soak``.
"""

from __future__ import annotations

import math
import os
import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from wattstack.arguments import Kind
from wattstack.calling import evaluate
from wattstack.declaration import Argument
from wattstack.errors import Code, FunctionError
from wattstack.registry import registry
from wattstack.spec import Function, Table

FUNCTIONS = list(registry())
SOAK = int(os.environ.get("WATTSTACK_EXAMPLES", "5000"))
SCENARIOS = 3
LONGEST = 4  # of a range
COUNTS = [1, 2, 3, 5, 10, 40, 63, 64, 65, 66, 130, 1000]  # so that a run ends; the huge have tests of their own
SMALL = [0, 1, 2, 3, 5, 10, 40]

# What a cell may hold that is no number of a domain, and words that are no keys.
STRANGE = [None, "", "text", "5", True, math.nan, math.inf, -math.inf, 1e308, -1e308, 10**400, FunctionError("#REF!")]
WORDS = ["pue", "K01", "BBB-", "nr", "nothing", "", "TRANCHE_LOSS", "power_gap"]

Given = dict[str, Any]

in_two_sizes = pytest.mark.parametrize("examples", [25, pytest.param(SOAK, marks=pytest.mark.soak)])
of_every_function = pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.excel_name)


def drawn(strategy: st.SearchStrategy[Any], examples: int, check: Any) -> None:
    """Run a check on so many inputs."""
    quick = settings(max_examples=examples, phases=[Phase.generate, Phase.shrink], suppress_health_check=HealthCheck)
    quick(given(strategy)(check))()


# Where theory says which way a result goes as an argument rises: up, or down.
UP = {
    "capex_phase": "gw cost",  # more to spend
    "conditional_pd": "pd",
    "contagion_loss": "shock default_cost",  # a node with less pays no more, and so do those that it owes
    "conversion_cost": "build_cost margin asic_nbv",  # costs in the numerator
    "corr_stress": "pd lgd",  # the loss of a tranche never falls as the pool's loss rises
    "crisis_loss": "pd lgd crisis_pd crisis_lgd",
    "dc_capex": "it_gw gpu other_it site power_cooling generation ratio",
    "debt_capacity": "cfads years",
    "dscr": "cfads",
    "ev_all_in": "ev capex_left build_cost",
    "ev_per_watt": "ev",
    "flex_hours": "curtailment",
    "miner_tier": "funding_gap",  # tier 1 is the best
    "mining_margin": "hashprice",
    "pool_loss": "quantile pd lgd",
    "power_gap": "demand_gw",
    "project_irr": "noi",  # each flow after the outlay rises
    "project_npv": "noi",
    "pue_gross_up": "gw",
    "recycled_equity": "equity noi ltv rounds",
    "refi_gap": "debt rate dscr new_rate",  # more is left to repay, or less can be borrowed
    "required_revenue": "it_gw gpu other wacc",
    "tranche_loss": "pd lgd",
    "tranche_loss_pool": "pd lgd",
    "tranche_pd": "pd lgd",
}
DOWN = {
    "conditional_pd": "shock",
    "contagion_loss": "external support",
    "corr_stress": "attach detach",  # each further slice loses less on average
    "debt_capacity": "dscr rate",
    "miner_tier": "ev_per_watt delivered contracted owned_power",
    "mining_margin": "power_price all_in_cost",
    "power_gap": "supply_gw",
    "recycled_equity": "cost cap_rate",
    "refi_gap": "maturity cfads new_years",
    "required_revenue": "gpu_life other_life margin",
    "stranded_nbv": "salvage",  # not life and tenor: where they meet, no salvage is paid
    "tranche_loss": "attach detach",
    "tranche_loss_pool": "attach detach",
    "tranche_pd": "attach",
}
MONOTONE = [
    pytest.param(registry()[name], argument, sign, id=f"{name} {argument}")
    for table, sign in ((UP, 1), (DOWN, -1))
    for name, arguments in table.items()
    for argument in arguments.split()
]


# --- inputs ----------------------------------------------------------------------------------------------------------


def numbers(argument: Argument) -> st.SearchStrategy[float]:
    """Numbers of a domain: the ordinary, its edges and what lies beside them, the tiny and the huge."""
    domain = argument.domain
    low, high = domain.low, domain.high
    if domain.whole:
        counts = SMALL if argument.default is not None else COUNTS
        return st.sampled_from([float(count) for count in counts if low <= count <= high])
    edges = [0.0, 1.0, 2.0, 5e-324, 1e-300, 1e-9, 0.5, 1.0 - 2.0**-53, 1e9, 1e308, low, high, math.nextafter(low, 1.0)]
    edges = [value for value in edges if low <= value <= high and math.isfinite(value)]
    ordinary = st.floats(max(low, -100.0), min(high, 100.0)).map(lambda value: round(value, 6))
    return st.one_of(ordinary, ordinary, st.sampled_from(edges), st.floats(low, high, allow_infinity=False))


def cell(argument: Argument) -> st.SearchStrategy[Any]:
    """A cell of an argument, now and then one that does not belong there."""
    words = st.sampled_from([*argument.choices, *([] if argument.choices else WORDS)] or WORDS)
    good = numbers(argument) if argument.kind.is_number else st.booleans() if argument.kind is Kind.FLAG else words
    strange = st.sampled_from(STRANGE[1:] if argument.optional else STRANGE)  # a blank there is an argument left out
    return st.integers(0, 59).flatmap(lambda lot: strange if lot == 0 else good)


@st.composite
def scenarios(draw: st.DrawFn, function: Function[Any], count: int = SCENARIOS) -> list[Given]:
    """The arguments of some scenarios, all of one shape: a worked case with cells drawn anew, or all drawn."""
    cases = [case for case in function.cases if not case.code]
    case = draw(st.sampled_from(cases)) if cases and draw(st.integers(0, 3)) else None
    start = function.parameters.bind_partial(*case.args, **case.options).arguments if case else {}
    lengths = {
        argument.axis: np.atleast_1d(np.array(start[argument.name], object)).shape[-1]
        for argument in function.arguments
        if argument.kind.depth and start.get(argument.name) is not None
    }
    found: list[Given] = [{} for _ in range(count)]
    for argument in function.arguments:
        value = start.get(argument.name)
        if value is None and argument.optional and draw(st.integers(0, 3 if case else 1)):
            continue
        length = lengths.setdefault(argument.axis, draw(st.integers(1, LONGEST))) if argument.kind.depth else 1
        values = [draw(one(argument, value, (length,) * argument.kind.depth)) for _ in found]
        if argument.kind is Kind.REST or (argument.kind is Kind.TEXT and isinstance(function.spills, Table)):
            values = values[:1] * count  # no scenarios
        for scenario, drawn_value in zip(found, values, strict=True):
            scenario[argument.name] = drawn_value
    return found


@st.composite
def one(draw: st.DrawFn, argument: Argument, start: Any, shape: tuple[int, ...]) -> Any:
    """A value of an argument: its start with some cells drawn anew, now and then in ascending order."""
    if argument.kind is Kind.REST:
        return draw(st.lists(st.sampled_from([*STRANGE, 0.1, 1.0, "gaussian"]), max_size=9))
    kept = [None] * math.prod(shape) if start is None else np.broadcast_to(np.array(start, object), shape).flat
    moved = start is None or draw(st.booleans())
    row = [draw(cell(argument)) if old is None or (moved and draw(st.booleans())) else old for old in kept]
    if argument.kind is Kind.SERIES and all(isinstance(x, float) for x in row) and draw(st.booleans()):
        row.sort()
    return np.array(row, object).reshape(shape).tolist() if shape else row[0]


# --- answers ---------------------------------------------------------------------------------------------------------


def called(function: Function[Any], arguments: Given) -> Any:
    """What the function gives, or the error's code; whatever else is raised fails the test."""
    named = dict(arguments)
    rest = [named.pop(a.name, ()) for a in function.arguments if a.kind is Kind.REST]
    first = [named.pop(a.name, None) for a in function.arguments if rest and a.kind is not Kind.REST]
    try:
        return function(*first, *(rest[0] if rest else ()), **named)
    except FunctionError as error:
        return error.code


def over_scenarios(function: Function[Any], several: list[Given]) -> Any:
    """All scenarios in one call."""
    together = {}
    for name, first in several[0].items():
        values = [scenario[name] for scenario in several]
        together[name] = tuple(first) if function.argument(name).kind is Kind.REST else stacked(values)
    return evaluate(function, completed(function, together))


def completed(function: Function[Any], arguments: Given) -> list[Any]:
    """The arguments in order, with the defaults of those left out."""
    defaults = function.bind((), {})
    return [arguments.get(a.name, default) for a, default in zip(function.arguments, defaults, strict=True)]


def stacked(values: list[Any]) -> np.ndarray:
    cells = np.empty((len(values), *np.shape(np.array(values[0], object))), object)
    for place, value in enumerate(values):
        cells[place] = np.array(value, object) if isinstance(value, list) else value
    return cells


def code(result: Any, number: int) -> str:
    codes = np.zeros(1) if result.codes is None else np.ravel(result.codes)
    return Code(int(codes[number if codes.size > 1 else 0])).text


def units(function: Function[Any], value: Any) -> dict[str, Any]:
    """The cells of a result under their units."""
    if not isinstance(function.spills, Table):
        return {function.returns: np.ravel(value).tolist()}
    return {f"{function.spills.units[label]} ({label})": value[label].tolist() for label in value}


# --- the tests -------------------------------------------------------------------------------------------------------


@in_two_sizes
@of_every_function
def test_any_input_gives_finite_numbers_or_a_code_and_many_give_what_each_gives(
    function: Function[Any], examples: int
) -> None:
    def check(several: list[Given]) -> None:
        together = over_scenarios(function, several)
        for number, scenario in enumerate(several):
            value = called(function, scenario)
            failed = isinstance(value, str) and value.startswith("#")
            assert code(together, number) == (value if failed else "")
            if not failed:
                same(function, together, number, value)
                for unit, column in units(function, value).items():
                    within(unit, column)

    drawn(scenarios(function), examples, check)


def within(unit: str, column: list[Any]) -> None:
    """Numbers are finite, shares are shares."""
    for item in column:
        if not isinstance(item, (str, bool)):
            assert math.isfinite(item)
            assert not unit.startswith("share") or 0.0 <= item <= 1.0


def same(function: Function[Any], together: Any, number: int, value: Any) -> None:
    """A scenario among others gives what it gives alone, but for the order in which a sum is rounded."""
    for label, whole in together.columns.items():
        alone = np.asarray(value[label] if isinstance(function.spills, Table) else value)
        own = function.depth
        part = np.asarray(whole[number] if whole.ndim > own else whole)
        assert part.shape == alone.shape or (own == 1 and len(part) > len(alone))  # as long as the longest of all
        for mixed, single in zip(np.ravel(part).tolist(), np.ravel(alone).tolist(), strict=False):
            assert mixed == single or mixed == pytest.approx(single, rel=1e-9, abs=1e-12)


@in_two_sizes
@pytest.mark.parametrize(("function", "argument", "sign"), MONOTONE)
def test_result_goes_the_way_that_theory_says(function: Function[Any], argument: str, sign: int, examples: int) -> None:
    def check(two: list[Given]) -> None:
        low, high = ordered(two[0].get(argument), two[1].get(argument))
        before, after = (called(function, two[0] | {argument: value}) for value in (low, high))
        if low is None or isinstance(before, str) or isinstance(after, str):
            return  # left out, or an error
        before, after = np.asarray(before), np.asarray(after)
        # results are good to 1e-12, and relative to what they are made of
        slack = 2e-12 + 1e-12 * np.maximum(largest([before, after]), largest(two[0].values()))
        with np.errstate(over="ignore"):  # an infinite step goes one way too
            assert (sign * (after - before) >= -slack).all()

    drawn(scenarios(function, 2), examples, check)


def ordered(one: Any, other: Any) -> tuple[Any, Any]:
    """The smaller and the larger, of ranges cell by cell; None where one of them holds what is no number."""
    cells = [np.ravel(np.array(value, object)) for value in (one, other)]
    if not all(type(cell) in (int, float) and abs(cell) <= sys.float_info.max for cell in np.concatenate(cells)):
        return None, None
    low, high = np.minimum(one, other), np.maximum(one, other)
    return low.tolist(), high.tolist()


def largest(values: Any) -> float:
    """The largest of all finite numbers in some values."""
    cells = [cell for value in values for cell in np.ravel(np.array(value, object)).tolist()]
    return max(
        (abs(cell) for cell in cells if type(cell) in (int, float) and abs(cell) <= sys.float_info.max), default=0.0
    )
