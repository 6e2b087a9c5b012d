"""Every host gives every function's number or error code, and the table that says so is current."""

from __future__ import annotations

import math

import pytest

from tests import conformance
from tests.support.typed import every_case
from wattstack.registry import registry


@pytest.fixture(scope="module")
def page() -> str:
    """The table made anew: every host asked every case."""
    return conformance.document()


def test_no_host_gives_another_number_or_another_code(page: str) -> None:
    assert [line for line in page.splitlines() if "wrong**" in line] == []


def test_table_of_conformance_is_current(page: str) -> None:
    assert conformance.TARGET.read_text(encoding="utf-8") == page, "run `python -m tests.conformance`"


def test_every_function_is_in_the_table(page: str) -> None:
    assert all(f"| {function.excel_name} | {len(function.cases)} |" in page for function in registry())


def test_answer_that_differs_in_a_number_a_code_or_a_shape_is_told() -> None:
    formulas = [formula for formula in every_case() if formula.function.excel_name == "POWER_GAP"][:1]
    right = conformance.outcomes(formulas, lambda asked: [[[32.0]]])
    assert right == [conformance.Outcome(0.0)]
    for wrong in ([[32.1]], [["#NUM!"]], [[32.0, 32.0]], [["32"]]):
        (outcome,) = conformance.outcomes(formulas, lambda asked, block=wrong: [block])
        assert outcome.difference > conformance.ITERATIVE
    assert conformance.outcomes(formulas, lambda asked: [[["x"]]])[0].difference == math.inf
