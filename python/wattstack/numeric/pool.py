"""Losses of credit tranches on a pool of unequal obligors, one-factor Gaussian copula.

Obligor i defaults with the chance p_i(M) = Phi((c_i - sqrt(rho_i) * M) / sqrt(1 - rho_i)) given the factor M, and
then loses x_i of the pool.  Given M the distribution of the loss is built obligor by obligor on a grid; only the
part of it below the detachment is needed, because

    E[max(L - a, 0)] = E[L] - a + E[max(a - L, 0)].

The factor is integrated adaptively, in panels that begin where an obligor's default rate steps.

While the x_i are multiples of a common unit, at most 20,000 of them in the pool, the grid is exact and the result
good to 1e-10.  Otherwise the unit is a 20,000th of the largest loss and each x_i is split between its two neighbours
on the grid so that its mean is kept.  The error is then at most sqrt(n) * unit / (4 * width) of the tranche: half the
mean absolute rounding error of n independent splits, of a standard deviation of at most half a unit each.

Sources
-------
L. Andersen, J. Sidenius, S. Basu (2003), "All your hedges in one basket", Risk 16(11): the recursion.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri

from .quadrature import gauss_legendre

__all__ = ["UNITS", "tranche_loss"]

Array: TypeAlias = npt.NDArray[np.float64]

UNITS = 20_000  # of loss in the pool, at most

_EDGE = 9.0  # Phi(-9) is 1e-19
_REACH = 8.0  # widths of a step on each side of it
_NARROW = 0.5  # steps narrower than this get panels of their own
_LONGEST = 3.0  # panel to begin with
_ROUNDS = 40  # of halving panels
_ACCURATE = 1e-11  # two halves this close to their panel are far closer to the integral
_BLOCK_ITEMS = 1 << 17  # cells of the grid times nodes worked on at a time
_RULE = gauss_legendre(16)


class _Pool(NamedTuple):
    """Thresholds and loadings of the obligors, their losses, and these on the grid."""

    threshold: Array
    own: Array
    common: Array
    loss: Array
    unit: float
    steps: npt.NDArray[np.int64]
    rest: Array  # of a unit, beyond the steps


def tranche_loss(attach: float, detach: float, pd: Array, lgd: Array, rho: Array, exposure: Array) -> float:
    """Expected loss of a tranche, as a share of the tranche.

    Parameters
    ----------
    attach, detach : float
        Limits of the tranche as shares of the pool, 0 <= attach < detach <= 1.
    pd, lgd, rho, exposure : ndarray
        Of each obligor; they broadcast against one another. Exposures are scaled to sum to 1.
    """
    pd, lgd, rho, exposure = np.broadcast_arrays(pd, lgd, rho, exposure)
    losses = lgd * (exposure / exposure.sum())
    lossy = (losses > 0.0) & (pd > 0.0)
    total = losses[lossy].sum()
    if total <= attach:
        return 0.0
    if attach == 0.0 and total <= detach:  # the tranche takes every loss
        return float((pd * losses)[lossy].sum() / detach)
    pool = _pool(pd[lossy], rho[lossy], losses[lossy])
    share = _integral(lambda factor: _conditional(pool, factor, attach, detach), _breaks(pool), detach - attach)
    return min(max(share, 0.0), 1.0)


def _pool(pd: Array, rho: Array, loss: Array) -> _Pool:
    order = np.argsort(loss)
    pd, rho, loss = pd[order], rho[order], loss[order]
    unit = common_unit(loss)
    places = loss / unit
    steps = np.rint(places)
    rest = places - steps
    exact = np.abs(rest) * unit < 1e-12 * loss.sum()
    steps = np.where(exact, steps, np.floor(places))
    rest = np.where(exact, 0.0, places - steps)
    # + 0.0: the root of -0.0 would be -0.0, and a width over it minus infinity
    return _Pool(ndtri(pd), np.sqrt(1.0 - rho), np.sqrt(rho + 0.0), loss, unit, steps.astype(np.int64), rest)


def common_unit(loss: Array) -> float:
    """The largest unit that all losses are multiples of; the finest one allowed if they have none so large."""
    total = float(loss.sum())
    finest = total / UNITS
    unit = 0.0
    for value in np.unique(loss).tolist():
        unit = _common_measure(value, unit, 1e-6 * finest)
        if unit < finest * (1.0 - 1e-9):
            return finest
    counts = np.rint(loss / unit)
    unit = total / float(counts.sum())  # the mean takes out what rounding is left
    return unit if (np.abs(loss - counts * unit) < 1e-12 * total).all() else finest


def _common_measure(first: float, second: float, nothing: float) -> float:
    """Euclid's algorithm; a remainder this close to none, or to the divisor, is none."""
    while second > nothing:
        remainder = first % second
        first, second = second, 0.0 if second - remainder <= nothing else remainder
    return first


