"""ASSUMPTION."""

from typing import Annotated

from ... import assumptions
from ...arguments import Text, Word
from ...formula import Expr, If, Index, Match, Name
from ...spec import OneOf, function


@function(area="help", returns="the assumption's unit", elementwise=True)
def assumption(
    key: Annotated[Text, "Key of an assumption, such as gap_gw"],
    case: Annotated[Word, OneOf("low", "base", "high"), "Which number of its range"] = "base",
) -> float:
    """Low, base or high number of an assumption.

    Reads the package's assumptions, never a sheet, and not the live scenario of a workbook.
    """
    return assumptions.assumption(key).case(case)


@assumption.twin
def of_assumption(key: Expr, case: Expr) -> Expr:
    """The formula of an assumption's number in a case."""
    row = Match(key, Name("assumption_key"), 0)
    low, base, high = (Index(Name(f"assumption_{name}"), row) for name in assumptions.CASES)
    return If(case.eq("low"), low, If(case.eq("high"), high, base))


assumption.gives(47, "gap_gw")
assumption.gives(46, " GAP_GW ", "Low")
assumption.gives(2.4, "generation_per_gw", "high")
assumption.fails("#N/A", "gap")
assumption.fails("#VALUE!", "gap_gw", "middle")
assumption.fails("#VALUE!", 47)
