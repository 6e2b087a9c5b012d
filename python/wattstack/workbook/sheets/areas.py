"""The sheets of the model, one an area: its lists and tables as the model places them."""

from __future__ import annotations

from typing import Any

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.worksheet import Worksheet

from ...errors import FunctionError
from ...formula import Apply, Literal, Ref
from ...model.lines import Block, Listing
from ...spec import Table
from ..book import Book
from ..dialects import in_words
from ..layout import HOW, KEY, LABEL, UNIT, VALUE, Placed, has_units
from ..styles import (
    FORMULA,
    INDENT,
    INPUT,
    LINK,
    NOTE,
    RIGHT,
    finish,
    heads,
    number_format,
    put,
    put_formula,
    section,
    title,
)

TITLES = {
    "Power": "Power: what the load lacks, and which paths supply it by when",
    "Capital": "Capital: what a gigawatt costs, and how much of it power allows",
    "Valuation": "Valuation: what the market pays per watt, and what a watt costs",
    "Funding": "Funding: who pays",
    "Leases": "Leases: what the tenor of a lease is worth",
    "Securitisation": "Securitisation: what each slice of the debt loses",
    "Systemic": "Systemic: how a shock to the lab runs along the chain",
}
KEPT = 14  # the column of the note beside a value without a formula
WIDTH = 13  # columns under a section's bar: a label, a unit, eleven months


def write_area(book: Book, name: str) -> None:
    """Write the sheet of that area."""
    sheet = book.sheet(name)
    title(sheet, TITLES.get(name, name))
    for placed in book.layout.sections[name]:
        section(sheet, placed.row, placed.section.title, WIDTH)
        if isinstance(placed.section, Listing):
            _write_listing(book, sheet, placed)
        else:
            _write_block(book, sheet, placed, placed.section)
    finish(sheet, [60, 16, *[13.5] * (WIDTH - 2)], "C3")


def _write_listing(book: Book, sheet: Worksheet, placed: Placed) -> None:
    for row, (key,) in enumerate([(key,) for key in placed.section.keys], placed.first_row):
        line = book.model.lines[str(key)]
        put(sheet, row, LABEL, line.label)
        put(sheet, row, UNIT, line.unit, NOTE)
        _write_line(book, sheet, row, VALUE, str(key))
        put(sheet, row, KEY, line.key if line.published else "", NOTE, alignment=INDENT)
        put(sheet, row, HOW, "" if isinstance(line.expr, Literal) else in_words(line.expr, book.model), NOTE)


def _write_line(book: Book, sheet: Worksheet, row: int, column: int, key: str) -> None:
    line = book.model.lines[key]
    form = number_format(line.unit)
    if isinstance(line.expr, Literal):
        put(sheet, row, column, line.expr.value, INPUT, number_format=form)
    else:
        font = LINK if isinstance(line.expr, Ref) else FORMULA
        try:
            formula = book.dialect.formula(line.expr, line.sheet, key)
            put_formula(sheet, row, column, formula, font, number_format=form)
        except FunctionError as error:  # no native formula for this call
            put(sheet, row, column, book.store(key, book.layout.place(key)), NOTE, number_format=form)
            put(sheet, row, KEPT, f"value as of {book.as_of}, not recalculated: {error}", NOTE)
    if line.published:
        book.name_line(key)


def _write_block(book: Book, sheet: Worksheet, placed: Placed, block: Block) -> None:
    labels = [label for label, _ in block.heads]
    heads(sheet, placed.head_row, ["", "", *labels])
    for column, key in enumerate(block.head_keys, VALUE):
        cell = sheet.cell(placed.head_row, column)
        cell.value = book.model.lines[key].expr.value  # type: ignore[attr-defined]
        cell.number_format = '"Month "0'
    if has_units(block):
        for column, (_, unit) in enumerate(block.heads, VALUE):
            put(sheet, placed.first_row - 1, column, unit, NOTE, alignment=RIGHT)
    for row, label in enumerate(block.rows, placed.first_row):
        put(sheet, row, LABEL, label)
    if block.spill is not None and book.dialect.name == "udf":
        _write_spill(book, sheet, placed, block, block.spill)
        return
    for row, keys in enumerate(block.keys, placed.first_row):
        for column, key in enumerate(keys, VALUE):
            _write_line(book, sheet, row, column, key)


def _write_spill(book: Book, sheet: Worksheet, placed: Placed, block: Block, spill: Apply) -> None:
    """One array formula over the block, its labels included where the function gives them."""
    headed = isinstance(spill.function.spills, Table)
    top = placed.head_row if headed else placed.first_row
    bottom, right = placed.first_row + len(block.keys) - 1, VALUE + len(block.keys[0]) - 1
    for row, keys in enumerate(block.keys, placed.first_row):
        for column, key in enumerate(keys, VALUE):
            place = book.layout.place(key)
            line = book.model.lines[key]
            _put_known(sheet, row, column, book.known.get((place.sheet, place.cell)), number_format(line.unit))
            if line.published:
                book.name_line(key)
    reference = f"{get_column_letter(VALUE)}{top}:{get_column_letter(right)}{bottom}"
    formula = book.dialect.formula(spill, sheet.title, block.title)
    sheet.cell(top, VALUE).value = ArrayFormula(reference, formula)


def _put_known(sheet: Worksheet, row: int, column: int, value: Any, form: str) -> None:
    cell: Any = sheet.cell(row, column)
    cell.value, cell.font, cell.number_format = value, FORMULA, form
