"""Par spreads of tranches whose losses are paid as they come.

Defaults arrive at a constant hazard rate, so that the default probability to time t is 1 - exp(-hazard * t); at each
quarter's end the tranche's expected loss is that of the one-period model with this probability.
"""

from __future__ import annotations

import numpy as np

from .copula import Array, Values
from .tranches import tranche_loss

__all__ = ["par_spread"]

PERIODS = 4  # a year
_BLOCK_ITEMS = 1 << 16  # rows times quarters worked on at a time


def par_spread(
    attach: Values,
    detach: Values,
    hazard: Values,
    lgd: Values,
    rho: Values,
    years: Values,
    rate: Values,
    n: Values | None = None,
) -> Array:
    """Premium a year that pays for a tranche's losses.

    Losses are paid in the middle of a quarter, the premium at its end on the notional outstanding on average, which
    falls by losses only; discounted at exp(-rate * t).

    Parameters
    ----------
    attach, detach, hazard, lgd, rho, rate : array_like of float
        The tranche, its pool, and the interest rate.
    years : array_like of float
        Life of the tranche, a whole number of quarters.
    n : array_like of float, optional
        Number of equal obligors; without it the pool is granular.
    """
    given = [attach, detach, hazard, lgd, rho, years, rate, *([] if n is None else [n])]
    columns = np.broadcast_arrays(*(np.asarray(x, np.float64) for x in given))
    rows = np.array([column.ravel() for column in columns])
    result = np.empty(rows.shape[1])
    longest = int(np.max(years, initial=0.0) * PERIODS)
    step = max(_BLOCK_ITEMS // max(longest, 1), 1)
    for first in range(0, rows.shape[1], step):
        block = slice(first, first + step)
        result[block] = _spread_rows(*rows[:, block, None])
    return result.reshape(columns[0].shape)


def _spread_rows(
    attach: Array,
    detach: Array,
    hazard: Array,
    lgd: Array,
    rho: Array,
    years: Array,
    rate: Array,
    n: Array | None = None,
) -> Array:
    """The same for a column of rows; the quarters run along the last axis."""
    end = np.arange(1.0, int(years.max() * PERIODS) + 1.0) / PERIODS
    alive = end <= years
    loss = tranche_loss(attach, detach, -np.expm1(-hazard * end), lgd, rho, n)
    before = np.concatenate([np.zeros_like(loss[:, :1]), loss[:, :-1]], axis=1)
    paid = np.exp(-rate * (end - 0.5 / PERIODS)) * (loss - before)
    earned = np.exp(-rate * end) * (1.0 - 0.5 * (loss + before)) / PERIODS
    spread: Array = np.where(alive, paid, 0.0).sum(axis=1) / np.where(alive, earned, 0.0).sum(axis=1)
    return spread
