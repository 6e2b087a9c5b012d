"""POWER_GAP."""

from typing import Annotated

import numpy as np

from ...arguments import Array, Flag, Scalar, Series
from ...spec import function


@function(area="power", returns="GW", claims=("K01", "K03", "K08"))
def power_gap(
    demand_gw: Annotated[Scalar, "GW", "Power that the load needs"],
    supply_gw: Annotated[Series, "GW", "Power from each supply path"],
    ratio: Annotated[Scalar, "ratio", "1 or more", "Gross-up of demand: PUE or gross-to-IT"] = 1.0,
    floor: Annotated[Flag, "TRUE shows a surplus as 0; FALSE keeps it negative"] = False,
) -> Array:
    """Power still missing once the supply paths deliver.

    gap = demand · ratio − Σ supply. A surplus is negative unless `floor` is TRUE.
    """
    gap = demand_gw * ratio - supply_gw.sum(axis=-1)
    return np.where(floor, np.maximum(gap, 0.0), gap)


power_gap.gives(32, 47, [15])
power_gap.gives(24.825, 46.5, [8, 0, 0, 7.875, 1.8, 0, 4])  # the base case of the model
power_gap.gives(-3, 10, [15], 1.2)
power_gap.gives(0, 10, [15], 1.2, True)
power_gap.fails("#NUM!", 47, [15], 0.9)
power_gap.fails("#N/A", 47, [15, None])
power_gap.fails("#VALUE!", 47, ["15"])
power_gap.fails("#VALUE!", True, [15])
power_gap.fails("#NUM!", float("inf"), [15])
power_gap.fails("#VALUE!", 47, [15], 1, 1)
