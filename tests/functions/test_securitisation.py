"""Functions of securitised debt: their worked cases, and what ties them to one another."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import wattstack as w
from wattstack.errors import FunctionError
from wattstack.numeric.quadrature import gauss_legendre
from wattstack.registry import registry
from wattstack.spec import Case, Function

FUNCTIONS = [function for function in registry() if function.area == "securitisation"]
CASES = [(function, case) for function in FUNCTIONS for case in function.cases]
NORMAL, CRISIS = (0.067, 0.4, 0.15), (0.2, 0.6, 0.6)
LIMITS = np.array([0.0, 0.05, 0.15, 0.3, 1.0])
POOLS: dict[str, dict[str, Any]] = {
    "granular": {},
    "one": {"n": 1},
    "ten": {"n": 10},
    "sixty-four": {"n": 64},
    "sixty-five": {"n": 65},
    "granular, t": {"copula": "t", "dof": 4},
    "ten, t": {"n": 10, "copula": "t", "dof": 4},
    "sixty-five, t": {"n": 65, "copula": "t", "dof": 4},
}


@pytest.mark.parametrize(("function", "case"), CASES, ids=lambda part: getattr(part, "name", None))
def test_worked_cases_give_their_values_and_codes(function: Function[Any], case: Case) -> None:
    if case.code:
        with pytest.raises(FunctionError) as caught:
            function(*case.args, **case.options)
        assert caught.value.code == case.code
    elif isinstance(case.value, dict):
        found = function(*case.args, **case.options)
        assert list(found.columns) == list(case.value)
        for label, column in case.value.items():
            assert found[label].tolist() == pytest.approx(column, abs=case.tolerance)
    else:
        np.testing.assert_allclose(function(*case.args, **case.options), case.value, rtol=0, atol=case.tolerance)


@pytest.mark.parametrize("pool", POOLS.values(), ids=POOLS)
def test_the_tranches_of_a_stack_lose_what_the_pool_loses(pool: dict[str, Any]) -> None:
    loss = w.tranche_loss(LIMITS[:-1], LIMITS[1:], *NORMAL, **pool)
    assert loss @ np.diff(LIMITS) == pytest.approx(0.067 * 0.4, abs=1e-12)  # the accuracy promised
    table = w.tranche_table(LIMITS[:-1], *NORMAL, **pool)
    assert table["detach"].tolist() == LIMITS[1:].tolist()
    assert table["expected_loss"].tolist() == loss.tolist()
    assert table["pd"].tolist() == np.asarray(w.tranche_pd(LIMITS[:-1], LIMITS[1:], *NORMAL, **pool)).tolist()


@pytest.mark.parametrize("pool", POOLS.values(), ids=POOLS)
@pytest.mark.parametrize("rho", [0.02, 0.15, 0.7])
def test_a_tranche_loses_the_mean_chance_that_its_slices_are_touched(pool: dict[str, Any], rho: float) -> None:
    # where the chance steps, at the losses of 1, 2, ... defaults, a panel ends; within one it is smooth, or constant
    ends = np.union1d([0.05, 0.15], [0.4 * k / pool["n"] for k in range(pool["n"])] if "n" in pool else [])
    ends = ends[(ends >= 0.05) & (ends <= 0.15)]
    nodes, weights = gauss_legendre(2 if "n" in pool else 40)
    slices = 0.5 * (ends[1:] + ends[:-1])[:, None] + 0.5 * np.diff(ends)[:, None] * nodes
    chance = w.tranche_pd(slices, 1, 0.067, 0.4, rho, **pool)
    mean = (0.5 * np.diff(ends)[:, None] * weights * chance).sum() / 0.1
    # nodes lie within the rounding of a loss's atom; the granular chance is smooth on the scale of the tranche
    assert w.tranche_loss(0.05, 0.15, 0.067, 0.4, rho, **pool) == pytest.approx(mean, abs=1e-10)


@pytest.mark.parametrize("pool", POOLS.values(), ids=POOLS)
def test_the_quantile_of_the_loss_inverts_the_chance_of_more(pool: dict[str, Any]) -> None:
    quantile = np.array([0.05, 0.5, 0.9, 0.99, 0.9999])
    loss = w.pool_loss(quantile, *NORMAL, **pool)
    chance = w.tranche_pd(loss, 1, *NORMAL, **pool)
    if "n" not in pool:
        np.testing.assert_allclose(chance, 1 - quantile, rtol=0, atol=1e-9)  # what the t copula promises
        return
    one = 0.4 / pool["n"]
    assert (chance <= 1 - quantile + 1e-12).all()
    assert (w.tranche_pd(np.maximum(loss - one, 0), 1, *NORMAL, **pool) > 1 - quantile)[loss > 0].all()


def test_chances_losses_and_quantiles_are_exact_where_all_default_or_none() -> None:
    for pool in POOLS.values():
        assert w.tranche_loss(0.1, 0.3, [0.0, 1.0], 0.2, 0.3, **pool).tolist() == pytest.approx([0.0, 0.5], abs=1e-15)
        assert w.tranche_pd(0.1, 0.3, [0.0, 1.0], 0.2, 0.3, **pool).tolist() == [0.0, 1.0]
        assert w.pool_loss(0.5, [0.0, 1.0], 0.2, 0.3, **pool).tolist() == [0.0, 0.2]


@pytest.mark.parametrize("n", [None, 10])
def test_crisis_loss_mixes_two_tranche_losses(n: int | None) -> None:
    normal, crisis = w.tranche_loss(0.05, 0.15, *NORMAL, n), w.tranche_loss(0.05, 0.15, *CRISIS, n)
    mixed = w.crisis_loss(0.05, 0.15, *NORMAL, 0.1, *CRISIS, n)
    assert mixed == pytest.approx(0.9 * normal + 0.1 * crisis, rel=1e-15)  # two products and a sum
    either = w.crisis_loss(0.05, 0.15, *NORMAL, [0, 1], *CRISIS, n).tolist()
    assert either == pytest.approx([normal, crisis], rel=1e-13)  # one number and rows take two ways to one integral


def test_few_obligors_widen_the_tail_and_many_are_a_granular_pool() -> None:
    granular = w.tranche_loss(0.15, 0.3, *NORMAL)
    few = w.tranche_loss(0.15, 0.3, *NORMAL, np.array([5, 10, 50, 1000, 1e7]))
    assert (np.diff(few) < 0).all()
    assert few[-1] == pytest.approx(granular, rel=1e-5)  # the error falls as 1/n from 20 at n = 10


def test_a_chance_lies_between_the_losses_of_the_tranches_beside_the_attachment() -> None:
    for n in (None, 10):
        chance = w.tranche_pd(0.15, 0.3, *NORMAL, n)
        assert w.tranche_loss(0.15, 0.3, *NORMAL, n) < chance < w.tranche_loss(0.05, 0.15, *NORMAL, n)


def test_tables_of_many_scenarios_are_the_tables_of_each() -> None:
    pd = np.array([0.01, 0.067, 0.2])
    table = w.tranche_table(LIMITS[:-1], pd, 0.4, 0.15, 10)
    for scenario, value in enumerate(pd):
        alone = w.tranche_table(LIMITS[:-1], value, 0.4, 0.15, 10)
        np.testing.assert_array_equal(table.loc[scenario].to_numpy(), alone.to_numpy())


@pytest.mark.parametrize("n", [None, 10])
def test_a_correlation_stress_is_a_grid_of_tranche_losses(n: int | None) -> None:
    pd, rho = [0.01, 0.067, 0.2], [0.0, 0.15, 0.6, 1.0]
    grid = w.corr_stress(0.05, 0.15, pd, rho, 0.4, n)
    single = [[w.tranche_loss(0.05, 0.15, p, 0.4, r, n) for r in rho] for p in pd]
    np.testing.assert_allclose(grid, single, rtol=0, atol=1e-15)  # sums over nodes may round in another order


def test_the_effective_number_of_equal_tenants_is_their_number_and_never_more() -> None:
    exposure = np.random.default_rng(1).uniform(0.0, 5.0, (20, 7))
    effective = w.effective_n(exposure)
    assert ((effective >= 1.0) & (effective <= 7.0)).all()
    np.testing.assert_allclose(w.effective_n(3.0 * exposure), effective, rtol=1e-14)  # a ratio of sums
    assert w.effective_n([2.5] * 7) == pytest.approx(7.0, rel=1e-15)


def test_loan_to_value_ratios_become_the_attachment_points_of_a_table() -> None:
    attach = w.attach_from_ltv([0.45, 0.6, 0.75])
    table = w.tranche_table(attach, *NORMAL)
    np.testing.assert_allclose(table["attach"], [0.0, 0.2, 0.4], rtol=0, atol=1e-15)  # one division
    assert w.attach_from_ltv(np.array([[0.3, 0.6], [0.4, 0.5]])).shape == (2, 2)


def test_spreads_of_many_notes_are_the_spreads_of_each() -> None:
    years, rho = np.array([[0.25], [5.0], [12.5]]), np.array([0.0, 0.15, 1.0])
    for n in (None, 10):
        spread = w.tranche_spread(0.05, 0.15, 0.014, 0.4, rho, years, 0.04, n)
        single = [[w.tranche_spread(0.05, 0.15, 0.014, 0.4, r, y, 0.04, n) for r in rho] for y in years[:, 0]]
        # sums over nodes may round in another order
        np.testing.assert_allclose(spread, single, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("n", [None, 10, 65])
@pytest.mark.parametrize("rho", [0.0505, 0.1234, 0.5, 0.98765])
def test_implied_correlation_finds_the_correlation_of_an_equity_loss(rho: float, n: int | None) -> None:
    loss = w.tranche_loss(0, 0.05, 0.067, 0.4, rho, n)
    # losses are good to some 1e-14, and their slope in the correlation is above 0.1 here
    assert w.implied_correlation(0, 0.05, loss, 0.067, 0.4, n) == pytest.approx(rho, abs=1e-11)


@pytest.mark.parametrize("n", [None, 10])
def test_implied_correlation_is_the_smallest_of_several(n: int | None) -> None:
    tranche = (0.05, 0.15) if n is None else (0.1, 0.2)  # mezzanine: the loss rises and falls
    rho = np.linspace(0.0, 1.0, 2001)
    loss = w.tranche_loss(*tranche, 0.067, 0.4, rho, n)
    peak = int(loss.argmax())
    assert 0 < peak < 2000
    goal = 0.5 * (loss[peak] + loss[-1])
    found = w.implied_correlation(*tranche, goal, 0.067, 0.4, n)
    assert w.tranche_loss(*tranche, 0.067, 0.4, found, n) == pytest.approx(goal, rel=1e-11)
    assert (loss[rho < found] < goal).all()
    assert (loss[rho < rho[peak]].max() > goal) and (loss[peak:].min() < goal)  # there is another, larger one


@pytest.mark.parametrize("n", [None, 10])
def test_a_loss_that_no_correlation_gives_has_none(n: int | None) -> None:
    rho = np.linspace(0.0, 1.0, 2001)
    most = w.tranche_loss(0.1, 0.2, 0.067, 0.4, rho, n).max()
    with pytest.raises(FunctionError) as caught:
        w.implied_correlation(0.1, 0.2, most * 1.001, 0.067, 0.4, n)
    assert caught.value.code == "#NUM!"


def test_implied_correlation_of_many_scenarios_is_that_of_each() -> None:
    loss = np.array([0.45, 0.3, 0.2])
    found = w.implied_correlation(0, 0.05, loss, 0.067, 0.4)
    assert found.tolist() == [w.implied_correlation(0, 0.05, one, 0.067, 0.4) for one in loss]


def test_a_pool_of_equal_obligors_is_the_same_given_one_by_one() -> None:
    loss = w.tranche_loss_pool(0.05, 0.15, np.array([[0.067] * 10, [0.2] * 10]), 0.4, 0.15)
    expected = w.tranche_loss(0.05, 0.15, np.array([0.067, 0.2]), 0.4, 0.15, 10)
    np.testing.assert_allclose(loss, expected, rtol=0, atol=1e-10)  # the accuracy promised


def test_the_t_copula_has_fatter_tails_and_says_what_it_lacks() -> None:
    assert w.tranche_loss(0.3, 1, *NORMAL, copula="T", dof=4) > 1000 * w.tranche_loss(0.3, 1, *NORMAL)
    with pytest.raises(FunctionError, match="dof must be given"):
        w.tranche_loss(0.3, 1, *NORMAL, copula="t")
    with pytest.raises(FunctionError, match=r"dof \(4\) is for copula"):
        w.pool_loss(0.99, *NORMAL, dof=4)


def test_implied_correlation_is_found_where_rows_and_single_losses_round_to_both_sides_of_the_loss() -> None:
    """The scan asks for a thousand losses at once, its refinement for one: between the two lies no change of sign."""
    draw = np.random.default_rng(1).random((200, 4))
    scan = np.arange(1001) / 1000
    for place, (start, width, pd, lgd) in enumerate(draw * [0.3, 0.3, 0.3, 0.6] + [0, 0.001, 0.001, 0.3], 1):
        tranche = start, start + width, pd, lgd
        between = (w.tranche_loss(*tranche, scan)[4 * place] + w.tranche_loss(*tranche, float(scan[4 * place]))) / 2
        if between > 1e-6:
            rho = w.implied_correlation(*tranche[:2], between, pd, lgd)
            assert w.tranche_loss(*tranche, rho) == pytest.approx(between, abs=1e-11)  # as far as the ways differ
