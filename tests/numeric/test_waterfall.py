"""The waterfall: held to the same rules in exact fractions, step by step, and to what must hold in every period."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

import wattstack
from wattstack.calling import evaluate
from wattstack.registry import registry

amount = st.integers(0, 200)
sixteenths = st.integers(0, 8).map(lambda n: n / 16)  # exact in binary, so that the floats hold the same numbers


@st.composite
def deals(draw: Any) -> dict[str, Any]:
    """Deals of all shapes: starved and rich, with and without each of their terms."""
    periods, tranches = draw(st.integers(1, 6)), draw(st.integers(1, 4))
    return {
        "collections": draw(st.lists(amount, min_size=periods, max_size=periods)),
        "balances": draw(st.lists(amount, min_size=tranches, max_size=tranches)),
        "rates": draw(st.lists(sixteenths, min_size=tranches, max_size=tranches)),
        "fees": draw(st.integers(0, 30)),
        "reserve": draw(st.integers(0, 60)),
        "principal": draw(st.none() | st.lists(amount, min_size=periods, max_size=periods)),
        "dscr_trigger": draw(st.sampled_from([0, 0, 1, 1.5, 4])),
        "mode": draw(st.sampled_from(["sequential", "pro_rata"])),
    }


def paid_in_order(cash: Fraction, due: list[Fraction]) -> list[Fraction]:
    paid = []
    for item in due:
        paid.append(min(cash, item))
        cash -= paid[-1]
    return paid


def in_fractions(deal: dict[str, Any]) -> list[dict[str, Any]]:
    """The definition, sentence by sentence, without rounding."""
    balances, rates = ([Fraction(x) for x in deal[name]] for name in ("balances", "rates"))
    fee, target, trigger = (Fraction(deal[name]) for name in ("fees", "reserve", "dscr_trigger"))
    account, arrears, short = target, Fraction(0), [Fraction(0)] * len(balances)
    periods = []
    for t, collection in enumerate(map(Fraction, deal["collections"])):
        last = t == len(deal["collections"]) - 1
        opening, cash = account, collection + account
        fees_due = fee + arrears
        fees = min(cash, fees_due)
        cash -= fees
        due = [b * r + s * (1 + r) for b, r, s in zip(balances, rates, short, strict=True)]
        interest = paid_in_order(cash, due)
        cash -= sum(interest)
        account = min(target, cash)
        cash -= account
        breach = trigger > 0 and sum(due) > 0 and (collection - fees_due) / sum(due) < trigger
        if last or sum(balances) == 0:
            cash, account = cash + account, Fraction(0)
        most = cash
        if deal["principal"] is not None and not last and not breach:
            most = min(cash, Fraction(deal["principal"][t]))
        total = min(most, sum(balances))
        if deal["mode"] == "sequential" or breach or total == 0:
            principal = paid_in_order(total, balances)
        else:
            principal = [total * b / sum(balances) for b in balances]
        cash -= total
        if breach:
            cash, account = Fraction(0), account + cash
        balances = [b - p for b, p in zip(balances, principal, strict=True)]
        short = [d - i for d, i in zip(due, interest, strict=True)]
        arrears = fees_due - fees
        periods.append({"fees": fees, "arrears": arrears, "interest": interest, "principal": principal,
                        "balance": balances, "shortfall": short, "equity": cash, "account": account,
                        "opening": opening, "breach": breach})  # fmt: skip
    return periods


def rows(deal: dict[str, Any]) -> Any:
    """The table by period and row: fees, tranches, equity."""
    table = wattstack.abs_waterfall(**deal)
    numbers = table[["interest", "principal", "balance", "shortfall", "reserve"]].to_numpy()
    return numbers.reshape(len(deal["collections"]), len(deal["balances"]) + 2, 5)


@given(deals())
@settings(max_examples=250, deadline=None)
def test_each_period_pays_what_the_definition_says_in_exact_fractions(deal: dict[str, Any]) -> None:
    for found, wanted in zip(rows(deal), in_fractions(deal), strict=True):
        expected = np.zeros((len(deal["balances"]) + 2, 5))
        expected[0, [0, 3]] = float(wanted["fees"]), float(wanted["arrears"])
        for column, name in enumerate(("interest", "principal", "balance", "shortfall")):
            expected[1:-1, column] = [float(value) for value in wanted[name]]
        expected[-1, [1, 4]] = float(wanted["equity"]), float(wanted["account"])
        # six periods of sums of amounts up to 1e4
        np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-10)


@given(deals())
@settings(max_examples=150, deadline=None)
def test_no_cash_is_made_or_lost_in_any_period(deal: dict[str, Any]) -> None:
    account = deal["reserve"]
    for collection, period in zip(deal["collections"], rows(deal), strict=True):
        out = period[:, :2].sum() + period[-1, 4]
        assert abs(account + collection - out) <= 1e-9  # as the contract says
        assert (period >= 0).all()
        account = period[-1, 4]


@given(deals())
@settings(max_examples=150, deadline=None)
def test_no_junior_principal_before_the_senior_notes_are_repaid_unless_by_balance(deal: dict[str, Any]) -> None:
    before = np.array(deal["balances"], float)
    for period, exact in zip(rows(deal), in_fractions(deal), strict=True):
        principal, balance = period[1:-1, 1], period[1:-1, 2]
        if deal["mode"] == "sequential" or exact["breach"]:
            for junior in np.flatnonzero(principal):
                assert (balance[:junior] == 0).all()
        elif principal.sum() > 0:
            np.testing.assert_allclose(principal * before.sum(), before * principal.sum(), rtol=1e-12)
        if exact["breach"]:
            assert period[-1, 1] == 0
        before = balance


@given(deals())
@settings(max_examples=60, deadline=None)
def test_a_junior_gets_no_interest_while_a_senior_is_short(deal: dict[str, Any]) -> None:
    for period in rows(deal):
        paid, short = period[:-1, 0], period[:-1, 3]  # the fees are the most senior
        for place in np.flatnonzero(short):
            assert (paid[place + 1 :] == 0).all()


def test_scenarios_of_each_argument_give_what_a_loop_gives() -> None:
    random = np.random.default_rng(4)
    collections, reserve = random.random((3, 1, 5)) * 40, random.random(2) * 10
    balances, rates, limit = np.array([60.0, 25, 15]), np.array([0.02, 0.04, 0.1]), random.random((2, 5)) * 30
    function = registry()["ABS_WATERFALL"]
    given = function.bind((collections, balances, rates, 1.0, reserve, limit, 1.2, "pro_rata"), {})
    found = evaluate(function, given).columns
    for i in range(3):
        for j in range(2):
            alone = function(collections[i, 0], balances, rates, 1.0, float(reserve[j]), limit[j], 1.2, "pro_rata")
            for label in ("interest", "principal", "balance", "shortfall", "reserve"):
                np.testing.assert_array_equal(np.broadcast_to(found[label], (3, 2, 25))[i, j], alone[label])


def test_a_balance_that_only_rounding_leaves_counts_as_repaid() -> None:
    # 33.3 + 33.3 + 33.4 falls 1.4e-14 short of 100; the account must be released in period 4 all the same
    deal = {
        "collections": [40] * 5,
        "balances": [100],
        "rates": [0.0],
        "reserve": 7,
        "principal": [33.3, 33.3, 33.4, 0, 0],
    }
    period = rows({"fees": 0, **deal})
    assert period[2, 1, 2] == 0
    assert period[3, -1, 1] == 47


def test_cover_that_only_rounding_puts_below_the_trigger_counts_as_at_it() -> None:
    # 0.07 · 1000 is a little more than 70, so 105 of cash cover it a little less than 1.5 times
    table = wattstack.abs_waterfall([105, 105], [1000], [0.07], principal=[0, 0], dscr_trigger=1.5)
    assert table["principal"].tolist()[:3] == [0, 0, 105 - 1000 * 0.07]


def test_words_of_the_mode_ignore_case_and_blanks() -> None:
    given = [10], [6, 6], [0, 0]
    by_balance = wattstack.abs_waterfall(*given, mode=" Pro_Rata ")["principal"].tolist()
    assert by_balance == [0, 5, 5, 0]
    assert wattstack.abs_waterfall(*given)["principal"].tolist() == [0, 6, 4, 0]


def test_periods_and_tranches_are_named_as_the_contract_names_them() -> None:
    table = wattstack.abs_waterfall([1, 2], [10, 5], [0.1, 0.2])
    assert list(table) == ["period", "tranche", "interest", "principal", "balance", "shortfall", "reserve"]
    assert table["period"].tolist() == [1, 1, 1, 1, 2, 2, 2, 2]
    assert table["tranche"].tolist() == ["fees", 1, 2, "equity"] * 2
