"""TRANCHE_SPREAD."""

import math
from collections.abc import Callable
from typing import Annotated

import numpy as np

from ...arguments import OMITTED, Array, Scalar, Truth
from ...formula import Exp, Expr, If, Literal, Sum
from ...native import Workings
from ...numeric.spread import PERIODS, par_spread
from ...spec import Served, function
from ._terms import Attach, Detach, Lgd, Obligors, Rho, takes_a_span
from .pool_loss import GAUSSIAN
from .tranche_loss import native_loss

LONGEST = 10  # years that the native formula serves


@function(area="securitisation", returns="rate", claims=("K52", "K56"))
def tranche_spread(
    attach: Attach,
    detach: Detach,
    hazard: Annotated[Scalar, "1/year", "0 or more", "Hazard rate of an obligor: defaults a year of those left"],
    lgd: Lgd,
    rho: Rho,
    years: Annotated[Scalar, Served(10), "years", "above 0 to 1000", "Life of the note, in whole quarters"],
    rate: Annotated[Scalar, "rate", "Interest rate, continuously compounded"],
    n: Obligors = OMITTED,
) -> Array:
    """Par spread of a tranche: the premium a year that pays for its expected losses.

    Σ df(mid)·ΔEL / Σ df(end)·(1 − average EL)·Δt by quarters, with EL(t) = TRANCHE_LOSS at pd(t) = 1 − exp(−hazard·t)
    and df(t) = exp(−rate·t). Losses are paid in mid-quarter, the premium at its end on the average outstanding
    notional, which falls by losses only: recoveries do not amortise the top, as in an asset-backed security and unlike
    in an index of credit default swaps.

    References
    ----------
    Hull, J. and White, A. (2004). Valuation of a CDO and an n-th to default CDS without Monte Carlo simulation.
    Journal of Derivatives, 12(2), 8-23.
    """
    return par_spread(attach, detach, hazard, lgd, rho, years, rate, n)


takes_a_span(tranche_spread)


@tranche_spread.rule("#NUM!", "years ({years}) must be a whole number of quarters")
def _(years: Scalar) -> Truth:
    return years * PERIODS - np.floor(years * PERIODS) <= 0


@tranche_spread.twin
def _(
    attach: Expr, detach: Expr, hazard: Expr, lgd: Expr, rho: Expr, years: Expr, rate: Expr, n: Expr | None,
    *, workings: Workings,
) -> Expr:  # fmt: skip
    quarters = range(1, LONGEST * PERIODS + 1)
    losses: list[Expr] = [Literal(0.0)]
    for quarter in quarters:
        pd = workings.cell(f"Default probability to quarter {quarter}", 1 - Exp(-hazard * (quarter / PERIODS)))
        loss = native_loss(attach, detach, pd, lgd, rho, n, GAUSSIAN, workings=workings)
        losses.append(workings.cell(f"Expected loss to quarter {quarter}", loss))

    def leg(what: str, amount: Callable[[int], Expr]) -> Expr:
        """The sum over the note's life, a cell a quarter."""
        return Sum(workings.column(f"{what}, quarter", [If(years * PERIODS < q, 0, amount(q)) for q in quarters]))

    paid = leg(
        "Loss paid, discounted",
        lambda q: Exp(-rate * ((q - 0.5) / PERIODS)) * (losses[q] - losses[q - 1]),
    )
    earned = leg(
        "Notional that earns, discounted",
        lambda q: Exp(-rate * (q / PERIODS)) * (1 - (losses[q] + losses[q - 1]) / 2) / PERIODS,
    )
    return paid / earned


BASE = 0.01387001563, 0.4, 0.15, 5, 0.04  # the model's base case, its hazard rate to ten digits
tranche_spread.gives(0.1298131697, 0, 0.05, *BASE, tolerance=2e-10)
tranche_spread.gives(0.005175308995, 0.05, 0.15, *BASE, tolerance=1e-11)
tranche_spread.gives(2.103571138e-05, 0.15, 0.3, *BASE, tolerance=1e-13)
tranche_spread.gives(5.084449521e-11, 0.3, 1, *BASE, tolerance=1e-15)
tranche_spread.gives(0, 0, 0.05, 0, 0.4, 0.15, 5, 0.04)
# one quarter, rate 0, the whole pool: 4x/(1 - x/2) with x = lgd·pd
tranche_spread.gives(4 * 0.02 / 0.99, 0, 1, -4 * math.log(0.95), 0.4, 0.3, 0.25, 0)
tranche_spread.gives(4 * 0.02 / 0.99, 0, 1, -4 * math.log(0.95), 0.4, 0.3, 0.25, 0, 3)
tranche_spread.fails("#NUM!", 0.05, 0, *BASE)
tranche_spread.fails("#NUM!", 0, 0.05, 0.01, 0.4, 0.15, 5.1, 0.04)
tranche_spread.fails("#NUM!", 0, 0.05, 0.01, 0.4, 0.15, 0, 0.04)
tranche_spread.fails("#NUM!", 0, 0.05, -0.01, 0.4, 0.15, 5, 0.04)
