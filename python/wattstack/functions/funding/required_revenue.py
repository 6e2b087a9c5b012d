"""REQUIRED_REVENUE."""

from typing import Annotated

from ...arguments import Array, Scalar
from ...formula import Expr
from ...numeric.cashflow import annuity
from ...spec import function
from ..leases.dscr import level_payment


@function(area="funding", returns="$bn/year", claims=("K44", "K55"))
def required_revenue(
    it_gw: Annotated[Scalar, "GW", "0 or more", "IT load"],
    gpu: Annotated[Scalar, "$bn/GW", "0 or more", "GPUs"],
    gpu_life: Annotated[Scalar, "years", "0 or more, not 0", "Life of the GPUs; may be a fraction"],
    other: Annotated[Scalar, "$bn/GW", "0 or more", "All other investment"],
    other_life: Annotated[Scalar, "years", "0 or more, not 0", "Life of the rest; may be a fraction"],
    wacc: Annotated[Scalar, "rate", "0 or more", "Cost of capital of the users"],
    margin: Annotated[Scalar, "share", "0 or more, not 0", "Share of AI revenue left for capital"],
) -> Array:
    """AI revenue a year that pays for the investment.

    it_gw · (gpu · a(wacc, gpu_life) + other · a(wacc, other_life)) / margin with the annuity factor
    a(r, n) = r / (1 − (1 + r)⁻ⁿ), 1/n at r = 0.
    """
    charge = gpu * annuity(wacc, gpu_life) + other * annuity(wacc, other_life)
    return it_gw * charge / margin


@required_revenue.twin
def _(it_gw: Expr, gpu: Expr, gpu_life: Expr, other: Expr, other_life: Expr, wacc: Expr, margin: Expr) -> Expr:
    charge = gpu * level_payment(wacc, gpu_life) + other * level_payment(wacc, other_life)
    return it_gw * charge / margin


required_revenue.gives(446.9486577, 21.675, 37.5, 5.5, 12.5, 20, 0.09, 0.5, tolerance=1e-9)  # the model's base case
required_revenue.gives(2 * (10 / 5 + 8 / 16) / 0.5, 2, 10, 5, 8, 16, 0, 0.5)
required_revenue.gives(110, 1, 100, 1, 0, 20, 0.1, 1)  # one year: the capital and its cost
required_revenue.fails("#DIV/0!", 1, 100, 1, 0, 20, 0.1, 0)
required_revenue.fails("#DIV/0!", 1, 100, 0, 0, 20, 0.1, 1)
required_revenue.fails("#NUM!", 1, 100, -1, 0, 20, 0.1, 1)
