"""POWER_STACK."""

from typing import Annotated

import numpy as np

from ...arguments import Array, Series, Truth
from ...formula import Expr, If, Max, Min
from ...formula import Series as Range
from ...spec import Along, Grid, function


@function(area="power", returns="GW", spills=Grid("path", "month"), claims=("K09", "K10", "K12", "K29"))
def power_stack(
    gw: Annotated[Series, Along("path"), "GW", "Power of each path once it is complete"],
    probability: Annotated[Series, Along("path"), "share", "0 to 1", "Chance that the path delivers"],
    start_month: Annotated[Series, Along("path"), "month", "Month of each path's first power"],
    full_month: Annotated[Series, Along("path"), "month", "Month from which each path is complete"],
    month: Annotated[Series, Along("month"), "month", "Months to show, one column each"],
) -> Array:
    """Risked power of each supply path by month, ramping in a straight line.

    gw · probability · clip((t − start)/(full − start), 0, 1). A path whose start is its full month steps up there.
    """
    start, full = start_month[..., :, None], full_month[..., :, None]
    at = month[..., None, :]
    step = start == full
    ramp = np.clip((at - start) / np.where(step, 1.0, full - start), 0.0, 1.0)
    return (gw * probability)[..., :, None] * np.where(step, at >= start, ramp)


@power_stack.rule("#NUM!", "full_month {full_month} must not be before start_month {start_month}")
def _(start_month: Series, full_month: Series) -> Truth:
    return (full_month >= start_month).all(axis=-1)


@power_stack.twin
def _(
    gw: Range, probability: Range, start_month: Range, full_month: Range, month: Range, *, line: int, place: int
) -> Expr:
    start, full, at = start_month[line], full_month[line], month[place]
    ramp = If(full.eq(start), If(at >= start, 1, 0), Max(0, Min(1, (at - start) / (full - start))))
    return gw[line] * probability[line] * ramp


power_stack.gives(8.0, 8, 1, 0, 24, 36)
power_stack.gives(7.875, 17.5, 0.9, 24, 48, 36)
power_stack.gives([[0.0, 5.0], [0.0, 0.0], [3.0, 3.0]], [10, 4, 3], [1, 0.5, 1], [0, 61, 0], [12, 121, 0], [0, 6])
power_stack.gives([[0.0, 4.0, 4.0]], [80], [0.05], [12], [12], [11.9, 12, 24])
power_stack.fails("#NUM!", [8], [1.5], [0], [24], [36])
power_stack.fails("#N/A", [8], [None], [0], [24], [36])
power_stack.fails("#NUM!", [8], [1], [24], [0], [36])
power_stack.fails("#VALUE!", [8, 2], [1], [0, 0], [24, 12], [36])

power_stack.pictured(
    "Paths ramp up, risked",
    "month",
    0.0,
    60.0,
    mines={"gw": 8, "probability": 1, "start_month": 0, "full_month": 24},
    gas={"gw": 17.5, "probability": 0.9, "start_month": 24, "full_month": 48},
    diesel={"gw": 80, "probability": 0.05, "start_month": 12, "full_month": 13},
)
