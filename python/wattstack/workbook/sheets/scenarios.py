"""The sheet Scenarios: the selector, what each scenario overrides, and the lines of all of them side by side."""

from __future__ import annotations

import numpy as np
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from ..book import Book, shown
from ..layout import BASE, LABEL, UNIT, Place
from ..styles import (
    INPUT,
    INPUT_FILL,
    LINK,
    NOTE,
    STRONG,
    TEXT,
    finish,
    heads,
    number_format,
    put,
    put_formula,
    section,
)
from ..styles import title as write_title

NAME = "Scenarios"
SELECTED = Place(NAME, 4, 3)
INDEX = Place(NAME, 5, 3)
HEAD_ROW = 8
LIVE, FIRST = 3, 4  # the columns of the live value and of the first scenario
TOLERANCE = "1E-9"  # stored with all digits; engines round their sums differently


def override_row(book: Book, key: str) -> int | None:
    """The row of an assumption that scenarios override."""
    keys = list(book.scenarios.overrides)
    return HEAD_ROW + 1 + keys.index(key) if key in keys else None


def chosen_formula(book: Book, key: str, row: int) -> str:
    """What the selected scenario gives an assumption: its override, or base; a blank is a missing input."""
    base = Place("Assumptions", row, BASE).cell
    fallback = f"IF(ISBLANK({base}),NA(),{base})"
    override = override_row(book, key)
    if override is None:
        return f"={fallback}"
    picked = f"INDEX({_across(book, override, absolute=True)},1,{INDEX.absolute})"
    return f"=IF(ISBLANK({picked}),{fallback},{picked})"


def _across(book: Book, row: int, *, absolute: bool = False) -> str:
    first, last = get_column_letter(FIRST), get_column_letter(FIRST + len(book.scenarios) - 1)
    return f"{NAME}!${first}${row}:${last}${row}" if absolute else f"{first}{row}:{last}{row}"


def results_row(book: Book) -> int:
    """The row of the first stored line."""
    return HEAD_ROW + len(book.scenarios.overrides) + 4


def line_row(book: Book, key: str) -> int:
    """The row of a line's stored values."""
    return results_row(book) + book.model.published.index(key)


def stored_check(book: Book) -> str:
    """A formula: whether each stored value of the selected scenario equals the live one."""
    column = get_column_letter(FIRST + len(book.scenarios))
    first = results_row(book)
    return f"=AND({NAME}!${column}${first}:${column}${first + len(book.model.published) - 1})"


def write_scenarios(book: Book) -> None:
    """Write the sheet."""
    sheet = book.sheet(NAME)
    write_title(sheet, "Scenarios", "Choose a scenario in the blue cell; the whole workbook follows.")
    names = book.scenarios.names
    put(sheet, SELECTED.row, LABEL, "Selected scenario", STRONG)
    put(sheet, SELECTED.row, SELECTED.column, book.selected, INPUT, fill=INPUT_FILL)
    put(sheet, INDEX.row, LABEL, "Its number")
    put_formula(sheet, INDEX.row, INDEX.column, f"=MATCH({SELECTED.cell},{_across(book, HEAD_ROW)},0)")
    choice = DataValidation(type="list", formula1=f"={_across(book, HEAD_ROW, absolute=True)}", allow_blank=False)
    choice.add(SELECTED.cell)
    sheet.add_data_validation(choice)
    book.name_cell("selected_scenario", SELECTED)
    _write_overrides(book, sheet, names)
    _write_results(book, sheet, names)
    finish(sheet, [52, 16, 14, *[15] * len(names), 12], f"D{HEAD_ROW + 1}")


def _write_overrides(book: Book, sheet: Worksheet, names: list[str]) -> None:
    section(sheet, HEAD_ROW - 1, "What each scenario overrides; blank = as in base", FIRST + len(names))
    heads(sheet, HEAD_ROW, ["Assumption", "Unit", "Live", *names])
    for row, (key, values) in enumerate(book.scenarios.overrides.items(), HEAD_ROW + 1):
        given = book.model.inputs[key]
        put(sheet, row, LABEL, given.label)
        put(sheet, row, UNIT, given.unit, NOTE)
        put_formula(sheet, row, LIVE, f"={book.layout.place(key).absolute}", LINK, number_format="0.0###")
        for column, value in enumerate(values, FIRST):
            shown_value = None if np.isnan(value) else float(value)
            put(sheet, row, column, shown_value, INPUT, fill=INPUT_FILL, number_format="0.0###")


def _write_results(book: Book, sheet: Worksheet, names: list[str]) -> None:
    first = results_row(book)
    label = f"The lines side by side: values stored as of {book.as_of}, not recalculated"
    section(sheet, first - 2, label, FIRST + len(names))
    heads(sheet, first - 1, ["Line", "Unit", "Live", *names, "As stored"])
    for row, key in enumerate(book.model.published, first):
        line = book.model.lines[key]
        form = number_format(line.unit)
        put(sheet, row, LABEL, line.label)
        put(sheet, row, UNIT, line.unit, NOTE)
        put_formula(sheet, row, LIVE, f"={book.layout.place(key).absolute}", LINK, number_format=form)
        column = book.evaluation[key]
        for scenario in range(len(names)):
            cell = sheet.cell(row, FIRST + scenario)
            cell.value, cell.font, cell.number_format = shown(column, scenario), TEXT, form
        put_formula(sheet, row, FIRST + len(names), _as_stored(book, row), number_format="General")


def _as_stored(book: Book, row: int) -> str:
    live = Place(NAME, row, LIVE).cell
    stored = f"INDEX({_across(book, row)},1,{INDEX.fixed})"
    near = f"ABS({live}-{stored})<={TOLERANCE}*MAX(1,ABS({stored}))"
    return f"=IF(ISERROR({stored}),ISERROR({live}),IF(ISERROR({live}),FALSE,{near}))"
