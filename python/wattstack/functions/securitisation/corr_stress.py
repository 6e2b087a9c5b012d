"""CORR_STRESS."""

from typing import Annotated

import numpy as np

from ...arguments import OMITTED, Array, Series
from ...formula import Expr
from ...formula import Series as Range
from ...native import Workings
from ...numeric import tranches
from ...spec import Along, Grid, function
from ._terms import Attach, Detach, Lgd, Obligors, takes_a_span
from .pool_loss import GAUSSIAN
from .tranche_loss import native_loss


@function(area="securitisation", returns="share of tranche", spills=Grid("pd", "rho"), claims=("K54", "K56"))
def corr_stress(
    attach: Attach,
    detach: Detach,
    pd: Annotated[Series, Along("pd"), "share", "0 to 1", "Default probabilities, a row each"],
    rho: Annotated[Series, Along("rho"), "share", "0 to 1", "Asset correlations, a column each"],
    lgd: Lgd,
    n: Obligors = OMITTED,
) -> Array:
    """Expected loss of a tranche as default probability and correlation rise together.

    TRANCHE_LOSS over each pd and each rho.
    """
    cells = (None if value is None else np.asarray(value)[..., None, None] for value in (attach, detach, lgd, n))
    attach, detach, lgd, n = cells
    return tranches.tranche_loss(attach, detach, pd[..., :, None], lgd, rho[..., None, :], n)


takes_a_span(corr_stress)


@corr_stress.twin
def _(
    attach: Expr, detach: Expr, pd: Range, rho: Range, lgd: Expr, n: Expr | None,
    *, line: int, place: int, workings: Workings,
) -> Expr:  # fmt: skip
    return native_loss(attach, detach, pd[line], lgd, rho[place], n, GAUSSIAN, workings=workings)


corr_stress.gives([[0, 0.067], [0.25, 0.2]], 0.05, 0.15, [0.067, 0.2], [0, 1], 0.375)
corr_stress.gives(0.02683648237, 0.05, 0.15, 0.067, 0.15, 0.4, tolerance=2e-10)  # the model's base case
corr_stress.gives([[0.3817653781, 0.067]], 0, 0.05, 0.067, [0.15, 1], 0.4, 10, tolerance=2e-10)
corr_stress.fails("#NUM!", 0.15, 0.05, [0.067], [0.15], 0.4)
corr_stress.fails("#NUM!", 0.05, 0.15, [0.067], [1.15], 0.4)
corr_stress.fails("#N/A", 0.05, 0.15, [0.067, None], [0.15], 0.4)
