"""From a model and a scenario to the bytes of a workbook."""

from __future__ import annotations

import io

from .. import __version__
from ..model import ai_infrastructure
from ..model.lines import Model
from ..model.scenarios import Scenarios, packaged
from .book import Book, Values
from .dialects import Dialect
from .layout import Layout
from .sheets.areas import write_area
from .sheets.assumptions import write_assumptions
from .sheets.checks import write_checks
from .sheets.cover import NAME as COVER
from .sheets.cover import write_cover
from .sheets.dashboard import NAME as DASHBOARD
from .sheets.dashboard import write_dashboard
from .sheets.scenarios import write_scenarios
from .sheets.sources import write_sources
from .sheets.workings import write_workings
from .values import recalculated, with_values


def workbook(
    scenario: str = "base", dialect: str = "native", model: Model | None = None, scenarios: Scenarios | None = None
) -> bytes:
    """A scenario's workbook.

    Parameters
    ----------
    scenario : str
        The live scenario, one of `scenarios`.
    dialect : {"native", "udf"}
        Plain formulas for any spreadsheet, or the functions of the add-in.
    model, scenarios : optional
        What to show; the package's own if left out.

    Returns
    -------
    bytes
        An .xlsx file in which each formula carries its value. The same arguments give the same bytes.

    Raises
    ------
    wattstack.errors.InputError
        If there is no such scenario.
    """
    model, scenarios = model or ai_infrastructure(), scenarios or packaged()
    scenarios.only(scenario)
    layout = Layout(model)
    plain = _written(Book(model, scenarios, scenario, Dialect("native", model, layout), layout, {}))
    native = saved(plain)
    values = {**recalculated(native), **plain.stored}
    book = Book(model, scenarios, scenario, Dialect(dialect, model, layout), layout, values)
    if dialect == "native":
        return with_values(native, values, book.as_of)
    # both dialects have the same cells, so the values of the plain formulas are those of the functions
    return with_values(saved(_written(book)), _heads_of_spills(book, values), book.as_of)


def _heads_of_spills(book: Book, values: Values) -> Values:
    """The values, with the label that a spilled table shows in the cell of its formula."""
    found = dict(values)
    for sheet, sections in book.layout.sections.items():
        for placed in sections:
            if getattr(placed.section, "spill", None) is not None:
                cell = book.workbook[sheet].cell(placed.head_row, 3)
                found.setdefault((sheet, cell.coordinate), placed.section.heads[0][0])  # type: ignore[union-attr]
    return found


def _written(book: Book) -> Book:
    for name in (COVER, DASHBOARD):
        book.sheet(name)
    write_assumptions(book)
    write_scenarios(book)
    for name in book.model.sheets:
        write_area(book, name)
    write_checks(book)
    write_sources(book)
    if book.dialect.name == "native":
        write_workings(book)
    write_dashboard(book)
    write_cover(book, __version__)
    return book


def saved(book: Book) -> bytes:
    """The workbook as openpyxl writes it, its formulas without values."""
    target = book.workbook
    target.active = 0
    # plain formulas anew in each program; our functions not where Python may be missing: until something changes, the
    # stored values stay (the number is that of today's Excel, which works out older files anew)
    target.calculation.fullCalcOnLoad = book.dialect.name == "native"
    if book.dialect.name == "udf":
        target.calculation.calcId = 191029
    target.properties.creator = "wattstack"
    target.properties.title = f"AI infrastructure, scenario {book.selected}"
    buffer = io.BytesIO()
    target.save(buffer)
    return buffer.getvalue()
