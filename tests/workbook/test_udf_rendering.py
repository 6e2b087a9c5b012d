"""The rendering with our functions gives the model's numbers when a host works its formulas out."""

from __future__ import annotations

import io
from typing import Any

import pytest

from tests.support.office import cells
from tests.support.udf import worked_out
from wattstack.model.scenarios import packaged
from wattstack.workbook import workbook


@pytest.mark.parametrize("name", packaged().names)
def test_functions_in_the_template_give_the_stored_values(name: str) -> None:
    """Each formula from the stored cells that it refers to: 1e-9 relative or 1e-12 absolute, the contract's bound."""
    data = workbook(name, "udf")
    values = cells(io.BytesIO(data))  # type: ignore[arg-type]
    found = worked_out(io.BytesIO(data), values)
    assert len(found) > 150  # the month tables alone have 88 cells
    assert [(at, value, values.get(at)) for at, value in found.items() if not _same(values.get(at), value)] == []


def _same(cell: Any, value: Any) -> bool:
    if isinstance(value, str) or isinstance(cell, str) or cell is None:
        return bool(cell == value)
    return abs(cell - value) <= max(1e-9 * abs(value), 1e-12)
