"""TRANCHE_PD."""

from ...arguments import OMITTED, Array
from ...formula import Expr, If, Name, NormSDist, NormSInv, Or, Sqrt, SumProduct
from ...native import Workings
from ...numeric import tranches
from ...spec import function
from ._terms import Attach, Copula, Detach, Dof, Lgd, Obligors, Pd, Rho, takes_a_span, takes_t_copula
from .pool_loss import chances

ATOM = 1e-12  # a loss this close to the attachment is not above it


@function(area="securitisation", returns="share", claims=("K52", "K56"))
def tranche_pd(
    attach: Attach,
    detach: Detach,
    pd: Pd,
    lgd: Lgd,
    rho: Rho,
    n: Obligors = OMITTED,
    copula: Copula = "gaussian",
    dof: Dof = OMITTED,
) -> Array:
    """Chance that a tranche is touched: that the pool loses more than the attachment.

    P(L > attach) = Φ((Φ⁻¹(pd) − √(1 − rho)·Φ⁻¹(attach/lgd))/√rho) on an infinitely granular pool, one-factor Gaussian
    copula; with n equal obligors the chances of the losses above attach, added up. A loss that has a chance of its own
    and is within 1e-12 of attach is not above it. With the t copula as TRANCHE_LOSS.

    References
    ----------
    Vasicek, O. (2002). The distribution of loan portfolio value. Risk, 15(12), 160-162.
    """
    return tranches.tranche_pd(attach, pd, lgd, rho, n, dof)


takes_a_span(tranche_pd)


takes_t_copula(tranche_pd)


@tranche_pd.twin
def native_pd(
    attach: Expr,
    detach: Expr,
    pd: Expr,
    lgd: Expr,
    rho: Expr,
    n: Expr | None,
    copula: Expr,
    dof: None = None,
    *,
    workings: Workings,
) -> Expr:
    """The chance that a tranche is touched in plain formulas, of the whole family."""
    beyond = attach + ATOM
    if n is not None:
        above = Name("outcome") * (lgd / n) > beyond
        return SumProduct(chances(pd, rho, n, workings) * above)
    certain = If(pd * lgd > beyond, 1, 0)
    together = If(lgd > beyond, pd, 0)
    spread = NormSDist((NormSInv(pd) - Sqrt(1 - rho) * NormSInv(attach / lgd)) / Sqrt(rho), True)
    inside = If(lgd <= attach, 0, If(attach.eq(0), 1, spread))
    return If(Or(rho.eq(0), pd.eq(0), pd.eq(1)), certain, If(rho.eq(1), together, inside))


tranche_pd.gives(1, 0, 0.05, 0.067, 0.4, 0.15)
tranche_pd.gives(0.1290770394, 0.05, 0.15, 0.067, 0.4, 0.15, tolerance=2e-10)  # the model's base case
tranche_pd.gives(0.0009334412867, 0.15, 0.3, 0.067, 0.4, 0.15, tolerance=1e-12)
tranche_pd.gives(0.067, 0.05, 0.15, 0.067, 0.4, 1)
tranche_pd.gives(1, 0.02, 0.15, 0.067, 0.4, 0)
tranche_pd.gives(0, 0.0268, 0.15, 0.067, 0.4, 0)  # the certain loss is at the attachment, not above it
tranche_pd.gives(0, 0.4, 0.5, 0.067, 0.4, 0.15)
tranche_pd.gives(0.75, 0.1, 0.3, 0.5, 0.4, 0, 2)
tranche_pd.gives(0.25, 0.2, 0.3, 0.5, 0.4, 0, 2)  # the loss of one default is at the attachment, not above it
tranche_pd.gives(0.067, 0.05, 0.15, 0.067, 0.4, 0.15, 1)
tranche_pd.gives(0.067, 0.05, 0.15, 0.067, 0.4, 1, 50)
tranche_pd.gives(0.067, 0.05, 0.15, 0.067, 0.4, 1, copula="t", dof=4)
tranche_pd.gives(0.5, 0.25, 1, 0.5, 0.5, 0.3, copula="t", dof=4)  # even odds: a half, whatever the copula
tranche_pd.gives(1, 0, 1, 1e-9, 0.5, 0, copula="t", dof=4)
tranche_pd.fails("#NUM!", 0.05, 0.15, 0.067, 0.4, 0.15, copula="t")
tranche_pd.fails("#NUM!", 0.05, 0.15, 0.067, 0.4, 0.15, 0)
tranche_pd.fails("#NUM!", 0.15, 0.05, 0.067, 0.4, 0.15)
tranche_pd.fails("#NUM!", 0.05, 0.15, 0.067, 1.4, 0.15)
