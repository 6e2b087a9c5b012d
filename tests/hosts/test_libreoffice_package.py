"""The add-in's file: what is in it, for whom it runs."""

from __future__ import annotations

import ast
import io
import json
import sys
import xml.etree.ElementTree as ET
import zipfile
from typing import Any

import pytest

from wattstack import __version__
from wattstack.hosts.libreoffice.package import files
from wattstack.registry import registry

NAME = "{http://openoffice.org/2001/registry}name"
UNO = {"uno", "unohelper", "com", "org", "wattstack_bridge"}  # what LibreOffice and the add-in itself bring
SCRIPTS = ["component.py", "reader.py", "pythonpath/wattstack_bridge.py"]


@pytest.fixture(scope="module")
def parts() -> dict[str, str]:
    """The files in the add-in."""
    source = zipfile.ZipFile(io.BytesIO(files()["wattstack.oxt"]))
    return {name: source.read(name).decode() for name in source.namelist()}


def test_same_package_gives_the_same_bytes() -> None:
    assert files() == files()
    assert list(files()) == ["wattstack.oxt"]


def test_manifest_lists_files_that_are_there(parts: dict[str, str]) -> None:
    entries = ET.fromstring(parts["META-INF/manifest.xml"])
    paths = [value for entry in entries for name, value in entry.attrib.items() if name.endswith("full-path")]
    assert sorted(paths) == ["CalcAddIns.xcu", "Jobs.xcu", "component.py", "functions.idl", "reader.py"]
    assert set(paths) <= set(parts)


def test_description_carries_the_version(parts: dict[str, str]) -> None:
    assert f'<version value="{__version__}"/>' in parts["description.xml"]
    assert json.loads(parts["functions.json"])["version"] == __version__


def test_every_function_is_a_method_an_entry_of_the_wizard_and_a_line_of_the_table(parts: dict[str, str]) -> None:
    table = {entry["method"]: entry["name"] for entry in json.loads(parts["functions.json"])["functions"]}
    assert sorted(table.values()) == [function.excel_name for function in registry()]
    wizard = ET.fromstring(parts["CalcAddIns.xcu"])
    entries = {entry.get(NAME): entry for entry in wizard.iter("node") if entry.get(NAME) in table}
    assert {method: value(entry, "DisplayName") for method, entry in entries.items()} == table
    assert {method: value(entry, "CompatibilityName") for method, entry in entries.items()} == table
    for method in table:
        assert f" {method}([in] " in parts["functions.idl"]


def value(entry: Any, name: str) -> Any:
    return next(prop.findtext("value") for prop in entry.findall("prop") if prop.get(NAME) == name)


@pytest.mark.parametrize("name", SCRIPTS)
def test_scripts_run_in_an_old_python_without_libraries(parts: dict[str, str], name: str) -> None:
    """LibreOffice 5 and 6 brought Python 3.5, which knows no f-strings, annotated variables or `from __future__`."""
    tree = ast.parse(parts[name], feature_version=(3, 5))
    for node in ast.walk(tree):
        assert not isinstance(node, (ast.JoinedStr, ast.AnnAssign, ast.NamedExpr))
        modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        modules += [str(node.module)] if isinstance(node, ast.ImportFrom) else []
        for module in modules:
            top = module.split(".")[0]
            assert top != "__future__" and (top in UNO or top in sys.stdlib_module_names)


def test_scripts_are_small(parts: dict[str, str]) -> None:
    assert sum(len(parts[name].splitlines()) for name in SCRIPTS) < 400
