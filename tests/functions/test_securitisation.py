"""Functions of securitised debt: their worked cases, and what ties them to one another."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import wattstack as w
from wattstack.errors import FunctionError
from wattstack.registry import registry
from wattstack.spec import Case, Function

FUNCTIONS = [function for function in registry() if function.area == "securitisation"]
CASES = [(function, case) for function in FUNCTIONS for case in function.cases]
NORMAL, CRISIS = (0.067, 0.4, 0.15), (0.2, 0.6, 0.6)
LIMITS = np.array([0.0, 0.05, 0.15, 0.3, 1.0])


@pytest.mark.parametrize(("function", "case"), CASES, ids=lambda part: getattr(part, "name", None))
def test_worked_cases_give_their_values_and_codes(function: Function[Any], case: Case) -> None:
    if case.code:
        with pytest.raises(FunctionError) as caught:
            function(*case.args, **case.options)
        assert caught.value.code == case.code
    elif isinstance(case.value, dict):
        found = function(*case.args, **case.options)
        assert list(found.columns) == list(case.value)
        for label, column in case.value.items():
            assert found[label].tolist() == pytest.approx(column, abs=case.tolerance)
    else:
        np.testing.assert_allclose(function(*case.args, **case.options), case.value, rtol=0, atol=case.tolerance)


@pytest.mark.parametrize("n", [None, 1, 10, 50, 200])
def test_the_tranches_of_a_stack_lose_what_the_pool_loses(n: int | None) -> None:
    loss = w.tranche_loss(LIMITS[:-1], LIMITS[1:], *NORMAL, n)
    assert loss @ np.diff(LIMITS) == pytest.approx(0.067 * 0.4, abs=1e-12)  # the accuracy promised


@pytest.mark.parametrize("n", [None, 10])
def test_crisis_loss_mixes_two_tranche_losses(n: int | None) -> None:
    normal, crisis = w.tranche_loss(0.05, 0.15, *NORMAL, n), w.tranche_loss(0.05, 0.15, *CRISIS, n)
    mixed = w.crisis_loss(0.05, 0.15, *NORMAL, 0.1, *CRISIS, n)
    assert mixed == pytest.approx(0.9 * normal + 0.1 * crisis, rel=1e-15)  # two products and a sum


def test_few_obligors_widen_the_tail_and_many_are_a_granular_pool() -> None:
    granular = w.tranche_loss(0.15, 0.3, *NORMAL)
    few = w.tranche_loss(0.15, 0.3, *NORMAL, np.array([5, 10, 50, 1000, 1e7]))
    assert (np.diff(few) < 0).all()
    assert few[-1] == pytest.approx(granular, rel=1e-5)  # the error falls as 1/n from 20 at n = 10


def test_a_chance_lies_between_the_losses_of_the_tranches_beside_the_attachment() -> None:
    for n in (None, 10):
        chance = w.tranche_pd(0.15, 0.3, *NORMAL, n)
        assert w.tranche_loss(0.15, 0.3, *NORMAL, n) < chance < w.tranche_loss(0.05, 0.15, *NORMAL, n)
