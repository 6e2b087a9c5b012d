"""What the build-up of a gigawatt costs, when it is paid, who lends, and how the miners are sorted."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import wattstack
from wattstack import assumptions
from wattstack.errors import FunctionError

# A few dozen roundings.
ROUNDING = 1e-12

# K34: the totals of the two readings of the site cost, in $bn/GW.
TOTALS = {"SHELL": {"low": 50, "base": 50, "high": 50}, "FULL": {"low": 46, "base": 52.5, "high": 59}}
SHELL_RESIDUALS = {"low": 13.9, "base": 11, "high": 8.1}

# fmt: off
S_AND_P = ["AAA", "AA+", "AA", "AA-", "A+", "A", "A-", "BBB+", "BBB", "BBB-", "BB+", "BB", "BB-", "B+", "B", "B-",
           "CCC+", "CCC", "CCC-", "CC", "C", "D"]
MOODYS = ["Aaa", "Aa1", "Aa2", "Aa3", "A1", "A2", "A3", "Baa1", "Baa2", "Baa3", "Ba1", "Ba2", "Ba3", "B1", "B2", "B3",
          "Caa1", "Caa2", "Caa3", "Ca", "C"]
# fmt: on

steps = st.lists(st.tuples(st.floats(0, 20), st.integers(0, 60)), min_size=1, max_size=6)


def code(call: Any, *args: Any) -> str:
    with pytest.raises(FunctionError) as raised:
        call(*args)
    return raised.value.code


@pytest.mark.parametrize(("basis", "case"), [*itertools.product(TOTALS, ("low", "base", "high"))])
def test_the_build_up_adds_to_its_total_in_every_case(basis: str, case: str) -> None:
    table = wattstack.capex_stack(2, case, basis).set_index("line")
    assert table.index.tolist() == ["gpu", "other_it", "site", "power_cooling", "total"]
    assert table["usd_bn"]["total"] == pytest.approx(2 * TOTALS[basis][case], rel=ROUNDING)
    assert table["usd_bn"].iloc[:-1].sum() == pytest.approx(table["usd_bn"]["total"], rel=ROUNDING)
    assert table["share"].iloc[:-1].sum() == pytest.approx(1, rel=ROUNDING)
    residual = SHELL_RESIDUALS[case] if basis == "SHELL" else 0
    assert table["usd_bn"]["power_cooling"] == pytest.approx(2 * residual, rel=ROUNDING)


def test_the_build_up_and_dc_capex_share_their_assumptions() -> None:
    table = wattstack.capex_stack(47).set_index("line")["usd_bn"]
    assert table["total"] == pytest.approx(wattstack.dc_capex(47), rel=ROUNDING)
    parts = [table[line] / 47 for line in ("gpu", "other_it", "site", "power_cooling")]
    assert wattstack.dc_capex(47, *parts) == pytest.approx(table["total"], rel=ROUNDING)


def test_a_negative_residual_is_no_build_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wattstack.functions.capital.capex_stack.power_cooling", lambda case: -1.0)
    assert code(wattstack.capex_stack, 1) == "#NUM!"
    assert len(wattstack.capex_stack(1, "base", "FULL")) == 5  # there nothing is residual


def test_build_ups_at_once_are_the_build_ups_one_by_one() -> None:
    cases, bases = ["low", "base", "high"], ["SHELL", "FULL", "SHELL"]
    together = wattstack.capex_stack(np.array([1.0, 2.0, 3.0]), cases, bases)
    for scenario, (case, basis) in enumerate(zip(cases, bases, strict=True)):
        own = wattstack.capex_stack(scenario + 1.0, case, basis)
        assert together.loc[scenario]["usd_bn"].tolist() == own["usd_bn"].tolist()


@given(steps=steps, lead=st.floats(0, 36), cuts=st.lists(st.floats(-40, 59), max_size=5))
@settings(max_examples=100)
def test_phasing_conserves_what_is_spent(steps: list[tuple[float, int]], lead: float, cuts: list[float]) -> None:
    gw, month = map(list, zip(*steps, strict=True))
    phases = wattstack.capex_phase(gw, month, 50, lead, [*sorted(cuts), 60])
    assert np.sum(phases) == pytest.approx(50 * sum(gw), rel=ROUNDING, abs=ROUNDING)
    assert np.min(phases) >= -ROUNDING * 50 * sum(gw)


def test_phasing_by_the_month_spends_evenly_over_the_lead() -> None:
    phases = wattstack.capex_phase([6], [24], 50, 12, np.arange(0, 31))
    assert phases.tolist() == pytest.approx([0] * 13 + [25] * 12 + [0] * 6, abs=ROUNDING)  # months 13 to 24


def test_spending_at_once_falls_in_the_period_that_ends_with_the_power() -> None:
    assert wattstack.capex_phase([6], [24], 50, 0, [23, 24, 25]).tolist() == [0, 300, 0]


def test_a_period_without_length_has_no_spending_and_one_that_runs_back_is_refused() -> None:
    assert wattstack.capex_phase([6], [24], 50, 12, [18, 18, 24]).tolist() == [150, 0, 150]
    assert code(wattstack.capex_phase, [6], [24], 50, 12, [18, 17]) == "#NUM!"


def test_phases_of_scenarios_at_once_are_those_one_by_one() -> None:
    gw, month = np.array([[6.0, 2.0], [1.0, 3.0]]), np.array([24.0, 30.0])
    cost, lead, at = np.array([50.0, 35.0]), np.array([12.0, 0.0]), np.array([[18.0, 40.0], [24.0, 36.0]])
    together = wattstack.capex_phase(gw, month, cost, lead, at)
    one_by_one = [wattstack.capex_phase(gw[i], month, cost[i], lead[i], at[i]).tolist() for i in range(2)]
    assert together.tolist() == one_by_one


def test_ratings_fall_from_investment_grade_to_high_yield_once_on_either_scale() -> None:
    for scale in (S_AND_P, MOODYS):
        assert [wattstack.rating_bucket(word) for word in scale] == ["IG"] * 10 + ["HY"] * (len(scale) - 10)
        assert [wattstack.rating_bucket(f" {word.lower()} ") for word in scale[:10]] == ["IG"] * 10


def test_moodys_categories_without_a_number_are_in_one_bucket() -> None:
    words = ["Aa", "A", "Baa", "Ba", "B", "Caa"]
    assert [wattstack.rating_bucket(word) for word in words] == ["IG"] * 3 + ["HY"] * 3


def test_no_rating_is_a_bucket_and_an_unknown_word_is_not() -> None:
    assert [wattstack.rating_bucket(word) for word in ("", "  ", "NR", "nr")] == ["NR"] * 4
    assert {code(wattstack.rating_bucket, word) for word in ("AAAA", "Baa4", "A|A-", "N/R", "BBB --")} == {"#VALUE!"}
    assert code(wattstack.rating_bucket, None) == "#N/A"


def test_tiers_follow_the_rule_table_of_the_assumptions() -> None:
    first, second, rest = assumptions.miner_tiers()
    assert (first.tier, second.tier, rest.tier) == (1, 2, 3)
    limits = [first.least[name] for name in ("ev_per_watt", "delivered", "contracted")]
    assert wattstack.miner_tier(*limits, 0, first.most["funding_gap"]) == 1
    assert wattstack.miner_tier(*limits, second.least["owned_power"], first.most["funding_gap"] + 0.01) == 2
    assert not rest.least and not rest.most  # whatever is left


@pytest.mark.parametrize("place", range(4))
def test_each_limit_of_the_first_tier_binds(place: int) -> None:
    at_limits = [6, 0.25, 0.5, 0.5]
    beyond = [*at_limits]
    beyond[place] += 0.01 if place == 3 else -0.01
    assert wattstack.miner_tier(*at_limits[:3], 0.2, at_limits[3]) == 1
    assert wattstack.miner_tier(*beyond[:3], 0.2, beyond[3]) == 3


def test_tiers_at_once_are_the_tiers_one_by_one() -> None:
    values = np.array(list(itertools.product([5.0, 6.0], [0.2, 0.3], [0.4, 0.5], [0.7, 0.8], [0.5, 0.6]))).T
    assert wattstack.miner_tier(*values).tolist() == [wattstack.miner_tier(*row) for row in values.T]


def test_the_article_s_miners_are_dated_and_sourced() -> None:
    miners = assumptions.miners()
    assert [ticker for ticker, miner in miners.items() if miner.tier == 1] == ["APLD", "CORZ", "GLXY"]  # K58
    assert miners["MARA"].tier is None  # K61 names no tier
    assert all(miner.as_of and miner.source in assumptions.claims() for miner in miners.values())
