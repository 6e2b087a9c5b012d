"""The current inputs of a workbook, read back: a scenario more, or an offline copy."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import openpyxl
import pytest

from tests.support.office import Office, cells
from wattstack.cli import main, printed
from wattstack.errors import InputError
from wattstack.files import packed, parts_of
from wattstack.model import ai_infrastructure
from wattstack.model.scenarios import packaged, read_scenarios
from wattstack.workbook import workbook
from wattstack.workbook.layout import Layout
from wattstack.workbook.read import changed_inputs

MODEL = ai_infrastructure()
LAYOUT = Layout(MODEL)


@pytest.fixture(scope="module")
def crisis(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("books") / "crisis.xlsx"
    file.write_bytes(workbook("crisis_2008", "udf"))
    return file


def overrides(name: str) -> dict[str, float]:
    """What a packaged scenario changes."""
    found = {key: float(values[0]) for key, values in packaged().only(name).overrides.items()}
    return {key: value for key, value in found.items() if not math.isnan(value) and value != MODEL.inputs[key].base}


def test_current_inputs_are_those_of_the_selected_scenario(crisis: Path) -> None:
    assert changed_inputs(crisis, MODEL) == overrides("crisis_2008")
    assert {"pd", "lgd", "rho"} <= overrides("crisis_2008").keys()


def test_input_that_was_changed_in_the_workbook_is_read(office: Office, tmp_path: Path) -> None:
    """Typed over in the column of the base, recalculated by LibreOffice, read back."""
    file = tmp_path / "typed.xlsx"
    file.write_bytes(workbook())
    book = openpyxl.load_workbook(file)
    place = LAYOUT.place("gap_gw.base")
    book[place.sheet][place.cell].value = 51.25
    book.save(file)
    (typed,) = office.converted([file], "xlsx")
    assert changed_inputs(typed, MODEL) == {"gap_gw": 51.25}


def test_scenario_of_a_workbook_is_added_to_the_table(crisis: Path, tmp_path: Path) -> None:
    table = tmp_path / "scenarios.csv"
    table.write_text("scenario,gap_gw\nsmall,10\n", encoding="utf-8")
    assert printed("scenario", str(crisis), "--name", "bad, but possible", "--out", str(table)).startswith("Written")
    found = read_scenarios(table, MODEL)
    assert found.names == ["small", "bad, but possible"]
    kept = {key: values.tolist() for key, values in found.overrides.items()}
    assert kept["gap_gw"][0] == 10
    assert {key: values[1] for key, values in kept.items() if not math.isnan(values[1])} == overrides("crisis_2008")


def test_batch_of_that_table_gives_the_lines_of_the_workbook(crisis: Path, tmp_path: Path) -> None:
    table, results = tmp_path / "scenarios.csv", tmp_path / "results.csv"
    assert main(["scenario", str(crisis), "--name", "crisis", "--out", str(table)]) == 0
    assert main(["batch", str(table), "--out", str(results)]) == 0
    (row,) = csv.DictReader(results.read_text(encoding="utf-8").splitlines())
    stored = cells(crisis)
    for key in MODEL.published:
        place = LAYOUT.place(key)
        # the workbook's values are an engine's: 1e-9 relative or 1e-12 absolute, the contract's bound
        assert float(row[key]) == pytest.approx(stored[place.sheet, place.cell], rel=1e-9, abs=1e-12), key


def test_offline_copy_is_the_same_case_in_plain_formulas(crisis: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.xlsx"
    assert printed("workbook", "--inputs", str(crisis), "--out", str(copy)) == f"Written: {copy}"
    book = openpyxl.load_workbook(copy)
    assert "Workings" in book.sheetnames
    assert changed_inputs(copy, MODEL) == overrides("crisis_2008")
    ours, theirs = cells(copy), cells(crisis)
    for key in MODEL.published:
        place = LAYOUT.place(key)
        # the cells of a spill stand in the template with 16 digits
        assert ours[place.sheet, place.cell] == pytest.approx(theirs[place.sheet, place.cell], rel=1e-12, abs=1e-15), (
            key
        )


def test_name_that_is_taken_is_refused_and_nothing_written(crisis: Path, tmp_path: Path) -> None:
    table = tmp_path / "scenarios.csv"
    table.write_text("scenario,gap_gw\nsmall,10\n", encoding="utf-8")
    told = printed("scenario", str(crisis), "--name", "small", "--out", str(table))
    assert told == 'wattstack: scenario ("small") must have a name that no other one has'
    assert table.read_text(encoding="utf-8") == "scenario,gap_gw\nsmall,10\n"


def test_file_that_is_no_workbook_of_ours_is_told_in_one_line(tmp_path: Path) -> None:
    file, other = tmp_path / "text.xlsx", tmp_path / "other.xlsx"
    file.write_text("no zip file")
    openpyxl.Workbook().save(other)
    for path, rule in (
        (file, "cannot be read"),
        (other, "must have a cell named gap_gw"),
        (tmp_path, "cannot be read"),
    ):
        told = printed("workbook", "--inputs", str(path), "--out", str(tmp_path / "copy.xlsx"))
        assert told.startswith(f"wattstack: {path}: {rule}")
        assert "\n" not in told


def test_input_without_a_number_is_told_with_its_cell(crisis: Path, tmp_path: Path) -> None:
    parts = parts_of(crisis.read_bytes())
    sheet = parts["xl/worksheets/sheet3.xml"].decode()
    place = LAYOUT.place("gap_gw").cell
    start = sheet.index(f'<c r="{place}"')
    changed = sheet[start:].replace(">47</v>", ">#NUM!</v>", 1).replace(f'r="{place}"', f'r="{place}" t="e"', 1)
    parts["xl/worksheets/sheet3.xml"] = (sheet[:start] + changed).encode()
    file = tmp_path / "wrong.xlsx"
    file.write_bytes(packed(parts))
    with pytest.raises(InputError, match=rf"Assumptions!{place}: gap_gw \(#NUM!\) must be a number"):
        changed_inputs(file, MODEL)