def _rates(pool: _Pool, factor: Array) -> Array:
    """Default rates given the factor: a row an obligor."""
    distance = pool.threshold[:, None] - pool.common[:, None] * factor
    own = np.broadcast_to(pool.own[:, None], distance.shape)
    together = np.where(distance > 0.0, np.inf, -np.inf)
    return np.asarray(ndtr(np.divide(distance, own, out=together, where=own > 0.0)))


def _conditional(pool: _Pool, factor: Array, attach: float, detach: float) -> Array:
    """The tranche's expected loss given each factor."""
    top = detach if detach < pool.loss.sum() else attach
    cells = int(np.ceil(top / pool.unit)) + 1
    result = np.empty(factor.shape)
    step = max(_BLOCK_ITEMS // cells, 1)
    for first in range(0, len(factor), step):
        block = slice(first, first + step)
        rate = _rates(pool, factor[block])
        chances = _distribution(pool, rate, cells)
        mean = pool.loss @ rate
        above = _excess(chances, mean, attach, pool.unit)
        beyond = _excess(chances, mean, detach, pool.unit) if top == detach else 0.0
        result[block] = (above - beyond) / (detach - attach)
    return result


def _excess(chances: Array, mean: Array, point: float, unit: float) -> Array:
    """E[max(L - point, 0)] from the chances of the losses below the point."""
    short = np.maximum(point - unit * np.arange(len(chances)), 0.0)
    return np.asarray(mean - point + short @ chances)


def _distribution(pool: _Pool, rate: Array, cells: int) -> Array:
    """Chances of the losses 0, 1, ... units (rows) given each factor (columns), as far as there are cells."""
    chances = np.zeros((cells, rate.shape[1]))
    chances[0] = 1.0
    reached = 1  # cells that can be other than 0
    for step, rest, chance in zip(pool.steps.tolist(), pool.rest.tolist(), rate, strict=True):
        before = chances[:reached].copy()
        reached = min(reached + step + (rest > 0.0), cells)
        chances[: len(before)] *= 1.0 - chance
        for size, part in ((step, 1.0 - rest), (step + 1, rest)):
            room = min(len(before), cells - size)
            if part > 0.0 and room > 0:
                chances[size : size + room] += (part * chance) * before[:room]
    return chances


def _breaks(pool: _Pool) -> Array:
    """Where panels begin: at the steps that are narrow, and nowhere far from another."""
    with np.errstate(divide="ignore", invalid="ignore"):
        width = pool.own / pool.common
        centre = pool.threshold / pool.common
    narrow = width < _NARROW
    steps = np.unique(np.column_stack([centre[narrow], width[narrow]]), axis=0).T
    around = [steps[0] + reach * steps[1] for reach in (-_REACH, -2.0, 0.0, 2.0, _REACH)]
    edges = np.unique(np.clip(np.concatenate([[-_EDGE, _EDGE], *around]), -_EDGE, _EDGE))
    pieces = [np.linspace(a, b, int(np.ceil((b - a) / _LONGEST)) + 1) for a, b in pairwise(edges)]
    return np.unique(np.concatenate(pieces))


def _integral(function: Callable[[Array], Array], breaks: Array, width: float) -> float:
    """The function's mean over a normal factor: panels are halved until their halves say the same."""
    accurate = max(_ACCURATE, 1e-14 / width)
    start, end = breaks[:-1], breaks[1:]
    coarse = _by_panel(function, start, end)
    total = 0.0
    for _ in range(_ROUNDS):
        middle = 0.5 * (start + end)
        halves = np.array([_by_panel(function, start, middle), _by_panel(function, middle, end)])
        done = np.abs(halves.sum(axis=0) - coarse) < accurate
        total += float(halves[:, done].sum())
        if done.all():
            return total
        left, right = start[~done], end[~done]
        centre = middle[~done]
        start, end = np.concatenate([left, centre]), np.concatenate([centre, right])
        coarse = halves[:, ~done].ravel()
    return total + float(coarse.sum())


def _by_panel(function: Callable[[Array], Array], start: Array, end: Array) -> Array:
    nodes, weights = _RULE
    half = 0.5 * (end - start)
    factor = 0.5 * (start + end)[:, None] + half[:, None] * nodes
    values = function(factor.ravel()).reshape(factor.shape)
    density = np.exp(-0.5 * factor**2) / np.sqrt(2.0 * np.pi)
    return np.asarray(half * ((values * density) @ weights))
