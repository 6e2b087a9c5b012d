"""A model as an ordered list of lines, and where each stands on its sheet.

A line is a key, a label, a unit and a formula over the keys before it. The same formula is evaluated over a table of
scenarios, written with our functions, or written with plain ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from ..assumptions import Assumption
from ..formula import Apply, Expr, Item, Ref, Series, lift


@dataclass(frozen=True)
class Line:
    """A quantity of the model.

    `published` lines are the contract: columns of result tables, names of cells. The others are steps that a sheet
    shows: links into a table, months between the published ones.
    """

    key: str
    label: str
    unit: str
    expr: Expr
    sheet: str
    published: bool = True


@dataclass(frozen=True)
class Listing:
    """Lines one below the other."""

    title: str
    keys: list[str]


@dataclass(frozen=True)
class Block:
    """Lines as a table; its cells may be the spill of one call of a function, headed by the function's labels.

    `heads` gives each column's label and unit; where `head_keys` are given, the labels are lines themselves.
    """

    title: str
    rows: list[str]
    heads: list[tuple[str, str]]
    keys: list[list[str]]
    head_keys: list[str] = field(default_factory=list)
    spill: Apply | None = None


@dataclass(frozen=True)
class Check:
    """What must hold in every scenario (an identity) or what the article says (a claim).

    The value lies in [low, high], a None standing for no bound; `strict` excludes the bounds.
    """

    key: str
    label: str
    value: Expr
    low: float | None
    high: float | None
    source: str = ""
    strict: bool = False

    @property
    def is_identity(self) -> bool:
        """Whether the master check rests on it."""
        return not self.key.startswith("claim_")


@dataclass(frozen=True)
class Reading:
    """One way to read a figure of the article that can be read in more than one."""

    conflict: str
    reading: str
    value: Expr
    unit: str
    source: str


@dataclass
class Model:
    """Inputs, lines in order, their places on the sheets, checks and readings."""

    inputs: dict[str, Assumption]
    lines: dict[str, Line] = field(default_factory=dict)
    sheets: dict[str, list[Listing | Block]] = field(default_factory=dict)
    checks: list[Check] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)

    @property
    def published(self) -> list[str]:
        """The keys of the contract's lines, in order."""
        return [line.key for line in self.lines.values() if line.published]

    def sheet(self, name: str) -> Sheet:
        """Start a sheet."""
        self.sheets[name] = []
        return Sheet(self, name)

    def ref(self, key: str) -> Ref:
        """A quantity by its key; KeyError for one that is not there yet, so that lines stand in order."""
        if key not in self.inputs and key not in self.lines:
            raise KeyError(f"{key} must be an assumption or an earlier line")
        return Ref(key)


class Sheet:
    """Writes the lines of one sheet; its attributes are the quantities defined so far, by key."""

    def __init__(self, model: Model, name: str) -> None:
        self._model = model
        self._name = name

    def __getattr__(self, key: str) -> Ref:
        return self[key]

    def __getitem__(self, key: str) -> Ref:
        return self._model.ref(key)

    def listing(self, title: str) -> None:
        """Start a list of lines."""
        self._place(Listing(title, []))

    def line(self, key: str, label: str, unit: str, expr: Any) -> Ref:
        """A line of the contract, below the one before it."""
        return self._listed(key, label, unit, expr, published=True)

    def constant(self, key: str, label: str, unit: str, value: float) -> Ref:
        """A number that belongs to the arithmetic, not to the assumptions."""
        return self._listed(key, label, unit, value, published=False)

    def _listed(self, key: str, label: str, unit: str, expr: Any, *, published: bool) -> Ref:
        last = self._model.sheets[self._name][-1]
        assert isinstance(last, Listing), f"line {key} needs a listing"
        last.keys.append(key)
        return self.define(key, label, unit, expr, published=published)

    def define(self, key: str, label: str, unit: str, expr: Any, *, published: bool = True) -> Ref:
        """A line without a place of its own in the list: a table gives it one."""
        assert key not in self._model.lines and key not in self._model.inputs, f"{key} is defined twice"
        self._model.lines[key] = Line(key, label, unit, lift(expr), self._name, published)
        return Ref(key)

    @contextmanager
    def table(self, title: str, rows: Mapping[str, str]) -> Iterator[Columns]:
        """A table with a row for each of `rows` (name and label); its columns are added inside the block."""
        columns = Columns(self, title, dict(rows))
        yield columns
        self._place(columns.block())

    def spill(self, title: str, rows: list[str], call: Apply, keys: list[list[str]]) -> None:
        """The table that one call spills, its cells being lines of these keys; an empty key makes a step of its own."""
        units: dict[str, str] = call.function.spills.units
        labels = list(units)
        for place, row in enumerate(keys):
            for column, label in enumerate(labels[: len(row)]):
                published = bool(row[column])
                row[column] = row[column] or f"{title} {rows[place]} {label}"
                what = f"{title}, {rows[place]}" + ("" if published else f", {label}")
                self.define(row[column], what, units[label], Item(call, label, place), published=published)
        self._place(Block(title, rows, [(label, "") for label in labels[: len(keys[0])]], keys, spill=call))

    def block(self, block: Block) -> None:
        """A table of lines that are defined already."""
        self._place(block)

    def _place(self, section: Listing | Block) -> None:
        self._model.sheets[self._name].append(section)


class Columns:
    """The columns of a table, each a formula of the row's name; built row by row."""

    def __init__(self, sheet: Sheet, title: str, rows: dict[str, str]) -> None:
        self._sheet = sheet
        self._title = title
        self._rows = rows
        self._columns: list[tuple[str, str, str, Callable[[str], Any]]] = []

    def link(self, label: str, unit: str, key: Callable[[str], Any]) -> None:
        """A column that shows quantities from elsewhere."""
        self._columns.append(("", label, unit, key))

    def column(self, key: str, label: str, unit: str, build: Callable[[str], Any]) -> None:
        """A column of lines of the contract; `key` has ``{}`` for the row's name."""
        self._columns.append((key, label, unit, build))

    def block(self) -> Block:
        """The table, its lines defined."""
        keys = [[self._define(row, *column) for column in self._columns] for row in self._rows]
        heads = [(label, unit) for _, label, unit, _ in self._columns]
        return Block(self._title, list(self._rows.values()), heads, keys)

    def _define(self, row: str, key: str, label: str, unit: str, build: Callable[[str], Any]) -> str:
        name = key.format(row) if key else cell_key(self._title, row, label)
        self._sheet.define(name, f"{label}, {self._rows[row]}", unit, build(row), published=bool(key))
        return name


def cell_key(title: str, row: str, label: str) -> str:
    """The key of a table's cell that is no line of the contract."""
    return f"{title} {row} {label}"


def ranged(sheet: Sheet, title: str, rows: Any, label: str) -> Series:
    """A column of a table, or the part of it in these rows, as a range."""
    return Series(tuple(sheet[cell_key(title, row, label)] for row in rows))
