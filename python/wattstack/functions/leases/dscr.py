"""DSCR."""

from typing import Annotated

from ...arguments import Array, Scalar
from ...formula import Expr, If
from ...numeric.cashflow import annuity
from ...spec import function

Rate = Annotated[Scalar, "rate", "0 or more", "Interest rate a year"]
Years = Annotated[Scalar, "years", "whole, 1 or more", "Term of the loan"]

SERIES = 1e-5  # a lower rate loses digits in 1 + rate, and the series none


@function(area="leases", returns="x", claims=("K43",))
def dscr(
    cfads: Annotated[Scalar, "$/year", "Cash flow available for debt service"],
    debt: Annotated[Scalar, "$", "0 or more, not 0", "Debt, repaid by a level payment a year"],
    rate: Rate,
    years: Years,
) -> Array:
    """Debt service cover: cash flow over the level annual debt service.

    cfads / (debt · a(rate, years)) with a(r, n) = r / (1 − (1 + r)⁻ⁿ), 1/n at r = 0.
    """
    return cfads / (debt * annuity(rate, years))


def level_payment(rate: Expr, years: Expr) -> Expr:
    """The formula of the level payment a year on 1; near rate 0, and there too, the first terms of its series."""
    near_zero = (1 + rate * (years + 1) / 2 + rate * rate * (years * years - 1) / 12) / years
    return If(rate < SERIES, near_zero, rate / (1 - (1 + rate) ** -years))


@dscr.twin
def _(cfads: Expr, debt: Expr, rate: Expr, years: Expr) -> Expr:
    return cfads / (debt * level_payment(rate, years))


# the base case of the model, computed independently
dscr.gives(1.461646094, 1.5, 9.6, 0.0658, 15, tolerance=1e-9)
dscr.gives(1.35, 1.5, 4.60746932, 0.0658, 5, tolerance=1e-9)
dscr.gives(1.5, 1.5, 10, 0, 10)
dscr.gives(1.5, 1.65, 1, 0.1, 1)
dscr.gives(-0.5, -1, 10, 0, 5)
dscr.gives(1.5 * (1 - 5.5e-9), 1.5, 10, 1e-9, 10)  # 1/a = n·(1 − (n + 1)·r/2) to first order
dscr.fails("#DIV/0!", 1.5, 0, 0.08, 10)
dscr.fails("#NUM!", 1.5, 10, 0.08, 0)
dscr.fails("#NUM!", 1.5, 10, -0.01, 10)
dscr.fails("#NUM!", 1.5, 10, 0.08, 5.5)
