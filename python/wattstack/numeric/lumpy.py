"""Losses of credit tranches on a pool of a few equal obligors, one-factor Gaussian copula.

Each of the n obligors owes 1 / n of the pool and defaults when

    sqrt(1 - rho) * Z + sqrt(rho) * M < c,    c = Phi^-1(pd),

with its own shock Z and the common factor M independent and standard normal.  Given M
the number of defaults K is binomial with the chance p(M) = Phi((c - sqrt(rho) * M) /
sqrt(1 - rho)), and the pool loses L = lgd * K / n.

Up to 64 obligors the chances of all outcomes are integrated over the factor and summed.
Beyond, the sums over outcomes are incomplete beta functions, and it takes as long for a
million obligors as for a hundred.

Every function takes float64 arrays (or floats) that broadcast against one another, n
too, and returns an array of their common shape.  Inputs are taken to be finite and
valid.  Results are good to 1e-12 absolute up to 1000 obligors and tranches of 1e-3, and to 1e-10 in tranches of
1e-6.  More than a trillion obligors count as a trillion.

Sources
-------
O. Vasicek (1987), "Probability of loss on loan portfolio", KMV: the conditional binomial.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.special import betainc, betaincinv, comb, ndtr, ndtri

from .copula import pool_loss as granular_pool_loss
from .quadrature import gauss_legendre

__all__ = ["defaulted", "pool_loss", "probit_spread", "tranche_loss", "tranche_pd"]

Array: TypeAlias = npt.NDArray[np.float64]
Values: TypeAlias = Array | float
Rows: TypeAlias = Callable[..., Array]

# Up to so many obligors each outcome is a term of its own.
FEW = 64

# So many obligors are told apart; of more the incomplete beta function knows no better.
MOST = 1e12

# A loss this close to the attachment is not above it; a chance this close to the quantile reaches it.
ATOM = 1e-12

_LEAST_RHO = 1e-40  # moves the default threshold by less than its rounding
_FACTOR_EDGE = 9.0  # Phi(-9) is 1e-19
_STEP_EDGE = 8.0  # the default rate steps from Phi(8) to Phi(-8), and Phi(-8) is 6e-16
_REACH = 9.0  # standard deviations of a transition between two panels
_TAIL = 1e-18  # of a transition, what is left on each side
_BLOCK_ITEMS = 1 << 15  # items of one temporary: small enough to stay in the cache


def tranche_loss(attach: Values, detach: Values, pd: Values, lgd: Values, rho: Values, n: Values) -> Array:
    """Expected loss of a tranche, E[min(max(L - attach, 0), detach - attach)] / (detach - attach)."""
    return _by_count(_few_tranche_loss, _many_tranche_loss, n, attach, detach, pd, lgd, rho)


def tranche_pd(attach: Values, pd: Values, lgd: Values, rho: Values, n: Values) -> Array:
    """Probability that the pool loses more than the attachment, by more than 1e-12."""
    return _by_count(_few_tranche_pd, _many_tranche_pd, n, attach, pd, lgd, rho)


def pool_loss(quantile: Values, pd: Values, lgd: Values, rho: Values, n: Values) -> Array:
    """Smallest loss whose distribution function reaches the quantile, to 1e-12."""
    return _by_count(_few_pool_loss, _many_pool_loss, n, quantile, pd, lgd, rho)


def defaulted(loss: Array, lgd: Array) -> Array:
    """The share of defaults at which the pool loses so much, or 1."""
    share: Array = np.where(lgd > 0.0, np.minimum(loss, lgd) / np.where(lgd > 0.0, lgd, 1.0), 1.0)
    return share


def probit_spread(share: Array, n: Values) -> Array:
    """Standard deviation of Phi^-1(K / n) about a share of defaults that is expected."""
    share = np.clip(share, 0.5 / n, 1.0 - 0.5 / n)
    density = np.exp(-0.5 * ndtri(share) ** 2) / np.sqrt(2.0 * np.pi)
    spread: Array = np.sqrt(share * (1.0 - share) / n) / density
    return spread


def _by_count(few: Rows, many: Rows, n: Values, *inputs: Values) -> Array:
    """Apply `few` to the rows of each small count, and `many` to the others, in blocks."""
    count, *columns = np.broadcast_arrays(np.asarray(n, np.float64), *(np.asarray(x, np.float64) for x in inputs))
    flat, rows = np.minimum(count.ravel(), MOST), np.array([x.ravel() for x in columns])
    result = np.empty(flat.shape)
    for n_few in np.unique(flat[flat <= FEW]).tolist():
        chosen = np.flatnonzero(flat == n_few)
        step = max(_BLOCK_ITEMS // (len(_rule(int(n_few))[0]) * (int(n_few) + 1)), 1)
        for block in np.split(chosen, range(step, len(chosen), step)):
            result[block] = few(int(n_few), *rows[:, block])
    chosen = np.flatnonzero(flat > FEW)
    step = max(_BLOCK_ITEMS // 448, 1)
    for block in np.split(chosen, range(step, len(chosen), step)):
        if block.size:
            result[block] = many(flat[block], *rows[:, block])
    return result.reshape(count.shape)


# --- few obligors: one term an outcome --------------------------------------------------------


def outcomes(n: int, pd: Array, rho: Array) -> Array:
    """Chances of 0, 1, ..., n defaults; one row a pool."""
    certain = (pd <= 0.0) | (pd >= 1.0)
    spread = ~certain & (rho > 0.0) & (rho < 1.0)
    result = np.zeros((len(pd), n + 1))
    alone = certain | (rho == 0.0)
    result[alone] = _binomial(n, pd[alone, None], 1.0 - pd[alone, None], np.ones(1))
    together = ~certain & (rho == 1.0)
    result[together, 0], result[together, n] = 1.0 - pd[together], pd[together]
    if spread.any():
        result[spread] = _mixed(n, pd[spread], rho[spread])
    return result


def _mixed(n: int, pd: Array, rho: Array) -> Array:
    """The binomial chances mixed over the factor, where the default rate depends on it."""
    width, centre = _step(pd, rho)
    start = np.clip(centre - _STEP_EDGE * width, -_FACTOR_EDGE, _FACTOR_EDGE)
    end = np.clip(centre + _STEP_EDGE * width, -_FACTOR_EDGE, _FACTOR_EDGE)
    nodes, weights = _rule(n)
    half = (0.5 * (end - start))[:, None]
    factor = (0.5 * (start + end))[:, None] + half * nodes
    level = (centre[:, None] - factor) / width[:, None]
    density = half * weights * np.exp(-0.5 * factor**2) / np.sqrt(2.0 * np.pi)
    result = _binomial(n, ndtr(level), ndtr(-level), density)
    result[:, n] += ndtr(start)  # all default below the step,
    result[:, 0] += ndtr(-end)  # and none beyond it
    return result


def _step(pd: Array, rho: Array) -> tuple[Array, Array]:
    """How wide the default rate's step is in the factor, and where."""
    rho = np.maximum(rho, _LEAST_RHO)
    return np.sqrt((1.0 - rho) / rho), ndtri(pd) / np.sqrt(rho)


