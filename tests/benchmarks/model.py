"""The whole model over many scenarios, beside the same number of rows of one TRANCHE_LOSS."""

from __future__ import annotations

import numpy as np

import wattstack
from tests.benchmarks.measure import Row, alternating
from wattstack.batch.run import chunks
from wattstack.model import ai_infrastructure
from wattstack.model.scenarios import Scenarios

SEED = 20251121


def model_rows(*, brief: bool) -> list[Row]:
    """All lines of the contract over random scenarios, against one column of them alone."""
    count = 1_000 if brief else 50_000
    draw = np.random.default_rng(SEED).random((3, count))
    overrides = {"gap_gw": 46 + 3 * draw[0], "pd": 0.04 + 0.06 * draw[1], "rho": 0.1 + 0.15 * draw[2]}
    scenarios = Scenarios([str(row) for row in range(count)], overrides)
    model = ai_infrastructure()

    def ours() -> None:
        for chunk in chunks(scenarios):
            evaluation = chunk.evaluation(model)
            for key in model.published:
                evaluation[key]

    def one() -> None:
        wattstack.tranche_loss(0.05, 0.15, overrides["pd"], 0.4, overrides["rho"])

    model_seconds, one_seconds = alternating(ours, one, 3 if brief else 5)
    lines = len(model.published)
    return [
        Row(f"the model, {lines} lines, {count:,} scenarios", f"{count / model_seconds:,.0f} rows/s",
            "one TRANCHE_LOSS a row", f"{model_seconds / one_seconds:.1f}"),
    ]  # fmt: skip
