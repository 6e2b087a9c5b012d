"""The tranche losses and loss quantiles of the one-factor Gaussian copula."""

from __future__ import annotations

import csv
import importlib.util
import itertools
import tracemalloc
from pathlib import Path
from types import ModuleType

import mpmath
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtr, ndtri, owens_t

from wattstack.numeric import closed_form, copula, default_line, maths, tranches
from wattstack.numeric.maths import ARRAYS

Array = npt.NDArray[np.float64]

ORACLES = Path(__file__).parents[1] / "oracles"

# The accuracy promised for every loss, tranche of 1e-6 included.
PROMISED = 1e-12
# The relative accuracy promised for losses above 1e-30.
PROMISED_RELATIVE = 1e-9
# A few units in the last place of a number near one, for plain arithmetic.
ROUNDING = 1e-15


def read_oracle() -> tuple[Array, Array]:
    """Columns of inputs (attach, detach, pd, lgd, rho), and the losses."""
    with (ORACLES / "tranche_loss.csv").open(encoding="ascii", newline="") as file:
        _, *lines = csv.reader(file)
    table = np.array(lines, dtype=np.float64).T
    return table[:5], table[5]


def load_maker() -> ModuleType:
    """The script that makes the oracle, for its mpmath functions."""
    spec = importlib.util.spec_from_file_location("maker", ORACLES / "make_tranche_loss.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


INPUTS, LOSSES = read_oracle()
MAKER = load_maker()
SPREAD = [tuple(row) for row in INPUTS.T.tolist() if MAKER.spread(row)]


def market(count: int, seed: int = 20020101) -> tuple[Array, Array, Array, Array, Array]:
    """Random tranches as they are traded: no narrower than a point, losses not tiny."""
    draw = np.random.default_rng(seed)
    attach = draw.uniform(0.0, 0.3, count)
    detach = attach + draw.uniform(0.01, 0.3, count)
    pd = 10.0 ** draw.uniform(-3.0, -0.7, count)
    return attach, detach, pd, draw.uniform(0.4, 0.9, count), draw.uniform(0.05, 0.6, count)


# --- tranche_loss against independent values -----------------------------------------------


def test_tranche_loss_agrees_with_the_oracle_to_twelve_decimals() -> None:
    assert len(LOSSES) > 300
    np.testing.assert_allclose(copula.tranche_loss(*INPUTS), LOSSES, rtol=0.0, atol=PROMISED)


def test_tranche_loss_agrees_with_the_oracle_to_nine_digits_however_senior() -> None:
    chosen = LOSSES > 1e-30
    assert np.sum(chosen & (LOSSES < 1e-12)) > 10
    loss = copula.tranche_loss(*INPUTS[:, chosen])
    np.testing.assert_allclose(loss, LOSSES[chosen], rtol=PROMISED_RELATIVE, atol=0.0)


def test_the_oracle_file_is_what_its_script_computes_by_both_methods() -> None:
    for number in range(3, len(LOSSES), 40):
        row = INPUTS[:, number].tolist()
        # The file has 25 digits, of which reading it as doubles keeps sixteen.
        assert float(MAKER.loss_by_factor(row)) == pytest.approx(LOSSES[number], rel=ROUNDING)
        if MAKER.spread(row):
            assert float(MAKER.loss_by_level(row)) == pytest.approx(LOSSES[number], rel=ROUNDING)


def owen_integral(u: Array, c: Array, rho: Array) -> Array:
    """P(X < u, Y < c) for correlation sqrt(1 - rho), by Owen's T (1956, eq. 3.1)."""
    own, common = np.sqrt(1.0 - rho), np.sqrt(rho)
    t = owens_t(u, (c - own * u) / (u * common)) + owens_t(c, (u - own * c) / (c * common))
    both: Array = 0.5 * (ndtr(u) + ndtr(c)) - t - np.where(u * c < 0.0, 0.5, 0.0)
    return both


def test_tranche_loss_agrees_with_owens_closed_form_on_market_tranches() -> None:
    attach, detach, pd, lgd, rho = market(20_000)
    c, top = ndtri(pd), np.minimum(detach, lgd)
    high = np.where(top < lgd, owen_integral(ndtri(np.minimum(top / lgd, 0.9999)), c, rho), pd)
    keep = (top == lgd) | (top / lgd < 0.9999)
    closed = lgd * (high - owen_integral(ndtri(attach / lgd), c, rho)) / (detach - attach)
    loss = copula.tranche_loss(attach, detach, pd, lgd, rho)
    # Differences of probabilities, good to a few 1e-16, over widths of 0.01 and more.
    np.testing.assert_allclose(loss[keep], closed[keep], rtol=0.0, atol=2e-13)


# --- tranche_loss in closed form ------------------------------------------------------------


def test_tranche_loss_of_a_worthless_pool_is_one() -> None:
    rho = np.array([0.0, 1e-8, 0.3, 1.0])
    np.testing.assert_array_equal(copula.tranche_loss(0.2, 0.7, 1.0, 1.0, rho), 1.0)


def test_tranche_loss_of_a_pool_that_cannot_default_is_zero() -> None:
    rho = np.array([0.0, 1e-8, 0.3, 1.0])
    np.testing.assert_array_equal(copula.tranche_loss(0.0, 0.7, 0.0, 1.0, rho), 0.0)
    np.testing.assert_array_equal(copula.tranche_loss(0.0, 0.7, 0.5, 0.0, rho), 0.0)


def test_tranche_loss_of_certain_default_is_the_layer_of_lgd() -> None:
    rho = np.array([0.0, 0.3, 1.0])
    loss = copula.tranche_loss(0.1, 0.3, 1.0, 0.25, rho)
    np.testing.assert_allclose(loss, (0.25 - 0.1) / (0.3 - 0.1), rtol=ROUNDING)


def test_tranche_loss_without_correlation_is_the_layer_of_the_mean() -> None:
    attach, detach, pd, lgd, _ = market(1000)
    layer = np.clip(pd * lgd - attach, 0.0, detach - attach) / (detach - attach)
    loss = copula.tranche_loss(attach, detach, pd, lgd, 0.0)
    # The test's own product is rounded, and divided by widths of 0.01 and more.
    np.testing.assert_allclose(loss, layer, rtol=0.0, atol=1e-14)


def test_tranche_loss_without_correlation_keeps_its_digits_in_a_thin_tranche() -> None:
    attach, pd, lgd = 0.2799995, 0.4, 0.7
    detach = attach + 1e-6
    width = mpmath.mpf(detach) - mpmath.mpf(attach)
    exact = float((mpmath.mpf(pd) * mpmath.mpf(lgd) - mpmath.mpf(attach)) / width)
    assert 0 < exact < 1
    # A rounded pd * lgd would be off by up to 3e-17 / 1e-6 = 3e-11 here.
    loss = float(copula.tranche_loss(attach, detach, pd, lgd, 0.0))
    assert loss == pytest.approx(exact, abs=PROMISED, rel=0.0)


def test_tranche_loss_at_full_correlation_is_pd_times_the_layer_of_lgd() -> None:
    attach, detach, pd, lgd, _ = market(1000)
    layer = np.clip(lgd - attach, 0.0, detach - attach) / (detach - attach)
    loss = copula.tranche_loss(attach, detach, pd, lgd, 1.0)
    np.testing.assert_allclose(loss, pd * layer, rtol=0.0, atol=ROUNDING)


def test_tranche_loss_at_the_least_correlation_is_that_without_correlation() -> None:
    attach, detach, pd, lgd, _ = market(1000)
    least = copula.tranche_loss(attach, detach, pd, lgd, 5e-324)
    none = copula.tranche_loss(attach, detach, pd, lgd, 0.0)
    np.testing.assert_allclose(least, none, rtol=0.0, atol=PROMISED)


def test_tranche_loss_just_below_full_correlation_is_near_that_at_it() -> None:
    attach, detach, pd, lgd, _ = market(1000)
    almost = copula.tranche_loss(attach, detach, pd, lgd, 1.0 - 2.0**-53)
    full = copula.tranche_loss(attach, detach, pd, lgd, 1.0)
    # P(L > x) moves by phi(c) * u * sqrt(1 - rho), with sqrt(1 - rho) = 1e-8.
    np.testing.assert_allclose(almost, full, rtol=0.0, atol=1e-7)


def test_tranche_loss_above_lgd_is_zero() -> None:
    rho = np.array([0.0, 1e-8, 0.3, 1.0])
    np.testing.assert_array_equal(copula.tranche_loss(0.6, 0.9, 0.99, 0.6, rho), 0.0)
    np.testing.assert_array_equal(copula.tranche_loss(0.7, 0.9, 0.99, 0.6, rho), 0.0)


# --- identities of tranche_loss -------------------------------------------------------------


@pytest.mark.parametrize("rho", [0.0, 1e-12, 1e-8, 1e-4, 0.2, 0.7, 0.999, 1.0 - 1e-9, 1.0])
@pytest.mark.parametrize("pd", [1e-20, 1e-6, 0.01, 0.5, 0.97, 1.0])
def test_losses_of_a_full_stack_sum_to_pd_times_lgd(pd: float, rho: float) -> None:
    thin = 0.6 * pd + np.array([-1e-6, 0.0, 1e-6])
    limits = np.unique(np.clip([0.0, *thin, 1e-6, 0.03, 0.07, 0.15, 0.3, 0.6, 1.0], 0.0, 1.0))
    attach, detach = limits[:-1], limits[1:]
    total = np.sum((detach - attach) * copula.tranche_loss(attach, detach, pd, 0.6, rho))
    assert total == pytest.approx(0.6 * pd, abs=PROMISED, rel=0.0)


def test_the_loss_of_the_whole_pool_is_pd_times_lgd_to_nine_digits() -> None:
    pd = np.geomspace(1e-20, 0.999, 40)[:, np.newaxis]
    rho = np.array([1e-12, 1e-8, 1e-4, 0.01, 0.1, 0.3, 0.5, 0.9, 0.999, 1.0 - 1e-9])
    loss = copula.tranche_loss(0.0, 1.0, pd, 0.45, rho)
    np.testing.assert_allclose(loss, np.broadcast_to(0.45 * pd, loss.shape), rtol=1e-9)


def test_tranche_loss_lies_between_the_chances_of_its_two_limits() -> None:
    attach, detach, pd, lgd, rho = INPUTS[:, [MAKER.spread(row) for row in INPUTS.T.tolist()]]
    loss = copula.tranche_loss(attach, detach, pd, lgd, rho)
    # Each of the three values has the promised accuracy.
    assert np.all(loss <= copula.tranche_pd(attach, pd, lgd, rho) + 2.0 * PROMISED)
    assert np.all(loss >= copula.tranche_pd(detach, pd, lgd, rho) - 2.0 * PROMISED)


def test_loss_of_a_very_thin_tranche_is_the_chance_of_reaching_its_middle() -> None:
    attach, _, pd, lgd, rho = market(1000)
    attach = 0.02 + 0.9 * attach
    loss = copula.tranche_loss(attach, attach + 1e-6, pd, lgd, rho)
    # Midpoint rule: width^2 / 24 times the curvature of P(L > x), which is below 1e4 here.
    chance = copula.tranche_pd(attach + 5e-7, pd, lgd, rho)
    np.testing.assert_allclose(loss, chance, rtol=0.0, atol=1e-9)


def test_expected_loss_falls_with_the_attachment_at_the_rate_of_tranche_pd() -> None:
    attach, _, pd, lgd, rho = market(1000)
    step = 1e-4
    attach = 0.02 + 0.9 * attach

    def loss_above(level: Array) -> Array:
        return (1.0 - level) * copula.tranche_loss(level, 1.0, pd, lgd, rho)

    slope = (loss_above(attach - step) - loss_above(attach + step)) / (2.0 * step)
    # Central difference: step^2 / 6 times the curvature of P(L > x), below 1e4 here.
    chance = copula.tranche_pd(attach, pd, lgd, rho)
    np.testing.assert_allclose(slope, chance, rtol=0.0, atol=2e-5)


# --- the closed form and the integral ---------------------------------------------------------


def test_the_closed_form_and_the_integral_are_each_right_on_their_side() -> None:
    spread = np.array([MAKER.spread(row) for row in INPUTS.T.tolist()])
    closed = np.zeros(len(LOSSES), bool)
    closed[spread] = closed_form.covers(ARRAYS, *INPUTS[:, spread])
    closed[closed] = closed_form.tranche_loss(ARRAYS, *INPUTS[:, closed])[1]
    for side, values in (
        (closed, closed_form.tranche_loss(ARRAYS, *INPUTS[:, closed])[0]),
        (spread & ~closed, default_line.mean_chance(ARRAYS, *INPUTS[:, spread & ~closed])),
    ):
        assert np.sum(side) > 100
        # A fifth of what is promised, so that neither is near its limit.
        np.testing.assert_allclose(values, LOSSES[side], rtol=0.0, atol=0.2 * PROMISED)
        large = LOSSES[side] > 1e-30
        np.testing.assert_allclose(values[large], LOSSES[side][large], rtol=0.2 * PROMISED_RELATIVE)


# --- tranche_pd -----------------------------------------------------------------------------


def test_tranche_pd_agrees_with_the_formula_in_high_precision() -> None:
    attach, _, pd, lgd, rho = np.array(SPREAD[::4]).T
    exact = []
    for row in np.array([attach, pd, lgd, rho]).T.tolist():
        level, p, severity, r = map(mpmath.mpf, row)
        z = MAKER.factor_level(level, MAKER.probit(p), severity, r)
        exact.append(float(mpmath.ncdf(z)))
    chance = copula.tranche_pd(attach, pd, lgd, rho)
    np.testing.assert_allclose(chance, exact, rtol=0.0, atol=PROMISED)


def test_tranche_pd_without_correlation_is_zero_or_one() -> None:
    attach = np.array([0.0, 0.0299, 0.03, 0.0301])
    np.testing.assert_array_equal(copula.tranche_pd(attach, 0.05, 0.6, 0.0), [1, 1, 0, 0])


def test_tranche_pd_takes_a_loss_within_1e_12_of_the_attachment_as_equal_to_it() -> None:
    below = 0.03 - np.array([9e-13, 2e-12])
    np.testing.assert_array_equal(copula.tranche_pd(below, 0.05, 0.6, 0.0), [0.0, 1.0])
    below = 0.6 - np.array([9e-13, 2e-12])
    np.testing.assert_array_equal(copula.tranche_pd(below, 0.05, 0.6, 1.0), [0.0, 0.05])
    np.testing.assert_array_equal(copula.tranche_pd(below, 1.0, 0.6, 0.3), [0.0, 1.0])


def test_tranche_pd_at_full_correlation_is_pd_below_lgd_and_zero_from_it() -> None:
    attach = np.array([0.0, 0.3, 0.6, 0.7])
    np.testing.assert_array_equal(copula.tranche_pd(attach, 0.05, 0.6, 1.0), [0.05, 0.05, 0, 0])


def test_tranche_pd_of_the_first_loss_is_one() -> None:
    rho = np.array([1e-300, 1e-8, 0.3, 1.0 - 1e-9])
    np.testing.assert_array_equal(copula.tranche_pd(0.0, 1e-6, 0.6, rho), 1.0)


def test_tranche_pd_is_exact_for_a_pd_of_zero_or_one() -> None:
    rho = np.array([0.0, 0.3, 1.0])
    np.testing.assert_array_equal(copula.tranche_pd(0.0, 0.0, 0.6, rho), 0.0)
    np.testing.assert_array_equal(copula.tranche_pd(0.59, 1.0, 0.6, rho), 1.0)
    np.testing.assert_array_equal(copula.tranche_pd(0.6, 1.0, 0.6, rho), 0.0)


def test_tranche_pd_at_or_above_lgd_is_zero() -> None:
    rho = np.array([0.0, 0.3, 1.0])
    np.testing.assert_array_equal(copula.tranche_pd(0.6, 0.9, 0.6, rho), 0.0)
    np.testing.assert_array_equal(copula.tranche_pd(0.9, 0.9, 0.6, rho), 0.0)


# --- pool_loss ------------------------------------------------------------------------------


def exact_pool_loss(quantile: float, pd: float, lgd: float, rho: float) -> float:
    """The quantile formula in high precision."""
    q, p, severity, r = map(mpmath.mpf, (quantile, pd, lgd, rho))
    shift = MAKER.probit(p) + mpmath.sqrt(r) * MAKER.probit(q)
    return float(severity * mpmath.ncdf(shift / mpmath.sqrt(1 - r)))


@pytest.mark.parametrize("rho", [1e-12, 1e-8, 0.01, 0.2, 0.7, 0.999, 1.0 - 1e-9, 1.0 - 2.0**-53])
def test_pool_loss_agrees_with_the_formula_in_high_precision(rho: float) -> None:
    pds = (1e-20, 1e-6, 0.01, 0.3, 0.9)
    quantiles = (1e-6, 0.1, 0.7 + 1e-9, 0.9, 0.99, 0.999999)
    for pd, quantile in itertools.product(pds, quantiles):
        exact = exact_pool_loss(quantile, pd, 0.6, rho)
        loss = float(copula.pool_loss(quantile, pd, 0.6, rho))
        assert loss == pytest.approx(exact, abs=PROMISED, rel=0.0)


def test_pool_loss_inverts_tranche_pd() -> None:
    _, _, pd, lgd, rho = market(2000)
    quantile = np.random.default_rng(7).uniform(0.001, 0.999, 2000)
    loss = copula.pool_loss(quantile, pd, lgd, rho)
    keep = loss < 0.999 * lgd
    chance = copula.tranche_pd(loss, pd, lgd, rho)
    # One ulp of the loss, 1e-16 of lgd, moves the chance by up to 1e-16 / phi(u) * 4.4, with
    # phi(u) above 0.003 as the loss stays below 0.999 of lgd.
    np.testing.assert_allclose(chance[keep], 1.0 - quantile[keep], rtol=0.0, atol=PROMISED)


def test_pool_loss_without_correlation_is_the_mean() -> None:
    quantile = np.array([0.0, 0.5, 0.999, 1.0])
    np.testing.assert_array_equal(copula.pool_loss(quantile, 0.05, 0.6, 0.0), 0.05 * 0.6)


def test_pool_loss_at_full_correlation_is_all_of_lgd_beyond_the_chance_of_none() -> None:
    quantile = np.array([0.0, 0.74, 0.75, 0.76, 1.0])
    np.testing.assert_array_equal(copula.pool_loss(quantile, 0.25, 0.6, 1.0), [0, 0, 0, 0.6, 0.6])
    assert copula.pool_loss(1.0, 1e-20, 0.6, 1.0) == 0.6


def test_pool_loss_at_the_extreme_quantiles_is_nothing_and_everything() -> None:
    rho = np.array([1e-300, 1e-8, 0.3, 1.0 - 1e-9])
    np.testing.assert_array_equal(copula.pool_loss(0.0, 0.05, 0.6, rho), 0.0)
    np.testing.assert_array_equal(copula.pool_loss(1.0, 0.05, 0.6, rho), 0.6)


def test_pool_loss_is_exact_for_a_pd_of_zero_or_one() -> None:
    quantile = np.array([[0.0], [0.5], [1.0]])
    rho = np.array([0.0, 0.3, 1.0])
    np.testing.assert_array_equal(copula.pool_loss(quantile, 0.0, 0.6, rho), 0.0)
    np.testing.assert_array_equal(copula.pool_loss(quantile, 1.0, 0.6, rho), 0.6)


# --- conditional_pd -------------------------------------------------------------------------


def test_conditional_pd_averages_to_pd_over_the_factor() -> None:
    shocks, weights = np.polynomial.hermite_e.hermegauss(80)
    pd, rho = np.array([[0.001], [0.03], [0.4]]), 0.3
    mean = copula.conditional_pd(pd, rho, shocks) @ weights / np.sqrt(2.0 * np.pi)
    # Gauss-Hermite with 80 nodes is exact to 1e-13 for a correlation this far from one.
    np.testing.assert_allclose(mean, pd[:, 0], rtol=0.0, atol=PROMISED)


def test_conditional_pd_at_a_quantile_of_the_factor_is_the_quantile_of_the_loss() -> None:
    _, _, pd, _, rho = market(1000)
    quantile = np.random.default_rng(7).uniform(0.001, 0.999, 1000)
    chance = copula.conditional_pd(pd, rho, -ndtri(quantile))
    # Two orders of the same few operations, on arguments below 10.
    loss = copula.pool_loss(quantile, pd, 1.0, rho)
    np.testing.assert_allclose(chance, loss, rtol=0.0, atol=1e-14)


def test_conditional_pd_without_correlation_is_pd() -> None:
    pd = np.array([0.0, 1e-6, 0.05, 0.9, 1.0])
    # Phi of Phi^-1 is good to a few units in the last place.
    np.testing.assert_allclose(copula.conditional_pd(pd, 0.0, -3.0), pd, rtol=0.0, atol=ROUNDING)


def test_conditional_pd_is_exact_for_a_pd_of_zero_or_one() -> None:
    shock = np.array([-9.0, 0.0, 9.0])
    np.testing.assert_array_equal(copula.conditional_pd(0.0, 0.3, shock), 0.0)
    np.testing.assert_array_equal(copula.conditional_pd(1.0, 0.3, shock), 1.0)


# --- properties -----------------------------------------------------------------------------

SHARES = st.one_of(
    st.floats(0.0, 1.0),
    st.floats(-20.0, 0.0).map(lambda exponent: 10.0**exponent),
    st.floats(-12.0, 0.0).map(lambda exponent: 1.0 - 10.0**exponent),
    st.sampled_from([0.0, 5e-324, 1e-300, 1e-8, 0.5, 1.0 - 1e-9, 1.0 - 2.0**-53, 1.0]),
)
# Tranches no thinner than the accuracy is promised for.
WIDTHS = st.floats(-6.0, 0.0).map(lambda exponent: 10.0**exponent)


def tranche(place: float, width: float) -> tuple[float, float]:
    """Limits of a tranche of the given width, at a place from 0 (junior) to 1 (senior)."""
    attach = place * (1.0 - width)
    return attach, min(attach + width, 1.0)


LIMITS = st.builds(tranche, SHARES, WIDTHS)


@given(st.lists(SHARES, min_size=2, max_size=2, unique=True), SHARES, SHARES, SHARES)
def test_every_loss_and_chance_is_a_number_between_zero_and_one(
    limits: list[float], pd: float, lgd: float, rho: float
) -> None:
    attach, detach = sorted(limits)
    values = [
        float(copula.tranche_loss(attach, detach, pd, lgd, rho)),
        float(copula.tranche_pd(attach, pd, lgd, rho)),
        float(copula.pool_loss(attach, pd, lgd, rho)),
        float(copula.conditional_pd(pd, min(rho, 1.0 - 2.0**-53), 20.0 * attach - 10.0)),
    ]
    assert all(0.0 <= value <= 1.0 for value in values)


@given(LIMITS, st.tuples(SHARES, SHARES), SHARES, SHARES)
def test_tranche_loss_rises_with_pd(
    limits: tuple[float, float], pds: tuple[float, float], lgd: float, rho: float
) -> None:
    low, high = copula.tranche_loss(*limits, np.sort(pds), lgd, rho)
    # Two values, each with the promised accuracy; likewise below.
    assert low <= high + 2.0 * PROMISED


@given(LIMITS, SHARES, st.tuples(SHARES, SHARES), SHARES)
def test_tranche_loss_rises_with_lgd(
    limits: tuple[float, float], pd: float, lgds: tuple[float, float], rho: float
) -> None:
    low, high = copula.tranche_loss(*limits, pd, np.sort(lgds), rho)
    assert low <= high + 2.0 * PROMISED


@given(LIMITS, LIMITS, SHARES, SHARES, SHARES)
def test_tranche_loss_falls_with_seniority(
    one: tuple[float, float], other: tuple[float, float], pd: float, lgd: float, rho: float
) -> None:
    # Sorting attachments and detachments apart makes one tranche senior to the other.
    attach, detach = np.sort([one, other], axis=0).T
    junior, senior = copula.tranche_loss(attach, detach, pd, lgd, rho)
    assert senior <= junior + 2.0 * PROMISED


@given(st.tuples(SHARES, SHARES), SHARES, SHARES, SHARES)
def test_pool_loss_rises_with_the_quantile(
    quantiles: tuple[float, float],
    pd: float,
    lgd: float,
    rho: float,
) -> None:
    low, high = copula.pool_loss(np.sort(quantiles), pd, lgd, rho)
    assert low <= high + 2.0 * PROMISED


@given(st.tuples(SHARES, SHARES), SHARES, SHARES, SHARES)
def test_tranche_pd_falls_with_the_attachment(
    attachments: tuple[float, float], pd: float, lgd: float, rho: float
) -> None:
    junior, senior = copula.tranche_pd(np.sort(attachments), pd, lgd, rho)
    assert senior <= junior + 2.0 * PROMISED


def test_no_corner_of_the_domain_divides_by_zero_or_overflows() -> None:
    pd = [0.0, 5e-324, 1e-300, 1e-20, 0.5, 1.0 - 1e-16, 1.0]
    lgd = [0.0, 5e-324, 1e-300, 0.1, 0.5 + 1e-15, 1.0]
    rho = [0.0, 5e-324, 1e-300, 1e-8, 0.5, 1.0 - 1e-9, 1.0 - 2.0**-53, 1.0]
    limits = itertools.combinations([0.0, 5e-324, 1e-300, 1e-6, 0.1, 0.5, 1.0 - 1e-16, 1.0], 2)
    rows = [(*pair, *rest) for pair in limits for rest in itertools.product(pd, lgd, rho)]
    attach, detach, *pool = np.array(rows).T
    with np.errstate(divide="raise", over="raise", invalid="raise"):
        loss = copula.tranche_loss(attach, detach, *pool)
        chance = copula.tranche_pd(attach, *pool)
        quantile = copula.pool_loss(attach, *pool)
    for values in (loss, chance, quantile):
        assert np.all((values >= 0.0) & (values <= 1.0))


# --- arrays ---------------------------------------------------------------------------------


def test_broadcasting_equals_a_loop() -> None:
    attach = np.array([0.0, 0.03, 0.5])[:, np.newaxis, np.newaxis]
    pd = np.array([0.0, 0.01, 0.3, 1.0])[:, np.newaxis]
    rho = np.array([0.0, 1e-8, 0.2, 0.9, 1.0])
    loss = copula.tranche_loss(attach, attach + 0.3, pd, 0.6, rho)
    chance = copula.tranche_pd(attach, pd, 0.6, rho)
    quantile = copula.pool_loss(attach, pd, 0.6, rho)
    assert loss.shape == chance.shape == quantile.shape == (3, 4, 5)
    for i, j, k in np.ndindex(loss.shape):
        a, p, r = float(attach[i, 0, 0]), float(pd[j, 0]), float(rho[k])
        one = copula.tranche_loss(np.array([a]), a + 0.3, p, 0.6, r)
        # Sums over nodes may round in another order.
        assert loss[i, j, k] == pytest.approx(float(one[0]), rel=1e-13, abs=1e-300)
        assert chance[i, j, k] == copula.tranche_pd(np.array([a]), p, 0.6, r)[0]
        assert quantile[i, j, k] == copula.pool_loss(np.array([a]), p, 0.6, r)[0]


def test_an_array_without_dimensions_gives_one() -> None:
    attach = np.array(0.03)
    assert copula.tranche_loss(attach, 0.06, 0.05, 0.6, 0.3).shape == ()
    assert copula.conditional_pd(np.array(0.05), 0.3, -2.0).dtype == np.float64


def test_no_rows_give_no_rows() -> None:
    none = np.empty((0, 3))
    assert copula.tranche_loss(none, 0.06, 0.05, 0.6, 0.3).shape == (0, 3)
    assert copula.pool_loss(none, 0.05, 0.6, 0.3).shape == (0, 3)


def test_rows_are_independent_of_the_block_they_fall_in() -> None:
    rows = np.array(market(3 * maths.BLOCK_ROWS + 17))
    whole = copula.tranche_loss(*rows)
    halves = np.hstack([copula.tranche_loss(*rows[:, :1500]), copula.tranche_loss(*rows[:, 1500:])])
    # A last block of few rows goes along the default line.
    np.testing.assert_allclose(whole, halves, rtol=0.1 * PROMISED_RELATIVE)


def test_few_rows_give_what_many_give() -> None:
    rows = np.array(market(10 * copula._FEW))
    few = np.hstack([copula.tranche_loss(*part) for part in np.split(rows, 40, axis=1)])
    # The integral and the closed form, both far better than promised on tranches of a point and more.
    np.testing.assert_allclose(few, copula.tranche_loss(*rows), rtol=0.0, atol=0.1 * PROMISED)


def test_strided_inputs_are_read_and_left_alone() -> None:
    rows = np.array(market(2000))
    backwards = rows[:, ::-2]
    kept = rows.copy()
    loss = copula.tranche_loss(*backwards)
    np.testing.assert_array_equal(rows, kept)
    np.testing.assert_allclose(loss, copula.tranche_loss(*rows)[::-2], rtol=1e-13)


def test_a_million_rows_need_little_more_memory_than_their_result() -> None:
    count = 1_000_000
    attach, detach, pd, lgd, rho = market(count)
    attach[::2] = 0.0
    tracemalloc.start()
    try:
        loss = copula.tranche_loss(attach, detach, pd, lgd, rho)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert loss.shape == (count,)
    # The blocks: a handful of arrays of 8192 rows by 8 nodes of 8 bytes, 0.5 MB each.
    assert peak - loss.nbytes < 5_000_000


# --- plain floats -----------------------------------------------------------------------------


def test_plain_floats_give_a_plain_float() -> None:
    assert type(copula.tranche_loss(0.03, 0.06, 0.05, 0.6, 0.3)) is float  # in closed form
    assert type(copula.tranche_loss(0.03, 0.06, 0.05, 0.6, 1e-9)) is float  # by the integral
    assert type(copula.tranche_loss(0.03, 0.06, 0.05, 0.6, 0.0)) is float
    assert type(copula.tranche_pd(0.03, 0.05, 0.6, 0.3)) is float
    assert type(copula.pool_loss(0.99, 0.05, 0.6, 0.3)) is float
    assert type(copula.conditional_pd(0.05, 0.3, -2.0)) is float
    assert tranches.tranche_loss(0.03, 0.06, 0.05, 0.6, 0.3) == copula.tranche_loss(0.03, 0.06, 0.05, 0.6, 0.3)


RHOS = st.one_of(SHARES, st.floats(0.001, 0.999), st.floats(-8.0, 0.0).map(lambda exponent: 10.0**exponent))


@given(LIMITS, st.one_of(SHARES, st.floats(0.001, 0.2)), st.one_of(SHARES, st.floats(0.3, 1.0)), RHOS)
def test_plain_floats_give_the_loss_of_a_row(limits: tuple[float, float], pd: float, lgd: float, rho: float) -> None:
    row = (*limits, pd, lgd, rho)
    one, many = copula.tranche_loss(*row), copula.tranche_loss(*np.array([row] * copula._FEW).T)
    # Both are as good as promised; scipy's Owen's T and the array's differ by 1e-13 of the tail.
    np.testing.assert_allclose(one, many, rtol=PROMISED_RELATIVE, atol=PROMISED if one < 1e-30 else 0.2 * PROMISED)


@given(SHARES, SHARES, SHARES, RHOS, st.floats(-9.0, 9.0))
def test_plain_floats_give_the_chances_of_a_row(level: float, pd: float, lgd: float, rho: float, shock: float) -> None:
    loading = min(rho, 1.0 - 2.0**-53)
    for function, row in (
        (copula.tranche_pd, (level, pd, lgd, rho)),
        (copula.pool_loss, (level, pd, lgd, rho)),
        (copula.conditional_pd, (pd, loading, shock)),
    ):
        many = function(*np.array([row, row]).T)
        # The same operations; but numpy's exponential rounds otherwise than the standard library's.
        np.testing.assert_allclose(function(*row), many, rtol=1e-11, atol=PROMISED)


def test_plain_floats_give_the_oracle_to_what_is_promised() -> None:
    loss = np.array([copula.tranche_loss(*row) for row in INPUTS.T.tolist()])
    np.testing.assert_allclose(loss, LOSSES, rtol=0.0, atol=PROMISED)
    large = LOSSES > 1e-30
    np.testing.assert_allclose(loss[large], LOSSES[large], rtol=PROMISED_RELATIVE)
