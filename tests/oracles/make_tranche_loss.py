"""Write tranche_loss.csv: expected tranche losses to 25 digits.

The pool is the infinitely granular one-factor Gaussian pool.  The loss given the
factor is clipped to the tranche and integrated against the normal density of the
factor, by mpmath with 60 digits.  The inputs are doubles, written by repr and taken
as exact.  A sample of the rows is worked out a second time as the integral of the
probability that the loss exceeds a level, and must agree to 25 digits.

Usage: python make_tranche_loss.py [file]
"""

from __future__ import annotations

import csv
import itertools
import random
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from mpmath import mp, mpf

mp.dps = 60

# Beyond this many standard deviations the normal density is below 1e-440.
FAR = mpf(45)

Row = tuple[float, float, float, float, float]


def probit(share: mpf) -> mpf:
    """Phi^-1, by Newton's method on the logarithm of the nearer tail."""
    if share > mpf(1) / 2:
        return -probit(1 - share)
    x = mpf(0) if share > mpf("0.1") else -mp.sqrt(-2 * mp.log(share))
    for _ in range(60):
        tail = mp.ncdf(x)
        step = mp.log(tail / share) * tail / mp.npdf(x)
        x -= step
        if abs(step) < mpf(10) ** -(mp.dps - 5):
            return x
    raise ArithmeticError(f"no probit of {share}")


def integral(function: Callable[[mpf], mpf], low: mpf, high: mpf, marks: list[mpf]) -> mpf:
    """Integrate piecewise between the marks that lie inside the interval."""
    if low >= high:
        return mpf(0)
    inside = sorted({mark for mark in marks if low < mark < high})
    return mp.quad(function, [low, *inside, high], method="gauss-legendre")


def around(centre: mpf, scale: mpf) -> list[mpf]:
    """Marks spaced geometrically about a centre."""
    steps = [mpf(2) ** k for k in range(-1, 5)]
    return [centre, *(centre + sign * scale * step for step in steps for sign in (-1, 1))]


def between(value: mpf, low: mpf, high: mpf) -> mpf:
    """Clip a value."""
    return min(max(value, low), high)


def factor_level(level: mpf, c: mpf, lgd: mpf, rho: mpf) -> mpf:
    """The factor at which the pool loses exactly `level`."""
    if level <= 0:
        return mp.inf
    if level >= lgd:
        return -mp.inf
    return (c - mp.sqrt(1 - rho) * probit(level / lgd)) / mp.sqrt(rho)


def loss_by_factor(row: Row) -> mpf:
    """E[clip(L - A, 0, D - A)] / (D - A), integrated over the factor."""
    attach, detach, pd, lgd, rho = (mpf(x) for x in row)
    width = detach - attach
    if lgd <= attach or pd == 0:
        return mpf(0)
    if pd == 1 or rho == 0:
        return between(pd * lgd - attach, mpf(0), width) / width
    if rho == 1:
        return pd * between(lgd - attach, mpf(0), width) / width
    c = probit(pd)
    own, common = mp.sqrt(1 - rho), mp.sqrt(rho)
    top = min(detach, lgd)
    wiped_out = factor_level(top, c, lgd, rho)
    untouched = factor_level(attach, c, lgd, rho)

    def density_times_loss(m: mpf) -> mpf:
        return mp.npdf(m) * (lgd * mp.ncdf((c - common * m) / own) - attach)

    low, high = max(wiped_out, -FAR), min(untouched, FAR)
    marks = around(c / common, own / common) + around(mpf(0), mpf(1))
    marks += around(low, mpf(1) / 2) + around(high, mpf(1) / 2)
    partial = integral(density_times_loss, low, high, marks)
    full = (top - attach) * (mp.ncdf(wiped_out) if wiped_out > -FAR else mpf(0))
    return (partial + full) / width


def loss_by_level(row: Row) -> mpf:
    """Integral of P(L > x) over the tranche, with x = lgd * Phi(u), over the width."""
    attach, detach, pd, lgd, rho = (mpf(x) for x in row)
    c = probit(pd)
    own, common = mp.sqrt(1 - rho), mp.sqrt(rho)
    low = probit(attach / lgd) if attach > 0 else -FAR
    high = probit(detach / lgd) if detach < lgd else FAR

    def density_times_chance(u: mpf) -> mpf:
        return mp.npdf(u) * mp.ncdf((c - own * u) / common)

    marks = around(c / own, common / own) + around(mpf(0), mpf(1)) + around(c * own, common)
    marks += around(low, mpf(1) / 2) + around(high, mpf(1) / 2)
    return lgd * integral(density_times_chance, low, high, marks) / (detach - attach)


def rows() -> Iterator[Row]:
    """The inputs: markets as they are, corners, and a seeded scatter over the whole domain."""
    yield from ordinary_rows()
    yield from corner_rows()
    yield from scattered_rows(180)
    yield from border_rows()
    yield from market_rows(100)


