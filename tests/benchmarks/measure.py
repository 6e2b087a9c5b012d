"""Timing that a noisy machine does not spoil: two candidates in turn, and the medians of their runs."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Row:
    """A line of the table, its figures already in words."""

    what: str
    ours: str
    peer: str
    ratio: str
    accuracy: str = "–"


def alternating(ours: Callable[[], object], peer: Callable[[], object], runs: int) -> tuple[float, float]:
    """Median seconds of each, after one run of both that is not counted."""
    ours(), peer()
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(runs):
        for candidate, found in zip((ours, peer), times, strict=True):
            start = time.perf_counter()
            candidate()
            found.append(time.perf_counter() - start)
    return median(times[0]), median(times[1])
