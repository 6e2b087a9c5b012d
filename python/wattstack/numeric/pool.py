"""Losses of credit tranches on a pool of unequal obligors, one-factor Gaussian copula.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri

from . import factor

__all__ = ["UNITS", "Loss", "tranche_loss"]

Array: TypeAlias = npt.NDArray[np.float64]

UNITS = 20_000  # of loss in the pool, at most

_ROUNDING = 1e-14  # of the pool: a loss this close to a whole number of units is one
_LOG_UNLIKELY = 30.0  # minus the logarithm of a chance left out
_FEW = 128  # obligors whose losses are added one by one
_BLOCK_ITEMS = 1 << 15  # cells of the grid times nodes worked on at a time: small enough to stay in the cache


class Loss(NamedTuple):
    """A tranche's expected loss as a share of the tranche, and how far it can be off for the sake of the grid."""

    share: float
    bound: float


class _Pool(NamedTuple):
    """Thresholds and loadings of the obligors, their losses on the grid: whole units, and what is beyond them."""

    threshold: Array
    own: Array
    common: Array
    steps: npt.NDArray[np.int64]
    rest: Array
    unit: float


class _Span(NamedTuple):
    """The tranche as it is counted: in losses from below, or from above in what the pool does not lose."""

    low: float
    high: float
    from_below: bool


def tranche_loss(attach: float, detach: float, pd: Array, lgd: Array, rho: Array, exposure: Array) -> Loss:
    pd, lgd, rho, exposure = np.broadcast_arrays(pd, lgd, rho, exposure)
    losses = lgd * (exposure / exposure.sum())
    lossy = (losses > 0.0) & (pd > 0.0)
    total = float(losses[lossy].sum())
    if total <= attach:
        return Loss(0.0, 0.0)
    if attach == 0.0 and total <= detach:  # the tranche takes every loss
        return Loss(float((pd * losses)[lossy].sum() / detach), 0.0)
    pool = _pool(pd[lossy], rho[lossy], losses[lossy])
    from_below = attach + detach <= total
    span = _Span(attach, detach, True) if from_below else _Span(total - detach, total - attach, False)
    with np.errstate(divide="ignore", invalid="ignore"):
        centre, width = pool.threshold / pool.common, pool.own / pool.common
    held, low, high = factor.mean(lambda nodes: _conditional(pool, span, nodes), centre, width)
    share = 1.0 - held if from_below else held
    return Loss(float(min(max(share, 0.0), 1.0)), float(max(low, high)) / (detach - attach))


def _pool(pd: Array, rho: Array, loss: Array) -> _Pool:
    order = np.argsort(loss)
    pd, rho, loss = pd[order], rho[order], loss[order]
    unit = common_unit(loss)
    places = loss / unit
    steps = np.rint(places)
    exact = np.abs(places - steps) * unit < _ROUNDING * loss.sum()
    steps = np.where(exact, steps, np.floor(places))
    rest = np.where(exact, 0.0, places - steps)
    # + 0.0: the root of -0.0 would be -0.0, and a width over it minus infinity
    return _Pool(ndtri(pd), np.sqrt(1.0 - rho), np.sqrt(rho + 0.0), steps.astype(np.int64), rest, unit)


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
    return unit if (np.abs(loss - counts * unit) < _ROUNDING * total).all() else finest


def _common_measure(first: float, second: float, nothing: float) -> float:
    """Euclid's algorithm; a remainder this close to none, or to the divisor, is none."""
    while second > nothing:
        remainder = first % second
        first, second = second, 0.0 if second - remainder <= nothing else remainder
    return first


def _rates(pool: _Pool, nodes: Array, from_below: bool) -> Array:
    """Chances given the factor that an obligor counts: a row an obligor."""
    distance = pool.threshold[:, None] - pool.common[:, None] * nodes
    own = np.broadcast_to(pool.own[:, None], distance.shape)
    together = np.where(distance > 0.0, np.inf, -np.inf)
    level = np.divide(distance, own, out=together, where=own > 0.0)
    return np.asarray(ndtr(level if from_below else -level))


