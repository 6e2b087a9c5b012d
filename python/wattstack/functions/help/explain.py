"""EXPLAIN."""

from typing import Annotated, Any

from ...arguments import Text
from ...documentation import explanation
from ...spec import Functions, Table, function


@function(
    area="help",
    returns="text",
    spills=Table(item="text", text="text"),
    elementwise=True,
    native_limit="the help is the package's own",
)
def explain(
    name: Annotated[Text, "Name of a function, such as POWER_GAP"],
    *,
    registry: Functions,
) -> dict[str, Any]:
    """What a function does: formula, arguments with unit and domain, errors, source."""
    rows = explanation(registry[name])
    return {"item": [item for item, _ in rows], "text": [text for _, text in rows]}


explain.fails("#N/A", "POWER")
explain.fails("#VALUE!", 1)
