"""Where everything stands: the cell of each quantity, fixed before a formula is written."""

from __future__ import annotations

from dataclasses import dataclass

from openpyxl.utils import get_column_letter

from ..formula import Expr, Name, Ref, Series
from ..model.lines import Block, Listing, Model

LABEL, UNIT, VALUE, KEY, HOW = 1, 2, 3, 4, 7  # the columns of an area's sheet
FIRST_ROW = 3  # below a sheet's title
INPUT_ROW = 4  # the first assumption
LOW, BASE, HIGH, CHOSEN, LIVE = 3, 4, 5, 6, 7  # the columns of the sheet Assumptions
STEP_ROW = 4  # the first step of the sheet Workings
BLOCK = 13  # the column where the blocks of the sheet Workings start


@dataclass(frozen=True)
class Place:
    """A cell."""

    sheet: str
    row: int
    column: int

    @property
    def cell(self) -> str:
        """Its address on its sheet."""
        return f"{get_column_letter(self.column)}{self.row}"

    @property
    def fixed(self) -> str:
        """Its address on its sheet, however a formula is copied."""
        return f"${get_column_letter(self.column)}${self.row}"

    @property
    def absolute(self) -> str:
        """Its address anywhere in the workbook."""
        return f"{self.sheet}!{self.fixed}"

    def seen_from(self, sheet: str) -> str:
        """Its address in a formula on `sheet`."""
        return self.cell if sheet == self.sheet else self.absolute


@dataclass(frozen=True)
class Placed:
    """A section of an area's sheet and the row of its title."""

    section: Listing | Block
    row: int

    @property
    def head_row(self) -> int:
        """The row of a table's column labels."""
        return self.row + 1

    @property
    def first_row(self) -> int:
        """The row of the first line."""
        if isinstance(self.section, Listing):
            return self.row + 1
        return self.row + (3 if has_units(self.section) else 2)

    @property
    def next_row(self) -> int:
        """The row of the next section's title."""
        rows = self.section.keys
        return self.first_row + len(rows) + 1


def has_units(block: Block) -> bool:
    """Whether a row of units stands below a table's column labels."""
    return any(unit for _, unit in block.heads)


class Layout:
    """The places of a model's quantities in a workbook.

    Parameters
    ----------
    model : Model
        The model; its sheets become sheets, its sections stand one below the other.
    """

    def __init__(self, model: Model) -> None:
        self.sections: dict[str, list[Placed]] = {}
        self.places: dict[str, Place] = {}
        for row, key in enumerate(model.inputs, INPUT_ROW):
            for case, column in (("", LIVE), (".low", LOW), (".base", BASE), (".high", HIGH)):
                self.places[key + case] = Place("Assumptions", row, column)
        for sheet, sections in model.sheets.items():
            self.sections[sheet] = []
            row = FIRST_ROW
            for section in sections:
                placed = Placed(section, row)
                self.sections[sheet].append(placed)
                self._put(sheet, placed)
                row = placed.next_row

    def _put(self, sheet: str, placed: Placed) -> None:
        section = placed.section
        if isinstance(section, Listing):
            for row, key in enumerate(section.keys, placed.first_row):
                self.places[key] = Place(sheet, row, VALUE)
            return
        for column, key in enumerate(section.head_keys, VALUE):
            self.places[key] = Place(sheet, placed.head_row, column)
        for row, keys in enumerate(section.keys, placed.first_row):
            for column, key in enumerate(keys, VALUE):
                self.places[key] = Place(sheet, row, column)

    def place(self, key: str) -> Place:
        """The cell of a quantity."""
        if key.startswith("step "):
            return Place("Workings", STEP_ROW + int(key.removeprefix("step ")) - 1, VALUE)
        if key.startswith("block "):
            line, place = map(int, key.removeprefix("block ").split())
            return Place("Workings", STEP_ROW + line, BLOCK + place)
        return self.places[key]

    def text(self, expr: Expr, sheet: str) -> str:
        """A quantity, a range or a named column as a formula on `sheet` refers to it."""
        if isinstance(expr, Ref):
            return self.place(expr.key).seen_from(sheet)
        if isinstance(expr, Name):
            return expr.name
        assert isinstance(expr, Series), f"{expr} has no place in a sheet"
        rows = [row.items if isinstance(row, Series) else (row,) for row in expr.items]
        places = [[self.place(item.key) for item in row if isinstance(item, Ref)] for row in rows]
        first, last = places[0][0], places[-1][-1]
        downward = [[Place(first.sheet, first.row + i, first.column + j) for j, _ in enumerate(row)]
                    for i, row in enumerate(rows)]  # fmt: skip
        across = [[Place(first.sheet, first.row, first.column + i)] for i, _ in enumerate(rows)]
        if places not in (downward, across):
            raise ValueError(
                f"the cells of a range must be neighbours, got {[p.absolute for row in places for p in row]}"
            )
        if first == last:
            return first.seen_from(sheet)
        end = last.cell if first.sheet == sheet else last.fixed
        return f"{first.seen_from(sheet)}:{end}"
