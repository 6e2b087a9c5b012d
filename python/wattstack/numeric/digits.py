"""Sums, products and normal probabilities that keep their digits where plain ones lose them.

Written over `Maths`: for arrays and for plain floats.
"""

from __future__ import annotations

import math

from .maths import Maths, Number

__all__ = [
    "FAR",
    "SQRT_2PI",
    "between",
    "exact_product",
    "excess",
    "normal_mass",
    "probit_gap",
    "share_probit",
    "sum_over_one",
]

# Beyond it a normal tail is zero in double precision; stands for an infinite probit.
FAR = 40.0

# The least double, which no tail but zero notices, or one as small.
_LEAST = 5e-324

# Intervals of u narrower than this, over 1 + |u|, have their normal mass from a series.
_THIN = 0.01

SQRT_2PI = math.sqrt(2.0 * math.pi)


def between(m: Maths, value: Number, low: Number, high: Number) -> Number:
    """np.clip, which takes several times as long on a single value."""
    return m.minimum(m.maximum(value, low), high)


def share_probit(m: Maths, level: Number, lgd: Number) -> tuple[Number, Number]:
    """Phi^-1(level / lgd), from the nearer tail so that no digits are lost; and that tail.

    At 0 and 1 it is +-38.5, beyond which a normal tail is zero in double precision.
    """
    below, above = level / lgd, (lgd - level) / lgd
    tail = m.minimum(below, above)
    return m.copysign(m.ndtri(tail + _LEAST), below - above), tail


def probit_gap(m: Maths, upper: Number, lower: Number, probability: Number) -> Number:
    """upper - lower, given Phi(upper) - Phi(lower) to more digits than the two bounds hold."""
    gap, middle = upper - lower, 0.5 * (upper + lower)
    wide = abs(gap) * (1.0 + abs(middle)) >= _THIN
    return m.mended(gap, wide, _refined_gap, gap, lower, middle, probability)


def _refined_gap(m: Maths, gap: Number, lower: Number, middle: Number, probability: Number) -> Number:
    """One Newton step from the rounded difference."""
    density = m.exp(-0.5 * lower * lower) / SQRT_2PI
    return gap + (probability - _thin_mass(m, middle, gap)) / density


def _thin_mass(m: Maths, middle: Number, width: Number) -> Number:
    """Normal mass of a thin interval: phi integrated by its Taylor series at the middle."""
    square = middle * middle
    second, fourth = square - 1.0, square * (square - 6.0) + 3.0
    series = 1.0 + width * width / 24.0 * (second + width * width / 80.0 * fourth)
    return width * m.exp(-0.5 * square) / SQRT_2PI * series


def normal_mass(m: Maths, start: Number, width: Number) -> Number:
    """Normal mass from start to start + width, to full relative precision."""
    middle = start + 0.5 * width
    # Differences are taken in the nearer tail, where they do not cancel.
    side = m.where(middle > 0.0, -1.0, 1.0)
    mass = abs(m.ndtr(side * (start + width)) - m.ndtr(side * start))
    return m.mended(mass, width * (1.0 + abs(middle)) >= _THIN, _thin_mass, middle, width)


def excess(product: tuple[Number, Number], level: Number) -> Number:
    """An exact product less `level`; a tranche of 1e-6 magnifies its error a million times."""
    rounded, error = product
    return (rounded - level) + error


def exact_product(first: Number, second: Number) -> tuple[Number, Number]:
    """The rounded product and its rounding error (Dekker 1971)."""
    product = first * second
    first_high, first_low = _halves(first)
    second_high, second_low = _halves(second)
    error = first_high * second_high - product
    error += first_high * second_low + first_low * second_high
    return product, error + first_low * second_low


def _halves(value: Number) -> tuple[Number, Number]:
    """Split doubles into two parts of 26 bits, whose products are exact."""
    scaled = value * 134217729.0
    high = scaled - (scaled - value)
    return high, value - high


def sum_over_one(first: Number, second: Number) -> Number:
    """first + second - 1, with the rounding error of the sum added back (Knuth)."""
    total = first + second
    part = total - first
    error = (first - (total - part)) + (second - part)
    return (total - 1.0) + error
