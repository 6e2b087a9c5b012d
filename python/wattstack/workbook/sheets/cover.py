"""The sheet Cover: what the workbook is, how to read it, and whether its checks hold."""

from __future__ import annotations

from ... import assumptions
from ..book import Book
from ..styles import (
    FORMULA,
    INPUT,
    INPUT_FILL,
    LINK,
    NOTE,
    STRONG,
    WRAP,
    finish,
    heads,
    put,
    put_formula,
    title,
)
from .checks import MASTER, STORED
from .scenarios import SELECTED

NAME = "Cover"
ABOUT = (
    "How many gigawatts AI data centres lack, which supply paths fill the gap and when, what a gigawatt costs, "
    "what the market pays per watt, who funds it, and what each slice of the securitised debt loses in a crisis."
)
WHAT = {
    "native": "Every number is a plain formula: the workbook needs no add-in, no macro and no Python.",
    "udf": "The lines are written with the functions of wattstack, which ask Python: `wattstack addin install` first.",
}
SHEETS = {
    "Dashboard": "the live scenario in a dozen figures, and charts",
    "Assumptions": "every input with unit, range, source and date",
    "Scenarios": "the selector; what each scenario overrides; all lines side by side, stored",
    "Power": "what the load lacks, and which paths supply it by when",
    "Capital": "what a gigawatt costs, and how much of it power allows",
    "Valuation": "what the market pays per watt, and what a watt costs",
    "Leases": "what the tenor of a lease is worth",
    "Funding": "who pays",
    "Securitisation": "what each slice of the debt loses",
    "Systemic": "how a shock to the lab runs along the chain",
    "Checks": "identities, the article's claims, figures that read in two ways",
    "Sources": "the article's claims, who is quoted, how certain",
    "Workings": "the steps of the longer formulas",
}


def write_cover(book: Book, version: str) -> None:
    """Write the sheet; its links refer to sheets that must exist by then."""
    sheet = book.workbook[NAME]
    title(sheet, "AI infrastructure: from power to capital")
    put(sheet, 2, 1, ABOUT, alignment=WRAP)
    put(sheet, 3, 1, WHAT[book.dialect.name], alignment=WRAP)
    sheet.row_dimensions[2].height = 44
    sheet.row_dimensions[3].height = 30
    facts = (("Live scenario", f"={SELECTED.absolute}"), ("Master check: all identities hold", f"={MASTER.absolute}"),
             ("Stored columns equal the live case", f"={STORED.absolute}"))  # fmt: skip
    for row, (label, formula) in enumerate(facts, 5):
        put(sheet, row, 1, label, STRONG)
        put_formula(sheet, row, 2, formula, LINK)
    put(sheet, 8, 1, "Version of wattstack", STRONG)
    put(sheet, 8, 2, version)
    put(sheet, 9, 1, "Figures as of", STRONG)
    put(sheet, 9, 2, book.as_of)
    heads(sheet, 11, ["Colours", ""])
    for row, (font, text) in enumerate(
        ((INPUT, "an input: change it"), (FORMULA, "a formula"), (LINK, "a link to another cell")), 12
    ):
        put(sheet, row, 1, text, font, **({"fill": INPUT_FILL} if font is INPUT else {}))
    heads(sheet, 16, ["Units", ""])
    for row, text in enumerate(
        ("Power in GW, money in $bn unless the unit says otherwise; 1 $/W = 1 $m/MW = 1 $bn/GW.",
         "Shares, rates and probabilities are fractions, shown in per cent; month 0 is December 2025.",
         "A figure without a source is marked as our own assumption."), 17):  # fmt: skip
        put(sheet, row, 1, text, alignment=WRAP)
        sheet.row_dimensions[row].height = 30
    heads(sheet, 21, ["Sheets", ""])
    for row, name in enumerate((name for name in SHEETS if name in book.workbook.sheetnames), 22):
        put(sheet, row, 1, f"{name}: {SHEETS[name]}")
        sheet.cell(row, 1).hyperlink = f"#{name}!A1"
    own = sum("own" in given.status for given in assumptions.assumptions().values())
    note = f"{own} of {len(assumptions.assumptions())} assumptions rest on our own judgement, in whole or in part."
    put(sheet, 20, 1, note, NOTE)
    finish(sheet, [76, 22], "A4", landscape=False)
