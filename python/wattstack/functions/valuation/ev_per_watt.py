"""EV_PER_WATT."""

from typing import Annotated

from ...arguments import Array, Scalar, Series, Truth, every
from ...spec import function

MILLIONS_PER_BILLION = 1000.0  # $m/MW is $/W


@function(area="valuation", returns="$/W", claims=("K13", "K38", "K46"))
def ev_per_watt(
    ev: Annotated[Scalar, "$bn", "Enterprise value; net cash makes it negative"],
    mw: Annotated[Series, "MW", "0 or more", "Megawatts by stage or site"],
    weights: Annotated[Series, "share", "0 to 1", "Haircut of each: the share that counts"] = every(1.0),
) -> Array:
    """Enterprise value per watt over all or over risked megawatts.

    ev · 1000 / Σ(mw · weights).
    """
    return ev * MILLIONS_PER_BILLION / (mw * weights).sum(axis=-1)


@ev_per_watt.rule("#DIV/0!", "mw {mw} times weights {weights} must add to more than 0")
def _(mw: Series, weights: Series) -> Truth:
    return (mw * weights).sum(axis=-1) > 0


ev_per_watt.gives(4.0, 69.6, [6300, 2500, 8600])
ev_per_watt.gives(69600 / (4725 + 1250 + 860), 69.6, [6300, 2500, 8600], [0.75, 0.5, 0.1])
ev_per_watt.gives(-1.0, -1, [1000])
ev_per_watt.fails("#DIV/0!", 69.6, [6300, 2500], [0, 0])
ev_per_watt.fails("#DIV/0!", 69.6, [0])
ev_per_watt.fails("#VALUE!", 69.6, [6300, 2500], [0.75])
ev_per_watt.fails("#NUM!", 69.6, [6300], [1.1])
