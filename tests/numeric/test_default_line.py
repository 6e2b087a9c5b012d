"""The tranche loss as an integral: both of its rules, and the series for thin intervals."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from scipy.special import ndtr, ndtri

from wattstack.numeric import default_line, digits
from wattstack.numeric.maths import ARRAYS

Array = npt.NDArray[np.float64]

PROMISED = 1e-12  # of every loss, tranche of 1e-6 included


def loss_along_the_line(*rows: object) -> Array:
    return default_line.mean_chance(ARRAYS, *rows)


def rows_between(shortest: float, longest: float) -> Array:
    """Rows whose stretch of the default line has a length in the given range."""
    draw = np.random.default_rng(1956)
    count = 200_000
    lgd = draw.uniform(0.1, 1.0, count)
    pd = np.where(draw.random(count) < 0.5, 10.0 ** draw.uniform(-15, 0, count), draw.random(count))
    rho = np.choose(
        draw.integers(0, 3, count),
        [
            draw.random(count),
            10.0 ** draw.uniform(-8, 0, count),
            1.0 - 10.0 ** draw.uniform(-9, 0, count),
        ],
    )
    attach = lgd * draw.random(count) ** 2
    detach = np.minimum(attach + 10.0 ** draw.uniform(-6, 0, count), 1.0)
    # Along the line, u moves by sqrt(rho) a unit of length.
    u = ndtri(attach / lgd), ndtri(np.minimum(detach / lgd, 1.0))
    length = (u[1] - u[0]) / np.sqrt(rho)
    keep = (length > shortest) & (length < longest) & (rho < 1.0) & (attach < detach)
    return np.array([attach, detach, pd, lgd, rho])[:, keep]


def test_the_short_and_the_long_rule_agree_where_one_takes_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = rows_between(3.6, 4.0)
    assert rows.shape[1] > 500
    by_short_rule = loss_along_the_line(*rows)
    monkeypatch.setattr(default_line, "_SHORT", 3.5)
    by_long_rule = loss_along_the_line(*rows)
    assert np.any(by_short_rule != by_long_rule)
    # A tenth of what is promised, so that neither rule can be near its limit.
    np.testing.assert_allclose(by_long_rule, by_short_rule, rtol=0.0, atol=0.1 * PROMISED)
    large = by_short_rule > 1e-30
    np.testing.assert_allclose(by_long_rule[large], by_short_rule[large], rtol=1e-10)


def test_more_nodes_do_not_change_the_loss(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = np.hstack([rows_between(0.0, 4.0)[:, :5000], rows_between(4.0, np.inf)[:, :5000]])
    loss = loss_along_the_line(*rows)
    monkeypatch.setattr(default_line, "_SHORT_RULE", default_line._unit_rule(40))
    monkeypatch.setattr(default_line, "_LONG_RULE", default_line._unit_rule(90))
    refined = loss_along_the_line(*rows)
    # A fifth of what is promised: the nodes are not what limits the accuracy.
    np.testing.assert_allclose(loss, refined, rtol=0.0, atol=0.2 * PROMISED)
    large = refined > 1e-30
    np.testing.assert_allclose(loss[large], refined[large], rtol=1e-10)


@pytest.mark.parametrize("rho", [1e-13, 1e-10, 1e-8, 1e-6])
def test_the_series_for_thin_intervals_agrees_with_differences_where_it_takes_over(
    rho: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    pd = np.array([[0.002], [0.03], [0.4], [0.9]])
    attach = 0.7 * ndtr(ndtri(pd) + np.linspace(-0.02, 0.02, 81))
    rows = (attach, attach + 1e-3, pd, 0.7, rho)
    loss = loss_along_the_line(*rows)
    for limit in (0.005, 0.02):
        monkeypatch.setattr(digits, "_THIN", limit)
        # A difference of probits up to 3 is off by 4e-16, which is divided by the stretch of
        # u in a tranche of 0.001, 0.0035 and more.
        np.testing.assert_allclose(loss_along_the_line(*rows), loss, rtol=0.0, atol=PROMISED)
