"""A call without a native formula: the workbook carries its value, and says so."""

from __future__ import annotations

import io

import openpyxl
import pytest

from wattstack.model import build
from wattstack.registry import registry
from wattstack.workbook import workbook


def test_a_call_without_a_native_formula_keeps_its_value_with_a_note() -> None:
    model = build()
    sheet = model.sheet("Extra")
    sheet.listing("With the t copula")
    tranche_loss = registry()["TRANCHE_LOSS"]
    span = sheet["senior_attach"], sheet["super_senior_attach"]
    call = tranche_loss(*span, sheet.pd, sheet.lgd, sheet.rho, None, "t", 4)
    key = sheet.line("t_loss", "Expected loss, senior, t copula", "share of tranche", call)
    sheet.line("t_twice", "Twice that", "share of tranche", 2 * key)
    book = openpyxl.load_workbook(io.BytesIO(workbook(model=model)), data_only=True)
    row = next(row for row in book["Extra"].iter_rows() if row[0].value == "Expected loss, senior, t copula")
    expected = tranche_loss(0.15, 0.3, 0.067, 0.4, 0.15, copula="t", dof=4)
    assert row[2].value == pytest.approx(expected, rel=1e-14)  # as evaluated with the model's inputs
    assert "not recalculated" in str(row[13].value)
    assert "t" in str(row[13].value)
    after = next(row for row in book["Extra"].iter_rows() if row[0].value == "Twice that")
    assert after[2].value == pytest.approx(2 * expected, rel=1e-9)
    live = openpyxl.load_workbook(io.BytesIO(workbook(dialect="udf", model=model)))
    assert str(live["Extra"][row[2].coordinate].value).startswith("=TRANCHE_LOSS(")
