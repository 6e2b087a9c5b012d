"""The sheet Valuation: what the market pays per watt of the converting miners, and what a watt costs to build."""

from __future__ import annotations

from ..formula import Series, Sum
from ..functions.valuation.conversion_cost import conversion_cost
from ..functions.valuation.ev_all_in import ev_all_in
from ..functions.valuation.ev_per_watt import ev_per_watt
from ..functions.valuation.mining_margin import mining_margin
from .lines import Model, ranged

STAGES = {
    "operating": "Operating as mines",
    "construction": "Under construction",
    "development": "In development",
}
WATT = {
    "ev_per_watt_headline": "EV/W, all MW",
    "ev_per_watt_risked": "EV/W, risked MW",
    "ev_all_in": "EV/W once finished",
    "build_cost": "Build cost",
    "conversion_cost": "Conversion cost",
}
TABLE = "Pipeline by stage"


def valuation(model: Model) -> None:
    """Write the sheet."""
    m = model.sheet("Valuation")
    with m.table("Pipeline by stage, gross", STAGES) as gross:
        gross.link("Gross", "MW gross", lambda stage: m[f"{stage}_mw"])
    m.listing("What the market pays for it")
    m.constant("millions_per_billion", "Millions in a billion", "count", 1000)
    gross_mw = ranged(m, "Pipeline by stage, gross", STAGES, "Gross")
    sector_ev = m.ev_per_gross_mw * Sum(gross_mw) / m.millions_per_billion
    m.line("sector_ev", "Enterprise value of the converting miners", "$bn", sector_ev)
    with m.table(TABLE, STAGES) as stages:
        stages.column("{}_it_mw", "IT load", "MW", lambda stage: m[f"{stage}_mw"] / m.gross_to_it)
        stages.link("Weight", "share", lambda stage: m[f"{stage}_weight"])
        stages.link("Cost to spend", "share", lambda stage: m[f"{stage}_capex_left"])
        stages.link("Risked", "MW", lambda stage: m[f"{stage}_it_mw"] * m[f"{stage}_weight"])
    it_mw = Series(tuple(m[f"{stage}_it_mw"] for stage in STAGES))
    weights = ranged(m, TABLE, STAGES, "Weight")
    to_spend = ranged(m, TABLE, STAGES, "Cost to spend")
    m.listing("Value and cost of a watt")
    m.line("risked_mw", "Risked IT load", "MW", Sum(ranged(m, TABLE, STAGES, "Risked")))
    m.line("ev_per_watt_headline", "EV/W, all megawatts", "$/W", ev_per_watt(m.sector_ev, it_mw))
    m.line("ev_per_watt_risked", "EV/W, risked megawatts", "$/W", ev_per_watt(m.sector_ev, it_mw, weights))
    all_in = ev_all_in(m.sector_ev, it_mw, weights, to_spend, m.build_cost)
    m.line("ev_all_in", "EV/W once finished", "$/W", all_in)
    discount = m.ev_per_watt_headline / m.build_cost - 1
    m.line("headline_discount", "Headline against build cost", "share", discount)
    m.line("all_in_premium", "All-in against build cost", "share", m.ev_all_in / m.build_cost - 1)
    margin = mining_margin(m.hashprice, m.asic_efficiency, m.power_price)
    m.line("mining_margin", "Cash margin of mining", "$m/MW-year", margin)
    m.constant("example_mine_mw", "Size of the mine converted, an example", "MW gross", 100)
    terms = (m.gross_to_it, m.build_cost, m.mining_margin, m.conversion_months)
    converted = conversion_cost(m.example_mine_mw, *terms)
    m.line("conversion_cost", "Conversion cost, mining forgone included", "$/W", converted)
    with m.table("A watt: price and cost", WATT) as table:
        table.link("Per watt", "$/W", lambda key: m[key])
    m.listing("GPUs that miners buy")
    m.line("iren_gap", "GPU money that IREN must find", "$bn", m.iren_gpus - m.iren_prepayment)
