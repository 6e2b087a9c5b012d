"""A function in a cell of Excel beside the same one in Python: xlwings' own code, COM replaced by stand-ins."""

from __future__ import annotations

import numpy as np

import wattstack
from tests.benchmarks.measure import Row, alternating
from tests.support.excel import call_udf

SEED = 20251121
CELLS = 1_000


def excel_rows(*, brief: bool) -> list[Row]:
    """One call for one cell, and one for a thousand, each beside the same call of the Python function."""
    repeats, runs = (20, 3) if brief else (500, 9)
    shares = np.random.default_rng(SEED).random(CELLS)
    column = tuple((share,) for share in shares.tolist())
    one = alternating(
        lambda: [call_udf("POWER_GAP", 47.0, 15.0) for _ in range(repeats)],
        lambda: [wattstack.power_gap(47.0, 15.0) for _ in range(repeats)],
        runs,
    )
    many = alternating(
        lambda: [call_udf("FLEX_HOURS", column) for _ in range(repeats // 10)],
        lambda: [wattstack.flex_hours(shares) for _ in range(repeats // 10)],
        runs,
    )
    return [
        _row("Excel, POWER_GAP in one cell", *(seconds / repeats for seconds in one)),
        _row(f"Excel, FLEX_HOURS over {CELLS:,} cells in one call", *(seconds / (repeats // 10) for seconds in many)),
    ]


def _row(what: str, ours: float, peer: float) -> Row:
    told = f"{1 / ours:,.0f} calls/s without COM"
    return Row(what, told, f"the Python function: {1 / peer:,.0f} calls/s", f"{ours / peer:.1f}")
