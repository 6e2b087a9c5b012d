"""What spreadsheets hand over, and what they get back."""

from __future__ import annotations

from typing import Any

import pytest

from wattstack.errors import FunctionError
from wattstack.hosts.sheet import MISSING, answer
from wattstack.registry import registry


def cells(name: str, *given: Any) -> Any:
    block = answer(registry()[name], list(given))
    return [[cell.code if isinstance(cell, FunctionError) else cell for cell in row] for row in block]


def test_scalar_demand_takes_all_cells_of_a_block_as_one_series() -> None:
    assert cells("POWER_GAP", 47, [[1, 2], [3, 4]]) == [[37]]


def test_row_of_demand_takes_each_column_of_the_supply_as_a_period() -> None:
    assert cells("POWER_GAP", [[47, 48, 49]], [[1, 2, 3], [4, 5, 6]]) == [[42, 41, 40]]


def test_column_of_demand_takes_each_row_of_the_supply_as_a_period() -> None:
    assert cells("POWER_GAP", [[47], [48]], [[1, 2, 3], [4, 5, 6]]) == [[41], [33]]


def test_range_given_to_a_number_spills_and_each_cell_carries_its_own_code() -> None:
    assert cells("FLEX_HOURS", [[0.005, 2], [None, "x"]]) == [[pytest.approx(43.8), "#NUM!"], ["#N/A", "#VALUE!"]]


def test_row_or_column_is_the_same_series() -> None:
    assert cells("EV_PER_WATT", 69.6, [[6300, 2500]]) == cells("EV_PER_WATT", 69.6, [[6300], [2500]])


def test_spilled_table_has_one_header_row_and_a_grid_has_none() -> None:
    assert cells("FUNDING_STACK", 15, [[10], [20]]) == [
        ["layer", "used", "unused"], [1, 10, 0], [2, 5, 15], ["Unfunded", 0, 0],
    ]  # fmt: skip
    assert cells("POWER_STACK", [[10], [4]], [[1], [1]], [[0], [0]], [[12], [12]], [[0, 6]]) == [[0, 5], [0, 2]]


def test_missing_argument_takes_its_default_and_a_blank_in_between_does_not() -> None:
    assert cells("POWER_GAP", 10, 15, MISSING, True) == [[0]]
    assert cells("POWER_GAP", 10, 15, None) == [[-5]]
    assert cells("POWER_GAP", 10, 15, None, True) == [["#N/A"]]


def test_incoming_error_goes_out() -> None:
    assert cells("POWER_GAP", FunctionError("#REF!"), [[1, FunctionError("#DIV/0!")]]) == [["#REF!"]]
    assert cells("POWER_GAP", 47, [[1, FunctionError("#DIV/0!")]], 0.5) == [["#DIV/0!"]]


def test_lengths_that_differ_and_arguments_too_many_are_values_errors() -> None:
    assert cells("EV_PER_WATT", 1, [[1, 2]], [[1, 2, 3]]) == [["#VALUE!"]]
    assert cells("FLEX_HOURS", 0.1, 2) == [["#VALUE!"]]


def test_text_functions_answer_texts() -> None:
    assert cells("WHY", "POWER_GAP", 47, [[15]]) == [["ok"]]
    assert cells("ASSUMPTION", [["gap_gw", "nothing"]]) == [[47, "#N/A"]]
    assert cells("EXPLAIN", "POWER_GAP")[0] == ["item", "text"]
