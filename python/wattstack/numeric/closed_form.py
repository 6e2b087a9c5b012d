"""The expected loss of a tranche in closed form, by Owen's T.

For standard normals U and Y of correlation sqrt(1 - rho), the chance that U exceeds u and Y stays below c is the
normal mass of a wedge in the plane: with z standing for the factor, right of the edge U = u and below the line
sqrt(1 - rho) * U + sqrt(rho) * Z = c, on which a loan just defaults.  The ray from the origin through the wedge's
corner splits it into two pieces, each bounded by a straight edge and a ray, which is what Owen's T measures
(Owen 1956).  The mass is taken in the tails, so that it is good to 1e-14 of the tail beyond the farther edge and not
of one.
"""

from __future__ import annotations

from .digits import share_probit
from .maths import Mask, Maths, Number

__all__ = ["covers", "tranche_loss"]

# The rate of defaults in a tranche is good to 1e-15, which a tranche of less than this share of lgd would magnify too
# much; and a rho below the least magnifies the rounding of the normal arguments by 1 / sqrt(rho).
_THINNEST = 4e-3
_LEAST_RHO = 1e-3

# Results below this part of the sum of their terms have cancelled too much: 1e-13 of a term is 1e-10 of the result.
_KEPT = 1e-3

# Phi(-4): beyond, the quadrature of Owen's T for arrays is no longer good to 1e-13 of the tail.
_DEEP = 3.2e-5

# Moves an argument that is zero off it, and no other, so that a corner in the origin has a direction.
_NUDGE = 1e-300


def covers(m: Maths, attach: Number, detach: Number, pd: Number, lgd: Number, rho: Number) -> Mask:
    """Whether the closed form may be tried."""
    thick = m.minimum(detach, lgd) - attach > _THINNEST * lgd
    return thick & (pd > 0.0) & (pd < 1.0) & (rho >= _LEAST_RHO) & (rho < 1.0)


def tranche_loss(m: Maths, attach: Number, detach: Number, pd: Number, lgd: Number, rho: Number) -> tuple[Number, Mask]:
    """Expected loss as a share of the tranche, for rows that the closed form covers; and whether it kept its digits."""
    c, rare = m.ndtri(pd) + _NUDGE, m.minimum(pd, 1.0 - pd)
    own, common = m.sqrt(1.0 - rho), m.sqrt(rho)
    u, tail = share_probit(m, attach, lgd)
    u_top, tail_top = share_probit(m, m.minimum(detach, lgd), lgd)
    over, terms = _wedge(m, u + _NUDGE, tail, c, rare, own, common)
    over_top, terms_top = _wedge(m, u_top + _NUDGE, tail_top, c, rare, own, common)
    origin = (c > 0.0) & (u < 0.0) & (u_top >= 0.0)  # lies in the first wedge and not in the second
    rate = origin + (over - over_top)  # of defaults between attach / lgd and detach / lgd, expected
    good = (rate > _KEPT * (origin + terms + terms_top)) & (rare > _DEEP) & _shallow(tail) & _shallow(tail_top)
    return m.minimum(rate * (lgd / (detach - attach)), 1.0), good


def _shallow(tail: Number) -> Mask:
    return (tail > _DEEP) | (tail == 0.0)


def _wedge(
    m: Maths, u: Number, tail: Number, c: Number, rare: Number, own: Number, common: Number
) -> tuple[Number, Number]:
    """P(U > u, Y < c), less one if the wedge holds the origin; and the sum of its terms."""
    beside, beside_terms = _piece(m, u, (own * u - c) / common, tail)
    below, below_terms = _piece(m, c, (u - own * c) / common, rare)
    return m.copysign(beside, u) - m.copysign(below, c), beside_terms + below_terms


def _piece(m: Maths, distance: Number, along: Number, tail: Number) -> tuple[Number, Number]:
    """Normal mass beyond a straight edge and to one side of the ray through a point on it; and the sum of its terms.

    The edge passes the origin at |distance| and has mass `tail` beyond it; the point is `along` the edge from its
    nearest to the origin, and the piece is on the side where the edge goes on.
    """
    across, height = abs(along), abs(distance)
    near, far = m.ordered(across, height)
    triangle = m.owens_t(far, near / far)
    # T(h, a) + T(a h, 1 / a) is known; T is taken in the farther leg, beyond which there is less.
    whole = m.where(across > height, (0.5 - tail) * m.ndtr(-across), 0.5 * tail)
    ahead = abs(whole - triangle)
    mass = m.where(along < 0.0, tail - ahead, ahead)
    return mass, mass + triangle
