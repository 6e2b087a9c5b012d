"""Write pool.csv: tranches on pools of up to 16 unequal obligors, one-factor Gaussian copula, to 25 digits.

Every exposure is a whole number and every lgd a multiple of a quarter, so that outcomes can be counted by their loss
in whole units, exactly.  Their chances given the factor are products of 35-digit numbers, integrated over the factor
by Gauss-Legendre rules in panels that close in on every obligor's step.  The inputs are doubles taken as exact.

Usage: python make_pool.py [file]
"""

from __future__ import annotations

import csv
import itertools
import random
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from mpmath import mp, mpf

mp.dps = 35

EDGE = mpf(12)  # Phi(-12) is 2e-33
LONGEST = mpf(5) / 4  # panel: short enough for 24 nodes to be exact to 25 digits
NODES = 24


class Pool(NamedTuple):
    """The obligors, one value each."""

    pd: tuple[float, ...]
    lgd: tuple[float, ...]
    rho: tuple[float, ...]
    exposure: tuple[int, ...]


def rule() -> list[tuple[mpf, mpf]]:
    """Gauss-Legendre nodes and weights on [-1, 1], by Newton's method."""
    found = []
    for place in range(NODES):
        x = mp.cos(mp.pi * (place + mpf(3) / 4) / (NODES + mpf(1) / 2))
        slope = mpf(1)
        for _ in range(8):
            before, now = mpf(1), x
            for degree in range(2, NODES + 1):
                before, now = now, ((2 * degree - 1) * x * now - (degree - 1) * before) / degree
            slope = NODES * (x * now - before) / (x * x - 1)
            x -= now / slope
        found.append((x, 2 / ((1 - x * x) * slope * slope)))
    return found


RULE = rule()


@cache
def threshold(pd: float) -> mpf:
    """The normal variable exceeded from below with the chance pd."""
    return mp.sqrt(2) * mp.erfinv(2 * mpf(pd) - 1)


def rate(pd: float, rho: float, factor: mpf) -> mpf:
    """Default rate given the factor."""
    if pd in (0.0, 1.0) or rho == 0.0:
        return mpf(pd)
    if rho == 1.0:
        return mpf(factor < threshold(pd))
    return mp.ncdf((threshold(pd) - mp.sqrt(mpf(rho)) * factor) / mp.sqrt(1 - mpf(rho)))


def panels(pool: Pool) -> list[mpf]:
    """Limits of the panels, ascending."""
    marks = {-EDGE, EDGE}
    for pd, rho in zip(pool.pd, pool.rho, strict=True):
        if rho > 0.0 and 0.0 < pd < 1.0:
            centre, width = threshold(pd) / mp.sqrt(mpf(rho)), mp.sqrt((1 - mpf(rho)) / mpf(rho))
            marks |= {centre + width * step for step in (-16, -8, -4, -2, 0, 2, 4, 8, 16) if width < 1}
    inside = sorted(mark for mark in marks if abs(mark) <= EDGE)
    limits = [inside[0]]
    for start, end in itertools.pairwise(inside):
        count = int(mp.ceil((end - start) / LONGEST))
        limits += [start + (end - start) * (place + 1) / count for place in range(count)]
    return limits


def units(pool: Pool) -> list[int]:
    """What each obligor's default loses, in quarters of a unit of exposure."""
    return [round(4 * lgd) * size for lgd, size in zip(pool.lgd, pool.exposure, strict=True)]


def given(pool: Pool, factor: mpf) -> dict[int, mpf]:
    """The chance of each loss, given the factor."""
    chances = {0: mpf(1)}
    for pd, rho, size in zip(pool.pd, pool.rho, units(pool), strict=True):
        p = rate(pd, rho, factor)
        grown: dict[int, mpf] = {}
        for k, chance in chances.items():
            grown[k] = grown.get(k, mpf(0)) + chance * (1 - p)
            grown[k + size] = grown.get(k + size, mpf(0)) + chance * p
        chances = grown
    return chances


def distribution(pool: Pool) -> dict[int, mpf]:
    """The chance of each loss."""
    total: dict[int, mpf] = {}
    for start, end in itertools.pairwise(panels(pool)):
        for node, weight in RULE:
            factor = (start + end) / 2 + node * (end - start) / 2
            mass = weight * (end - start) / 2 * mp.npdf(factor)
            for k, chance in given(pool, factor).items():
                total[k] = total.get(k, mpf(0)) + mass * chance
    return total


def tranche_loss(pool: Pool, chances: dict[int, mpf], attach: float, detach: float) -> mpf:
    """Expected loss of the tranche, as a share of it."""
    unit, width = mpf(1) / (4 * sum(pool.exposure)), mpf(detach) - mpf(attach)
    return sum(chance * min(max(unit * k - mpf(attach), mpf(0)), width) / width for k, chance in chances.items())


def pools() -> Iterator[tuple[Pool, list[tuple[float, float]]]]:
    """The corners of the domain, and a seeded scatter; limits at losses that the pool can have are among them."""
    draw = random.Random(20031101)
    for n in (1, 2, 3, 5, 8, 12, 16, 16):
        pool = Pool(
            tuple(round(10.0 ** draw.uniform(-3.0, -0.2), 4) for _ in range(n)),
            tuple(draw.choice((0.25, 0.5, 0.75, 1.0)) for _ in range(n)),
            tuple(draw.choice((0.0, 1.0, 0.05, 0.2, 0.5, 0.8, 0.95, 0.999)) for _ in range(n)),
            tuple(draw.randint(1, 9) for _ in range(n)),
        )
        first = pool.lgd[0] * pool.exposure[0] / sum(pool.exposure)
        yield pool, [(0.0, 0.05), (first, min(first + 1e-6, 1.0)), (0.0999999, 0.1), (0.1, 0.101), (0.3, 0.6)]
    for rho in (0.0, 0.3, 1.0):
        yield Pool((0.0, 1.0, 0.1, 0.4), (1.0, 0.25, 0.5, 1.0), (rho,) * 4, (3, 2, 4, 1)), [(0.125, 0.5)]
        yield Pool((1.0, 0.0, 0.2), (0.5, 1.0, 0.75), (0.2, rho, 1.0 - rho), (1, 1, 2)), [(0.125, 0.5)]


def main() -> None:
    """Write the table."""
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("pool.csv")
    with target.open("w", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["attach", "detach", *Pool._fields, "loss"])
        for pool, tranches in pools():
            chances = distribution(pool)
            obligors = [" ".join(map(repr, values)) for values in pool]
            for attach, detach in tranches:
                loss = mp.nstr(tranche_loss(pool, chances, attach, detach), 25)
                table.writerow([repr(attach), repr(detach), *obligors, loss])


if __name__ == "__main__":
    main()
