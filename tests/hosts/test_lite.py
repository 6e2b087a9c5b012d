"""What is pasted into xlwings Lite runs by itself and answers as all hosts do."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from tests.support.lite import in_lite, through_lite
from tests.support.typed import Limit, Typed, every_case
from wattstack.errors import FunctionError
from wattstack.hosts.lite.package import files
from wattstack.hosts.sheet import MISSING, Cells, answer
from wattstack.registry import registry


def codes(cells: Cells) -> list[list[object]]:
    return [[cell.code if isinstance(cell, FunctionError) else cell for cell in row] for row in cells]


def test_every_case_gives_what_python_gives() -> None:
    cases = every_case()
    for case, cells in zip(cases, through_lite(cases), strict=True):
        if not isinstance(cells, Limit):
            # the same code on the same doubles
            assert codes(cells) == codes(answer(case.function, list(case.given))), case


def test_errors_blanks_and_what_is_left_out() -> None:
    gap = registry()["POWER_GAP"]
    typed = [(47, FunctionError("#REF!")), (47, [[1, FunctionError("#DIV/0!")]]), (10, [[15, None]]),
             (10, 15, MISSING, True), (10, 15, None, True)]  # fmt: skip
    shown = [codes(cells) for cells in through_lite([Typed(gap, given) for given in typed]) if isinstance(cells, list)]
    # the last is a limit of this host: a blank cell by itself counts as left out where that is allowed
    assert shown == [[["#REF!"]], [["#DIV/0!"]], [["#N/A"]], [[0]], [[0]]]


def test_main_declares_every_function_with_its_help_and_needs_no_more_than_its_requirements() -> None:
    found = in_lite([Typed(function, (math.pi,)) for function in registry()])  # an error is an answer too
    assert found["functions"] == {function.excel_name: ["main", function.summary] for function in registry()}
    ours = {"wattstack", "xlwings", "main", "__main__"}
    helpers = {"numpy", "scipy", "cython_runtime"}
    loaded = {name for name in found["libraries"] if not name.startswith("_")}
    assert loaded <= ours | helpers
    assert files()["requirements.txt"].decode().split() == ["xlwings", "numpy", "scipy"]


def test_main_brings_the_package_with_it() -> None:
    assert ".zip" in in_lite([])["from"]


def test_same_sources_give_the_same_bytes(tmp_path: Path) -> None:
    assert files() == files()


@pytest.mark.parametrize("name", ["main.py", "requirements.txt"])
def test_what_is_pasted_is_plain_text_in_short_lines(name: str) -> None:
    text = files()[name].decode("ascii")
    assert max(map(len, text.splitlines())) <= 120
    assert len(text) < 300_000  # an editor in a task pane takes that
