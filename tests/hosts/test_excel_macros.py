"""The macros of the add-in and the template, run by an interpreter of VBA with Python behind them."""

from __future__ import annotations

import csv
import re
import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from pyopenvba.interpreter._values import error

from tests.hosts.test_excel import same
from tests.support.excel import Interpreted, through_vba
from tests.support.typed import every_case
from wattstack.documentation import wizard_help
from wattstack.errors import FunctionError
from wattstack.hosts.excel import package, shims
from wattstack.hosts.sheet import answer
from wattstack.model import ai_infrastructure
from wattstack.registry import registry

TEMPLATE = Path(__file__).parents[2] / "workbook_templates" / "ai_infrastructure.xlsm"
FILE_NOT_FOUND = 53  # VBA's error where the library of xlwings is not there


@pytest.fixture(scope="module")
def kept() -> Interpreted:
    return Interpreted()


@pytest.fixture
def excel() -> Interpreted:
    return Interpreted()


def codes(cells: Any) -> Any:
    return [[cell.code if isinstance(cell, FunctionError) else cell for cell in row] for row in cells]


def test_every_case_through_the_macros_gives_what_the_adapter_gives() -> None:
    """Bit by bit: the same function is asked, and nothing may be lost on the way."""
    formulas = every_case()
    wanted = [answer(formula.function, list(formula.given)) for formula in formulas]
    found = through_vba(formulas)
    assert [str(f) for f, cells, right in zip(formulas, found, wanted, strict=True) if not same(cells, right)] == []


def test_one_range_is_one_call(kept: Interpreted) -> None:
    kept.cells("FLEX_HOURS", 0.01)
    before = len(kept.calls)
    assert len(kept.cells("FLEX_HOURS", [[0.01] * 20] * 50)) == 50
    assert len(kept.calls) == before + 1


def test_cell_that_shows_money_keeps_all_its_digits_and_a_date_is_no_number(kept: Interpreted) -> None:
    """Excel hands over money rounded to four digits, and dates as dates, unless it is asked otherwise."""
    cells = kept._range(0, [[15.123456789, 45000.0]])
    money, date = (kept.own.vba_get("Range", [at]) for at in ("A1", "B1"))
    money.vba_set("NumberFormat", "$#,##0.00")  # type: ignore[attr-defined]
    date.vba_set("NumberFormat", "yyyy-mm-dd")  # type: ignore[attr-defined]
    try:
        assert kept.vba.run("POWER_GAP", [47.0, money]) == 47 - 15.123456789
        assert str(kept.vba.run("POWER_GAP", [47.0, date])) == "Error 2015"
        assert str(kept.vba.run("POWER_GAP", [47.0, cells])) == "Error 2015"
    finally:
        for cell in (money, date):
            cell.vba_set("NumberFormat", "General")  # type: ignore[attr-defined]


def test_several_areas_are_no_block_of_cells(kept: Interpreted) -> None:
    areas = kept.own.vba_get("Range", ["A1:A2,C1:C2"])
    assert str(kept.vba.run("POWER_GAP", [47.0, areas])) == "Error 2015"


def test_text_that_reads_like_an_error_stays_a_text_on_its_way_to_the_cell(excel: Interpreted) -> None:
    answers = {"wattstack_version": version_built_for(), "SOURCE_OF": ["#N/A", "\b2042"]}
    excel.server = lambda: Answering(answers)
    assert codes(excel.cells("SOURCE_OF", "K03")) == [["#N/A", "#N/A"]]
    assert [type(cell) for cell in excel.cells("SOURCE_OF", "K03")[0]] == [str, FunctionError]


class Answering:
    """A server that gives these answers by function; an exception is raised."""

    def __init__(self, answers: dict[str, Any]) -> None:
        self.answers = answers

    def CallUDF(self, module: str, name: str, given: Any) -> Any:  # noqa: N802
        found = self.answers[name]
        if isinstance(found, Exception):
            raise found
        return found


def version_built_for() -> str:
    return str(package.VERSION.findall(shims.functions_source())[0][1])


def unreachable() -> object:
    raise error(FILE_NOT_FOUND)


