"""Losses of credit tranches in the one-factor Student t copula.

An obligor defaults when

    (sqrt(rho) * M + sqrt(1 - rho) * Z) * sqrt(dof / W) < c,    c = t_dof^-1(pd),

M and its own Z standard normal and W chi-square with `dof` degrees of freedom, M and W common to all.
Given r = sqrt(W / dof) the pool is a Gaussian one whose default probability is Phi(c * r).  So each result
is the Gaussian one averaged over r; on panels in log(r), in which the density of r is entire, with the
bounds of panels where the Gaussian result steps.

Every function takes float64 arrays (or floats) that broadcast against one another, dof above 2, and returns
an array of their common shape.  Without n the pool is infinitely granular.  Good to 1e-9 whatever dof, and the
Gaussian copula as it grows.

Sources
-------
S. Demarta, A. J. McNeil (2005), "The t copula and related copulas", International Statistical Review 73(1).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.special import chdtri, gammaln, ndtr, ndtri, stdtr, stdtrit

from . import copula, lumpy
from .copula import Array, Values
from .quadrature import gauss_legendre

__all__ = ["pool_loss", "tranche_loss", "tranche_pd"]

_TAIL = 1e-18  # of r, what is left on each side
_FAINT = 1e-30  # default probability whose threshold need not be better
_REACH = 9.0  # standard deviations of a step on each side of it
_FAR = 8.2  # Phi(8.2) is one less 1e-16
_BLOCK_ROWS = 64
_SPLITS = np.array([-12.0, -6.0, -2.5, 2.5, 6.0])  # of the range of log(r), in standard deviations about 0
_NORMAL = 200.0  # degrees of freedom from which log(r) has no more than its normal tails
_STIRLING = 20.0  # half the degrees of freedom from which Stirling's series is exact
_TERMS = 16  # of the exponential series, exact up to a half
_RULE = gauss_legendre(20)


def tranche_loss(
    attach: Values, detach: Values, pd: Values, lgd: Values, rho: Values, dof: Values, n: Values | None = None
) -> Array:
    """Expected loss of a tranche, as a share of the tranche."""

    def gaussian(attach: Array, detach: Array, lgd: Array, rho: Array, chance: Array, *n: Array) -> Array:
        if n:
            return lumpy.tranche_loss(attach, detach, chance, lgd, rho, *n)
        return copula.tranche_loss(attach, detach, chance, lgd, rho)

    def levels(attach: Array, detach: Array, lgd: Array, rho: Array, *n: Array) -> list[Array]:
        return [lumpy.defaulted(attach, lgd), lumpy.defaulted(detach, lgd)]

    return _averaged(gaussian, levels, pd, dof, [attach, detach, lgd, rho], n)


def tranche_pd(attach: Values, pd: Values, lgd: Values, rho: Values, dof: Values, n: Values | None = None) -> Array:
    """Probability that the pool loses more than the attachment, by more than 1e-12."""

    def gaussian(attach: Array, lgd: Array, rho: Array, chance: Array, *n: Array) -> Array:
        if n:
            return lumpy.tranche_pd(attach, chance, lgd, rho, *n)
        return copula.tranche_pd(attach, chance, lgd, rho)

    def levels(attach: Array, lgd: Array, rho: Array, *n: Array) -> list[Array]:
        return [lumpy.defaulted(attach + lumpy.ATOM, lgd)]

    chance = _averaged(gaussian, levels, pd, dof, [attach, lgd, rho], n)
    if n is not None:
        return chance
    # no loss is nothing for certain in a granular pool, however small
    pd, lgd, rho = np.asarray(pd), np.asarray(lgd), np.asarray(rho)
    return np.where((np.asarray(attach) == 0.0) & (pd > 0.0) & (lgd > 0.0) & (rho < 1.0), 1.0, chance)


def pool_loss(quantile: Values, pd: Values, lgd: Values, rho: Values, dof: Values, n: Values | None = None) -> Array:
    """Quantile of the pool's loss: the distribution function inverted, to the smallest loss that reaches it."""
    given = [quantile, pd, lgd, rho, dof, *([] if n is None else [n])]
    quantile, pd, lgd, rho, dof, *count = np.broadcast_arrays(*(np.asarray(x, np.float64) for x in given))
    if not count:
        return np.asarray(lgd * _share(quantile, pd, rho, dof))
    counted = np.minimum(count[0], lumpy.MOST)
    return np.asarray(lgd * (_smallest(quantile, pd, rho, dof, counted) / counted))


