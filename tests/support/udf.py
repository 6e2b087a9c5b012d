"""The template's formulas worked out cell by cell: our functions through the adapter of the hosts, the rest as plain
arithmetic by the embedded engine."""

from __future__ import annotations

import re
from typing import Any

import formulon
import openpyxl
from openpyxl.utils.cell import get_column_letter, range_boundaries

from wattstack.errors import FunctionError
from wattstack.hosts.sheet import answer
from wattstack.registry import registry

NAMES = "|".join(function.excel_name for function in registry())
CALL = re.compile(rf"\b({NAMES})\(([^()]*)\)")
REFERENCE = re.compile(r"(?:(\w+)!)?(\$?[A-Z]{1,3}\$?\d+)(?::(\$?[A-Z]{1,3}\$?\d+))?")
Values = dict[tuple[str, str], Any]


def worked_out(template: Any, values: Values) -> Values:
    """The cells of all formulas that call our functions, from the stored values of the cells that they refer to."""
    found: Values = {}
    for sheet in openpyxl.load_workbook(template).worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                text = str(getattr(cell.value, "text", cell.value))
                if cell.data_type == "f" and CALL.search(text):
                    reference = getattr(cell.value, "ref", cell.coordinate)
                    found.update(_cells(text, reference, sheet.title, values))
    return found


def _cells(text: str, reference: str, sheet: str, values: Values) -> Values:
    left, top, _, _ = range_boundaries(reference)
    whole = CALL.fullmatch(text.removeprefix("="))
    if whole:
        block = _answer(whole, sheet, values)
    else:
        block = [
            [_arithmetic(CALL.sub(lambda call: _literal(_answer(call, sheet, values)[0][0]), text), sheet, values)]
        ]
    return {
        (sheet, get_column_letter(left + j) + str(top + i)): value.code if isinstance(value, FunctionError) else value
        for i, row in enumerate(block)
        for j, value in enumerate(row)
    }


def _answer(call: re.Match[str], sheet: str, values: Values) -> list[list[Any]]:
    given = [_argument(text, sheet, values) for text in call[2].split(",")]
    return answer(registry()[call[1]], given)


def _argument(text: str, sheet: str, values: Values) -> Any:
    if text.startswith('"'):
        return text.strip('"')
    reference = REFERENCE.fullmatch(text)
    return _block(reference, sheet, values) if reference else _arithmetic("=" + text, sheet, values)


def _block(reference: re.Match[str], sheet: str, values: Values) -> list[list[Any]]:
    name, first, last = reference.groups()
    left, top, right, bottom = range_boundaries(f"{first}:{last or first}".replace("$", ""))
    letters = [get_column_letter(column) for column in range(left, right + 1)]
    return [
        [_value(values.get((name or sheet, f"{letter}{row}"))) for letter in letters] for row in range(top, bottom + 1)
    ]


def _value(cell: Any) -> Any:
    return FunctionError(cell) if isinstance(cell, str) and cell.startswith("#") else cell


def _literal(value: Any) -> str:
    return value.code if isinstance(value, FunctionError) else f'"{value}"' if isinstance(value, str) else repr(value)


def _arithmetic(text: str, sheet: str, values: Values) -> Any:
    plain = REFERENCE.sub(lambda found: _literal(_block(found, sheet, values)[0][0]), text)
    return formulon.eval_formula(plain).to_python()
