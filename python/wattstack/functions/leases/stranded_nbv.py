"""STRANDED_NBV."""

from typing import Annotated

import numpy as np

from ...arguments import Array, Scalar, Truth
from ...spec import function


@function(area="leases", returns="unit of capex", claims=("K44", "K45"))
def stranded_nbv(
    capex: Annotated[Scalar, "$", "0 or more", "Investment"],
    tenor: Annotated[Scalar, "years", "whole, 0 or more", "Term of the lease"],
    life: Annotated[Scalar, "years", "whole, 0 or more, not 0", "Depreciable life of the site"],
    salvage: Annotated[Scalar, "share of capex", "0 to 1", "Value kept without renewal"] = 0.0,
) -> Array:
    """Book value that is left, and not recovered, when the lease ends.

    capex · (1 − tenor/life) − salvage · capex with straight-line depreciation; negative where more is kept than is on
    the books; 0 if the lease lasts the life.
    """
    return np.where(tenor < life, capex * (1 - tenor / life) - salvage * capex, 0.0)


@stranded_nbv.rule("#NUM!", "tenor ({tenor}) must not exceed life ({life})")
def _(tenor: Scalar, life: Scalar) -> Truth:
    return tenor <= life


stranded_nbv.gives(7.8, 12, 5, 20, 0.1)  # the base case of the model
stranded_nbv.gives(1.8, 12, 15, 20, 0.1)
stranded_nbv.gives(-3, 12, 15, 20, 0.5)
stranded_nbv.gives(0, 12, 20, 20, 0.1)
stranded_nbv.gives(9, 12, 5, 20)
stranded_nbv.fails("#NUM!", 12, 21, 20, 0.1)
stranded_nbv.fails("#DIV/0!", 12, 0, 0)
stranded_nbv.fails("#NUM!", 12, 5.5, 20)
