"""Losses of tranches whatever the pool and the copula.

Without n the pool is infinitely granular, with it n equal obligors; without dof the copula is Gaussian, with it the
t copula.  Without either, plain floats give a plain float, some twenty times as fast as an array of one.
"""

from __future__ import annotations

from . import copula, lumpy, student
from .maths import Number, Values

__all__ = ["pool_loss", "tranche_loss", "tranche_pd"]

Option = Values | None


def tranche_loss(
    attach: Values, detach: Values, pd: Values, lgd: Values, rho: Values, n: Option = None, dof: Option = None
) -> Number:
    """Expected loss of a tranche, as a share of the tranche."""
    if dof is not None:
        return student.tranche_loss(attach, detach, pd, lgd, rho, dof, n)
    if n is not None:
        return lumpy.tranche_loss(attach, detach, pd, lgd, rho, n)
    return copula.tranche_loss(attach, detach, pd, lgd, rho)


def tranche_pd(attach: Values, pd: Values, lgd: Values, rho: Values, n: Option = None, dof: Option = None) -> Number:
    """Chance that the pool loses more than the attachment."""
    if dof is not None:
        return student.tranche_pd(attach, pd, lgd, rho, dof, n)
    if n is not None:
        return lumpy.tranche_pd(attach, pd, lgd, rho, n)
    return copula.tranche_pd(attach, pd, lgd, rho)


def pool_loss(quantile: Values, pd: Values, lgd: Values, rho: Values, n: Option = None, dof: Option = None) -> Number:
    """Quantile of the pool's loss."""
    if dof is not None:
        return student.pool_loss(quantile, pd, lgd, rho, dof, n)
    if n is not None:
        return lumpy.pool_loss(quantile, pd, lgd, rho, n)
    return copula.pool_loss(quantile, pd, lgd, rho)
