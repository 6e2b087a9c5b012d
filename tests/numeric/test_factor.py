"""Means over the factor against closed forms: of default rates, which step as narrowly as rho is near 1."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtr, ndtri

from wattstack.numeric import factor

PD = np.array([1e-6, 0.01, 0.3, 0.5, 0.9])
PROMISED = 1e-12  # of the equidistant nodes; panels are good to 1e-11 each


def rates(rho: float, seen: list[int]) -> object:
    def function(nodes: np.ndarray) -> np.ndarray:
        seen.append(len(nodes))
        return np.asarray(ndtr((ndtri(PD)[:, None] - np.sqrt(rho) * nodes) / np.sqrt(1.0 - rho)))

    return function


@pytest.mark.parametrize("rho", [1e-12, 0.1, 0.5, 0.8, 0.95, 0.999, 0.9999, 1.0 - 1e-9])
def test_the_mean_of_a_default_rate_is_the_default_probability(rho: float) -> None:
    seen: list[int] = []
    centre, width = ndtri(PD) / np.sqrt(rho), np.full(len(PD), np.sqrt((1.0 - rho) / rho))
    found = factor.mean(rates(rho, seen), centre, width)  # type: ignore[arg-type]
    assert found[0] == pytest.approx(PD[0], abs=PROMISED)  # the row that decides
    np.testing.assert_allclose(found, PD, rtol=0, atol=PROMISED if rho < 0.999 else 1e-10)
    assert sum(seen) < 2500  # however narrow


def test_a_jump_is_integrated_on_both_sides() -> None:
    at = np.array([-1.0, 0.2, 0.3])
    found = factor.mean(lambda nodes: (nodes < at[:, None]) * 1.0, at, np.zeros(3))
    np.testing.assert_allclose(found, ndtr(at), rtol=0, atol=1e-13)  # what lies beyond the edge


def test_a_constant_is_its_own_mean() -> None:
    found = factor.mean(lambda nodes: np.full((1, len(nodes)), 0.3), np.array([np.inf]), np.array([np.inf]))
    assert found[0] == pytest.approx(0.3, abs=1e-13)


def test_what_is_not_as_smooth_as_said_is_integrated_in_panels() -> None:
    """A kink: the sums over equidistant nodes do not settle."""
    found = factor.mean(lambda nodes: np.maximum(0.1 - nodes, 0.0)[None], np.array([0.1]), np.array([1.0]))
    exact = 0.1 * ndtr(0.1) + np.exp(-0.005) / np.sqrt(2.0 * np.pi)
    assert found[0] == pytest.approx(exact, abs=1e-11)
