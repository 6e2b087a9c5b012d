"""A workbook in the making: what the writers of its sheets share."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from openpyxl import Workbook
from openpyxl.workbook.defined_name import DefinedName

from ..arguments import Column
from ..errors import Code
from ..model.evaluate import Evaluation
from ..model.lines import Model
from ..model.scenarios import Scenarios
from ..registry import registry
from .dialects import Dialect
from .layout import Layout, Place

Values = dict[tuple[str, str], Any]


@dataclass
class Book:
    """The open workbook, and what goes into it.

    Parameters
    ----------
    model : Model
        What is shown.
    scenarios : Scenarios
        The columns side by side.
    selected : str
        The live scenario.
    dialect : Dialect
        How formulas are written.
    layout : Layout
        Where they stand.
    known : dict
        Values by sheet and cell, for the cells that a spill fills.
    """

    model: Model
    scenarios: Scenarios
    selected: str
    dialect: Dialect
    layout: Layout
    known: Values
    stored: Values = field(default_factory=dict)  # what has no native formula

    def __post_init__(self) -> None:
        self.workbook = Workbook()
        self.workbook.remove(self.workbook.active)  # type: ignore[arg-type]

    @cached_property
    def evaluation(self) -> Evaluation:
        """The model over the scenarios: what is stored side by side."""
        return self.scenarios.evaluation(self.model)

    def store(self, key: str, at: Place) -> Any:
        """The value of a line in the live scenario, remembered as one without a formula."""
        value = shown(self.evaluation[key], self.scenarios.names.index(self.selected))
        self.stored[at.sheet, at.cell] = value
        return value

    @property
    def as_of(self) -> str:
        """The date of the assumptions: what is stored is as of then, whenever the file is written."""
        return max(assumption.as_of for assumption in self.model.inputs.values())

    def sheet(self, name: str) -> Any:
        """A new sheet at the end."""
        return self.workbook.create_sheet(name)

    def name(self, name: str, reference: str) -> None:
        """Define a name in the workbook."""
        self.workbook.defined_names[name] = DefinedName(name, attr_text=reference)

    def name_cell(self, name: str, place: Place) -> None:
        """Define a name for a cell."""
        self.name(name, place.absolute)

    def name_column(self, name: str, top: Place, rows: int) -> None:
        """Define a name for the cells from `top` down."""
        bottom = Place(top.sheet, top.row + rows - 1, top.column)
        self.name(name, f"{top.absolute}:{bottom.fixed}")

    def name_line(self, key: str) -> None:
        """Define a line's key as its cell's name; beside our functions a name that equals one would hide it."""
        if not (self.dialect.name == "udf" and key.upper() in registry()):
            self.name_cell(key, self.layout.place(key))


def shown(column: Column, scenario: int) -> Any:
    """A line's value in one scenario as a cell holds it: a number, or the error's code."""
    if column.codes is not None and (code := column.codes.flat[scenario if column.codes.size > 1 else 0]):
        return Code(int(code)).text
    return column.values.reshape(-1).tolist()[scenario if column.values.size > 1 else 0]
