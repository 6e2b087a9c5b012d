"""MINING_MARGIN."""

from typing import Annotated

from ...arguments import OMITTED, Array, Scalar
from ...spec import function

HOURS_PER_YEAR = 8760.0  # no leap day
DAYS_PER_YEAR = 365.0
DOLLARS_PER_MILLION = 1e6


@function(area="valuation", returns="$m/MW-year", claims=("K61",))
def mining_margin(
    hashprice: Annotated[Scalar, "$/PH/day", "0 or more", "What a petahash earns a day"],
    efficiency: Annotated[Scalar, "J/TH", "0 or more, not 0", "Energy that the machines need per terahash"],
    power_price: Annotated[Scalar, "$/MWh", "Price of power; may be negative"],
    all_in_cost: Annotated[
        Scalar, "$/PH/day", "0 or more", "All costs of a petahash a day; with it the margin is not only cash"
    ] = OMITTED,
) -> Array:
    """Margin of mining that a conversion gives up.

    Cash: (hashprice · PH/24 − power_price) · 8760/10⁶ with PH = 1000/efficiency petahash per MW. With all_in_cost:
    (hashprice − all_in_cost) · PH · 365/10⁶; power_price is then not used.
    """
    petahash = 1000.0 / efficiency
    if all_in_cost is None:
        return (hashprice * petahash / 24.0 - power_price) * HOURS_PER_YEAR / DOLLARS_PER_MILLION
    return (hashprice - all_in_cost) * petahash * DAYS_PER_YEAR / DOLLARS_PER_MILLION


mining_margin.gives(0.4088, 44, 20, 45)
mining_margin.gives((44 - 30) * 50 * 365 / 1e6, 44, 20, 45, 30)
mining_margin.gives(-0.3942, 0, 20, 45)
mining_margin.fails("#DIV/0!", 44, 0, 45)
mining_margin.fails("#NUM!", 44, -20, 45)
mining_margin.fails("#VALUE!", 44, 20, "cheap", 30)
