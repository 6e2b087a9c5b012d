"""RENEWAL_BREAKEVEN."""

import numpy as np

from ...arguments import Array
from ...formula import NUM, Expr, If, Min
from ...native import Workings
from ...numeric.cashflow import lease_flows, npv
from ...spec import function
from .project_cashflow import BEYOND_LIFE, Capex, Life, Noi, RerentDiscount, Salvage, Tenor, within_life
from .project_npv import Rate, project_npv

ROUNDING = 1e-12  # of capex: a value nearer to 0 is 0


@function(area="leases", returns="probability", claims=("K42", "K45"))
def renewal_breakeven(
    capex: Capex,
    noi: Noi,
    tenor: Tenor,
    life: Life,
    hurdle: Rate,
    rerent_discount: RerentDiscount = 0.0,
    salvage: Salvage = 0.0,
) -> Array:
    """Probability of renewal at which a leased site earns the hurdle rate.

    −NPV(0) / (NPV(1) − NPV(0)), NPV(p) being PROJECT_NPV at the hurdle with renewal p; 0 if NPV(0) ≥ 0: the lease
    alone pays. #NUM! if NPV(1) < 0: no renewal is enough, as where the lease lasts the whole life. An NPV within
    1e-12 of capex counts as 0.
    """
    without, certain = (
        npv(hurdle, lease_flows(capex, noi, tenor, life, renewal, rerent_discount, salvage, 0.0, 0.0))
        for renewal in (0.0, 1.0)
    )
    least = -ROUNDING * capex
    share = np.minimum(-without / (certain - without), 1.0)
    return np.where(without >= least, 0.0, np.where(certain >= least, share, np.nan))


renewal_breakeven.rule("#NUM!", BEYOND_LIFE)(within_life)


@renewal_breakeven.twin
def _(
    capex: Expr,
    noi: Expr,
    tenor: Expr,
    life: Expr,
    hurdle: Expr,
    rerent_discount: Expr,
    salvage: Expr,
    *,
    workings: Workings,
) -> Expr:
    def value(renewal: float) -> Expr:
        return project_npv(hurdle, capex, noi, tenor, life, renewal, rerent_discount, salvage)

    without = workings.cell("NPV without renewal", value(0.0))
    certain = workings.cell("NPV with certain renewal", value(1.0))
    least = workings.cell("NPV that counts as 0", -ROUNDING * capex)
    return If(without >= least, 0, If(certain >= least, Min(-without / (certain - without), 1), NUM))


# the base case of the model, computed independently
renewal_breakeven.gives(0.9054052764, 12, 1.5, 5, 20, 0.08, 0.25, 0.1, tolerance=1e-9)
renewal_breakeven.gives(0, 12, 1.5, 15, 20, 0.08, 0.25, 0.1)
renewal_breakeven.gives(0.5, 12, 2, 4, 8, 0)  # 8 for certain, and 4 of the 8 more
renewal_breakeven.gives(1, 11, 1.1, 5, 10, 0)
renewal_breakeven.gives(0, 11, 1.1, 10, 10, 0)  # the lease alone pays: its length is not asked
renewal_breakeven.fails("#NUM!", 12, 1.1, 10, 10, 0)
renewal_breakeven.fails("#NUM!", 12, 0.5, 5, 20, 0.08)
renewal_breakeven.fails("#NUM!", 12, 1.5, 21, 20, 0.08)
