"""Losses of tranches whatever the pool: infinitely granular, or of n equal obligors."""

from __future__ import annotations

from . import copula, lumpy
from .copula import Array, Values

__all__ = ["pool_loss", "tranche_loss", "tranche_pd"]


def tranche_loss(
    attach: Values, detach: Values, pd: Values, lgd: Values, rho: Values, n: Values | None = None
) -> Array:
    """Expected loss of a tranche, as a share of the tranche; without n the pool is granular."""
    if n is None:
        return copula.tranche_loss(attach, detach, pd, lgd, rho)
    return lumpy.tranche_loss(attach, detach, pd, lgd, rho, n)


def tranche_pd(attach: Values, pd: Values, lgd: Values, rho: Values, n: Values | None = None) -> Array:
    """Chance that the pool loses more than the attachment."""
    if n is None:
        return copula.tranche_pd(attach, pd, lgd, rho)
    return lumpy.tranche_pd(attach, pd, lgd, rho, n)


def pool_loss(quantile: Values, pd: Values, lgd: Values, rho: Values, n: Values | None = None) -> Array:
    """Quantile of the pool's loss."""
    if n is None:
        return copula.pool_loss(quantile, pd, lgd, rho)
    return lumpy.pool_loss(quantile, pd, lgd, rho, n)