def _binomial(n: int, p: Array, q: Array, weights: Array) -> Array:
    """Binomial chances of p and q = 1 - p, summed over nodes (the last axis) with weights."""
    up = np.empty((n + 1, *p.shape))
    down = np.empty((n + 1, *p.shape))
    up[0], down[0] = weights, 1.0
    for k in range(n):
        up[k + 1] = up[k] * p
        down[k + 1] = down[k] * q
    ways = comb(n, np.arange(n + 1.0))
    chances: Array = ways * np.einsum("kri,kri->rk", up, down[::-1])
    return chances


def _few_tranche_loss(n: int, attach: Array, detach: Array, pd: Array, lgd: Array, rho: Array) -> Array:
    losses = _losses(n, lgd)
    with np.errstate(over="ignore"):  # far beyond the thinnest of tranches
        share = np.clip((losses - attach[:, None]) / (detach - attach)[:, None], 0.0, 1.0)
    loss: Array = (outcomes(n, pd, rho) * share).sum(axis=1)
    return np.minimum(loss, 1.0)


def _few_tranche_pd(n: int, attach: Array, pd: Array, lgd: Array, rho: Array) -> Array:
    above = _losses(n, lgd) > attach[:, None] + ATOM
    chance: Array = np.where(above, outcomes(n, pd, rho), 0.0).sum(axis=1)
    return np.minimum(chance, 1.0)


def _few_pool_loss(n: int, quantile: Array, pd: Array, lgd: Array, rho: Array) -> Array:
    below = np.cumsum(outcomes(n, pd, rho), axis=1)[:, :-1] < quantile[:, None] - ATOM
    loss: Array = lgd * (below.sum(axis=1) / n)
    return loss


