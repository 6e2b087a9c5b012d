"""Columns of scenarios: a million rows need little more memory than they are, and are refused as lists are."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

import wattstack
from wattstack.arguments import Column
from wattstack.calling import evaluate
from wattstack.errors import Code, FunctionError
from wattstack.hosts.sheet import answer
from wattstack.registry import registry


def test_tranche_loss_of_a_million_rows_allocates_no_more_than_its_inputs() -> None:
    draw = np.random.default_rng(20251121).random((5, 1_000_000))
    attach = 0.3 * draw[0]
    rows = [attach, attach + 0.01 + 0.3 * draw[1], 0.2 * draw[2], draw[3], draw[4]]
    inputs = sum(column.nbytes for column in rows)
    tracemalloc.start()
    try:
        losses = wattstack.tranche_loss(*rows)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert losses.shape == (1_000_000,)
    assert peak < inputs  # the result and the masks of a few checks; blocks of nodes stay small


def test_columns_whose_ranges_differ_in_length_are_refused_as_lists_are() -> None:
    """A column has no raw value, and no default of None stands for it."""
    columns = [Column(np.array(35.0)), Column(np.array([10.0, 20.0])), Column(np.array([0.03]))]
    found = evaluate(registry()["FUNDING_STACK"], columns)
    assert found.codes is not None
    assert found.codes.item() == Code.VALUE


def test_tables_of_unequal_length_cannot_be_one_result() -> None:
    with pytest.raises(FunctionError, match="one at a time") as caught:
        wattstack.explain(["TRANCHE_LOSS", "POWER_GAP"])
    assert caught.value.code == "#VALUE!"
    ((cell,),) = answer(registry()["EXPLAIN"], [[["TRANCHE_LOSS", "POWER_GAP"]]])
    assert cell.code == "#VALUE!"
