"""The sheet Sources: what the article says, who is quoted, and how certain it is."""

from __future__ import annotations

from ...assumptions import claims, sources
from ..book import Book
from ..layout import Place
from ..styles import NOTE, WRAP, finish, fit_height, heads, put, title

NAME = "Sources"
HEADS = ["Id", "Claim", "Value", "Unit", "Low", "High", "Said by", "Status", "Uncertainty", "Treatment", "As of"]
WIDTHS = [6, 50, 12, 12, 8, 8, 28, 16, 56, 56, 12]
FIRST = 4
KEY, TEXT = len(HEADS) + 2, len(HEADS) + 3


def write_sources(book: Book) -> None:
    """Write the sheet."""
    sheet = book.sheet(NAME)
    note = "The article's claims. Where a treatment differs from the model, the assumptions decide."
    title(sheet, "Sources", note)
    heads(sheet, FIRST - 1, HEADS, texts=HEADS)
    for row, claim in enumerate(claims().values(), FIRST):
        texts = (claim.id, claim.claim, claim.value, claim.unit, claim.low, claim.high, claim.said_by, claim.status,
                 claim.uncertainty, claim.treatment, claim.as_of)  # fmt: skip
        for column, text in enumerate(texts, 1):
            put(sheet, row, column, text, alignment=WRAP)
        fit_height(sheet, row, texts, WIDTHS)
    finish(sheet, WIDTHS, f"C{FIRST}")
    _write_index(book)


def _write_index(book: Book) -> None:
    """What SOURCE_OF's native formula looks into: each key and its sentence."""
    sheet = book.workbook[NAME]
    heads(sheet, FIRST - 1, ["Key", "Where it comes from"], KEY, texts=("Key", "Where it comes from"))
    found = sources()
    for row, (key, source) in enumerate(found.items(), FIRST):
        put(sheet, row, KEY, key, NOTE)
        put(sheet, row, TEXT, source.describe(), NOTE)
    for name, column in (("source_key", KEY), ("source_text", TEXT)):
        book.name_column(name, Place(NAME, FIRST, column), len(found))