def _losses(n: int, lgd: Array) -> Array:
    return lgd[:, None] * (np.arange(n + 1.0) / n)


# --- many obligors: one incomplete beta function for all outcomes up to one -------------------


def _many_tranche_loss(n: Array, attach: Array, detach: Array, pd: Array, lgd: Array, rho: Array) -> Array:
    """Tranche loss by n * exposed * integral of phi(u) * g(Phi(u)) * P(p(M) > Phi(u)) du.

    `exposed` is the share of the tranche that can be lost at all, and g(p) the mean part of it
    that the next default takes, were the default rate p: the derivative of the conditional
    loss, which is positive, so nothing cancels however thin the tranche is.
    """
    exposed = (np.minimum(detach, lgd) - attach) / (detach - attach)
    first, last = (defaulted(x, lgd) * n for x in (attach, detach))
    plain = _plain(pd, rho)
    rho_inside, pd_inside = np.where(plain, 0.5, rho), np.where(plain, 0.5, pd)
    threshold, own, common = ndtri(pd_inside), np.sqrt(1.0 - rho_inside), np.sqrt(rho_inside)
    # the first default and the last step where half of one is expected
    shares = [np.clip(x / n, 0.5 / n, 1.0 - 0.5 / n) for x in (first, last)]
    spans = [(ndtri(share), probit_spread(share, n)) for share in shares]
    u, weight = _panels([*spans, (threshold / own, common / own)])
    taken = _taken(u, first[:, None], last[:, None], n[:, None])
    chance = ndtr((threshold[:, None] - own[:, None] * u) / common[:, None])
    loss = n * exposed * (weight * np.exp(-0.5 * u**2) * taken * chance).sum(axis=1) / np.sqrt(2.0 * np.pi)
    if plain.any():
        loss[plain] = _plain_loss(*(x[plain] for x in (n, attach, detach, pd, lgd, rho)))
    return np.where(lgd > attach, np.clip(loss, 0.0, 1.0), 0.0)


def _plain(pd: Array, rho: Array) -> npt.NDArray[np.bool_]:
    """Whether the factor does not matter: the number of defaults is binomial, or none or all."""
    return (pd <= 0.0) | (pd >= 1.0) | (rho <= 0.0) | (rho >= 1.0)


def _plain_loss(n: Array, attach: Array, detach: Array, pd: Array, lgd: Array, rho: Array) -> Array:
    together = (rho >= 1.0) | (pd <= 0.0) | (pd >= 1.0)
    width = detach - attach
    all_lost = pd * (np.clip(lgd - attach, 0.0, width) / width)
    binomial = lgd * (_mean_below(lgd, detach, n, pd) - _mean_below(lgd, attach, n, pd)) / width
    return np.where(together, all_lost, binomial)


def _mean_below(lgd: Array, point: Array, n: Array, pd: Array) -> Array:
    """E[min(K / n, point / lgd)] of a binomial number of defaults."""
    x = defaulted(point, lgd) * n
    k = np.floor(x)
    chance = pd * _at_most(k - 1.0, n - 1.0, 1.0 - pd) + x / n * (1.0 - _at_most(k, n, 1.0 - pd))
    return np.where(x >= n, pd, chance)


def _taken(u: Array, first: Array, last: Array, n: Array) -> Array:
    """Mean part of the places among n from `first` to `last` that the next default takes."""
    q, others = ndtr(-u), n - 1.0
    low, high = np.floor(first), np.floor(last)
    to_low, at_low = _at_most(low - 1.0, others, q), _at_most(low, others, q)
    to_high, at_high = _at_most(high - 1.0, others, q), _at_most(high, others, q)
    parts = (to_high - at_low) + (1.0 - (first - low)) * (at_low - to_low) + (last - high) * (at_high - to_high)
    return np.where(low == high, at_low - to_low, parts / np.where(low == high, 1.0, last - first))


def _at_most(k: Array, n: Array, q: Array) -> Array:
    """Chance of at most k defaults among n, each surviving with chance q."""
    inside = (k >= 0.0) & (k < n)
    chance = betainc(np.where(inside, n - k, 1.0), np.where(inside, k + 1.0, 1.0), q)
    return np.where(inside, chance, np.where(k < 0.0, 0.0, 1.0))


