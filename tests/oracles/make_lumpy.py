"""Write lumpy.csv: tranches on a pool of n equal obligors, to 25 digits.

The outcomes 0, 1, ..., n are enumerated; the chance of each is the binomial one, integrated
against the normal density of the factor by mpmath with 40 digits, or with the factor left out
at a correlation of 0.  The inputs are doubles, written by repr and taken as exact.

Usage: python make_lumpy.py [file]
"""

from __future__ import annotations

import csv
import itertools
import random
import sys
from collections.abc import Iterator
from pathlib import Path

from mpmath import mp, mpf

mp.dps = 40

# Beyond this many standard deviations the normal density is below 1e-86.
FAR = mpf(20)

Row = tuple[float, float, float, float, float, int]


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


def binomial(n: int, p: mpf, q: mpf) -> list[mpf]:
    """Chances of 0, 1, ..., n defaults of independent obligors, each from the one before."""
    if p == 0 or q == 0:
        return [mpf(p == 0), *[mpf(0)] * (n - 1), mpf(q == 0)]
    odds, chances = p / q, [q**n]
    for k in range(n):
        chances.append(chances[-1] * odds * (n - k) / (k + 1))
    return chances


def payoffs(row: Row) -> tuple[list[mpf], list[int]]:
    """What the tranche loses with 0, 1, ..., n defaults, and whether it is touched."""
    attach, detach, _, lgd, _, n = row
    low, width = mpf(attach), mpf(detach) - mpf(attach)
    excess = [mpf(lgd) * k / n - low for k in range(n + 1)]
    return [min(max(x, mpf(0)), width) / width for x in excess], [int(x > mpf("1e-12")) for x in excess]


def losses(row: Row) -> tuple[mpf, mpf]:
    """Expected loss of the tranche, and the chance that it is touched, mixed over the factor."""
    pd, rho, n = mpf(row[2]), mpf(row[4]), row[5]
    lost, hit = payoffs(row)
    if rho == 0 or pd in (0, 1):
        chances = binomial(n, pd, 1 - pd)
        return mp.fdot(chances, lost), mp.fdot(chances, hit)
    if rho == 1:
        return pd * lost[n], pd * hit[n]
    c, own, common = probit(pd), mp.sqrt(1 - rho), mp.sqrt(rho)
    centre, width = c / common, own / common
    finer = max(1, round(n**0.5 / 4))  # given the factor, the loss steps sqrt(n) times as fast as the default rate
    marks = {centre + width * step / finer for step in range(-12 * finer, 12 * finer + 1)}
    marks |= {mpf(step) for step in range(-20, 21)}
    points = [-FAR, *sorted(mark for mark in marks if abs(mark) < FAR), FAR]
    nodes, weights = RULE
    loss = touched = mpf(0)
    for start, end in itertools.pairwise(points):
        half, middle = (end - start) / 2, (start + end) / 2
        for node, weight in zip(nodes, weights, strict=True):
            factor = middle + half * node
            level = (c - common * factor) / own
            chances = binomial(n, mp.ncdf(level), mp.ncdf(-level))
            mass = half * weight * mp.npdf(factor)
            loss += mass * mp.fdot(chances, lost)
            touched += mass * mp.fdot(chances, hit)
    return loss, touched


def gauss_legendre(count: int) -> tuple[list[mpf], list[mpf]]:
    """Nodes and weights on [-1, 1]: the roots of the Legendre polynomial by Newton's method."""
    nodes, weights = [], []
    for place in range(count):
        x = mp.cos(mp.pi * (place + mpf(3) / 4) / (count + mpf(1) / 2))
        for _ in range(100):
            before, now = mpf(1), x
            for degree in range(2, count + 1):
                before, now = now, ((2 * degree - 1) * x * now - (degree - 1) * before) / degree
            slope = count * (x * now - before) / (x * x - 1)
            x -= now / slope
            if abs(now / slope) < mpf(10) ** -(mp.dps - 3):
                break
        nodes.append(x)
        weights.append(2 / ((1 - x * x) * slope * slope))
    return nodes, weights


RULE = gauss_legendre(24)


def rows() -> Iterator[Row]:
    """Stacks as they are, the corners of the domain, and a seeded scatter."""
    for n in (1, 2, 10, 50, 125):
        for limits in ((0.0, 0.05), (0.05, 0.15), (0.15, 0.3), (0.3, 1.0)):
            yield *limits, 0.067, 0.4, 0.15, n
    for rho in (0.0, 1e-8, 0.01, 0.3, 0.95, 0.9999, 1.0):
        for attach, detach, pd, lgd in ((0.0, 0.03, 0.02, 0.6), (0.3, 0.301, 0.5, 0.6), (0.1, 0.2, 0.0, 0.5)):
            for n in (3, 20, 70):
                yield attach, detach, pd, lgd, rho, n
    for n in (63, 64, 65, 66):
        for rho in (0.05, 0.5):
            yield 0.05, 0.15, 0.067, 0.4, rho, n
            yield 0.1, 0.100001, 0.3, 0.5, rho, n
    for n in (200, 500, 1000):
        for rho in (0.0, 1e-4, 0.15, 0.6, 0.999, 1.0):
            yield 0.0, 0.03, 0.05, 0.6, rho, n
            yield 0.05, 0.051, 0.067, 0.4, rho, n
            yield 0.0602, 0.060201, 0.15, 0.4, rho, n  # a millionth of the pool, a loss of its own inside
    draw = random.Random(19870212)
    for _ in range(60):
        pd = 10.0 ** draw.uniform(-5.0, 0.0)
        attach = draw.uniform(0.0, 0.6)
        detach = attach + 10.0 ** draw.uniform(-3.0, -0.4)
        if detach <= 1.0:
            yield (
                attach,
                detach,
                pd,
                draw.uniform(0.2, 1.0),
                draw.uniform(0.0, 1.0),
                draw.choice((2, 5, 16, 40, 64, 100)),
            )


def main() -> None:
    """Write the table."""
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("lumpy.csv")
    with target.open("w", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["attach", "detach", "pd", "lgd", "rho", "n", "loss", "touched"])
        for row in rows():
            table.writerow([*map(repr, row), *(mp.nstr(value, 25) for value in losses(row))])


if __name__ == "__main__":
    main()
