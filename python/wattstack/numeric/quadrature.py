"""The one rule of integration that sheets and arrays share."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

NODES = 64  # agree with 40-digit quadrature to 1e-14 over a step of 16 widths


@lru_cache(maxsize=1)
def gauss_legendre() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Nodes and weights of the Gauss-Legendre rule on [−1, 1]."""
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    return nodes, weights
