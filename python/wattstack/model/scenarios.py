"""A table of scenarios: names, and the overrides of the assumptions by key."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..arguments import Column
from ..assumptions import Assumption, nearest, scenarios
from ..errors import InputError
from .evaluate import Evaluation
from .lines import Check, Model

NAME = "scenario"


@dataclass(frozen=True)
class Scenarios:
    """Scenarios, one a row.

    Parameters
    ----------
    names : list of str
        What each is called.
    overrides : dict
        By key of an assumption, the value of each scenario; NaN stands for "as in base".
    """

    names: list[str]
    overrides: dict[str, NDArray[np.float64]]

    def __len__(self) -> int:
        return len(self.names)

    def evaluation(self, model: Model) -> Evaluation:
        """The model over these scenarios."""
        filled = {
            key: np.where(np.isnan(values), model.inputs[key].base, values) for key, values in self.overrides.items()
        }
        return Evaluation(model, filled)

    def only(self, name: str) -> Scenarios:
        """The one scenario of that name; InputError with the names there are if there is none."""
        if name not in self.names:
            raise InputError(f'scenario ("{name}") must be one of {", ".join(self.names)}')
        place = self.names.index(name)
        return Scenarios([name], {key: values[place : place + 1] for key, values in self.overrides.items()})

    def plus(self, name: str, overrides: Mapping[str, float]) -> Scenarios:
        """These and one more at the end; InputError if its name is empty or taken."""
        if not name.strip() or name in self.names:
            raise InputError(f'scenario ("{name}") must have a name that no other one has')
        base = np.full(len(self), np.nan)
        keys = dict.fromkeys([*self.overrides, *overrides])
        columns = {key: np.append(self.overrides.get(key, base), overrides.get(key, np.nan)) for key in keys}
        return Scenarios([*self.names, name], columns)

    def as_csv(self) -> bytes:
        """The table that `read_scenarios` reads, with all digits; an empty cell stands for "as in base"."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow([NAME, *self.overrides])
        for place, name in enumerate(self.names):
            values = [float(column[place]) for column in self.overrides.values()]
            writer.writerow([name, *("" if np.isnan(value) else repr(value) for value in values)])
        return text.getvalue().encode()


@lru_cache(maxsize=1)
def packaged() -> Scenarios:
    """The scenarios that come with the model."""
    found = scenarios()
    keys = [key for row in found.values() for key in row]
    names = list(found)
    return Scenarios(
        names,
        {key: np.array([found[name].get(key, np.nan) for name in names]) for key in dict.fromkeys(keys)},
    )


def read_scenarios(path: Path, model: Model) -> Scenarios:
    """Read a CSV file of scenarios.

    Raises
    ------
    InputError
        For the first thing that is wrong: the file, a column, or a value, with row, column and rule.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = [row for row in csv.reader(file, strict=True) if row]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path}: cannot be read as a CSV file in UTF-8: {error}") from None
    if len(rows) < 2:
        raise InputError(f"{path}: must have a row of keys and at least one scenario below it")
    keys = [key.strip() for key in rows[0]]
    _check_keys(path, keys, model.inputs)
    columns: dict[str, list[float]] = {key: [] for key in keys if key != NAME}
    names = []
    for number, row in enumerate(rows[1:], 2):
        if len(row) != len(keys):
            raise InputError(f"{path}: row {number} must have {len(keys)} cells, got {len(row)}")
        cells = dict(zip(keys, row, strict=True))
        names.append(cells.get(NAME, "").strip() or f"row {number}")
        for key, values in columns.items():
            values.append(_value(path, number, model.inputs[key], cells[key]))
    return Scenarios(names, {key: np.array(values) for key, values in columns.items()})


def _check_keys(path: Path, keys: list[str], inputs: Mapping[str, Assumption]) -> None:
    for place, key in enumerate(keys):
        if key in keys[:place]:
            raise InputError(f'{path}: row 1, column "{key}": must stand only once')
        if key != NAME and key not in inputs:
            hint = nearest(key.lower(), inputs)
            raise InputError(f'{path}: row 1, column "{key}": must be "{NAME}" or a key of the assumptions{hint}')


def _value(path: Path, row: int, assumption: Assumption, text: str) -> float:
    if not text.strip():
        return np.nan
    where = f'{path}: row {row}, column "{assumption.key}": "{text}" must be a number, {assumption.domain}'
    try:
        value = float(text)
    except ValueError:
        raise InputError(where) from None
    if "_" in text or assumption.domain.codes(np.array(value)) is not None:
        raise InputError(where)
    return value


def verdicts(check: Check, column: Column, count: int) -> list[bool | str]:
    """What a check says of each scenario: TRUE or FALSE, or how a claim stands."""
    values = np.broadcast_to(column.values, (count,))
    failed = np.broadcast_to(np.zeros((), bool) if column.codes is None else column.codes != 0, (count,))
    holds = np.ones(count, bool)
    with np.errstate(invalid="ignore"):
        if check.low is not None:
            holds &= values > check.low if check.strict else values >= check.low
        if check.high is not None:
            holds &= values < check.high if check.strict else values <= check.high
    if check.is_identity:
        return [bool(ok) for ok in holds & ~failed]
    return ["not answered" if bad else "as stated" if ok else "differs" for ok, bad in zip(holds, failed, strict=True)]
