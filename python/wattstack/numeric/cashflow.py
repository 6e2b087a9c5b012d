"""Cash flows over years: level payments, the flows of a leased project, their present value and rate of return.

Arrays in, arrays out; scenarios are the leading axes, years the last one, the outlay standing in year 0.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

# A difference of two yearly amounts below this share of them is rounding: the amounts are equal.
EQUAL = 1e-13
ROUNDING = 2.0**-52
NEWTON_STEPS = 200  # each halves the bracket at worst; six are usual


def annuity(rate: Any, years: Any) -> Any:
    """The level payment a year on 1, exact down to tiny rates; 1/years at rate 0."""
    rate, years = np.asarray(rate, np.float64), np.asarray(years, np.float64)
    safe = np.where(rate == 0, 1.0, rate)
    return np.where(rate == 0, 1.0 / years, safe / -np.expm1(-years * np.log1p(safe)))


def balance(rate: Any, years: Any, after: Any) -> Any:
    """What is left of a level-payment loan of 1 over `years` after so many years."""
    left = np.asarray(years, np.float64) - after
    return np.where(left > 0, annuity(rate, years) / annuity(rate, np.maximum(left, 1.0)), 0.0)


def difference(amount: Any, less: Any) -> Any:
    """`amount` less `less`, 0 where only rounding is left: the sign of a flow decides whether it has an IRR."""
    left = amount - less
    return np.where(np.abs(left) <= EQUAL * np.abs(amount), 0.0, left)


def lease_flows(
    capex: Any,
    noi: Any,
    tenor: Any,
    life: Any,
    renewal: Any,
    rerent_discount: Any,
    salvage: Any,
    prepay: Any,
    credit_start: Any,
) -> Array:
    """The expected flows of a leased site in the years 0 to the largest life, 0 beyond a scenario's own life."""
    terms = (capex, noi, tenor, life, renewal, rerent_discount, salvage, prepay, credit_start)
    capex, noi, tenor, life, renewal, rerent_discount, salvage, prepay, credit_start = (
        np.asarray(term)[..., None] for term in terms
    )
    year = np.arange(np.max(life) + 1)
    first = np.maximum(credit_start, 1.0)
    credit = prepay / (tenor - first + 1.0)
    leased = np.where(year < first, noi, difference(noi, credit))
    renewed = np.where(year <= life, renewal * noi * (1.0 - rerent_discount), 0.0)
    kept = np.where((year == tenor) & (tenor < life), (1.0 - renewal) * salvage * capex, 0.0)
    return np.where(year == 0, prepay - capex, np.where(year <= tenor, leased, renewed) + kept)


def npv(rate: Any, flows: Array) -> Any:
    """The present value of flows, that of year 0 undiscounted."""
    value = np.zeros(())
    for year in reversed(range(flows.shape[-1])):
        value = value / (1.0 + rate) + flows[..., year]
    return value


def has_one_irr(flows: Array) -> NDArray[np.bool_]:
    """Whether the flows begin with an outlay and change their sign once: then they have one IRR."""
    year = np.arange(flows.shape[-1])
    last_outlay = np.max(np.where(flows < 0, year, -1), axis=-1)
    first_income = np.min(np.where(flows > 0, year, flows.shape[-1]), axis=-1)
    return np.asarray((flows[..., 0] < 0) & (last_outlay < first_income) & (first_income < flows.shape[-1]))


def irr(flows: Array) -> Array:
    """The internal rate of return, to rounding; NaN where there is not exactly one by the rule of signs, or one so near
    to -1 that no number lies between.
    """
    rate = np.full(flows.shape[:-1], np.nan)
    good = has_one_irr(flows)
    if good.any():
        rate[good] = np.expm1(-_log_discount(flows[good]))
    return np.where(rate > -1.0, rate, np.nan)


def _log_discount(flows: Array) -> Array:
    """The s at which the flows times exp(s·year) add to 0, for flows with one change of sign.

    ln of the incomes' value less ln of the outlays' rises with s, at least as fast as s itself, since each income comes
    at least a year after each outlay. So the root lies within the value at 0 of 0, and Newton's steps, which are
    nearly exact on so straight a line, cannot leave the bracket far.
    """
    year = np.arange(flows.shape[-1], dtype=np.float64)
    with np.errstate(divide="ignore"):  # the log of no flow is minus infinity, whose exp is 0 again
        incomes, outlays = np.log(np.maximum(flows, 0.0)), np.log(np.maximum(-flows, 0.0))
    s, done = np.zeros(flows.shape[:-1]), np.zeros(flows.shape[:-1], bool)
    excess, slope = _log_excess(incomes, outlays, year, s)
    low, high = -np.abs(excess) - 1.0, np.abs(excess) + 1.0
    for _ in range(NEWTON_STEPS):
        low, high = np.where(excess < 0, s, low), np.where(excess > 0, s, high)
        after = s - excess / slope
        after = np.where((low < after) & (after < high), after, (low + high) / 2)
        after = np.where(done, s, after)  # so that no scenario depends on its neighbours
        done = np.abs(after - s) <= ROUNDING * np.maximum(np.abs(s), 1.0)
        s = after
        if done.all():
            break
        excess, slope = _log_excess(incomes, outlays, year, s)
    return s


def _log_excess(incomes: Array, outlays: Array, year: Array, s: Array) -> tuple[Array, Array]:
    """ln(value of the incomes / value of the outlays) at exp(s·year), and its derivative."""
    value_in, mean_in = _log_value(incomes, year, s)
    value_out, mean_out = _log_value(outlays, year, s)
    return value_in - value_out, mean_in - mean_out


def _log_value(logs: Array, year: Array, s: Array) -> tuple[Array, Array]:
    """ln Σ exp(logs + s·year) without overflow, and the mean year of the terms."""
    terms = logs + s[..., None] * year
    top = terms.max(axis=-1, keepdims=True)
    weights = np.exp(terms - top)
    total = _added(weights)
    return top[..., 0] + np.log(total), _added(weights * year) / total


def _added(terms: Array) -> Array:
    """The sum from left to right, which zeros behind a scenario's life leave as it is, to the last bit."""
    return np.cumsum(terms, axis=-1)[..., -1]
