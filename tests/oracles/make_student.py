"""Write student.csv: tranches in the one-factor t copula, to 15 digits.

A granular pool by the factor: given it the chance that the loss exceeds a level is that of a chi-square
variable, from mpmath's incomplete gamma function; the factor and the level are integrated in panels that
close in geometrically on where the chance has its branch point.  A pool of n obligors by the same chance,
which weighs the mean step of the payoff from one default to the next.  The inputs are doubles taken as exact.

Usage: python make_student.py [file]
"""

from __future__ import annotations

import csv
import itertools
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from mpmath import mp, mpf

mp.dps = 22

FAR = mpf(10)  # beyond it the normal density is below 1e-22
TAIL = mpf(10) ** -22

Row = tuple[float, float, float, float, float, float, int]


def gauss_legendre(count: int) -> list[tuple[mpf, mpf]]:
    """Nodes and weights on [-1, 1]: the roots of the Legendre polynomial by Newton's method."""
    found = []
    for place in range(count):
        x = mp.cos(mp.pi * (place + mpf(3) / 4) / (count + mpf(1) / 2))
        for _ in range(100):
            before, now = mpf(1), x
            for degree in range(2, count + 1):
                before, now = now, ((2 * degree - 1) * x * now - (degree - 1) * before) / degree
            slope = count * (x * now - before) / (x * x - 1)
            x -= now / slope
            if abs(now / slope) < mpf(10) ** -(mp.dps - 2):
                break
        found.append((x, 2 / ((1 - x * x) * slope * slope)))
    return found


RULE = gauss_legendre(16)


def integral(function: Callable[[mpf], mpf], low: mpf, high: mpf, marks: list[mpf]) -> mpf:
    """Integrate in panels between the marks that lie inside the interval."""
    points = [low, *sorted(mark for mark in set(marks) if low < mark < high), high]
    total = mpf(0)
    for start, end in itertools.pairwise(points):
        half, middle = (end - start) / 2, (start + end) / 2
        total += half * sum(weight * function(middle + half * node) for node, weight in RULE)
    return total


def around(centre: mpf, scale: mpf, closest: int) -> list[mpf]:
    """Marks that close in on a centre by halves."""
    steps = [scale * mpf(2) ** -k for k in range(-4, closest)]
    return [centre, *(centre + sign * step for step in steps for sign in (-1, 1))]


def root(rises: Callable[[mpf], mpf], goal: mpf, low: mpf, high: mpf) -> mpf:
    """Where a rising function reaches a goal, by bisection."""
    for _ in range(90):
        middle = (low + high) / 2
        low, high = (middle, high) if rises(middle) < goal else (low, middle)
    return (low + high) / 2


def t_cdf(x: mpf, dof: mpf) -> mpf:
    """The t distribution by the incomplete beta function."""
    tail = mp.betainc(dof / 2, mpf(1) / 2, 0, dof / (dof + x * x), regularized=True) / 2
    return tail if x < 0 else 1 - tail


def chi_below(r: mpf, dof: mpf) -> mpf:
    """P(sqrt(W / dof) < r)."""
    return mp.gammainc(dof / 2, 0, dof * r * r / 2, regularized=True) if r > 0 else mpf(0)


def touched(level: mpf, c: mpf, rho: mpf, dof: mpf) -> mpf:
    """P(c * r - sqrt(rho) * M > sqrt(1 - rho) * u), u the probit of the level of the default rate."""
    own, common = mp.sqrt(1 - rho), mp.sqrt(rho)

    def chance(y: mpf) -> mpf:
        if c < 0:
            return chi_below(y / c, dof) if y < 0 else mpf(0)
        return 1 - chi_below(y / c, dof)

    if rho == 0:
        return chance(own * level)
    centre = -own * level / common
    marks = around(centre, abs(c) / common, 18) + [mpf(k) / 2 for k in range(-20, 21)]
    return integral(lambda m: mp.npdf(m) * chance(own * level + common * m), -FAR, FAR, marks)


