"""ABS_WATERFALL."""

from typing import Annotated, Any, NamedTuple

import numpy as np

from ...arguments import OMITTED, Scalar, Series, Word
from ...formula import And, Expr, If, Literal, Min, Or, Sum
from ...formula import Series as Range
from ...native import Workings
from ...numeric.waterfall import TOLERANCE, Deal, run
from ...spec import Along, OneOf, Table, function


@function(
    area="securitisation",
    returns="amounts of money",
    spills=Table(
        period="number",
        tranche="name",
        interest="money",
        principal="money",
        balance="money",
        shortfall="money",
        reserve="money",
    ),
    claims=("K52", "K56"),
)
def abs_waterfall(
    collections: Annotated[Series, Along("period"), "money", "0 or more", "Cash that the pool pays in each period"],
    balances: Annotated[Series, Along("tranche"), "money", "0 or more", "Notes at the start, senior first"],
    rates: Annotated[Series, Along("tranche"), "rate a period", "0 or more", "Interest of each tranche a period"],
    fees: Annotated[Scalar, "money", "0 or more", "Fees a period, before all else"] = 0.0,
    reserve: Annotated[Scalar, "money", "0 or more", "Target of the reserve account, which starts full"] = 0.0,
    principal: Annotated[
        Series, Along("period"), "money", "0 or more", "Most principal each period; omitted: all that is left"
    ] = OMITTED,
    dscr_trigger: Annotated[Scalar, "ratio", "0 or more", "Cover below which all cash repays notes; 0: none"] = 0.0,
    mode: Annotated[Word, OneOf("sequential", "pro_rata"), "Principal by seniority or by balance"] = "sequential",
) -> dict[str, Any]:
    """What a securitisation pays to whom, period by period.

    The cash of a period is its collection and the reserve account. It pays in this order: 1 fees, with those unpaid
    before; 2 interest by seniority, what is unpaid being carried and bearing the tranche's rate (`shortfall`); 3 the
    account, up to its target; 4 principal, at most principal[t], by seniority or by balance; 5 equity, the rest.

    If (collection − fees due)/(interest due), arrears in both, is below dscr_trigger, all that is left after 3 pays
    principal by seniority and equity gets nothing; more than the notes are owed stays in the account. In the last
    period, and once the notes are repaid, the account joins the cash before 4; in the last period principal[t] does
    not limit. No interest due counts as above the trigger.

    Rows of a period: "fees" (interest: paid, shortfall: carried), the tranches from 1, and "equity" (principal: cash
    released, reserve: balance of the account). Amounts that a row has no use for are 0.
    """
    pro_rata = np.asarray(np.asarray(mode) == "pro_rata")
    fees, reserve, trigger = (np.asarray(value, float) for value in (fees, reserve, dscr_trigger))
    periods = run(Deal(balances, rates, fees, reserve, principal, trigger, pro_rata), collections)
    tranches = balances.shape[-1]
    names = ["fees", *range(1, tranches + 1), "equity"]
    return {
        "period": np.repeat(np.arange(1, len(periods) + 1), len(names)),
        "tranche": np.array(names * len(periods), dtype=object),
        "interest": _rows([(p.fees, p.interest, None) for p in periods]),
        "principal": _rows([(None, p.principal, p.equity) for p in periods]),
        "balance": _rows([(None, p.balance, None) for p in periods]),
        "shortfall": _rows([(p.arrears, p.shortfall, None) for p in periods]),
        "reserve": _rows([(None, np.zeros_like(p.balance), p.account) for p in periods]),
    }


def _rows(periods: list[tuple[Any, Any, Any]]) -> Any:
    """A column: of each period the row of fees, those of the tranches and that of equity, None being 0."""
    parts = []
    for fees, tranches, equity in periods:
        zero = np.zeros(tranches.shape[:-1])
        parts += [
            (zero if fees is None else fees)[..., None],
            tranches,
            (zero if equity is None else equity)[..., None],
        ]
    return np.concatenate(parts, axis=-1)


@abs_waterfall.twin
def _(
    collections: Range,
    balances: Range,
    rates: Range,
    fees: Expr,
    reserve: Expr,
    principal: Range | None,
    dscr_trigger: Expr,
    mode: Expr,
    *,
    line: str,
    place: int,
    workings: Workings,
) -> Expr:
    period, row = divmod(place, len(balances) + 2)
    name = "fees" if row == 0 else "equity" if row > len(balances) else row
    if line in ("period", "tranche"):
        return Literal(period + 1.0 if line == "period" else name if isinstance(name, str) else float(name))
    deal = _Deal(collections, balances, rates, fees, reserve, principal, dscr_trigger, mode)
    cells = workings.once(deal, lambda: _cells(deal, workings))[period]
    if isinstance(name, int):
        of_tranches = {"reserve": None, **cells._asdict()}[line]
        return of_tranches[name - 1] if of_tranches else Literal(0.0)
    shown = {
        ("fees", "interest"): cells.fees,
        ("fees", "shortfall"): cells.arrears,
        ("equity", "principal"): cells.equity,
        ("equity", "reserve"): cells.account,
    }
    return shown.get((name, line), Literal(0.0))


