"""The add-in and the template as files: what is in them, and that others can read it."""

from __future__ import annotations

import re
import warnings
from pathlib import Path
from xml.etree import ElementTree

import pytest
from pyopenvba import ExcelFile

from tests.support.basic import called
from tests.support.office import Office, cells
from tests.workbook.test_workbook import _near as near
from tests.workbook.test_workbook import cells_of, formulas_of
from wattstack import __version__
from wattstack.files import parts_of
from wattstack.hosts.excel import package
from wattstack.hosts.excel.package import built_for, files, macros, static
from wattstack.hosts.excel.template import BUTTONS, DRAWING, with_buttons
from wattstack.registry import registry
from wattstack.workbook import workbook

TEMPLATE = Path(__file__).parents[2] / "workbook_templates" / "ai_infrastructure.xlsm"
MOST_CALLS = 150  # of Python that working the template out anew may take
NAMES = "|".join(function.excel_name for function in registry())


@pytest.fixture(scope="module")
def add_in() -> bytes:
    return files()["wattstack.xlam"]


@pytest.fixture(scope="module")
def plain() -> bytes:
    return workbook(dialect="udf")


@pytest.fixture(scope="module")
def template(plain: bytes) -> bytes:
    return with_buttons(plain)


@pytest.fixture(params=["wattstack.xlam", "ai_infrastructure.xlsm"])
def file(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    fixture = "add_in" if request.param.endswith("xlam") else "template"
    path = tmp_path / request.param
    path.write_bytes(request.getfixturevalue(fixture))
    return path


def sources(path: Path) -> dict[str, str]:
    """The modules with code by name, as an independent reader finds them, without the headers of the file."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # those of the reader itself
        from oletools.olevba import VBA_Parser

        parser = VBA_Parser(str(path))
    found = {name.removesuffix(".bas").removesuffix(".cls"): code for _, _, name, code in parser.extract_macros()}
    parser.close()
    bare = {name: re.sub(r"^Attribute VB_.*\n", "", lines(code), flags=re.MULTILINE) for name, code in found.items()}
    return {name: code for name, code in bare.items() if code.strip()}


def lines(text: str) -> str:
    return "\n".join(text.splitlines()) + "\n"


def test_same_versions_give_the_same_bytes(add_in: bytes, plain: bytes, template: bytes) -> None:
    assert files()["wattstack.xlam"] == add_in
    assert with_buttons(plain) == template


def test_another_reader_finds_the_macros_as_they_were_written(file: Path) -> None:
    wanted = {**macros(), "ThisWorkbook": static("opening.bas")}
    if file.suffix == ".xlsm":
        wanted["wattstack_buttons"] = static("buttons.bas")
    bare = {name: re.sub(r"^Attribute VB_.*\n", "", lines(code), flags=re.MULTILINE) for name, code in wanted.items()}
    assert sources(file) == bare


def test_project_is_consistent_when_it_is_opened_again(file: Path) -> None:
    with ExcelFile(file) as opened:
        assert opened.validate() == []


def test_file_is_of_the_type_that_its_name_says(file: Path) -> None:
    kind = "addin" if file.suffix == ".xlam" else "sheet"
    types = parts_of(file.read_bytes())["[Content_Types].xml"].decode()
    assert f'PartName="/xl/workbook.xml" ContentType="application/vnd.ms-excel.{kind}.macroEnabled.main+xml"' in types


def test_every_part_is_well_formed_declared_and_found(file: Path) -> None:
    parts = parts_of(file.read_bytes())
    types = ElementTree.fromstring(parts["[Content_Types].xml"])
    overrides = {item.attrib["PartName"].lstrip("/") for item in types if "PartName" in item.attrib}
    extensions = {item.attrib["Extension"] for item in types if "Extension" in item.attrib}
    assert overrides <= parts.keys()
    for name, content in parts.items():
        assert name.rsplit(".", 1)[1] in extensions
        if not name.endswith(".bin"):
            ElementTree.fromstring(content)


def test_xlwings_reads_our_configuration_and_shows_no_function_of_its_own(file: Path) -> None:
    with ExcelFile(file) as opened:
        text = lines(opened.get_module("xlwings"))
        assert 'Public Const PROJECT_NAME As String = "wattstack"' in text
        assert text.startswith('Attribute VB_Name = "xlwings"\nOption Private Module\n')
        assert 'PROJECT_NAME As String = "xlwings"' not in text
    # no sheet of configuration, which would come before the user's file
    assert ".conf" not in parts_of(file.read_bytes())["xl/workbook.xml"].decode()


def test_file_tells_the_versions_that_it_is_made_for(file: Path) -> None:
    xlwings = pytest.importorskip("xlwings").__version__
    assert built_for(file.read_bytes()) == {"wattstack": __version__, "xlwings": xlwings}


def test_workbook_without_our_macros_is_made_for_nothing(plain: bytes) -> None:
    assert built_for(plain) == built_for(b"no workbook") == {}


def test_add_in_names_nobody_but_the_project(add_in: bytes) -> None:
    core = parts_of(add_in)["docProps/core.xml"].decode()
    assert f"<dc:title>wattstack {__version__}</dc:title><dc:creator>wattstack</dc:creator>" in core
    assert "lastModifiedBy" not in core


def test_every_button_runs_a_macro_that_is_there(template: bytes) -> None:
    drawing = parts_of(template)[DRAWING].decode()
    assert re.findall(r'macro="\[0\]!(\w+)"', drawing) == list(BUTTONS)
    assert re.findall(r"<a:t>(.+?)</a:t>", drawing) == list(BUTTONS.values())
    assert re.findall(r"^Public Sub (\w+)\(\)", static("buttons.bas"), re.MULTILINE) == list(BUTTONS)


def test_template_stands_alone(plain: bytes, template: bytes) -> None:
    parts = parts_of(template)
    assert not any("externalLink" in name for name in parts)
    assert parts_of(plain).keys() == parts.keys() - {DRAWING, "xl/vbaProject.bin"}
    # its stored values stay until something changes, also where Python is missing
    assert b'fullCalcOnLoad="0"' in parts["xl/workbook.xml"] or b"fullCalcOnLoad" not in parts["xl/workbook.xml"]


def test_working_the_template_out_anew_takes_few_calls(template: bytes) -> None:
    """One a formula that calls a function; an array formula counts once, however many cells it fills."""
    calls = sum(len(re.findall(rf"\b({NAMES})\(", formula)) for formula in formulas_of(template).values())
    assert 50 < calls < MOST_CALLS


def test_template_in_the_repository_is_current(template: bytes, tmp_path: Path) -> None:
    kept = TEMPLATE.read_bytes()
    built = tmp_path / "built.xlsm"
    built.write_bytes(template)
    ours, theirs = sources(built), sources(TEMPLATE)
    if built_for(kept) != built_for(template):  # made with another version of xlwings: its module is another
        ours.pop("xlwings"), theirs.pop("xlwings")
    assert theirs == ours
    assert parts_of(kept).keys() == parts_of(template).keys()
    assert parts_of(kept)[DRAWING] == parts_of(template)[DRAWING]
    assert formulas_of(kept) == formulas_of(template)
    # other versions of numpy or the engine may round the last digit
    values, stored = cells_of(template), cells_of(kept)
    assert stored.keys() == values.keys()
    assert [at for at in values if not (stored[at] == values[at] or near(stored[at], values[at]))] == []


def test_libreoffice_opens_both(file: Path, office: Office) -> None:
    (opened,) = office.converted([file], "xlsx")
    if file.suffix == ".xlsm":
        place = ("Power", next(at for (sheet, at), value in cells(file).items() if value == "residual_gap"))
        assert cells(opened)[place] == "residual_gap"


def test_second_implementation_of_vba_compiles_and_runs_the_macros(
    plain: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """LibreOffice's Basic; the module of xlwings, which it cannot read, raises as where its library is missing."""
    raising = "Public Function XLPy() As Variant\n    Err.Raise 53\nEnd Function\n"
    monkeypatch.setattr(package, "macros", lambda: macros() | {"xlwings": raising})
    book = tmp_path / "book.xlsm"
    book.write_bytes(with_buttons(plain))
    number, sentence = called(
        book, [["wattstack_functions.POWER_GAP", 47, 15], ["wattstack_functions.SOURCE_OF", "K03"]]
    )
    assert number is None  # an error has no value in UNO
    assert "run `wattstack addin doctor`" in sentence
