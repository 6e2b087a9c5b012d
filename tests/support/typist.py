"""Types formulas into a headless LibreOffice and reads the cells: run by a Python that has UNO, asked in JSON."""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import headless
import uno
from com.sun.star.beans import PropertyValue

FORMATS = {".xlsx": "Calc MS Excel 2007 XML", ".ods": "calc8"}


class Typist:
    """A running LibreOffice."""

    def __init__(self, context: Any) -> None:
        self._context = context
        self._desktop = self._service("com.sun.star.frame.Desktop")

    def typed(self, inputs: list[Any], formulas: list[str]) -> list[Any]:
        """The block of cells that each formula gives, as large as Calc itself says that it is."""
        book = self._book(inputs)
        sheet, spills = book.Sheets[0], book.Sheets[1]
        cells = column(sheet, 0, [f"={formula}" for formula in formulas])
        rows, columns = (
            numbers(column(sheet, place, [f"={name}({formula})" for formula in formulas]))
            for place, name in ((1, "ROWS"), (2, "COLUMNS"))
        )
        found = []
        top = 0
        for place, formula in enumerate(formulas):
            height, width = rows[place] or 1, columns[place] or 1
            if height * width == 1:
                found.append(shown(cells.getCellRangeByPosition(0, place, 0, place)))
                continue
            area = spills.getCellRangeByPosition(0, top, width - 1, top + height - 1)
            area.setArrayFormula(f"={formula}")
            found.append(shown(area))
            top += height
        book.close(True)
        return found

    def saved(self, inputs: list[Any], formulas: list[str], paths: list[str]) -> dict[str, Any]:
        """A column of formulas and what they show: as typed, and from each file in which they were saved."""
        book = self._book(inputs)
        column(book.Sheets[0], 0, [f"={formula}" for formula in formulas])
        for path in paths:
            book.storeToURL(uno.systemPathToFileUrl(path), (setting("FilterName", FORMATS[path[path.rindex(".") :]]),))
        found = {"typed": self._column(book, len(formulas))}
        book.close(True)
        return {**found, **{path: self.opened(path, len(formulas)) for path in paths}}

    def opened(self, path: str, count: int) -> Any:
        """The first column of a file, as loaded and once recalculated: the formulas and what they show."""
        book = self._desktop.loadComponentFromURL(
            uno.systemPathToFileUrl(path), "_blank", 0, (setting("Hidden", True),)
        )
        found = self._column(book, count)
        book.calculateAll()
        again = self._column(book, count)
        book.close(True)
        return {"loaded": found, "recalculated": again}

    def looked_at(self, path: str) -> dict[str, Any]:
        """The values of a file by sheet, opened as a user does it: only then LibreOffice runs its jobs. No errors."""
        book = self._desktop.loadComponentFromURL(uno.systemPathToFileUrl(path), "_blank", 0, ())
        found = {}
        for sheet in book.Sheets:
            area = sheet.createCursor()
            area.gotoEndOfUsedArea(False)
            last = area.RangeAddress
            found[sheet.Name] = sheet.getCellRangeByPosition(0, 0, last.EndColumn, last.EndRow).getDataArray()
        book.close(True)
        return found

    def _column(self, book: Any, count: int) -> Any:
        area = book.Sheets[0].getCellRangeByPosition(0, 0, 0, count - 1)
        cells = [area.getCellByPosition(0, row) for row in range(count)]
        return [[cell.getPropertyValue("FormulaLocal"), shown_cell(cell)] for cell in cells]

    def timed(self, inputs: list[Any], columns: list[list[str]], runs: int) -> list[list[float]]:
        """Seconds that it takes to type a column of formulas and read it, for each column and run, in turn."""
        sheet = self._book(inputs).Sheets[0]
        found: list[list[float]] = [[] for _ in columns]
        for run in range(runs + 1):
            for formulas, seconds in zip(columns, found, strict=True):
                start = time.perf_counter()
                column(sheet, 0, formulas).getDataArray()
                if run:  # the first starts the worker
                    seconds.append(time.perf_counter() - start)
        return found

    def described(self, names: list[str]) -> list[Any]:
        """What the function wizard shows: of each function the description, its arguments' names and help."""
        wizard = self._service("com.sun.star.sheet.FunctionDescriptions")
        return [self._described(wizard.getByName(name)) for name in names]

    def _described(self, properties: Any) -> Any:
        values = {entry.Name: entry.Value for entry in properties}
        return [values["Description"], [[argument.Name, argument.Description] for argument in values["Arguments"]]]

    def _service(self, name: str) -> Any:
        return self._context.ServiceManager.createInstanceWithContext(name, self._context)

    def _loaded(self, url: str) -> Any:
        return self._desktop.loadComponentFromURL(url, "_blank", 0, (setting("Hidden", True),))

    def _book(self, inputs: list[Any]) -> Any:
        book = self._loaded("private:factory/scalc")
        book.Sheets.insertNewByName("Spills", 1)
        book.Sheets.insertNewByName("Inputs", 2)
        for row, block in inputs:
            area = book.Sheets[2].getCellRangeByPosition(0, row, len(block[0]) - 1, row + len(block) - 1)
            for line, values in enumerate(block):
                for place, value in enumerate(values):
                    put(area.getCellByPosition(place, line), value)
        return book


def put(cell: Any, value: Any) -> None:
    """A number, a text, a blank, or an error by its code."""
    if isinstance(value, dict):
        cell.Formula = f"={value['error']}"
    elif isinstance(value, str):
        cell.String = value
    elif value is not None:
        cell.Value = value


def column(sheet: Any, place: int, formulas: list[str]) -> Any:
    """The cells of a column, filled with formulas."""
    area = sheet.getCellRangeByPosition(place, 0, place, len(formulas) - 1)
    area.setFormulaArray(tuple((formula,) for formula in formulas))
    return area


def numbers(area: Any) -> list[int]:
    """The whole numbers of a column; 0 where there is an error."""
    return [int(row[0] or 0) for row in area.getDataArray()]


def shown(area: Any) -> list[list[Any]]:
    """The cells of a block."""
    return [
        [shown_cell(area.getCellByPosition(place, line)) for place in range(area.Columns.Count)]
        for line in range(area.Rows.Count)
    ]


def shown_cell(cell: Any) -> Any:
    """A number, a text, or an error by Calc's number."""
    if cell.getError():
        return {"error": cell.getError()}
    return cell.String if cell.FormulaResultType2 == 2 else cell.Value


def setting(name: str, value: Any) -> Any:
    """A named value."""
    found = PropertyValue()
    found.Name, found.Value = name, value
    return found


def main(program: str, profile: str) -> None:
    """Read jobs from the input, each a method of `Typist` with its arguments; write their results."""
    with headless.Running(program, profile) as context:
        typist = Typist(context)
        json.dump([getattr(typist, name)(*given) for name, given in json.load(sys.stdin)], sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
