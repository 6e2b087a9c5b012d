"""The model over a table of scenarios, written as a table of results: one row a scenario, one column a line."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO

from ..errors import Code
from ..files import write_through
from ..model.lines import Model
from ..model.many import Outcomes, chosen, outcomes
from ..model.scenarios import NAME, Scenarios

Progress = Callable[[int], None]


def run(
    model: Model,
    scenarios: Scenarios,
    path: Path,
    outputs: Iterable[str] | None = None,
    progress: Progress = lambda rows: None,
) -> None:
    """Evaluate lines of the contract and write them as CSV, with full precision; an error stands as its code.

    Parameters
    ----------
    model : Model
        The lines.
    scenarios : Scenarios
        One a row.
    path : Path
        The file, written whole or not at all.
    outputs : iterable of str, optional
        Keys of the lines; all if omitted.
    progress : callable
        Told how many rows more are done.

    Raises
    ------
    InputError
        For an output that is no line of the contract.
    """
    keys = chosen(model, model.published if outputs is None else outputs)

    def fill(file: IO[bytes]) -> None:
        text = io.TextIOWrapper(file, encoding="utf-8", newline="")
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow([NAME, *keys])
        for chunk in scenarios.chunks():
            found = outcomes(model, chunk, keys)
            writer.writerows(zip(chunk.names, *(_texts(found, key) for key in keys), strict=True))
            progress(len(chunk))
        text.detach()

    write_through(path, fill)


def _texts(found: Outcomes, key: str) -> Iterator[str]:
    """Each value with all its digits, or its code."""
    cells = zip(found.values[key].tolist(), found.codes[key].tolist(), strict=True)
    return (Code(code).text if code else repr(value) for value, code in cells)
