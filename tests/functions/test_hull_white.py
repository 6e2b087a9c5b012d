"""TRANCHE_SPREAD against Hull and White (2004): each row of docs/hull_white.md computed from first principles."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.special import ndtr, ndtri
from scipy.stats import binom, norm

import wattstack

PAGE = Path(__file__).parents[2] / "docs" / "hull_white.md"
LIMITS = np.array([0.0, 0.03, 0.06, 0.1, 1.0])
NAMES, LGD = 100, 0.6
OURS = "TRANCHE_SPREAD: quarters, losses in the middle, half the premium accrued"

# what differs from the conventions of TRANCHE_SPREAD; at: how long before a period's end a loss is paid, in periods
CONVENTIONS: dict[str, dict[str, Any]] = {
    OURS: {},
    "infinitely many names": {"granular": True},
    "accrued premium paid when the loss is": {"accrued_at": 0.5},
    "losses paid at the quarter's end": {"at": 0.0},
    "no accrued premium": {"accrued": 0.0},
    "half-yearly periods": {"periods": 2},
    "monthly periods": {"periods": 12},
    "rate of 5 % compounded annually": {"rate": np.log(1.05)},
    "factor cut off at 3 standard deviations": {"edge": 3.0},
    "intensity ln 1.01: defaults of 1 % a year": {"hazard": np.log(1.01)},
    "the same, a sixth of a year with a quarter of the premium accrued": {
        "hazard": np.log(1.01),
        "periods": 6,
        "accrued": 0.25,
    },
}


def losses(pd: np.ndarray, rho: float, granular: bool, edge: float) -> np.ndarray:
    """Expected losses of the tranches, pd by tranche: the binomial summed over an equidistant factor."""
    count = 10_000 if granular else 400  # the granular loss has kinks in the factor
    factor = edge * (np.arange(1.0 - count, count, 2.0) / count)
    weight = norm.pdf(factor) / norm.pdf(factor).sum()
    rate = ndtr((ndtri(pd)[:, None] - np.sqrt(rho) * factor) / np.sqrt(1.0 - rho))
    low, width = LIMITS[:-1], np.diff(LIMITS)
    if granular:
        return np.einsum("tmj,m->tj", np.clip(LGD * rate[..., None] - low, 0.0, width) / width, weight)
    defaults = np.arange(NAMES + 1)
    payoff = np.clip(LGD * defaults[:, None] / NAMES - low, 0.0, width) / width
    return np.array([weight @ binom.pmf(defaults, NAMES, row[:, None]) @ payoff for row in rate])


def spreads(
    rho: float, *, hazard: float = 0.01, rate: float = 0.05, periods: int = 4, at: float = 0.5, accrued: float = 0.5,
    accrued_at: float = 0.0, granular: bool = False, edge: float = 8.0,
) -> np.ndarray:  # fmt: skip
    """Par spreads in basis points of 5 years."""
    end = np.arange(1, 5 * periods + 1) / periods
    loss = losses(-np.expm1(-hazard * end), rho, granular, edge)
    new = np.diff(loss, axis=0, prepend=0.0)

    def discount(before: float) -> np.ndarray:
        return np.exp(-rate * (end - before / periods))

    earned = discount(0.0) @ (1.0 - loss) + accrued * (discount(accrued_at) @ new)
    return 1e4 * periods * (discount(at) @ new) / earned


def told() -> dict[str, np.ndarray]:
    """The rows of the page's table by convention."""
    rows = re.findall(r"^\| (.+?) \|((?: [\d.]+ \|){8})$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {label: np.array([float(cell) for cell in cells.split("|")[:-1]]) for label, cells in rows}


def test_the_page_tells_of_each_convention() -> None:
    assert list(told()) == ["published", *CONVENTIONS]


@pytest.mark.parametrize("label", CONVENTIONS)
def test_the_page_tells_what_a_convention_gives(label: str) -> None:
    found = np.concatenate([spreads(rho, **CONVENTIONS[label]) for rho in (0.1, 0.3)])
    np.testing.assert_allclose(found, told()[label], rtol=0, atol=0.0501)  # told to a tenth of a basis point


def test_the_function_has_the_conventions_that_the_page_says() -> None:
    for rho in (0.1, 0.3):
        ours = wattstack.tranche_spread(LIMITS[:-1], LIMITS[1:], 0.01, LGD, rho, 5, 0.05, NAMES)
        np.testing.assert_allclose(ours, 1e-4 * spreads(rho), rtol=0, atol=1e-13)  # sums of some thousand terms


def test_the_function_is_within_three_per_cent_of_the_published_spreads() -> None:
    distance = np.abs(told()[OURS] - told()["published"])
    assert (distance <= np.maximum(0.03 * told()["published"], 0.5)).all()  # half a basis point is rounding


def test_an_intensity_of_one_per_cent_a_year_explains_the_upper_tranches_and_accrual_the_lowest() -> None:
    published, yearly, last = (told()[label] for label in ("published", *list(CONVENTIONS)[-2:]))
    upper = np.array([1, 2, 3, 5, 6, 7])
    assert (np.abs(yearly - published)[upper] <= 1.0).all()
    assert (np.abs(last - published) <= 1.2).all()
