"""FLEX_HOURS."""

from typing import Annotated

from ...arguments import Array, Scalar
from ...spec import function

HOURS_PER_YEAR = 8760.0  # no leap day, as the source counts


@function(area="power", returns="h/year", claims=("K27",))
def flex_hours(
    curtailment: Annotated[Scalar, "share", "0 to 1", "Share of a year's energy that back-up must serve"],
) -> Array:
    """Full-load hours a year on back-up at a curtailment rate.

    curtailment · 8760: a full-load equivalent. Engines run longer at part load, so it does not compare one to one
    with permits of 50 or 100 hours.
    """
    return curtailment * HOURS_PER_YEAR


flex_hours.gives(43.8, 0.005)
flex_hours.gives(0, 0)
flex_hours.fails("#NUM!", 1.01)
flex_hours.fails("#NUM!", -0.01)
