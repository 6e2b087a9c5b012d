"""POOL_LOSS."""

from typing import Annotated

from ...arguments import OMITTED, Array, Scalar
from ...formula import And, BinomDist, Expr, If, Literal, Max, Min, Name, NormSDist, NormSInv, Or, Sqrt, Sum, SumProduct
from ...formula import Series as Range
from ...native import Workings
from ...numeric import tranches
from ...numeric.quadrature import OUTCOMES
from ...spec import function
from ._terms import Copula, Dof, Lgd, Obligors, Pd, Rho, takes_t_copula

GAUSSIAN = Literal("gaussian")
ATOM = 1e-12  # a chance this close to the quantile reaches it
FACTOR_EDGE = 9.0  # Φ(−9) is 1e-19: nothing that a sheet could show lies beyond
STEP_EDGE = 8.0  # the conditional default rate steps from Φ(8) to Φ(−8)


@function(area="securitisation", returns="share of pool", claims=("K54", "K56"))
def pool_loss(
    quantile: Annotated[Scalar, "share", "above 0 to below 1", "Probability that the loss stays within the result"],
    pd: Pd,
    lgd: Lgd,
    rho: Rho,
    n: Obligors = OMITTED,
    copula: Copula = "gaussian",
    dof: Dof = OMITTED,
) -> Array:
    """Loss of the pool that is exceeded with probability 1 − quantile.

    lgd · Φ((Φ⁻¹(pd) + √rho·Φ⁻¹(quantile))/√(1 − rho)) on an infinitely granular pool, one-factor Gaussian copula. At
    rho = 1, and with n obligors, the smallest loss whose distribution function reaches the quantile (to 1e-12). With
    the t copula the distribution function is inverted.

    References
    ----------
    Vasicek, O. (2002). The distribution of loan portfolio value. Risk, 15(12), 160-162.
    """
    return tranches.pool_loss(quantile, pd, lgd, rho, n, dof)


takes_t_copula(pool_loss)


@pool_loss.twin
def _(
    quantile: Expr,
    pd: Expr,
    lgd: Expr,
    rho: Expr,
    n: Expr | None,
    copula: Expr,
    dof: None = None,
    *,
    workings: Workings,
) -> Expr:
    if n is not None:
        chance = chances(pd, rho, n, workings)
        sums = (Sum(chance[: k + 1]) for k in range(OUTCOMES))
        reached = workings.column("Chance of at most as many defaults", sums)
        fewer = SumProduct((reached < quantile - ATOM) * 1)
        return lgd * Min(n, fewer) / n
    spread = lgd * NormSDist((NormSInv(pd) + Sqrt(rho) * NormSInv(quantile)) / Sqrt(1 - rho), True)
    together = If(quantile > 1 - pd, lgd, 0)
    return If(Or(rho.eq(0), pd.eq(0), pd.eq(1)), pd * lgd, If(rho.eq(1), together, spread))


def chances(pd: Expr, rho: Expr, n: Expr, workings: Workings) -> Range:
    """Cells with the chances of 0, 1, …, 50 defaults among n equal obligors: binomial, mixed over the factor."""
    step = workings.cell
    mixes = step("TRUE where the factor matters", And(pd > 0, pd < 1, rho > 0, rho < 1))
    width = step("Width of the step of the default rate, in the factor", If(mixes, Sqrt((1 - rho) / rho), 1))
    centre = step("Where the default rate steps down, in the factor", If(mixes, NormSInv(pd) / Sqrt(rho), 0))
    start = step("Factor integrated from", Max(-FACTOR_EDGE, Min(FACTOR_EDGE, centre - STEP_EDGE * width)))
    end = step("Factor integrated to", Max(-FACTOR_EDGE, Min(FACTOR_EDGE, centre + STEP_EDGE * width)))
    half = step("Half the factor's interval", (end - start) / 2)
    factor = (start + end) / 2 + half * Name("fine_node")
    density = Name("fine_weight") * NormSDist(factor, False)
    rate = NormSDist((centre - factor) / width, True)

    def chance(k: int) -> Expr:
        # all default below the step, none beyond it
        outside = NormSDist(-end, True) if k == 0 else If(n.eq(k), NormSDist(start, True), 0)
        mixed = outside + half * SumProduct(density * BinomDist(k, n, rate, False))
        together = 1 - pd if k == 0 else If(n.eq(k), pd, 0)
        return If(n < k, 0, If(mixes, mixed, If(rho.eq(1), together, BinomDist(k, n, pd, False))))

    return workings.column("Chance of defaults", map(chance, range(OUTCOMES)))


pool_loss.gives(0.1487020531, 0.999, 0.067, 0.4, 0.15, tolerance=2e-10)  # the model's base case
pool_loss.gives(0.0268, 0.999, 0.067, 0.4, 0)
pool_loss.gives(0.4, 0.999, 0.067, 0.4, 1)
pool_loss.gives(0, 0.9, 0.067, 0.4, 1)
pool_loss.gives(0.25, 0.5, 0.5, 0.5, 0.3)  # the median of a pool with even odds
pool_loss.gives(0.2, 0.75, 0.5, 0.4, 0, 2)  # two coins: at most one head with chance 3/4
pool_loss.gives(0.4, 0.76, 0.5, 0.4, 0, 2)
pool_loss.gives(0.4, 0.95, 0.067, 0.4, 1, 10)
pool_loss.gives(0.12, 0.95, 0.067, 0.4, 0.15, 10)  # P(K ≤ 2) is 94.8 %, P(K ≤ 3) 98.4 %
pool_loss.gives(0.3, 0.5, 0.5, 0.6, 0.3, 4)  # even odds: the median is two of four
pool_loss.gives(0.4, 0.999, 0.067, 0.4, 1, copula="t", dof=4)
pool_loss.gives(0.25, 0.5, 0.5, 0.5, 0.3, copula="T ", dof=4)  # even odds: a half, whatever the copula
pool_loss.fails("#NUM!", 0.95, 0.067, 0.4, 0.15, copula="t")
pool_loss.fails("#VALUE!", 0.95, 0.067, 0.4, 0.15, None, "Gaussian", 4)
pool_loss.fails("#NUM!", 0.95, 0.067, 0.4, 0.15, 2.5)
pool_loss.fails("#NUM!", 1, 0.067, 0.4, 0.15)
pool_loss.fails("#NUM!", 0, 0.067, 0.4, 0.15)
pool_loss.fails("#NUM!", 0.999, -0.1, 0.4, 0.15)

pool_loss.pictured(
    "Correlation makes the tail",
    "quantile",
    0.5,
    0.999,
    rho_5={"pd": 0.067, "lgd": 0.4, "rho": 0.05},
    rho_15={"pd": 0.067, "lgd": 0.4, "rho": 0.15},
    rho_60={"pd": 0.067, "lgd": 0.4, "rho": 0.6},
)
