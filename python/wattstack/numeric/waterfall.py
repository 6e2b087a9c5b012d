"""The waterfall of a securitisation: who is paid what in which order, period by period.

Every function takes float64 arrays: periods or tranches on the last axis, scenarios on the axes before, which
broadcast. Tranches stand senior first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Truth = NDArray[np.bool_]

TOLERANCE = 1e-12  # what rounding leaves of a balance, as a share of it at the start, or of a ratio at its trigger


@dataclass(frozen=True)
class Deal:
    """The terms: rates and fees a period, the target of the reserve account, the limits of principal.

    `limit` is the most principal that each period pays, None for all that is left. `pro_rata` says by what the
    principal is shared out, balance or seniority.
    """

    balances: Array
    rates: Array
    fees: Array
    reserve: Array
    limit: Array | None
    trigger: Array
    pro_rata: Truth


class Period(NamedTuple):
    """What a period pays and leaves; of `interest` to `shortfall` the last axis are the tranches."""

    fees: Array  # paid
    arrears: Array  # of fees
    interest: Array
    principal: Array
    balance: Array
    shortfall: Array  # interest unpaid
    equity: Array
    account: Array


def run(deal: Deal, collections: Array) -> list[Period]:
    """All periods, one after the other; the account is full at the start."""
    scenarios = np.broadcast_shapes(
        collections.shape[:-1], deal.balances.shape[:-1], deal.rates.shape[:-1], deal.fees.shape, deal.reserve.shape,
        deal.trigger.shape, deal.pro_rata.shape, () if deal.limit is None else deal.limit.shape[:-1],
    )  # fmt: skip
    nothing = np.zeros(scenarios)
    none = np.zeros((*scenarios, deal.balances.shape[-1]))
    balance = np.broadcast_to(deal.balances, none.shape)
    now = Period(nothing, nothing, none, none, balance, none, nothing, nothing + deal.reserve)
    periods = []
    last = collections.shape[-1] - 1
    for t in range(last + 1):
        limit = None if deal.limit is None or t == last else deal.limit[..., t]
        now = _next(deal, now, collections[..., t], limit, last=t == last)
        periods.append(now)
    return periods


def _next(deal: Deal, before: Period, collection: Array, limit: Array | None, *, last: bool) -> Period:
    fees_due = deal.fees + before.arrears
    interest_due = before.balance * deal.rates + before.shortfall * (1.0 + deal.rates)
    cash = collection + before.account
    fees = np.minimum(cash, fees_due)
    interest, left = _by_seniority(cash - fees, interest_due)

    owing = before.balance.sum(axis=-1)
    account = np.where(last | (owing == 0), 0.0, np.minimum(deal.reserve, left))
    left = left - account
    breach = _below(deal.trigger, collection - fees_due, interest_due.sum(axis=-1))
    most = left if limit is None else np.where(breach, left, np.minimum(left, limit))
    paid = np.minimum(most, owing)
    pro_rata = (deal.pro_rata & ~breach)[..., None]
    shared = before.balance * (paid / np.where(owing > 0, owing, 1.0))[..., None]
    principal = np.where(pro_rata, shared, _by_seniority(paid, before.balance)[0])

    balance = before.balance - principal
    return Period(
        fees=fees,
        arrears=fees_due - fees,
        interest=interest,
        principal=principal,
        balance=np.where(balance <= TOLERANCE * deal.balances, 0.0, balance),
        shortfall=interest_due - interest,
        equity=np.where(breach, 0.0, left - paid),
        account=account + np.where(breach, left - paid, 0.0),  # more than the notes are owed waits for the next period
    )


def _by_seniority(cash: Array, due: Array) -> tuple[Array, Array]:
    """What each tranche gets of what it is due, and the cash that is left."""
    paid = np.empty_like(due)
    left = cash
    for tranche in range(due.shape[-1]):
        paid[..., tranche] = np.minimum(left, due[..., tranche])
        left = left - paid[..., tranche]
    return paid, left


def _below(trigger: Array, cash: Array, interest: Array) -> Truth:
    """Whether cash covers the interest less often than the trigger asks; no interest is always covered."""
    cover = cash / np.where(interest > 0, interest, 1.0)
    return np.asarray((trigger > 0) & (interest > 0) & (cover < trigger * (1.0 - TOLERANCE)))
