"""Losses of credit tranches in the one-factor Gaussian copula.

The pool is infinitely granular and homogeneous.  A loan defaults when

    sqrt(1 - rho) * u + sqrt(rho) * M < c,    c = Phi^-1(pd),

where its own shock u and the common factor M are independent and standard
normal, so that the loss of the pool as a share of its notional is

    L = lgd * Phi((c - sqrt(rho) * M) / sqrt(1 - rho)).

Every function takes float64 arrays (or floats) that broadcast against one another
and returns an array of their common shape; a plain float where all are plain floats.
Inputs are taken to be finite and valid; tranche limits, probabilities, severities and
correlations are shares in [0, 1].

Sources
-------
O. Vasicek (2002), "Loan portfolio value", Risk 15(12): the loss distribution.
D. B. Owen (1956), "Tables for computing bivariate normal probabilities",
Annals of Mathematical Statistics 27(4): the integral of phi(u) * Phi(a - b * u),
to which the expected loss of a tranche reduces.
"""

from __future__ import annotations

from . import closed_form
from .default_line import factor_level, mean_chance
from .digits import FAR, between, exact_product, excess, probit_gap, sum_over_one
from .maths import ARRAYS, Array, Mask, Maths, Number, Values, rowwise

__all__ = ["Array", "Values", "conditional_pd", "pool_loss", "tranche_loss", "tranche_pd"]

# An atom of the loss this close to the attachment counts as not above it.
_ATOM_TOLERANCE = 1e-12

# Fewer rows than this take longer in closed form, which calls numpy more often, than along the default line.
_FEW = 512


def tranche_loss(attach: Values, detach: Values, pd: Values, lgd: Values, rho: Values) -> Number:
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
    numpy.ndarray or float
        EL = E[min(max(L - attach, 0), detach - attach)] / (detach - attach), in [0, 1].

    Notes
    -----
    The equation evaluated is, with u(x) = Phi^-1(x / lgd),

        EL = lgd / (detach - attach)
             * integral of phi(u) * Phi((c - sqrt(1 - rho) * u) / sqrt(rho)) du

    from u(attach) to u(min(detach, lgd)) (Vasicek 2002; Owen 1956): in closed form where that
    keeps its digits, by quadrature elsewhere.  At rho = 0 the pool loses pd * lgd for
    certain; at rho = 1 it loses lgd with probability pd.
    """
    return rowwise(_tranche_loss, attach, detach, pd, lgd, rho)


def tranche_pd(attach: Values, pd: Values, lgd: Values, rho: Values) -> Number:
    """Probability that the pool loses more than a tranche's attachment.

    Parameters
    ----------
    attach : array_like of float
        Attachment of the tranche as a share of the pool, in [0, 1].
    pd, lgd, rho : array_like of float
        Default probability, loss given default and asset correlation, in [0, 1].

    Returns
    -------
    numpy.ndarray or float
        P(L > attach) = Phi((c - sqrt(1 - rho) * Phi^-1(attach / lgd)) / sqrt(rho)), in
        [0, 1] (Vasicek 2002).

    Notes
    -----
    Where the loss is discrete (rho or pd at 0 or 1), a value of it that exceeds the
    attachment by 1e-12 or less is taken to equal the attachment, and so not to exceed it.
    """
    return rowwise(_tranche_pd, attach, pd, lgd, rho)


def pool_loss(quantile: Values, pd: Values, lgd: Values, rho: Values) -> Number:
    """Quantile of the pool loss.

    Parameters
    ----------
    quantile : array_like of float
        Probability with which the loss is not to be exceeded, in [0, 1].
    pd, lgd, rho : array_like of float
        Default probability, loss given default and asset correlation, in [0, 1].

    Returns
    -------
    numpy.ndarray or float
        The smallest x with P(L <= x) >= quantile, a share of the pool:
        lgd * Phi((c + sqrt(rho) * Phi^-1(quantile)) / sqrt(1 - rho)) (Vasicek 2002).
    """
    return rowwise(_pool_loss, quantile, pd, lgd, rho)


def conditional_pd(pd: Values, rho: Values, shock: Values) -> Number:
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
    numpy.ndarray or float
        Phi((Phi^-1(pd) - sqrt(rho) * shock) / sqrt(1 - rho)), in [0, 1] (Vasicek 2002).

    Notes
    -----
    The rounding error of Phi^-1(pd) is magnified by 1 / sqrt(1 - rho): the result is good
    to 1e-12 up to a rho of 1 - 1e-6, and to 2e-11 at 1 - 1e-9.
    """
    return rowwise(_conditional_pd, pd, rho, shock)


