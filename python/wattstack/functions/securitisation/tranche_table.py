"""TRANCHE_TABLE."""

from typing import Annotated, Any

import numpy as np

from ...arguments import OMITTED, Series, Truth
from ...formula import Expr, Literal
from ...formula import Series as Range
from ...native import Workings
from ...numeric import tranches
from ...spec import Along, Table, function
from ._terms import Copula, Dof, Lgd, Obligors, Pd, Rho, takes_t_copula
from .tranche_loss import native_loss
from .tranche_pd import native_pd


@function(
    area="securitisation",
    returns="share",
    spills=Table(attach="share of pool", detach="share of pool", expected_loss="share of tranche", pd="share"),
    claims=("K52", "K56"),
)
def tranche_table(
    attach: Annotated[
        Series, Along("tranche"), "share of pool", "0 to below 1", "Attachment points, junior first; the last ends at 1"
    ],
    pd: Pd,
    lgd: Lgd,
    rho: Rho,
    n: Obligors = OMITTED,
    copula: Copula = "gaussian",
    dof: Dof = OMITTED,
) -> dict[str, Any]:
    """A whole stack of tranches: what each loses on average, and how likely it is to be touched.

    TRANCHE_LOSS and TRANCHE_PD between neighbouring attachment points; the last tranche detaches at 1. From attach 0
    the losses, each times its width, add up to pd · lgd.
    """
    detach = np.concatenate([attach[..., 1:], np.ones_like(attach[..., :1])], axis=-1)
    pd, lgd, rho, n, dof = (None if value is None else np.asarray(value)[..., None] for value in (pd, lgd, rho, n, dof))
    return {
        "attach": attach,
        "detach": detach,
        "expected_loss": tranches.tranche_loss(attach, detach, pd, lgd, rho, n, dof),
        "pd": tranches.tranche_pd(attach, pd, lgd, rho, n, dof),
    }


@tranche_table.rule("#NUM!", "attach {attach} must ascend, each point above the one before")
def _(attach: Series) -> Truth:
    return (attach[..., 1:] > attach[..., :-1]).all(axis=-1)


takes_t_copula(tranche_table)


@tranche_table.twin
def _(
    attach: Range,
    pd: Expr,
    lgd: Expr,
    rho: Expr,
    n: Expr | None,
    copula: Expr,
    dof: None = None,
    *,
    line: str,
    place: int,
    workings: Workings,
) -> Expr:
    start = attach[place]
    end = attach[place + 1] if place + 1 < len(attach) else Literal(1.0)
    if line in ("attach", "detach"):
        return start if line == "attach" else end
    native = native_loss if line == "expected_loss" else native_pd
    return native(start, end, pd, lgd, rho, n, copula, workings=workings)


tranche_table.gives(
    {
        "attach": [0, 0.05, 0.15, 0.3],
        "detach": [0.05, 0.15, 0.3, 1],
        "expected_loss": [0.4819915239, 0.02683648237, 0.0001118358582, 2.733571823e-10],
        "pd": [1, 0.1290770394, 0.0009334412867, 2.19063784e-08],
    },  # the model's base case, computed independently
    [0, 0.05, 0.15, 0.3],
    0.067,
    0.4,
    0.15,
    tolerance=2e-10,
)
tranche_table.gives(
    {"attach": [0, 0.2], "detach": [0.2, 1], "expected_loss": [0.75, 0.0625], "pd": [0.75, 0.25]},
    [0, 0.2],
    0.5,
    0.4,
    0,
    2,  # two coins: nothing, a half or all of 40 % is lost
)
tranche_table.gives({"attach": [0], "detach": [1], "expected_loss": [0.0268], "pd": [1]}, 0, 0.067, 0.4, 0.15)
tranche_table.gives(
    {"attach": [0], "detach": [1], "expected_loss": [0.0268], "pd": [1]}, 0, 0.067, 0.4, 0.15, copula="t", dof=3
)
tranche_table.fails("#NUM!", 0, 0.067, 0.4, 0.15, copula="t")
tranche_table.fails("#NUM!", [0, 0.15, 0.05], 0.067, 0.4, 0.15)
tranche_table.fails("#NUM!", [0, 0.05, 0.05], 0.067, 0.4, 0.15)
tranche_table.fails("#NUM!", [0, 1], 0.067, 0.4, 0.15)
tranche_table.fails("#N/A", [0, None], 0.067, 0.4, 0.15)