def ordinary_rows() -> Iterator[Row]:
    """Stacks of index and warehouse tranches."""
    for limits in ((0.0, 0.03, 0.06, 0.09, 0.12, 0.22, 1.0), (0.0, 0.1, 0.2, 0.35, 0.6, 1.0)):
        for attach, detach in itertools.pairwise(limits):
            for pd, lgd, rho in ((0.01, 0.6, 0.3), (0.05, 0.45, 0.12), (0.2, 0.9, 0.05)):
                yield attach, detach, pd, lgd, rho


def corner_rows() -> Iterator[Row]:
    """Thin tranches, extreme correlations, small pd, and lgd next to a limit."""
    for rho in (0.0, 1e-12, 1e-8, 1e-4, 0.01, 0.2, 0.5, 0.9, 0.999, 1.0 - 1e-9, 1.0):
        for attach, width, pd, lgd in (
            (0.03, 1e-6, 0.05, 0.6),
            (0.029999, 2e-6, 0.05, 0.6),
            (0.25, 1e-6, 0.5, 0.5),
            (0.0, 1e-6, 1e-6, 0.4),
            (0.0, 1.0, 0.03, 0.6),
            (0.6 - 1e-6, 1e-6, 0.3, 0.6),
            (0.6 - 1e-9, 1e-3, 0.3, 0.6),
            (0.5, 0.1, 0.4, 0.6 + 1e-9),
            (0.2, 0.3, 0.999999, 0.5),
            (0.001, 0.4, 1e-20, 1.0),
            (0.4, 0.6, 0.02, 1.0),
            (0.1, 0.2, 1.0, 0.25),
            (0.1, 0.2, 0.0, 0.25),
        ):
            yield attach, attach + width, pd, lgd, rho


def scattered_rows(count: int) -> Iterator[Row]:
    """Every input drawn on a scale that reaches its extremes."""
    draw = random.Random(20020101)
    while count:
        pd = 10.0 ** draw.uniform(-6.0, 0.0) if draw.random() < 0.8 else draw.uniform(0.5, 1.0)
        lgd = draw.uniform(0.1, 1.0)
        rho = draw.choice((draw.uniform(0.0, 1.0), 10.0 ** draw.uniform(-8.0, -1.0)))
        attach = draw.choice((lgd, pd * lgd, 1.0)) * draw.uniform(0.0, 1.5)
        detach = attach + 10.0 ** draw.uniform(-6.0, 0.0)
        if detach <= 1.0:
            count -= 1
            yield attach, detach, pd, lgd, rho


def border_rows() -> Iterator[Row]:
    """Close on both sides of where the closed form gives way to the integral, and the origin in a corner of it."""
    for pd, lgd, rho in ((0.01, 0.6, 0.3), (0.2, 0.9, 0.05), (0.6, 0.45, 0.7)):
        for side in (0.99, 1.01):
            yield 0.1, 0.1 + 4e-3 * side * lgd, pd, lgd, rho
            yield 0.05, 0.2, pd, lgd, 1e-3 * side
            yield 0.05, 0.2, 3.2e-5 * side, lgd, rho
            yield 0.05, 0.2, 1.0 - 3.2e-5 * side, lgd, rho
            yield 3.2e-5 * side * lgd, 0.2, pd, lgd, rho
            yield 0.1, lgd * (1.0 - 3.2e-5 * side), pd, lgd, rho
        for step in range(1, 16):  # ever more senior
            yield lgd * step / 16, lgd * (step + 1) / 16, 0.2 * pd, lgd, max(rho, 0.2)
    for rho in (0.0011, 0.3, 0.99):
        yield 0.25, 0.5, 0.5, 0.5, rho
        yield 0.0, 0.25, 0.5, 0.5, rho
        yield 0.2, 0.25, 0.5, 0.5, rho


def market_rows(count: int) -> Iterator[Row]:
    """Tranches of a hundredth of the pool and more, of loans neither safe nor lost."""
    draw = random.Random(20251124)
    for _ in range(count):
        attach = draw.choice((0.0, draw.uniform(0.0, 0.5)))
        detach = attach + 10.0 ** draw.uniform(-2.0, -0.31)
        yield attach, detach, 10.0 ** draw.uniform(-3.0, -0.02), draw.uniform(0.2, 1.0), draw.uniform(0.1, 0.95)


def spread(row: Row) -> bool:
    """Whether the loss has a density and reaches the tranche."""
    attach, _, pd, lgd, rho = row
    return 0.0 < pd < 1.0 and 0.0 < rho < 1.0 and lgd > attach


def main(path: Path) -> None:
    """Compute the rows, check one in seven, and write the file."""
    with path.open("w", newline="", encoding="ascii") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(("attach", "detach", "pd", "lgd", "rho", "loss"))
        for number, row in enumerate(rows()):
            loss = loss_by_factor(row)
            if number % 7 == 0 and spread(row):
                other = loss_by_level(row)
                if abs(loss - other) > mpf(10) ** -26 * max(loss, mpf(10) ** -60):
                    raise ArithmeticError(f"methods differ on {row}: {loss} and {other}")
            table.writerow((*map(repr, row), mp.nstr(loss, 25)))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("tranche_loss.csv"))
