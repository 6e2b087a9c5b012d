"""CONVERSION_COST."""

from typing import Annotated

from ...arguments import Array, Scalar
from ...spec import function

MONTHS_PER_YEAR = 12.0


@function(area="valuation", returns="$/W", claims=("K39", "K61"))
def conversion_cost(
    gross_mw: Annotated[Scalar, "MW", "0 or more, not 0", "Gross power of the mine"],
    ratio: Annotated[Scalar, "ratio", "1 or more", "Gross interconnect to IT load"],
    build_cost: Annotated[Scalar, "$/W", "0 or more", "Build cost per watt of IT load"],
    margin: Annotated[Scalar, "$m/MW-year", "Margin of mining forgone; a negative one lowers the cost"],
    months_down: Annotated[Scalar, "months", "0 or more", "Months without mining"],
    asic_nbv: Annotated[Scalar, "$m", "0 or more", "Book value of the machines; 0 for the economic cost"] = 0.0,
) -> Array:
    """Cost of converting a mine, per watt of IT load, mining forgone included.

    (build_cost · IT + margin · gross_mw · months_down/12 + asic_nbv) / IT with IT = gross_mw/ratio.
    """
    it_mw = gross_mw / ratio
    forgone = margin * gross_mw * months_down / MONTHS_PER_YEAR
    return (build_cost * it_mw + forgone + asic_nbv) / it_mw


conversion_cost.gives(13.023022, 100, 1.43, 12, 0.4088, 21)
conversion_cost.gives(12.0, 100, 1, 12, 0.5, 0)
conversion_cost.gives(13.0, 100, 1, 12, 0, 0, 100)
conversion_cost.fails("#DIV/0!", 0, 1.43, 12, 0.4, 21)
conversion_cost.fails("#NUM!", 100, 0.5, 12, 0.4, 21)
conversion_cost.fails("#NUM!", 100, 1.43, 12, 0.4, -1)
