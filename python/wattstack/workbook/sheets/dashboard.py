"""The sheet Dashboard: the chain in a dozen figures, and the charts."""

from __future__ import annotations

from typing import Any

from ..book import Book
from ..charts import HEIGHT, dashboard_charts
from ..layout import LABEL, Place
from ..styles import LINK, NOTE, STRONG, finish, heads, number_format, put, put_formula, title
from .checks import MASTER
from .scenarios import SELECTED

NAME = "Dashboard"
KEYS = ("demand", "supply", "residual_gap", "powered_gw", "capex_per_gw", "capex_headline", "capex_powered",
        "ev_per_watt_headline", "ev_all_in", "debt_share", "blended_cost", "pool", "senior_mixed_loss",
        "correlation_error", "irr_short", "irr_long", "trust_shortfall")  # fmt: skip
HEAD_ROW = 5
ROWS_PER_CHART = round(HEIGHT / 0.53) + 1  # a row is about 0.53 cm high


def write_dashboard(book: Book) -> None:
    """Write the sheet; its charts refer to sheets that must exist by then."""
    sheet: Any = book.workbook[NAME]
    title(sheet, "Dashboard", "From power to capital: the live scenario in a dozen figures.")
    put(sheet, 3, LABEL, "Scenario", STRONG)
    put_formula(sheet, 3, 2, f"={SELECTED.absolute}", LINK)
    put(sheet, 3, 4, "Master check", STRONG)
    put_formula(sheet, 3, 5, f"={MASTER.absolute}", LINK)
    heads(sheet, HEAD_ROW, ["Figure", "Unit", "Live"])
    for row, key in enumerate(KEYS, HEAD_ROW + 1):
        line = book.model.lines[key]
        place = book.layout.place(key)
        put(sheet, row, LABEL, line.label)
        put(sheet, row, 2, line.unit, NOTE)
        put_formula(sheet, row, 3, f"={place.absolute}", LINK, number_format=number_format(line.unit))
    top = HEAD_ROW + len(KEYS) + 2
    charts = dashboard_charts(book)
    for number, chart in enumerate(charts):
        across, down = number % 2, number // 2
        sheet.add_chart(chart, Place(NAME, top + down * ROWS_PER_CHART, 5 if across else 1).cell)
    finish(sheet, [52, 16, 13, 13, 13, *[13] * 8], f"A{HEAD_ROW + 1}", landscape=False, pages=1)
    sheet.print_area = f"A1:K{top + (len(charts) + 1) // 2 * ROWS_PER_CHART}"
