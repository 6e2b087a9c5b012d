"""IMPLIED_CORRELATION."""

from typing import Annotated

from ...arguments import OMITTED, Scalar
from ...numeric import implied
from ...spec import function
from ._terms import Attach, Detach, Lgd, Pd, takes_a_span


@function(
    area="securitisation",
    returns="share",
    claims=("K54", "K56"),
    elementwise=True,
    native_limit="a root is searched for",
)
def implied_correlation(
    attach: Attach,
    detach: Detach,
    loss: Annotated[Scalar, "share of tranche", "0 to 1", "Expected loss of the tranche that is to be explained"],
    pd: Pd,
    lgd: Lgd,
    n: Annotated[Scalar, "count", "whole, 1 or more", "Number of equal obligors; omitted: infinitely many"] = OMITTED,
) -> float:
    """Asset correlation at which TRANCHE_LOSS gives a loss: what a rating or a price takes for granted.

    The loss of a mezzanine tranche rises and falls with the correlation: of several roots the smallest, found by a
    scan of [0, 1] by 0.001 and refined to 1e-12; #NUM! if there is none.
    """
    return implied.implied_correlation(float(attach), float(detach), float(loss), float(pd), float(lgd), n)


takes_a_span(implied_correlation)


implied_correlation.gives(0.15, 0, 0.05, 0.4819915239, 0.067, 0.4, tolerance=1e-9)  # the model's base case
implied_correlation.gives(0.15, 0.15, 0.3, 0.0001118358582, 0.067, 0.4, tolerance=1e-9)
implied_correlation.gives(0.15, 0, 0.05, 0.3817653781, 0.067, 0.4, 10, tolerance=1e-9)
implied_correlation.gives(0, 0, 0.05, 0.536, 0.067, 0.4)  # the loss of a pool without any risk of its own
implied_correlation.gives(1, 0, 0.05, 0.067, 0.067, 0.4)  # all or nothing
implied_correlation.gives(0, 0, 1, 0.0268, 0.067, 0.4)  # the whole pool loses as much whatever the correlation
implied_correlation.fails("#NUM!", 0, 0.05, 0.6, 0.067, 0.4)
implied_correlation.fails("#NUM!", 0, 1, 0.03, 0.067, 0.4)
implied_correlation.fails("#NUM!", 0.05, 0, 0.1, 0.067, 0.4)
implied_correlation.fails("#NUM!", 0, 0.05, 1.1, 0.067, 0.4)
