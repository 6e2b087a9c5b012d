"""The add-in in a headless LibreOffice: formulas are typed, cells are read."""

from __future__ import annotations

import json
import math
import re
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.support.calc import SYSTEM_PYTHON, Calc, calc, through_libreoffice
from tests.support.typed import Limit, Typed, every_case
from wattstack import __version__
from wattstack.documentation import wizard_help
from wattstack.errors import FunctionError
from wattstack.hosts.libreoffice.bridge import CURE, WORKER
from wattstack.hosts.sheet import MISSING, Cells, answer
from wattstack.registry import registry

CODES = ["#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"]
FORMULAS = [
    "POWER_GAP(47;15)",
    "POWER_GAP(47;15;0.9)",
    "SUM(1;POWER_GAP(47;$Inputs.A1:B1))",
    'WHY("POWER_GAP";47;15;0.9)',
    "TRANCHE_LOSS(0.05;0.15;0.067;0.4;0.15)",
]
IN_EXCEL = [formula for formula in FORMULAS if "Inputs" not in formula]
LIMITS = ["POWER_GAP($Inputs.A2;$Inputs.A1)", "POWER_GAP(TRUE();1)", "POWER_GAP(47;$Inputs.A1:B1)"]
TEMPLATE = Path(__file__).parents[2] / "workbook_templates" / "ai_infrastructure.xlsx"
WHY = 3  # the formula that tells what is wrong
RANGE = [(0, [[10, 5]])]
STORED = 777.0  # no result of any of these formulas


def same(cell: Any, wanted: Any) -> bool:
    if isinstance(wanted, FunctionError):
        return isinstance(cell, FunctionError) and cell.code == wanted.code
    if isinstance(wanted, str):
        return bool(cell == wanted)
    # the same code computes both: only the decimals of what is typed could be read differently
    return isinstance(cell, float) and math.isclose(cell, wanted, rel_tol=1e-12, abs_tol=1e-12)


