"""PUE_GROSS_UP."""

from typing import Annotated

import numpy as np

from ...arguments import Array, Scalar, Word
from ...formula import Expr, If
from ...spec import OneOf, function


@function(area="power", returns="GW", claims=("K36", "K37"))
def pue_gross_up(
    gw: Annotated[Scalar, "GW", "Power on the basis named"],
    ratio: Annotated[Scalar, "ratio", "1 or more", "PUE for energy, gross-to-IT for interconnect"],
    basis: Annotated[Word, OneOf("IT", "FACILITY"), "What gw is: IT load, or power of the facility"],
) -> Array:
    """Facility power from IT load, or IT load from facility power.

    IT: gw · ratio. FACILITY: gw / ratio. PUE is energy efficiency; interconnect planning uses the gross-to-IT ratio,
    1.25 to 1.52 in disclosed deals: two assumptions, one function.
    """
    return np.where(np.asarray(basis) == "IT", gw * ratio, gw / ratio)


@pue_gross_up.twin
def _(gw: Expr, ratio: Expr, basis: Expr) -> Expr:
    return If(basis.eq("IT"), gw * ratio, gw / ratio)


pue_gross_up.gives(54.05, 47, 1.15, "IT")
pue_gross_up.gives(47, 54.05, 1.15, " facility ")
pue_gross_up.fails("#NUM!", 47, 0.99, "IT")
pue_gross_up.fails("#VALUE!", 47, 1.15, "GROSS")
pue_gross_up.fails("#N/A", 47, 1.15, None)
