"""The sheet Leases: what a 5-year lease is worth against a 15-year one on the same site."""

from __future__ import annotations

from ..formula import Min
from ..functions.leases.debt_capacity import debt_capacity
from ..functions.leases.dscr import dscr
from ..functions.leases.project_irr import project_irr
from ..functions.leases.project_npv import project_npv
from ..functions.leases.refi_gap import refi_gap
from ..functions.leases.renewal_breakeven import renewal_breakeven
from ..functions.leases.stranded_nbv import stranded_nbv
from .lines import Columns, Model, Sheet

LEASES = {"short": "Short lease", "long": "Long lease"}
TABLE = "Two leases of the same site"


def leases(model: Model) -> None:
    """Write the sheet."""
    m = model.sheet("Leases")
    with m.table(TABLE, LEASES) as table:
        _returns(m, table)
        _debt(m, table)
    m.listing("What the tenor is worth")
    m.line("irr_lost", "IRR lost to the short lease", "rate", m.irr_long - m.irr_short)
    rent = m.site_noi * (1 - m.rerent_discount)
    left = m.tenor_long - m.abs_years
    terms = (m.debt_long, m.debt_rate, m.tenor_long, m.abs_years, rent, m.target_dscr, m.refi_rate, left)
    label = "Refinancing gap if the notes fall due and rents have come down"
    m.line("refi_gap", label, "$m/MW", refi_gap(*terms))


def flows(m: Sheet, lease: str, renewal: object) -> tuple[object, ...]:
    """The arguments that the functions of a project's cash flows share."""
    return m.site_capex, m.site_noi, m[f"tenor_{lease}"], m.site_life, renewal, m.rerent_discount, m.salvage


def _returns(m: Sheet, table: Columns) -> None:
    money = "$m/MW"
    table.link("Tenor", "years", lambda lease: m[f"tenor_{lease}"])
    table.column("irr_{}", "IRR", "rate", lambda lease: project_irr(*flows(m, lease, m.renewal)))
    table.column("irr_{}_fail", "IRR, no renewal", "rate", lambda lease: project_irr(*flows(m, lease, 0)))
    table.column("npv_{}", "NPV", money, lambda lease: project_npv(m.hurdle, *flows(m, lease, m.renewal)))
    table.column(
        "breakeven_{}",
        "Renewal that breaks even",
        "share",
        lambda lease: renewal_breakeven(
            m.site_capex, m.site_noi, m[f"tenor_{lease}"], m.site_life, m.hurdle, m.rerent_discount, m.salvage
        ),
    )
    table.column(
        "nbv_{}",
        "Book value left at expiry",
        money,
        lambda lease: stranded_nbv(m.site_capex, m[f"tenor_{lease}"], m.site_life, m.salvage),
    )


def _debt(m: Sheet, table: Columns) -> None:
    money = "$m/MW"
    table.column(
        "debt_capacity_{}",
        "Debt that the lease serves",
        money,
        lambda lease: debt_capacity(m.site_noi, m.target_dscr, m.debt_rate, m[f"tenor_{lease}"]),
    )
    table.column(
        "debt_{}", "Debt raised", money, lambda lease: Min(m[f"debt_capacity_{lease}"], m.ltc_max * m.site_capex)
    )
    table.column(
        "dscr_{}",
        "Debt service cover",
        "x",
        lambda lease: dscr(m.site_noi, m[f"debt_{lease}"], m.debt_rate, m[f"tenor_{lease}"]),
    )
