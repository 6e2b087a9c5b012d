"""The sheet Power: what the load lacks, and which paths supply it by when."""

from __future__ import annotations

from ..formula import Item, Max, Min, Series, Sum
from ..functions.power.flex_hours import flex_hours
from ..functions.power.power_gap import power_gap
from ..functions.power.power_stack import power_stack
from ..functions.power.pue_gross_up import pue_gross_up
from .lines import Block, Model, Sheet, ranged

PATHS = {
    "miners": "Bitcoin mines converted",
    "nuclear": "Existing nuclear",
    "smr": "Small modular reactors",
    "gas": "Gas turbines",
    "fuel_cells": "Fuel cells",
    "pv_storage": "Solar with storage",
    "diesel": "Back-up diesel",
}
ABROAD = {"offshoring": "Training moved abroad"}
MONTHS = tuple(range(0, 61, 6))
PUBLISHED_MONTHS = (12, 24, 36, 48, 60)
TABLE = "Supply paths"
TERMS = {
    "gw": ("Power", "GW"),
    "probability": ("Probability", "share"),
    "start": ("First power", "month"),
    "full": ("Complete", "month"),
}


def power(model: Model) -> None:
    """Write the sheet."""
    m = model.sheet("Power")
    m.listing("Need")
    m.line("demand", "Power needed", "GW", m.gap_gw * m.gap_ratio)
    m.line("offshored", "Moved abroad by the horizon", "GW", _at_horizon(m, "offshoring"))
    m.line("net_demand", "Power needed at home", "GW", power_gap(m.gap_gw, m.offshored, m.gap_ratio))
    with m.table(TABLE, PATHS) as table:
        for term, (label, unit) in TERMS.items():
            table.link(label, unit, lambda path, term=term: m[f"{path}_{term}"])  # type: ignore[misc]
        table.column("{}_supply", "At the horizon", "GW", lambda path: _at_horizon(m, path))
    with m.table("Demand moved abroad", ABROAD) as table:
        for term, (label, unit) in TERMS.items():
            table.link(label, unit, lambda path, term=term: m[f"{path}_{term}"])  # type: ignore[misc]
    _balance(m)
    _by_month(m)
    _equivalents(m)


def _at_horizon(m: Sheet, path: str) -> object:
    return power_stack(*(m[f"{path}_{term}"] for term in TERMS), m.horizon_month)


def _balance(m: Sheet) -> None:
    paths = Series(tuple(m[f"{path}_supply"] for path in PATHS))
    m.listing("Balance at the horizon")
    m.line("supply", "Supply at the horizon, risked", "GW", Sum(paths))
    m.line("residual_gap", "Gap left at the horizon", "GW", power_gap(m.net_demand, paths))
    m.line("residual_no_diesel", "Gap left if the diesel act fails", "GW", m.residual_gap + m.diesel_supply)
    m.line("gap_covered", "Share of the need covered", "share", m.supply / m.net_demand)
    m.line("miners_share", "Share of the supply that is converted mines", "share", m.miners_supply / m.supply)


def _by_month(m: Sheet) -> None:
    for month in MONTHS:
        m.define(f"month_{month}", f"Month {month}", "month", month, published=False)
    months = Series(tuple(m[f"month_{month}"] for month in MONTHS))
    head_keys = [f"month_{month}" for month in MONTHS]
    heads = [(f"Month {month}", "GW") for month in MONTHS]
    for title, table, rows in (
        ("Supply by path and month", TABLE, PATHS),
        ("Moved abroad by month", "Demand moved abroad", ABROAD),
    ):
        stack = power_stack(*(ranged(m, table, rows, label) for label, _ in TERMS.values()), months)
        keys = [[f"{path}_m{month}" for month in MONTHS] for path in rows]
        for line, label in enumerate(rows.values()):
            for place, month in enumerate(MONTHS):
                what = f"{label}, month {month}"
                m.define(keys[line][place], what, "GW", Item(stack, line, place), published=False)
        m.block(Block(title, list(rows.values()), heads, keys, head_keys if rows is PATHS else [], spill=stack))
    _balance_by_month(m, heads)


def _balance_by_month(m: Sheet, heads: list[tuple[str, str]]) -> None:
    for month in MONTHS:
        supply = Series(tuple(m[f"{path}_m{month}"] for path in PATHS))
        at = f"month {month}"
        need = power_gap(m.gap_gw, m[f"offshoring_m{month}"], m.gap_ratio)
        net_demand = m.define(f"net_demand_m{month}", f"Power needed at home, {at}", "GW", need, published=False)
        total = m.define(f"supply_m{month}", f"Supply, {at}", "GW", Sum(supply), published=False)
        gap, published = power_gap(net_demand, supply), month in PUBLISHED_MONTHS
        m.define(f"gap_m{month}", f"Gap left at {at}", "GW", gap, published=published)
        # in the base month nothing of it is built yet
        load = Max(0, Min(net_demand, total)) / m.gap_ratio if month else 0
        m.define(f"load_m{month}", f"IT load that has power, {at}", "GW", load, published=False)
    rows = {"net_demand": "Power needed at home", "supply": "Supply", "gap": "Gap left", "load": "IT load with power"}
    keys = [[f"{row}_m{month}" for month in MONTHS] for row in rows]
    m.block(Block("Balance by month", list(rows.values()), heads, keys))


def _equivalents(m: Sheet) -> None:
    m.listing("The gap in other words")
    m.line("nyc_equivalents", "Gap in New York Cities", "count", m.gap_gw / m.gw_per_nyc)
    m.line("plant_equivalents", "Gap in nuclear plants", "count", m.gap_gw / m.gw_per_plant)
    m.line("facility_gw", "Facility power if the gap is IT load", "GW", pue_gross_up(m.gap_gw, m.pue, "IT"))
    it_if_facility = pue_gross_up(m.gap_gw, m.pue, "FACILITY")
    m.line("it_gw_if_facility", "IT load if the gap is facility power", "GW", it_if_facility)
    it_if_gross = pue_gross_up(m.gap_gw, m.gross_to_it, "FACILITY")
    m.line("it_gw_if_gross", "IT load if the gap is gross interconnect", "GW", it_if_gross)
    m.line("backup_hours", "Hours a year on back-up", "h/year", flex_hours(m.curtailment))
    load = Max(0, Min(m.net_demand, m.supply)) / m.gap_ratio
    m.line("powered_gw", "IT load that has power by the horizon", "GW", load)
