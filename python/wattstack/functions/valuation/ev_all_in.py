"""EV_ALL_IN."""

from typing import Annotated

from ...arguments import Array, Scalar, Series, Truth
from ...spec import function
from .ev_per_watt import MILLIONS_PER_BILLION


@function(area="valuation", returns="$/W", claims=("K38", "K39", "K40"))
def ev_all_in(
    ev: Annotated[Scalar, "$bn", "Enterprise value; net cash makes it negative"],
    mw: Annotated[Series, "MW", "0 or more", "Megawatts by stage, on the basis of build_cost (IT)"],
    weights: Annotated[Series, "share", "0 to 1", "Haircut of each stage: the share that counts"],
    capex_left: Annotated[Series, "share", "0 to 1", "Share of the build cost still to spend, by stage"],
    build_cost: Annotated[Scalar, "$/W", "0 or more", "Build cost per watt of IT load"],
) -> Array:
    """What a buyer pays per watt once the sites are finished.

    (ev · 1000 + Σ(mw · weights · capex_left) · build_cost) / Σ(mw · weights): this, not the headline EV/W, is what
    compares with a replacement cost of 11 to 13 $/W.
    """
    to_spend = (mw * weights * capex_left).sum(axis=-1) * build_cost
    return (ev * MILLIONS_PER_BILLION + to_spend) / (mw * weights).sum(axis=-1)


@ev_all_in.rule("#DIV/0!", "mw {mw} times weights {weights} must add to more than 0")
def _(mw: Series, weights: Series) -> Truth:
    return (mw * weights).sum(axis=-1) > 0


ev_all_in.gives(16.0, 4, [1000], [1], [1], 12)
ev_all_in.gives((4000 + 12 * (600 * 0.5 + 100)) / 700, 4, [600, 200], [1, 0.5], [0.5, 1], 12)
ev_all_in.fails("#DIV/0!", 4, [1000], [0], [1], 12)
ev_all_in.fails("#VALUE!", 4, [1000, 10], [1, 1], [1], 12)
ev_all_in.fails("#NUM!", 4, [1000], [1], [1.2], 12)

ev_all_in.pictured(
    "What is left to spend decides what a watt costs in the end",
    "build_cost",
    8.0,
    16.0,
    all_to_spend={"ev": 4, "mw": [1000], "weights": [1], "capex_left": [1]},
    half_to_spend={"ev": 4, "mw": [1000], "weights": [1], "capex_left": [0.5]},
)
