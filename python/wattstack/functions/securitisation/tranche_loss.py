"""TRANCHE_LOSS."""

from ...arguments import OMITTED, Array
from ...formula import And, Expr, If, Max, Min, Name, NormSDist, NormSInv, Sqrt, SumProduct
from ...native import Workings
from ...numeric import tranches
from ...spec import function
from ._terms import Attach, Copula, Detach, Dof, Lgd, Obligors, Pd, Rho, takes_a_span, takes_t_copula
from .pool_loss import chances

EDGE = 9.0  # Φ(−9) is 1e-19: nothing that a sheet could show lies beyond
REACH = 8.0  # widths of the step on each side of it that the nodes cover


@function(area="securitisation", returns="share of tranche", claims=("K52", "K56"))
def tranche_loss(
    attach: Attach,
    detach: Detach,
    pd: Pd,
    lgd: Lgd,
    rho: Rho,
    n: Obligors = OMITTED,
    copula: Copula = "gaussian",
    dof: Dof = OMITTED,
) -> Array:
    """Expected loss of a tranche, one-factor Gaussian or t copula.

    E[clip(L − attach, 0, detach − attach)] / (detach − attach). Given M, standard normal, each obligor defaults with
    the chance p = Φ((Φ⁻¹(pd) − √rho·M)/√(1 − rho)): an infinitely granular pool loses L = lgd·p, a pool of n equal
    obligors lgd·K/n with K binomial. Exact at rho 0 and 1 and pd 0 and 1; to 1e-12 absolute elsewhere. More than 1e12
    obligors count as so many.

    With the t copula an obligor defaults if (√rho·M + √(1 − rho)·Z)·√(dof/W) < t_dof⁻¹(pd), W chi-square with dof
    degrees of freedom and common to all, so that even at rho 0 they depend on each other. To 1e-9.

    References
    ----------
    Vasicek, O. (2002). The distribution of loan portfolio value. Risk, 15(12), 160-162.
    """
    return tranches.tranche_loss(attach, detach, pd, lgd, rho, n, dof)


takes_a_span(tranche_loss)


takes_t_copula(tranche_loss)