def granular(row: Row) -> tuple[mpf, mpf]:
    """Expected loss, and the chance that the tranche is touched."""
    attach, detach, pd, lgd, rho, dof = (mpf(x) for x in row[:6])
    c = root(lambda x: t_cdf(x, dof), pd, mpf(-1000), mpf(1000))
    low = root(mp.ncdf, attach / lgd, -FAR, FAR) if attach > 0 else -FAR
    high = root(mp.ncdf, detach / lgd, -FAR, FAR) if detach < lgd else FAR
    marks = [mpf(k) for k in range(-10, 11)] + (around(mpf(0), mpf(1), 12) if rho == 0 else [])
    loss = lgd * integral(lambda u: mp.npdf(u) * touched(u, c, rho, dof), low, high, marks) / (detach - attach)
    return loss, touched(low, c, rho, dof) if attach > 0 else mpf(1)


def counted(row: Row) -> tuple[mpf, mpf]:
    """The same for n obligors, by the chance that the default rate exceeds a level.

    A payoff of the number of defaults is worth the integral over the level of that chance, times the mean step of
    the payoff at the next default.
    """
    attach, detach, pd, lgd, rho, dof = (mpf(x) for x in row[:6])
    n = row[6]
    c = root(lambda x: t_cdf(x, dof), pd, mpf(-1000), mpf(1000))
    excess = [lgd * k / n - attach for k in range(n + 1)]
    payoffs = [
        [min(max(x, mpf(0)), detach - attach) / (detach - attach) for x in excess],
        [mpf(x > mpf("1e-12")) for x in excess],
    ]
    marks = [mpf(k) for k in range(-10, 11)]
    for share in (attach / lgd, detach / lgd):
        level = root(mp.ncdf, min(share, 1 - mpf(1) / n), -FAR, FAR)
        spread = mp.sqrt(mp.ncdf(level) * mp.ncdf(-level) / n) / mp.npdf(level)
        marks += [level + spread * step for step in range(-12, 13)]
    marks += around(mpf(0), mpf(1), 12) if rho == 0 else []

    @cache
    def reached(level: mpf) -> mpf:
        return mp.npdf(level) * touched(level, c, rho, dof)

    found = []
    for payoff in payoffs:
        steps = [n * (after - before) for before, after in itertools.pairwise(payoff)]

        def worth(level: mpf, steps: list[mpf] = steps) -> mpf:
            step = mp.fdot(steps, binomial(n - 1, mp.ncdf(level), mp.ncdf(-level)))
            return step * reached(level) if step * mp.npdf(level) > TAIL else mpf(0)

        found.append(integral(worth, -FAR, FAR, marks))
    return found[0], found[1]


def binomial(n: int, p: mpf, q: mpf) -> list[mpf]:
    """Chances of 0, 1, ..., n defaults of independent obligors, each from the one before."""
    chances = [q**n]
    for k in range(n):
        chances.append(chances[-1] * (p / q) * (n - k) / (k + 1))
    return chances


def rows() -> Iterator[Row]:
    """Granular pools over the corners of dof and rho, then of 1 to 1,000 obligors; n 0 stands for granular."""
    for dof in (2.5, 4.0, 10.0, 50.0):
        for attach, detach, pd, lgd, rho in (
            (0.0, 0.05, 0.067, 0.4, 0.15),
            (0.05, 0.15, 0.067, 0.4, 0.15),
            (0.3, 1.0, 0.067, 0.4, 0.15),
            (0.1, 0.2, 0.02, 0.6, 0.0),
            (0.1, 0.2, 0.3, 0.6, 0.01),
            (0.3, 0.4, 0.7, 0.5, 0.4),
            (0.2, 0.6, 0.2, 0.6, 0.9),
        ):
            yield attach, detach, pd, lgd, rho, dof, 0
    for dof, rho, n in ((2.5, 0.0, 3), (4.0, 0.3, 2), (10.0, 0.15, 5), (50.0, 0.0, 10)):
        yield 0.05, 0.25, 0.067, 0.6, rho, dof, n
    for dof, n in ((2.5, 64), (2.5, 65), (10.0, 1000), (50.0, 65), (50.0, 1000)):
        yield 0.1, 0.2, 0.02, 0.6, 0.0, dof, n
        yield 0.05, 0.15, 0.067, 0.4, 0.15, dof, n
    yield 0.3, 0.301, 0.7, 0.5, 0.9, 4.0, 65


def main() -> None:
    """Write the table."""
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("student.csv")
    with target.open("w", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["attach", "detach", "pd", "lgd", "rho", "dof", "n", "loss", "touched"])
        for row in rows():
            values = counted(row) if row[6] else granular(row)
            table.writerow([*map(repr, row), *(mp.nstr(value, 15) for value in values)])
            file.flush()


if __name__ == "__main__":
    main()
