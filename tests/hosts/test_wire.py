"""Cells survive the way to another process and back."""

from __future__ import annotations

import json

import pytest

from wattstack.errors import FunctionError
from wattstack.hosts.sheet import MISSING
from wattstack.hosts.wire import decoded, encoded


def test_what_a_sheet_holds_comes_back_as_it_went() -> None:
    block = [[0.1, 5e-324, "a"], [True, None, "#N/A"]]
    assert decoded(json.loads(json.dumps(encoded(block)))) == block
    assert decoded(json.loads(json.dumps(encoded(MISSING)))) is MISSING


def test_error_keeps_its_code_and_its_sentence() -> None:
    error = decoded(json.loads(json.dumps(encoded([[FunctionError("#NUM!", "ratio (0.9) must be 1 or more")]]))))[0][0]
    assert (error.code, str(error)) == ("#NUM!", "ratio (0.9) must be 1 or more")


@pytest.mark.parametrize("cell", [{}, {"error": "#OOPS!"}, {"value": 1}])
def test_what_is_no_cell_is_refused(cell: object) -> None:
    with pytest.raises(ValueError, match="must be"):
        decoded(cell)