def _panels(spans: list[tuple[Array, Array]]) -> tuple[Array, Array]:
    """Nodes and weights on [-9, 9], in panels that end where one of the spans does."""
    edges = [bound for centre, size in spans for bound in (centre - _REACH * size, centre + _REACH * size)]
    outer = np.full(len(edges[0]), _FACTOR_EDGE)
    breaks = np.sort(np.clip([-outer, *edges, outer], -_FACTOR_EDGE, _FACTOR_EDGE), axis=0).T
    nodes, weights = _PANEL
    half = 0.5 * np.diff(breaks, axis=1)
    middle = 0.5 * (breaks[:, 1:] + breaks[:, :-1])
    points = middle[:, :, None] + half[:, :, None] * nodes
    return points.reshape(len(points), -1), (half[:, :, None] * weights).reshape(len(points), -1)


def _many_tranche_pd(n: Array, attach: Array, pd: Array, lgd: Array, rho: Array) -> Array:
    touched = np.floor(defaulted(attach + ATOM, lgd) * n) + 1.0
    # the quotient rounds; the loss of a number of defaults decides
    touched -= lgd * ((touched - 1.0) / n) > attach + ATOM
    touched += lgd * (touched / n) <= attach + ATOM
    return np.where(lgd > attach + ATOM, _at_least(np.clip(touched, 1.0, n), n, pd, rho), 0.0)


def _at_least(k: Array, n: Array, pd: Array, rho: Array) -> Array:
    """P(K >= k), 1 <= k <= n."""
    plain = _plain(pd, rho)
    inner_pd, inner_rho = np.where(plain, 0.5, pd), np.where(plain, 0.5, rho)
    width, centre = _step(inner_pd, inner_rho)
    after = n - k + 1.0
    lowest, highest = ndtri(betaincinv(k, after, _TAIL)), -ndtri(betaincinv(after, k, _TAIL))
    start = np.clip(centre - width * highest, -_FACTOR_EDGE, _FACTOR_EDGE)
    end = np.clip(centre - width * lowest, -_FACTOR_EDGE, _FACTOR_EDGE)
    nodes, weights = _PANEL
    half = (0.5 * (end - start))[:, None]
    factor = (0.5 * (start + end))[:, None] + half * nodes
    level = (centre[:, None] - factor) / width[:, None]
    chance = 1.0 - _at_most(k[:, None] - 1.0, n[:, None], ndtr(-level))
    mixed = ndtr(start) + (half * weights * np.exp(-0.5 * factor**2) * chance).sum(axis=1) / np.sqrt(2.0 * np.pi)
    binomial = 1.0 - _at_most(k - 1.0, n, 1.0 - pd)
    together = (rho >= 1.0) | (pd <= 0.0) | (pd >= 1.0)
    return np.clip(np.where(plain, np.where(together, pd, binomial), mixed), 0.0, 1.0)


def _many_pool_loss(n: Array, quantile: Array, pd: Array, lgd: Array, rho: Array) -> Array:
    """Bisection over the number of defaults, from the granular pool's quantile outwards."""
    beyond = 1.0 - quantile + ATOM  # a loss will do once more is lost with no more than this chance
    guess = np.floor(granular_pool_loss(quantile, pd, 1.0, rho) * n)
    reach = np.ceil(12.0 * np.sqrt(n))
    low, high = np.maximum(guess - reach, 0.0), np.minimum(guess + reach, n)
    low = np.where(_exceeds(low - 1.0, n, pd, rho, beyond), low, 0.0)
    high = np.where(_exceeds(high, n, pd, rho, beyond), n, high)
    while (low < high).any():
        middle = np.floor(0.5 * (low + high))
        above = _exceeds(middle, n, pd, rho, beyond) & (low < high)
        low, high = np.where(above, middle + 1.0, low), np.where(above, high, np.minimum(high, middle))
    return lgd * (low / n)


def _exceeds(k: Array, n: Array, pd: Array, rho: Array, chance: Array) -> npt.NDArray[np.bool_]:
    """Whether more than k obligors default with more than this chance."""
    more = np.where(k >= n, 0.0, _at_least(np.clip(k + 1.0, 1.0, n), n, pd, rho))
    exceeds: npt.NDArray[np.bool_] = np.where(k < 0.0, 1.0, more) > chance
    return exceeds


def _rule(n: int) -> tuple[Array, Array]:
    """Gauss-Legendre rule fine enough for the outcomes of n obligors, which are sqrt(n) times as narrow as one."""
    count = 16 * int(np.ceil(2.0 + 1.25 * np.sqrt(n)))
    return gauss_legendre(count)


_PANEL = gauss_legendre(64)
