"""Losses of credit tranches on a pool of unequal obligors, one-factor Gaussian copula.

Obligor i defaults with the chance p_i(M) = Phi((c_i - sqrt(rho_i) * M) / sqrt(1 - rho_i)) given the factor M, and
then loses x_i of the pool.  Given M the distribution of the loss is built on a grid, and only as far as the tranche
needs it: in losses up to the detachment, or in what the pool keeps down to the attachment, whichever is less.

While the x_i are multiples of a common unit, at most 20,000 of them in the pool, the grid is exact and the result
good to 1e-10.  Otherwise the unit h is a 20,000th of the largest loss of the pool, and each x_i that is no multiple
of it is split between its two neighbours on the grid so that its mean is kept.

How far the grid can be off
---------------------------
Let L be the loss, L' = L + S the one on the grid, D the obligors that default, K those of them that are split.  Given
D and M, S is a sum of K independent errors of mean 0, each of two values h apart, of a variance r * (1 - r) * h^2
and, in the sense of the Laplace transform, at most that of a normal variable of variance q(r) * h^2 with
q(r) = (1 - 2r) / (2 * ln((1 - r) / r)) <= 1 / 4 (Kearns and Saul), r the part of h beyond the lower neighbour.

1. A tranche is the difference of two puts, E[max(d - L, 0)] - E[max(a - L, 0)].  Puts are convex and S has mean 0
   given L, so either is too large on the grid, by e(d) and e(a) >= 0, and the tranche is off by no more than the
   larger of the two, over its width.
2. At most, e(a) = E[max(a - L - S, 0) - max(a - L, 0)] <= E|S| / 2 <= h * sqrt(sum of p_i * r_i * (1 - r_i)) / 2.
3. With t = |a - L| the error given D is E[max(S - t, 0)] (or the same of -S).  As max(x, 0) <= exp(l * x - 1) / l for
   any l > 0, it is at most exp(l^2 * s^2 / 2 - l * t - 1) / l, s^2 being the sum of q_i * h^2 over D; the best l gives
   at most s * exp(-1 / 2) * exp(-t^2 / (2 * s^2)), which rises in s.
4. The exponential is convex and the variance of S at most s^2, so E[exp(-(a - L')^2 / (2 * s^2)) given D]
   >= exp(-(t^2 + s^2) / (2 * s^2)): hence e(a) <= s * E[exp(-(a - L')^2 / (2 * s^2))] whenever the sum of q_i over D
   is at most s^2 / h^2.  All of it is known on the grid: the bound is small where the pool is unlikely to lose about a.
5. By Bernstein's inequality the sum of 4 * q_i over D exceeds its mean m by more than 10 + sqrt(100 + 60 * m) with a
   chance of exp(-30) at most; then e(a) is below sqrt(n) * h / 4, as by 2.

The same holds for what the pool keeps, obligors that survive in the place of those that default.

Sources
-------
L. Andersen, J. Sidenius, S. Basu (2003), "All your hedges in one basket", Risk 16(11): the recursion.
M. Kearns, L. Saul (1998), "Large deviation methods for approximate probabilistic inference", UAI: q(r).
"""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri

from . import factor

__all__ = ["UNITS", "Loss", "tranche_loss"]

Array: TypeAlias = npt.NDArray[np.float64]
Counts: TypeAlias = npt.NDArray[np.int64]

UNITS = 20_000  # of loss in the pool, at most

_ROUNDING = 1e-14  # of the pool: a loss this close to a multiple of the unit is one
_LOG_UNLIKELY = 30.0  # a chance of exp(-30) is left to a cruder bound
_FEW = 32  # obligors are added one by one; more in halves, which Fourier transforms join
_MANY = 256  # are added one by one if the cells cannot hold all their losses: halves would be cut off when joined
_BLOCK_ITEMS = 1 << 17  # cells or obligors times nodes worked on at a time: they stay in the cache


class Loss(NamedTuple):
    """A tranche's expected loss as a share of the tranche, and how far it can be off because of the grid."""

    share: float
    bound: float


class _Pool(NamedTuple):
    """Thresholds and loadings of the obligors, and their losses: whole units, and the part of one beyond."""

    threshold: Array
    own: Array
    common: Array
    steps: Counts
    rest: Array
    unit: float


class _Span(NamedTuple):
    """The tranche's limits, in losses or in what the pool keeps."""

    low: float
    high: float
    in_losses: bool


def tranche_loss(attach: float, detach: float, pd: Array, lgd: Array, rho: Array, exposure: Array) -> Loss:
    """Expected loss of a tranche, as a share of the tranche, and the bound of its error.

    Parameters
    ----------
    attach, detach : float
        Limits of the tranche as shares of the pool, 0 <= attach < detach <= 1.
    pd, lgd, rho, exposure : ndarray
        Of each obligor; they broadcast against one another. Exposures are scaled to sum to 1.
    """
    pd, lgd, rho, exposure = np.broadcast_arrays(pd, lgd, rho, exposure)
    exposure = exposure / exposure.max()  # whose sum cannot overflow
    losses = lgd * (exposure / exposure.sum())
    lossy = (losses > 0.0) & (pd > 0.0)
    total = float(losses[lossy].sum())
    if total <= attach:
        return Loss(0.0, 0.0)
    if attach == 0.0 and total <= detach:  # the tranche takes every loss
        return Loss(float((pd * losses)[lossy].sum() / detach), 0.0)
    in_losses = attach + detach <= total
    span = _Span(attach, detach, True) if in_losses else _Span(total - detach, total - attach, False)
    short, *errors = _mean(_pool(pd[lossy], rho[lossy], losses[lossy]), span)
    share = 1.0 - short if in_losses else short
    return Loss(min(max(share, 0.0), 1.0), min(max(errors) / (detach - attach), 1.0))


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


