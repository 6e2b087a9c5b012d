"""Workbooks: the same numbers in every rendering and engine, stored, reproducible, and safe to open."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest

from tests.support.office import Office, cells
from wattstack.errors import InputError
from wattstack.model import ai_infrastructure
from wattstack.model.scenarios import Scenarios, packaged, verdicts
from wattstack.registry import registry
from wattstack.workbook import workbook
from wattstack.workbook.book import shown
from wattstack.workbook.layout import Layout
from wattstack.workbook.values import recalculated

MODEL = ai_infrastructure()
LAYOUT = Layout(MODEL)
NAMES = packaged().names
SHEETS = ["Cover", "Dashboard", "Assumptions", "Scenarios", *MODEL.sheets, "Checks", "Sources", "Workings"]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Path]:
    """The workbooks of all scenarios in both dialects."""
    folder = tmp_path_factory.mktemp("workbooks")
    found = {}
    for name in NAMES:
        for dialect in ("native", "udf"):
            found[name, dialect] = folder / f"{name}_{dialect}.xlsx"
            found[name, dialect].write_bytes(workbook(name, dialect))
    return found


def wrong_lines(values: dict[tuple[str, str], Any], scenario: int) -> list[str]:
    """The lines whose cells differ from the model by more than the contract allows: 1e-9 relative, 1e-12 absolute."""
    evaluation = packaged().evaluation(MODEL)
    found = []
    for key in MODEL.published:
        place = LAYOUT.place(key)
        cell, value = values.get((place.sheet, place.cell)), shown(evaluation[key], scenario)
        same = cell == value if isinstance(value, str) else _near(cell, value)
        if not same:
            found.append(f"{key}: {cell!r}, not {value!r}")
    return found


def _near(cell: Any, value: float, absolute: float = 1e-12) -> bool:
    return isinstance(cell, (int, float)) and abs(cell - value) <= max(1e-9 * abs(value), absolute)


@pytest.mark.parametrize("dialect", ["native", "udf"])
@pytest.mark.parametrize("name", NAMES)
def test_stored_value_of_every_line_is_the_models(files: Any, name: str, dialect: str) -> None:
    assert wrong_lines(cells(files[name, dialect]), NAMES.index(name)) == []


def test_libreoffice_recalculates_every_line_of_every_scenario_to_the_models_value(files: Any, office: Office) -> None:
    values = office.recalculated([files[name, "native"] for name in NAMES])
    assert {name: wrong_lines(v, place) for place, (name, v) in enumerate(zip(NAMES, values, strict=True))} == {
        name: [] for name in NAMES
    }


def test_both_engines_agree_on_every_formula(files: Any, office: Office) -> None:
    """Helper cells too: numbers to 1e-9 relative or absolute, texts, truth values and codes to the letter.

    Absolute, for an engine's own IRR stops somewhere near the root, and the step after it removes what is left.
    """
    (theirs,) = office.recalculated([files["crisis_2008", "native"]])
    ours = recalculated(files["crisis_2008", "native"].read_bytes())
    assert len(ours) > 1000
    different = [
        (at, value, theirs.get(at))
        for at, value in ours.items()
        if not (_near(theirs.get(at), value, 1e-9) if _is_number(value) else value == theirs.get(at))
    ]
    assert different == []


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


@pytest.mark.parametrize("name", NAMES)
def test_checks_in_the_sheet_say_what_the_model_says(files: Any, name: str) -> None:
    values = cells(files[name, "native"])
    book = openpyxl.load_workbook(files[name, "native"])
    evaluation = packaged().evaluation(MODEL)
    for check in MODEL.checks:
        at = book.defined_names[f"check_{check.key}" if check.is_identity else check.key].attr_text
        sheet, cell = at.replace("$", "").split("!")
        assert values[sheet, cell] == verdicts(check, evaluation.of(check.value), len(NAMES))[NAMES.index(name)]
    for name_of_check in ("master_check", "stored_check"):
        sheet, cell = book.defined_names[name_of_check].attr_text.replace("$", "").split("!")
        assert values[sheet, cell] is True


def test_selecting_another_scenario_moves_the_whole_workbook(files: Any, office: Office, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(files["base", "native"])
    sheet, cell = book.defined_names["selected_scenario"].attr_text.replace("$", "").split("!")
    book[sheet][cell].value = "crisis_2008"
    moved = tmp_path / "moved.xlsx"
    book.save(moved)
    (values,) = office.recalculated([moved])
    assert wrong_lines(values, NAMES.index("crisis_2008")) == []


def test_an_input_outside_its_domain_or_blank_is_an_error_in_what_depends_on_it(
    files: Any, office: Office, tmp_path: Path
) -> None:
    wrong = {
        "gap_gw": (-1, "#NUM!"),
        "build_cost": (None, "#N/A"),
        "rho": ("high", "#VALUE!"),
        "pue": (True, "#VALUE!"),
    }
    book = openpyxl.load_workbook(files["base", "native"])
    for key, (value, _) in wrong.items():
        place = LAYOUT.place(f"{key}.base")
        book[place.sheet][place.cell].value = value
    changed = tmp_path / "changed.xlsx"
    book.save(changed)
    (values,) = office.recalculated([changed])
    lines = {"demand": "#NUM!", "ev_all_in": "#N/A", "senior_loss": "#VALUE!", "facility_gw": "#NUM!",
             "power_cooling_per_gw": 11, "mining_margin": 0.4088}  # fmt: skip
    for key, wanted in lines.items():
        place = LAYOUT.place(key)
        assert values[place.sheet, place.cell] == (wanted if isinstance(wanted, str) else pytest.approx(wanted))


def test_same_inputs_give_the_same_bytes(files: Any) -> None:
    for dialect in ("native", "udf"):
        assert workbook("base", dialect) == files["base", dialect].read_bytes()


def test_pandas_reads_numbers_at_once(files: Any) -> None:
    frame = pd.read_excel(files["base", "native"], sheet_name="Power", header=None)
    row = frame[frame[3] == "residual_gap"]
    assert row[2].item() == pytest.approx(24.825, rel=1e-12)


def test_file_asks_for_recalculation_and_holds_all_sheets(files: Any) -> None:
    book = openpyxl.load_workbook(files["base", "native"])
    assert book.calculation.fullCalcOnLoad
    assert book.sheetnames == SHEETS
    template = openpyxl.load_workbook(files["base", "udf"])
    assert template.sheetnames == [name for name in SHEETS if name != "Workings"]


def test_dashboard_has_native_charts(files: Any) -> None:
    with zipfile.ZipFile(files["base", "native"]) as parts:
        charts = [name for name in parts.namelist() if name.startswith("xl/charts/chart")]
    assert len(charts) >= 5


def test_native_workbook_calls_none_of_our_functions_and_the_template_does(files: Any) -> None:
    names = {function.excel_name for function in registry()}

    def called(dialect: str) -> set[str]:
        book = openpyxl.load_workbook(files["base", dialect])
        texts = [
            str(getattr(cell.value, "text", cell.value))
            for sheet in book.worksheets
            for row in sheet.iter_rows()
            for cell in row
            if cell.data_type == "f"
        ]
        return {name for name in names for text in texts if f"{name}(" in text}

    assert called("native") == set()
    assert called("udf") == {
        apply.function.excel_name
        for line in MODEL.lines.values()
        for apply in line.expr.walk()
        if hasattr(apply, "function")
    }


def test_every_key_is_the_name_of_its_cell(files: Any) -> None:
    book = openpyxl.load_workbook(files["base", "native"])
    for key in [*MODEL.inputs, *MODEL.published]:
        assert book.defined_names[key].attr_text == LAYOUT.place(key).absolute


def test_no_name_in_the_template_hides_a_function(files: Any) -> None:
    names = openpyxl.load_workbook(files["base", "udf"]).defined_names
    assert [name for name in names if name.upper() in registry()] == []
    assert "residual_gap" in names


def test_tables_are_fit_for_print_and_sorting(files: Any) -> None:
    for sheet in openpyxl.load_workbook(files["base", "native"]).worksheets:
        assert not sheet.merged_cells.ranges, sheet.title
        assert sheet.print_area, sheet.title
        assert sheet.freeze_panes, sheet.title


def test_text_from_outside_never_becomes_a_formula(tmp_path: Path) -> None:
    names = ["=1+1", "+cmd|' /C calc'!A0", "@SUM(1)", "-2", "<b>&amp;</b>", "quote\"'s"]
    scenarios = Scenarios(names, {"gap_gw": np.array([46.0] * len(names))})
    file = tmp_path / "outside.xlsx"
    file.write_bytes(workbook("=1+1", scenarios=scenarios))
    book, values = openpyxl.load_workbook(file), cells(file)
    texts = [cell for row in book["Scenarios"].iter_rows() for cell in row if cell.value in names]
    assert len(texts) == 2 * len(names) + 1  # two heads and the selector
    assert all(cell.data_type == "s" for cell in texts)
    place = LAYOUT.place("demand")
    assert values[place.sheet, place.cell] == 46  # the selector finds its odd name


def test_text_that_no_workbook_can_hold_is_refused() -> None:
    with pytest.raises(InputError, match="cannot be written"):
        workbook("a\x00b", scenarios=Scenarios(["a\x00b"], {}))


def test_stored_xml_is_well_formed_and_every_formula_has_a_value(files: Any) -> None:
    from xml.etree import ElementTree

    main = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    for file in (files["base", "native"], files["base", "udf"]):
        with zipfile.ZipFile(io.BytesIO(file.read_bytes())) as parts:
            assert parts.testzip() is None
            for name in parts.namelist():
                if name.startswith("xl/worksheets/sheet"):
                    for cell in ElementTree.fromstring(parts.read(name)).iter(f"{main}c"):
                        if cell.find(f"{main}f") is not None:
                            value = cell.find(f"{main}v")
                            assert value is not None, cell.attrib
                            assert value.text or cell.get("t") == "str"


def test_template_in_the_repository_is_current() -> None:
    template = Path(__file__).parents[2] / "workbook_templates" / "ai_infrastructure.xlsx"
    built = cells_of(workbook(dialect="udf"))
    kept = cells_of(template.read_bytes())
    # other versions of numpy or the engine may round the last digit
    assert kept.keys() == built.keys()
    assert [at for at in built if not (kept[at] == built[at] or _near(kept[at], built[at]))] == []
    assert formulas_of(template.read_bytes()) == formulas_of(workbook(dialect="udf"))


def cells_of(data: bytes) -> dict[tuple[str, str], Any]:
    return cells(io.BytesIO(data))  # type: ignore[arg-type]


def formulas_of(data: bytes) -> dict[tuple[str, str], str]:
    return {
        (sheet.title, cell.coordinate): str(getattr(cell.value, "text", cell.value))
        for sheet in openpyxl.load_workbook(io.BytesIO(data)).worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    }
