"""TRANCHE_LOSS beside FinancePy's large-homogeneous-portfolio formula compiled by numba, in a loop and by the call."""

from __future__ import annotations

import math
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
        from financepy.models.gauss_copula_lhp import exp_min_lk, tr_surv_prob_lhp
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

    rows = _sample(2_000 if brief else 100_000)
    exact, some = _exact(rows), [column[:ORACLE_ROWS] for column in rows]
    peer, runs = f"FinancePy {version('financepy')}", 3 if brief else 15
    return [
        _row(
            f"TRANCHE_LOSS, {rows[0].size:,} rows a call",
            "a row",
            rows[0].size,
            *alternating(lambda: wattstack.tranche_loss(*rows), lambda: loop(*rows), runs),
            f"{peer}, compiled loop",
            f"worst error {_worst(wattstack.tranche_loss(*some), exact)}, peer {_worst(loop(*some), exact)}",
        ),
        _scalar_row(rows, exact, tr_surv_prob_lhp, peer, 20 if brief else 2_000, runs),
    ]


def _scalar_row(rows: list[Any], exact: Any, survival: Any, peer: str, repeats: int, runs: int) -> Row:
    """One tranche a call from Python, given as numbers; the peer wants those of its credits as arrays."""

    def theirs(attach: float, detach: float, pd: float, lgd: float, rho: float) -> float:
        left = survival(attach, detach, 1, np.array([1.0 - pd]), np.array([1.0 - lgd]), math.sqrt(rho))
        return 1.0 - float(left)

    each = list(zip(*(column[:ORACLE_ROWS].tolist() for column in rows), strict=True))
    one = each[0]
    seconds = alternating(
        lambda: [wattstack.tranche_loss(*one) for _ in range(repeats)],
        lambda: [theirs(*one) for _ in range(repeats)],
        runs,
    )
    ours_worst, peer_worst = (
        _worst([price(*row) for row in each], exact) for price in (wattstack.tranche_loss, theirs)
    )
    accuracy = f"worst error {ours_worst}, peer {peer_worst}"
    return _row("TRANCHE_LOSS, one scalar call", "a call", repeats, *seconds, f"{peer}, tr_surv_prob_lhp", accuracy)


def _row(what: str, unit: str, count: int, ours: float, theirs: float, peer: str, accuracy: str) -> Row:
    one, other = (f"{seconds / count * 1e6:.2f} µs {unit}" for seconds in (ours, theirs))
    return Row(what, one, f"{peer}: {other}", f"{ours / theirs:.2f}", accuracy)


def _sample(count: int) -> list[Any]:
    draw = np.random.default_rng(SEED).random((5, count))
    attach = 0.3 * draw[0]
    width = 0.01 + 0.3 * draw[1]
    return [attach, attach + width, 0.005 + 0.2 * draw[2], 0.3 + 0.5 * draw[3], 0.05 + 0.6 * draw[4]]


def _exact(rows: list[Any]) -> Any:
    """The first losses by quadrature at 60 digits."""
    from tests.oracles.make_tranche_loss import loss_by_factor

    some = zip(*(column[:ORACLE_ROWS].tolist() for column in rows), strict=True)
    return np.array([float(loss_by_factor(row)) for row in some])


def _worst(found: Any, exact: Any) -> str:
    return f"{np.max(np.abs(found - exact)):.0e}"
