"""POWER_GAP in cells of a headless LibreOffice, beside the plain Python function."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median

import numpy as np
import pytest

import wattstack
from tests.benchmarks.measure import Row
from tests.support.calc import calc

CELLS = 1_000  # that one formula takes


def libreoffice_rows(*, brief: bool) -> list[Row]:
    """The rows of the table; one that says why where LibreOffice is missing."""
    try:
        calc()
    except pytest.skip.Exception as error:
        return [Row("POWER_GAP in LibreOffice", "–", "the Python function", f"not measured: {error}")]
    calls, wide, runs = (100, 10, 3) if brief else (1_000, 100, 9)
    inputs = [(0, [[float(cell)] for cell in range(CELLS)])]
    single = [f"=POWER_GAP({call};15)" for call in range(calls)]
    ranges = [f"=SUM(POWER_GAP($Inputs.A1:A{CELLS};{call}))" for call in range(wide)]
    single_seconds, range_seconds = map(median, calc().ask(("timed", [inputs, [single, ranges], runs]))[0])
    column = np.arange(float(CELLS))[:, None]
    plain = _seconds(lambda: [wattstack.power_gap(float(call), 15.0) for call in range(calls)], runs)
    broad = _seconds(lambda: [wattstack.power_gap(column[:, 0], [float(call)]).sum() for call in range(wide)], runs)
    return [
        _row(f"{calls:,} formulas of one number each", single_seconds / calls, plain / calls, 1),
        _row(f"one formula over {CELLS:,} cells", range_seconds / wide, broad / wide, CELLS),
    ]


def _row(what: str, ours: float, python: float, cells: int) -> Row:
    name = f"POWER_GAP in LibreOffice, {what}"
    return Row(name, _speed(ours, cells), f"the Python function: {_speed(python, cells)}", f"{ours / python:.1f}")


def _speed(seconds: float, cells: int) -> str:
    return f"{1 / seconds:,.0f} calls/s" + (f" ({cells / seconds:,.0f} cells/s)" if cells > 1 else "")


def _seconds(job: Callable[[], object], runs: int) -> float:
    found = []
    for _ in range(runs + 1):
        start = time.perf_counter()
        job()
        found.append(time.perf_counter() - start)
    return median(found[1:])