def _has_density(pd: Number, rho: Number) -> Mask:
    """Whether the pool loss is a continuous variable: neither pd nor rho is 0 or 1."""
    return (pd > 0.0) & (pd < 1.0) & (rho > 0.0) & (rho < 1.0)


def _tranche_loss(m: Maths, *row: Number) -> Number:
    return m.either(closed_form.covers(m, *row), _ordinary_tranche_loss, _extreme_tranche_loss, *row)


def _ordinary_tranche_loss(m: Maths, *row: Number) -> Number:
    if m is ARRAYS and row[0].size < _FEW:
        return mean_chance(m, *row)
    loss, good = closed_form.tranche_loss(m, *row)
    return m.mended(loss, good, mean_chance, *row)


def _extreme_tranche_loss(m: Maths, *row: Number) -> Number:
    attach, _, pd, lgd, rho = row
    return m.either(_has_density(pd, rho) & (lgd > attach), mean_chance, _atom_tranche_loss, *row)


def _atom_tranche_loss(m: Maths, attach: Number, detach: Number, pd: Number, lgd: Number, rho: Number) -> Number:
    width = detach - attach
    # The loss is pd * lgd for sure at rho = 0, and likewise where pd is 0 or 1; a pool whose
    # lgd does not reach the tranche comes out as zero in this form as well.
    comonotone = rho == 1.0
    above = m.where(comonotone, lgd - attach, excess(exact_product(pd, lgd), attach))
    return m.where(comonotone, pd, 1.0) * (between(m, above, 0.0, width) / width)


def _tranche_pd(m: Maths, *row: Number) -> Number:
    attach, pd, lgd, rho = row
    return m.either(_has_density(pd, rho) & (lgd > attach), _smooth_tranche_pd, _atom_tranche_pd, *row)


def _smooth_tranche_pd(m: Maths, attach: Number, pd: Number, lgd: Number, rho: Number) -> Number:
    _, factor = factor_level(m, m.ndtri(pd), attach, pd, lgd, rho)
    return m.where(attach == 0.0, 1.0, m.ndtr(factor))


def _atom_tranche_pd(m: Maths, attach: Number, pd: Number, lgd: Number, rho: Number) -> Number:
    comonotone = rho == 1.0
    above = m.where(comonotone, lgd, pd * lgd) - attach
    return m.where(above > _ATOM_TOLERANCE, m.where(comonotone, pd, 1.0), 0.0)


def _pool_loss(m: Maths, *row: Number) -> Number:
    _, pd, _, rho = row
    return m.either(_has_density(pd, rho), _smooth_pool_loss, _atom_pool_loss, *row)


def _smooth_pool_loss(m: Maths, quantile: Number, pd: Number, lgd: Number, rho: Number) -> Number:
    # c + sqrt(rho) * v, with v = Phi^-1(quantile), cancels where rho is near one and pd near
    # 1 - quantile; written as c - Phi^-1(1 - quantile) and a remainder it keeps its digits.
    threshold, v = m.ndtri(pd), between(m, m.ndtri(quantile), -FAR, FAR)
    gap = probit_gap(m, threshold, -v, sum_over_one(pd, quantile))
    remainder = v * ((1.0 - rho) / (1.0 + m.sqrt(rho)))
    share = m.ndtr((gap - remainder) / m.sqrt(1.0 - rho))
    # The extreme quantiles are 0 and lgd for every rho; v stands for infinity there.
    return lgd * m.where((quantile > 0.0) & (quantile < 1.0), share, quantile)


def _atom_pool_loss(m: Maths, quantile: Number, pd: Number, lgd: Number, rho: Number) -> Number:
    # A pd below rounding leaves 1 - pd at one, which a quantile of one must still exceed.
    beyond = (quantile > 1.0 - pd) | ((quantile == 1.0) & (pd > 0.0))
    return m.where((rho == 1.0) & (pd < 1.0), m.where(beyond, lgd, 0.0), pd * lgd)


def _conditional_pd(m: Maths, pd: Number, rho: Number, shock: Number) -> Number:
    uncertain = (pd > 0.0) & (pd < 1.0)
    threshold = m.ndtri(m.where(uncertain, pd, 0.5))
    chance = m.ndtr((threshold - m.sqrt(rho) * shock) / m.sqrt(1.0 - rho))
    return m.where(uncertain, chance, pd)
