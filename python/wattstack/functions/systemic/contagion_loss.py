"""CONTAGION_LOSS."""

from typing import Annotated, Any

import numpy as np

from ...arguments import Array, Matrix, Scalar, Series, Truth, every
from ...formula import NA, Expr, Index, Sum
from ...formula import Series as Range
from ...native import Workings
from ...numeric.clearing import clear
from ...spec import Along, function
from .contagion import cleared, owed_to_itself


@function(area="systemic", returns="share of what the node owes", claims=("K57", "K63"))
def contagion_loss(
    node: Annotated[Scalar, "number", "whole, 1 or more", "The node, counted from 1"],
    owes: Annotated[Matrix, Along("node"), "$bn", "0 or more", "What each node (row) owes each other (column)"],
    external: Annotated[Series, Along("node"), "$bn", "0 or more", "Assets of each node outside the network"],
    shock: Annotated[Series, Along("node"), "share", "0 to 1", "Share of those assets that it loses"] = every(0.0),
    support: Annotated[Series, Along("node"), "$bn", "0 or more", "Public money that each node gets"] = every(0.0),
    default_cost: Annotated[Scalar, "share", "0 to 1", "Share of its assets that a node loses in default"] = 0.0,
) -> Array:
    """Share of its debt that a node leaves unpaid once a network of debts is cleared.

    1 − paid/owed of one node of CONTAGION.

    References
    ----------
    Eisenberg, L. and Noe, T. H. (2001). Systemic risk in financial systems. Management Science, 47(2), 236-249.
    """
    found = clear(owes, external * (1.0 - shock) + support, default_cost)
    return _of_node(found.loss_rate, node)


def _of_node(values: Any, node: Any) -> Any:
    """A node's own value; 0 where there is no such node."""
    mine = np.arange(1, values.shape[-1] + 1) == np.asarray(node)[..., None]
    return np.where(mine, values, 0.0).sum(axis=-1)


@contagion_loss.rule("#VALUE!", "no node may owe itself: the diagonal of owes must be 0")
def _(owes: Matrix) -> Truth:
    return owed_to_itself(owes) <= 0


@contagion_loss.rule("#NUM!", "node ({node}) must be one of the nodes of owes")
def _(node: Scalar, owes: Matrix) -> Truth:
    return node <= (len(owes) if isinstance(owes, Range) else np.atleast_2d(owes).shape[-1])


@contagion_loss.rule("#DIV/0!", "node ({node}) must owe something")
def _(node: Scalar, owes: Matrix) -> Truth:
    if isinstance(owes, Range):
        return Sum(Index(owes, node, 0)) > 0
    return _of_node(np.atleast_2d(owes).sum(axis=-1), node) > 0


@contagion_loss.twin
def _(
    node: Expr, owes: Range, external: Range, shock: Expr, support: Expr, default_cost: Expr, *, workings: Workings
) -> Expr:
    cells = cleared(owes, external, shock, support, default_cost, workings)
    return NA if cells is None else 1 - Index(cells.paid, node) / Index(cells.owed, node)


_OWES = [[0, 100, 0, 0, 0], [0, 0, 40, 0, 50], [0, 0, 0, 30, 0], [0, 0, 0, 0, 0], [20, 0, 0, 0, 0]]
_EXTERNAL = [90, 5, 5, 0, 20]
_LAB = [0.75, 0, 0, 0, 0]
contagion_loss.gives(0, 1, _OWES, _EXTERNAL)  # the model's base case
contagion_loss.gives(0.575, 1, _OWES, _EXTERNAL, _LAB)  # the lab has 22.5 + 20 for its 100
contagion_loss.gives(0.66, 1, _OWES, _EXTERNAL, _LAB, [0] * 5, 0.2)  # its scenario "crisis_2008"
contagion_loss.gives(1 - 31.2 / 90, 2, _OWES, _EXTERNAL, _LAB, [0] * 5, 0.2)  # the cloud has 5 + 34, less a fifth
contagion_loss.gives(0, 5, _OWES, _EXTERNAL, _LAB, [0] * 5, 0.2)
contagion_loss.gives(0, 1, _OWES, _EXTERNAL, _LAB, [60, 0, 0, 0, 0], 0.2)  # its scenario "backstop"
contagion_loss.gives(1, 1, [[0, 5], [0, 0]], [0, 0])
contagion_loss.fails("#DIV/0!", 4, _OWES, _EXTERNAL)
contagion_loss.fails("#NUM!", 6, _OWES, _EXTERNAL)
contagion_loss.fails("#NUM!", 0, _OWES, _EXTERNAL)
contagion_loss.fails("#NUM!", 1.5, _OWES, _EXTERNAL)
contagion_loss.fails("#VALUE!", 1, [[1, 5], [0, 0]], [0, 0])
contagion_loss.fails("#VALUE!", 1, [[0, 5, 0], [0, 0, 0]], [0, 0])