def _smallest(quantile: Array, pd: Array, rho: Array, dof: Array, n: Array) -> Array:
    """The smallest number of defaults whose distribution function reaches the quantile, by bisection."""
    low, high = np.zeros(quantile.shape), np.array(n)
    while (low < high).any():
        middle = np.floor(0.5 * (low + high))
        more = tranche_pd((middle + 0.5) / n, pd, 1.0, rho, dof, n) > 1.0 - quantile + lumpy.ATOM
        low, high = np.where(more & (low < high), middle + 1.0, low), np.where(more, high, np.minimum(high, middle))
    return low


def _share(quantile: Array, pd: Array, rho: Array, dof: Array) -> Array:
    """The quantile of the default rate in a granular pool, by bisection on its probit."""
    low, high = np.full(quantile.shape, -40.0), np.full(quantile.shape, _FAR)
    for _ in range(60):  # halves 48 to 4e-17
        middle = 0.5 * (low + high)
        more = tranche_pd(ndtr(middle), pd, 1.0, rho, dof) > 1.0 - quantile
        low, high = np.where(more, middle, low), np.where(more, high, middle)
    smooth = (pd > 0.0) & (pd < 1.0) & (rho < 1.0)
    all_lost = np.where(quantile > 1.0 - pd, 1.0, 0.0)
    return np.where(smooth, ndtr(high), np.where((pd > 0.0) & (pd < 1.0), all_lost, pd))


def _averaged(
    gaussian: Callable[..., Array],
    levels: Callable[..., list[Array]],
    pd: Values,
    dof: Values,
    others: list[Values],
    n: Values | None,
) -> Array:
    """A Gaussian result averaged over r; `levels` gives the shares of defaults at which it steps."""
    given = [pd, dof, *others, *([] if n is None else [np.minimum(n, lumpy.MOST)])]
    columns = np.broadcast_arrays(*(np.asarray(x, np.float64) for x in given))
    rows = np.array([column.ravel() for column in columns])
    result = np.empty(rows.shape[1])
    for first in range(0, rows.shape[1], _BLOCK_ROWS):
        block = slice(first, first + _BLOCK_ROWS)
        pd_rows, dof_rows, *rest = rows[:, block]
        result[block] = _averaged_rows(gaussian, levels, pd_rows, dof_rows, rest, len(others))
    return result.reshape(columns[0].shape)


def _averaged_rows(
    gaussian: Callable[..., Array],
    levels: Callable[..., list[Array]],
    pd: Array,
    dof: Array,
    rest: list[Array],
    given: int,
) -> Array:
    certain = (pd <= 0.0) | (pd >= 1.0)
    threshold = _quantile(np.where(certain, 0.25, pd), dof)
    rho, count = rest[given - 1], rest[given:]
    edges = [edge for share in levels(*rest) for edge in _edges(share, threshold, rho, count)]
    at, weight = _panels(dof, edges)
    chance = np.where(certain[:, None], pd[:, None], ndtr(threshold[:, None] * np.exp(at)))
    columns = [column[:, None] for column in rest]
    values = gaussian(*columns[:given], chance, *columns[given:])
    mean: Array = (weight * values).sum(axis=1)
    return np.where(certain, values[:, 0], np.clip(mean, 0.0, 1.0))


