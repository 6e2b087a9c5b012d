"""The closed form of the tranche loss, and where it gives way to the integral."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import pytest
from scipy.special import ndtr, owens_t

from wattstack.numeric import closed_form, copula, default_line
from wattstack.numeric.maths import ARRAYS, FLOATS

Array = npt.NDArray[np.float64]

PROMISED, PROMISED_RELATIVE = 1e-12, 1e-9


def scattered(count: int) -> Array:
    """Rows over the whole domain and towards its edges, by columns."""
    draw = np.random.default_rng(1973)
    near_one = 1.0 - 10.0 ** draw.uniform(-6, 0, count)
    pd = np.choose(draw.integers(0, 3, count), [10.0 ** draw.uniform(-6, 0, count), draw.random(count), near_one])
    rho = np.choose(draw.integers(0, 3, count), [10.0 ** draw.uniform(-4, 0, count), draw.random(count), near_one])
    lgd = draw.choice([1.0, 0.6, 0.1], count)
    place = [0.0 * pd, draw.random(count), pd * draw.uniform(0.5, 1.5, count), 10.0 ** draw.uniform(-6, 0, count)]
    attach = lgd * np.choose(draw.integers(0, 4, count), place)
    detach = np.minimum(attach + np.where(draw.random(count) < 0.5, draw.random(count), 10.0 ** draw.uniform(-4, 0)), 1)
    rows = np.array([attach, detach, pd, lgd, rho])
    return rows[:, (detach > attach) & (attach < lgd) & (pd > 0.0) & (pd < 1.0) & (rho > 0.0) & (rho < 1.0)]


def taken(rows: Array) -> npt.NDArray[np.bool_]:
    """The rows for which the closed form is taken."""
    chosen: npt.NDArray[np.bool_] = closed_form.covers(ARRAYS, *rows)
    chosen[chosen] = closed_form.tranche_loss(ARRAYS, *rows[:, chosen])[1]
    return chosen


def test_the_closed_form_is_taken_for_tranches_as_they_are_traded() -> None:
    draw = np.random.default_rng(7)
    attach = draw.uniform(0.0, 0.3, 20_000)
    detach, pd = attach + draw.uniform(0.01, 0.3, 20_000), draw.uniform(0.005, 0.2, 20_000)
    rows = np.array([attach, detach, pd, draw.uniform(0.4, 0.8, 20_000), draw.uniform(0.05, 0.65, 20_000)])
    assert np.mean(taken(rows)) > 0.99


@pytest.mark.parametrize("limit", ["_THINNEST", "_LEAST_RHO", "_KEPT", "_DEEP"])
def test_closed_form_and_integral_agree_on_both_sides_of_each_limit(
    limit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows, usual = scattered(200_000), getattr(closed_form, limit)
    inside = taken(rows)
    monkeypatch.setattr(closed_form, limit, 2.0 * usual)
    far_inside = taken(rows)
    monkeypatch.setattr(closed_form, limit, 0.5 * usual)
    outside = taken(rows) & ~inside
    for side in (inside & ~far_inside, outside):
        assert np.sum(side) > 200
        closed, _ = closed_form.tranche_loss(ARRAYS, *rows[:, side])
        integral = default_line.mean_chance(ARRAYS, *rows[:, side])
        # Parts of what is promised: at half the limit what is lost is at most doubled.
        np.testing.assert_allclose(closed, integral, rtol=0.0, atol=0.3 * PROMISED)
        large = integral > 1e-30
        np.testing.assert_allclose(closed[large], integral[large], rtol=0.3 * PROMISED_RELATIVE)


def test_closed_form_and_integral_agree_wherever_it_is_taken() -> None:
    rows = scattered(300_000)
    rows = rows[:, taken(rows)]
    assert rows.shape[1] > 50_000
    closed = copula.tranche_loss(*rows)
    assert np.max(closed) == 1.0
    integral = default_line.mean_chance(ARRAYS, *rows)
    # The integral's own 40 nodes are good to 1e-13 for a stretch of the whole line.
    np.testing.assert_allclose(closed, integral, rtol=0.0, atol=0.3 * PROMISED)
    large = integral > 1e-30
    np.testing.assert_allclose(closed[large], integral[large], rtol=0.1 * PROMISED_RELATIVE)


@pytest.mark.parametrize("rho", [0.002, 0.3, 0.97])
def test_half_of_a_pool_of_even_chances_loses_what_sheppards_angle_gives(rho: float) -> None:
    """The corner of the wedge is the origin: both of its pieces are nothing but angles."""
    # P(U < 0, Y < 0) for a correlation of sqrt(1 - rho) (Sheppard 1899)
    both = 0.25 + math.asin(math.sqrt(1.0 - rho)) / (2.0 * math.pi)
    row = (0.0, 0.2, 0.5, 0.4, rho)
    assert copula.tranche_loss(*row) == pytest.approx(2.0 * both, rel=1e-15 / 0.25)
    many, good = closed_form.tranche_loss(ARRAYS, *np.array([row]).T)
    assert good.all()
    assert many[0] == pytest.approx(2.0 * both, rel=1e-15 / 0.25)


def test_plain_floats_agree_with_rows_on_both_sides_of_the_switch(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = scattered(30_000)
    inside = taken(rows)
    for limit in ("_THINNEST", "_LEAST_RHO", "_KEPT", "_DEEP"):
        monkeypatch.setattr(closed_form, limit, 2.0 * getattr(closed_form, limit))
    far_inside = taken(rows)
    monkeypatch.undo()
    for side in (inside & ~far_inside, ~inside):
        some = rows[:, side][:, :600]
        assert some.shape[1] > copula._FEW
        one = [copula.tranche_loss(*row) for row in some.T.tolist()]
        many = copula.tranche_loss(*some)
        # scipy's Owen's T and the array's differ by 2e-13 of the tail, the result is 1e-3 of it or more.
        np.testing.assert_allclose(one, many, rtol=0.2 * PROMISED_RELATIVE, atol=0.2 * PROMISED)


# --- Owen's T ---------------------------------------------------------------------------------


def test_owens_t_of_arrays_is_that_of_scipy() -> None:
    h, a = np.meshgrid(np.linspace(0.0, 12.0, 241), np.linspace(0.0, 1.0, 101))
    # scipy's is good to 1e-16 but for a method of it near h = 3.4, and both round.
    np.testing.assert_allclose(ARRAYS.owens_t(h.ravel(), a.ravel()), owens_t(h, a).ravel(), rtol=0.0, atol=3e-16)


def test_owens_t_of_arrays_keeps_its_digits_in_the_tail_up_to_a_depth_of_four() -> None:
    h, a = np.meshgrid(np.linspace(0.0, 12.0, 241), np.linspace(0.0, 1.0, 101))
    h, a = (x[a * h <= 4.0] for x in (h, a))
    nodes, weights = np.polynomial.legendre.leggauss(60)
    x = 0.5 * (nodes[:, None] + 1.0) * a
    fine = weights @ (np.exp(-0.5 * h**2 * (1.0 + x**2)) / (1.0 + x**2)) * a / (4.0 * np.pi)
    tail = ndtr(-h)
    # Eight nodes are good to 4e-14 of the tail at the depth of four, and to rounding before.
    np.testing.assert_allclose(ARRAYS.owens_t(h, a) / tail, fine / tail, rtol=0.0, atol=5e-14)


def test_owens_t_has_its_known_values() -> None:
    a = np.linspace(0.0, 1.0, 11)
    np.testing.assert_allclose(ARRAYS.owens_t(np.zeros(11), a), np.arctan(a) / (2.0 * np.pi), rtol=0.0, atol=1e-16)
    h = np.linspace(0.0, 4.0, 41)
    np.testing.assert_allclose(ARRAYS.owens_t(h, np.ones(41)), 0.5 * ndtr(h) * ndtr(-h), rtol=0.0, atol=1e-16)
    assert FLOATS.owens_t(0.0, 1.0) == pytest.approx(0.125, rel=1e-15)
