"""CONTAGION and CONTAGION_LOSS as callers see them: scenarios, shapes, errors, and the largest native twin."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import wattstack
from tests.support.twins import Call, cases_model, cases_workbook
from wattstack.calling import evaluate
from wattstack.errors import Code, FunctionError
from wattstack.hosts.sheet import answer
from wattstack.registry import registry
from wattstack.workbook.values import recalculated

OWES = [[0, 100, 0, 0, 0], [0, 0, 40, 0, 50], [0, 0, 0, 30, 0], [0, 0, 0, 0, 0], [20, 0, 0, 0, 0]]
EXTERNAL = [90, 5, 5, 0, 20]


def on_the_lab(value: float) -> list[float]:
    return [value, 0, 0, 0, 0]


def test_the_columns_are_those_of_the_contract_with_whole_nodes_and_rounds_and_truth_values() -> None:
    table = wattstack.contagion(OWES, EXTERNAL, on_the_lab(0.75))
    assert list(table) == ["node", "owed", "paid", "loss_rate", "default", "round", "due", "received"]
    assert table["node"].tolist() == [1, 2, 3, 4, 5]
    assert table["default"].tolist() == [True, True, True, False, False]
    assert table["default"].dtype == bool
    assert table["round"].tolist() == [1, 2, 3, 0, 0]


def test_scenarios_of_each_argument_give_what_a_loop_gives() -> None:
    owes = np.array(OWES) * np.array([1.0, 1.2])[:, None, None]
    shock = np.array([on_the_lab(0.5), on_the_lab(0.9)])
    cost = np.array([0.0, 0.2])
    found = wattstack.contagion_loss(1, owes, EXTERNAL, shock, on_the_lab(3), cost)
    alone = [wattstack.contagion_loss(1, owes[i], EXTERNAL, shock[i], on_the_lab(3), float(cost[i])) for i in range(2)]
    assert found.tolist() == alone
    table = wattstack.contagion(owes, EXTERNAL, shock, on_the_lab(3), cost)
    assert table.loc[1, "loss_rate"].tolist()[0] == alone[1]
    nodes = wattstack.contagion_loss([1, 2, 3], OWES, EXTERNAL, on_the_lab(0.75))
    assert nodes.tolist() == wattstack.contagion(OWES, EXTERNAL, on_the_lab(0.75))["loss_rate"].tolist()[:3]


@given(st.floats(0, 1), st.floats(0, 100), st.floats(0, 1))
@settings(max_examples=60, deadline=None)
def test_support_helps_and_shocks_and_default_costs_hurt(shock: float, support: float, cost: float) -> None:
    def losses(shock: float, support: float, cost: float) -> Any:
        return wattstack.contagion(OWES, EXTERNAL, on_the_lab(shock), on_the_lab(support), cost)["loss_rate"]

    now = losses(shock, support, cost)
    # sums of amounts up to 100 round at 1e-14
    assert (losses(shock, support + 1, cost) <= now + 1e-12).all()
    assert (losses(shock / 2, support, cost) <= now + 1e-12).all()
    assert (losses(shock, support, cost / 2) <= now + 1e-12).all()


@pytest.mark.parametrize(
    ("code", "args"),
    [
        ("#VALUE!", ([[0, 1, 2], [1, 0, 2]], [1, 1])),
        ("#VALUE!", ([0, 1], [1, 1])),
        ("#VALUE!", ([[0, 1], [1, 0]], 5)),
        ("#VALUE!", ([[0, 1], [1, 0.1]], [1, 1])),
        ("#VALUE!", ([[0, "1"], [1, 0]], [1, 1])),
        ("#NUM!", ([[-1, 1], [1, 0]], [1, 1])),
        ("#NUM!", ([[0, float("inf")], [1, 0]], [1, 1])),
        ("#NUM!", ([[0, 1], [1, 0]], [1, 1], [0, 1.01])),
        ("#NUM!", ([[0, 1], [1, 0]], [1, 1], [0, 0], [0, -1])),
        ("#NUM!", ([[0, 1], [1, 0]], [1, 1], [0, 0], [0, 0], -0.1)),
        ("#N/A", ([[0, 1], [1, None]], [1, 1])),
        ("#DIV/0!", ([[0, FunctionError("#DIV/0!")], [1, 0]], [1, 1])),
    ],
)
def test_what_is_no_network_gives_its_code(code: str, args: Any) -> None:
    for call in (lambda: wattstack.contagion(*args), lambda: wattstack.contagion_loss(1, *args)):
        with pytest.raises(FunctionError) as caught:
            call()
        assert caught.value.code == code


def test_one_node_alone_owes_nothing() -> None:
    assert wattstack.contagion([[0]], [5])["owed"].tolist() == [0]
    assert wattstack.contagion(0, 5)["owed"].tolist() == [0]


def test_in_a_sheet_the_block_of_debts_stays_a_block() -> None:
    column = [[value] for value in EXTERNAL]
    cells = answer(registry()["CONTAGION"], [OWES, column, [on_the_lab(0.75)]])
    table = wattstack.contagion(OWES, EXTERNAL, on_the_lab(0.75))
    assert cells == [list(table), *table.astype(object).to_numpy().tolist()]
    losses = answer(registry()["CONTAGION_LOSS"], [[[1], [2], [3], [4], [5]], OWES, column])
    assert [row[0] for row in losses[:3]] == [0, 0, 0]
    assert losses[3][0].code == "#DIV/0!"


def test_in_a_table_of_scenarios_the_bad_one_carries_its_code_and_the_others_go_on() -> None:
    function = registry()["CONTAGION_LOSS"]
    owes = np.zeros((4, 2, 2))
    owes[:, 0, 1] = [5, -1, 0, 4]
    result = evaluate(function, function.bind((1, owes, [2, 0]), {}))
    assert result.codes is not None
    assert result.codes.tolist() == [Code.OK, Code.NUM, Code.DIV0, Code.OK]
    assert result.value[[0, 3]].tolist() == [0.6, 0.5]


def ring(nodes: int) -> Call:
    """Each owes its two neighbours, the last one also the second, and none has the cash to lose much."""
    owes = [[10.0 if j in ((i + 1) % nodes, (i - 1) % nodes) else 0.0 for j in range(nodes)] for i in range(nodes)]
    owes[-1][1] = 7.0
    external = [0.5] * nodes
    shock = [1.0, *[0.0] * (nodes - 1)]
    return Call(registry()["CONTAGION_LOSS"], (6, owes, external, shock, [0.0] * nodes, 0.1))


def test_the_native_twin_serves_twelve_nodes_and_says_so_beyond() -> None:
    largest, beyond = ring(12), ring(13)
    node, *network = largest.args
    assert wattstack.contagion(*network)["round"].tolist()[node - 1] == 7
    model, lines = cases_model([largest, beyond])
    data, layout = cases_workbook(model)
    values = recalculated(data)
    served, refused = (values[(layout.place(key).sheet, layout.place(key).cell)] for key in lines)
    # twelve rounds of a general solver beside one without subtraction
    assert served == pytest.approx(wattstack.contagion_loss(*largest.args), rel=1e-9)
    assert refused == "#N/A"
