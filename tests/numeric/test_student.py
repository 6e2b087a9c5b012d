"""The t copula against integration in high precision, the noncentral t distribution, and the Gaussian copula."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtri, stdtr, stdtrit
from scipy.stats import chi2, nct

from wattstack.numeric import copula, student, tranches

ORACLE = Path(__file__).parents[1] / "oracles" / "student.csv"
PROMISED = 1e-9
POOL = 0.067, 0.4, 0.15  # pd, lgd, rho


def oracle(counted: bool) -> np.ndarray:
    """Columns attach, detach, pd, lgd, rho, dof, n, loss, touched; n 0 for a granular pool."""
    with ORACLE.open() as file:
        rows = [[float(cell) for cell in row] for row in list(csv.reader(file))[1:]]
    return np.array([row for row in rows if (row[6] > 0) == counted]).T


def test_granular_pools_agree_with_integration_in_high_precision() -> None:
    attach, detach, pd, lgd, rho, dof, _, loss, touched = oracle(counted=False)
    # The oracle keeps 15 digits; ours are far better than promised.
    np.testing.assert_allclose(student.tranche_loss(attach, detach, pd, lgd, rho, dof), loss, rtol=0, atol=1e-12)
    np.testing.assert_allclose(student.tranche_pd(attach, pd, lgd, rho, dof), touched, rtol=0, atol=1e-11)


def test_pools_of_n_obligors_agree_with_enumeration_in_high_precision() -> None:
    attach, detach, pd, lgd, rho, dof, n, loss, touched = oracle(counted=True)
    np.testing.assert_allclose(student.tranche_loss(attach, detach, pd, lgd, rho, dof, n), loss, rtol=0, atol=1e-12)
    np.testing.assert_allclose(student.tranche_pd(attach, pd, lgd, rho, dof, n), touched, rtol=0, atol=1e-12)


@pytest.mark.parametrize("dof", [2.5, 5.0, 20.0])
def test_the_chance_of_a_loss_is_a_noncentral_t_probability(dof: float) -> None:
    pd, rho, lgd = 0.05, np.array([0.05, 0.3, 0.8]), 0.6
    attach = np.array([[0.02], [0.1], [0.4]])
    # sqrt(1 - rho) * u + sqrt(rho) * M < c * r, over r: a noncentral t variable below c / sqrt(rho)
    centre = np.sqrt(1.0 - rho) * ndtri(attach / lgd) / np.sqrt(rho)
    expected = nct.cdf(stdtrit(dof, pd) / np.sqrt(rho), dof, centre)
    # scipy's noncentral t is itself good to some 1e-9
    np.testing.assert_allclose(student.tranche_pd(attach, pd, lgd, rho, dof), expected, rtol=0, atol=1e-8)


@pytest.mark.parametrize("n", [None, 10, 65])
def test_many_degrees_of_freedom_are_the_gaussian_copula(n: int | None) -> None:
    gaussian = float(tranches.tranche_loss(0.05, 0.15, *POOL, n))
    dof = np.array([1e3, 1e4, 1e5, 1e6, 1e8])
    scaled = dof * (student.tranche_loss(0.05, 0.15, *POOL, dof, n) - gaussian)
    # the variance of r falls as 1 / dof, and the loss's distance with it, up to a next term of some 2 / dof;
    # times dof, rounding of 1e-15 is 1e-7 at 1e8
    assert (np.abs(scaled - scaled[-1]) <= 2.0 / dof + 1e-6).all()
    assert scaled[-1] > 0.05


@pytest.mark.parametrize("n", [None, 10])
@pytest.mark.parametrize("dof", [1e10, 1e20, 1e300, 1.7e308])
def test_degrees_of_freedom_beyond_count_are_the_gaussian_copula_and_no_error(n: int | None, dof: float) -> None:
    limits = np.array([0.0, 0.05, 0.15, 0.3, 1.0])
    loss = student.tranche_loss(limits[:-1], limits[1:], *POOL, dof, n)
    # at 1e10 they differ by some 5e-11
    np.testing.assert_allclose(loss, tranches.tranche_loss(limits[:-1], limits[1:], *POOL, n), rtol=0, atol=1e-10)
    chance = student.tranche_pd(limits[1:-1], *POOL, dof, n)
    np.testing.assert_allclose(chance, tranches.tranche_pd(limits[1:-1], *POOL, n), rtol=0, atol=1e-10)
    quantile = student.pool_loss([0.5, 0.999], *POOL, dof, n)
    np.testing.assert_allclose(quantile, tranches.pool_loss([0.5, 0.999], *POOL, n), rtol=0, atol=1e-10)


@pytest.mark.parametrize("dof", [2.0 + 1e-12, 2.5, 39.9, 40.1, 199.9, 200.1, 1e4, 1e12, 1e300])
def test_the_mass_of_r_is_one_and_the_mean_of_its_square_is_one(dof: float) -> None:
    at, mass = student._panels(np.array([dof]), [])
    assert mass.sum() == pytest.approx(1.0, abs=1e-14)  # some hundred roundings
    # W has the mean dof; close to dof 2 its lowest values are cut off at 1e-18
    assert (mass * np.exp(2.0 * at)).sum() == pytest.approx(1.0, abs=1e-12)


@pytest.mark.parametrize("dof", [2.5, 4.0, 10.0, 50.0, 1e4])
def test_the_threshold_is_the_quantile_of_the_t_distribution(dof: float) -> None:
    pd = np.array([1e-20, 1e-6, 0.02, 0.3, 0.5, 0.7, 0.97])
    back = stdtr(dof, student._quantile(pd, np.full(pd.shape, dof)))
    np.testing.assert_allclose(back, pd, rtol=1e-13)  # scipy's own quantile is good to 1e-10


@pytest.mark.parametrize("n", [None, 1, 10])
@pytest.mark.parametrize("dof", [2.5, 10.0, 50.0])
def test_the_tranches_of_a_stack_lose_what_the_pool_loses(n: int | None, dof: float) -> None:
    limits = np.array([0.0, 0.05, 0.15, 0.3, 1.0])
    loss = student.tranche_loss(limits[:-1], limits[1:], 0.067, 0.4, np.array([[0.0], [0.15], [1.0]]), dof, n)
    np.testing.assert_allclose(loss @ np.diff(limits), 0.067 * 0.4, rtol=0, atol=PROMISED)


def test_without_correlation_obligors_still_default_together() -> None:
    # the Gaussian pool loses 2.68 % for certain, the t pool more than 10 % now and then
    assert float(copula.tranche_pd(0.1, 0.067, 0.4, 0.0)) == 0.0
    share = ndtri(0.1 / 0.4) / stdtrit(4.0, 0.067)
    expected = chi2.cdf(4.0 * share**2, 4.0)
    assert float(student.tranche_pd(0.1, 0.067, 0.4, 0.0, 4.0)) == pytest.approx(expected, abs=PROMISED)


def test_at_full_correlation_and_certain_defaults_the_copula_does_not_matter() -> None:
    assert float(student.tranche_loss(0.1, 0.5, 0.07, 0.4, 1.0, 4.0)) == pytest.approx(0.07 * 0.75, abs=PROMISED)
    np.testing.assert_array_equal(student.tranche_loss(0.25, 0.75, [0.0, 1.0], 0.5, 0.3, 4.0), [0.0, 0.5])
    np.testing.assert_array_equal(student.tranche_pd(0.25, [0.0, 1.0], 0.5, 0.3, 4.0, 10), [0.0, 1.0])
    np.testing.assert_array_equal(student.pool_loss([0.92, 0.94], 0.07, 0.4, 1.0, 4.0), [0.0, 0.4])
    np.testing.assert_array_equal(student.pool_loss(0.5, [0.0, 1.0], 0.5, 0.3, 4.0), [0.0, 0.5])


def test_the_quantile_inverts_the_chance_of_a_loss() -> None:
    quantile = np.array([0.1, 0.5, 0.9, 0.999])
    dof = np.array([[2.5], [10.0]])
    loss = student.pool_loss(quantile, 0.067, 0.4, 0.15, dof)
    chance = student.tranche_pd(loss, 0.067, 0.4, 0.15, dof)
    np.testing.assert_allclose(chance, np.broadcast_to(1.0 - quantile, chance.shape), rtol=0, atol=PROMISED)
    counted = student.pool_loss(quantile, 0.067, 0.4, 0.15, dof, 10)
    assert (1.0 - student.tranche_pd(counted, 0.067, 0.4, 0.15, dof, 10) >= quantile).all()
    below = np.maximum(counted - 0.04, 0.0)
    assert (1.0 - student.tranche_pd(below, 0.067, 0.4, 0.15, dof, 10) < quantile)[counted > 0].all()


@settings(max_examples=40, deadline=None)
@given(
    st.floats(0.0, 0.9), st.floats(0.01, 0.1), st.floats(0.0, 1.0), st.floats(0.0, 1.0), st.floats(0.0, 1.0),
    st.floats(2.0, 200.0, exclude_min=True),
)  # fmt: skip
def test_every_result_is_a_share(attach: float, width: float, pd: float, lgd: float, rho: float, dof: float) -> None:
    values = [
        float(student.tranche_loss(attach, attach + width, pd, lgd, rho, dof)),
        float(student.tranche_pd(attach, pd, lgd, rho, dof)),
    ]
    assert all(0.0 <= value <= 1.0 for value in values)


def test_broadcasting_equals_a_loop() -> None:
    pd, rho, dof = np.array([[[0.0]], [[0.05]], [[0.3]]]), np.array([[0.0], [0.3], [1.0]]), np.array([2.5, 30.0])
    loss = student.tranche_loss(0.03, 0.2, pd, 0.6, rho, dof)
    for i, j, k in np.ndindex(loss.shape):
        one = student.tranche_loss(0.03, 0.2, float(pd[i, 0, 0]), 0.6, float(rho[j, 0]), float(dof[k]))
        # Sums over nodes may round in another order.
        assert loss[i, j, k] == pytest.approx(float(one), abs=1e-14)


def test_the_median_of_even_odds_is_a_half_whatever_the_copula() -> None:
    assert float(student.pool_loss(0.5, 0.5, 0.6, 0.2, 3.0)) == pytest.approx(0.3, abs=PROMISED)


@pytest.mark.parametrize("dof", [2.5, 3.0, 10.0, 30.0])
@pytest.mark.parametrize("pd", [5e-324, 1e-300, 1e-100])
def test_default_as_good_as_impossible_is_no_loss(pd: float, dof: float) -> None:
    """Whatever a version of scipy says of so faint a tail of the t distribution."""
    assert student.pool_loss(0.5, pd, 0.5, 0.3, dof) < 1e-15
    assert student.tranche_loss(0.0, 0.1, pd, 0.5, 0.3, dof) < 1e-15
    assert student.tranche_pd(0.05, pd, 0.5, 0.3, dof) < 1e-15
