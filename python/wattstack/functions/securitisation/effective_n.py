"""EFFECTIVE_N."""

from typing import Annotated

from ...arguments import Array, Series, Truth
from ...spec import function


@function(area="securitisation", returns="count", claims=("K54",))
def effective_n(
    exposure: Annotated[Series, "any unit", "0 or more", "What each tenant owes, in any unit"],
) -> Array:
    """How many equal tenants a pool of unequal ones is worth.

    (Σ exposure)² / Σ exposure²: the inverse of the Herfindahl index of the shares.
    """
    return exposure.sum(axis=-1) ** 2 / (exposure**2).sum(axis=-1)


@effective_n.rule("#DIV/0!", "exposure {exposure} must not be zero throughout")
def _(exposure: Series) -> Truth:
    return exposure.sum(axis=-1) > 0


effective_n.gives(4, [25, 25, 25, 25])
effective_n.gives(1, [0, 3, 0])
effective_n.gives(1.8, [2, 1])  # 9/5
effective_n.gives(1, 7)
effective_n.fails("#DIV/0!", [0, 0])
effective_n.fails("#NUM!", [2, -1])
effective_n.fails("#N/A", [2, None])
