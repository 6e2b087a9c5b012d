"""What a call costs around its body: in Python, through the adapter of the spreadsheets, and the import before it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

import wattstack
from tests.benchmarks.measure import Row, alternating
from wattstack.hosts.sheet import answer
from wattstack.registry import registry

TRANCHE = [0.05, 0.15, 0.067, 0.4, 0.15]
SUPPLY = [15.0, 8.0, 1.8, 0.0, 4.0]


def call_rows(*, brief: bool) -> list[Row]:
    """The rows of the table: calls of single values and of a short range, then the import."""
    body = registry()["TRANCHE_LOSS"].body
    in_python = ("TRANCHE_LOSS, a call in Python", lambda: wattstack.tranche_loss(*TRANCHE), lambda: body(*TRANCHE))
    calls = [
        in_python,
        _cell("TRANCHE_LOSS", TRANCHE, TRANCHE),
        _cell("CONDITIONAL_PD", [0.067, 0.15, -1.0], [0.067, 0.15, -1.0]),
        _cell("POWER_GAP", [47.0, 15.0], [47.0, np.array([15.0]), 1.0, False]),
        _cell("POWER_GAP", [47.0, [SUPPLY]], [47.0, np.array(SUPPLY), 1.0, False]),
    ]
    return [*(_cost(*call, brief=brief) for call in calls), _import_row(brief=brief)]


def _cell(name: str, given: list[Any], read: list[Any]) -> tuple[str, Callable[[], Any], Callable[[], Any]]:
    """A call by a sheet, and the body with the values read."""
    function = registry()[name]
    cells = sum(len(value[0]) if isinstance(value, list) else 1 for value in given)
    return f"{name} in a sheet, {cells} cells", lambda: answer(function, given), lambda: function.body(*read)


def _cost(what: str, ours: Callable[[], Any], body: Callable[[], Any], *, brief: bool) -> Row:
    """A call beside its bare body on the same values."""
    repeats = 50  # short runs, and many: few are interrupted

    def repeated(call: Callable[[], Any]) -> Callable[[], object]:
        return lambda: [call() for _ in range(repeats)]

    seconds = alternating(repeated(ours), repeated(body), 3 if brief else 500)
    call_us, body_us = (total / repeats * 1e6 for total in seconds)
    figures = f"{call_us:.1f} µs: {call_us - body_us:.1f} µs around the body"
    return Row(what, figures, f"the bare body: {body_us:.1f} µs", f"{call_us / body_us:.2f}")


def _import_row(*, brief: bool) -> Row:
    """Whole processes, so that each begins with nothing loaded."""

    def process(code: str) -> Callable[[], object]:
        return lambda: subprocess.run([sys.executable, "-c", code], check=True)

    ours, peer = alternating(process("import wattstack"), process("import numpy, pandas"), 1 if brief else 15)
    return Row("import wattstack", f"{ours:.2f} s", f"import numpy, pandas: {peer:.2f} s", f"{ours / peer:.2f}")
