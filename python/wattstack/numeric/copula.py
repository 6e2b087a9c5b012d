"""Losses of credit tranches in the one-factor Gaussian copula.

The pool is infinitely granular and homogeneous.  A loan defaults when

    sqrt(1 - rho) * u + sqrt(rho) * M < c,    c = Phi^-1(pd),

where its own shock u and the common factor M are independent and standard
normal, so that the loss of the pool as a share of its notional is

    L = lgd * Phi((c - sqrt(rho) * M) / sqrt(1 - rho)).

Every function takes float64 arrays (or floats) that broadcast against one
another and returns an array of their common shape.  Inputs are taken to be
finite and valid; tranche limits, probabilities, severities and correlations
are shares in [0, 1].

Sources
-------
O. Vasicek (2002), "Loan portfolio value", Risk 15(12): the loss distribution.
D. B. Owen (1956), "Tables for computing bivariate normal probabilities",
Annals of Mathematical Statistics 27(4): the integral of phi(u) * Phi(a - b * u),
to which the expected loss of a tranche reduces.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri

__all__ = ["conditional_pd", "pool_loss", "tranche_loss", "tranche_pd"]

Array: TypeAlias = npt.NDArray[np.float64]
Mask: TypeAlias = npt.NDArray[np.bool_]
Values: TypeAlias = Array | float
Rows: TypeAlias = Callable[..., Array]

# Rows worked on at a time: with 40 nodes a row, one temporary stays at a third of a megabyte.
_BLOCK_ROWS = 1024

# An atom of the loss this close to the attachment counts as not above it.
_ATOM_TOLERANCE = 1e-12

# From this factor level on, Phi is one to double precision.
_CERTAIN = 8.3

# Beyond it a normal tail is zero in double precision; stands for an infinite probit.
_FAR = 40.0

# The integrand is dropped where it has fallen by exp(-74 / 2) < 1e-16 from its peak.
_DECAY = 74.0

# The longest stretch of the default line on which 18 nodes are exact to rounding.
_SHORT = 4.0

# Intervals of u narrower than this, over 1 + |u|, have their normal mass from a series.
_THIN = 0.01

_SQRT_2PI = float(np.sqrt(2.0 * np.pi))


def tranche_loss(attach: Values, detach: Values, pd: Values, lgd: Values, rho: Values) -> Array:
    """Expected loss of a tranche, as a share of the tranche.

    Parameters
    ----------
    attach, detach : array_like of float
        Limits of the tranche as shares of the pool, 0 <= attach < detach <= 1.
    pd : array_like of float
        Default probability of a loan over the horizon, in [0, 1].
    lgd : array_like of float
        Loss given default, a share in [0, 1].
    rho : array_like of float
        Asset correlation of the loans, in [0, 1].

    Returns
    -------
    numpy.ndarray
        EL = E[min(max(L - attach, 0), detach - attach)] / (detach - attach), in [0, 1].

    Notes
    -----
    The equation evaluated is, with u(x) = Phi^-1(x / lgd),

        EL = lgd / (detach - attach)
             * integral of phi(u) * Phi((c - sqrt(1 - rho) * u) / sqrt(rho)) du

    from u(attach) to u(min(detach, lgd)) (Vasicek 2002; Owen 1956).  At rho = 0 the pool
    loses pd * lgd for certain; at rho = 1 it loses lgd with probability pd.
    """
    return _by_blocks(_tranche_loss_rows, attach, detach, pd, lgd, rho)


def tranche_pd(attach: Values, pd: Values, lgd: Values, rho: Values) -> Array:
    """Probability that the pool loses more than a tranche's attachment.

    Parameters
    ----------
    attach : array_like of float
        Attachment of the tranche as a share of the pool, in [0, 1].
    pd, lgd, rho : array_like of float
        Default probability, loss given default and asset correlation, in [0, 1].

    Returns
    -------
    numpy.ndarray
        P(L > attach) = Phi((c - sqrt(1 - rho) * Phi^-1(attach / lgd)) / sqrt(rho)), in
        [0, 1] (Vasicek 2002).

    Notes
    -----
    Where the loss is discrete (rho or pd at 0 or 1), a value of it that exceeds the
    attachment by 1e-12 or less is taken to equal the attachment, and so not to exceed it.
    """
    return _by_blocks(_tranche_pd_rows, attach, pd, lgd, rho)


def pool_loss(quantile: Values, pd: Values, lgd: Values, rho: Values) -> Array:
    """Quantile of the pool loss.

    Parameters
    ----------
    quantile : array_like of float
        Probability with which the loss is not to be exceeded, in [0, 1].
    pd, lgd, rho : array_like of float
        Default probability, loss given default and asset correlation, in [0, 1].

    Returns
    -------
    numpy.ndarray
        The smallest x with P(L <= x) >= quantile, a share of the pool:
        lgd * Phi((c + sqrt(rho) * Phi^-1(quantile)) / sqrt(1 - rho)) (Vasicek 2002).
    """
    return _by_blocks(_pool_loss_rows, quantile, pd, lgd, rho)


def conditional_pd(pd: Values, rho: Values, shock: Values) -> Array:
    """Default probability of a loan given the common factor.

    Parameters
    ----------
    pd : array_like of float
        Unconditional default probability, in [0, 1].
    rho : array_like of float
        Asset correlation, in [0, 1).
    shock : array_like of float
        The common factor in standard deviations; bad times are negative.

    Returns
    -------
    numpy.ndarray
        Phi((Phi^-1(pd) - sqrt(rho) * shock) / sqrt(1 - rho)), in [0, 1] (Vasicek 2002).

    Notes
    -----
    The rounding error of Phi^-1(pd) is magnified by 1 / sqrt(1 - rho): the result is good
    to 1e-12 up to a rho of 1 - 1e-6, and to 2e-11 at 1 - 1e-9.
    """
    return _by_blocks(_conditional_pd_rows, pd, rho, shock)


def _by_blocks(rows: Rows, *inputs: Values) -> Array:
    """Broadcast the inputs and apply `rows` to flat blocks of at most _BLOCK_ROWS."""
    operands: list[Any] = [*inputs, None]
    access: Any = [["readonly"]] * len(inputs) + [["writeonly", "allocate"]]
    blocks = np.nditer(
        operands,
        flags=["external_loop", "buffered", "zerosize_ok"],
        op_flags=access,
        op_dtypes=[np.dtype(np.float64)] * len(operands),
        buffersize=_BLOCK_ROWS,
    )
    with blocks:
        for *block, target in blocks:
            target[...] = rows(*block)
        result: Array = blocks.operands[-1]
    return result


def _by_kind(density: Mask, smooth: Rows, atoms: Rows, *inputs: Array) -> Array:
    """Apply `smooth` to the rows whose loss has a density and `atoms` to the others."""
    if density.all():
        return smooth(*inputs)
    result = atoms(*inputs)
    if density.any():
        result[density] = smooth(*(x[density] for x in inputs))
    return result


def _has_density(pd: Array, rho: Array) -> Mask:
    """Whether the pool loss is a continuous variable: neither pd nor rho is 0 or 1."""
    return (pd > 0.0) & (pd < 1.0) & (rho > 0.0) & (rho < 1.0)


def _tranche_loss_rows(attach: Array, detach: Array, pd: Array, lgd: Array, rho: Array) -> Array:
    exposed = _has_density(pd, rho) & (lgd > attach)
    return _by_kind(exposed, _smooth_tranche_loss, _atom_tranche_loss, attach, detach, pd, lgd, rho)


def _tranche_pd_rows(attach: Array, pd: Array, lgd: Array, rho: Array) -> Array:
    exposed = _has_density(pd, rho) & (lgd > attach)
    return _by_kind(exposed, _smooth_tranche_pd, _atom_tranche_pd, attach, pd, lgd, rho)


def _pool_loss_rows(quantile: Array, pd: Array, lgd: Array, rho: Array) -> Array:
    density = _has_density(pd, rho)
    return _by_kind(density, _smooth_pool_loss, _atom_pool_loss, quantile, pd, lgd, rho)


def _conditional_pd_rows(pd: Array, rho: Array, shock: Array) -> Array:
    uncertain = (pd > 0.0) & (pd < 1.0)
    threshold = ndtri(np.where(uncertain, pd, 0.5))
    chance = ndtr((threshold - np.sqrt(rho) * shock) / np.sqrt(1.0 - rho))
    return np.where(uncertain, chance, pd)


def _atom_tranche_loss(attach: Array, detach: Array, pd: Array, lgd: Array, rho: Array) -> Array:
    width = detach - attach
    # The loss is pd * lgd for sure at rho = 0, and likewise where pd is 0 or 1; a pool whose
    # lgd does not reach the tranche comes out as zero in this form as well.
    comonotone = rho == 1.0
    excess = np.where(comonotone, lgd - attach, _excess(_exact_product(pd, lgd), attach))
    return np.where(comonotone, pd, 1.0) * (_between(excess, 0.0, width) / width)


def _atom_tranche_pd(attach: Array, pd: Array, lgd: Array, rho: Array) -> Array:
    comonotone = rho == 1.0
    excess = np.where(comonotone, lgd, pd * lgd) - attach
    return np.where(excess > _ATOM_TOLERANCE, np.where(comonotone, pd, 1.0), 0.0)


def _atom_pool_loss(quantile: Array, pd: Array, lgd: Array, rho: Array) -> Array:
    # A pd below rounding leaves 1 - pd at one, which a quantile of one must still exceed.
    beyond = (quantile > 1.0 - pd) | ((quantile == 1.0) & (pd > 0.0))
    comonotone = np.where(beyond, lgd, 0.0)
    return np.where((rho == 1.0) & (pd < 1.0), comonotone, pd * lgd)


def _smooth_tranche_pd(attach: Array, pd: Array, lgd: Array, rho: Array) -> Array:
    _, factor = _factor_level(_default_line(pd, rho), attach, pd, lgd)
    return np.where(attach == 0.0, 1.0, ndtr(factor))


def _smooth_pool_loss(quantile: Array, pd: Array, lgd: Array, rho: Array) -> Array:
    # c + sqrt(rho) * v, with v = Phi^-1(quantile), cancels where rho is near one and pd near
    # 1 - quantile; written as c - Phi^-1(1 - quantile) and a remainder it keeps its digits.
    threshold, v = ndtri(pd), _between(ndtri(quantile), -_FAR, _FAR)
    gap = _probit_gap(threshold, -v, _sum_over_one(pd, quantile))
    remainder = v * ((1.0 - rho) / (1.0 + np.sqrt(rho)))
    share = ndtr((gap - remainder) / np.sqrt(1.0 - rho))
    # The extreme quantiles are 0 and lgd for every rho; v stands for infinity there.
    return lgd * np.where((quantile > 0.0) & (quantile < 1.0), share, quantile)


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


def _default_line(pd: Array, rho: Array) -> _DefaultLine:
    return _DefaultLine(ndtri(pd), np.sqrt(1.0 - rho), np.sqrt(rho))


def _smooth_tranche_loss(attach: Array, detach: Array, pd: Array, lgd: Array, rho: Array) -> Array:
    """Tranche loss where the pool loss has a density and attach < lgd.

    Of the two variables in phi(u) * Phi(z), a small rho makes z run fast and a large rho
    u.  Along the default line both run at most as fast as the arc length s, so in s one
    quadrature rule serves every rho.
    """
    line = _default_line(pd, rho)
    top = np.minimum(detach, lgd)
    u, z = _factor_level(line, np.array([attach, top]), pd, lgd)
    ends = line.common * u - line.own * z
    start: Array = ends[0]
    stop: Array = ends[1]
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
    certain = _between((line.threshold * line.common - _CERTAIN) / line.own, start, stop)
    lower, upper = _extent(line, start, stop)
    lower = _between(lower, certain, stop)
    length = np.maximum(np.minimum(upper, stop) - lower, 0.0)
    nodes, weights = _LONG_RULE
    density, chance = _integrand(line, lower, length, nodes)
    scale = line.common * length * np.exp(-0.5 * line.u(lower) ** 2) / _SQRT_2PI
    # Up to `certain`, Phi(z) is one and the integral is the normal mass itself.
    mass = _normal_mass(low_u, line.common * (certain - start))
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
    peak = _between(-np.maximum(line.threshold, 0.0) * line.own / line.common, start, stop)
    depth = _between(line.z(peak), -_FAR, 0.0)
    radius = np.sqrt(line.u(peak) ** 2 + depth**2 + _DECAY)
    chord = np.sqrt(np.maximum(radius**2 - line.threshold**2, 0.0))
    nearest_u = line.threshold * line.own
    upper = np.where(line.z(chord) < 0.0, chord, (radius - nearest_u) / line.common)
    lower = np.where(line.z(-chord) < 0.0, -chord, (-radius - nearest_u) / line.common)
    return lower, upper


def _factor_level(line: _DefaultLine, level: Array, pd: Array, lgd: Array) -> tuple[Array, Array]:
    """Shock u = Phi^-1(level / lgd), and the factor z below which the loss exceeds `level`.

    z = (c - sqrt(1 - rho) * u) / sqrt(rho), written as (c - u) + (1 - sqrt(1 - rho)) * u
    because a small rho magnifies the rounding error of the difference.
    """
    u = _share_probit(level, lgd)
    gap = _probit_gap(line.threshold, u, _excess(_exact_product(pd, lgd), level) / lgd)
    return u, gap / line.common + u * (line.common / (1.0 + line.own))


def _probit_gap(upper: Array, lower: Array, probability: Array) -> Array:
    """upper - lower, given Phi(upper) - Phi(lower) to more digits than the two bounds hold."""
    gap = upper - lower
    middle = 0.5 * (upper + lower)
    thin = np.abs(gap) * (1.0 + np.abs(middle)) < _THIN
    if thin.any():
        # One Newton step from the rounded difference.
        rough, low = gap[thin], lower[thin]
        density = np.exp(-0.5 * low**2) / _SQRT_2PI
        gap[thin] += (probability[thin] - _thin_mass(middle[thin], rough)) / density
    return gap


def _thin_mass(middle: Array, width: Array) -> Array:
    """Normal mass of a thin interval: phi integrated by its Taylor series at the middle."""
    square = middle**2
    second, fourth = square - 1.0, square * (square - 6.0) + 3.0
    series = 1.0 + width**2 / 24.0 * (second + width**2 / 80.0 * fourth)
    return width * np.exp(-0.5 * square) / _SQRT_2PI * series


def _normal_mass(start: Array, width: Array) -> Array:
    """Normal mass from start to start + width, to full relative precision."""
    middle = start + 0.5 * width
    # Differences are taken in the nearer tail, where they do not cancel.
    side = np.where(middle > 0.0, -1.0, 1.0)
    mass: Array = np.abs(ndtr(side * (start + width)) - ndtr(side * start))
    thin = width * (1.0 + np.abs(middle)) < _THIN
    if thin.any():
        mass[thin] = _thin_mass(middle[thin], width[thin])
    return mass


def _share_probit(level: Array, lgd: Array) -> Array:
    """Phi^-1(level / lgd) within +-_FAR, from the nearer tail so that no digits are lost."""
    below, above = level / lgd, (lgd - level) / lgd
    tail = np.maximum(ndtri(np.minimum(below, above)), -_FAR)
    return np.where(below < above, tail, -tail)


def _excess(product: tuple[Array, Array], level: Array) -> Array:
    """An exact product less `level`; a tranche of 1e-6 magnifies its error a million times."""
    rounded, error = product
    return (rounded - level) + error


def _exact_product(first: Array, second: Array) -> tuple[Array, Array]:
    """The rounded product and its rounding error (Dekker 1971)."""
    product = first * second
    first_high, first_low = _halves(first)
    second_high, second_low = _halves(second)
    error = first_high * second_high - product
    error += first_high * second_low + first_low * second_high
    return product, error + first_low * second_low


def _between(value: Array, low: Array | float, high: Array | float) -> Array:
    """np.clip, which takes several times as long on a single value."""
    bounded: Array = np.minimum(np.maximum(value, low), high)
    return bounded


def _halves(value: Array) -> tuple[Array, Array]:
    """Split doubles into two parts of 26 bits, whose products are exact."""
    scaled = value * 134217729.0
    high = scaled - (scaled - value)
    return high, value - high


def _sum_over_one(first: Array, second: Array) -> Array:
    """first + second - 1, with the rounding error of the sum added back (Knuth)."""
    total = first + second
    part = total - first
    error = (first - (total - part)) + (second - part)
    return (total - 1.0) + error


def _unit_rule(count: int) -> tuple[Array, Array]:
    """Gauss-Legendre rule on [0, 1]: the nodes as a column, and the weights."""
    nodes, weights = np.polynomial.legendre.leggauss(count)
    return 0.5 * (nodes[:, np.newaxis] + 1.0), 0.5 * weights


_SHORT_RULE = _unit_rule(18)
_LONG_RULE = _unit_rule(40)
