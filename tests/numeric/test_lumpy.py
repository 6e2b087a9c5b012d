"""Equal obligors against enumeration in high precision, closed forms, and the granular pool."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from wattstack.numeric import copula, lumpy

ORACLE = Path(__file__).parents[1] / "oracles" / "lumpy.csv"

# The accuracy promised; the outcomes sum to one within the rounding of some hundred terms.
PROMISED = 1e-12
# In a tranche of a millionth of the pool: the loss of some obligors rounds, and is divided by the width.
PROMISED_THIN = 1e-10


def oracle() -> np.ndarray:
    """Columns attach, detach, pd, lgd, rho, n, loss, touched."""
    with ORACLE.open() as file:
        return np.array([[float(cell) for cell in row] for row in list(csv.reader(file))[1:]]).T


def market(count: int, most: int, seed: int = 1) -> tuple[np.ndarray, ...]:
    """Random tranches and pools: attach, detach, pd, lgd, rho, n."""
    draw = np.random.default_rng(seed)
    attach = draw.uniform(0.0, 0.5, count)
    detach = attach + 10.0 ** draw.uniform(-3.0, -0.31, count)
    rho = np.where(draw.random(count) < 0.5, draw.uniform(0.0, 1.0, count), 10.0 ** draw.uniform(-8.0, -1.0, count))
    pd, lgd = 10.0 ** draw.uniform(-5.0, 0.0, count), draw.uniform(0.2, 1.0, count)
    return attach, detach, pd, lgd, rho, draw.integers(2, most + 1, count).astype(float)


def test_tranche_losses_agree_with_enumeration_in_high_precision() -> None:
    attach, detach, pd, lgd, rho, n, loss, _ = oracle()
    error = np.abs(lumpy.tranche_loss(attach, detach, pd, lgd, rho, n) - loss)
    assert (error <= np.where(detach - attach > 1e-5, PROMISED, PROMISED_THIN)).all()
    assert {1.0, 63.0, 64.0, 65.0, 66.0, 1000.0} <= set(n)  # both sides of the switch


def test_chances_of_being_touched_agree_with_enumeration_in_high_precision() -> None:
    attach, _, pd, lgd, rho, n, _, touched = oracle()
    np.testing.assert_allclose(lumpy.tranche_pd(attach, pd, lgd, rho, n), touched, rtol=0, atol=PROMISED)


def test_terms_by_outcome_and_incomplete_beta_functions_agree_where_both_serve() -> None:
    attach, detach, pd, lgd, rho, n = market(400, lumpy.FEW)
    few = lumpy.tranche_loss(attach, detach, pd, lgd, rho, n)
    np.testing.assert_allclose(lumpy._many_tranche_loss(n, attach, detach, pd, lgd, rho), few, rtol=0, atol=PROMISED)
    few = lumpy.tranche_pd(attach, pd, lgd, rho, n)
    np.testing.assert_allclose(lumpy._many_tranche_pd(n, attach, pd, lgd, rho), few, rtol=0, atol=PROMISED)
    quantile = np.random.default_rng(2).uniform(0.0, 1.0, 400)
    few = lumpy.pool_loss(quantile, pd, lgd, rho, n)
    np.testing.assert_array_equal(lumpy._many_pool_loss(n, quantile, pd, lgd, rho), few)


@pytest.mark.parametrize("n", [3, 64, 65, 1000])
def test_without_correlation_the_defaults_are_binomial(n: int) -> None:
    pd, lgd, attach, detach = 0.07, 0.6, 0.03, 0.08
    chances, losses = binom.pmf(range(n + 1), n, pd), lgd * np.arange(n + 1) / n
    expected = chances @ np.clip(losses - attach, 0.0, detach - attach) / (detach - attach)
    assert lumpy.tranche_loss(attach, detach, pd, lgd, 0.0, n) == pytest.approx(expected, abs=PROMISED)
    assert lumpy.tranche_pd(attach, pd, lgd, 0.0, n) == pytest.approx(chances[losses > attach].sum(), abs=PROMISED)
    assert lumpy.pool_loss(0.99, pd, lgd, 0.0, n) == pytest.approx(lgd * binom.ppf(0.99, n, pd) / n, rel=1e-15)


@pytest.mark.parametrize("n", [1, 64, 65, 5000])
def test_at_full_correlation_all_default_or_none(n: int) -> None:
    # pd times a clipped loss: two products
    assert lumpy.tranche_loss(0.1, 0.5, 0.07, 0.4, 1.0, n) == pytest.approx(0.07 * 0.3 / 0.4, rel=1e-15)
    assert lumpy.tranche_pd(0.1, 0.07, 0.4, 1.0, n) == 0.07
    np.testing.assert_array_equal(lumpy.pool_loss([0.92, 0.94], 0.07, 0.4, 1.0, n), [0.0, 0.4])


@pytest.mark.parametrize("n", [1, 64, 65, 5000])
@pytest.mark.parametrize("rho", [0.0, 0.3, 1.0])
def test_a_pd_of_zero_or_one_is_exact(n: int, rho: float) -> None:
    np.testing.assert_array_equal(lumpy.tranche_loss(0.25, 0.75, [0.0, 1.0], 0.5, rho, n), [0.0, 0.5])
    np.testing.assert_array_equal(lumpy.tranche_pd(0.25, [0.0, 1.0], 0.5, rho, n), [0.0, 1.0])
    np.testing.assert_array_equal(lumpy.pool_loss(0.5, [0.0, 1.0], 0.5, rho, n), [0.0, 0.5])


@pytest.mark.parametrize("n", [1, 10, 64, 65, 300])
def test_the_tranches_of_a_stack_lose_what_the_pool_loses(n: int) -> None:
    limits = np.array([0.0, 0.01, 0.05, 0.15, 0.3, 1.0])
    loss = lumpy.tranche_loss(limits[:-1], limits[1:], 0.067, 0.4, np.array([[0.01], [0.2], [0.95]]), n)
    np.testing.assert_allclose(loss @ np.diff(limits), 0.067 * 0.4, rtol=0, atol=PROMISED)


def test_many_obligors_are_a_granular_pool() -> None:
    attach, detach, pd, lgd, rho = 0.05, 0.15, 0.067, 0.4, 0.15
    granular = float(copula.tranche_loss(attach, detach, pd, lgd, rho))
    error = [abs(float(lumpy.tranche_loss(attach, detach, pd, lgd, rho, n)) - granular) for n in (1e3, 1e4, 1e5)]
    # The variance of the default rate given the factor falls as 1/n, and the loss's error with it.
    assert error[1] == pytest.approx(error[0] / 10, rel=0.05)
    assert error[2] == pytest.approx(error[1] / 10, rel=0.05)
    assert lumpy.pool_loss(0.999, pd, lgd, rho, 1e6) == pytest.approx(
        copula.pool_loss(0.999, pd, lgd, rho),
        abs=1e-5,  # some losses of one in a million
    )


def test_of_more_than_a_trillion_obligors_all_pools_are_the_same() -> None:
    n = np.array([lumpy.MOST, 1e16, 1e300])
    granular = copula.tranche_loss(0.05, 0.15, 0.067, 0.4, 0.15)
    # the granular pool's error falls as 1 / n, and the incomplete beta function is good to some 1e-10 there
    np.testing.assert_allclose(lumpy.tranche_loss(0.05, 0.15, 0.067, 0.4, 0.15, n), granular, rtol=0, atol=1e-10)
    np.testing.assert_allclose(
        lumpy.tranche_pd(0.05, 0.067, 0.4, 0.15, n), copula.tranche_pd(0.05, 0.067, 0.4, 0.15), rtol=0, atol=1e-9
    )
    np.testing.assert_allclose(
        lumpy.pool_loss(0.99, 0.067, 0.4, 0.15, n), copula.pool_loss(0.99, 0.067, 0.4, 0.15), rtol=0, atol=1e-10
    )


def test_one_obligor_defaults_with_its_pd_whatever_the_correlation() -> None:
    rho = np.array([0.0, 1e-9, 0.2, 0.999999, 1.0])
    np.testing.assert_allclose(lumpy.tranche_loss(0.1, 0.3, 0.07, 0.2, rho, 1), 0.07 / 2, rtol=0, atol=PROMISED)
    np.testing.assert_allclose(lumpy.tranche_pd(0.1, 0.07, 0.2, rho, 1), 0.07, rtol=0, atol=PROMISED)


def test_a_loss_at_the_attachment_is_not_above_it() -> None:
    n = np.array([[10.0], [64.0], [65.0], [1000.0]])
    at = 0.6 * (np.array([1.0, 3.0, 7.0]) / n)
    above = lumpy.tranche_pd(at, 0.05, 0.6, 0.2, n)
    np.testing.assert_array_equal(above, lumpy.tranche_pd(at + 0.5e-12, 0.05, 0.6, 0.2, n))
    np.testing.assert_array_equal(above, lumpy.tranche_pd(at - 0.5e-12, 0.05, 0.6, 0.2, n))
    assert (above < lumpy.tranche_pd(at - 2e-12, 0.05, 0.6, 0.2, n)).all()


def test_the_quantile_is_the_smallest_loss_whose_chance_reaches_it() -> None:
    n = np.array([[5.0], [64.0], [200.0]])
    quantile = np.array([0.05, 0.5, 0.9, 0.999])
    loss = lumpy.pool_loss(quantile, 0.1, 0.5, 0.25, n)
    assert (1.0 - lumpy.tranche_pd(loss, 0.1, 0.5, 0.25, n) >= quantile).all()
    assert (1.0 - lumpy.tranche_pd(np.maximum(loss - 0.5 / n, 0.0), 0.1, 0.5, 0.25, n) < quantile)[loss > 0].all()


@settings(max_examples=60, deadline=None)
@given(
    st.floats(0.0, 0.9), st.floats(0.01, 0.1), st.floats(0.0, 1.0), st.floats(0.0, 1.0), st.floats(0.0, 1.0),
    st.integers(1, 200),
)  # fmt: skip
def test_every_result_is_a_share(attach: float, width: float, pd: float, lgd: float, rho: float, n: int) -> None:
    values = [
        float(lumpy.tranche_loss(attach, attach + width, pd, lgd, rho, n)),
        float(lumpy.tranche_pd(attach, pd, lgd, rho, n)),
        float(lumpy.pool_loss(0.5 + attach / 2.0, pd, lgd, rho, n)),
    ]
    assert all(0.0 <= value <= 1.0 for value in values)
    if lgd <= attach:
        assert values[:2] == [0.0, 0.0]


def test_broadcasting_equals_a_loop() -> None:
    n = np.array([1.0, 10.0, 64.0, 65.0])[:, np.newaxis, np.newaxis]
    pd = np.array([0.0, 0.05, 0.3])[:, np.newaxis]
    rho = np.array([0.0, 0.3, 1.0])
    loss = lumpy.tranche_loss(0.03, 0.2, pd, 0.6, rho, n)
    chance = lumpy.tranche_pd(0.03, pd, 0.6, rho, n)
    for i, j, k in np.ndindex(loss.shape):
        row = float(pd[j, 0]), 0.6, float(rho[k]), float(n[i, 0, 0])
        # Sums over nodes may round in another order.
        assert loss[i, j, k] == pytest.approx(float(lumpy.tranche_loss(0.03, 0.2, *row)), abs=1e-15)
        assert chance[i, j, k] == pytest.approx(float(lumpy.tranche_pd(0.03, *row)), abs=1e-15)


def test_no_rows_give_no_rows() -> None:
    assert lumpy.tranche_loss(np.empty((0, 3)), 0.5, 0.1, 0.6, 0.3, 10).shape == (0, 3)


@pytest.mark.parametrize("n", [10, 64, 65, 130, 1000])
@pytest.mark.parametrize("width", [5e-324, 1e-300, 1e-12])
def test_thinnest_of_tranches_loses_as_often_as_it_is_touched(n: int, width: float) -> None:
    """A width whose square is nothing: a tranche is lost whole or not at all, so its loss is a chance."""
    for pd, rho in ((0.067, 0.15), (0.5, 0.5), (0.067, 1.0)):
        touched = lumpy.tranche_pd(0.0, pd, 0.4, rho, n)
        assert lumpy.tranche_loss(0.0, width, pd, 0.4, rho, n) == pytest.approx(touched, abs=1e-10)  # as promised
