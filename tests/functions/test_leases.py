"""What a leased site earns, owes and keeps."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
import pyxirr
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import wattstack
from wattstack.errors import FunctionError

# What PROJECT_IRR promises: the value at the IRR, in outlays.
PROMISED = 1e-10
# A few dozen roundings.
ROUNDING = 1e-12

SITE = (12.0, 1.5, 5, 20, 0.5, 0.25, 0.1)  # the base case of the model, short lease

money = st.floats(0.1, 100.0)
share = st.floats(0.0, 1.0).map(lambda value: round(value, 3))  # the tiniest shares make flows that are rounding
rate = st.floats(0.0, 0.5)
years = st.integers(1, 40)


@st.composite
def sites(draw: st.DrawFn) -> tuple[Any, ...]:
    """The terms of a leased site."""
    life = draw(years)
    tenor = draw(st.integers(1, life))
    capex = draw(money)
    prepay = capex * draw(st.sampled_from([0.0, 0.1, 0.9]))
    terms = (draw(share), draw(share), draw(share), prepay, draw(st.integers(0, tenor)))
    return capex, capex * draw(st.floats(0.001, 2.0)), tenor, life, *terms


def code(call: Any, *args: Any) -> str:
    with pytest.raises(FunctionError) as raised:
        call(*args)
    return raised.value.code


def flows_by_hand(site: tuple[Any, ...]) -> list[float]:
    """The flows as the contract words them, year by year."""
    capex, noi, tenor, life, renewal, discount, salvage, prepay, start = site
    flows = [prepay - capex]
    for year in range(1, life + 1):
        if year <= tenor:
            flow = noi - (prepay / (tenor - max(start, 1) + 1) if year >= max(start, 1) else 0)
        else:
            flow = renewal * noi * (1 - discount)
        flows.append(flow + ((1 - renewal) * salvage * capex if year == tenor < life else 0))
    return flows


@given(site=sites())
@settings(max_examples=100)
def test_cash_flows_are_those_of_the_contract(site: tuple[Any, ...]) -> None:
    table = wattstack.project_cashflow(*site)
    assert table["year"].tolist() == list(range(site[3] + 1))
    assert table["cash_flow"].tolist() == pytest.approx(flows_by_hand(site), rel=ROUNDING, abs=ROUNDING * site[0])


@given(site=sites())
@settings(max_examples=50)
def test_a_prepayment_comes_back_in_full_and_no_more(site: tuple[Any, ...]) -> None:
    prepaid = wattstack.project_npv(0, *site)
    assert prepaid == pytest.approx(wattstack.project_npv(0, *site[:7]), rel=ROUNDING, abs=100 * ROUNDING * site[0])


@given(site=sites(), discount=st.floats(-0.5, 2.0))
@settings(max_examples=100)
def test_npv_is_that_of_the_flows_with_year_0_undiscounted(site: tuple[Any, ...], discount: float) -> None:
    flows = flows_by_hand(site)
    size = sum(abs(flow) / (1 + discount) ** year for year, flow in enumerate(flows))
    assert wattstack.project_npv(discount, *site) == pytest.approx(pyxirr.npv(discount, flows), abs=ROUNDING * size)


@given(site=sites())
@settings(max_examples=100)
def test_the_npv_at_the_irr_is_zero_or_the_flows_have_no_single_irr(site: tuple[Any, ...]) -> None:
    flows = [round(flow, 12) for flow in flows_by_hand(site)]
    signs = [flow > 0 for flow in flows if flow]
    one = flows[0] < 0 and sum(a != b for a, b in zip(signs[1:], signs[:-1], strict=True)) == 1
    if not one:
        assert code(wattstack.project_irr, *site) == "#NUM!"
        return
    found = wattstack.project_irr(*site)
    size = sum(abs(flow) / (1 + found) ** year for year, flow in enumerate(flows))
    assert abs(wattstack.project_npv(found, *site)) <= PROMISED * size  # the outlay's worth, if it is in year 0


def test_the_irr_is_of_expected_flows_not_the_mean_of_irrs() -> None:
    renewed, left = (wattstack.project_irr(12, 1.5, 5, 20, chance, 0.25, 0.1) for chance in (1, 0))
    assert wattstack.project_irr(*SITE) > (renewed + left) / 2 + 0.01


def test_npv_still_answers_where_there_is_no_irr() -> None:
    site = (12, 1.5, 5, 20, 1, 0, 0, 12)
    assert code(wattstack.project_irr, *site) == "#NUM!"
    assert wattstack.project_npv(0, *site) == pytest.approx(1.5 * 20 - 12, rel=ROUNDING)


def test_a_lease_as_long_as_the_life_has_nothing_to_renew_or_keep() -> None:
    alone = wattstack.project_irr(12, 1.5, 20, 20)
    assert wattstack.project_irr(12, 1.5, 20, 20, 0.1, 0.5, 0.9) == alone


def test_flows_beyond_a_scenarios_own_life_are_zero() -> None:
    table = wattstack.project_cashflow(12, 1.5, 2, np.array([2, 4]))
    assert table["cash_flow"].tolist() == [-12, 1.5, 1.5, 0, 0, -12, 1.5, 1.5, 1.5, 1.5]
    assert table["year"].tolist() == [0, 1, 2, 3, 4] * 2


@given(site=sites(), hurdle=rate)
@settings(max_examples=100)
def test_the_breakeven_probability_puts_the_npv_at_zero(site: tuple[Any, ...], hurdle: float) -> None:
    capex, noi, tenor, life, _, discount, salvage, *_ = site

    def value(renewal: float) -> float:
        return float(wattstack.project_npv(hurdle, capex, noi, tenor, life, renewal, discount, salvage))

    assume(min(abs(value(0)), abs(value(1))) > 1e-9 * capex)  # nearer, rounding decides
    given_terms = (capex, noi, tenor, life, hurdle, discount, salvage)
    if value(0) > 0:
        assert wattstack.renewal_breakeven(*given_terms) == 0
    elif value(1) < 0:
        assert code(wattstack.renewal_breakeven, *given_terms) == "#NUM!"
    else:
        found = wattstack.renewal_breakeven(*given_terms)
        assert 0 < found < 1
        assert value(found) == pytest.approx(0, abs=ROUNDING * (capex + noi * life))


def test_no_renewal_helps_a_lease_as_long_as_the_life() -> None:
    assert code(wattstack.renewal_breakeven, 12, 1.5, 20, 20, 0.2) == "#NUM!"
    assert wattstack.renewal_breakeven(12, 1.5, 20, 20, 0.01) == 0


@given(capex=money, tenor=years, life=years, salvage=share)
@settings(max_examples=50)
def test_depreciation_until_the_end_and_what_is_stranded_add_to_the_investment(
    capex: float, tenor: int, life: int, salvage: float
) -> None:
    assume(tenor < life)
    depreciated = sum(capex / life for _ in range(tenor))
    stranded = wattstack.stranded_nbv(capex, tenor, life, salvage)
    assert depreciated + stranded + salvage * capex == pytest.approx(capex, rel=ROUNDING)


@given(cfads=money, debt=money, interest=rate, term=years)
@settings(max_examples=100)
def test_dscr_and_debt_capacity_invert_each_other(cfads: float, debt: float, interest: float, term: int) -> None:
    cover = wattstack.dscr(cfads, debt, interest, term)
    assert wattstack.debt_capacity(cfads, cover, interest, term) == pytest.approx(debt, rel=ROUNDING)


@given(debt=money, interest=rate, term=years, data=st.data())
@settings(max_examples=50)
def test_the_refinancing_gap_is_the_table_s_balance_less_the_new_loan(
    debt: float, interest: float, term: int, data: st.DataObject
) -> None:
    maturity = data.draw(st.integers(0, term))
    payment = 1.0 / wattstack.dscr(1.0, debt, interest, term)
    balance = debt
    for _ in range(maturity):
        balance = balance * (1 + interest) - payment
    new = wattstack.debt_capacity(1.5, 1.35, 0.08, 10)
    gap = wattstack.refi_gap(debt, interest, term, maturity, 1.5, 1.35, 0.08, 10)
    # the table carries its rounding on at interest
    assert gap == pytest.approx(balance - new, abs=1e-14 * (debt * (1 + interest) ** maturity * term + new))


@given(k=st.one_of(share, st.floats(1 - 1e-6, 1.2)), rounds=st.integers(0, 60))
@settings(max_examples=100)
def test_recycled_equity_is_the_sum_of_its_rounds(k: float, rounds: int) -> None:
    by_hand = sum(min(1.0, k) ** count for count in range(rounds + 1))
    assert wattstack.recycled_equity(2.0, 1.0, k, 1.0, 1.0, rounds) == pytest.approx(2 * by_hand, rel=ROUNDING)


def test_lease_metrics_leave_out_what_they_are_not_told() -> None:
    rows = [wattstack.lease_metrics(1752, 10, 100, *more)["metric"].tolist() for more in ((), (0.75,), (0.75, 12))]
    assert [len(names) for names in rows] == [4, 5, 6]
    assert rows[2][4:] == ["noi", "yield_on_cost"]
    assert wattstack.lease_metrics(1752, 10, 100, capex=12)["metric"].tolist() == rows[0]


def test_rent_in_all_units_pays_the_same_contract() -> None:
    table = wattstack.lease_metrics(9700, 5, 200, 0.85, 36).set_index("metric")["value"]
    assert table["usd_per_kw_month"] * 12 * 200_000 * 5 / 1e6 == pytest.approx(9700, rel=ROUNDING)
    assert table["usd_per_mwh"] * 8760 * 200 * 5 / 1e6 == pytest.approx(9700, rel=ROUNDING)
    assert table["noi"] / (36 * 200) == pytest.approx(table["yield_on_cost"], rel=ROUNDING)


VARIED: list[tuple[str, list[Any]]] = [
    ("project_irr", [12.0, [1.5, 1.2, 3.0], [5, 7, 20], [20, 25, 20], 0.5, 0.25, [0.1, 0.0, 1.0]]),
    ("project_npv", [[0.08, -0.2, 0.0], 12.0, 1.5, [5, 7, 20], [20, 25, 20], 0.5, 0.25, 0.1, 3.0, [0, 2, 20]]),
    ("renewal_breakeven", [12.0, [1.5, 1.6, 3.0], [5, 6, 20], [20, 25, 20], 0.08]),
    ("stranded_nbv", [12.0, [5, 7, 20], 20, [0.0, 0.1, 0.5]]),
    ("dscr", [1.5, [9.6, 8.0, 1.0], [0.0, 1e-9, 0.07], 15]),
    ("debt_capacity", [[1.5, 0.0, 2.0], 1.35, [0.0, 1e-9, 0.07], [1, 5, 15]]),
    ("refi_gap", [9.6, [0.0, 0.05, 0.07], 15, [0, 5, 15], 1.1, 1.35, 0.08, [1, 10, 20]]),
    ("recycled_equity", [1.0, 12.0, [1.5, 2.0, 0.0], 0.1, 0.6, [0, 3, 9]]),
]


@pytest.mark.parametrize(("name", "args"), VARIED)
def test_scenarios_at_once_are_the_scenarios_one_by_one(name: str, args: list[Any]) -> None:
    call = getattr(wattstack, name)
    one_by_one = [call(*(arg[i] if isinstance(arg, list) else arg for arg in args)) for i in range(3)]
    together = call(*args)
    assert together.tolist() == one_by_one
    grid = call(*(np.array([arg, arg]) if isinstance(arg, list) else arg for arg in args))
    assert grid.tolist() == [one_by_one, one_by_one]


def test_tables_at_once_are_the_tables_one_by_one() -> None:
    lives = [3, 5]
    together = wattstack.project_cashflow(12, 1.5, 2, np.array(lives), 0.5)
    for scenario, life in enumerate(lives):
        own = together.loc[scenario].iloc[: life + 1].reset_index(drop=True)
        pd.testing.assert_frame_equal(own, wattstack.project_cashflow(12, 1.5, 2, life, 0.5), check_names=False)
    metrics = wattstack.lease_metrics(np.array([1752, 9700]), [10, 5], [100, 200])
    assert metrics.loc[1]["value"].tolist() == wattstack.lease_metrics(9700, 5, 200)["value"].tolist()


@pytest.mark.parametrize("edge", [0.0, -1.0, 41.5, np.inf, None, "5", True, np.nan])
@pytest.mark.parametrize("place", range(9))
def test_project_functions_refuse_the_same_terms(place: int, edge: Any) -> None:
    site: list[Any] = [12.0, 1.5, 5, 20, 0.5, 0.25, 0.1, 1.0, 1]
    site[place] = edge
    codes = []
    for call in (wattstack.project_cashflow, wattstack.project_irr, lambda *terms: wattstack.project_npv(0.08, *terms)):
        try:
            call(*site)
            codes.append("")
        except FunctionError as error:
            codes.append(error.code)
    assert codes[0] == codes[2]
    assert codes[1] == codes[0] or (codes[1], codes[0]) == ("#NUM!", "")  # no IRR, but flows
