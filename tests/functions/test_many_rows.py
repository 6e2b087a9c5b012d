"""A million rows need little more memory than they are."""

from __future__ import annotations

import tracemalloc

import numpy as np

import wattstack


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