class _Deal(NamedTuple):
    collections: Range
    balances: Range
    rates: Range
    fees: Expr
    reserve: Expr
    principal: Range | None
    trigger: Expr
    mode: Expr


class _Period(NamedTuple):
    """The cells of a period, named as the arrays in numeric/waterfall.py."""

    fees: Expr
    arrears: Expr
    interest: list[Expr]
    principal: list[Expr]
    balance: list[Expr]
    shortfall: list[Expr]
    equity: Expr
    account: Expr


def _cells(deal: _Deal, workings: Workings) -> list[_Period]:
    """The waterfall in cells: a dozen for each period and eight for each tranche in it."""
    zero: Expr = Literal(0.0)
    none = [zero for _ in deal.balances.items]
    now = _Period(zero, zero, none, none, list(deal.balances.items), none, zero, deal.reserve)
    periods = []
    for t in range(len(deal.collections)):
        now = _period(deal, now, t, _Steps(workings, f"Period {t + 1}, "))
        periods.append(now)
    return periods


class _Steps(NamedTuple):
    workings: Workings
    period: str

    def __call__(self, what: str, expr: Expr) -> Expr:
        return self.workings.cell(self.period + what, expr)

    def all(self, what: str, exprs: list[Expr]) -> list[Expr]:
        """A cell for each tranche."""
        return [self(f"{what}, tranche {number}", expr) for number, expr in enumerate(exprs, 1)]


def _period(deal: _Deal, before: _Period, t: int, step: _Steps) -> _Period:
    last = t == len(deal.collections) - 1
    fees_due = step("fees due", deal.fees + before.arrears)
    cash = step("cash", deal.collections[t] + before.account)
    fees = step("fees paid", Min(cash, fees_due))
    terms = zip(before.balance, deal.rates.items, before.shortfall, strict=True)
    due = step.all("interest due", [balance * rate + unpaid * (1 + rate) for balance, rate, unpaid in terms])
    interest, left = _by_seniority("interest paid", step, cash - fees, due)
    left = step("left after interest", left)
    owing = step("notes outstanding", Sum(*before.balance))
    account: Expr = Literal(0.0) if last else step("to the account", If(owing > 0, Min(deal.reserve, left), 0))
    left = left if last else step("left for principal", left - account)
    cover = (deal.collections[t] - fees_due) / Sum(*due)
    missed = If(And(deal.trigger > 0, Sum(*due) > 0), If(cover < deal.trigger * (1 - TOLERANCE), 1, 0), 0)
    breach = step("1 where cover is below the trigger", missed).eq(1)
    limit = left if last or deal.principal is None else If(breach, left, Min(left, deal.principal[t]))
    paid = step("principal", Min(limit, owing))
    principal = _principal(deal, step, paid, owing, before.balance, breach)
    rest = step.all("notes less principal", [b - p for b, p in zip(before.balance, principal, strict=True)])
    kept = step("to the account instead of equity", If(breach, left - paid, 0))
    return _Period(
        fees=fees,
        arrears=step("fees unpaid", fees_due - fees),
        interest=interest,
        principal=principal,
        balance=step.all(
            "balance", [If(r <= TOLERANCE * b, 0, r) for r, b in zip(rest, deal.balances.items, strict=True)]
        ),
        shortfall=step.all("interest unpaid", [d - i for d, i in zip(due, interest, strict=True)]),
        equity=step("equity", left - paid - kept),
        account=step("account at the end", account + kept),
    )


def _principal(deal: _Deal, step: _Steps, paid: Expr, owing: Expr, balances: list[Expr], breach: Expr) -> list[Expr]:
    senior, _ = _by_seniority("principal by seniority", step, paid, balances)
    if deal.mode == Literal("sequential"):
        return senior
    by_seniority = Or(deal.mode.eq("sequential"), breach)
    shares = [balance * (paid / owing) for balance in balances]
    choices = [If(by_seniority, s, If(owing > 0, p, 0)) for s, p in zip(senior, shares, strict=True)]
    return step.all("principal", choices)


def _by_seniority(what: str, step: _Steps, cash: Expr, due: list[Expr]) -> tuple[list[Expr], Expr]:
    """What each tranche gets of what it is due, and the cash that is left."""
    paid, left = list[Expr](), cash
    for number, amount in enumerate(due, 1):
        paid.append(step(f"{what}, tranche {number}", Min(left, amount)))
        left = left - paid[-1]
    return paid, left


