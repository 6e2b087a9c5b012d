"""The sheet Funding: who pays. Tenants fund chips, developers fund sites, securitisation takes finished sites out."""

from __future__ import annotations

from ..formula import Apply, If, Min, Sum
from ..functions.funding.funding_stack import funding_stack
from .capital import YEARS
from .lines import Model, Sheet, ranged

SOURCES = {
    "cash": "Own cash",
    "ig": "Investment-grade bonds",
    "hy": "High-yield bonds",
    "private": "Private credit",
    "abs": "Securitisation",
}
TENANTS = ("cash", "ig")
DEVELOPERS = {"abs": "Securitisation of finished sites", "private": "Private credit", "hy": "High-yield bonds"}
TABLE, DEVELOPERS_TABLE = "Sources of money", "Sources of the developers"
UNFUNDED = "Unfunded"


def funding(model: Model) -> None:
    """Write the sheet."""
    m = model.sheet("Funding")
    m.listing("Cash")
    cash = m.ocf_per_year * m.cash_share * m.funding_years
    m.line("cash_capacity", "Own cash", "$bn", cash)
    with m.table(TABLE, SOURCES) as table:
        table.link("Capacity", "$bn", lambda source: m[f"{source}_capacity"])
        table.link("Cost", "rate", lambda source: m[f"{source}_cost"])
    headline = funding_stack(m.capex_headline, ranged(m, TABLE, SOURCES, "Capacity"))
    _stack(m, "headline", "The headline", headline, SOURCES)
    m.listing("What power allows")
    sites = Min(m.powered_gw * m.build_cost, m.capex_powered)
    m.line("need_developers", "Developers' part: the sites that power allows", "$bn", sites)
    m.line("need_tenants", "Tenants' part: the rest", "$bn", m.capex_powered - m.need_developers)
    capacity, cost = (ranged(m, TABLE, TENANTS, label) for label in ("Capacity", "Cost"))
    tenants = {source: SOURCES[source] for source in TENANTS}
    _stack(m, "tenants", "Tenants", funding_stack(m.need_tenants, capacity, cost), tenants)
    m.listing("Finished sites taken out")
    pool = Min(m.abs_capacity, m.takeout_share * m.need_developers)
    m.line("pool", "Securitised pool: finished sites taken out", "$bn", pool)
    with m.table(DEVELOPERS_TABLE, DEVELOPERS) as table:
        table.link("Capacity", "$bn", lambda source: m.pool if source == "abs" else m[f"{source}_capacity"])
        table.link("Cost", "rate", lambda source: m[f"{source}_cost"])
    capacity, cost = (ranged(m, DEVELOPERS_TABLE, DEVELOPERS, label) for label in ("Capacity", "Cost"))
    _stack(m, "developers", "Developers", funding_stack(m.need_developers, capacity, cost), DEVELOPERS)
    _summary(m)


def _stack(m: Sheet, who: str, title: str, call: Apply, sources: dict[str, str]) -> None:
    names = [*sources, "unfunded"]
    costs = [""] if call.args[-1] is not None else []
    m.spill(title, [*sources.values(), UNFUNDED], call, [["", f"{who}_{name}", "", *costs] for name in names])


def _summary(m: Sheet) -> None:
    m.listing("Together")
    m.line("unfunded", "Unfunded", "$bn", m.tenants_unfunded + m.developers_unfunded)
    used = {f"tenants_{source}": source for source in TENANTS} | {f"developers_{s}": s for s in DEVELOPERS}
    first, *others = (m[key] * m[f"{source}_cost"] for key, source in used.items())
    paid = sum(others, start=first)
    funded = Sum(*(m[key] for key in used))
    m.line("blended_cost", "Cost of what is funded", "rate", If(funded > 0, paid / funded, 0))
    total = m.capex_powered - m.unfunded
    m.line("debt_share", "Share that is debt", "share", If(total > 0, 1 - m.tenants_cash / total, 0))
    for year in YEARS:
        need = m[f"capex_year{year}"]
        cover = If(need > 0, Min(1, m.ocf_per_year * m.cash_share / need), 1)
        m.line(f"cash_cover_year{year}", f"Cash to investment, year {year}", "x", cover)
    share = m.meta_private / m.meta_total
    m.line("meta_private_share", "Private debt in Meta's financing", "share", share)
