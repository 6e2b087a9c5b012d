"""CONDITIONAL_PD."""

from typing import Annotated

from ...arguments import Array, Scalar
from ...formula import Expr, If, NormSDist, NormSInv, Or, Sqrt
from ...numeric import copula
from ...spec import function
from ._terms import Pd


@function(area="securitisation", returns="share", claims=("K55",))
def conditional_pd(
    pd: Pd,
    rho: Annotated[Scalar, "share", "0 to below 1", "Asset correlation: the factor loading is its root"],
    shock: Annotated[Scalar, "sd", "Where the common factor, AI demand, stands; negative is bad"],
) -> Array:
    """Default probability once the common factor is known.

    Φ((Φ⁻¹(pd) − √rho·shock)/√(1 − rho)).

    References
    ----------
    Vasicek, O. (2002). The distribution of loan portfolio value. Risk, 15(12), 160-162.
    """
    return copula.conditional_pd(pd, rho, shock)


@conditional_pd.twin
def _(pd: Expr, rho: Expr, shock: Expr) -> Expr:
    shifted = NormSDist((NormSInv(pd) - Sqrt(rho) * shock) / Sqrt(1 - rho), True)
    return If(Or(pd.eq(0), pd.eq(1)), pd, shifted)


conditional_pd.gives(0.2161688674, 0.067, 0.15, -2, tolerance=2e-10)  # the model's base case
conditional_pd.gives(0.067, 0.067, 0, -2)
conditional_pd.gives(0.5, 0.5, 0.3, 0)
conditional_pd.gives(0, 0, 0.3, -5)
conditional_pd.fails("#NUM!", 0.067, 1, -2)
conditional_pd.fails("#NUM!", 1.01, 0.1, -2)

conditional_pd.pictured(
    "The same shock bites more where correlation is higher",
    "shock",
    -4.0,
    4.0,
    rho_5={"pd": 0.067, "rho": 0.05},
    rho_15={"pd": 0.067, "rho": 0.15},
    rho_60={"pd": 0.067, "rho": 0.6},
)
