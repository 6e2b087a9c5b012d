"""The sheet Assumptions: every input with unit, range, source and date; the live column feeds the model."""

from __future__ import annotations

from ...formula import NUM, VALUE, Call, Expr, If, IsError, Or, Ref, write
from ..book import Book
from ..layout import BASE, CHOSEN, HIGH, INPUT_ROW, LABEL, LIVE, LOW, UNIT, Place
from ..styles import (
    FORMULA,
    INDENT_WRAPPED,
    INPUT,
    INPUT_FILL,
    LINK,
    NOTE,
    finish,
    fit_height,
    heads,
    number_format,
    put,
    put_formula,
    title,
)
from .scenarios import chosen_formula

NAME = "Assumptions"
HEADS = ["Assumption", "Unit", "Low", "Base", "High", "Scenario", "Live", "Key", "Must be", "Source", "Status",
         "As of", "Note"]  # fmt: skip
KEY = HEADS.index("Key") + 1
WIDTHS = [50, 16, 10, 10, 10, 10, 10, 26, 20, 66, 17, 13, 66]


def write_assumptions(book: Book) -> None:
    """Write the sheet."""
    sheet = book.sheet(NAME)
    note = "Inputs are blue. Live = the selected scenario's value, or base; a value outside its domain is an error."
    title(sheet, "Assumptions", note)
    heads(sheet, INPUT_ROW - 1, HEADS, texts=HEADS[KEY - 1 :])
    for row, (key, given) in enumerate(book.model.inputs.items(), INPUT_ROW):
        form = number_format(given.unit) if given.unit != "share" else "0.0###"
        put(sheet, row, LABEL, given.label)
        put(sheet, row, UNIT, given.unit, NOTE)
        for column, value in ((LOW, given.low), (BASE, given.base), (HIGH, given.high)):
            put(sheet, row, column, value, INPUT, number_format=form, fill=INPUT_FILL)
        put_formula(sheet, row, CHOSEN, chosen_formula(book, key, row), LINK, number_format=form)
        put_formula(sheet, row, LIVE, _live_formula(book, key, row), FORMULA, number_format=form)
        texts = (key, str(given.domain), given.source, given.status, given.as_of, given.note)
        for column, text in enumerate(texts, KEY):
            put(sheet, row, column, text, NOTE, alignment=INDENT_WRAPPED)
        fit_height(sheet, row, texts, WIDTHS[KEY - 1 :])
        book.name_cell(key, book.layout.place(key))
    for name, column in (("key", KEY), ("low", LOW), ("base", BASE), ("high", HIGH)):
        # what ASSUMPTION's native formula looks into
        book.name_column(f"assumption_{name}", Place(NAME, INPUT_ROW, column), len(book.model.inputs))
    finish(sheet, WIDTHS, f"C{INPUT_ROW}")


def _live_formula(book: Book, key: str, row: int) -> str:
    """The one place where an input's kind and domain are checked: all that depends on it is spared the check."""
    chosen = Ref(key)
    tests = book.model.inputs[key].domain.guards(chosen)
    number = chosen if not tests else If(tests[0] if len(tests) == 1 else Or(*tests), NUM, chosen)
    checked: Expr = If(Call("ISNUMBER", (chosen,)), number, If(IsError(chosen), chosen, VALUE))
    return "=" + write(checked, lambda _: Place(NAME, row, CHOSEN).cell)
