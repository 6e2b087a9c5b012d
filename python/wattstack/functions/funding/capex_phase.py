"""CAPEX_PHASE."""

from typing import Annotated

import numpy as np

from ...arguments import Array, Scalar, Series, Truth
from ...formula import Expr, If, SumProduct
from ...formula import Series as Range
from ...native import Workings
from ...spec import Along, Row, function


@function(area="funding", returns="$bn", spills=Row("at"), claims=("K08", "K47"))
def capex_phase(
    gw: Annotated[Series, Along("power"), "GW", "0 or more", "Power that is added, step by step"],
    month: Annotated[Series, Along("power"), "month", "Month in which each step has power"],
    cost: Annotated[Scalar, "$bn/GW", "0 or more", "Investment per GW"],
    lead: Annotated[Scalar, "months", "0 or more", "Months before its power over which a step is paid; 0 is at once"],
    at: Annotated[Series, Along("at"), "month", "Ends of the periods, ascending; the first takes all before it"],
) -> Array:
    """Spending ahead of power, period by period.

    Each gw · cost is spent evenly over the `lead` months before its month: by month t the share
    clip((t − month + lead) / lead, 0, 1), or with lead 0 all from its month on. A period's spending is the sum spent by
    its end less the sum spent by the end before.
    """
    due, by = month[..., :, None], at[..., None, :]
    span = np.asarray(lead)[..., None, None]
    at_once = span == 0
    spread = np.clip((by - due + span) / np.where(at_once, 1.0, span), 0.0, 1.0)
    shares = np.where(at_once, by >= due, spread)
    spent = np.asarray(cost)[..., None] * (gw[..., :, None] * shares).sum(axis=-2)
    return np.diff(spent, axis=-1, prepend=0.0)


@capex_phase.rule("#NUM!", "at {at} must ascend")
def _(at: Series) -> Truth:
    return (at[..., 1:] >= at[..., :-1]).all(axis=-1)


@capex_phase.twin
def _(gw: Range, month: Range, cost: Expr, lead: Expr, at: Range, *, line: int, place: int, workings: Workings) -> Expr:
    def spent(by: Expr) -> Expr:
        begun = by - month + lead  # months that a step has been paid for
        part = If(lead.eq(0), 0, SumProduct(gw * (month > by) * (begun > 0) * begun) / lead)
        return workings.cell("Spent by the end of the period", cost * (SumProduct(gw * (month <= by)) + part))

    return spent(at[place]) - spent(at[place - 1]) if place else spent(at[0])


capex_phase.gives([100, 200, 100], [8], [24], 50, 12, [15, 21, 36])
capex_phase.gives([200], [8], [24], 50, 12, [18])
capex_phase.gives([0, 400, 75, 0], [8, 1.5], [24, 36], 50, 0, [23.9, 24, 36, 60])  # a step
capex_phase.gives([50, 125, 25], [1, 1], [12, 18], 100, 12, [6, 15, 36])  # 6 months' pay; 6 and 9; 3
capex_phase.gives([0, 0], [0], [24], 50, 12, [12, 24])
capex_phase.fails("#NUM!", [8], [24], 50, 12, [24, 12])
capex_phase.fails("#NUM!", [-8], [24], 50, 12, [12, 24])
capex_phase.fails("#NUM!", [8], [24], 50, -1, [12, 24])
capex_phase.fails("#VALUE!", [8, 2], [24], 50, 12, [12, 24])
