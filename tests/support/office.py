"""LibreOffice as an oracle: recalculates workbooks hard, whatever values they carry."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import openpyxl
import pytest

PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">
<value>0</value></prop></item>
</oor:items>
"""


def missing(what: str) -> None:
    """Skip for want of a host, or fail where hosts must be there."""
    if os.environ.get("WATTSTACK_ALL_HOSTS"):
        pytest.fail(f"{what} is missing, and WATTSTACK_ALL_HOSTS asks for every host")
    pytest.skip(f"{what} is not installed")


class Office:
    """A private, headless LibreOffice."""

    def __init__(self, folder: Path) -> None:
        self._program = shutil.which("soffice") or ""
        if not self._program:
            missing("LibreOffice")
        self._folder = folder
        user = folder / "profile" / "user"
        user.mkdir(parents=True)
        (user / "registrymodifications.xcu").write_text(PROFILE)

    def converted(self, files: list[Path], form: str) -> list[Path]:
        """The files in another format; workbooks are recalculated on the way."""
        target = self._folder / form
        command = [self._program, f"-env:UserInstallation={(self._folder / 'profile').as_uri()}", "--headless",
                   "--convert-to", form, "--outdir", str(target), *map(str, files)]  # fmt: skip
        subprocess.run(command, check=True, capture_output=True, timeout=300)
        return [target / f"{file.stem}.{form}" for file in files]

    def recalculated(self, files: list[Path]) -> list[dict[tuple[str, str], Any]]:
        """The values of all cells of workbooks whose stored values are wiped first, by sheet and cell."""
        wiped = [_wiped(file, self._folder / f"wiped {file.name}") for file in files]
        return [cells(file) for file in self.converted(wiped, "xlsx")]


def _wiped(source: Path, target: Path) -> Path:
    book = openpyxl.load_workbook(source)  # openpyxl keeps formulas and drops their values
    book.save(target)
    return target


def cells(file: Path) -> dict[tuple[str, str], Any]:
    """The stored values of a workbook by sheet and cell."""
    book = openpyxl.load_workbook(file, data_only=True)
    return {
        (sheet.title, cell.coordinate): cell.value
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }
