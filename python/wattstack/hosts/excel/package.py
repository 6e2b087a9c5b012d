"""Files that Excel loads, made without Excel: the add-in, and macros for a workbook."""

from __future__ import annotations

import importlib.util
import re
import tempfile
import zipfile
from importlib import resources
from pathlib import Path

from pyopenvba import ExcelFile, PyOpenVBAError  # type: ignore[import-untyped]

from ... import __version__
from ...errors import InputError
from ...files import packed, parts_of
from .shims import functions_source, texts_source

ADD_IN = "wattstack.xlam"
PROJECT = "wattstack"  # xlwings reads the configuration .wattstack\wattstack.conf in the user's folder
VERSION = re.compile(r'^Public Const (\w+)_VERSION As String = "(.+)"', re.MULTILINE)
CORE = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" \
xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>wattstack {version}</dc:title>\
<dc:creator>wattstack</dc:creator><dc:description>Functions for the AI infrastructure boom, from power to capital\
</dc:description></cp:coreProperties>"""


def files() -> dict[str, bytes]:
    """The add-in, by its file name. The same versions of the package, xlwings and pyOpenVBA give the same bytes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, ADD_IN)
        with ExcelFile.create_new(path) as file:
            file.vba_project().delete_module("Module1")
            _write_macros(file, macros())
        parts = parts_of(path.read_bytes())
    parts["docProps/core.xml"] = CORE.format(version=__version__).encode()
    return {ADD_IN: packed(parts)}


def with_macros(book: bytes, further: dict[str, str]) -> bytes:
    """A workbook of the type .xlsm that has no macros yet, with ours and `further` ones, by module."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "book.xlsm")
        path.write_bytes(book)
        with ExcelFile(path) as file:
            file.add_vba_project()
            _write_macros(file, macros() | further)
        return packed(parts_of(path.read_bytes()))


def macros() -> dict[str, str]:
    """The modules that every file of ours has, by name."""
    return {
        "wattstack_functions": functions_source(),
        "wattstack_texts": texts_source(),
        "wattstack_help": static("help.bas"),
        "wattstack_bridge": static("bridge.bas"),
        "xlwings": _xlwings(),
    }


def static(name: str) -> str:
    """A module that does not depend on the registry."""
    return resources.files(__package__).joinpath(name).read_text(encoding="ascii")


def _xlwings() -> str:
    """xlwings' own module for files without its add-in: with our configuration, and hidden from formulas."""
    found = importlib.util.find_spec("xlwings")
    if found is None or found.origin is None:
        raise InputError("xlwings is not installed: `pip install xlwings`")
    text = Path(found.origin).with_name("xlwings.bas").read_text(encoding="ascii")
    text = text.replace('PROJECT_NAME As String = "xlwings"', f'PROJECT_NAME As String = "{PROJECT}"')
    return text.replace('Attribute VB_Name = "xlwings"\n', 'Attribute VB_Name = "xlwings"\nOption Private Module\n', 1)


def _write_macros(file: ExcelFile, modules: dict[str, str]) -> None:
    project = file.vba_project()
    for name, source in modules.items():
        project.add_module(name, _lines(source))
    file.set_module("ThisWorkbook", _lines(static("opening.bas")))
    file.save()


def _lines(source: str) -> str:
    """The source with the line ends of VBA."""
    return "\r\n".join(source.splitlines()) + "\r\n"


def built_for(content: bytes) -> dict[str, str]:
    """The versions of wattstack and xlwings that an add-in or a workbook of ours was made for; empty for others."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "file.xlsm")
        path.write_bytes(content)
        try:
            with ExcelFile(path) as file:
                sources = list(file.vba_modules().values())
        except (PyOpenVBAError, zipfile.BadZipFile):
            return {}
    return {name.lower(): version for name, version in VERSION.findall("\n".join(sources).replace("\r\n", "\n"))}
