"""LEASE_METRICS."""

from typing import Annotated, Any

import numpy as np

from ...arguments import OMITTED, Scalar
from ...formula import Expr, lift
from ...spec import Table, function

KW_PER_MW = 1000.0
HOURS_PER_YEAR = 8760.0  # no leap day
MILLION = 1e6


@function(
    area="leases",
    returns="the unit beside it",
    spills=Table(metric="text", value="see unit", unit="text"),
    claims=("K42", "K43"),
)
def lease_metrics(
    contract: Annotated[Scalar, "$m", "0 or more", "Value of the contract over its whole term"],
    years: Annotated[Scalar, "years", "whole, 0 or more, not 0", "Term of the contract"],
    it_mw: Annotated[Scalar, "MW", "0 or more, not 0", "IT load that is leased"],
    noi_margin: Annotated[Scalar, "share of revenue", "0 to 1", "Share of the rent that is operating income"] = OMITTED,
    capex: Annotated[Scalar, "$m/MW", "0 or more, not 0", "Investment per MW of IT load"] = OMITTED,
) -> dict[str, Any]:
    """A lease in the units that leases are quoted in.

    $m/MW-year = contract / years / it_mw; $/kW-month = that · 1000 / 12; $/MWh = that · 1e6 / 8760; revenue =
    contract / years; NOI = revenue · noi_margin; yield on cost = $m/MW-year · noi_margin / capex. The rows whose
    inputs are omitted are left out.
    """
    metrics = _metrics(contract, years, it_mw, noi_margin, capex)
    values = np.broadcast_arrays(*(value for _, value, _ in metrics))
    return {
        "metric": np.array([name for name, _, _ in metrics], dtype=object),
        "value": np.stack(values, axis=-1),
        "unit": np.array([unit for _, _, unit in metrics], dtype=object),
    }


def _metrics(contract: Any, years: Any, it_mw: Any, noi_margin: Any, capex: Any) -> list[tuple[str, Any, str]]:
    """Name, value and unit of each row; the same arithmetic with arrays and in formulas."""
    per_mw = contract / years / it_mw
    rows = [
        ("usd_m_per_mw_year", per_mw, "$m/MW-year"),
        ("usd_per_kw_month", per_mw * KW_PER_MW / 12, "$/kW-month"),
        ("usd_per_mwh", per_mw * MILLION / HOURS_PER_YEAR, "$/MWh"),
        ("revenue", contract / years, "$m/year"),
    ]
    if noi_margin is not None:
        rows.append(("noi", contract / years * noi_margin, "$m/year"))
    if noi_margin is not None and capex is not None:
        rows.append(("yield_on_cost", per_mw * noi_margin / capex, "rate"))
    return rows


@lease_metrics.twin
def _(
    contract: Expr, years: Expr, it_mw: Expr, noi_margin: Expr | None, capex: Expr | None, *, line: str, place: int
) -> Expr:
    metric, value, unit = _metrics(contract, years, it_mw, noi_margin, capex)[place]
    return lift({"metric": metric, "value": value, "unit": unit}[line])


FOUR = ["usd_m_per_mw_year", "usd_per_kw_month", "usd_per_mwh", "revenue"]
FOUR_UNITS = ["$m/MW-year", "$/kW-month", "$/MWh", "$m/year"]
FOUR_VALUES = [1.752, 146, 200, 175.2]
lease_metrics.gives({"metric": FOUR, "value": FOUR_VALUES, "unit": FOUR_UNITS}, 1752, 10, 100)
lease_metrics.gives({"metric": FOUR, "value": FOUR_VALUES, "unit": FOUR_UNITS}, 1752, 10, 100, capex=12)
lease_metrics.gives(
    {
        "metric": [*FOUR, "noi", "yield_on_cost"],
        "value": [*FOUR_VALUES, 131.4, 0.1095],
        "unit": [*FOUR_UNITS, "$m/year", "rate"],
    },
    1752, 10, 100, 0.75, 12,
)  # fmt: skip
lease_metrics.fails("#DIV/0!", 1752, 0, 100)
lease_metrics.fails("#DIV/0!", 1752, 10, 0)
lease_metrics.fails("#DIV/0!", 1752, 10, 100, 0.75, 0)
lease_metrics.fails("#NUM!", 1752, 5.5, 100)
