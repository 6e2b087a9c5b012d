"""Level payments, present values, and internal rates of return."""

from __future__ import annotations

import itertools

import mpmath
import numpy as np
import numpy.typing as npt
import pytest
import pyxirr
from hypothesis import given, settings
from hypothesis import strategies as st

from wattstack.numeric import cashflow

Array = npt.NDArray[np.float64]

# What the functions promise: the value at the IRR, in outlays.
PROMISED = 1e-10
# A few hundred roundings of numbers near one.
ROUNDING = 1e-13
# pyxirr stops its search early: its rate is up to 1e-8 away from the zero of its own NPV.
SEARCHED = 1e-7

money = st.floats(0.01, 1e3)


def leases(count: int, seed: int = 20251121) -> Array:
    """Flows of random leased sites, from hopeless to splendid, that have an IRR."""
    draw = np.random.default_rng(seed)
    capex = 10 ** draw.uniform(-1, 2, count)
    noi = capex * 10 ** draw.uniform(-4, 2, count)
    life = draw.integers(1, 41, count)
    tenor = draw.integers(1, life + 1)
    shares = draw.choice([0.0, 0.25, 0.5, 1.0], (3, count))
    prepay = capex * draw.choice([0.0, 0.0, 0.5], count)
    flows = cashflow.lease_flows(capex, noi, tenor, life, *shares, prepay, 0)
    return flows[cashflow.has_one_irr(flows)]


def sign_changes(flows: tuple[float, ...]) -> int:
    signs = [flow > 0 for flow in flows if flow]
    return sum(one != other for one, other in itertools.pairwise(signs))


@given(rate=st.floats(0.0, 1.0), years=st.integers(1, 60))
@settings(max_examples=100)
def test_level_payments_are_worth_the_loan(rate: float, years: int) -> None:
    payment = float(cashflow.annuity(rate, years))
    assert sum(payment / (1 + rate) ** year for year in range(1, years + 1)) == pytest.approx(1, rel=ROUNDING)


@pytest.mark.parametrize("rate", [1e-300, 1e-16, 1e-9, 1e-5, 0.0658, 2.0])
@pytest.mark.parametrize("years", [1, 5.5, 20, 1000])
def test_the_annuity_keeps_all_digits_at_any_rate(rate: float, years: float) -> None:
    with mpmath.workdps(400):
        exact = float(mpmath.mpf(rate) / (1 - (1 + mpmath.mpf(rate)) ** -mpmath.mpf(years)))
    assert float(cashflow.annuity(rate, years)) == pytest.approx(exact, rel=1e-15 * (1 + years * rate))  # few roundings


def test_the_annuity_without_interest_is_an_equal_part() -> None:
    np.testing.assert_array_equal(cashflow.annuity(0.0, np.array([1.0, 4.0, 5.5])), [1.0, 0.25, 1 / 5.5])


@given(rate=st.floats(0.0, 0.5), years=st.integers(1, 40))
@settings(max_examples=50)
def test_the_balance_is_that_of_the_amortisation_table(rate: float, years: int) -> None:
    payment, left = float(cashflow.annuity(rate, years)), 1.0
    for year in range(years + 1):
        # interest on the rounding of earlier years adds up
        assert float(cashflow.balance(rate, years, year)) == pytest.approx(left, abs=1e-15 * years * (1 + rate) ** year)
        left = left * (1 + rate) - payment


def test_a_flow_that_is_nothing_but_rounding_is_none() -> None:
    assert 0.1 - 0.3 / 3 != 0
    assert cashflow.difference(0.1, 0.3 / 3) == 0
    assert cashflow.difference(0.1, 0.1 - 1e-9) == pytest.approx(1e-9, rel=1e-6)


@given(rate=st.floats(-0.5, 2.0), flows=st.lists(st.floats(-100, 100), min_size=1, max_size=30))
@settings(max_examples=100)
def test_npv_is_that_of_pyxirr(rate: float, flows: list[float]) -> None:
    size = sum(abs(flow) / (1 + rate) ** year for year, flow in enumerate(flows))
    assert float(cashflow.npv(rate, np.array(flows))) == pytest.approx(pyxirr.npv(rate, flows), abs=1e-13 * (1 + size))


