"""Clearing of a network of debts: held to a linear programme, to slow iteration from above, and to what must hold."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from wattstack.numeric.clearing import TOLERANCE, Clearing, clear

# rounding of sums over a few nodes, beside amounts up to 100
CLOSE = {"rtol": 1e-9, "atol": 1e-9}


def network(seed: int, nodes: int, density: float, wealth: float) -> tuple[Any, Any]:
    """Whole debts, cycles among them, and cash that makes some but not all default."""
    random = np.random.default_rng(seed)
    owes = np.floor(random.random((nodes, nodes)) * 20) * (random.random((nodes, nodes)) < density)
    np.fill_diagonal(owes, 0)
    cash = np.floor(random.random(nodes) * 20 * wealth) * (random.random(nodes) < 0.7)
    return owes, cash


networks = st.builds(network, st.integers(0, 10**6), st.integers(1, 8), st.floats(0.1, 0.9), st.floats(0, 2))
costs = st.sampled_from([0.0, 0.1, 0.5, 1.0])


def shares(owes: Any) -> Any:
    """[i, j]: of what j pays, the share to i."""
    owed = owes.sum(axis=1)
    return (owes / np.where(owed > 0, owed, 1)[:, None]).T


def by_linear_programme(owes: Any, cash: Any) -> Any:
    """The payments that are greatest in sum: without default costs they are the greatest clearing vector."""
    nodes = len(cash)
    bounds = [(0, owed) for owed in owes.sum(axis=1)]
    found = linprog(-np.ones(nodes), A_ub=np.eye(nodes) - shares(owes), b_ub=cash, bounds=bounds, method="highs")
    assert found.success
    return found.x


def from_above(owes: Any, cash: Any, cost: float) -> Any:
    """Payments made again and again from what came in before, all paying in full at first."""
    owed, share = owes.sum(axis=1), shares(owes)
    paid = owed.copy()
    for _ in range(20_000):
        assets = cash + share @ paid
        lower = np.where(assets < owed * (1 - TOLERANCE), np.minimum((1 - cost) * assets, owed), owed)
        if np.allclose(lower, paid, rtol=1e-14, atol=1e-14):
            return lower
        paid = lower
    return paid


@given(networks)
@settings(max_examples=150, deadline=None)
def test_without_default_cost_the_payments_are_the_greatest_that_a_linear_programme_finds(net: Any) -> None:
    owes, cash = net
    # the programme is solved to 1e-7, relative to amounts up to 160
    np.testing.assert_allclose(clear(owes, cash).paid, by_linear_programme(owes, cash), rtol=1e-6, atol=1e-5)


@given(networks, costs)
@settings(max_examples=150, deadline=None)
def test_the_payments_are_what_iteration_from_above_comes_to(net: Any, cost: float) -> None:
    owes, cash = net
    # the iteration shrinks its error by a factor a step and stops at 1e-14 a step: in the slowest ring some 1e-10 off
    np.testing.assert_allclose(clear(owes, cash, cost).paid, from_above(owes, cash, cost), rtol=1e-7, atol=1e-7)


@pytest.mark.parametrize("cost", [0.0, 0.3])
def test_all_small_networks_clear_as_iteration_from_above_does(cost: float) -> None:
    for debts in product([0.0, 1.0, 3.0], repeat=6):
        owes = np.zeros((3, 3))
        owes[~np.eye(3, dtype=bool)] = debts
        for cash in ([0, 0, 0], [1, 0, 0], [0, 0.5, 2]):
            found = clear(owes, np.array(cash, float), cost).paid
            np.testing.assert_allclose(found, from_above(owes, np.array(cash), cost), rtol=1e-7, atol=1e-7)


@given(networks, costs)
@settings(max_examples=150, deadline=None)
def test_no_node_pays_more_than_it_has_and_only_defaulters_pay_less_than_they_owe(net: Any, cost: float) -> None:
    owes, cash = net
    found = clear(owes, cash, cost)
    assets = cash + found.received
    # a node within 1e-12 of its debt counts as able to pay
    assert (found.paid <= np.maximum(assets, found.owed * (assets >= found.owed * (1 - TOLERANCE))) + 1e-12).all()
    np.testing.assert_array_equal(found.paid[~found.default], found.owed[~found.default])
    np.testing.assert_allclose(found.paid[found.default], ((1 - cost) * assets)[found.default], **CLOSE)
    np.testing.assert_allclose(found.received, shares(owes) @ found.paid, **CLOSE)
    np.testing.assert_array_equal(found.due, owes.sum(axis=0))
    assert (found.paid[found.default] < found.owed[found.default]).all()


@given(networks, costs)
@settings(max_examples=100, deadline=None)
def test_the_waves_are_those_of_the_definition_solved_by_a_general_solver(net: Any, cost: float) -> None:
    owes, cash = net
    owed, share = owes.sum(axis=1), shares(owes)
    paid, wave = owed.copy(), np.zeros(len(owed), int)
    for number in range(1, len(owed) + 2):
        # 1e-9: this solver is right to its condition only
        new = (wave == 0) & (cash + share @ paid < owed * (1 - 1e-9))
        if not new.any():
            break
        wave[new] = number
        gone = wave > 0
        matrix = np.eye(len(owed)) - (1 - cost) * share * gone[:, None]
        paid = np.linalg.solve(matrix, np.where(gone, (1 - cost) * cash, owed))
    np.testing.assert_array_equal(clear(owes, cash, cost).wave, wave)
    assert wave.max(initial=0) <= len(owed)


@given(networks, costs, st.integers(0, 7), st.floats(0, 20))
@settings(max_examples=100, deadline=None)
def test_more_cash_or_cheaper_defaults_never_lower_a_payment(net: Any, cost: float, node: int, more: float) -> None:
    owes, cash = net
    before = clear(owes, cash, cost)
    helped = cash.copy()
    helped[node % len(cash)] += more
    for after in (clear(owes, helped, cost), clear(owes, cash, cost / 2)):
        assert (after.paid >= before.paid - 1e-9).all()
        assert not (after.default & ~before.default).any()


@given(networks, costs, st.integers(0, 1000))
@settings(max_examples=100, deadline=None)
def test_the_order_of_the_nodes_changes_nothing(net: Any, cost: float, seed: int) -> None:
    owes, cash = net
    order = np.random.default_rng(seed).permutation(len(cash))
    found, moved = clear(owes, cash, cost), clear(owes[np.ix_(order, order)], cash[order], cost)
    for name, values, others in zip(Clearing._fields, found, moved, strict=True):
        np.testing.assert_allclose(others, values[order], err_msg=name, **CLOSE)


def test_a_table_of_scenarios_gives_what_each_gives_alone() -> None:
    random = np.random.default_rng(3)
    owes = np.stack([network(seed, 5, 0.6, 1)[0] for seed in range(4)])[:, None]
    cash, cost = random.random((4, 6, 5)) * 20, random.random(6)
    found = clear(owes, cash, cost)
    for i, j in product(range(4), range(6)):
        alone = clear(owes[i, 0], cash[i, j], cost[j])
        for values, others in zip(found, alone, strict=True):
            np.testing.assert_array_equal(values[i, j], others)


def test_scenarios_in_several_blocks_give_what_one_block_gives() -> None:
    owes, _ = network(5, 6, 0.5, 1)
    cash = np.random.default_rng(5).random((10_000, 6)) * 15
    found = clear(owes, cash, 0.1)
    np.testing.assert_array_equal(found.paid[-3:], clear(owes, cash[-3:], 0.1).paid)


def test_a_ring_without_cash_is_paid_in_full() -> None:
    ring = np.roll(np.eye(6), 1, axis=1) * 10
    np.testing.assert_array_equal(clear(ring, np.zeros(6)).paid, np.full(6, 10.0))
    np.testing.assert_array_equal(clear(ring, np.zeros(6), 1.0).wave, np.zeros(6))


def test_a_ring_of_unequal_debts_pays_the_smallest_of_them_round() -> None:
    owes = np.array([[0.0, 5, 0], [0, 0, 3], [9, 0, 0]])
    np.testing.assert_allclose(clear(owes, np.zeros(3)).paid, [3, 3, 3], rtol=1e-15)


@pytest.mark.parametrize("leak", [1e-3, 1e-6, 1e-9])
def test_a_ring_that_leaks_next_to_nothing_is_right_to_rounding(leak: float) -> None:
    # a owes b 1, b owes a 1 and c the leak; a has a little less cash than leaks: x_a = cash + x_b/(1 + leak), x_b = x_a
    owes = np.array([[0.0, 1, 0], [1, 0, leak], [0, 0, 0]])
    cash = np.array([leak / 2, 0, 0])
    expected = (leak / 2) * (1 + leak) / leak
    found = clear(owes, cash)
    np.testing.assert_allclose(found.paid, [expected, expected, 0], rtol=1e-14)
    assert found.wave.tolist() == [2, 1, 0]


def test_at_a_default_cost_of_one_a_defaulter_pays_nothing() -> None:
    owes = np.array([[0.0, 10, 0], [0, 0, 10], [0, 0, 0]])
    found = clear(owes, np.array([9.0, 5, 0]), 1.0)
    assert found.paid.tolist() == [0, 0, 0]
    assert found.wave.tolist() == [1, 2, 0]


def test_who_can_just_pay_does_not_default() -> None:
    owes = np.array([[0.0, 0.3], [0.0, 0.0]])
    assert clear(owes, np.array([0.1 + 0.2 - 1e-16, 0])).wave.tolist() == [0, 0]
    assert clear(owes, np.array([0.3 * (1 - 1e-11), 0])).wave.tolist() == [1, 0]


def test_five_hundred_nodes_that_fall_one_by_one_are_cleared() -> None:
    owes = np.diag(np.arange(1.0, 500), 1)
    found = clear(owes, np.append(0.5, np.ones(499)))
    assert found.wave.tolist() == [*range(1, 500), 0]
    np.testing.assert_array_equal(found.paid[:-1], np.arange(499) + 0.5)


def test_five_hundred_nodes_owing_each_other_pay_what_a_general_solver_says() -> None:
    random = np.random.default_rng(8)
    owes = random.random((500, 500)) * (random.random((500, 500)) < 0.1)
    np.fill_diagonal(owes, 0)
    cash = random.random(500) * 0.2 * owes.sum(axis=1)
    found = clear(owes, cash, 0.05)
    assert found.default.sum() > 100
    matrix = np.eye(500) - 0.95 * shares(owes) * found.default[:, None]
    solved = np.linalg.solve(matrix, np.where(found.default, 0.95 * cash, found.owed))
    np.testing.assert_allclose(found.paid, solved, rtol=1e-9)
