"""RECYCLED_EQUITY."""

from typing import Annotated

import numpy as np

from ...arguments import Array, Scalar
from ...formula import Abs, Expr, If, Min
from ...native import Workings
from ...spec import function

SERIES = 1e-4  # rounds times (1 − k) below which the closed form loses digits to its series


@function(area="leases", returns="unit of equity", claims=("K53",))
def recycled_equity(
    equity: Annotated[Scalar, "$", "0 or more", "Equity at the start"],
    cost: Annotated[Scalar, "$/MW", "0 or more, not 0", "Cost of a site"],
    noi: Annotated[Scalar, "$/MW-year", "0 or more", "Net operating income of a finished site"],
    cap_rate: Annotated[Scalar, "rate", "0 or more, not 0", "Yield at which finished sites are valued"],
    ltv: Annotated[Scalar, "share of value", "0 to 1", "Loan-to-value of their securitisation"],
    rounds: Annotated[Scalar, "count", "whole, 0 or more", "How often the cash is reinvested"],
) -> Array:
    """What equity builds when finished sites are securitised and the cash is reinvested: rolling development.

    equity · Σ kⁱ, i = 0 to rounds, with k = min(1, ltv · noi / cap_rate / cost), the share of the cost that comes back.
    """
    less = np.minimum(1.0, ltv * noi / cap_rate / cost) - 1.0
    safe = np.where(less == 0, -1.0, less)
    return equity * np.where(less == 0, rounds + 1.0, np.expm1((rounds + 1.0) * np.log1p(safe)) / safe)


@recycled_equity.twin
def _(equity: Expr, cost: Expr, noi: Expr, cap_rate: Expr, ltv: Expr, rounds: Expr, *, workings: Workings) -> Expr:
    k = workings.cell("Share of the cost that comes back", Min(1, ltv * noi / cap_rate / cost))
    builds = rounds + 1
    near_one = builds * (1 + rounds * (k - 1) / 2 * (1 + (rounds - 1) * (k - 1) / 3))
    return equity * If(builds * Abs(1 - k) < SERIES, near_one, (1 - k**builds) / (1 - k))


recycled_equity.gives(1 + 0.75 + 0.5625, 1, 12, 1.5, 0.1, 0.6, 2)
recycled_equity.gives(4, 1, 12, 1.5, 0.05, 0.8, 3)  # all of the cost comes back, and no more
recycled_equity.gives(5, 5, 12, 1.5, 0.1, 0.6, 0)
recycled_equity.gives(5, 5, 12, 0, 0.1, 0.6, 9)
recycled_equity.gives(3 * (1 - 1e-9), 1, 1, 1 - 1e-9, 1, 1, 2)  # 1 + k + k² just below k = 1
recycled_equity.fails("#DIV/0!", 1, 0, 1.5, 0.1, 0.6, 2)
recycled_equity.fails("#DIV/0!", 1, 12, 1.5, 0, 0.6, 2)
recycled_equity.fails("#NUM!", 1, 12, 1.5, 0.1, 1.2, 2)
recycled_equity.fails("#NUM!", 1, 12, 1.5, 0.1, 0.6, 2.5)
