"""The model over a table of scenarios, written as a table of results: one row a scenario, one column a line."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import numpy as np

from ..arguments import Column
from ..errors import Code
from ..files import write_through
from ..model.lines import Model
from ..model.scenarios import NAME, Scenarios

CHUNK = 8192  # rows at a time: the arrays of a chunk stay within a few megabytes each

Progress = Callable[[int], None]


def run(model: Model, scenarios: Scenarios, path: Path, progress: Progress = lambda rows: None) -> None:
    """Evaluate all lines of the contract and write them as CSV, with full precision; an error stands as its code.

    Parameters
    ----------
    model : Model
        The lines.
    scenarios : Scenarios
        One a row.
    path : Path
        The file, written whole or not at all.
    progress : callable
        Told how many rows more are done.
    """

    def fill(file: IO[bytes]) -> None:
        text = io.TextIOWrapper(file, encoding="utf-8", newline="")
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow([NAME, *model.published])
        for chunk in chunks(scenarios):
            writer.writerows(_rows(model, chunk))
            progress(len(chunk))
        text.detach()

    write_through(path, fill)


def chunks(scenarios: Scenarios) -> Iterator[Scenarios]:
    """The scenarios in pieces that fit the memory."""
    for start in range(0, len(scenarios), CHUNK):
        piece = slice(start, start + CHUNK)
        yield Scenarios(scenarios.names[piece], {key: values[piece] for key, values in scenarios.overrides.items()})


def _rows(model: Model, scenarios: Scenarios) -> Iterator[tuple[str, ...]]:
    evaluation = scenarios.evaluation(model)
    columns = [_texts(evaluation[key], len(scenarios)) for key in model.published]
    return zip(scenarios.names, *columns, strict=True)


def _texts(column: Column, count: int) -> list[str]:
    """Each value with all its digits, or its code."""
    texts = [repr(value) for value in np.broadcast_to(column.values, (count,)).astype(float).tolist()]
    if column.codes is not None:
        for place in np.flatnonzero(np.broadcast_to(column.codes, (count,))):
            texts[place] = Code(int(np.broadcast_to(column.codes, (count,))[place])).text
    return texts
