"""The expected loss of a tranche as an integral, for rows whose loss is too small or too thin for a closed form.

With u(x) = Phi^-1(x / lgd) the mean of P(L > x) over the tranche is

    lgd / (detach - attach) * integral of phi(u) * Phi((c - sqrt(1 - rho) * u) / sqrt(rho)) du

from u(attach) to u(min(detach, lgd)): positive and smooth, so that nothing cancels.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import ndtr, ndtri

from .digits import FAR, SQRT_2PI, exact_product, excess, normal_mass, probit_gap, share_probit
from .maths import ARRAYS, FLOATS, Array, Mask, Maths, Number, by_blocks
from .quadrature import gauss_legendre

__all__ = ["factor_level", "mean_chance"]

# With 40 nodes a row, one temporary stays at a third of a megabyte.
_BLOCK_ROWS = 1024

# From this factor level on, Phi is one to double precision.
_CERTAIN = 8.3

# The integrand is dropped where it has fallen by exp(-74 / 2) < 1e-16 from its peak.
_DECAY = 74.0

# The longest stretch of the default line on which 18 nodes are exact to rounding.
_SHORT = 4.0


def mean_chance(m: Maths, attach: Number, detach: Number, pd: Number, lgd: Number, rho: Number) -> Number:
    """Mean of P(L > x) over a tranche, where the pool loss L has a density and attach < lgd."""
    mean = by_blocks(_mean_chance_rows, (attach, detach, pd, lgd, rho), _BLOCK_ROWS)
    return mean.item() if m is FLOATS else mean


def factor_level(m: Maths, c: Number, level: Number, pd: Number, lgd: Number, rho: Number) -> tuple[Number, Number]:
    """Shock u = Phi^-1(level / lgd), and the factor z below which the loss exceeds `level`.

    z = (c - sqrt(1 - rho) * u) / sqrt(rho), written as (c - u) + (1 - sqrt(1 - rho)) * u
    because a small rho magnifies the rounding error of the difference.
    """
    own, common = m.sqrt(1.0 - rho), m.sqrt(rho)
    u, _ = share_probit(m, level, lgd)
    gap = probit_gap(m, c, u, excess(exact_product(pd, lgd), level) / lgd)
    return u, gap / common + u * (common / (1.0 + own))


class _DefaultLine(NamedTuple):
    """The line own * u + common * z = threshold, on which a loan just defaults.

    u is the shock of the loan and z the factor.  With s the arc length from the point
    nearest to the origin, u = threshold * own + s * common and
    z = threshold * common - s * own.
    """

    threshold: Array
    own: Array
    common: Array

    def u(self, s: Array) -> Array:
        return self.threshold * self.own + s * self.common

    def z(self, s: Array) -> Array:
        return self.threshold * self.common - s * self.own

    def rows(self, chosen: Mask) -> _DefaultLine:
        return _DefaultLine(self.threshold[chosen], self.own[chosen], self.common[chosen])


def _mean_chance_rows(_: Maths, attach: Array, detach: Array, pd: Array, lgd: Array, rho: Array) -> Array:
    """Of the two variables in phi(u) * Phi(z), a small rho makes z run fast and a large rho u.

    Along the default line both run at most as fast as the arc length s, so in s one
    quadrature rule serves every rho.
    """
    line = _DefaultLine(ndtri(pd), np.sqrt(1.0 - rho), np.sqrt(rho))
    top = np.minimum(detach, lgd)
    u, z = factor_level(ARRAYS, line.threshold, np.array([attach, top]), pd, lgd, rho)
    start, stop = line.common * u - line.own * z
    # Share of the tranche that can be lost at all; times the mean of P(L > x) over it.
    exposed = (top - attach) / (detach - attach)
    long = stop - start > _SHORT
    if not long.any():
        return exposed * _short_mean(line, start, stop)
    share = (top - attach) / lgd
    if long.all():
        return exposed * _long_mean(line, start, stop, u[0], share)
    mean, short = np.empty_like(start), ~long
    mean[short] = _short_mean(line.rows(short), start[short], stop[short])
    mean[long] = _long_mean(line.rows(long), start[long], stop[long], u[0, long], share[long])
    return exposed * mean


def _short_mean(line: _DefaultLine, start: Array, stop: Array) -> Array:
    """Mean of P(L > x) over a tranche that is a short stretch of the default line.

    The quotient of the two sums needs neither the width of the tranche nor the length of
    the stretch, so nothing cancels however thin the tranche is.
    """
    nodes, weights = _SHORT_RULE
    density, chance = _integrand(line, start, stop - start, nodes)
    mean: Array = (weights @ (density * chance)) / (weights @ density)
    return mean


def _long_mean(line: _DefaultLine, start: Array, stop: Array, low_u: Array, share: Array) -> Array:
    """Mean of P(L > x) over a tranche that is a long stretch of the default line.

    `low_u` is u at the start and `share` the normal mass of u on the stretch.
    """
    certain = np.clip((line.threshold * line.common - _CERTAIN) / line.own, start, stop)
    lower, upper = _extent(line, start, stop)
    lower = np.clip(lower, certain, stop)
    length = np.maximum(np.minimum(upper, stop) - lower, 0.0)
    nodes, weights = _LONG_RULE
    density, chance = _integrand(line, lower, length, nodes)
    scale = line.common * length * np.exp(-0.5 * line.u(lower) ** 2) / SQRT_2PI
    # Up to `certain`, Phi(z) is one and the integral is the normal mass itself.
    mass = normal_mass(ARRAYS, low_u, line.common * (certain - start))
    mass += scale * (weights @ (density * chance))
    return np.where(certain < stop, np.minimum(mass / share, 1.0), 1.0)


def _integrand(
    line: _DefaultLine,
    start: Array,
    length: Array,
    nodes: Array,
) -> tuple[Array, Array]:
    """phi(u) over its value at the start, and Phi(z), by node (rows) and tranche (columns)."""
    s = length * nodes
    u_run = line.common * s
    density = np.exp(-u_run * (line.u(start) + 0.5 * u_run))
    return density, ndtr(line.z(start) - line.own * s)


def _extent(line: _DefaultLine, start: Array, stop: Array) -> tuple[Array, Array]:
    """Where on the line phi(u) * Phi(z) is not negligible beside its peak on the stretch.

    Twice its negative logarithm is at least u^2 + min(z, 0)^2 and at most a little more,
    so that outside a disc about the origin (z < 0) or a band about u = 0 (z > 0), both of
    the same radius, the integrand is negligible.
    """
    # A point close to the peak: nearest to the origin, or u = 0 if z > 0 there.
    peak = np.clip(-np.maximum(line.threshold, 0.0) * line.own / line.common, start, stop)
    depth = np.clip(line.z(peak), -FAR, 0.0)
    radius = np.sqrt(line.u(peak) ** 2 + depth**2 + _DECAY)
    chord = np.sqrt(np.maximum(radius**2 - line.threshold**2, 0.0))
    nearest_u = line.threshold * line.own
    upper = np.where(line.z(chord) < 0.0, chord, (radius - nearest_u) / line.common)
    lower = np.where(line.z(-chord) < 0.0, -chord, (-radius - nearest_u) / line.common)
    return lower, upper


def _unit_rule(count: int) -> tuple[Array, Array]:
    """Gauss-Legendre rule on [0, 1]: the nodes as a column, and the weights."""
    nodes, weights = gauss_legendre(count)
    return 0.5 * (nodes[:, np.newaxis] + 1.0), 0.5 * weights


_SHORT_RULE = _unit_rule(18)
_LONG_RULE = _unit_rule(40)
