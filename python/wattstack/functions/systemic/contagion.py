"""CONTAGION."""

from typing import Annotated, Any, NamedTuple

import numpy as np

from ...arguments import Matrix, Scalar, Series, Truth, every
from ...formula import NA, Expr, If, Index, Literal, Max, Min, MInverse, MMult, Or, Sum
from ...formula import Series as Range
from ...native import Workings
from ...numeric.clearing import TOLERANCE, clear
from ...spec import Along, Table, function

NATIVE_NODES = 12  # more rounds of more cells than a reader of a sheet could follow


@function(
    area="systemic",
    returns="amounts and shares",
    spills=Table(
        node="number",
        owed="$bn",
        paid="$bn",
        loss_rate="share",
        default="TRUE or FALSE",
        round="number",
        due="$bn",
        received="$bn",
    ),
    claims=("K57", "K63"),
)
def contagion(
    owes: Annotated[Matrix, Along("node"), "$bn", "0 or more", "What each node (row) owes each other (column)"],
    external: Annotated[Series, Along("node"), "$bn", "0 or more", "Assets of each node outside the network"],
    shock: Annotated[Series, Along("node"), "share", "0 to 1", "Share of those assets that it loses"] = every(0.0),
    support: Annotated[Series, Along("node"), "$bn", "0 or more", "Public money that each node gets"] = every(0.0),
    default_cost: Annotated[Scalar, "share", "0 to 1", "Share of its assets that a node loses in default"] = 0.0,
) -> dict[str, Any]:
    """Who cannot pay when one cannot: the clearing of a network of debts.

    A node has external · (1 − shock) + support and what others pay it. It pays all it owes if it can; else it is in
    default, loses the share default_cost of all its assets, and pays the rest to its creditors pro rata. Of all
    payments for which this holds the table shows the greatest. `round` is the wave in which a node first defaults,
    0 if it does not: 1 even if all others pay in full, 2 because of the defaults of wave 1, and so on. `due` and
    `received` are what others owe and pay it. A debt to outsiders is a debt to a node that owes nothing.

    References
    ----------
    Eisenberg, L. and Noe, T. H. (2001). Systemic risk in financial systems. Management Science, 47(2), 236-249.
    Rogers, L. C. G. and Veraart, L. A. M. (2013). Failure and rescue in an interbank network. Management Science,
    59(4), 882-898.
    """
    found = clear(owes, external * (1.0 - shock) + support, default_cost)
    return {
        "node": np.arange(1, owes.shape[-1] + 1),
        "owed": found.owed,
        "paid": found.paid,
        "loss_rate": found.loss_rate,
        "default": found.default,
        "round": found.wave,
        "due": found.due,
        "received": found.received,
    }


def owed_to_itself(owes: Any) -> Any:
    """What nodes owe themselves, in all."""
    if isinstance(owes, Range):
        return Sum(*(item for place, row in enumerate(owes.items) for item in row.parts[place : place + 1]))
    return np.trace(np.atleast_2d(owes), axis1=-2, axis2=-1)


@contagion.rule("#VALUE!", "no node may owe itself: the diagonal of owes must be 0")
def _(owes: Matrix) -> Truth:
    return owed_to_itself(owes) <= 0


class Cells(NamedTuple):
    """The cells of a cleared network: columns with a cell a node."""

    owed: Range
    paid: Range
    defaults: list[Range]  # after each round, 1 where a node is in default
    received: list[Expr]


def cleared(
    owes: Range, external: Range, shock: Expr, support: Expr, default_cost: Expr, workings: Workings
) -> Cells | None:
    """The cells of a network, put down once; None if it is too large."""
    if len(owes) > NATIVE_NODES:
        return None
    network = owes, external, shock, support, default_cost
    cells: Cells = workings.once(network, lambda: _rounds(*network, workings))
    return cells


def _rounds(owes: Range, external: Range, shock: Expr, support: Expr, default_cost: Expr, workings: Workings) -> Cells:
    """The fictitious default algorithm in cells, as many rounds as nodes."""
    nodes = range(len(owes))

    def column(what: str, cells: list[Expr]) -> Range:
        return workings.block(what, [[cell] for cell in cells])

    owed = column("Owed", [Sum(owes[i]) for i in nodes])
    cash = column("Cash", [external[i] * (1 - _item(shock, i)) + _item(support, i) for i in nodes])
    shares = [[If(owed[j][0] > 0, owes[j][i] / owed[j][0], 0) for j in nodes] for i in nodes]
    share = workings.block("Of what a node (column) pays, the share of each (row)", shares)
    paid, defaults = owed, list[Range]()
    for number in range(1, len(owes) + 1):
        name = f"Round {number}: "
        short = [cash[i][0] + Index(MMult(share, paid), i + 1) < owed[i][0] * (1 - TOLERANCE) for i in nodes]
        if defaults:
            short = [Or(defaults[-1][i][0].eq(1), short[i]) for i in nodes]
        gone = column(name + "1 where in default", [If(test, 1, 0) for test in short])
        passed = [[gone[i][0] * (1 - default_cost) * share[i][j] for j in nodes] for i in nodes]
        matrix = workings.block(
            name + "each node's payment, less what it passes on of the others'",
            [[float(i == j) - passed[i][j] for j in nodes] for i in nodes],
        )
        own = [If(gone[i][0].eq(1), (1 - default_cost) * cash[i][0], owed[i][0]) for i in nodes]
        right = column(name + "what remains: out of cash, or in full", own)
        solved = [Max(0, Min(owed[i][0], Index(MMult(MInverse(matrix), right), i + 1))) for i in nodes]
        paid = column(name + "paid", [If(gone[i][0].eq(1), solved[i], owed[i][0]) for i in nodes])
        defaults.append(gone)
    return Cells(owed, paid, defaults, [Index(MMult(share, paid), i + 1) for i in nodes])