def _conditional(pool: _Pool, span: _Span, nodes: Array) -> Array:
    """Given each factor: the part of the span that is not reached, and the bounds of its error at both ends."""
    reach = int(np.ceil(np.sqrt(0.5 * _LOG_UNLIKELY * np.count_nonzero(pool.rest))))
    cells = int(np.ceil(span.high / pool.unit)) + 1 + reach
    result = np.empty((3, len(nodes)))
    step = max(_BLOCK_ITEMS // cells, 1)
    for first in range(0, len(nodes), step):
        block = slice(first, first + step)
        rate = _rates(pool, nodes[block], span.from_below)
        chances = _distribution(pool.steps, pool.rest, rate, cells)
        grid = pool.unit * np.arange(len(chances))
        result[0, block] = np.clip((span.high - grid) / (span.high - span.low), 0.0, 1.0) @ chances
        for row, point in ((1, span.low), (2, span.high)):
            result[row, block] = _bound(pool, rate, chances, point, reach)
    return result


def _bound(pool: _Pool, rate: Array, chances: Array, point: float, reach: int) -> Array | float:
    """At most how much more E[max(point - L, 0)] is on the grid."""
    inexact = pool.rest > 0.0
    if point <= 0.0 or not inexact.any():
        return 0.0
    place = point / pool.unit
    near = np.arange(max(int(place) - reach, 0), min(int(place) + reach + 2, len(chances)))
    count, expected = np.count_nonzero(inexact), rate[inexact].sum(axis=0)
    third = _LOG_UNLIKELY / 3.0
    most = np.minimum(expected + third + np.sqrt(third**2 + 2.0 * _LOG_UNLIKELY * expected), count)
    variance = most / 4.0
    density = (chances[near] * np.exp(-0.5 * (near[:, None] - place) ** 2 / variance)).sum(axis=0)
    spread = 0.5 * np.sqrt((pool.rest * (1.0 - pool.rest)) @ rate)
    left_out = np.sqrt(count) * np.exp(-_LOG_UNLIKELY)
    return pool.unit * np.minimum(np.sqrt(variance) * density + left_out, spread)


def _distribution(steps: npt.NDArray[np.int64], rest: Array, rate: Array, cells: int) -> Array:
    """Chances of 0, 1, ... units (rows) given each factor (columns), as far as there are cells."""
    if len(steps) <= _FEW:
        return _few(steps, rest, rate, cells)
    half = len(steps) // 2
    first = _distribution(steps[:half], rest[:half], rate[:half], cells)
    second = _distribution(steps[half:], rest[half:], rate[half:], cells)
    size = len(first) + len(second) - 1
    length = 1 << (size - 1).bit_length()
    spectrum = np.fft.rfft(first, length, axis=0) * np.fft.rfft(second, length, axis=0)
    return np.fft.irfft(spectrum, length, axis=0)[: min(size, cells)]


def _few(steps: npt.NDArray[np.int64], rest: Array, rate: Array, cells: int) -> Array:
    ends = np.minimum(np.cumsum(steps + (rest > 0.0)) + 1, cells).tolist()
    order = "F" if ends[-1] > rate.shape[1] else "C"  # the longer axis is contiguous
    chances = np.zeros((ends[-1], rate.shape[1]), order=order)
    buffer = np.empty_like(chances)
    chances[0] = 1.0
    reached = 1
    for step, part, chance, end in zip(steps.tolist(), rest.tolist(), rate, ends, strict=True):
        moved = np.multiply(chances[:reached], chance, out=buffer[:reached])
        chances[:reached] -= moved
        if part > 0.0:
            room = max(min(reached, end - step - 1), 0)
            chances[step + 1 : step + 1 + room] += part * moved[:room]
            moved *= 1.0 - part
        room = max(min(reached, end - step), 0)
        chances[step : step + room] += moved[:room]
        reached = end
    return chances