def _table(periods: list[Any]) -> dict[str, Any]:
    """The rows of a hand-worked example: interest, principal, balance, shortfall, reserve of each."""
    tranches = len(periods[0]) - 2
    columns = zip(*(row for rows in periods for row in rows), strict=True)
    return {
        "period": [number for number, rows in enumerate(periods, 1) for _ in rows],
        "tranche": ["fees", *range(1, tranches + 1), "equity"] * len(periods),
        **dict(zip(("interest", "principal", "balance", "shortfall", "reserve"), map(list, columns), strict=True)),
    }


# by hand: the pool falters in period 2, and the account, which starts at 6, fills only to 5.6
abs_waterfall.gives(
    _table([
        [(2, 0, 0, 0, 0), (4, 52, 28, 0, 0), (2, 0, 20, 0, 0), (0, 0, 0, 0, 6)],
        [(2, 0, 0, 0, 0), (1.4, 0, 28, 0, 0), (2, 0, 20, 0, 0), (0, 0, 0, 0, 5.6)],
        [(2, 0, 0, 0, 0), (1.4, 28, 0, 0, 0), (2, 20, 0, 0, 0), (0, 72.2, 0, 0, 0)],
    ]),
    [60, 5, 120], [80, 20], [0.05, 0.1], 2, 6, [60, 60, 0], 0, "sequential",
)  # fmt: skip
# by hand: fees and interest unpaid in two periods, made good in the third
abs_waterfall.gives(
    _table([
        [(1, 0, 0, 1, 0), (0, 0, 10, 1, 0), (0, 0, 0, 0, 0)],
        [(0.5, 0, 0, 2.5, 0), (0, 0, 10, 2.1, 0), (0, 0, 0, 0, 0)],
        [(4.5, 0, 0, 0, 0), (3.31, 10, 0, 0, 0), (0, 82.19, 0, 0, 0)],
    ]),
    [1, 0.5, 100], [10], [0.1], 2,
)  # fmt: skip
# by hand: 10 a period by balance; in period 2 a cover of 11/9 turns all cash to the senior notes
abs_waterfall.gives(
    _table([
        [(1, 0, 0, 0, 0), (6, 6, 54, 0, 0), (4, 4, 36, 0, 0), (0, 9, 0, 0, 2)],
        [(1, 0, 0, 0, 0), (5.4, 2, 52, 0, 0), (3.6, 0, 36, 0, 0), (0, 0, 0, 0, 2)],
        [(1, 0, 0, 0, 0), (5.2, 32.2 * 52 / 88, 52 - 32.2 * 52 / 88, 0, 0),
         (3.6, 32.2 * 36 / 88, 36 - 32.2 * 36 / 88, 0, 0), (0, 0, 0, 0, 0)],
    ]),
    [30, 12, 40], [60, 40], [0.1, 0.1], 1, 2, [10, 10, 5], 1.5, "pro_rata",
)  # fmt: skip
# by hand: cover of 16 below the trigger repays the notes in period 1 and keeps the rest, which period 2 releases
abs_waterfall.gives(
    _table([
        [(2, 0, 0, 0, 0), (1, 10, 0, 0, 0), (0, 0, 0, 0, 10)],
        [(2, 0, 0, 0, 0), (0, 0, 0, 0, 0), (0, 18, 0, 0, 0)],
        [(2, 0, 0, 0, 0), (0, 0, 0, 0, 0), (0, 3, 0, 0, 0)],
    ]),
    [18, 10, 5], [10], [0.1], 2, 5, [1, 0, 0], 20,
)  # fmt: skip
abs_waterfall.fails("#NUM!", [-1], [10], [0.1])
abs_waterfall.fails("#NUM!", [1], [-10], [0.1])
abs_waterfall.fails("#NUM!", [1], [10], [-0.1])
abs_waterfall.fails("#NUM!", [1], [10], [0.1], -2)
abs_waterfall.fails("#NUM!", [1], [10], [0.1], 0, -2)
abs_waterfall.fails("#NUM!", [1], [10], [0.1], 0, 0, [-1])
abs_waterfall.fails("#NUM!", [1], [10], [0.1], 0, 0, [1], -1)
abs_waterfall.fails("#VALUE!", [1], [10], [0.1], 0, 0, [1], 0, "turbo")
abs_waterfall.fails("#VALUE!", [1], [10, 20], [0.1])
abs_waterfall.fails("#VALUE!", [1, 2], [10], [0.1], 0, 0, [1])
abs_waterfall.fails("#N/A", [1, None], [10], [0.1])
