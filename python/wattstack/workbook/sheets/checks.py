"""The sheet Checks: identities behind one master check, the article's claims, and figures that read in two ways."""

from __future__ import annotations

from typing import Any

from openpyxl.formatting.rule import Rule
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.worksheet.worksheet import Worksheet

from ...model.lines import Check
from ..book import Book
from ..layout import Place
from ..styles import (
    BAD_FILL,
    GOOD_FILL,
    INDENT,
    INPUT,
    LINK,
    MIDDLE,
    NOTE,
    STRONG,
    WARN_FILL,
    finish,
    heads,
    number_format,
    put,
    put_formula,
    section,
    title,
)
from .scenarios import stored_check

NAME = "Checks"
LABEL, VALUE, LOW, HIGH, RESULT, SOURCE, KEY = range(1, 8)
MASTER = Place(NAME, 4, RESULT)
STORED = Place(NAME, 5, RESULT)
FIRST = 9


def write_checks(book: Book) -> None:
    """Write the sheet."""
    sheet = book.sheet(NAME)
    title(sheet, "Checks", "Identities must hold in every scenario. Claims compare the live scenario with the article.")
    identities = [check for check in book.model.checks if check.is_identity]
    claims = [check for check in book.model.checks if not check.is_identity]
    first, last = FIRST, FIRST + len(identities) - 1
    put(sheet, MASTER.row, LABEL, "Master check: all identities hold", STRONG)
    put_formula(sheet, MASTER.row, RESULT, f"=AND(E{first}:E{last})", STRONG, alignment=MIDDLE)
    put(sheet, STORED.row, LABEL, "The stored column of the selected scenario equals the live case")
    put_formula(sheet, STORED.row, RESULT, stored_check(book), alignment=MIDDLE)
    book.name_cell("master_check", MASTER)
    book.name_cell("stored_check", STORED)
    _write_group(book, sheet, FIRST - 2, "Identities", identities)
    after = last + 4
    _write_group(book, sheet, after - 2, "Claims of the article", claims)
    _write_readings(book, sheet, after + len(claims) + 1)
    _colour(sheet, f"E4:E{after + len(claims)}")
    finish(sheet, [58, 16, 12, 12, 14, 16, 20], "B4", landscape=False)


def _write_group(book: Book, sheet: Worksheet, row: int, text: str, checks: list[Check]) -> None:
    section(sheet, row, text, KEY)
    heads(sheet, row + 1, ["Check", "Value", "Low", "High", "Result", "Source", "Key"], texts=("Source", "Key"))
    for place, check in enumerate(checks, row + 2):
        put(sheet, place, LABEL, check.label)
        put_formula(sheet, place, VALUE, book.dialect.formula(check.value, NAME, check.key), number_format="0.0000##")
        for column, bound in ((LOW, check.low), (HIGH, check.high)):
            if bound is not None:
                put(sheet, place, column, bound, INPUT, number_format="General")
        put_formula(sheet, place, RESULT, _result(check, place), alignment=MIDDLE)
        put(sheet, place, SOURCE, check.source, NOTE, alignment=INDENT)
        put(sheet, place, KEY, check.key, NOTE, alignment=INDENT)
        book.name_cell(check.key if not check.is_identity else f"check_{check.key}", Place(NAME, place, RESULT))


def _result(check: Check, row: int) -> str:
    """The bounds stand in cells of their own; a strict one excludes its bound."""
    value, low, high = (Place(NAME, row, column).cell for column in (VALUE, LOW, HIGH))
    equal = "" if check.strict else "="
    tests = [f"{value}>{equal}{low}"] if check.low is not None else []
    tests += [f"{value}<{equal}{high}"] if check.high is not None else []
    holds = tests[0] if len(tests) == 1 else f"AND({','.join(tests)})"
    if check.is_identity:
        return f"=IF(ISERROR({value}),FALSE,{holds})"
    return f'=IF(ISERROR({value}),"not answered",IF({holds},"as stated","differs"))'


def _write_readings(book: Book, sheet: Worksheet, row: int) -> None:
    section(sheet, row, "Figures of the article that read in more than one way", KEY)
    heads(sheet, row + 1, ["Reading", "Value", "", "", "Unit", "Source", ""], texts=("Unit", "Source"))
    conflict = ""
    place = row + 2
    for reading in book.model.readings:
        if reading.conflict != conflict:
            conflict = reading.conflict
            put(sheet, place, LABEL, conflict, STRONG)
            place += 1
        put(sheet, place, LABEL, f"    {reading.reading}")
        formula = book.dialect.formula(reading.value, NAME, reading.conflict)
        put_formula(sheet, place, VALUE, formula, LINK, number_format=number_format(reading.unit))
        put(sheet, place, RESULT, reading.unit, NOTE, alignment=INDENT)
        put(sheet, place, SOURCE, reading.source, NOTE, alignment=INDENT)
        place += 1


def _colour(sheet: Any, cells: str) -> None:
    first = cells.partition(":")[0]
    rules = {
        f'OR({first}=TRUE,{first}="as stated")': GOOD_FILL,
        f"AND(ISLOGICAL({first}),NOT({first}))": BAD_FILL,
        f'{first}="differs"': WARN_FILL,
    }
    for formula, fill in rules.items():
        style = DifferentialStyle(fill=fill)
        sheet.conditional_formatting.add(cells, Rule("expression", dxf=style, formula=[formula]))
