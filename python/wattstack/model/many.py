"""Chosen lines of a model over as many scenarios as one likes: chunk by chunk, so that little stays but the answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..arguments import Codes
from ..assumptions import nearest
from ..errors import InputError
from .lines import Model
from .scenarios import Scenarios


@dataclass(frozen=True)
class Outcomes:
    """Chosen lines over scenarios.

    Parameters
    ----------
    values : dict
        By key of a line its float64 values, one a scenario; NaN where it has none.
    codes : dict
        By key of a line, as int8, why: 0 where there is a value, elsewhere the error's number in `errors.Code`.
    """

    values: dict[str, NDArray[np.float64]]
    codes: dict[str, Codes]


def evaluate_many(model: Model, overrides: Mapping[str, ArrayLike], outputs: Iterable[str]) -> Outcomes:
    """The chosen lines of a model over scenarios, those computed that they need.

    A million scenarios take a few megabytes beside the overrides given and nine bytes an output and scenario.

    Parameters
    ----------
    model : Model
        The lines, such as `ai_infrastructure()`.
    overrides : mapping
        By key of an assumption its values, one a scenario or one for all, in the assumption's unit; NaN stands for
        "as in base", and so do the assumptions that are left out.
    outputs : iterable of str
        Keys of published lines.

    Raises
    ------
    InputError
        For a key that is unknown, a value outside its assumption's domain, or columns that differ in length.
    """
    keys = chosen(model, outputs)
    scenarios = Scenarios.of(model, overrides)
    count = len(scenarios)
    found = Outcomes({key: np.empty(count) for key in keys}, {key: np.empty(count, np.int8) for key in keys})
    start = 0
    for chunk in scenarios.chunks():
        place = slice(start, start := start + len(chunk))
        part = outcomes(model, chunk, keys)
        for key in keys:
            found.values[key][place], found.codes[key][place] = part.values[key], part.codes[key]
    return found


def chosen(model: Model, outputs: Iterable[str]) -> list[str]:
    """The keys, each once; InputError with the nearest for one that is no published line."""
    keys, known = list(dict.fromkeys(outputs)), model.published
    for key in keys:
        if key not in known:
            raise InputError(f'output ("{key}") must be a published line of the model{nearest(key, known)}')
    return keys


def outcomes(model: Model, scenarios: Scenarios, keys: Iterable[str]) -> Outcomes:
    """The lines over scenarios that fit the memory all at once."""
    evaluation = scenarios.evaluation(model)
    found = Outcomes({}, {})
    for key in keys:
        column = evaluation[key]
        codes = np.zeros((), np.int8) if column.codes is None else column.codes
        values = np.where(codes == 0, column.values.astype(float), np.nan)
        found.values[key] = np.broadcast_to(values, (len(scenarios),))
        found.codes[key] = np.broadcast_to(codes, (len(scenarios),))
    return found
