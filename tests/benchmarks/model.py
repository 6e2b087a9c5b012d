"""The whole model over many scenarios: rows a second, how the time grows with them, and the memory of it all."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np

import wattstack
from tests.benchmarks.measure import Row, alternating
from wattstack.model import ai_infrastructure, evaluate_many

SEED = 20251121
CHOSEN = ("residual_gap", "capex_powered", "irr_short", "unfunded", "mezzanine_loss", "senior_crisis_loss")
GIGABYTE = 2**30
IN_A_PROCESS = """
import resource, sys, time
from tests.benchmarks.model import CHOSEN, draws
from wattstack.model import ai_infrastructure, evaluate_many
model = ai_infrastructure()
keys = model.published if sys.argv[2] == "all" else CHOSEN
evaluate_many(model, {}, keys)  # what is read and prepared once
start = time.process_time()  # a long run on a busy machine waits for others
evaluate_many(model, draws(int(sys.argv[1])), keys)
print(time.process_time() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)  # in KB, on Linux
"""


def draws(count: int) -> dict[str, Any]:
    """Random scenarios of three assumptions."""
    draw = np.random.default_rng(SEED).random((3, count))
    return {"gap_gw": 46 + 3 * draw[0], "pd": 0.04 + 0.06 * draw[1], "rho": 0.1 + 0.15 * draw[2]}


def model_rows(*, brief: bool) -> list[Row]:
    """All lines of the contract beside one column of them alone; then few rows beside many, each in its own process."""
    count = 1_000 if brief else 50_000
    overrides, model = draws(count), ai_infrastructure()
    model_seconds, one_seconds = alternating(
        lambda: evaluate_many(model, overrides, model.published),
        lambda: wattstack.tranche_loss(0.05, 0.15, overrides["pd"], 0.4, overrides["rho"]),
        3,
    )
    lines = len(model.published)
    return [
        Row(f"the model, {lines} lines, {count:,} scenarios", f"{count / model_seconds:,.0f} rows/s",
            "one TRANCHE_LOSS a row", f"{model_seconds / one_seconds:.1f}"),
        _growth(f"all {lines} lines", "all", brief=brief),
        _growth(f"{len(CHOSEN)} chosen lines", "chosen", brief=brief),
    ]  # fmt: skip


def _growth(what: str, outputs: str, *, brief: bool) -> Row:
    """Processor time a row of many scenarios over that of few, and the peak memory of the process with many."""
    few, many = (200, 2_000) if brief else (10_000, 1_000_000)
    few_seconds, _ = _in_a_process(few, outputs)
    seconds, memory = _in_a_process(many, outputs)
    return Row(
        f"the model, {what}, {many:,} scenarios in one process",
        f"{many / seconds:,.0f} rows a processor second, peak {memory / GIGABYTE:.2f} GB",
        f"{few:,} scenarios: {few / few_seconds:,.0f}",
        f"{seconds / many / (few_seconds / few):.2f}",
    )


def _in_a_process(count: int, outputs: str) -> tuple[float, float]:
    command = [sys.executable, "-c", IN_A_PROCESS, str(count), outputs]
    seconds, memory = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return float(seconds), float(memory)
