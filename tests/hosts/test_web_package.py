"""What Excel reads of the add-in, held to the rules that Microsoft documents for it."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from wattstack.arguments import Kind
from wattstack.documentation import wizard_help
from wattstack.hosts.web import package
from wattstack.hosts.web.package import BASE, OFFICE, file, files
from wattstack.registry import registry

FILES = files()
FUNCTIONS: list[dict[str, Any]] = json.loads(FILES["functions.json"])["functions"]
MANIFEST = ElementTree.fromstring(FILES["manifest.xml"])
LONGEST = {"ShortStrings": 125, "LongStrings": 250, "Urls": 2048, "Images": 2048}


def test_package_is_what_excel_loads_from_a_server_on_the_usual_port() -> None:
    assert sorted(FILES) == ["functions.js", "functions.json", "manifest.xml"]
    assert f"{BASE}/functions.js".encode() in FILES["manifest.xml"]


@pytest.mark.parametrize("name", ["..\\secret.json", "C:\\secret.json", "C:secret.json", "..secret.json"])
def test_name_that_leaves_the_folder_on_some_system_is_no_file(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On Windows a backslash or a drive would lead out of the folder; here such a file can lie in it."""
    (tmp_path / "static").mkdir()
    for each in ("plain.json", *([] if sys.platform == "win32" else [name])):
        (tmp_path / "static" / each).write_text("{}")
    monkeypatch.setattr(package.resources, "files", lambda _: tmp_path)
    assert file("plain.json", BASE) == (b"{}", "application/json")
    assert file(name, BASE) == (None, "")


def test_errors_and_formatted_numbers_come_in() -> None:
    """`functions.js` reads both; without the two marks Excel would keep errors back, and dates would be texts."""
    told = json.loads(FILES["functions.json"])
    assert told["allowErrorForDataTypeAny"] is True
    assert told["allowCustomDataForDataTypeAny"] is True


@pytest.mark.parametrize("told", FUNCTIONS, ids=lambda told: str(told["id"]))
def test_metadata_keep_the_rules_for_custom_functions(told: dict[str, Any]) -> None:
    assert set(told) == {"id", "name", "description", "helpUrl", "parameters", "result"}
    # letters, digits, periods and underscores, from a letter on, at least three; no name that could be a cell
    assert re.fullmatch(r"[A-Za-z][A-Za-z0-9_.]{2,127}", told["id"])
    assert not re.fullmatch(r"[A-Z]{1,3}\d+|R\d*C\d*", told["id"])
    assert told["result"] == {"type": "any", "dimensionality": "matrix"}
    assert 0 < len(told["description"]) <= 255
    assert told["helpUrl"].startswith("https://")
    for parameter in told["parameters"]:
        assert set(parameter) <= {"name", "description", "type", "dimensionality", "optional", "repeating"}
        assert parameter["type"] == "any"
        assert parameter["dimensionality"] == "matrix"
        assert 0 < len(parameter["description"]) <= 255
    marks = ["optional" in p or "repeating" in p for p in told["parameters"]]
    assert marks == sorted(marks)  # what may be left out comes last
    assert not any("repeating" in parameter for parameter in told["parameters"][:-1])


def test_metadata_have_every_function_with_its_arguments() -> None:
    assert [told["name"] for told in FUNCTIONS] == [function.excel_name for function in registry()]
    for told, function in zip(FUNCTIONS, registry(), strict=True):
        assert [p["name"] for p in told["parameters"]] == [argument.name for argument in function.arguments]
        assert [p["description"] for p in told["parameters"]] == list(map(wizard_help, function.arguments))
        repeating = [bool(p.get("repeating")) for p in told["parameters"]]
        assert repeating == [argument.kind is Kind.REST for argument in function.arguments]
        optional = [bool(p.get("optional") or p.get("repeating")) for p in told["parameters"]]
        assert optional == [argument.optional for argument in function.arguments]


def test_script_ties_every_function_to_its_name() -> None:
    line = FILES["functions.js"].decode().splitlines()[-1]
    tied = json.loads(line[line.index("{") : line.rindex("}") + 1])
    assert list(tied) == [function.excel_name for function in registry()]


def test_manifest_names_only_resources_that_it_has() -> None:
    resources = {e.get("id"): e for e in MANIFEST.iter() if e.get("id") and e.get("DefaultValue") is not None}
    used = {element.get("resid") for element in MANIFEST.iter() if element.get("resid")}
    assert used == set(resources)
    for identity, element in resources.items():
        assert len(identity or "") <= 32
        value = element.get("DefaultValue", "")
        assert value.startswith("https://") if element.tag.endswith(("Url", "Image")) else len(value) <= 250


def test_manifest_texts_are_as_short_as_office_wants_them() -> None:
    for element in MANIFEST.iter():
        for kind, longest in LONGEST.items():
            if element.tag.endswith(kind):
                assert all(len(child.get("DefaultValue", "")) <= longest for child in element)


def test_manifest_identity_stays_and_its_version_has_four_numbers() -> None:
    """Excel takes an add-in with another identity for another add-in."""
    space = {"": "http://schemas.microsoft.com/office/appforoffice/1.1"}
    assert MANIFEST.findtext("Id", namespaces=space) == "99e4d5b2-8f26-5008-abf3-824ab4c00e7b"
    assert re.fullmatch(r"\d+(\.\d+){3}", MANIFEST.findtext("Version", namespaces=space) or "")


def test_address_of_the_server_cannot_break_the_manifest() -> None:
    content, _ = file("manifest.xml", 'https://a"/><b>&{{version}}')
    assert content is not None
    assert ElementTree.fromstring(content).find(".//b") is None


def test_page_within_excel_is_the_page_of_a_browser_with_office_js() -> None:
    page, in_excel = (file(name, BASE)[0] or b"" for name in ("index.html", "functions.html"))
    assert b"appsforoffice" not in page
    assert in_excel.replace(OFFICE.encode(), b"<!-- Office.js -->") == page