def test_without_python_a_number_is_a_real_error_and_why_names_the_cure(excel: Interpreted) -> None:
    tried = []
    excel.start = lambda: tried.append(1) or unreachable()  # type: ignore[func-returns-value]
    assert codes(excel.cells("POWER_GAP", 47, 15)) == [["#NAME?"]]
    assert codes(excel.cells("FUNDING_STACK", 47, [[15, 3]])) == [["#NAME?"]]
    assert codes(excel.cells("RATING_BUCKET", "A")) == [["#NAME?"]]  # a text, but one that formulas compare
    ((sentence,),) = excel.cells("WHY", "POWER_GAP", 47, 15)
    assert "run `wattstack addin doctor`" in sentence
    assert "File not found" in sentence
    assert tried == [1]  # no other cell waits for what is not there
    assert [prompt for _, prompt, _, _ in excel.vba.dialogs] == [sentence]


def test_no_message_waits_where_nobody_sees_it(excel: Interpreted) -> None:
    excel.start = unreachable
    excel.application.members["UserControl"] = False
    assert codes(excel.cells("POWER_GAP", 47, 15)) == [["#NAME?"]]
    assert excel.vba.dialogs == []


def test_package_of_another_version_is_told(excel: Interpreted) -> None:
    excel.server = lambda: Answering({"wattstack_version": "0.0.1", "POWER_GAP": 32.0})
    assert codes(excel.cells("POWER_GAP", 47, 15)) == [["#NAME?"]]
    ((sentence,),) = excel.cells("WHY", "POWER_GAP", 47, 15)
    assert f"this file is made for wattstack {version_built_for()}, Python has 0.0.1" in sentence
    assert "run `wattstack addin doctor`" in sentence  # which sees an add-in, but no workbook
    assert sentence.endswith("(a workbook is made anew by `wattstack template`)")


def test_python_without_the_package_is_told(excel: Interpreted) -> None:
    gone = error(1000, "ModuleNotFoundError: No module named 'wattstack'")
    excel.server = lambda: Answering({"wattstack_version": gone})
    assert codes(excel.cells("POWER_GAP", 47, 15)) == [["#NAME?"]]
    assert excel.cells("WHY", "POWER_GAP", 47, 15)[0][0].endswith("No module named 'wattstack'")


def test_python_that_has_gone_is_started_anew(excel: Interpreted) -> None:
    assert excel.cells("POWER_GAP", 47, 15) == [[32.0]]
    working, lost = excel.server, [error(462)]

    def once() -> Any:
        return working() if not lost else Answering({"POWER_GAP": lost.pop()})

    excel.server = once
    assert excel.cells("POWER_GAP", 47, 15) == [[32.0]]
    assert excel.vba.dialogs == []


def test_call_that_fails_beside_a_python_that_answers_is_an_error_of_its_own(excel: Interpreted) -> None:
    excel.server = lambda: Answering({"wattstack_version": version_built_for(), "POWER_GAP": error(7), "DSCR": 2.0})
    assert codes(excel.cells("POWER_GAP", 47, 15)) == [["#VALUE!"]]
    assert excel.cells("DSCR", 1, 1, 0, 1) == [[2.0]]


def test_function_wizard_calls_nothing_and_shows_no_number(excel: Interpreted) -> None:
    excel.wizard = True
    assert codes(excel.cells("POWER_GAP", 47, 15)) == [["#N/A"]]
    assert excel.calls == []


def test_function_wizard_is_told_of_every_function_and_argument(excel: Interpreted) -> None:
    excel.vba.run("DescribeFunctions")
    assert sorted(excel.described) == [function.excel_name for function in registry()]
    for name, told in excel.described.items():
        function = registry()[name]
        assert told["about"] == function.summary[:255]
        assert told["category"] == "wattstack"
        assert not told["hidden"]  # Excel describes no function of a hidden workbook
        assert told["arguments"] == list(map(wizard_help, function.arguments))
        assert all(0 < len(text) <= 255 for text in told["arguments"])
    assert excel.book.members["IsAddin"]
    assert excel.book.members["Saved"]


def test_help_is_given_once_excel_has_opened_the_file(excel: Interpreted) -> None:
    excel.vba.add_module(package.static("opening.bas"), name="opening")
    excel.book.members["Name"] = "Peter's.xlam"
    excel.vba.run("Workbook_Open")
    assert excel.timed == ["'Peter''s.xlam'!DescribeFunctions"]


def test_no_parameter_has_a_name_that_vba_keeps_for_itself() -> None:
    source = shims.functions_source()
    assert "Optional case_ As Variant" in source
    names = re.findall(r"(\w+)(?:\(\))? As Variant[,)]", source)
    assert len(names) > 200
    assert set(names) & shims.RESERVED_WORDS == set()


@pytest.mark.parametrize("name", [name for name in package.macros() if name != "xlwings"])
def test_source_keeps_to_the_limits_of_the_editor(name: str) -> None:
    """A line has at most 1,023 characters, a statement 24 continuations, a procedure 64 KiB; all is ASCII."""
    source = package.macros()[name]
    assert source.isascii()
    assert len(source) < 2**16  # so that no procedure of it can have more
    lines = source.splitlines()
    assert max(map(len, lines)) <= 1023
    run = 0
    for line in lines:
        run = run + 1 if line.endswith(" _") else 0
        assert run <= 24


@pytest.fixture
def template(tmp_path: Path) -> Interpreted:
    """The template open in a folder of its own."""
    buttons = package.static("buttons.bas").replace('Environ$("TEMP")', f'"{tmp_path}"')
    # what the interpreter does not do: read the environment and delete files
    excel = Interpreted(package.macros() | {"wattstack_buttons": buttons.replace("    Kill copied", "    '")})
    excel.application.members["PathSeparator"] = "/"
    excel.book.members.update(Path=str(tmp_path), SaveCopyAs=lambda path: shutil.copy(TEMPLATE, path))
    return excel


def told(excel: Interpreted) -> str:
    return str(excel.vba.dialogs[-1][1])


def test_button_adds_the_current_inputs_as_a_scenario(template: Interpreted, tmp_path: Path) -> None:
    template.vba.answers.extend(["mine", 1, "mine", 1])
    template.vba.run("NewScenario")
    assert told(template) == f'Written: {tmp_path}/scenarios.csv ("mine" is scenario 1)'
    assert (tmp_path / "scenarios.csv").read_text() == "scenario\nmine\n"  # all as in base
    template.vba.run("NewScenario")
    assert told(template) == 'wattstack: scenario ("mine") must have a name that no other one has'


def test_button_without_a_name_does_nothing(template: Interpreted, tmp_path: Path) -> None:
    template.vba.answers.append("")
    template.vba.run("NewScenario")
    assert list(tmp_path.iterdir()) == []


def test_button_writes_an_offline_copy(template: Interpreted, tmp_path: Path) -> None:
    template.vba.run("WriteOfflineCopy")
    (written,) = tmp_path.glob("offline_*.xlsx")
    assert told(template) == f"Written: {written}"
    book = openpyxl.load_workbook(written)
    assert book["Scenarios"]["C4"].value == "current"
    assert "Workings" in book.sheetnames  # plain formulas


def test_button_runs_the_batch(template: Interpreted, tmp_path: Path) -> None:
    template.vba.run("RunBatch")
    assert "scenarios.csv: cannot be read" in told(template)
    (tmp_path / "scenarios.csv").write_text("scenario,gap_gw\nsmall,10\nlarge,60\n")
    template.vba.run("RunBatch")
    (written,) = tmp_path.glob("results_*.csv")
    rows = list(csv.DictReader(written.read_text().splitlines()))
    assert [float(row["demand"]) for row in rows] == [10, 60]
    assert list(rows[0])[1:] == ai_infrastructure().published


def test_button_of_a_workbook_in_the_cloud_writes_among_the_documents(template: Interpreted, tmp_path: Path) -> None:
    template.book.members["Path"] = "https://example.sharepoint.com/models"
    template.application.members["DefaultFilePath"] = str(tmp_path)
    template.vba.answers.append("mine")
    template.vba.run("NewScenario")
    assert (tmp_path / "scenarios.csv").exists()


def test_button_without_python_names_the_cure(template: Interpreted) -> None:
    template.start = unreachable
    template.vba.run("RunBatch")
    assert told(template).endswith("Run `wattstack addin doctor` in a terminal.")
