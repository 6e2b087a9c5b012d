"""The native IRR finds hopeless and splendid rates too, where spreadsheets' own IRR gives up or stops early."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest

from tests.parity.test_twins import agree
from tests.support.office import Office
from tests.support.twins import Call, cases_model, cases_workbook
from wattstack.registry import registry
from wattstack.workbook.values import recalculated

YIELDS = (1e-5, 1e-3, 0.03, 0.3, 20.0, 1e4)  # noi of the first year over capex: rates from -99.999 % to 1,000,000 %
LEASES = ((1, 1, 0.0), (1, 40, 0.25), (5, 20, 0.0), (40, 40, 0.9))  # tenor, life, and prepayment over capex


@pytest.fixture(scope="module")
def book() -> tuple[Any, bytes, Any]:
    """The calls in one workbook."""
    calls = [
        Call(registry()["PROJECT_IRR"], (12.0, 12.0 * yielded, tenor, life, 0.5, 0.25, 0.1, 12.0 * prepaid, tenor))
        for yielded, (tenor, life, prepaid) in itertools.product(YIELDS, LEASES)
    ]
    model, lines = cases_model(calls)
    return lines, *cases_workbook(model)


def wrong(book: tuple[Any, bytes, Any], values: dict[tuple[str, str], Any]) -> list[str]:
    lines, _, layout = book
    found = []
    for key, (call, _, _) in lines.items():
        place = layout.place(key)
        try:
            value = call.function(*call.args)
        except ValueError as error:
            value = error.code  # type: ignore[attr-defined]
        cell = values.get((place.sheet, place.cell))
        if not agree(cell, value):
            found.append(f"{call}: {cell!r} in the sheet, {value!r} from the function")
    return found


def test_native_irr_gives_far_rates_in_the_embedded_engine(book: Any) -> None:
    assert wrong(book, recalculated(book[1])) == []


def test_native_irr_gives_far_rates_in_libreoffice(book: Any, office: Office, tmp_path: Path) -> None:
    file = tmp_path / "rates.xlsx"
    file.write_bytes(book[1])
    (values,) = office.recalculated([file])
    assert wrong(book, values) == []
