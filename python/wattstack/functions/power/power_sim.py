"""POWER_SIM."""

import math
from typing import Annotated, Any

import numpy as np

from ...arguments import Scalar, Series, Truth, Word
from ...spec import Along, OneOf, function

STATS = ("mean", "sd", "min", "max", *(f"p{percent}" for percent in range(1, 100)), "prob_gap")
_DRAWS = 1 << 16  # rows of random numbers held at a time


@function(
    area="power",
    returns="GW",
    claims=("K09", "K10", "K12", "K29"),
    elementwise=True,
    native_limit="a simulation with its own random numbers",
)
def power_sim(
    demand_gw: Annotated[Scalar, "GW", "Power that the load needs"],
    low: Annotated[Series, Along("path"), "GW", "Least that each supply path gives if it delivers"],
    mode: Annotated[Series, Along("path"), "GW", "Most likely"],
    high: Annotated[Series, Along("path"), "GW", "Most"],
    probability: Annotated[Series, Along("path"), "share", "0 to 1", "Chance that the path delivers at all"],
    stat: Annotated[Word, OneOf(*STATS), "Mean, sd, min, max, p1 to p99 (percentile) or prob_gap"] = "mean",
    n: Annotated[Scalar, "number", "whole, 1 to 10000000", "Draws"] = 10_000,
    seed: Annotated[Scalar, "number", "whole, 0 or more", "Start of the random numbers: the same gives the same"] = 1,
) -> float:
    """Distribution of the power gap when each supply path may fail and delivers an uncertain amount.

    gap = demand_gw − Σ B·T, B one with the path's probability and else 0, T triangular(low, mode, high), all
    independent. A percentile is one of the gap, interpolated between draws; sd has the divisor n − 1; prob_gap is
    the share of draws with a gap above 0.

    The random numbers are those of the generator PCG64, an integer of 53 bits each, and only operations that every
    processor rounds alike follow: the same seed gives the same number to the last bit on every machine.

    References
    ----------
    O'Neill, M. E. (2014). PCG: A family of simple fast space-efficient statistically good algorithms for random number
    generation. Harvey Mudd College, HMC-CS-2014-0905.
    """
    gaps = demand_gw - _supply((low, mode, high), probability, int(n), int(seed))
    try:
        return _statistic(gaps, stat)
    except (OverflowError, ValueError):  # sums beyond the floats
        return math.nan


@power_sim.rule("#NUM!", "low {low}, mode {mode} and high {high} must not descend")
def _(low: Series, mode: Series, high: Series) -> Truth:
    return ((low <= mode) & (mode <= high)).all(axis=-1)


def _supply(limits: tuple[Any, Any, Any], probability: Any, n: int, seed: int) -> Any:
    """What all paths give together, draw by draw."""
    bits = np.random.PCG64(seed)
    total = np.zeros(n)
    for start in range(0, n, _DRAWS):
        rows = min(_DRAWS, n - start)
        uniform = (bits.random_raw(rows * len(probability) * 2) >> np.uint64(11)) * 2.0**-53
        uniform = uniform.reshape(rows, len(probability), 2)
        for path, bounds in enumerate(zip(*limits, strict=True)):  # left to right, so that rounding is always the same
            delivers = uniform[:, path, 0] < probability[path]
            total[start : start + rows] += np.where(delivers, _triangular(uniform[:, path, 1], *bounds), 0.0)
    return total


def _triangular(uniform: Any, low: float, mode: float, high: float) -> Any:
    """The inverse of the triangular distribution function."""
    width = high - low
    if width == 0:
        return low
    rising, falling = (mode - low) / width, (high - mode) / width
    return np.where(
        uniform < rising,
        low + width * np.sqrt(uniform * rising),
        high - width * np.sqrt((1.0 - uniform) * falling),
    )


def _statistic(gaps: Any, stat: str) -> float:
    n = len(gaps)
    if stat == "prob_gap":
        return int((gaps > 0).sum()) / n
    if stat in ("min", "max"):
        return float(getattr(gaps, stat)())
    if stat.startswith("p"):
        below, part = divmod((n - 1) * int(stat[1:]), 100)
        gaps = np.sort(gaps)
        return float(gaps[below] + part / 100 * (gaps[min(below + 1, n - 1)] - gaps[below]))
    mean = math.fsum(gaps) / n
    if stat == "mean":
        return mean
    return math.sqrt(math.fsum((gaps - mean) ** 2) / (n - 1)) if n > 1 else 0.0


# nothing left to chance: all paths deliver what they are said to, or nothing
power_sim.gives(32, 47, [10, 5], [10, 5], [10, 5], [1, 1])
power_sim.gives(37, 47, [10, 5], [10, 5], [10, 5], [1, 0], "p5", 100, 3)
power_sim.gives(0, 47, [10], [10], [10], [1], "sd", 100)
power_sim.gives(0, 47, [5], [10], [20], [1], "sd", 1)
power_sim.gives(1, 47, [5], [10], [20], [0.5], " Prob_Gap ")
power_sim.gives(0, 10, [10], [10], [10], [1], "prob_gap")  # a gap of 0 is none
# four standard errors of 10,000 draws: the mean is 47 − 0.9·(8 + 15 + 17.5)/3
power_sim.gives(34.85, 47, [8], [15], [17.5], [0.9], tolerance=0.005)
power_sim.fails("#NUM!", 47, [15], [8], [17.5], [0.9])
power_sim.fails("#NUM!", 47, [8], [15], [14], [0.9])
power_sim.fails("#NUM!", 47, [8], [15], [17.5], [1.9])
power_sim.fails("#NUM!", 47, [8], [15], [17.5], [0.9], "mean", 0)
power_sim.fails("#NUM!", 47, [8], [15], [17.5], [0.9], "mean", 10.5)
power_sim.fails("#NUM!", 47, [8], [15], [17.5], [0.9], "mean", 10_000_001)
power_sim.fails("#NUM!", 47, [8], [15], [17.5], [0.9], "mean", 10, -1)
power_sim.fails("#VALUE!", 47, [8], [15], [17.5], [0.9], "p0")
power_sim.fails("#VALUE!", 47, [8], [15], [17.5], [0.9], "p100")
power_sim.fails("#VALUE!", 47, [8, 5], [15, 5], [17.5, 5], [0.9])
power_sim.fails("#NUM!", 1e308, [1], [1], [1], [1])
power_sim.fails("#N/A", 47, [None], [15], [17.5], [0.9])
