"""The correlation that a tranche's expected loss implies."""

from __future__ import annotations

import numpy as np

from .copula import Values
from .tranches import tranche_loss

__all__ = ["implied_correlation"]

STEPS = 1000  # of the scan
_ACCURATE = 1e-13  # of the correlation
_SAME = 1e-14  # of the loss: what rounding can make of it


def implied_correlation(
    attach: float, detach: float, loss: float, pd: float, lgd: float, n: Values | None = None
) -> float:
    """The smallest correlation at which the tranche loses `loss`, NaN if there is none.

    A mezzanine tranche's loss rises and falls with the correlation and can have two: [0, 1] is scanned by 0.001, and
    the first change of sign refined.
    """

    def excess(rho: float) -> float:
        return float(tranche_loss(attach, detach, pd, lgd, rho, n)) - loss

    scan = np.arange(STEPS + 1) / STEPS
    side = tranche_loss(attach, detach, pd, lgd, scan, n) - loss
    side = np.sign(np.where(np.abs(side) <= _SAME * loss, 0.0, side))
    found = np.flatnonzero((side == 0.0) | (side != np.append(side[1:], side[-1])))
    if not found.size:
        return float("nan")
    from scipy.optimize import brentq  # it takes as long to load as all the rest

    first = int(found[0])
    if side[first] == 0.0 or side[first + 1] == 0.0:
        return float(scan[first if side[first] == 0.0 else first + 1])
    low, high = float(scan[first]), float(scan[first + 1])
    if excess(low) * excess(high) > 0.0:  # one by one the losses round otherwise, and the root is one of the ends
        return min(low, high, key=lambda rho: abs(excess(rho)))
    return float(brentq(excess, low, high, xtol=_ACCURATE))
