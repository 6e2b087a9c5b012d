# ruff: noqa: UP031
# mypy: disable-error-code="import-not-found"
"""Reads our functions in files of Excel anew where LibreOffice, as 7.4, took them for unknown names.

Shipped inside the add-in, never imported by the package. LibreOffice's own Python may be 3.5: no f-strings, no library.
"""

import json
import re
from pathlib import Path
from typing import Any

import unohelper
import wattstack_bridge
from com.sun.star.lang import XServiceInfo
from com.sun.star.task import XJob

TABLE = json.loads((Path(__file__).parent / "functions.json").read_text(encoding="utf-8"))
EXCEL = "Calc MS Excel 2007 XML"
FORMULAS = 16  # com.sun.star.sheet.CellFlags.FORMULA
# a name that Calc knows, it shows in its own spelling; one that it does not, in lower case
UNKNOWN = re.compile(r"\b(%s)\(" % "|".join(function["name"].lower() for function in TABLE["functions"]))


class Reader(unohelper.Base, XJob, XServiceInfo):  # type: ignore[misc]
    """What LibreOffice runs when a document has been loaded."""

    def __init__(self, context: Any) -> None:
        self.context = context

    def execute(self, arguments: Any) -> None:
        """Enter again what was not understood; the stored values stay where Python would not answer."""
        given = {argument.Name: argument.Value for argument in arguments}
        book = {value.Name: value.Value for value in given["Environment"]}["Model"]
        if EXCEL not in [setting.Value for setting in book.getArgs() if setting.Name == "FilterName"]:
            return
        places = [place for sheet in book.Sheets for place in unknown(sheet)]
        if places and reachable():
            changed, automatic = book.isModified(), book.isAutomaticCalculationEnabled()
            book.enableAutomaticCalculation(False)
            for cell in places:
                enter_again(cell)
            book.enableAutomaticCalculation(automatic)
            book.setModified(changed)

    def getImplementationName(self) -> str:  # noqa: N802
        """The job's name."""
        return str(TABLE["job"])

    def supportsService(self, name: str) -> bool:  # noqa: N802
        """Whether the job is one of these."""
        return name in self.getSupportedServiceNames()

    def getSupportedServiceNames(self) -> Any:  # noqa: N802
        """The job."""
        return (TABLE["job"],)


def unknown(sheet: Any) -> Any:
    """The cells of a sheet in whose formula a function of ours is an unknown name."""
    for area in sheet.queryContentCells(FORMULAS).RangeAddresses:
        cells = sheet.getCellRangeByPosition(area.StartColumn, area.StartRow, area.EndColumn, area.EndRow)
        for line, formulas in enumerate(cells.getFormulaArray()):
            for place, formula in enumerate(formulas):
                if UNKNOWN.search(formula):
                    yield cells.getCellByPosition(place, line)


def reachable() -> bool:
    """Whether Python would answer."""
    bridge = wattstack_bridge.Bridge(TABLE["version"])
    try:
        bridge.start()
    except wattstack_bridge.UnreachableError:
        return False
    bridge.stop()
    return True


def enter_again(cell: Any) -> None:
    """Enter a cell's formula, or the array formula of which it is the first cell."""
    formula = cell.getFormula()
    if not formula.startswith("{"):
        cell.setFormula(formula)
        return
    area = cell.Spreadsheet.createCursorByRange(cell)
    area.collapseToCurrentArray()
    first = area.getCellByPosition(0, 0).CellAddress
    if (first.Column, first.Row) == (cell.CellAddress.Column, cell.CellAddress.Row):
        area.setArrayFormula(formula[1:-1])


g_ImplementationHelper = unohelper.ImplementationHelper()  # noqa: N816
g_ImplementationHelper.addImplementation(Reader, TABLE["job"], (TABLE["job"],))
