"""The functions as xlwings' own code calls them, COM replaced by stand-ins."""

from __future__ import annotations

import datetime
import subprocess
import sys
from typing import Any

import pytest

from tests.support.excel import MISSING_ARGUMENT, call_udf, server, through_xlwings, to_com
from tests.support.typed import every_case
from wattstack import __version__
from wattstack.documentation import wizard_help
from wattstack.errors import FunctionError
from wattstack.hosts import excel
from wattstack.hosts.excel import udfs
from wattstack.hosts.excel.cells import received, returned
from wattstack.hosts.sheet import answer
from wattstack.registry import registry

DIV0 = -2146826281  # what COM hands over for a cell that shows #DIV/0!
MARKED = {"#VALUE!": "\b2015", "#DIV/0!": "\b2007", "#NUM!": "\b2036", "#N/A": "\b2042"}


def same(cells: Any, wanted: Any) -> bool:
    """Cells of equal shape and value; errors by their code."""

    def plain(block: Any) -> Any:
        return [[cell.code if isinstance(cell, FunctionError) else cell for cell in row] for row in block]

    return bool(plain(cells) == plain(wanted))


def test_every_case_through_xlwings_gives_what_the_adapter_gives() -> None:
    """Bit by bit: the same function is asked, and nothing may be lost on the way."""
    formulas = every_case()
    wanted = [answer(formula.function, list(formula.given)) for formula in formulas]
    found = through_xlwings(formulas)
    assert len(formulas) > 400
    assert [str(f) for f, cells, right in zip(formulas, found, wanted, strict=True) if not same(cells, right)] == []


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (15.0, 32.0),
        (((15.0, 3.0), (1.0, 1.0)), 27.0),
        ((15.0, 3.0), 29.0),  # a constant {15,3} has one dimension
        (None, MARKED["#N/A"]),  # a blank
        ("", MARKED["#VALUE!"]),  # a text without letters is a text
        ("15", MARKED["#VALUE!"]),
        (True, MARKED["#VALUE!"]),
        (datetime.datetime(2025, 12, 1), MARKED["#VALUE!"]),
        (((15.0, DIV0),), MARKED["#DIV/0!"]),
        (DIV0, MARKED["#DIV/0!"]),
    ],
)
def test_value_of_a_cell_reaches_the_function_as_what_it_is(value: Any, shown: Any) -> None:
    assert call_udf("POWER_GAP", 47.0, value) == [[shown]]


def test_argument_left_out_takes_its_default_and_a_required_one_is_missing() -> None:
    assert call_udf("POWER_GAP", 10.0, 15.0, MISSING_ARGUMENT, True) == [[0.0]]
    assert call_udf("POWER_GAP", MISSING_ARGUMENT, 15.0) == [[MARKED["#N/A"]]]


def test_results_cross_as_floats_texts_and_truth_values() -> None:
    cells = call_udf("CONTAGION", ((0.0, 10.0), (0.0, 0.0)), ((6.0, 0.0),))
    assert cells[0][:3] == ["node", "owed", "paid"]
    assert {type(cell) for row in cells[1:] for cell in row} <= {float, bool}


def test_each_cell_of_a_spill_carries_its_own_error() -> None:
    shares = ((0.005, 2.0), (None, "x"))
    assert call_udf("FLEX_HOURS", shares) == [
        [pytest.approx(43.8, rel=1e-12), MARKED["#NUM!"]],  # 8,760 hours times 0.005
        [MARKED["#N/A"], MARKED["#VALUE!"]],
    ]


def test_text_that_reads_like_an_error_stays_a_text() -> None:
    assert returned([["#N/A", "#NUM!"]]) == [["#N/A", "#NUM!"]]
    assert received("#N/A") == "#N/A"


def test_errors_of_com_are_those_of_xlwings_own_table() -> None:
    server()
    from xlwings import _xlwindows

    for number, code in _xlwindows.cell_errors.items():
        assert received(number).code == code
        assert to_com(FunctionError(code)) == number


def test_defect_of_ours_is_an_error_in_the_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    server()
    monkeypatch.setattr(udfs, "answer", lambda *given: 1 / 0)
    assert call_udf("POWER_GAP", 47.0, 15.0) == [[MARKED["#VALUE!"]]]


@pytest.mark.parametrize("name", [function.excel_name for function in registry()])
def test_every_function_is_registered_with_its_help(name: str) -> None:
    server()
    function, told = registry()[name], getattr(excel, name).__xlfunc__
    assert told["name"] == name
    assert told["category"] == "wattstack"
    assert told["ret"] == {"doc": function.summary, "options": {"convert": "raw"}}
    assert [argument["doc"] for argument in told["args"]] == list(map(wizard_help, function.arguments))
    assert {argument["options"]["convert"] for argument in told["args"]} == {"raw"}


def test_files_are_made_without_xlwings_in_memory() -> None:
    """So that troubles with it can be found, and told."""
    code = "import sys, wattstack.hosts.excel.package as made; made.files(); print('xlwings' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout == "False\n"


def test_macros_are_told_the_version() -> None:
    assert call_udf("wattstack_version") == [[__version__]]
