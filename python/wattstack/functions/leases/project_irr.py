"""PROJECT_IRR."""

from ...arguments import Array, Scalar, Truth
from ...formula import NUM, And, Call, Expr, If, Literal, Max, SumProduct
from ...formula import Series as Range
from ...native import Workings
from ...numeric import cashflow
from ...spec import function
from .project_cashflow import (
    BEYOND_LIFE,
    BEYOND_TENOR,
    Capex,
    CreditStart,
    Life,
    Noi,
    Prepay,
    Renewal,
    RerentDiscount,
    Salvage,
    Tenor,
    credited_in_time,
    flow_column,
    within_life,
)

GUESSES = 3  # from the first alone, LibreOffice finds no IRR below about -30 % and above 1,000 %, here and there


@function(area="leases", returns="rate", claims=("K42", "K43", "K45"))
def project_irr(
    capex: Capex,
    noi: Noi,
    tenor: Tenor,
    life: Life,
    renewal: Renewal = 1.0,
    rerent_discount: RerentDiscount = 0.0,
    salvage: Salvage = 0.0,
    prepay: Prepay = 0.0,
    credit_start: CreditStart = 0.0,
) -> Array:
    """Internal rate of return of a leased site.

    The rate at which the flows of PROJECT_CASHFLOW are worth 0: of the expected flows, which is not the mean of the
    IRRs with and without renewal. #NUM! unless the flows begin with an outlay and change their sign once; PROJECT_NPV
    still answers then. Depreciable life is no argument: depreciation is not cash.
    """
    return cashflow.irr(
        cashflow.lease_flows(capex, noi, tenor, life, renewal, rerent_discount, salvage, prepay, credit_start)
    )


project_irr.rule("#NUM!", BEYOND_LIFE)(within_life)
project_irr.rule("#NUM!", BEYOND_TENOR)(credited_in_time)


@project_irr.rule("#NUM!", "prepay ({prepay}) must be less than capex ({capex}), or there is no outlay to earn on")
def _(prepay: Scalar, capex: Scalar) -> Truth:
    return prepay < capex


@project_irr.twin
def _(*terms: Expr, workings: Workings) -> Expr:
    years, flows = flow_column(terms, workings)
    one = workings.cell("TRUE where the flows have one IRR", _has_one_irr(flows, years))
    growth: Expr = Literal(1.0)
    for number in range(1, GUESSES + 1):
        better = _better(number, growth, flows, years, workings)
        growth = workings.cell(f"1 + guess {number} of the IRR", If(one, better, 1))
    found = workings.cell("IRR as the spreadsheet finds it", If(one, Call("IRR", (flows, growth - 1)), 0))
    return If(one, _polished(found, flows, years, workings), NUM)


def _has_one_irr(flows: Range, years: Range) -> Expr:
    beyond = len(years)
    last_outlay = SumProduct(Max((flows < 0) * years))
    first_income = beyond - SumProduct(Max((flows > 0) * (beyond - years)))
    return And(flows[0] < 0, first_income < beyond, last_outlay < first_income)


def _better(number: int, growth: Expr, flows: Range, years: Range, workings: Workings) -> Expr:
    """A Newton step for the log of 1 + rate, in which the log of incomes over outlays is almost a straight line.

    From rate 0 it gives (incomes / outlays)^(1 / mean year of the incomes), the usual first guess.
    """

    def value(what: str, amounts: Expr) -> Expr:
        return workings.cell(f"{what}, worth at guess {number - 1}", SumProduct(amounts * growth**-years))

    incomes, outlays = value("Incomes", (flows > 0) * flows), value("Outlays", (flows < 0) * -flows)
    timed_incomes = value("Incomes times years", (flows > 0) * flows * years)
    timed_outlays = value("Outlays times years", (flows < 0) * -flows * years)
    return growth * (incomes / outlays) ** (1 / (timed_incomes / incomes - timed_outlays / outlays))


def _polished(rate: Expr, flows: Range, years: Range, workings: Workings) -> Expr:
    """The rate after one Newton step more: spreadsheets promise no more than seven digits of an IRR."""
    value = (1 + rate) ** -years
    left = workings.cell("NPV at that IRR", SumProduct(flows * value))
    timed = workings.cell("NPV at that IRR, flows times years", SumProduct(flows * years * value))
    return rate + (1 + rate) * left / timed


# the base case of the model, computed independently
project_irr.gives(0.04389322698, 12, 1.5, 5, 20, 0.5, 0.25, 0.1, tolerance=1e-9)
project_irr.gives(-0.09077795151, 12, 1.5, 5, 20, 0, 0.25, 0.1, tolerance=1e-9)
project_irr.gives(0.1008425349, 12, 1.5, 15, 20, 0.5, 0.25, 0.1, tolerance=1e-9)
project_irr.gives(0.09569103939, 12, 1.5, 15, 20, 0, 0.25, 0.1, tolerance=1e-9)
project_irr.gives(0.25, 12, 15, 1, 1)
project_irr.gives(-0.99, 10, 0.1, 1, 1)
project_irr.fails("#NUM!", 12, 1.5, 5, 4)
project_irr.fails("#NUM!", 12, 0, 5, 20)
project_irr.fails("#NUM!", 12, -1.5, 5, 20)
project_irr.fails("#NUM!", 12, 1.5, 5, 20, 1, 0, 0, 12)  # the prepayment covers the outlay
project_irr.fails("#NUM!", 12, 1.5, 5, 20, 1, 0, 0, 10, 2)  # an income, then credits, then incomes

SITE = {"capex": 12, "noi": 1.5, "life": 20, "rerent_discount": 0.25, "salvage": 0.1}
project_irr.pictured(
    "The short lease rests on its renewal",
    "renewal",
    0.0,
    1.0,
    lease_of_5_years=dict(tenor=5, **SITE),
    lease_of_15_years=dict(tenor=15, **SITE),
)
