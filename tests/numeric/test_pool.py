"""Unequal obligors against enumeration, the grid's error against its bound, and where they meet the other forms."""

from __future__ import annotations

import csv
import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr, ndtri

import wattstack
from wattstack.errors import FunctionError
from wattstack.numeric import copula, lumpy, pool

ORACLE = Path(__file__).parents[1] / "oracles" / "pool.csv"

PROMISED = 1e-10
ONE = np.ones(1)
STACK = [0.0, 0.03, 0.07, 0.15, 0.3, 1.0]


def lost(attach: float, detach: float, pd: np.ndarray, lgd: np.ndarray, rho: np.ndarray, exposure: np.ndarray) -> float:
    return pool.tranche_loss(attach, detach, pd, lgd, rho, exposure).share


def enumerated(attach: float, detach: float, pd: np.ndarray, loss: np.ndarray, rho: np.ndarray) -> float:
    """All 2^n outcomes as pairs of outcomes of two halves, given the factor, over 200 panels of it."""
    nodes, weights = np.polynomial.legendre.leggauss(8)
    steps = ndtri(pd[rho == 1.0])  # obligors that follow the factor alone default below their threshold
    edges = np.unique(np.concatenate([np.linspace(-9.0, 9.0, 201), steps]))
    half = 0.5 * np.diff(edges)
    factor = (0.5 * (edges[1:] + edges[:-1])[:, None] + half[:, None] * nodes).ravel()
    mass = (half[:, None] * weights).ravel() * np.exp(-0.5 * factor**2) / np.sqrt(2.0 * np.pi)
    with np.errstate(divide="ignore"):
        rate = ndtr((ndtri(pd) - np.sqrt(rho) * factor[:, None]) / np.sqrt(1.0 - rho))
    middle = len(pd) // 2
    losses, chances = zip(
        outcomes(rate[:, :middle], loss[:middle]), outcomes(rate[:, middle:], loss[middle:]), strict=True
    )
    share = np.clip(np.add.outer(*losses) - attach, 0.0, detach - attach) / (detach - attach)
    return float(mass @ ((chances[0] @ share) * chances[1]).sum(axis=1))


