"""CRISIS_LOSS."""

from typing import Annotated

from ...arguments import OMITTED, Array, Scalar
from ...spec import function
from ._terms import Attach, Detach, Obligors, takes_a_span
from .tranche_loss import tranche_loss


@function(area="securitisation", returns="share of tranche", claims=("K54", "K56"))
def crisis_loss(
    attach: Attach,
    detach: Detach,
    pd: Annotated[Scalar, "share", "0 to 1", "Default probability in normal times"],
    lgd: Annotated[Scalar, "share of exposure", "0 to 1", "Loss given default in normal times"],
    rho: Annotated[Scalar, "share", "0 to 1", "Asset correlation in normal times"],
    crisis_prob: Annotated[Scalar, "share", "0 to 1", "Probability of the crisis"],
    crisis_pd: Annotated[Scalar, "share", "0 to 1", "Default probability in the crisis"],
    crisis_lgd: Annotated[Scalar, "share of exposure", "0 to 1", "Loss given default in the crisis"],
    crisis_rho: Annotated[Scalar, "share", "0 to 1", "Asset correlation in the crisis"],
    n: Obligors = OMITTED,
) -> Array:
    """Expected loss of a tranche when default rate, loss given default and correlation may jump together.

    (1 − crisis_prob) · TRANCHE_LOSS(normal) + crisis_prob · TRANCHE_LOSS(crisis): the lesson of 2008.
    """
    normal = tranche_loss(attach, detach, pd, lgd, rho, n)
    crisis = tranche_loss(attach, detach, crisis_pd, crisis_lgd, crisis_rho, n)
    return (1 - crisis_prob) * normal + crisis_prob * crisis


takes_a_span(crisis_loss)


NORMAL, CRISIS = (0.067, 0.4, 0.15), (0.2, 0.6, 0.6)
crisis_loss.gives(0.4989757467, 0, 0.05, *NORMAL, 0.1, *CRISIS, tolerance=2e-10)  # the model's base case
crisis_loss.gives(0.02095772035, 0.15, 0.3, *NORMAL, 0.1, *CRISIS, tolerance=2e-11)
crisis_loss.gives(0.9 * 0.067 * 0.4 + 0.1 * 0.2 * 0.6, 0, 1, *NORMAL, 0.1, *CRISIS)
crisis_loss.gives(0.067, 0, 0.05, 0.067, 0.4, 1, 0, *CRISIS)
crisis_loss.gives(0.3817653781, 0, 0.05, *NORMAL, 0, *CRISIS, 10, tolerance=2e-10)
crisis_loss.gives(0.9 * 0.067 * 0.4 + 0.1 * 0.2 * 0.6, 0, 1, *NORMAL, 0.1, *CRISIS, 3)
crisis_loss.fails("#NUM!", 0, 0.05, *NORMAL, 1.1, *CRISIS)
crisis_loss.fails("#NUM!", 0.05, 0, *NORMAL, 0.1, *CRISIS)
