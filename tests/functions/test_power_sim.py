"""POWER_SIM: the same bytes for the same seed, and moments that agree with closed forms."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import wattstack

LOW, MODE, HIGH, PROBABILITY = [6.0, 10, 8], [8.0, 15, 8], [15.0, 17.5, 8], [0.9, 0.4, 0.6]
PATHS = (47, LOW, MODE, HIGH, PROBABILITY)

# worked out once; whatever changes a digit changes what users have stored
EXACT = {
    ("mean", 10_000, 1): "27.831722312048456",
    ("sd", 10_000, 1): "8.76156820966338",
    ("min", 10_000, 1): "8.029898746273446",
    ("p1", 10_000, 1): "10.833512044779189",
    ("p50", 10_000, 1): "28.854323689944216",
    ("mean", 1000, 42): "27.814213036229717",
    ("sd", 1000, 42): "8.808289111910334",
    ("p99", 7, 2**53): "39.50408886298088",
    ("mean", 7, 2**53): "27.620316731618818",
}


@pytest.mark.parametrize(("stat", "n", "seed"), EXACT)
def test_the_same_seed_gives_the_same_number_to_the_last_bit(stat: str, n: int, seed: int) -> None:
    assert repr(wattstack.power_sim(*PATHS, stat, n, seed)) == EXACT[stat, n, seed]


def drawn(n: int, seed: int) -> Any:
    """The gaps as the contract defines them, with numpy's own uniform numbers and scipy's own triangular."""
    uniform = np.random.Generator(np.random.PCG64(seed)).random((n, 3, 2))
    supply = np.zeros(n)
    for path in range(3):
        low, width = LOW[path], HIGH[path] - LOW[path]
        inverse = stats.triang((MODE[path] - low) / width, low, width).ppf if width else lambda u: np.full(len(u), 8.0)
        supply += (uniform[:, path, 0] < PROBABILITY[path]) * inverse(uniform[:, path, 1])
    return 47 - supply


@pytest.mark.parametrize(("n", "seed"), [(1, 1), (2, 9), (500, 7), (70_001, 3)])
def test_each_statistic_is_that_of_the_draws_of_the_contract(n: int, seed: int) -> None:
    gaps = drawn(n, seed)
    expected = {
        "mean": gaps.mean(), "sd": gaps.std(ddof=1) if n > 1 else 0, "min": gaps.min(), "max": gaps.max(),
        "p1": np.percentile(gaps, 1), "p37": np.percentile(gaps, 37), "p99": np.percentile(gaps, 99),
        "prob_gap": (gaps > 0).mean(),
    }  # fmt: skip
    for stat, value in expected.items():
        # the inverse is written in another way: it rounds otherwise
        assert wattstack.power_sim(*PATHS, stat, n, seed) == pytest.approx(value, rel=1e-12), stat


def moments() -> tuple[float, float]:
    """Mean and variance of the gap."""
    low, mode, high, chance = map(np.array, (LOW, MODE, HIGH, PROBABILITY))
    first = (low + mode + high) / 3
    second = (low**2 + mode**2 + high**2 + low * mode + low * high + mode * high) / 6
    return 47 - (chance * first).sum(), (chance * second - (chance * first) ** 2).sum()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_mean_and_sd_lie_within_four_standard_errors_of_the_closed_form(seed: int) -> None:
    n = 100_000
    mean, variance = moments()
    assert abs(wattstack.power_sim(*PATHS, "mean", n, seed) - mean) < 4 * math.sqrt(variance / n)
    # the standard error of a variance, from the fourth moment of the draws themselves
    fourth = ((drawn(n, seed) - mean) ** 4).mean()
    error = math.sqrt((fourth - variance**2) / n)
    assert abs(wattstack.power_sim(*PATHS, "sd", n, seed) ** 2 - variance) < 4 * error


@pytest.mark.parametrize("percent", [1, 25, 50, 90, 99])
def test_percentiles_lie_within_four_standard_errors_of_the_distribution_of_one_path(percent: int) -> None:
    n, path = 50_000, stats.triang(0.4, 5, 10)
    gap = wattstack.power_sim(20, [5], [9], [15], [1], f"p{percent}", n, 4)
    share = 1 - percent / 100
    supply = path.ppf(share)
    error = math.sqrt(share * (1 - share) / n) / path.pdf(supply)
    assert abs((20 - gap) - supply) < 4 * error


def test_the_chance_of_a_gap_lies_within_four_standard_errors_of_the_closed_form() -> None:
    n = 50_000
    chance = 0.3 + 0.7 * stats.triang(0.4, 5, 10).cdf(11)
    found = wattstack.power_sim(11, [5], [9], [15], [0.7], "prob_gap", n, 6)
    assert abs(found - chance) < 4 * math.sqrt(chance * (1 - chance) / n)


@given(
    st.lists(st.tuples(*[st.floats(0, 50)] * 3, st.floats(0, 1)), min_size=1, max_size=4),
    st.floats(0, 100),
    st.integers(0, 2**40),
)
@settings(max_examples=40, deadline=None)
def test_the_statistics_are_in_order_and_no_gap_leaves_what_is_possible(paths: Any, demand: float, seed: int) -> None:
    limits = [sorted(path[:3]) for path in paths]
    given = demand, *map(list, zip(*limits, strict=True)), [path[3] for path in paths]
    least, p5, p50, p95, most = (wattstack.power_sim(*given, s, 50, seed) for s in ("min", "p5", "p50", "p95", "max"))
    assert least <= p5 <= p50 <= p95 <= most <= demand
    assert least >= demand - sum(high for *_, high in limits) - 1e-9  # rounding of sums up to 300
    assert 0 <= wattstack.power_sim(*given, "prob_gap", 50, seed) <= 1


def test_a_column_of_demands_meets_the_same_draws() -> None:
    found = wattstack.power_sim([47, 48], *PATHS[1:])
    assert found[1] - found[0] == pytest.approx(1, abs=1e-12)  # means of 10,000 near 28
    both = wattstack.power_sim(*PATHS, ["mean", "SD"])
    assert both.tolist() == [wattstack.power_sim(*PATHS), wattstack.power_sim(*PATHS, "sd")]


def test_a_path_between_equal_limits_gives_just_that() -> None:
    assert wattstack.power_sim(10, [0.1], [0.1], [0.1], [1], "max") == 10 - 0.1
