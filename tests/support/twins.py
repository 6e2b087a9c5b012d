"""A workbook of worked cases in plain formulas: each argument in a cell of its own, each result a line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from wattstack.arguments import Kind
from wattstack.assumptions import assumptions
from wattstack.formula import Expr, Item, Ref, Series
from wattstack.model.lines import Block, Model, Sheet
from wattstack.model.scenarios import Scenarios
from wattstack.spec import Function, Table
from wattstack.workbook import build
from wattstack.workbook.book import Book
from wattstack.workbook.dialects import Dialect
from wattstack.workbook.layout import Layout
from wattstack.workbook.sheets.areas import write_area
from wattstack.workbook.sheets.assumptions import write_assumptions
from wattstack.workbook.sheets.scenarios import write_scenarios
from wattstack.workbook.sheets.sources import write_sources
from wattstack.workbook.sheets.workings import write_workings


@dataclass(frozen=True)
class Call:
    """A call whose native formula is checked: the function, its arguments in order, None for those left out."""

    function: Function[Any]
    args: tuple[Any, ...]

    def __str__(self) -> str:
        return f"{self.function.excel_name}{self.args}"


def is_plain_call(call: Call) -> bool:
    """Whether each value is of its argument's kind: what is not is caught in the live cell of an input."""
    kinds = {Kind.FLAG: bool, Kind.WORD: str, Kind.TEXT: str}
    arguments = call.function.arguments
    complete = [*call.args, *[None] * (len(arguments) - len(call.args))]
    for argument, value in zip(arguments, complete, strict=True):
        if value is None:
            if not argument.optional:
                return False
            continue
        items = list(_cells(value))
        wanted = kinds.get(argument.kind, (int, float))
        if not _is_plain(value) or not all(isinstance(item, wanted) for item in items):
            return False
        if argument.kind not in kinds and any(isinstance(item, bool) for item in items):
            return False
    return True


def _cells(value: Any) -> Iterator[Any]:
    """The cells of a number, a range or a block."""
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from _cells(item)
    else:
        yield value


def _is_plain(value: Any) -> bool:
    """Whether a cell of an input would let the value through: a number, a truth value, a word."""
    if isinstance(value, (list, tuple)):
        return bool(value) and all(_is_plain(item) for item in value)
    return isinstance(value, (bool, str)) or (isinstance(value, (int, float)) and bool(np.isfinite(value)))


def beyond_native(call: Call) -> bool:
    """Whether an argument is declared to be more than native sheets serve."""
    for argument, value in zip(call.function.arguments, call.args, strict=False):
        if isinstance(value, (int, float)) and value > argument.served:
            return True
        if isinstance(value, str) and argument.served_word and value.strip().casefold() != argument.served_word:
            return True
    return False


def cases_model(calls: list[Call]) -> tuple[Model, dict[str, tuple[Call, int | str, int]]]:
    """A model whose lines are the cells of the calls' results, by key the call and the place in its result."""
    model = Model(assumptions())
    sheet = model.sheet("Cases")
    lines: dict[str, tuple[Call, int | str, int]] = {}
    for number, call in enumerate(calls):
        arguments = call.function.arguments
        refs = [_put(sheet, f"case {number} {a.name}", value) for a, value in zip(arguments, call.args, strict=False)]
        apply = call.function.apply(*refs)
        sheet.listing(f"{number} {call}")
        for place, (line, item) in enumerate(_places(call)):
            key = f"case {number} result {place}"
            expr: Expr = apply if call.function.spills is None else Item(apply, line, item)
            sheet.line(key, str(call), call.function.returns, expr)
            lines[key] = call, line, item
    return model, lines


def _put(sheet: Sheet, key: str, value: Any) -> Expr | None:
    if value is None:
        return None
    if not isinstance(value, (list, tuple)):
        sheet.listing(key)
        return sheet.constant(key, key, "", value)
    rows = value if isinstance(value[0], (list, tuple)) else [value]
    keys = [[f"{key} {place} {number}" for number in range(len(row))] for place, row in enumerate(rows)]
    for names, row in zip(keys, rows, strict=True):
        for name, item in zip(names, row, strict=True):
            sheet.define(name, name, "", item, published=False)
    sheet.block(Block(key, [key] * len(rows), [("", "") for _ in keys[0]], keys))
    series = tuple(Series(tuple(map(Ref, names))) for names in keys)
    return Series(series) if rows is value else series[0]


def _places(call: Call) -> list[tuple[int | str, int]]:
    """The cells of a result: of a number one; of a table or grid all, or the first where the call fails."""
    if call.function.spills is None:
        return [(0, 0)]
    try:
        value = call.function(*call.args)
    except ValueError:
        first = call.function.spills.columns[0] if isinstance(call.function.spills, Table) else 0
        return [(first, 0)]
    if isinstance(call.function.spills, Table):
        return [(label, row) for label in value.columns for row in range(len(value))]
    rows, columns = np.atleast_2d(np.asarray(value)).shape
    return [(row, column) for row in range(rows) for column in range(columns)]


def cases_workbook(model: Model) -> tuple[bytes, Layout]:
    """The calls as a workbook without Python, with all that native formulas look into."""
    layout = Layout(model)
    book = Book(model, Scenarios(["base"], {}), "base", Dialect("native", model, layout), layout, {})
    write_assumptions(book)
    write_scenarios(book)
    write_area(book, "Cases")
    write_sources(book)
    write_workings(book)
    return build.saved(book), layout
