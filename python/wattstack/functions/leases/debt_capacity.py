"""DEBT_CAPACITY."""

from typing import Annotated

from ...arguments import Array, Scalar
from ...formula import Expr
from ...numeric.cashflow import annuity
from ...spec import function
from .dscr import Rate, Years, level_payment

Cfads = Annotated[Scalar, "$/year", "0 or more", "Cash flow available for debt service"]
Cover = Annotated[Scalar, "x", "0 or more, not 0", "Debt service cover required"]


@function(area="leases", returns="unit of cfads", claims=("K43",))
def debt_capacity(cfads: Cfads, dscr: Cover, rate: Rate, years: Years) -> Array:
    """Debt that a cash flow carries at a debt service cover.

    cfads / dscr / a(rate, years) with a(r, n) = r / (1 − (1 + r)⁻ⁿ), 1/n at r = 0: the inverse of DSCR.
    """
    return cfads / dscr / annuity(rate, years)


@debt_capacity.twin
def _(cfads: Expr, dscr: Expr, rate: Expr, years: Expr) -> Expr:
    return cfads / dscr / level_payment(rate, years)


# the base case of the model, computed independently
debt_capacity.gives(4.60746932, 1.5, 1.35, 0.0658, 5, tolerance=1e-9)
debt_capacity.gives(10.39392778, 1.5, 1.35, 0.0658, 15, tolerance=1e-9)
debt_capacity.gives(10, 1.5, 1.5, 0, 10)
debt_capacity.gives(1, 1.65, 1.5, 0.1, 1)
debt_capacity.gives(0, 0, 1.5, 0.1, 10)
debt_capacity.fails("#DIV/0!", 1.5, 0, 0.08, 10)
debt_capacity.fails("#NUM!", 1.5, 1.35, 0.08, 0)
debt_capacity.fails("#NUM!", -1, 1.35, 0.08, 10)
