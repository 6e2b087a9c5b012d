"""TRANCHE_LOSS beside FinancePy's large-homogeneous-portfolio formula, compiled by numba."""

from __future__ import annotations

import os
from importlib.metadata import version
from typing import Any

import numpy as np

import wattstack
from tests.benchmarks.measure import Row, alternating

SEED = 20251121
ORACLE_ROWS = 60


def tranche_rows(*, brief: bool) -> list[Row]:
    """The rows of the table; one that says why where the peer is not installed."""
    try:
        from financepy.models.gauss_copula_lhp import exp_min_lk
        from numba import njit
    except ImportError as error:
        if os.environ.get("WATTSTACK_ALL_HOSTS"):
            raise
        return [Row("TRANCHE_LOSS", "–", "FinancePy", f"not measured: {error.name} is not installed")]

    @njit  # type: ignore[untyped-decorator]
    def loop(attach: Any, detach: Any, pd: Any, lgd: Any, rho: Any) -> Any:
        found = np.empty(attach.size)
        for i in range(attach.size):
            beta = np.sqrt(rho[i])
            upper = exp_min_lk(detach[i], pd[i], 1.0 - lgd[i], 1.0, beta)
            lower = exp_min_lk(attach[i], pd[i], 1.0 - lgd[i], 1.0, beta)
            found[i] = (upper - lower) / (detach[i] - attach[i])
        return found

    peer = f"FinancePy {version('financepy')}, compiled loop"
    rows = _sample(2_000 if brief else 100_000)
    ours_seconds, peer_seconds = alternating(
        lambda: wattstack.tranche_loss(*rows), lambda: loop(*rows), 3 if brief else 9
    )
    count = rows[0].size
    scalar = [column[:1] for column in rows]
    one = [float(column[0]) for column in rows]
    repeats = 20 if brief else 500
    scalar_ours, scalar_peer = alternating(
        lambda: [wattstack.tranche_loss(*one) for _ in range(repeats)],
        lambda: [loop(*scalar) for _ in range(repeats)],
        3 if brief else 9,
    )
    accuracy = _accuracy(rows, loop)
    return [
        Row(f"TRANCHE_LOSS, {count:,} rows a call", _per(ours_seconds, count), f"{peer}: {_per(peer_seconds, count)}",
            f"{ours_seconds / peer_seconds:.2f}", accuracy),
        Row("TRANCHE_LOSS, one scalar call", _per(scalar_ours, repeats), f"{peer}: {_per(scalar_peer, repeats)}",
            f"{scalar_ours / scalar_peer:.2f}"),
    ]  # fmt: skip


def _sample(count: int) -> list[Any]:
    draw = np.random.default_rng(SEED).random((5, count))
    attach = 0.3 * draw[0]
    width = 0.01 + 0.3 * draw[1]
    return [attach, attach + width, 0.005 + 0.2 * draw[2], 0.3 + 0.5 * draw[3], 0.05 + 0.6 * draw[4]]


def _accuracy(rows: list[Any], loop: Any) -> str:
    """The worst error of both against quadrature at 60 digits."""
    from tests.oracles.make_tranche_loss import loss_by_factor

    some = [column[:ORACLE_ROWS] for column in rows]
    exact = np.array([float(loss_by_factor(tuple(map(float, row)))) for row in zip(*some, strict=True)])
    ours, theirs = (np.max(np.abs(found - exact)) for found in (wattstack.tranche_loss(*some), loop(*some)))
    return f"worst error {ours:.0e}, peer {theirs:.0e}"


def _per(seconds: float, count: int) -> str:
    return f"{seconds / count * 1e6:.2f} µs a row"
