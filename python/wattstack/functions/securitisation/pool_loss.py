"""POOL_LOSS."""

from typing import Annotated

from ...arguments import Array, Scalar
from ...formula import Expr, If, NormSDist, NormSInv, Or, Sqrt
from ...numeric import copula
from ...spec import function


@function(area="securitisation", returns="share of pool", claims=("K54", "K56"))
def pool_loss(
    quantile: Annotated[Scalar, "share", "above 0 to below 1", "Probability that the loss stays within the result"],
    pd: Annotated[Scalar, "share", "0 to 1", "Default probability of an obligor over the term"],
    lgd: Annotated[Scalar, "share of exposure", "0 to 1", "Loss given default"],
    rho: Annotated[Scalar, "share", "0 to 1", "Asset correlation: the factor loading is its root"],
) -> Array:
    """Loss of the pool that is exceeded with probability 1 − quantile.

    lgd · Φ((Φ⁻¹(pd) + √rho·Φ⁻¹(quantile))/√(1 − rho)) on an infinitely granular pool, one-factor Gaussian copula; at
    rho = 1 the smallest loss whose probability reaches the quantile.

    References
    ----------
    Vasicek, O. (2002). The distribution of loan portfolio value. Risk, 15(12), 160-162.
    """
    return copula.pool_loss(quantile, pd, lgd, rho)


@pool_loss.twin
def _(quantile: Expr, pd: Expr, lgd: Expr, rho: Expr) -> Expr:
    spread = lgd * NormSDist((NormSInv(pd) + Sqrt(rho) * NormSInv(quantile)) / Sqrt(1 - rho), True)
    together = If(quantile > 1 - pd, lgd, 0)
    return If(Or(rho.eq(0), pd.eq(0), pd.eq(1)), pd * lgd, If(rho.eq(1), together, spread))


pool_loss.gives(0.1487020531, 0.999, 0.067, 0.4, 0.15, tolerance=2e-10)  # the model's base case
pool_loss.gives(0.0268, 0.999, 0.067, 0.4, 0)
pool_loss.gives(0.4, 0.999, 0.067, 0.4, 1)
pool_loss.gives(0, 0.9, 0.067, 0.4, 1)
pool_loss.gives(0.25, 0.5, 0.5, 0.5, 0.3)  # the median of a pool with even odds
pool_loss.fails("#NUM!", 1, 0.067, 0.4, 0.15)
pool_loss.fails("#NUM!", 0, 0.067, 0.4, 0.15)
pool_loss.fails("#NUM!", 0.999, -0.1, 0.4, 0.15)
