"""Native charts, on the ranges that the sheets already hold."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from openpyxl.chart import BarChart, LineChart, Reference
from openpyxl.chart.data_source import StrRef
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.series import SeriesLabel
from openpyxl.chart.series_factory import SeriesFactory
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import CharacterProperties, ParagraphProperties

from ..model.leases import TABLE as LEASE_TABLE
from ..model.lines import Block
from ..model.power import MONTHS
from ..model.securitisation import TRANCHES
from ..model.systemic import DEBTORS, NODES
from .book import Book
from .layout import LABEL, VALUE, Placed
from .sheets import scenarios

PALETTE = ("1F3864", "2E75B6", "9DC3E6", "C55A11", "F4B183", "7F7F7F", "BF9000", "548235")
WIDTH, HEIGHT = 19.0, 8.6  # cm, two to a row of the dashboard


def dashboard_charts(book: Book) -> list[Any]:
    """The charts of the dashboard, in reading order."""
    return [
        _supply(book),
        _gap(book),
        _build_up(book),
        _watt(book),
        _funding(book),
        _tranches(book),
        _leases(book),
        _contagion(book),
    ]


def _found(book: Book, sheet: str, title: str) -> Placed:
    return next(placed for placed in book.layout.sections[sheet] if placed.section.title == title)


def _dressed(chart: Any, title: str, unit: str, form: str = "#,##0") -> Any:
    chart.title = title
    chart.title.tx.rich.p[0].pPr = ParagraphProperties(defRPr=CharacterProperties(sz=1200, b=True))
    chart.y_axis.number_format = form
    chart.width, chart.height = WIDTH, HEIGHT
    chart.y_axis.title = unit
    chart.x_axis.delete = chart.y_axis.delete = False  # else readers hide the axes
    chart.y_axis.majorGridlines.spPr = GraphicalProperties(ln=_line("D9D9D9"))
    chart.legend.position = "b"
    return chart


def _line(color: str, width: int = 9525) -> Any:
    return LineProperties(solidFill=color, w=width)


def _rows(book: Book, placed: Placed, rows: Iterable[int], columns: int) -> list[Any]:
    """Rows of a table as series, named by their labels."""
    sheet = book.workbook[_sheet_of(book, placed)]
    found = []
    for row in rows:
        at = placed.first_row + row
        values = Reference(sheet, min_col=VALUE, max_col=VALUE + columns - 1, min_row=at)
        label = Reference(sheet, min_col=LABEL, min_row=at)
        found.append(SeriesFactory(values, title_from_data=False))
        found[-1].tx = SeriesLabel(strRef=StrRef(f"{label}"))
    return found


def _sheet_of(book: Book, placed: Placed) -> str:
    return next(name for name, sections in book.layout.sections.items() if placed in sections)


def _coloured(series: list[Any], colors: Iterable[str] = PALETTE) -> list[Any]:
    for item, color in zip(series, colors, strict=False):
        item.graphicalProperties.solidFill = color
        item.graphicalProperties.line.solidFill = color
    return series


def _months(book: Book) -> Reference:
    placed = _found(book, "Power", "Supply by path and month")
    return Reference(book.workbook["Power"], min_col=VALUE, max_col=VALUE + len(MONTHS) - 1, min_row=placed.head_row)


def _supply(book: Book) -> Any:
    stack = _found(book, "Power", "Supply by path and month")
    balance = _found(book, "Power", "Balance by month")
    chart = BarChart()
    chart.grouping, chart.overlap, chart.gapWidth = "stacked", 100, 40
    chart.series = _coloured(_rows(book, stack, range(len(stack.section.keys)), len(MONTHS)))
    chart.set_categories(_months(book))
    need = LineChart()
    need.series = _rows(book, balance, [0], len(MONTHS))
    need.series[0].graphicalProperties.line.solidFill = "C00000"
    need.series[0].graphicalProperties.line.width = 28575
    need.series[0].smooth = False
    chart += need
    return _dressed(chart, "Supply by path against the need", "GW")


def _gap(book: Book) -> Any:
    balance = _found(book, "Power", "Balance by month")
    chart = LineChart()
    chart.series = _rows(book, balance, [0, 1, 2], len(MONTHS))
    for series, color in zip(chart.series, ("1F3864", "548235", "C00000"), strict=True):
        series.graphicalProperties.line.solidFill = color
        series.graphicalProperties.line.width = 28575
        series.smooth = False
    chart.set_categories(_months(book))
    return _dressed(chart, "Power gap by month", "GW")


def _column(book: Book, sheet: str, title: str, column: int, rows: int | None = None) -> Any:
    """A bar a row of one column of a table."""
    placed = _found(book, sheet, title)
    assert isinstance(placed.section, Block)
    last = placed.first_row + (rows or len(placed.section.keys)) - 1
    page = book.workbook[sheet]
    chart = BarChart()
    values = Reference(page, min_col=VALUE + column, min_row=placed.first_row, max_row=last)
    chart.series = _coloured([SeriesFactory(values)], PALETTE[1:])
    chart.set_categories(Reference(page, min_col=LABEL, min_row=placed.first_row, max_row=last))
    chart.gapWidth = 60
    chart.dataLabels = DataLabelList()
    chart.dataLabels.showVal = True
    chart.dataLabels.numFmt = "#,##0.0"
    for other in ("showSerName", "showCatName", "showLegendKey", "showPercent"):
        setattr(chart.dataLabels, other, False)
    return chart


def _without_legend(chart: Any) -> Any:
    chart.legend = None
    return chart


def _build_up(book: Book) -> Any:
    chart = _column(book, "Capital", "Build-up of a gigawatt", 0)
    return _without_legend(_dressed(chart, "What a gigawatt costs", "$bn per GW"))


def _watt(book: Book) -> Any:
    chart = _column(book, "Valuation", "A watt: price and cost", 0)
    return _without_legend(_dressed(chart, "EV per watt against the cost of building", "$ per watt"))


def _funding(book: Book) -> Any:
    chart = _column(book, "Funding", "The headline", 1)
    return _without_legend(_dressed(chart, "Who would fund the whole gap", "$bn"))


def _leases(book: Book) -> Any:
    placed = _found(book, "Leases", LEASE_TABLE)
    page = book.workbook["Leases"]
    last = placed.first_row + len(placed.section.keys) - 1
    chart = BarChart()
    for column, label in ((1, "Renewal as assumed"), (2, "No renewal")):
        values = Reference(page, min_col=VALUE + column, min_row=placed.first_row, max_row=last)
        chart.series.append(SeriesFactory(values, title=label))
    _coloured(chart.series)
    chart.set_categories(Reference(page, min_col=LABEL, min_row=placed.first_row, max_row=last))
    chart.gapWidth = 60
    chart.x_axis.tickLblPos = "low"  # below the bars, where rates are negative
    return _dressed(chart, "IRR of the same site under two leases", "rate", "0%")


def _by_scenario(book: Book, lines: dict[str, str]) -> Any:
    """Stored values of lines over all scenarios."""
    page = book.workbook[scenarios.NAME]
    last = scenarios.FIRST + len(book.scenarios) - 1
    chart = BarChart()
    for key, label in lines.items():
        row = scenarios.line_row(book, key)
        values = Reference(page, min_col=scenarios.FIRST, max_col=last, min_row=row)
        chart.series.append(SeriesFactory(values, title=label))
    _coloured(chart.series)
    chart.set_categories(Reference(page, min_col=scenarios.FIRST, max_col=last, min_row=scenarios.HEAD_ROW))
    chart.gapWidth = 60
    return chart


def _tranches(book: Book) -> Any:
    """On a log axis, for the tranches differ by powers of ten."""
    chart = _by_scenario(book, {f"{tranche}_mixed_loss": label for tranche, label in TRANCHES.items()})
    chart.y_axis.scaling.logBase = 10
    chart.y_axis.scaling.min, chart.y_axis.scaling.max = 0.0001, 1
    chart.y_axis.crosses = "min"
    chart.x_axis.crosses = "min"
    title = "Expected loss by tranche and scenario, crisis possible"
    return _dressed(chart, title, "share, log scale", "0.00%")


def _contagion(book: Book) -> Any:
    chart = _by_scenario(book, {f"{node}_contagion_loss": NODES[node] for node in DEBTORS})
    return _dressed(chart, "What each node leaves unpaid, by scenario", "share of what it owes", "0%")
