"""Excel on the web, played by node, beside the plain Python function: what the way through the server costs."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median
from typing import Any

import wattstack
from tests.benchmarks.measure import Row
from tests.support.typed import Typed
from tests.support.web import Server, server, typed_in
from wattstack.registry import registry

CELLS = 1_000


def web_rows(*, brief: bool) -> list[Row]:
    """Calls of POWER_GAP: one after the other, many cells in one, many formulas at once."""
    gap = registry()["POWER_GAP"]
    runs, singles = (1, 20) if brief else (5, 200)
    demand = [float(number) for number in range(CELLS)]
    one = Typed(gap, (47, 15))
    with server() as running:
        return [
            _row("one after the other", singles, "calls", runs, running, [one] * singles, _one_by_one, oneByOne=True),
            _row(f"{CELLS:,} cells in one call", CELLS, "cells", runs, running, [Typed(gap, ([demand], 15))],
                 lambda count: wattstack.power_gap(demand, [15])),
            _row(f"{CELLS:,} formulas at once", CELLS, "calls", runs, running, [one] * CELLS, _one_by_one),
        ]  # fmt: skip


def _one_by_one(count: int) -> None:
    for _ in range(count):
        wattstack.power_gap(47, [15])


def _row(
    what: str, count: int, unit: str, runs: int, running: Server, formulas: list[Typed],
    plain: Callable[[int], object], **job: Any,
) -> Row:  # fmt: skip
    """Node and Python in turn, and the medians of their runs; node's start and its first call are not counted."""
    ours, peer = [], []
    plain(count)
    for _ in range(runs):
        found = typed_in(running, formulas, warm=True, **job)
        ours.append(found["milliseconds"] / 1e3)
        start = time.perf_counter()
        plain(count)
        peer.append(time.perf_counter() - start)
    rates = [f"{count / median(times):,.0f} {unit}/s" for times in (ours, peer)]
    requests = f"{found['requests']} request{'s' if found['requests'] > 1 else ''}"
    return Row(
        f"POWER_GAP in Excel on the web, {what}", f"{rates[0]}, {requests}", f"the plain Python function: {rates[1]}",
        f"{median(ours) / median(peer):.0f}",
    )  # fmt: skip