def _mean(pool: _Pool, span: _Span) -> list[float]:
    """The part of the span that the pool falls short of, and the bounds of both puts' errors."""
    with np.errstate(divide="ignore", invalid="ignore"):
        centre, width = pool.threshold / pool.common, pool.own / pool.common
    found: list[float] = factor.mean(lambda nodes: _given(pool, span, nodes), centre, width).tolist()
    return found


def _given(pool: _Pool, span: _Span, nodes: Array) -> Array:
    """The same (rows) given each factor (columns)."""
    reach = int(np.ceil(np.sqrt(0.5 * _LOG_UNLIKELY * np.count_nonzero(pool.rest))))
    cells = int(np.ceil(span.high / pool.unit)) + 1 + reach
    result = np.zeros((3, len(nodes)))
    step = max(_BLOCK_ITEMS // max(cells, len(pool.steps)), 1)
    for first in range(0, len(nodes), step):
        block = slice(first, first + step)
        rate = _rates(pool, nodes[block], span.in_losses)
        counted = rate.any(axis=1)  # next to none where many obligors follow the factor alone
        chances = _distribution(pool.steps[counted], pool.rest[counted], rate[counted], cells)
        grid = pool.unit * np.arange(len(chances))
        result[0, block] = np.clip((span.high - grid) / (span.high - span.low), 0.0, 1.0) @ chances
        for row, point in ((1, span.low), (2, span.high)):
            if reach and point > 0.0:
                result[row, block] = _put_error(pool, rate, chances, point / pool.unit, reach)
    return result


def _rates(pool: _Pool, nodes: Array, in_losses: bool) -> Array:
    """Chances given the factor that an obligor defaults, or survives: a row an obligor."""
    distance = pool.threshold[:, None] - pool.common[:, None] * nodes
    own = np.broadcast_to(pool.own[:, None], distance.shape)
    together = np.where(distance > 0.0, np.inf, -np.inf)
    level = np.divide(distance, own, out=together, where=own > 0.0)
    return np.asarray(ndtr(level if in_losses else -level))


def _put_error(pool: _Pool, rate: Array, chances: Array, place: float, reach: int) -> Array:
    """At most how much larger the put at a place of the grid is than the put without a grid; see above."""
    weight = 4.0 * _proxy(pool.rest)
    mean = weight @ rate
    third = _LOG_UNLIKELY / 3.0
    variance = 0.25 * np.minimum(mean + third + np.sqrt(third**2 + 2.0 * _LOG_UNLIKELY * mean), weight.sum())
    near = np.arange(max(int(place) - reach, 0), min(int(place) + reach + 2, len(chances)))
    likely = (chances[near] * np.exp(-0.5 * (near[:, None] - place) ** 2 / variance)).sum(axis=0)
    left_out = np.sqrt(len(weight)) * np.exp(-_LOG_UNLIKELY)  # far from the place, or by an unlikely sum
    most = 0.5 * np.sqrt((pool.rest * (1.0 - pool.rest)) @ rate)
    return np.asarray(pool.unit * np.minimum(np.sqrt(variance) * likely + left_out, most))


def _proxy(rest: Array) -> Array:
    """The variance, in units, of a normal variable whose Laplace transform bounds that of the split's error."""
    even = np.abs(rest - 0.5) < 1e-3
    with np.errstate(divide="ignore"):
        odds = np.log1p(-rest) - np.log(rest)
    return np.where(even, 0.25, (0.5 - rest) / np.where(even, 1.0, odds))


def _distribution(steps: Counts, rest: Array, rate: Array, cells: int) -> Array:
    """Chances of 0, 1, ... units (rows) given each factor (columns), as far as there are cells."""
    if len(steps) <= (_FEW if steps.sum() < cells else _MANY):
        return _one_by_one(steps, rest, rate, cells)
    half = len(steps) // 2
    first = _distribution(steps[:half], rest[:half], rate[:half], cells)
    second = _distribution(steps[half:], rest[half:], rate[half:], cells)
    size = len(first) + len(second) - 1
    length = 1 << (size - 1).bit_length()
    spectrum = np.fft.rfft(first, length, axis=0) * np.fft.rfft(second, length, axis=0)
    return np.fft.irfft(spectrum, length, axis=0)[: min(size, cells)]


def _one_by_one(steps: Counts, rest: Array, rate: Array, cells: int) -> Array:
    ends = np.minimum(np.cumsum(steps + (rest > 0.0)) + 1, cells).tolist()
    size = ends[-1] if ends else 1
    order: Literal["C", "F"] = "F" if size > rate.shape[1] else "C"  # the longer axis is contiguous
    chances = np.zeros((size, rate.shape[1]), order=order)
    buffers = np.empty_like(chances), np.empty_like(chances)
    chances[0] = 1.0
    reached = 1
    for step, part, chance, end in zip(steps.tolist(), rest.tolist(), rate, ends, strict=True):
        before = chances[:reached]  # a view: adding to a slice itself would copy it once more
        moved = np.multiply(before, chance, out=buffers[0][:reached])
        before -= moved
        if part > 0.0:
            further = np.multiply(moved, part, out=buffers[1][:reached])
            moved -= further
            _add(chances[step + 1 : end], further)
        _add(chances[step:end], moved)
        reached = end
    return chances


def _add(target: Array, values: Array) -> None:
    """Add as many rows as there is room for."""
    room = min(len(target), len(values))
    part = target[:room]
    part += values[:room]