def outcomes(rate: np.ndarray, loss: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The losses of all outcomes, and the chance of each (columns) given each factor (rows)."""
    losses, chances = np.zeros(1), np.ones((len(rate), 1))
    for p, x in zip(rate.T[:, :, None], loss, strict=True):
        losses = np.concatenate([losses, losses + x])
        chances = np.concatenate([chances * (1.0 - p), chances * p], axis=1)
    return losses, chances


def oracle() -> list[tuple[list[np.ndarray], float]]:
    with ORACLE.open() as file:
        rows = list(csv.reader(file))[1:]
    return [([np.array(cell.split(), float) for cell in cells], float(loss)) for *cells, loss in rows]


@pytest.mark.parametrize(("columns", "expected"), oracle())
def test_pools_with_a_common_unit_agree_with_enumeration_in_high_precision(
    columns: list[np.ndarray], expected: float
) -> None:
    (attach,), (detach,), *obligors = columns
    found = pool.tranche_loss(float(attach), float(detach), *obligors)
    assert found.bound == 0.0
    assert found.share == pytest.approx(expected, abs=PROMISED)


@pytest.mark.parametrize("seed", range(12))
def test_random_pools_agree_with_enumeration(seed: int) -> None:
    draw = np.random.default_rng(seed)
    n = int(draw.integers(2, 15))
    pd, rho = 10.0 ** draw.uniform(-3.0, -0.1, n), draw.uniform(0.0, 0.95, n)
    rho[draw.random(n) < 0.2] = draw.choice([0.0, 1.0])
    exposure, lgd = draw.integers(1, 9, n).astype(float), draw.choice([0.2, 0.4, 0.6, 1.0], n)
    attach = draw.uniform(0.0, 0.4)
    detach = attach + draw.choice([0.01, 0.1, 0.5])
    expected = enumerated(attach, detach, pd, exposure / exposure.sum() * lgd, rho)
    assert lost(attach, detach, pd, lgd, rho, exposure) == pytest.approx(expected, abs=PROMISED)


# --- losses without a common unit ----------------------------------------------------------------


@pytest.mark.parametrize("seed", range(40))
def test_the_error_of_the_grid_is_within_its_bound(seed: int) -> None:
    """Every other tranche begins where a possible loss ends: there the grid is at its worst."""
    draw = np.random.default_rng(seed)
    n = int(draw.integers(2, 13))
    pd, rho, loss = draw.uniform(0.01, 0.5, n), draw.uniform(0.0, 0.9, n), draw.uniform(0.1, 1.0, n)
    loss /= loss.sum()
    attach = float(loss[: n // 2].sum()) if seed % 2 else draw.uniform(0.0, 0.5)
    detach = attach + 10.0 ** draw.uniform(-4.0, -0.5)
    found = pool.tranche_loss(attach, detach, pd, ONE, rho, loss)
    assert found.bound > 0.0
    error = found.share - enumerated(attach, detach, pd, loss, rho)
    assert abs(error) < found.bound + PROMISED
    assert found.bound <= np.sqrt(n) / pool.UNITS / 4.0 / (detach - attach)  # what the reference says


def test_at_a_loss_of_its_own_chance_the_error_is_known_and_the_bound_close() -> None:
    loss = np.array([1.0, np.sqrt(2.0)]) / (1.0 + np.sqrt(2.0))
    attach, width, pd = float(loss[0]), 0.05, 0.2
    found = pool.tranche_loss(attach, attach + width, np.full(2, pd), ONE, 0.0 * ONE, loss)
    expected = pd  # the larger one's default takes the whole tranche
    part = loss[0] * pool.UNITS % 1.0
    error = pd * (1.0 - pd) * part * (1.0 - part) / pool.UNITS / width  # of the smaller one's loss, E max(S, 0)
    assert found.share - expected == pytest.approx(error, rel=1e-6)  # the rounding of a part of a unit
    assert error < found.bound < 4.0 * error


def hundred_and_twenty_five() -> tuple[np.ndarray, ...]:
    draw = np.random.default_rng(125)
    return (
        draw.uniform(0.005, 0.1, 125),
        draw.uniform(0.3, 0.8, 125),
        draw.uniform(0.1, 0.4, 125),
        draw.uniform(1, 9, 125),
    )


@pytest.mark.parametrize("limits", list(itertools.pairwise(STACK)))
def test_the_error_of_a_pool_of_125_is_within_its_bound(
    limits: tuple[float, float], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = pool.tranche_loss(*limits, *hundred_and_twenty_five())
    monkeypatch.setattr(pool, "UNITS", 4 * pool.UNITS)  # a sixteenth of the error
    fine = pool.tranche_loss(*limits, *hundred_and_twenty_five())
    assert 0.0 < fine.bound < found.bound / 10.0
    error = abs(found.share - fine.share)
    assert error + fine.bound < found.bound < 1e-5
    assert found.bound < 200.0 * error  # it says something


def test_a_grid_too_coarse_for_the_tranche_says_so() -> None:
    pd, lgd, rho, exposure = hundred_and_twenty_five()
    with pytest.raises(FunctionError, match=r"could be off by 0\.1 of the tranche, above 0\.001: round them"):
        wattstack.tranche_loss_pool(0.05, 0.050001, pd, lgd, rho, exposure)
    assert 0.0 < wattstack.tranche_loss_pool(0.05, 0.050001, pd, 0.5, rho, np.rint(10.0 * exposure)) < 1.0
    assert 0.0 < wattstack.tranche_loss_pool(0.05, 0.06, pd, lgd, rho, exposure) < 1.0


def test_a_pool_too_large_for_the_grid_says_so() -> None:
    with pytest.raises(FunctionError, match="at most 20,000 obligors"):
        wattstack.tranche_loss_pool(0.05, 0.15, np.full(20_001, 0.067), 0.4, 0.15)


def test_ten_thousand_obligors_of_any_size_are_no_pool_too_large() -> None:
    exposure = np.random.default_rng(7).uniform(0.5, 1.5, 10_000)
    worth = np.round(exposure.sum() ** 2 / (exposure**2).sum())
    found = wattstack.tranche_loss_pool(0, 0.03, 0.067, 0.4, 0.15, exposure)
    # half the variance of the splits, 10,000 · pd / 6 units², times a density of up to 20, over the width: 1.5e-5
    assert found == pytest.approx(wattstack.tranche_loss(0, 0.03, 0.067, 0.4, 0.15, worth), abs=2e-5)


@pytest.mark.parametrize("exposure", [[1.0, 2.0, 5.0], [1.0, np.sqrt(2.0), np.pi]])
def test_the_tranches_of_a_stack_lose_what_the_pool_loses(exposure: list[float]) -> None:
    """Also on the grid: it keeps means."""
    pd, lgd, rho = np.array([0.02, 0.1, 0.3]), np.array([0.5, 0.4, 0.7]), np.array([0.1, 0.3, 0.0])
    weights = np.array(exposure) / sum(exposure)
    stack = [(d - a) * lost(a, d, pd, lgd, rho, weights) for a, d in itertools.pairwise(STACK)]
    assert sum(stack) == pytest.approx(float(weights @ (lgd * pd)), abs=PROMISED)


def test_units_are_found_where_there_are_some() -> None:
    assert pool.common_unit(np.array([0.3, 0.2, 0.5])) == pytest.approx(0.1, rel=1e-12)
    assert pool.common_unit(np.array([0.1 / 3.0, 0.7 / 3.0])) == pytest.approx(0.1 / 3.0, rel=1e-12)
    assert pool.common_unit(np.array([1.0, np.sqrt(2.0)])) == pytest.approx((1.0 + np.sqrt(2.0)) / pool.UNITS)
    twenty_thousand = np.array([1.0, 19_999.0])
    assert pool.common_unit(twenty_thousand) == pytest.approx(1.0, rel=1e-12)


# --- where the forms meet ------------------------------------------------------------------------


@pytest.mark.parametrize("n", [1, 2, 10, 125, 1000])
@pytest.mark.parametrize("rho", [0.0, 1e-6, 0.15, 0.9, 0.99999, 1.0])
def test_equal_obligors_are_the_pool_of_equal_obligors(n: int, rho: float) -> None:
    for attach, detach in ((0.0, 0.05), (0.05, 0.15), (0.15, 0.3), (0.3, 1.0)):
        equal = float(lumpy.tranche_loss(attach, detach, 0.067, 0.4, rho, n))
        unequal = lost(attach, detach, np.full(n, 0.067), 0.4 * ONE, rho * ONE, 7.0 * ONE)
        assert unequal == pytest.approx(equal, abs=PROMISED)


def test_one_obligor_loses_its_lgd_with_its_pd() -> None:
    for rho in (0.0, 0.3, 0.999999, 1.0):
        assert lost(0.1, 0.3, 0.07 * ONE, 0.2 * ONE, rho * ONE, ONE) == pytest.approx(0.07 / 2.0, abs=PROMISED)


def test_many_small_obligors_are_a_granular_pool() -> None:
    granular = float(copula.tranche_loss(0.05, 0.15, 0.067, 0.4, 0.15))
    few, many = (abs(lost(0.05, 0.15, np.full(n, 0.067), 0.4 * ONE, 0.15 * ONE, ONE) - granular) for n in (500, 2000))
    assert many == pytest.approx(few / 4.0, rel=0.1)  # the error falls as 1/n


def test_small_obligors_of_unequal_size_are_a_granular_pool_of_as_many_as_they_are_worth() -> None:
    exposure = np.random.default_rng(7).uniform(0.5, 1.5, 1000)
    worth = exposure.sum() ** 2 / (exposure**2).sum()
    granular, equal = (
        float(copula.tranche_loss(0.05, 0.15, 0.067, 0.4, 0.15)),
        float(lumpy.tranche_loss(0.05, 0.15, 0.067, 0.4, 0.15, np.round(worth))),
    )
    unequal = lost(0.05, 0.15, np.full(1000, 0.067), 0.4 * ONE, 0.15 * ONE, exposure)
    # the distance from the granular pool is that of the variance that single names add
    assert unequal - granular == pytest.approx(equal - granular, rel=0.01)


def test_obligors_of_one_rating_that_are_told_apart_are_still_one_pool() -> None:
    """Obligors added in halves, and one by one, come to the same."""
    pd, rho = np.tile([0.02, 0.1, 0.05], 60), np.tile([0.1, 0.3, 0.2], 60)
    exposure = np.tile([1.0, 2.0, 4.0], 60)
    for attach, detach in itertools.pairwise(STACK):
        together = lost(attach, detach, pd, 0.5 * ONE, rho, exposure)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(pool, "_FEW", len(pd))
            apart = lost(attach, detach, pd, 0.5 * ONE, rho, exposure)
        assert together == pytest.approx(apart, abs=1e-14)  # some hundred roundings of a chance


# --- properties ----------------------------------------------------------------------------------

SHARE = st.floats(0.0, 1.0)
WHOLE = st.integers(1, 40).map(float)
OBLIGORS = st.lists(st.tuples(SHARE, SHARE, SHARE, st.floats(0.1, 10.0)), min_size=1, max_size=4)
WHOLE_OBLIGORS = st.lists(
    st.tuples(SHARE, st.sampled_from([0.25, 0.5, 1.0]), SHARE, WHOLE), min_size=1, max_size=5
)  # fmt: skip


@settings(max_examples=40)
@given(st.floats(0.0, 0.9), st.floats(1e-6, 0.1), OBLIGORS)
def test_every_loss_is_a_share(attach: float, width: float, obligors: list[tuple[float, ...]]) -> None:
    found = pool.tranche_loss(attach, attach + width, *np.array(obligors).T)
    assert 0.0 <= found.share <= 1.0
    assert 0.0 <= found.bound <= 1.0


@settings(max_examples=30)
@given(st.floats(0.0, 0.8), st.floats(0.01, 0.1), st.floats(0.01, 0.1), WHOLE_OBLIGORS)
def test_the_more_senior_a_tranche_the_less_it_loses(
    attach: float, first: float, second: float, obligors: list[tuple[float, ...]]
) -> None:
    columns = np.array(obligors).T
    junior = lost(attach, attach + first, *columns)
    both = lost(attach, attach + first + second, *columns)
    senior = lost(attach + first, attach + first + second, *columns)
    assert junior >= both - PROMISED
    assert both >= senior - PROMISED
    assert both * (first + second) == pytest.approx(junior * first + senior * second, abs=PROMISED)


@settings(max_examples=30)
@given(st.floats(0.0, 0.8), st.floats(0.01, 0.2), WHOLE_OBLIGORS, SHARE)
def test_losses_rise_with_every_default_probability(
    attach: float, width: float, obligors: list[tuple[float, ...]], higher: float
) -> None:
    pd, *columns = np.array(obligors).T
    worse = pd.copy()
    worse[0] = max(pd[0], higher)
    assert lost(attach, attach + width, worse, *columns) >= lost(attach, attach + width, pd, *columns) - PROMISED


@settings(max_examples=30)
@given(st.floats(0.0, 0.8), st.floats(0.01, 0.2), WHOLE_OBLIGORS, st.randoms(), st.floats(1e-6, 1e6))
def test_order_and_unit_of_the_exposures_do_not_matter(
    attach: float, width: float, obligors: list[tuple[float, ...]], draw: object, scale: float
) -> None:
    turned = list(obligors)
    draw.shuffle(turned)  # type: ignore[attr-defined]
    pd, lgd, rho, exposure = np.array(turned).T
    loss = lost(attach, attach + width, *np.array(obligors).T)
    assert lost(attach, attach + width, pd, lgd, rho, scale * exposure) == pytest.approx(loss, abs=PROMISED)
