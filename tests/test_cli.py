"""The command line: what it prints, and one line with exit code 2 for what is wrong."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from wattstack.cli import main, printed, value_of
from wattstack.model import ai_infrastructure
from wattstack.registry import registry


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(list(arguments))
    told = capsys.readouterr()
    return code, told.out, told.err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["POWER_GAP", "47", "15"], "32\n"),
        (["power_gap", "47", "15,3,2", "floor=TRUE"], "27\n"),
        (["POWER_GAP", "10", "[15]", "1.2", "true"], "0\n"),
        (["CONDITIONAL_PD", "0.5", "0.3", "-0e0"], "0.5\n"),
        (["PUE_GROSS_UP", "47", "1.15", "it"], "54.05\n"),
        (["FUNDING_STACK", "35", "10,20"], "layer\tused\tunused\n1\t10\t0\n2\t20\t0\nUnfunded\t5\t0\n"),
        (["POWER_STACK", "10,4", "1,1", "0,0", "12,12", "0,6"], "0\t5\n0\t2\n"),
        (["ASSUMPTION", "gap_gw", "low"], "46\n"),
        (["WHY", "POWER_GAP", "47", "15", "0.9"], "ratio (0.9) must be a number, 1 or more\n"),
    ],
)
def test_call_prints_the_value(capsys: pytest.CaptureFixture[str], arguments: list[str], told: str) -> None:
    assert run(capsys, "call", *arguments) == (0, told, "")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["POWER_GAP", "47", "15", "0.9"], "wattstack: #NUM!: ratio (0.9) must be a number, 1 or more\n"),
        (["POWER_GAP", "47", ""], "wattstack: #N/A: supply_gw (blank) must be a range of numbers, any number\n"),
        (["POWER_GAPP", "47"], 'wattstack: #N/A: name ("POWER_GAPP") must be a function of the package; '
                               "the nearest are POWER_GAP"),
        (["POWER_GAP", "1", "2", "3", "TRUE", "5"], "wattstack: POWER_GAP(demand_gw, supply_gw[], [ratio=1], "
                                                    "[floor=FALSE]): too many positional arguments\n"),
        (["ASSUMPTION", "gap"], 'wattstack: #N/A: key ("gap") must be a key of the assumptions'),
    ],
)  # fmt: skip
def test_wrong_call_is_told_in_one_line(capsys: pytest.CaptureFixture[str], arguments: list[str], told: str) -> None:
    code, printed, error = run(capsys, "call", *arguments)
    assert (code, printed) == (2, "")
    assert error.startswith(told)
    assert error.count("\n") == 1


def test_texts_of_the_command_line_become_values() -> None:
    assert [value_of(text) for text in ("1e-3", "TRUE", "", "1,2", "[1, 2]", "IT", "null", "#N/A")] == [
        0.001, True, None, [1, 2], [1, 2], "IT", None, "#N/A",
    ]  # fmt: skip


@pytest.mark.parametrize("name", [function.excel_name for function in registry()])
def test_explain_tells_every_argument(capsys: pytest.CaptureFixture[str], name: str) -> None:
    code, printed, _ = run(capsys, "explain", name)
    assert code == 0
    assert all(f"{argument.name}: " in printed for argument in registry()[name].arguments)


def test_batch_writes_one_row_a_scenario_and_one_column_a_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    given, written = tmp_path / "scenarios.csv", tmp_path / "results.csv"
    given.write_text("scenario,gap_gw,gpu_per_gw\nsmall,10,\nsteep,,60\n", encoding="utf-8")
    code, printed, _ = run(capsys, "batch", str(given), "--out", str(written))
    assert (code, printed.startswith("Written")) == (0, True)
    rows = list(csv.DictReader(written.read_text(encoding="utf-8").splitlines()))
    assert list(rows[0]) == ["scenario", *ai_infrastructure().published]
    assert [row["scenario"] for row in rows] == ["small", "steep"]
    assert float(rows[0]["demand"]) == 10
    assert float(rows[0]["residual_gap"]) < 0  # a surplus keeps its sign
    assert rows[1]["capex_per_gw"] == "#NUM!"  # power and cooling would be negative
    assert float(rows[1]["power_cooling_per_gw"]) == pytest.approx(-11.5, rel=1e-15)
    assert float(rows[1]["supply"]) == pytest.approx(21.675, rel=1e-12)


def test_batch_writes_the_chosen_lines_in_the_order_chosen(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    given, written = tmp_path / "scenarios.csv", tmp_path / "results.csv"
    given.write_text("scenario,gap_gw\nsmall,10\n", encoding="utf-8")
    code, printed, _ = run(capsys, "batch", str(given), "--out", str(written), "--outputs", "supply, demand")
    assert (code, printed) == (0, f"Written: {written} (scenarios: 1, lines: 2)\n")
    assert written.read_text(encoding="utf-8") == "scenario,supply,demand\nsmall,21.675,10.0\n"


def test_batch_names_the_lines_nearest_to_one_that_is_unknown(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    given, written = tmp_path / "scenarios.csv", tmp_path / "results.csv"
    given.write_text("scenario,gap_gw\nsmall,10\n", encoding="utf-8")
    code, _, error = run(capsys, "batch", str(given), "--out", str(written), "--outputs", "suply")
    assert code == 2
    assert error.startswith('wattstack: output ("suply") must be a published line of the model; the nearest are supply')
    assert error.count("\n") == 1
    assert not written.exists()


def test_batch_with_a_wrong_value_writes_nothing(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    given, written = tmp_path / "scenarios.csv", tmp_path / "results.csv"
    given.write_text("scenario,rho\na,0.1\nb,2\n", encoding="utf-8")
    written.write_text("old", encoding="utf-8")
    code, _, error = run(capsys, "batch", str(given), "--out", str(written))
    assert code == 2
    assert error.endswith('row 3, column "rho": "2" must be a number, 0 to 1\n')
    assert written.read_text(encoding="utf-8") == "old"


def test_caller_without_a_terminal_is_told_a_failure_in_one_line_and_no_progress(tmp_path: Path) -> None:
    given, place = tmp_path / "scenarios.csv", tmp_path / "nowhere" / "results.csv"
    given.write_text("scenario,rho\na,0.1\n", encoding="utf-8")
    assert printed("batch", str(given), f"--out={place}") == (
        f"wattstack: {place}: cannot be written: No such file or directory"
    )


def test_unknown_scenario_writes_nothing(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, _, error = run(capsys, "workbook", "--scenario", "boom", "--out", str(tmp_path / "f.xlsx"))
    assert code == 2
    assert 'scenario ("boom") must be one of base, reports' in error
    assert list(tmp_path.iterdir()) == []


def test_place_that_cannot_be_written_is_told_in_one_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for arguments in (
        ["workbook", "--out", str(tmp_path / "none" / "f.xlsx")],
        ["demo", "--out", str(tmp_path / "file")],
        ["docs", "--out", str(tmp_path / "file")],
        ["template", "--out", str(tmp_path / "file")],
    ):
        code, _, error = run(capsys, *arguments)
        assert code == 2, arguments
        assert error.count("\n") == 1, arguments


def test_workbook_and_docs_are_written(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run(capsys, "workbook", "--scenario", "sceptics", "--out", str(tmp_path / "f.xlsx"))[0] == 0
    assert (tmp_path / "f.xlsx").read_bytes()[:2] == b"PK"
    assert run(capsys, "docs", "--out", str(tmp_path / "docs"))[0] == 0
    assert len(list((tmp_path / "docs").glob("*.md"))) == len(registry()) + 1
