"""The sheet Capital: what the gap costs, and how much of it power allows."""

from __future__ import annotations

from ..formula import Expr, If
from ..functions.capital.dc_capex import dc_capex
from ..functions.funding.required_revenue import required_revenue
from .lines import Model, Sheet

YEARS = (1, 2, 3)
PARTS = {"gpu": "GPUs", "other_it": "Other IT", "site": "Site", "power_cooling": "Power and cooling"}
SHELL = 1  # the reading of the site cost that takes 1.1-1.9 $bn/GW literally


def capital(model: Model) -> None:
    """Write the sheet."""
    m = model.sheet("Capital")
    _build_up(m)
    _totals(m)
    m.listing("What must pay for it")
    depreciation = m.powered_gw * m.gpu_per_gw / m.gpu_life
    m.line("gpu_depreciation", "Depreciation of the GPUs", "$bn/year", depreciation)
    other = m.capex_per_gw - m.gpu_per_gw
    terms = (m.gpu_per_gw, m.gpu_life, other, m.site_life, m.wacc, m.ai_margin)
    m.line("required_revenue", "AI revenue that pays for it", "$bn/year", required_revenue(m.powered_gw, *terms))


def _build_up(m: Sheet) -> None:
    m.listing("One gigawatt")
    shell = m.site_basis.eq(SHELL)
    m.line("site_per_gw", "Site", "$bn/GW", If(shell, m.site_shell_per_gw, m.site_full_per_gw))
    left = m.total_per_gw - m.gpu_per_gw - m.other_it_per_gw - m.site_per_gw
    m.line("power_cooling_per_gw", "Power and cooling", "$bn/GW", If(shell, left, 0))
    m.line("capex_per_gw", "Investment per GW, built up", "$bn/GW", _capex(m, 1))
    with m.table("Build-up of a gigawatt", PARTS) as table:
        table.link("Per GW", "$bn/GW", lambda part: m[f"{part}_per_gw"])
        table.link("Share", "share", lambda part: m[f"{part}_per_gw"] / m.capex_per_gw)
    m.listing("GPUs in it")
    m.line("gpu_share", "Share of GPUs", "share", m.gpu_per_gw / m.capex_per_gw)


def _capex(m: Sheet, it_gw: Expr | float) -> Expr:
    components = (m.gpu_per_gw, m.other_it_per_gw, m.site_per_gw, m.power_cooling_per_gw, m.generation_per_gw)
    return dc_capex(it_gw, *components, m.pue)  # type: ignore[no-any-return]


def _totals(m: Sheet) -> None:
    m.listing("The gap in money")
    m.line("capex_headline", "Investment to fill the whole gap", "$bn", _capex(m, m.gap_gw))
    m.line("capex_if_facility", "The same if the gap is facility power", "$bn", _capex(m, m.it_gw_if_facility))
    m.line("capex_if_gross", "The same if the gap is gross interconnect", "$bn", _capex(m, m.it_gw_if_gross))
    m.line("capex_bernstein", "The same at Bernstein's cost", "$bn", m.gap_gw * m.bernstein_per_gw)
    m.line("capex_powered", "Investment that power allows by the horizon", "$bn", _capex(m, m.powered_gw))
    m.line("capex_waiting", "Investment that waits for power", "$bn", m.capex_headline - m.capex_powered)
    for year in YEARS:
        added = m[f"load_m{12 * year}"] - m[f"load_m{12 * (year - 1)}"]
        label = f"Investment of year {year}, in the year of power"
        m.line(f"capex_year{year}", label, "$bn", m.capex_per_gw * added)
