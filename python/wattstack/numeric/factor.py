"""Means over a standard normal factor of functions that are smooth in it, but may step within a narrow span.

A smooth function is summed over equidistant nodes, halfway nodes added until the sum stands still: on the whole line
this rule converges faster than any power of the step. Where the function steps too narrowly for that, panels that
begin at the steps are halved until their halves say the same.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from .quadrature import gauss_legendre

__all__ = ["mean"]

Array: TypeAlias = npt.NDArray[np.float64]
Function: TypeAlias = Callable[[Array], Array]

EDGE = 7.5  # Phi(-7.5) is 3e-14
_COARSEST = 1.5  # nodes in the narrowest step, or in half a unit of the factor, to begin with
_FINEST = 16.0  # times as many
_CLOSE = 1e-6  # two sums at least this close
_ACCURATE = 1e-12  # to the mean, as the gaps between sums tell
_NARROW = 0.2  # steps narrower than this get panels of their own, unless there are many
_REACH = 8.0  # widths of a step on each side of it
_LONGEST = 3.0  # panel to begin with
_ROUNDS = 40  # of halving panels
_HALVES_ACCURATE = 1e-11  # two halves this close to their panel are far closer to the integral
_RULE = gauss_legendre(16)


def mean(function: Function, centre: Array, width: Array) -> Array:
    """The mean of each row of the function's values.

    Parameters
    ----------
    function : callable
        From factors to rows of values, a column a factor. The first row decides how finely all are integrated.
    centre, width : ndarray
        Where the function may step, and how narrowly.
    """
    narrow = width < _NARROW
    steps = np.unique(np.column_stack([centre[narrow], width[narrow]]), axis=0)
    narrowest = float(width.min())
    if narrowest * max(len(steps), 1) >= _NARROW:  # else panels for each step take fewer nodes
        found = _by_nodes(function, _COARSEST / min(narrowest, 0.5))
        if found is not None:
            return found
    return _by_panels(function, _breaks(*steps.T))


def _by_nodes(function: Function, density: float) -> Array | None:
    """Sums over equidistant nodes, each with half the step of the one before; None if they do not settle."""
    finest = _FINEST * density
    count = int(EDGE * density)
    factor = np.arange(-count, count + 1) / density
    values = function(factor) * _density(factor)
    total = values.sum(axis=1) / density
    before = abs(float(total[0] - 2.0 * values[0, ::2].sum() / density))
    while density < finest:
        halfway = (2 * np.arange(-count, count) + 1) / (2.0 * density)
        finer = 0.5 * (total + function(halfway) @ _density(halfway) / density)
        gap = abs(float(finer[0] - total[0]))
        density, count, total = 2.0 * density, 2 * count, finer
        # the error falls at least as q, q², q⁴, …: the next term of it from the last two
        if gap < _CLOSE and gap**3 <= _ACCURATE * max(before, gap) ** 2:
            return total
        before = gap
    return None


def _density(factor: Array) -> Array:
    return np.asarray(np.exp(-0.5 * factor**2) / np.sqrt(2.0 * np.pi))


def _breaks(centre: Array, width: Array) -> Array:
    """Where panels begin: at the steps, and nowhere far from another."""
    around = [centre + reach * width for reach in (-_REACH, -2.0, 0.0, 2.0, _REACH)]
    edges = np.unique(np.clip(np.concatenate([[-EDGE, EDGE], *around]), -EDGE, EDGE))
    pieces = [np.linspace(a, b, int(np.ceil((b - a) / _LONGEST)) + 1) for a, b in pairwise(edges)]
    return np.unique(np.concatenate(pieces))


def _by_panels(function: Function, breaks: Array) -> Array:
    start, end = breaks[:-1], breaks[1:]
    coarse = _panels(function, start, end)
    total = np.zeros(len(coarse))
    for _ in range(_ROUNDS):
        middle = 0.5 * (start + end)
        left, right = _panels(function, start, middle), _panels(function, middle, end)
        done = np.abs(left[0] + right[0] - coarse[0]) < _HALVES_ACCURATE
        total += (left + right)[:, done].sum(axis=1)
        if done.all():
            return total
        again = ~done
        start, end = np.concatenate([start[again], middle[again]]), np.concatenate([middle[again], end[again]])
        coarse = np.concatenate([left[:, again], right[:, again]], axis=1)
    return total + coarse.sum(axis=1)


def _panels(function: Function, start: Array, end: Array) -> Array:
    """The integral of each row over each panel."""
    nodes, weights = _RULE
    half = 0.5 * (end - start)
    factor = (0.5 * (start + end)[:, None] + half[:, None] * nodes).ravel()
    values = function(factor) * _density(factor)
    return np.asarray(half * (values.reshape(len(values), len(half), -1) @ weights))
