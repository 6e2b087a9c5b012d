"""TRANCHE_LOSS_POOL."""

from typing import Annotated

from ...arguments import OMITTED, Series, Truth, every
from ...errors import FunctionError
from ...numeric import pool
from ...spec import Along, function
from ._terms import Attach, Detach, takes_a_span

ACCURACY = 1e-3  # of the tranche: a grid that may be off by more is too coarse


@function(
    area="securitisation",
    returns="share of tranche",
    claims=("K52", "K54", "K56"),
    elementwise=True,
    native_limit="the losses of unequal obligors are built up one by one",
)
def tranche_loss_pool(
    attach: Attach,
    detach: Detach,
    pd: Annotated[
        Series,
        Along("obligor of pd"),
        "share",
        "0 to 1",
        "Default probability of each obligor; one value stands for all",
    ],
    lgd: Annotated[
        Series, Along("obligor of lgd"), "share of exposure", "0 to 1", "Loss given default; one value stands for all"
    ],
    rho: Annotated[
        Series, Along("obligor of rho"), "share", "0 to 1", "Asset correlation; one value stands for all obligors"
    ],
    exposure: Annotated[
        Series, Along("obligor"), "any unit", "above 0", "What each obligor owes, in any unit; equal if omitted"
    ] = OMITTED,
) -> float:
    """Expected loss of a tranche on a pool of unequal obligors, one-factor Gaussian copula.

    E[clip(L − attach, 0, detach − attach)] / (detach − attach), L the sum of exposure · lgd over the obligors that
    default, exposures scaled to sum to 1. Exact (to 1e-10) while the losses exposure · lgd are multiples of a common
    unit with at most 20,000 units in the pool. Otherwise each loss is split, its mean kept, onto a grid of 20,000
    units. The error of that is proven to be at most √obligors · unit / 4 / (detach − attach), and less the less likely
    the pool is to lose about attach or about detach; #NUM! where it could exceed a thousandth of the tranche.

    References
    ----------
    Andersen, L., Sidenius, J. and Basu, S. (2003). All your hedges in one basket. Risk, 16(11), 67-72.
    """
    exposure = every(1.0) if exposure is None else exposure
    loss = pool.tranche_loss(float(attach), float(detach), pd, lgd, rho, exposure)
    if loss.bound > ACCURACY:
        raise FunctionError(
            "#NUM!",
            f"the losses exposure · lgd have no common unit, and a grid of {pool.UNITS:,} units could be off by "
            f"{loss.bound:.1g} of the tranche, above {ACCURACY:g}: round them to a common unit, or widen the tranche",
        )
    return loss.share


takes_a_span(tranche_loss_pool)


@tranche_loss_pool.rule("#VALUE!", "pd, lgd, rho and exposure must be equally long, or one value")
def _(pd: Series, lgd: Series, rho: Series, exposure: Series = every(1.0)) -> Truth:
    return len({values.shape[-1] for values in (pd, lgd, rho, exposure)} - {1}) <= 1


@tranche_loss_pool.rule(
    "#NUM!", f"a pool may have at most {pool.UNITS:,} obligors; TRANCHE_LOSS takes any number of equal ones"
)
def _(pd: Series, lgd: Series, rho: Series, exposure: Series = every(1.0)) -> Truth:
    return max(values.shape[-1] for values in (pd, lgd, rho, exposure)) <= pool.UNITS


tranche_loss_pool.gives(0.067 * 0.4, 0, 1, 0.067, 0.4, 0.15)
# two coins of unequal size, 3/4 and 1/4 of the pool, the tranche above the smaller loss
tranche_loss_pool.gives((0.25 * 0.5 + 0.25 * 0.75) / 0.75, 0.25, 1, [0.5, 0.5], 1, 0, [3, 1], tolerance=1e-10)
tranche_loss_pool.gives(0.3817653781, 0, 0.05, [0.067] * 10, 0.4, 0.15, tolerance=2e-10)  # ten equal tenants
tranche_loss_pool.gives(0.067, 0, 0.05, [0.067] * 4, 0.4, 1, tolerance=1e-10)
tranche_loss_pool.gives((0.1 * 0.5 + 0.1 * 0.25) / 0.5, 0, 0.5, [0.1, 0.2], 0.5, 1, [1, 1], tolerance=1e-10)
# no common unit, but none near the tranche: the larger of the two default, and nothing else matters
tranche_loss_pool.gives(0.1, 0.45, 0.55, [0.1, 0.1], 1, 0.2, [1, 1.41421])
# the tranche begins where the smaller loss ends, 0.4142141, and is so thin that the grid decides
tranche_loss_pool.fails("#NUM!", 0.414214, 0.414215, [0.1, 0.1], 1, 0.2, [1, 1.41421])
tranche_loss_pool.fails("#NUM!", 0.05, 0, [0.067], 0.4, 0.15)
tranche_loss_pool.fails("#NUM!", 0, 0.05, [0.067, 0.1], 0.4, 0.15, [1, 0])
tranche_loss_pool.fails("#VALUE!", 0, 0.05, [0.067, 0.1], [0.4, 0.4, 0.4], 0.15)
tranche_loss_pool.fails("#N/A", 0, 0.05, [0.067, None], 0.4, 0.15)
