"""The sheet Workings: the steps of the native formulas, labelled, and the table of nodes that integrals use."""

from __future__ import annotations

from openpyxl.worksheet.worksheet import Worksheet

from ...numeric.quadrature import FINE_NODES, NODES, OUTCOMES, gauss_legendre
from ..book import Book
from ..layout import BLOCK, STEP_ROW, VALUE, Place
from ..styles import NOTE, finish, heads, put, put_formula, title

NAME = "Workings"
TABLES = 5  # the first column of the tables that formulas look into


def write_workings(book: Book) -> None:
    """Write the sheet; it comes last, when all formulas have put down their steps."""
    sheet = book.sheet(NAME)
    title(sheet, "Workings", "Steps of the formulas on the other sheets, and the nodes of two Gauss-Legendre rules.")
    heads(sheet, STEP_ROW - 1, ["Step", "For", "Value"])
    for row, step in enumerate(book.dialect.workings.steps.values(), STEP_ROW):
        put(sheet, row, 1, step.what)
        put(sheet, row, 2, step.owner, NOTE)
        put_formula(sheet, row, VALUE, book.dialect.step(step.expr), number_format="General")
    _write_nodes(book, sheet)
    _write_blocks(book, sheet)
    finish(sheet, [62, 30, 18, 4, *[18] * 5, 4, 46, 24], f"A{STEP_ROW}", landscape=False)


def _write_blocks(book: Book, sheet: Worksheet) -> None:
    """Steps that a formula takes as a range, in neighbouring cells."""
    if not book.dialect.workings.blocks:
        return
    heads(sheet, STEP_ROW - 1, ["Block", "For", "Values"], BLOCK - 2)
    for block in book.dialect.workings.blocks.values():
        at = book.layout.place(block[0][0].key)
        put(sheet, at.row, BLOCK - 2, block[0][0].what)
        put(sheet, at.row, BLOCK - 1, block[0][0].owner, NOTE)
        for step in (step for row in block for step in row):
            at = book.layout.place(step.key)
            put_formula(sheet, at.row, at.column, book.dialect.step(step.expr), number_format="General")


def _write_nodes(book: Book, sheet: Worksheet) -> None:
    node, weight = gauss_legendre(NODES)
    fine_node, fine_weight = gauss_legendre(FINE_NODES)
    tables = {
        "gl_node": ("Node", node.tolist()),
        "gl_weight": ("Weight", weight.tolist()),
        "fine_node": ("Fine node", fine_node.tolist()),
        "fine_weight": ("Fine weight", fine_weight.tolist()),
        "outcome": ("Defaults", list(range(OUTCOMES))),
    }
    heads(sheet, STEP_ROW - 1, [head for head, _ in tables.values()], TABLES)
    for column, (name, (_, numbers)) in enumerate(tables.items(), TABLES):
        for row, number in enumerate(numbers, STEP_ROW):
            put(sheet, row, column, number, number_format="General" if name == "outcome" else "0.000000000000")
        book.name_column(name, Place(NAME, STEP_ROW, column), len(numbers))