def _quantile(pd: Array, dof: Array) -> Array:
    """Quantile of the t distribution: scipy's, good to 1e-10, and a step of Newton's method."""
    tail = np.minimum(pd, 1.0 - pd)
    few = np.minimum(dof, 1e8)  # beyond, the density is the normal one
    peak = gammaln(0.5 * few + 0.5) - gammaln(0.5 * few) - 0.5 * np.log(np.pi * few)
    below = stdtrit(dof, tail)
    # for the faintest tails some versions of scipy find none; there the tail is a power of the quantile
    power = -np.exp((peak + 0.5 * (few - 1.0) * np.log(few) - np.log(tail)) / few)
    below = np.where(np.isfinite(below), below, power)
    near = np.where(tail > _FAINT, below, 0.0)
    density = np.exp(peak - (0.5 * few + 0.5) * np.log1p(near**2 / few))
    better = np.where(tail > _FAINT, below - (stdtr(dof, below) - tail) / density, below)
    return np.where(pd > 0.5, -better, better)


def _edges(share: Array, threshold: Array, rho: Array, count: list[Array]) -> list[Array]:
    """log(r) where the default rate begins and ends to pass `share` of the pool."""
    level = np.clip(ndtri(np.clip(share, 0.0, 1.0)), -40.0, _FAR)
    own = 1.0 - rho
    variance = rho + (own * lumpy.probit_spread(share, count[0]) ** 2 if count else 0.0)
    centre, width = np.sqrt(own) * level, np.sqrt(variance)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        places = [(centre + step * width) / threshold for step in (-_REACH, -2.0, 0.0, 2.0, _REACH)]
        return [np.where(place > 0.0, np.log(place), -np.inf) for place in places]


def _panels(dof: Array, edges: list[Array]) -> tuple[Array, Array]:
    """Nodes in log(r), and the mass of r that each stands for."""
    spread = np.sqrt(0.5 / dof)
    few = np.minimum(dof, _NORMAL)
    low = np.where(dof < _NORMAL, _lowest(few), _SPLITS[0] * spread)
    high = np.where(dof < _NORMAL, 0.5 * np.log(chdtri(few, _TAIL) / few), _REACH * spread)
    splits = [split * spread for split in _SPLITS]
    breaks = np.sort(np.clip([low, *splits, *edges, high], low, high), axis=0).T
    nodes, weights = _RULE
    half = 0.5 * np.diff(breaks, axis=1)
    at = 0.5 * (breaks[:, 1:] + breaks[:, :-1])
    at = (at[:, :, None] + half[:, :, None] * nodes).reshape(len(dof), -1)
    size = (half[:, :, None] * weights).reshape(len(dof), -1)
    return at, size * _density(at, dof[:, None])


def _lowest(dof: Array) -> Array:
    """log(r) below which lies 1e-18 of its distribution, or less: P(W < w) <= (w/2)^(dof/2) / Gamma(dof/2 + 1)."""
    lowest: Array = 0.5 * (np.log(2.0 / dof) + (np.log(_TAIL) + gammaln(0.5 * dof + 1.0)) / (0.5 * dof))
    return lowest


def _density(y: Array, dof: Array) -> Array:
    """Density of y = log(r): sqrt(dof / pi) * exp(-dof/2 * (e^2y - 1 - 2y) - what Stirling's formula lacks).

    Written so that nothing cancels, however many the degrees of freedom.
    """
    shape, z = 0.5 * dof, 2.0 * y
    inverse = 1.0 / np.maximum(shape, _STIRLING)
    series = inverse * (1.0 / 12.0 - inverse**2 * (1.0 / 360.0 - inverse**2 * (1.0 / 1260.0 - inverse**2 / 1680.0)))
    few = np.minimum(shape, _STIRLING)
    exact = gammaln(few) - ((few - 0.5) * np.log(few) - few + 0.5 * np.log(2.0 * np.pi))
    lacking = np.where(shape > _STIRLING, series, exact)
    rest = np.ones_like(z)
    for k in range(_TERMS, 2, -1):
        rest = 1.0 + z / k * rest
    bend = np.where(np.abs(z) < 0.5, (shape * z) * (0.5 * z * rest), shape * (np.expm1(z) - z))
    density: Array = np.sqrt(dof / np.pi) * np.exp(-bend - lacking)
    return density
