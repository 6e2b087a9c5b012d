"""Unequal obligors against enumeration, and where they meet equal ones, one, and very many."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr, ndtri

from wattstack.numeric import copula, lumpy, pool

PROMISED = 1e-10
ONE = np.ones(1)


def enumerated(attach: float, detach: float, pd: np.ndarray, loss: np.ndarray, rho: np.ndarray) -> float:
    """All 2^n outcomes, each with its chance given the factor, over 200 panels of the factor."""
    defaults = np.array(list(itertools.product((0.0, 1.0), repeat=len(pd))))
    share = np.clip(defaults @ loss - attach, 0.0, detach - attach) / (detach - attach)
    nodes, weights = np.polynomial.legendre.leggauss(8)
    steps = ndtri(pd[rho == 1.0])  # obligors that follow the factor alone default below their threshold
    edges = np.unique(np.concatenate([np.linspace(-9.0, 9.0, 201), steps]))
    half = 0.5 * np.diff(edges)
    factor = (0.5 * (edges[1:] + edges[:-1])[:, None] + half[:, None] * nodes).ravel()
    mass = (half[:, None] * weights).ravel() * np.exp(-0.5 * factor**2) / np.sqrt(2.0 * np.pi)
    with np.errstate(divide="ignore"):
        rate = ndtr((ndtri(pd) - np.sqrt(rho) * factor[:, None]) / np.sqrt(1.0 - rho))
    chances = np.ones((len(factor), len(defaults)))
    for column, p in zip(defaults.T, rate.T, strict=True):
        chances *= np.where(column[None, :] > 0.0, p[:, None], 1.0 - p[:, None])
    return float(mass @ (chances @ share))


@pytest.mark.parametrize("seed", range(12))
def test_pools_of_up_to_ten_obligors_agree_with_enumeration(seed: int) -> None:
    draw = np.random.default_rng(seed)
    n = int(draw.integers(2, 11))
    pd, rho = 10.0 ** draw.uniform(-3.0, -0.1, n), draw.uniform(0.0, 0.95, n)
    rho[draw.random(n) < 0.2] = draw.choice([0.0, 1.0])
    exposure, lgd = draw.integers(1, 9, n).astype(float), draw.choice([0.2, 0.4, 0.6, 1.0], n)
    attach = draw.uniform(0.0, 0.4)
    detach = attach + draw.choice([0.01, 0.1, 0.5])
    expected = enumerated(attach, detach, pd, exposure / exposure.sum() * lgd, rho)
    assert loss(attach, detach, pd, lgd, rho, exposure) == pytest.approx(expected, abs=PROMISED)


def test_sixteen_obligors_agree_with_enumeration() -> None:
    draw = np.random.default_rng(16)
    pd, rho = draw.uniform(0.01, 0.3, 16), draw.uniform(0.05, 0.5, 16)
    exposure = draw.integers(1, 9, 16).astype(float)
    nodes, weights = np.polynomial.legendre.leggauss(160)
    defaults = np.array(list(itertools.product((0.0, 1.0), repeat=16)))
    share = np.clip(defaults @ exposure / exposure.sum() * 0.6 - 0.1, 0.0, 0.1) / 0.1
    expected = 0.0
    for node, weight in zip(9.0 * nodes, 9.0 * weights, strict=True):
        p = ndtr((ndtri(pd) - np.sqrt(rho) * node) / np.sqrt(1.0 - rho))
        chances = np.ones(1)
        for chance in p:  # the order of itertools.product
            chances = np.outer(chances, [1.0 - chance, chance]).ravel()
        expected += weight * np.exp(-0.5 * node**2) / np.sqrt(2.0 * np.pi) * float(chances @ share)
    assert loss(0.1, 0.2, pd, 0.6 * ONE, rho, exposure) == pytest.approx(expected, abs=PROMISED)


@pytest.mark.parametrize("n", [1, 2, 10, 125])
@pytest.mark.parametrize("rho", [0.0, 1e-6, 0.15, 0.9, 0.99999, 1.0])
def test_equal_obligors_are_the_pool_of_equal_obligors(n: int, rho: float) -> None:
    for attach, detach in ((0.0, 0.05), (0.05, 0.15), (0.15, 0.3), (0.3, 1.0)):
        equal = float(lumpy.tranche_loss(attach, detach, 0.067, 0.4, rho, n))
        unequal = loss(attach, detach, np.full(n, 0.067), 0.4 * ONE, rho * ONE, 7.0 * ONE)
        assert unequal == pytest.approx(equal, abs=PROMISED)


def test_one_obligor_loses_its_lgd_with_its_pd() -> None:
    for rho in (0.0, 0.3, 1.0):
        loss = loss(0.1, 0.3, 0.07 * ONE, 0.2 * ONE, rho * ONE, ONE)
        assert loss == pytest.approx(0.07 / 2.0, abs=PROMISED)


def test_many_small_obligors_are_a_granular_pool() -> None:
    granular = float(copula.tranche_loss(0.05, 0.15, 0.067, 0.4, 0.15))
    few, many = (
        abs(loss(0.05, 0.15, np.full(n, 0.067), 0.4 * ONE, 0.15 * ONE, ONE) - granular)
        for n in (250, 1000)
    )
    assert many == pytest.approx(few / 4.0, rel=0.1)  # the error falls as 1/n


def test_order_and_unit_of_the_exposures_do_not_matter() -> None:
    pd, rho = np.array([0.02, 0.1, 0.3, 0.05]), np.array([0.1, 0.3, 0.0, 0.6])
    exposure = np.array([5.0, 1.0, 2.0, 4.0])
    loss = loss(0.1, 0.4, pd, 0.5 * ONE, rho, exposure)
    turned = loss(0.1, 0.4, pd[::-1], 0.5 * ONE, rho[::-1], 37.5 * exposure[::-1])
    assert turned == pytest.approx(loss, abs=1e-13)  # sums in another order


@pytest.mark.parametrize("exposure", [[1.0, 2.0, 5.0], [1.0, np.sqrt(2.0), np.pi]])
def test_the_tranches_of_a_stack_lose_what_the_pool_loses(exposure: list[float]) -> None:
    pd, lgd, rho = np.array([0.02, 0.1, 0.3]), np.array([0.5, 0.4, 0.7]), np.array([0.1, 0.3, 0.0])
    limits = [0.0, 0.05, 0.15, 0.3, 1.0]
    weights = np.array(exposure) / sum(exposure)
    stack = [
        (detach - attach) * loss(attach, detach, pd, lgd, rho, weights)
        for attach, detach in itertools.pairwise(limits)
    ]
    assert sum(stack) == pytest.approx(float(weights @ (lgd * pd)), abs=PROMISED)


def test_losses_without_a_common_unit_err_by_less_than_the_bound() -> None:
    draw = np.random.default_rng(3)
    pd, rho = draw.uniform(0.01, 0.3, 10), draw.uniform(0.05, 0.5, 10)
    loss = draw.uniform(0.02, 0.08, 10)
    expected = enumerated(0.1, 0.12, pd, loss / loss.sum(), rho)
    found = loss(0.1, 0.12, pd, ONE, rho, loss)
    bound = np.sqrt(10.0) / pool.UNITS / (4.0 * 0.02)
    assert abs(found - expected) < bound
    assert found == pytest.approx(expected, abs=1e-4)  # far less, as the splits of many losses even out


def test_units_are_found_where_there_are_some() -> None:
    assert pool.common_unit(np.array([0.3, 0.2, 0.5])) == pytest.approx(0.1, rel=1e-12)
    assert pool.common_unit(np.array([0.1 / 3.0, 0.7 / 3.0])) == pytest.approx(0.1 / 3.0, rel=1e-12)
    assert pool.common_unit(np.array([1.0, np.sqrt(2.0)])) == pytest.approx((1.0 + np.sqrt(2.0)) / pool.UNITS)
    twenty_thousand = np.array([1.0, 19_999.0])
    assert pool.common_unit(twenty_thousand) == pytest.approx(1.0, rel=1e-12)


@settings(max_examples=40, deadline=None)
@given(
    st.floats(0.0, 0.9),
    st.floats(0.01, 0.1),
    st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.floats(0.1, 10)), min_size=1, max_size=4),
)
def test_every_loss_is_a_share(attach: float, width: float, obligors: list[tuple[float, ...]]) -> None:
    pd, lgd, rho, exposure = np.array(obligors).T
    assert 0.0 <= loss(attach, attach + width, pd, lgd, rho, exposure) <= 1.0
