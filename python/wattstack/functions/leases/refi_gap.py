"""REFI_GAP."""

from typing import Annotated

from ...arguments import Array, Scalar, Truth
from ...formula import Expr, If
from ...native import Workings
from ...numeric.cashflow import annuity, balance
from ...spec import function
from .debt_capacity import Cfads, Cover, debt_capacity
from .dscr import Rate, level_payment


@function(area="leases", returns="unit of debt", claims=("K43", "K52"))
def refi_gap(
    debt: Annotated[Scalar, "$", "0 or more", "Debt raised"],
    rate: Rate,
    years: Annotated[Scalar, "years", "whole, 1 or more", "Years over which level payments would repay it"],
    maturity: Annotated[Scalar, "years", "whole, 0 or more", "Years after which it falls due"],
    cfads: Cfads,
    dscr: Cover,
    new_rate: Annotated[Scalar, "rate", "0 or more", "Interest rate at refinancing"],
    new_years: Annotated[Scalar, "years", "whole, 1 or more", "Term of the new loan"],
) -> Array:
    """The maturity wall: money to find when a loan falls due before it is repaid.

    The balance after `maturity` years of level payments, debt · a(rate, years) / a(rate, years − maturity), less
    DEBT_CAPACITY(cfads, dscr, new_rate, new_years). Negative where the new loan is the larger.
    """
    return debt * balance(rate, years, maturity) - cfads / dscr / annuity(new_rate, new_years)


@refi_gap.rule("#NUM!", "maturity ({maturity}) must not exceed years ({years})")
def _(maturity: Scalar, years: Scalar) -> Truth:
    return maturity <= years


@refi_gap.twin
def _(
    debt: Expr,
    rate: Expr,
    years: Expr,
    maturity: Expr,
    cfads: Expr,
    dscr: Expr,
    new_rate: Expr,
    new_years: Expr,
    *,
    workings: Workings,
) -> Expr:
    step = workings.cell
    payment = step("Level payment on the old loan", debt * level_payment(rate, years))
    left = step("Years left at maturity", years - maturity)
    due = step("Balance at maturity", If(left > 0, payment / level_payment(rate, left), 0))
    return due - step("Debt that can be raised anew", debt_capacity(cfads, dscr, new_rate, new_years))


# the base case of the model, computed independently
refi_gap.gives(1.758191347, 9.6, 0.0658, 15, 5, 1.5 * 0.75, 1.35, 0.08, 10, tolerance=1e-9)
refi_gap.gives(10 - 1.5 * 2, 20, 0, 10, 5, 1.5, 1, 0, 2)
refi_gap.gives(20 - 2 / 1.1, 20, 0.3, 10, 0, 2, 1, 0.1, 1)
refi_gap.gives(-4, 20, 0.05, 10, 10, 2, 1, 0, 2)  # repaid at maturity
refi_gap.fails("#NUM!", 20, 0.05, 10, 11, 2, 1, 0, 2)
refi_gap.fails("#NUM!", 20, 0.05, 10, 5, 2, 1, 0, 0)
refi_gap.fails("#DIV/0!", 20, 0.05, 10, 5, 2, 0, 0, 2)