@tranche_loss.twin
def native_loss(
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
    """The expected loss of a tranche in plain formulas, of the whole family."""
    if n is None:
        return _granular(attach, detach, pd, lgd, rho, workings)
    loss = Name("outcome") * (lgd / n)
    lost = (loss > attach) * (loss - attach) - (loss > detach) * (loss - detach)
    return SumProduct(chances(pd, rho, n, workings) * lost) / (detach - attach)


def _granular(attach: Expr, detach: Expr, pd: Expr, lgd: Expr, rho: Expr, workings: Workings) -> Expr:
    step = workings.cell
    smooth = step("TRUE where the loss is spread out", And(pd > 0, pd < 1, rho > 0, rho < 1))
    threshold = step("Default threshold", If(smooth, NormSInv(pd), 0))
    spread = step("Root of 1 - correlation", Sqrt(1 - rho))
    loading = step("Root of the correlation", Sqrt(rho))
    low = step("Attachment in normal terms", _in_normal_terms(attach, lgd))
    high = step("Detachment in normal terms", _in_normal_terms(detach, lgd))
    centre = step("Where the conditional default rate steps down", If(smooth, threshold / spread, 0))
    reach = step("Half the width of the step", If(smooth, loading / spread * REACH, 0))
    start = step("Integrated from", Min(high, Max(low, centre - reach)))
    end = step("Integrated to", Max(start, Min(high, centre + reach)))
    half = step("Half the interval", (end - start) / 2)
    node = (start + end) / 2 + half * Name("gl_node")
    density = Name("gl_weight") * NormSDist(node, False)
    integral = step(
        "Integral over the step",
        If(smooth, half * SumProduct(density * NormSDist((threshold - spread * node) / loading, True)), 0),
    )
    certain = NormSDist(start, True) - NormSDist(low, True)
    return If(smooth, lgd * (certain + integral), _without_spread(attach, detach, pd, lgd, rho)) / (detach - attach)


def _in_normal_terms(point: Expr, lgd: Expr) -> Expr:
    return If(point <= 0, -EDGE, If(point >= lgd, EDGE, Max(-EDGE, Min(EDGE, NormSInv(point / lgd)))))


def _without_spread(attach: Expr, detach: Expr, pd: Expr, lgd: Expr, rho: Expr) -> Expr:
    """The loss in money where it is one number, or all or nothing."""
    return If(rho.eq(0), Max(0, Min(pd * lgd, detach) - attach), pd * Max(0, Min(lgd, detach) - attach))


# the model's base case, computed independently
tranche_loss.gives(0.4819915239, 0, 0.05, 0.067, 0.4, 0.15, tolerance=2e-10)
tranche_loss.gives(0.02683648237, 0.05, 0.15, 0.067, 0.4, 0.15, tolerance=2e-10)
tranche_loss.gives(2.733571823e-10, 0.3, 1, 0.067, 0.4, 0.15, tolerance=1e-12)
tranche_loss.gives(0.067 * 0.4, 0, 1, 0.067, 0.4, 0.15)  # the whole pool loses pd·lgd
tranche_loss.gives(0.536, 0, 0.05, 0.067, 0.4, 0)  # rho 0: the pool loses 2.68 %, for certain
tranche_loss.gives(0.067, 0, 0.05, 0.067, 0.4, 1)  # rho 1: all or nothing
tranche_loss.gives(0, 0.4, 0.5, 0.067, 0.4, 0.15)  # no loss reaches beyond lgd
tranche_loss.gives(0.5, 0.2, 0.6, 1, 0.4, 0.3)  # pd 1: the loss is lgd
tranche_loss.gives(0, 0, 0.1, 0, 0.4, 0.3)
tranche_loss.gives(0.3817653781, 0, 0.05, 0.067, 0.4, 0.15, 10, tolerance=2e-10)  # the model's base case, few tenants
tranche_loss.gives(0.002604698973, 0.15, 0.3, 0.067, 0.4, 0.15, 10, tolerance=2e-10)
tranche_loss.gives(0.067 * 0.4, 0, 1, 0.067, 0.4, 0.3, 1)
tranche_loss.gives(0.067 * 0.4, 0, 1, 0.067, 0.4, 0.95, 50)
tranche_loss.gives(0.067 * 0.4, 0, 1, 0.067, 0.4, 0.3, 51)  # more than native sheets serve
tranche_loss.gives(0.25 * 0.5, 0.25, 0.75, 0.5, 0.5, 0, 2)  # two coins, both lost: half of the tranche
tranche_loss.gives(0.067, 0, 0.05, 0.067, 0.4, 1, 10)
tranche_loss.gives(0.5, 0.2, 0.6, 1, 0.4, 0.3, 10)
tranche_loss.gives(0, 0, 0.1, 0, 0.4, 0.3, 10)
tranche_loss.gives(0.067 * 0.4, 0, 1, 0.067, 0.4, 0.15, None, "t", 4)
tranche_loss.gives(0.067 * 0.4, 0, 1, 0.067, 0.4, 0, 10, "t", 2.5)
tranche_loss.gives(0.067, 0, 0.05, 0.067, 0.4, 1, copula="t", dof=4)
tranche_loss.gives(0.5, 0.2, 0.6, 1, 0.4, 0.3, copula="t", dof=4)
tranche_loss.fails("#NUM!", 0, 0.05, 0.067, 0.4, 0.15, copula="t")
tranche_loss.fails("#NUM!", 0, 0.05, 0.067, 0.4, 0.15, copula="t", dof=2)
tranche_loss.fails("#VALUE!", 0, 0.05, 0.067, 0.4, 0.15, copula="gaussian", dof=4)
tranche_loss.fails("#VALUE!", 0, 0.05, 0.067, 0.4, 0.15, copula="clayton")
tranche_loss.fails("#NUM!", 0, 0.05, 0.067, 0.4, 0.15, 0)
tranche_loss.fails("#NUM!", 0, 0.05, 0.067, 0.4, 0.15, 5.5)
tranche_loss.fails("#NUM!", 0.08, 0.05, 0.067, 0.4, 0.15)
tranche_loss.fails("#NUM!", 0.05, 0.05, 0.067, 0.4, 0.15)
tranche_loss.fails("#NUM!", 0, 0.05, 1.2, 0.4, 0.15)
tranche_loss.fails("#NUM!", 0, 0.05, 0.067, 0.4, -0.1)

POOL = {"pd": 0.067, "lgd": 0.4}
tranche_loss.pictured(
    "Correlation moves losses from the equity to the senior tranches",
    "rho",
    0.0,
    1.0,
    equity_0_to_5=dict(attach=0.0, detach=0.05, **POOL),
    mezzanine_5_to_15=dict(attach=0.05, detach=0.15, **POOL),
    senior_15_to_30=dict(attach=0.15, detach=0.3, **POOL),
)
