"""How cells look: inputs blue, formulas black, links green; a format for each unit."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from ..errors import InputError

LONGEST_TEXT = 32767  # characters
FONT = "Calibri"
BLUE, BLACK, GREEN, GREY, WHITE, NAVY = "0000FF", "000000", "007A33", "7F7F7F", "FFFFFF", "1F3864"
INPUT, FORMULA, LINK, NOTE = (Font(name=FONT, size=10, color=color) for color in (BLUE, BLACK, GREEN, GREY))
TEXT = FORMULA
TITLE = Font(name=FONT, size=16, bold=True, color=NAVY)
SECTION = Font(name=FONT, size=11, bold=True, color=WHITE)
HEAD = Font(name=FONT, size=10, bold=True, color=NAVY)
STRONG = Font(name=FONT, size=10, bold=True, color=BLACK)
SECTION_FILL = PatternFill("solid", fgColor=NAVY)
HEAD_FILL = PatternFill("solid", fgColor="D9E1F2")
INPUT_FILL = PatternFill("solid", fgColor="FFF9E5")
GOOD_FILL = PatternFill("solid", bgColor="C6EFCE")
WARN_FILL = PatternFill("solid", bgColor="FFEB9C")
BAD_FILL = PatternFill("solid", bgColor="FFC7CE")
UNDER = Border(bottom=Side(style="thin", color="BFBFBF"))
WRAP = Alignment(wrap_text=True, vertical="top")
RIGHT = Alignment(horizontal="right")
HEAD_TEXT = Alignment(vertical="bottom")
HEAD_WRAPPED = Alignment(horizontal="right", vertical="bottom", wrap_text=True)
LINE, LETTERS = 13.5, 1.05  # the height of a line; letters that a unit of width holds, with room for wide fonts
UNITS, LONG_HEAD = 2, 14  # the columns of labels and units; the letters that a narrow column holds
MIDDLE = Alignment(horizontal="center")
INDENT_WRAPPED = Alignment(horizontal="left", vertical="top", indent=1, wrap_text=True)
INDENT = Alignment(horizontal="left", indent=1)  # a text right of a number

_FORMATS = {
    "share": "0.00%",
    "share of tranche": "0.0000%",
    "rate": "0.00%",
    "$bn": "#,##0.0#",
    "$bn/year": "#,##0.0#",
    "$bn/GW": "#,##0.00",
    "GW": "#,##0.00",
    "MW": "#,##0.0",
    "MW gross": "#,##0",
    "month": "0",
    "months": "0",
    "years": "0.0#",
    "number": "0",
    "TRUE or FALSE": "General",
}


def number_format(unit: str) -> str:
    """The format of a quantity in this unit."""
    return _FORMATS.get(unit, "#,##0.00##")


def put(sheet: Worksheet, row: int, column: int, value: Any, font: Font = TEXT, **style: Any) -> Any:
    """Write a cell; a text stays a text even where it looks like a formula.

    Raises
    ------
    wattstack.errors.InputError
        For a text that no workbook can hold.
    """
    cell: Any = sheet.cell(row, column)
    if isinstance(value, str) and (ILLEGAL_CHARACTERS_RE.search(value) or len(value) > LONGEST_TEXT):
        rule = f"a cell holds at most {LONGEST_TEXT} characters, none of them a control character"
        raise InputError(f"text ({value[:40]!r}) cannot be written: {rule}")
    cell.value = value
    if isinstance(value, str) and value.startswith(("=", "#")):
        cell.data_type = "s"
    _dress(cell, font, style)
    return cell


def put_formula(sheet: Worksheet, row: int, column: int, formula: Any, font: Font = FORMULA, **style: Any) -> Any:
    """Write a formula of ours."""
    cell: Any = sheet.cell(row, column)
    cell.value = formula
    _dress(cell, font, style)
    return cell


def _dress(cell: Any, font: Font, style: dict[str, Any]) -> None:
    cell.font = font
    for name, value in style.items():
        setattr(cell, name, value)


def title(sheet: Worksheet, text: str, note: str = "") -> None:
    """The sheet's title, and a line below it."""
    put(sheet, 1, 1, text, TITLE)
    if note:
        put(sheet, 2, 1, note, NOTE)
    sheet.sheet_view.showGridLines = False


def section(sheet: Worksheet, row: int, text: str, width: int) -> None:
    """A bar over the columns of a section."""
    for column in range(1, width + 1):
        sheet.cell(row, column).fill = SECTION_FILL
    put(sheet, row, 1, text, SECTION, fill=SECTION_FILL)


def heads(sheet: Worksheet, row: int, labels: list[str], first: int = 1, texts: Collection[str] = ()) -> None:
    """A row of column labels: right over numbers, left over the first two columns and over those named `texts`."""
    for column, label in enumerate(labels, first):
        left = column <= UNITS or label in texts
        place = (INDENT if column > UNITS else HEAD_TEXT) if left else HEAD_WRAPPED
        put(sheet, row, column, label, HEAD, fill=HEAD_FILL, border=UNDER, alignment=place)
    if any(len(label) > LONG_HEAD for label in labels[UNITS:]):
        sheet.row_dimensions[row].height = 40


def fit_height(sheet: Worksheet, row: int, texts: Sequence[str], widths: Sequence[float]) -> None:
    """Make a row high enough for its wrapped texts: readers do not all do it by themselves."""
    lines = max(-(-len(text) // int(width * LETTERS)) for text, width in zip(texts, widths, strict=True) if text)
    sheet.row_dimensions[row].height = LINE * max(lines, 1)


def finish(sheet: Any, widths: Sequence[float], freeze: str, *, landscape: bool = True, pages: int = 0) -> None:
    """Column widths, frozen panes, and how it prints: on so many pages, 0 for as many as it takes."""
    for column, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = freeze
    sheet.print_area = f"A1:{get_column_letter(max(sheet.max_column, 2))}{max(sheet.max_row, 2)}"
    sheet.page_setup.orientation = "landscape" if landscape else "portrait"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = pages
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddFooter.center.text = "&A, page &P of &N"
