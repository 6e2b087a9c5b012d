"""PROJECT_NPV."""

from typing import Annotated

from ...arguments import Array, Scalar
from ...formula import Expr, SumProduct
from ...native import Workings
from ...numeric import cashflow
from ...spec import function
from .project_cashflow import (
    BEYOND_LIFE,
    BEYOND_TENOR,
    Capex,
    CreditStart,
    Life,
    Noi,
    Prepay,
    Renewal,
    RerentDiscount,
    Salvage,
    Tenor,
    credited_in_time,
    flow_column,
    within_life,
)

Rate = Annotated[Scalar, "rate", "above -1", "Discount rate"]


@function(area="leases", returns="$", claims=("K42", "K43", "K45"))
def project_npv(
    rate: Rate,
    capex: Capex,
    noi: Noi,
    tenor: Tenor,
    life: Life,
    renewal: Renewal = 1.0,
    rerent_discount: RerentDiscount = 0.0,
    salvage: Salvage = 0.0,
    prepay: Prepay = 0.0,
    credit_start: CreditStart = 0.0,
) -> Array:
    """Net present value of a leased site.

    Σ CF(t) / (1 + rate)ᵗ over the flows of PROJECT_CASHFLOW, that of year 0 undiscounted: not Excel's NPV, which
    discounts the first flow too.
    """
    return cashflow.npv(
        rate, cashflow.lease_flows(capex, noi, tenor, life, renewal, rerent_discount, salvage, prepay, credit_start)
    )


project_npv.rule("#NUM!", BEYOND_LIFE)(within_life)
project_npv.rule("#NUM!", BEYOND_TENOR)(credited_in_time)


@project_npv.twin
def _(rate: Expr, *terms: Expr, workings: Workings) -> Expr:
    years, flows = flow_column(terms, workings)
    return SumProduct(flows * (1 + rate) ** -years)


# the base case of the model, computed independently
project_npv.gives(1.73636421, 0.08, 12, 1.5, 15, 20, 0.5, 0.25, 0.1, tolerance=1e-9)
project_npv.gives(-2.325776505, 0.08, 12, 1.5, 5, 20, 0.5, 0.25, 0.1, tolerance=1e-9)
project_npv.gives(-12 + 1.5 * 20, 0, 12, 1.5, 5, 20)
project_npv.gives(-12 + 15 / 1.25, 0.25, 12, 15, 1, 1)
project_npv.gives(-12 + 3 / 0.5, -0.5, 12, 3, 1, 1)
project_npv.gives(-10 + 1 + 4 - 1 + 4, 0, 10, 4, 2, 2, 0, 0, 0, 1, 2)
project_npv.fails("#NUM!", -1, 12, 1.5, 5, 20)
project_npv.fails("#NUM!", 0.08, 12, 1.5, 5, 4)
project_npv.fails("#NUM!", 0.08, -12, 1.5, 5, 20)