def test_flows_have_one_irr_if_they_begin_with_an_outlay_and_change_sign_once() -> None:
    patterns = list(itertools.product([-1.0, 0.0, 2.0], repeat=5))
    expected = [flows[0] < 0 and sign_changes(flows) == 1 for flows in patterns]
    np.testing.assert_array_equal(cashflow.has_one_irr(np.array(patterns)), expected)


def test_the_irr_makes_the_value_zero() -> None:
    flows = leases(20_000)
    later_outlays = (flows[:, 1:] < 0).any(axis=1)
    value = np.abs(cashflow.npv(cashflow.irr(flows), flows)) / -flows[:, 0]
    assert len(value) > 10_000
    assert value[~later_outlays].max() < PROMISED


def test_the_irr_is_that_of_pyxirr_and_of_the_polynomials_roots() -> None:
    for flows in leases(300):
        rate = float(cashflow.irr(flows))
        if not -0.5 < rate < 5:
            continue  # the other two lose their way or their digits
        theirs = pyxirr.irr(flows.tolist())
        assert rate == pytest.approx(theirs, rel=SEARCHED, abs=SEARCHED)
        nearer, there = (abs(pyxirr.npv(found, flows.tolist())) for found in (rate, theirs))
        assert nearer <= there + ROUNDING * np.abs(flows).sum()
        roots = np.roots(np.trim_zeros(flows, "b")[::-1])
        real = roots[(np.abs(roots.imag) < 1e-6) & (roots.real > 0)].real
        # a root of a polynomial of degree 40 keeps half of its digits
        assert np.abs(1 / real - 1 - rate).min() < 1e-6


@given(capex=money, growth=st.floats(1e-6, 1e6), years=st.integers(1, 40))
@settings(max_examples=200)
def test_the_irr_of_one_income_is_its_growth(capex: float, growth: float, years: int) -> None:
    flows = np.zeros(41)
    flows[0], flows[years] = -capex, capex * growth
    exact = float(mpmath.mpf(capex * growth) / mpmath.mpf(capex)) ** (1 / years) - 1
    # the last digits of the rate near -1 and of the flow's own rounding
    assert float(cashflow.irr(flows)) == pytest.approx(exact, rel=1e-14, abs=1e-15)


def test_the_irr_goes_down_to_nearly_minus_one() -> None:
    flows = np.array([[-1e6, 1e-6, 0.0], [-1e6, 0.0, 1e-6]])
    np.testing.assert_allclose(1 + cashflow.irr(flows), [1e-12, 1e-6], rtol=1e-4)  # 1e-16 of 1e-12


def test_an_irr_that_no_number_tells_from_minus_one_is_none() -> None:
    assert np.isnan(cashflow.irr(np.array([-1.0, 1e-17])))


def test_flows_without_one_irr_give_none_and_leave_their_neighbours_alone() -> None:
    flows = np.array([[-10.0, 11.0], [10.0, -11.0], [-10.0, 0.0], [0.0, 11.0], [-10.0, -1.0]])
    rate = cashflow.irr(flows)
    assert rate[0] == pytest.approx(0.1, rel=1e-14)  # one rounding of 1.1
    assert np.isnan(rate[1:]).all()


def test_a_scenarios_irr_depends_on_no_other_to_the_last_bit() -> None:
    flows = leases(500)
    together = cashflow.irr(flows)
    assert [float(cashflow.irr(np.trim_zeros(row, "b"))) for row in flows] == together.tolist()


def test_long_lives_and_large_amounts_do_not_overflow() -> None:
    flows = np.full((3, 1001), 1e300)
    flows[:, 0] = [-1e300, -1e303, -1e305]
    rate = cashflow.irr(flows)
    # nearly a perpetuity: rate = income over outlay, and for the last one more is paid than comes back in 1,000 years
    np.testing.assert_allclose(rate[:2], [1.0, 1e-3], atol=1e-3)
    assert -0.1 < rate[2] < 0
    scaled = cashflow.irr(flows / 1e300)
    np.testing.assert_allclose(rate, scaled, rtol=1e-12)  # the unit does not matter
