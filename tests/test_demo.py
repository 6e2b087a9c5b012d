"""The main job, end to end."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from wattstack.demo import demo
from wattstack.errors import Code
from wattstack.model import ai_infrastructure
from wattstack.model.lines import Check
from wattstack.model.scenarios import packaged

PICTURES = [
    "capex.png", "contagion.png", "ev_per_watt.png", "funding.png", "leases.png", "power_gap.png",
    "tranche_losses.png",
]  # fmt: skip


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[int, str, Path]:
    folder = tmp_path_factory.mktemp("demo") / "new"
    told = io.StringIO()
    return demo(folder, Console(file=told, width=170)), told.getvalue(), folder


def test_demo_writes_workbooks_results_and_charts(run: tuple[int, str, Path]) -> None:
    code, _, folder = run
    assert code == 0
    workbooks = [f"{name}.xlsx" for name in packaged().names]
    assert sorted(path.name for path in folder.iterdir()) == sorted([*workbooks, "results.csv", *PICTURES])
    for picture in PICTURES:
        assert (folder / picture).read_bytes()[:4] == b"\x89PNG"


def test_demo_prints_every_line_and_what_to_open_first(run: tuple[int, str, Path]) -> None:
    _, told, folder = run
    for key in ai_infrastructure().published:
        assert f" {key} " in told
    assert told.rstrip().endswith(f"Open first: {folder / 'base.xlsx'} (sheet Dashboard); any spreadsheet will do.")
    assert "claim" in told


def test_results_have_full_precision(run: tuple[int, str, Path]) -> None:
    rows = list(csv.DictReader((run[2] / "results.csv").read_text(encoding="utf-8").splitlines()))
    evaluation = packaged().evaluation(ai_infrastructure())
    assert list(rows[0]) == ["scenario", *ai_infrastructure().published]
    assert [row["scenario"] for row in rows] == packaged().names
    for key in ai_infrastructure().published:
        column = evaluation[key]
        wanted = np.broadcast_to(column.values, (7,))
        codes = np.broadcast_to(0 if column.codes is None else column.codes, (7,))
        for row, value, code in zip(rows, wanted, codes, strict=True):
            assert (row[key] == Code(int(code)).text) if code else (float(row[key]) == value), key


def test_a_check_that_fails_is_told_and_the_exit_code_is_not_zero(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = ai_infrastructure()
    never = Check("never", "The demand is nothing", model.lines["demand"].expr, 0, 0)
    monkeypatch.setattr(model, "checks", [*model.checks, never])
    told = io.StringIO()
    assert demo(tmp_path, Console(file=told, width=170)) == 1
    assert "Check failed: The demand is nothing (never) does not hold in base" in told.getvalue()