@pytest.fixture(scope="module")
def cases() -> list[tuple[Typed, Cells | Limit]]:
    """All cases and what LibreOffice shows for them."""
    return list(zip(every_case(), through_libreoffice(every_case()), strict=True))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the files are."""
    return tmp_path_factory.mktemp("files")


@pytest.fixture(scope="module")
def asked(folder: Path) -> dict[str, Any]:
    """What one LibreOffice says to all that is asked beside the cases."""
    from_excel(folder / "excel.xlsx")
    jobs = {
        "limits": ("typed", [[(0, [[1, {"error": "#N/A"}]])], LIMITS]),
        "wizard": ("described", [[function.excel_name for function in registry()]]),
        "files": ("saved", [RANGE, FORMULAS, [str(folder / "saved.xlsx"), str(folder / "saved.ods")]]),
        "typed": ("typed", [[], IN_EXCEL]),
        "excel": ("looked_at", [str(folder / "excel.xlsx")]),
        "template": ("looked_at", [str(TEMPLATE)]),
    }
    return dict(zip(jobs, calc().ask(*jobs.values()), strict=True))


def test_every_case_shows_what_python_gives_or_says_why_not(cases: list[tuple[Typed, Cells | Limit]]) -> None:
    for case, block in cases:
        if isinstance(block, Limit):
            continue
        wanted = answer(case.function, list(case.given))
        assert [len(row) for row in block] == [len(row) for row in wanted], case
        for cells, row in zip(block, wanted, strict=True):
            assert all(map(same, cells, row)), (case, block, wanted)


def test_few_cases_are_beyond_calc(cases: list[tuple[Typed, Cells | Limit]]) -> None:
    """Blank single cells, truth values and infinite numbers: more would be a defect of the add-in."""
    limits = [block.reason for _, block in cases if isinstance(block, Limit)]
    assert len(limits) <= len(cases) // 30
    assert set(limits) <= {
        "Calc hands a single blank cell over as 0",
        "Calc knows no truth values: 1 and 0 stand for them",
        "no cell of Calc holds an infinite number",
    }


@pytest.fixture(scope="module")
def edges() -> list[list[list[Any]]]:
    """What cells show beside the declared cases."""
    gap, hours = registry()["POWER_GAP"], registry()["FLEX_HOURS"]
    typed = [Typed(gap, (FunctionError(code), 15)) for code in CODES]
    typed += [Typed(gap, (10, 15, MISSING, True)), Typed(hours, ([[0.005, 2], [None, "x"]],))]
    blocks = [block for block in through_libreoffice(typed) if not isinstance(block, Limit)]
    return [[[cell.code if isinstance(cell, FunctionError) else cell for cell in row] for row in b] for b in blocks]


def test_error_in_a_cell_goes_through(edges: list[list[list[Any]]]) -> None:
    assert edges[: len(CODES)] == [[[code]] for code in CODES]


def test_argument_left_out_in_the_middle_takes_its_default(edges: list[list[list[Any]]]) -> None:
    assert edges[-2] == [[0.0]]


def test_range_for_a_number_spills_with_each_cell_its_own_code(edges: list[list[list[Any]]]) -> None:
    assert edges[-1] == [[pytest.approx(43.8), "#NUM!"], ["#N/A", "#VALUE!"]]


def test_limits_are_those_of_calc_itself(asked: dict[str, Any]) -> None:
    """Where one falls away, this says so: a blank cell is 0, TRUE is 1, an error in a range never reaches us."""
    assert asked["limits"] == [[[-1.0]], [[0.0]], [[{"error": 504}]]]
    gap = registry()["POWER_GAP"]
    beyond = [(None, 1), ([[None]], 1), (True, 1), (47, [[1, FunctionError("#N/A")]]), (47, [[1, ""]]), (1, 1, 1, 1, 1)]
    assert all(isinstance(block, Limit) for block in through_libreoffice([Typed(gap, given) for given in beyond]))


def test_wizard_shows_what_the_functions_declare(asked: dict[str, Any]) -> None:
    for function, (summary, arguments) in zip(registry(), asked["wizard"], strict=True):
        assert summary == function.summary
        assert [name for name, _ in arguments] == [argument.name for argument in function.arguments]
        for (_, words), argument in zip(arguments, function.arguments, strict=True):
            assert words == wizard_help(argument)


@pytest.mark.parametrize("name", ["saved.xlsx", "saved.ods"])
def test_saved_file_opens_with_the_same_formulas_and_values(asked: dict[str, Any], folder: Path, name: str) -> None:
    written, read = asked["files"]["typed"], asked["files"][str(folder / name)]
    assert written[0] == ["=POWER_GAP(47,15)", 32.0]
    assert written[1] == ["=POWER_GAP(47,15,0.9)", {"error": 503}]
    assert read["recalculated"] == written
    assert [[formula, as_stored(value)] for formula, value in read["loaded"]] == [
        [formula, as_stored(value)] for formula, value in written
    ]


def as_stored(value: Any) -> Any:
    """A number as files carry it, with 15 digits."""
    return f"{value:.14g}" if isinstance(value, float) else value


def test_files_show_their_values_where_python_is_gone(asked: dict[str, Any], folder: Path, tmp_path: Path) -> None:
    """Until they are recalculated: then a real error, and the cure.

    By its own rule LibreOffice recalculates at once the cells of an .xlsx that hold an error, and all calls of add-ins
    in an .ods.
    """
    xlsx, ods, excel = unreachable(tmp_path, None).ask(
        ("opened", [str(folder / "saved.xlsx"), len(FORMULAS)]),
        ("opened", [str(folder / "saved.ods"), len(FORMULAS)]),
        ("looked_at", [str(folder / "excel.xlsx")]),
    )
    gone = {"error": 525}
    stored = [gone if isinstance(value, dict) else as_stored(value) for _, value in asked["files"]["typed"]]
    assert [as_stored(value) for _, value in xlsx["loaded"]] == stored
    assert excel == {"Sheet": [[STORED]] * len(IN_EXCEL)}
    for told in (xlsx["recalculated"], ods["loaded"], ods["recalculated"]):
        values = [value for _, value in told]
        assert values.pop(WHY).endswith(CURE)
        assert values == [gone] * len(values)


def unreachable(folder: Path, python: str | None) -> Calc:
    """The same LibreOffice, for a user with another Python, or none, set up."""
    made = Calc(folder)
    made.profile = calc().profile
    if python is not None:
        (made.home / ".wattstack").mkdir()
        (made.home / ".wattstack" / "libreoffice.json").write_text(json.dumps({"python": python}))
    return made


def old_package(folder: Path) -> Path:
    """A folder with a package of our name whose worker is of another version."""
    place = folder / "home" / ".wattstack" / "wattstack" / "hosts" / "libreoffice"
    place.mkdir(parents=True)
    for package in (place, place.parent, place.parents[1]):
        (package / "__init__.py").write_text("")
    (place / "worker.py").write_text("print('wattstack 0.0.1', flush=True)\ninput()\n")
    return place


@pytest.mark.parametrize(
    ("python", "old", "says"),
    [
        (None, False, "no Python is set up for LibreOffice"),
        ("/no/such/python", False, "Python (/no/such/python) cannot be started"),
        (SYSTEM_PYTHON, False, "No module named 'wattstack'"),
        (sys.executable, True, f"the add-in is of version {__version__}"),
    ],
)
def test_cell_is_a_real_error_and_why_names_the_cure(tmp_path: Path, python: str | None, old: bool, says: str) -> None:
    poor = unreachable(tmp_path, python)
    if old:
        old_package(tmp_path)
    formulas = ["POWER_GAP(47;15)", "SUM(1;POWER_GAP(47;15))", "IFERROR(POWER_GAP(47;15);-1)", 'WHY("POWER_GAP";47;15)']
    cells = [block[0][0] for block in poor.ask(("typed", [[], formulas]))[0]]
    assert cells[:3] == [{"error": 525}, {"error": 525}, -1.0]
    assert says in cells[3]
    assert cells[3].endswith(CURE)


def from_excel(path: Path) -> None:
    """A file as Excel writes it: the functions by their plain names, each formula with its stored value."""
    book = openpyxl.Workbook()
    for row, formula in enumerate(IN_EXCEL, 1):
        book.worksheets[0].cell(row, 1, "=" + formula.replace(";", ","))
    plain = path.with_suffix(".plain")
    book.save(plain)
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            target.writestr(name, re.sub(rb"<v ?/>|<v></v>", b"<v>%g</v>" % STORED, source.read(name)))


def test_file_of_excel_is_understood_when_it_is_opened(asked: dict[str, Any]) -> None:
    """LibreOffice 7.4 takes functions of add-ins in .xlsx for unknown names: the add-in has it read them again."""
    values = [block[0][0] for block in asked["typed"]]
    assert asked["excel"] == {"Sheet": [[None if isinstance(value, dict) else value] for value in values]}


def test_template_shows_in_libreoffice_what_it_carries(asked: dict[str, Any]) -> None:
    """Its formulas call the add-in, some as arrays; the stored numbers were computed without LibreOffice."""
    compared = 0
    for sheet in openpyxl.load_workbook(TEMPLATE, data_only=True).worksheets:
        for cell in [cell for row in sheet.iter_rows() for cell in row if isinstance(cell.value, (int, float))]:
            found = asked["template"][sheet.title][cell.row - 1][cell.column - 1]
            assert found == pytest.approx(float(cell.value), rel=1e-9, abs=1e-12), cell  # as the renderings agree
            compared += 1
    assert compared > 1_000


def workers_of(home: Path) -> list[str]:
    """The processes of the add-in's workers that this user has."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command, variables = (process / "cmdline").read_bytes(), (process / "environ").read_bytes()
        except OSError:  # ended, or another user's
            continue
        if WORKER.encode() in command and f"HOME={home}\0".encode() in variables:
            found.append(process.name)
    return found


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="processes are looked up in /proc")
def test_worker_is_gone_when_libreoffice_is() -> None:
    pipe = subprocess.PIPE
    command = [sys.executable, "-m", WORKER]
    with subprocess.Popen(command, env=calc().environment, stdin=pipe, stdout=pipe) as worker:
        assert worker.stdout is not None
        worker.stdout.readline()
        assert str(worker.pid) in workers_of(calc().home)  # we would see one
        worker.communicate()
    assert calc().ask(("typed", [[], ["POWER_GAP(47;15)"]]))[0] == [[[32.0]]]
    end = time.monotonic() + 60  # it hears of it at once, but ends when the machine lets it
    while workers_of(calc().home) and time.monotonic() < end:
        time.sleep(0.1)
    assert workers_of(calc().home) == []
