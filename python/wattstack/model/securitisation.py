"""The sheet Securitisation: what each slice of the leases' debt loses, in normal times and in a crisis."""

from __future__ import annotations

from itertools import pairwise

from ..formula import Ln, Series, Sum
from ..functions.securitisation.conditional_pd import conditional_pd
from ..functions.securitisation.crisis_loss import crisis_loss
from ..functions.securitisation.pool_loss import pool_loss
from ..functions.securitisation.tranche_loss import tranche_loss
from ..functions.securitisation.tranche_pd import tranche_pd
from ..functions.securitisation.tranche_spread import tranche_spread
from .lines import Columns, Model, Sheet, cell_key

TRANCHES = {"equity": "Equity", "mezzanine": "Mezzanine", "senior": "Senior", "super_senior": "Super senior"}
ABOVE = dict(pairwise(TRANCHES))
TABLE = "Tranches"


def securitisation(model: Model) -> None:
    """Write the sheet."""
    m = model.sheet("Securitisation")
    m.listing("The pool")
    m.line("pool_loss", "Expected loss of the pool", "share", m.pd * m.lgd)
    m.constant("tail", "Confidence of the tail", "share", 0.999)
    m.line("pool_loss_999", "Loss of the pool, 99.9 %", "share", pool_loss(m.tail, m.pd, m.lgd, m.rho))
    m.line("hazard", "Hazard rate that gives pd over the term", "1/year", -Ln(1 - m.pd) / m.abs_years)
    m.constant("whole_pool", "Detachment of the last tranche", "share", 1)
    with m.table(TABLE, TRANCHES) as table:
        _tranche_columns(m, table)
    _comparisons(m)


def _tranche_columns(m: Sheet, table: Columns) -> None:
    normal, crisis = (m.pd, m.lgd, m.rho), (m.crisis_pd, m.crisis_lgd, m.crisis_rho)

    def span(tranche: str) -> tuple[object, object]:
        return m[cell_key(TABLE, tranche, "Attach")], m[cell_key(TABLE, tranche, "Detach")]

    def money(tranche: str) -> object:
        attach, detach = span(tranche)
        return m[f"{tranche}_mixed_loss"] * (detach - attach) * m.pool  # type: ignore[operator]

    share = "share of tranche"
    table.link("Attach", "share", lambda tranche: m[f"{tranche}_attach"])
    table.link("Detach", "share", lambda t: m[f"{ABOVE[t]}_attach"] if t in ABOVE else m.whole_pool)
    table.column("{}_loss", "Expected loss", share, lambda t: tranche_loss(*span(t), *normal))
    table.column("{}_touched", "Chance of a loss", "share", lambda t: tranche_pd(*span(t), *normal))
    table.column("{}_crisis_loss", "Expected loss in the crisis", share, lambda t: tranche_loss(*span(t), *crisis))
    table.column(
        "{}_lumpy_loss", "Expected loss, few tenants", share, lambda t: tranche_loss(*span(t), *normal, m.tenants)
    )
    table.column(
        "{}_mixed_loss",
        "Expected loss, crisis possible",
        share,
        lambda t: crisis_loss(*span(t), *normal, m.crisis_probability, *crisis),
    )
    table.column("{}_loss_usd_bn", "The same in money", "$bn", money)
    terms = (m.hazard, m.lgd, m.rho, m.abs_years, m.discount_rate)
    table.column("{}_spread", "Par spread", "rate", lambda t: tranche_spread(*span(t), *terms))


def _comparisons(m: Sheet) -> None:
    m.listing("What the crisis changes")
    span = m[cell_key(TABLE, "senior", "Attach")], m[cell_key(TABLE, "senior", "Detach")]
    old_correlation = tranche_loss(*span, m.crisis_pd, m.crisis_lgd, m.rho)
    label = "Senior crisis loss that the normal correlation misses"
    m.line("correlation_error", label, "x", m.senior_crisis_loss / old_correlation)
    shocked = conditional_pd(m.pd, m.rho, -m.demand_shock)
    m.line("pd_after_shock", "Default probability if AI demand disappoints", "share", shocked)
    m.line("effective_tenants", "Effective tenants, at most", "count", 1 / m.top_tenant**2)
    total = Sum(Series(tuple(m[f"{tranche}_loss_usd_bn"] for tranche in TRANCHES)))
    m.line("pool_loss_usd_bn", "Expected loss of the pool in money, crisis possible", "$bn", total)
    m.line("senior_multiple", "Senior loss, crisis over normal", "x", m.senior_crisis_loss / m.senior_loss)
