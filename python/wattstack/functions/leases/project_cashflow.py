"""PROJECT_CASHFLOW."""

from typing import Annotated, Any

import numpy as np

from ...arguments import Scalar, Truth
from ...formula import Abs, Expr, If, Literal, Max
from ...formula import Series as Range
from ...native import Workings
from ...numeric import cashflow
from ...spec import Served, Table, function

NATIVE_YEARS = 40  # the longest life that native sheets have rows for

# the terms of a leased site, which PROJECT_IRR, PROJECT_NPV and RENEWAL_BREAKEVEN take as well
Capex = Annotated[Scalar, "$", "0 or more", "Investment, paid in year 0"]
Noi = Annotated[Scalar, "$/year", "Net operating income under the lease"]
Tenor = Annotated[Scalar, "years", "whole, 1 or more", "Term of the lease"]
Life = Annotated[
    Scalar, Served(NATIVE_YEARS), "years", "whole, 1 to 1000", "Years that the site earns, the lease included"
]
Renewal = Annotated[Scalar, "probability", "0 to 1", "Chance that the lease is renewed at its end"]
RerentDiscount = Annotated[Scalar, "share", "0 to 1", "Reduction of the income on renewal"]
Salvage = Annotated[Scalar, "share of capex", "0 to 1", "Value kept if the lease is not renewed"]
Prepay = Annotated[Scalar, "$", "0 or more", "Prepayment by the tenant in year 0, credited back later"]
CreditStart = Annotated[Scalar, "year", "whole, 0 or more", "First year of the credits, to the tenor; 0 is year 1"]


@function(area="leases", returns="$", spills=Table(year="year", cash_flow="$"), claims=("K41", "K42", "K43", "K44"))
def project_cashflow(
    capex: Capex,
    noi: Noi,
    tenor: Tenor,
    life: Life,
    renewal: Renewal = 1.0,
    rerent_discount: RerentDiscount = 0.0,
    salvage: Salvage = 0.0,
    prepay: Prepay = 0.0,
    credit_start: CreditStart = 0.0,
) -> dict[str, Any]:
    """Expected cash flows of a leased site, year by year.

    Year 0: −capex + prepay. Years 1 to tenor: noi, less in the years credit_start to tenor an equal part of the
    prepayment. Years tenor + 1 to life: renewal · noi · (1 − rerent_discount): one decision at the end of the lease,
    where (1 − renewal) · salvage · capex comes in. If the lease lasts the life, nothing is renewed or kept. Several
    scenarios have rows up to the longest life; the flows beyond a scenario's own life are 0.
    """
    flows = cashflow.lease_flows(capex, noi, tenor, life, renewal, rerent_discount, salvage, prepay, credit_start)
    return {"year": np.arange(flows.shape[-1]), "cash_flow": flows}


def within_life(tenor: Scalar, life: Scalar) -> Truth:
    """The rule that the lease ends within the life."""
    return tenor <= life


def credited_in_time(tenor: Scalar, credit_start: Scalar) -> Truth:
    """The rule that there is a year of the lease to credit the prepayment in."""
    return credit_start <= tenor


BEYOND_LIFE = "tenor ({tenor}) must not exceed life ({life})"
BEYOND_TENOR = "credit_start ({credit_start}) must not exceed tenor ({tenor})"
project_cashflow.rule("#NUM!", BEYOND_LIFE)(within_life)
project_cashflow.rule("#NUM!", BEYOND_TENOR)(credited_in_time)


def flow(year: Expr, terms: tuple[Expr, ...], workings: Workings) -> Expr:
    """The formula of a year's flow, from year 1 on; the terms are those of PROJECT_CASHFLOW."""
    capex, noi, tenor, life, renewal, rerent_discount, salvage, prepay, credit_start = terms
    step = workings.cell
    renewed = step("Expected income a year once the lease has ended", renewal * noi * (1 - rerent_discount))
    kept = step("Expected value kept where the lease ends", If(tenor < life, (1 - renewal) * salvage * capex, 0))
    leased = noi
    if prepay != Literal(0.0):
        first = step("First year with a credit of the prepayment", Max(1, credit_start))
        credit = step("Prepayment credited back a year", prepay / (tenor - first + 1))
        equal = Abs(noi - credit) <= cashflow.EQUAL * Abs(noi)
        leased = If(year < first, noi, step("Income less the credit", If(equal, 0, noi - credit)))
    return If(year < tenor, leased, If(year.eq(tenor), leased + kept, If(year <= life, renewed, 0)))


def flow_column(terms: tuple[Expr, ...], workings: Workings) -> tuple[Range, Range]:
    """The years and the flows of a site as cells one below the other."""
    years = workings.column("Year", range(NATIVE_YEARS + 1))
    later = [flow(year, terms, workings) for year in years.items[1:]]
    return years, workings.column("Expected cash flow of year", [_outlay(terms), *later])


def _outlay(terms: tuple[Expr, ...]) -> Expr:
    capex, prepay = terms[0], terms[7]
    return -capex if prepay == Literal(0.0) else prepay - capex


@project_cashflow.twin
def _(*terms: Expr, line: str, place: int, workings: Workings) -> Expr:
    if line == "year":
        return Literal(float(place))
    return flow(Literal(float(place)), terms, workings) if place else _outlay(terms)


project_cashflow.gives({"year": [0, 1, 2], "cash_flow": [-12, 1.5, 1.5]}, 12, 1.5, 2, 2)
project_cashflow.gives(
    {"year": [0, 1, 2, 3, 4], "cash_flow": [-12, 1.5, 1.5 + 0.5 * 0.1 * 12, 0.5625, 0.5625]},
    12, 1.5, 2, 4, 0.5, 0.25, 0.1,
)  # fmt: skip
project_cashflow.gives({"year": [0, 1, 2, 3, 4], "cash_flow": [-9, 1.5, 0, 0, 1.5]}, 12, 1.5, 3, 4, 1, 0, 0, 3, 2)
project_cashflow.gives({"year": [0, 1, 2], "cash_flow": [-9, 0, 0]}, 12, 1.5, 2, 2, 0.3, 0.5, 0.9, 3)
project_cashflow.gives({"year": [0, 1, 2, 3], "cash_flow": [0, 0, 0, 0]}, 0.3, 0.1, 3, 3, 1, 0, 0, 0.3)
project_cashflow.fails("#NUM!", 12, 1.5, 5, 4)
project_cashflow.fails("#NUM!", 12, 1.5, 5.5, 20)
project_cashflow.fails("#NUM!", 12, 1.5, 5, 20, 1.1)
project_cashflow.fails("#NUM!", 12, 1.5, 5, 20, 1, 0, 0, 3, 6)
project_cashflow.fails("#N/A", 12, None, 5, 20)