def _item(series: Expr, place: int) -> Expr:
    """A node's item of a range; one value stands for all."""
    return series[place] if isinstance(series, Range) else series


@contagion.twin
def _(
    owes: Range,
    external: Range,
    shock: Expr,
    support: Expr,
    default_cost: Expr,
    *,
    workings: Workings,
    line: str,
    place: int,
) -> Expr:
    cells = cleared(owes, external, shock, support, default_cost, workings)
    if cells is None:
        return NA
    owed, paid, gone = cells.owed[place][0], cells.paid[place][0], cells.defaults[-1][place][0].eq(1)
    waited = Sum(*(1 - column[place][0] for column in cells.defaults))
    return {
        "node": Literal(place + 1.0),
        "owed": owed,
        "paid": paid,
        "loss_rate": If(gone, 1 - paid / owed, 0),
        "default": gone,
        "round": If(gone, waited + 1, 0),
        "due": Sum(*(row.parts[place] for row in owes.items)),
        "received": cells.received[place],
    }[line]


def _chain(*cash: float) -> tuple[Any, ...]:
    """The model's network: lab, cloud, landlord, trust and chip maker; shock and support hit the lab."""
    owes = [[0, 100, 0, 0, 0], [0, 0, 40, 0, 50], [0, 0, 0, 30, 0], [0, 0, 0, 0, 0], [20, 0, 0, 0, 0]]
    return owes, [90, 5, 5, 0, 20], [cash[0], 0, 0, 0, 0], [cash[1], 0, 0, 0, 0], cash[2]


_IN_FULL = {
    "node": [1, 2, 3, 4, 5],
    "owed": [100, 90, 30, 0, 20],
    "paid": [100, 90, 30, 0, 20],
    "loss_rate": [0, 0, 0, 0, 0],
    "default": [False] * 5,
    "round": [0, 0, 0, 0, 0],
    "due": [20, 100, 40, 30, 50],
    "received": [20, 100, 40, 30, 50],
}
contagion.gives(_IN_FULL, *_chain(0, 0, 0))  # the model's base case
contagion.gives(_IN_FULL, *_chain(0.75, 60, 0.2))  # its scenario "backstop": the lab has 22.5 + 60 + 20 for its 100
# its scenario "crisis_2008", by hand: the lab pays 0.8·(22.5 + 20), the cloud 0.8·(5 + 34), the landlord
# 0.8·(5 + 31.2·4/9)
contagion.gives(
    {
        **_IN_FULL,
        "paid": [34, 31.2, 0.8 * (5 + 31.2 * 4 / 9), 0, 20],
        "loss_rate": [0.66, 1 - 31.2 / 90, 1 - 0.8 * (5 + 31.2 * 4 / 9) / 30, 0, 0],
        "default": [True, True, True, False, False],
        "round": [1, 2, 3, 0, 0],
        "received": [20, 34, 31.2 * 4 / 9, 0.8 * (5 + 31.2 * 4 / 9), 31.2 * 5 / 9],
    },
    *_chain(0.75, 0, 0.2),
)
# a ring of debts without any cash clears in full: the greatest of its many clearing vectors
contagion.gives(
    {
        "node": [1, 2, 3],
        "owed": [10, 10, 10],
        "paid": [10, 10, 10],
        "loss_rate": [0, 0, 0],
        "default": [False] * 3,
        "round": [0, 0, 0],
        "due": [10, 10, 10],
        "received": [10, 10, 10],
    },
    [[0, 10, 0], [0, 0, 10], [10, 0, 0]],
    [0, 0, 0],
)
# two that owe each other 6, the first also 4 to an outsider: it has 3 + p₂ and pays x = 3 + 0.6·x
contagion.gives(
    {
        "node": [1, 2, 3],
        "owed": [10, 6, 0],
        "paid": [7.5, 4.5, 0],
        "loss_rate": [0.25, 0.25, 0],
        "default": [True, True, False],
        "round": [1, 2, 0],
        "due": [6, 6, 4],
        "received": [4.5, 4.5, 3],
    },
    [[0, 6, 4], [6, 0, 0], [0, 0, 0]],
    [3, 0, 0],
)
contagion.fails("#VALUE!", [[0, 1, 0], [1, 0, 0]], [1, 1])
contagion.fails("#VALUE!", [[0, 1], [1, 0]], [1, 1, 1])
contagion.fails("#VALUE!", [[0, 1], [1, 2]], [1, 1])
contagion.fails("#NUM!", [[0, -1], [1, 0]], [1, 1])
contagion.fails("#NUM!", [[0, 1], [1, 0]], [1, -1])
contagion.fails("#NUM!", [[0, 1], [1, 0]], [1, 1], [1.5, 0])
contagion.fails("#NUM!", [[0, 1], [1, 0]], [1, 1], [0, -0.5])
contagion.fails("#NUM!", [[0, 1], [1, 0]], [1, 1], [0, 0], [-1, 0])
contagion.fails("#NUM!", [[0, 1], [1, 0]], [1, 1], [0, 0], [0, 0], 1.5)
contagion.fails("#N/A", [[0, None], [1, 0]], [1, 1])
contagion.fails("#VALUE!", [[0, 1], [1, 0]], [1, 1], [0.5])
