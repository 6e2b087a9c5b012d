"""RATING_BUCKET."""

from typing import Annotated

from ...arguments import Text
from ...errors import FunctionError
from ...formula import VALUE, Call, Expr, If, Literal, Or
from ...native import Workings
from ...spec import function

MINUS = "−"  # as it is printed; typed it is a hyphen
NOT_RATED = ("", "NR")
INVESTMENT_GRADE = (
    *("AAA", "AA+", "AA", "AA-", "A+", "A", "A-", "BBB+", "BBB", "BBB-"),
    *("AA1", "AA2", "AA3", "A1", "A2", "A3", "BAA", "BAA1", "BAA2", "BAA3"),
)
HIGH_YIELD = (
    *("BB+", "BB", "BB-", "B+", "B", "B-", "CCC+", "CCC", "CCC-", "CC", "C", "SD", "D"),
    *("BA", "BA1", "BA2", "BA3", "B1", "B2", "B3", "CAA", "CAA1", "CAA2", "CAA3", "CA"),
)


@function(area="funding", returns="text", claims=("K48", "K50"), elementwise=True)
def rating_bucket(
    rating: Annotated[Text, "Rating on the scale of S&P or Moody's, in any case; empty or NR for none"],
) -> str:
    """The market that a rating opens: investment grade, high yield, or none.

    "IG" for BBB− or Baa3 and above, "HY" below, "NR" without a rating.
    """
    grade = rating.strip().upper().replace(MINUS, "-")
    if grade in NOT_RATED:
        return "NR"
    if grade in INVESTMENT_GRADE:
        return "IG"
    if grade in HIGH_YIELD:
        return "HY"
    raise FunctionError("#VALUE!", f'rating ("{rating}") must be on the scale of S&P or Moody\'s, or NR')


@rating_bucket.twin
def _(rating: Expr, *, workings: Workings) -> Expr:
    grade = workings.cell(
        "Rating as typed", Call("SUBSTITUTE", (Call("UPPER", (rating,)), Literal(MINUS), Literal("-")))
    )

    def among(what: str, grades: tuple[str, ...]) -> Expr:
        return workings.cell(f"TRUE where {what}", Or(*(grade.eq(known) for known in grades)))

    below = If(among("below investment grade", HIGH_YIELD), "HY", VALUE)
    rated = If(among("of investment grade", INVESTMENT_GRADE), "IG", below)
    return If(among("not rated", NOT_RATED), "NR", rated)


rating_bucket.gives("IG", "BBB-")
rating_bucket.gives("IG", "BBB−")
rating_bucket.gives("HY", "BB+")
rating_bucket.gives("IG", " Baa3 ")
rating_bucket.gives("HY", "ba1")
rating_bucket.gives("IG", "Aaa")
rating_bucket.gives("HY", "d")
rating_bucket.gives("NR", "nr")
rating_bucket.gives("NR", "")
rating_bucket.fails("#VALUE!", "BBBB")
rating_bucket.fails("#VALUE!", "A*")
rating_bucket.fails("#VALUE!", 3)
rating_bucket.fails("#N/A", None)
