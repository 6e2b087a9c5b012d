"""The two ways to write a line: with our functions, for the add-in, or with plain formulas, for any spreadsheet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..formula import Apply, Expr, Literal, Ref, Series, write
from ..model.lines import Model
from ..native import Workings
from .layout import Layout

LONGEST_WORDS = 100  # letters that fit beside the value
DIALECTS = ("native", "udf")


class Dialect:
    """Writes formulas for a workbook.

    Parameters
    ----------
    name : {"native", "udf"}
        Plain formulas, or our functions.
    model : Model
        Whose lines are written.
    layout : Layout
        Where they stand.
    """

    def __init__(self, name: str, model: Model, layout: Layout) -> None:
        if name not in DIALECTS:
            raise ValueError(f"dialect ({name!r}) must be one of {', '.join(DIALECTS)}")
        self.name = name
        self.layout = layout
        # the live cell of an input lets nothing through that its domain forbids
        self.workings = Workings(lambda key: model.inputs[key].domain if key in model.inputs else None)

    def formula(self, expr: Expr, sheet: str, owner: str) -> str:
        """The formula of a cell on `sheet`; `owner` names it in the workings."""
        if self.name == "native":
            expr = self.workings.lower(expr, owner)
        return "=" + write(expr, self._placer(sheet))

    def step(self, expr: Expr) -> str:
        """The formula of a step on the sheet Workings."""
        return "=" + write(expr, self._placer("Workings"))

    def _placer(self, sheet: str) -> Callable[[Expr], str]:
        def place(expr: Expr) -> str:
            if isinstance(expr, Apply):
                return f"{expr.function.excel_name}({','.join(_arguments(expr, place))})"
            return self.layout.text(expr, sheet)

        return place


def _arguments(apply: Apply, place: Callable[[Expr], str]) -> list[str]:
    """The arguments' texts, without the defaults that end the list."""
    pairs = list(zip(apply.function.arguments, apply.args, strict=True))
    while pairs and (pairs[-1][1] is None or _is_default(*pairs[-1])):
        pairs.pop()
    return ["" if arg is None else write(arg, place) for _, arg in pairs]


def _is_default(argument: Any, arg: Expr | None) -> bool:
    if not isinstance(arg, Literal) or not argument.optional:
        return False
    default = argument.default
    return bool(arg.value == (default.item() if isinstance(default, np.ndarray) else default))


def in_words(expr: Expr, model: Model) -> str:
    """The line's formula by keys, as a reader sees it beside the value."""

    def place(node: Expr) -> str:
        if isinstance(node, Apply):
            return f"{node.function.excel_name}({', '.join(_arguments(node, place))})"
        if isinstance(node, Series):
            return "{" + ", ".join(write(item, place) for item in node.items) + "}"
        if isinstance(node, Ref) and node.key in model.lines and not model.lines[node.key].published:
            hidden = model.lines[node.key].expr  # a link into a table, a step: what it stands for says more
            return write(hidden, place) if isinstance(hidden, (Ref, Literal)) else node.key
        return str(getattr(node, "key", ""))

    text = write(expr, place)
    return text if len(text) <= LONGEST_WORDS else text[:LONGEST_WORDS] + " …"
