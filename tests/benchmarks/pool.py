"""TRANCHE_LOSS_POOL beside FinancePy's recursion over the factor and the obligors, compiled by numba."""

from __future__ import annotations

import os
from importlib.metadata import version
from typing import Any, NamedTuple

import numpy as np
from scipy.special import ndtr, ndtri

import wattstack
from tests.benchmarks.measure import Row, alternating
from wattstack.numeric import factor, pool

SEED = 20251121
NAMES = 125
NODES = 100  # of the factor, for both
PEERS_NODES = 50  # its own default for CDS tranches
TRANCHES = ((0.0, 0.03), (0.03, 0.07), (0.07, 0.15))  # whose errors are told; the second is timed
ONE_LGD, TWO_LGD = (0.6,), (0.4, 0.6)


class Names(NamedTuple):
    """Obligors that owe the same, and the loss of each in whole units."""

    pd: Any
    rho: Any
    lgd: Any
    units: Any


def pool_rows(*, brief: bool) -> list[Row]:
    """The rows of the table; one that says why where the peer is not installed."""
    try:
        from financepy.models.gauss_copula_onefactor import loss_dbn_recursion_gcd, tranche_surv_prob_recursion
    except ImportError as error:
        if os.environ.get("WATTSTACK_ALL_HOSTS"):
            raise
        return [Row("TRANCHE_LOSS_POOL", "–", "FinancePy", f"not measured: {error.name} is not installed")]

    runs = 3 if brief else 25
    peer = f"FinancePy {version('financepy')}"
    return [
        *(_distribution_row(most, loss_dbn_recursion_gcd, peer, runs) for most in (1, 8)),
        _call_row("equal recoveries", _names(1, ONE_LGD), tranche_surv_prob_recursion, peer, runs),
        _call_row("two recoveries", _names(1, TWO_LGD), tranche_surv_prob_recursion, peer, runs),
        _unequal_row(3 if brief else 5),
    ]


def _names(most: int, lgd: tuple[float, ...]) -> Names:
    """Units are drawn up to `most`; those of a pool of unequal lgd are its lgd in tenths."""
    draw = np.random.default_rng(SEED)
    pd, rho = draw.uniform(0.005, 0.1, NAMES), draw.uniform(0.1, 0.4, NAMES)
    losses = np.resize(lgd, NAMES)
    units = draw.integers(1, most + 1, NAMES) if len(lgd) == 1 else np.rint(10.0 * losses)
    return Names(pd, rho, losses, units.astype(float))


def _distribution_row(most: int, recursion: Any, peer: str, runs: int) -> Row:
    """The pool's loss distribution in the peer's units, at as many nodes of the factor, where each side puts them."""
    names = _names(most, ONE_LGD)
    nodes, weights = _nodes(factor.EDGE, NODES)
    obligors = pool._pool(names.pd, names.rho, names.units / names.units.sum())
    cells = int(names.units.sum()) + 1

    def ours() -> Any:
        rates = pool._rates(obligors, nodes, True)
        return pool._distribution(obligors.steps, obligors.rest, rates, cells) @ weights

    def theirs() -> Any:
        return recursion(NAMES, names.pd, names.units, np.sqrt(names.rho), NODES)

    seconds = alternating(ours, theirs, runs)
    exact = _exact(names)
    what = f"loss distribution of {NAMES} names, {cells - 1} units, {NODES} nodes"
    return _row(what, peer, seconds, *(np.max(np.abs(found() - exact)) for found in (ours, theirs)))


def _call_row(what: str, names: Names, recursion: Any, peer: str, runs: int) -> Row:
    """A call as users make it, each side with the factor nodes that it takes by itself."""

    def ours(attach: float, detach: float) -> Any:
        return wattstack.tranche_loss_pool(attach, detach, names.pd, names.lgd, names.rho)

    def theirs(attach: float, detach: float) -> Any:
        survival, recovery, beta = 1.0 - names.pd, 1.0 - names.lgd, np.sqrt(names.rho)
        return 1.0 - recursion(attach, detach, NAMES, survival, recovery, beta, PEERS_NODES)

    seconds = alternating(lambda: ours(*TRANCHES[1]), lambda: theirs(*TRANCHES[1]), runs)
    losses = np.arange(names.units.sum() + 1.0) * (names.lgd.sum() / NAMES / names.units.sum())
    chances = _exact(names)
    exact = [chances @ np.clip((losses - a) / (d - a), 0.0, 1.0) for a, d in TRANCHES]
    errors = (np.max(np.abs([found(*limits) for limits in TRANCHES] - np.array(exact))) for found in (ours, theirs))
    return _row(f"TRANCHE_LOSS_POOL, {NAMES} names, {what}", peer, seconds, *errors)


def _unequal_row(runs: int) -> Row:
    """Losses without a common unit, which the peer has no answer for, beside equal losses."""
    names, draw = _names(1, ONE_LGD), np.random.default_rng(SEED)
    lgd, exposure = draw.uniform(0.3, 0.8, NAMES), draw.uniform(1.0, 9.0, NAMES)

    def unequal(attach: float, detach: float) -> pool.Loss:
        return pool.tranche_loss(attach, detach, names.pd, lgd, names.rho, exposure)

    def equal(attach: float, detach: float) -> pool.Loss:
        return pool.tranche_loss(attach, detach, names.pd, names.lgd, names.rho, np.ones(1))

    slow, quick = alternating(lambda: unequal(*TRANCHES[1]), lambda: equal(*TRANCHES[1]), runs)
    bound = max(unequal(*limits).bound for limits in TRANCHES)
    what = f"TRANCHE_LOSS_POOL, {NAMES} names, no common unit"
    return Row(what, _ms(slow), f"ours, equal losses: {_ms(quick)}", f"{slow / quick:.0f}", f"error below {bound:.0e}")


def _exact(names: Names) -> Any:
    """The loss distribution by its characteristic function, at ten times the nodes and over a wider range."""
    nodes, weights = _nodes(9.0, 10 * NODES)
    cells = int(names.units.sum()) + 1
    turn = np.exp(-2j * np.pi * np.arange(cells) / cells)
    spectrum = np.ones((len(nodes), cells), complex)
    for pd, rho, units in zip(names.pd, names.rho, names.units, strict=True):
        rate = ndtr((ndtri(pd) - np.sqrt(rho) * nodes) / np.sqrt(1.0 - rho))
        spectrum *= 1.0 + rate[:, None] * (turn**units - 1.0)
    return np.fft.ifft(weights @ spectrum).real


def _nodes(edge: float, count: int) -> tuple[Any, Any]:
    """Equidistant nodes of the factor, and their weights."""
    step = 2.0 * edge / count
    nodes = -edge + step * (np.arange(count) + 0.5)
    return nodes, step * np.exp(-0.5 * nodes**2) / np.sqrt(2.0 * np.pi)


def _row(what: str, peer: str, seconds: tuple[float, float], error: float, peer_error: float) -> Row:
    ours, theirs = seconds
    accuracy = f"worst error {error:.0e}, peer {f'{peer_error:.0e}' if peer_error < 1.0 else 'has no answer'}"
    return Row(what, _ms(ours), f"{peer}: {_ms(theirs)}", f"{ours / theirs:.2f}", accuracy)


def _ms(seconds: float) -> str:
    return f"{1e3 * seconds:.2f} ms"
