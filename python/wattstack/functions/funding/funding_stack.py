"""FUNDING_STACK."""

from typing import Annotated, Any

import numpy as np

from ...arguments import OMITTED, Scalar, Series
from ...formula import Expr, If, Literal, Max, Min, Sum
from ...formula import Series as Range
from ...spec import Table, function


@function(
    area="funding",
    returns="$bn",
    spills=Table(layer="number", used="$bn", unused="$bn", cost="rate"),
    claims=("K02", "K47", "K49", "K50", "K52"),
)
def funding_stack(
    need: Annotated[Scalar, "$bn", "0 or more", "Money needed"],
    capacity: Annotated[Series, "$bn", "0 or more", "What each layer can give, in the order of use"],
    cost: Annotated[Series, "rate", "Cost of each layer; without it the column is absent"] = OMITTED,
) -> dict[str, Any]:
    """Who pays: the layers filled in the order given.

    used = min(what is left, capacity). The last row, "Unfunded", has the shortfall under used and, with costs, the
    blended cost of what is funded, 0 if nothing is.
    """
    before = _joined(np.zeros_like(capacity[..., :1]), np.cumsum(capacity[..., :-1], axis=-1))
    used = np.clip(np.asarray(need)[..., None] - before, 0.0, capacity)
    short = np.maximum(np.asarray(need) - capacity.sum(axis=-1), 0.0)[..., None]
    columns: dict[str, Any] = {
        "layer": np.array([*range(1, capacity.shape[-1] + 1), "Unfunded"], dtype=object),
        "used": _joined(used, short),
        "unused": _joined(capacity - used, np.zeros_like(short)),
    }
    if cost is not None:
        funded = used.sum(axis=-1)
        blended = (used * cost).sum(axis=-1) / np.where(funded > 0, funded, 1.0)
        columns["cost"] = _joined(cost, blended[..., None])
    return columns


def _joined(first: Any, last: Any) -> Any:
    shape = np.broadcast_shapes(first.shape[:-1], last.shape[:-1])
    parts = [np.broadcast_to(part, shape + part.shape[-1:]) for part in (first, last)]
    return np.concatenate(parts, axis=-1)


@funding_stack.twin
def _(need: Expr, capacity: Range, cost: Range | None, *, line: str, place: int) -> Expr:
    unfunded = place == len(capacity)

    def used(layer: int) -> Expr:
        before = Sum(Range(capacity.items[:layer])) if layer else Literal(0.0)
        return Max(0, Min(capacity[layer], need - before))

    if line == "layer":
        return Literal("Unfunded" if unfunded else float(place + 1))
    if line == "used":
        return Max(0, need - Sum(capacity)) if unfunded else used(place)
    if line == "unused":
        return Literal(0.0) if unfunded else capacity[place] - used(place)
    assert cost is not None  # the column is there only with costs
    if not unfunded:
        return cost[place]
    paid = sum((used(layer) * cost[layer] for layer in range(len(capacity))), start=Literal(0.0))
    funded = Min(need, Sum(capacity))
    return If(funded > 0, paid / funded, 0)


funding_stack.gives({"layer": [1, 2, "Unfunded"], "used": [1400, 950, 0], "unused": [0, 550, 0]}, 2350, [1400, 1500])
funding_stack.gives(
    {"layer": [1, 2, "Unfunded"], "used": [10, 20, 5], "unused": [0, 0, 0], "cost": [0.03, 0.06, 0.05]},
    35,
    [10, 20],
    [0.03, 0.06],
)
funding_stack.gives({"layer": [1, "Unfunded"], "used": [0, 0], "unused": [10, 0], "cost": [0.03, 0]}, 0, [10], [0.03])
funding_stack.fails("#NUM!", 35, [10, -1])
funding_stack.fails("#NUM!", -1, [10])
funding_stack.fails("#VALUE!", 35, [10, 20], [0.03])
