"""The sheet Systemic: a shock to the lab runs along the chain of those who owe each other."""

from __future__ import annotations

from ..formula import Ref, Series, Sum
from ..functions.systemic.contagion import contagion
from ..functions.systemic.contagion_loss import contagion_loss
from .lines import Model, Sheet, cell_key, ranged

NODES = {
    "lab": "AI lab",
    "cloud": "Cloud",
    "landlord": "Landlord",
    "trust": "ABS trust",
    "chip": "Chip maker",
}
DEBTORS = tuple(node for node in NODES if node != "trust")  # the trust owes nothing: it has no share to leave unpaid
OWED = {("lab", "cloud"), ("cloud", "landlord"), ("cloud", "chip"), ("landlord", "trust"), ("chip", "lab")}
DEBTS, ASSETS, CLEARING = "Who owes whom (row owes column)", "Assets and shocks", "Clearing"


def systemic(model: Model) -> None:
    """Write the sheet."""
    m = model.sheet("Systemic")
    with m.table(DEBTS, NODES) as table:
        for creditor, label in NODES.items():
            table.link(label, "$bn", lambda debtor, to=creditor: _owed(m, debtor, to))  # type: ignore[misc]
    with m.table(ASSETS, NODES) as table:
        table.link("Outside assets", "$bn", lambda node: m[f"{node}_external"])
        table.link("Shock", "share", lambda node: m.lab_shock if node == "lab" else 0)
        table.link("Support", "$bn", lambda node: m.support if node == "lab" else 0)
    given = chain(m)
    keys = [["", "", "", "", "", "", "", ""] for _ in NODES]
    m.spill(CLEARING, list(NODES.values()), contagion(*given), keys)
    m.listing("What is left unpaid")
    for node in DEBTORS:
        number = list(NODES).index(node) + 1
        loss = contagion_loss(number, *given)
        m.line(f"{node}_contagion_loss", f"Unpaid by the {node}", "share", loss)
    m.line("defaults", "Nodes in default", "count", Sum(*(cleared(m, node, "default") * 1 for node in NODES)))
    shortfall = cleared(m, "landlord", "owed") - cleared(m, "landlord", "paid")
    m.line("trust_shortfall", "Shortfall that reaches the trust's investors", "$bn", shortfall)


def _owed(m: Sheet, debtor: str, creditor: str) -> object:
    return m[f"{debtor}_owes_{creditor}"] if (debtor, creditor) in OWED else 0


def chain(m: Sheet) -> tuple[object, ...]:
    """The arguments of the clearing."""
    owes = Series(tuple(Series(tuple(m[cell_key(DEBTS, row, label)] for label in NODES.values())) for row in NODES))
    external, shock, support = (ranged(m, ASSETS, NODES, label) for label in ("Outside assets", "Shock", "Support"))
    return owes, external, shock, support, m.default_cost


def cleared(m: Sheet, node: str, column: str) -> Ref:
    """A cell of the clearing's table."""
    return m[cell_key(CLEARING, NODES[node], column)]
