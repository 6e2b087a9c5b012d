"""Figures as data: the assumptions of the model, the claims of the article, the scenarios.

The files are read when they are first asked for, never at import.
"""

from __future__ import annotations

import csv
import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from ..domain import Domain, domain
from ..errors import FunctionError

CASES = ("low", "base", "high")


@dataclass(frozen=True)
class Assumption:
    """An input of the model: its range, and who said it.

    `low` and `high` are the low and the high number, not a bad and a good case. `status` is "article", "other
    source", "article and own" or "own": ours, marked so wherever it is shown.
    """

    key: str
    label: str
    unit: str
    low: float
    base: float
    high: float
    domain: Domain
    source: str
    status: str
    as_of: str
    note: str

    def case(self, name: str) -> float:
        """The value of the low, base or high case."""
        return {"low": self.low, "base": self.base, "high": self.high}[name]

    def describe(self) -> str:
        """Value, unit, range, who said it, when and how certain, in a sentence."""
        figures = f"{self.base:g} {self.unit} ({self.low:g} to {self.high:g})"
        note = f"; {self.note}" if self.note else ""
        return f"{self.label}: {figures}; {self.source}; {self.as_of}; status: {self.status}{note}"


@dataclass(frozen=True)
class Claim:
    """What the article says, who is quoted, and how certain it is."""

    id: str
    claim: str
    value: str
    unit: str
    low: str
    high: str
    said_by: str
    uncertainty: str
    model_element: str
    treatment: str
    status: str
    as_of: str

    def describe(self) -> str:
        """Value, unit, range, who said it, when and how certain, in a sentence."""
        figures = f": {self.value} {self.unit}" if self.value else ""
        spread = f" ({self.low} to {self.high})" if self.low and self.low != self.high else ""
        return f"{self.claim}{figures}{spread}; {self.said_by}; {self.as_of}; status: {self.status}"


@dataclass(frozen=True)
class TierRule:
    """A tier of converting miners and the limits that make it: what must be at least, and what at most."""

    tier: int
    least: dict[str, float]
    most: dict[str, float]
    as_of: str
    source: str


@dataclass(frozen=True)
class Miner:
    """A converting miner and the article's tier for it, None where it gives none."""

    company: str
    ticker: str
    tier: int | None
    reason: str
    as_of: str
    source: str


def _rows(name: str) -> list[dict[str, str]]:
    text = resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@lru_cache(maxsize=1)
def assumptions() -> dict[str, Assumption]:
    """All assumptions by key, in the order of the file."""
    found = {}
    for row in _rows("assumptions.csv"):
        figures = {case: float(row.pop(case)) for case in CASES}
        found[row["key"]] = Assumption(domain=domain(row.pop("domain")), **figures, **row)  # type: ignore[arg-type]
    return found


@lru_cache(maxsize=1)
def claims() -> dict[str, Claim]:
    """All claims by id, K01 to K67."""
    return {row["id"]: Claim(**row) for row in _rows("claims.csv")}


@lru_cache(maxsize=1)
def scenarios() -> dict[str, dict[str, float]]:
    """The scenarios by name: each one's overrides by key, an empty cell left out."""
    return {
        row["scenario"]: {key: float(text) for key, text in row.items() if key != "scenario" and text}
        for row in _rows("scenarios.csv")
    }


@lru_cache(maxsize=1)
def miner_tiers() -> tuple[TierRule, ...]:
    """The rules of the tiers, in the order in which they are tried."""
    return tuple(
        TierRule(int(row["tier"]), _limits(row, "_min"), _limits(row, "_max"), row["as_of"], row["source"])
        for row in _rows("miner_tiers.csv")
    )


def _limits(row: dict[str, str], end: str) -> dict[str, float]:
    return {name.removesuffix(end): float(text) for name, text in row.items() if name.endswith(end) and text}


@lru_cache(maxsize=1)
def miners() -> dict[str, Miner]:
    """The miners by ticker."""
    return {
        row["ticker"]: Miner(tier=int(tier) if (tier := row.pop("tier")) else None, **row)
        for row in _rows("miners.csv")
    }


def assumption(key: str) -> Assumption:
    """The assumption of that key, in any case; #N/A with the nearest keys if there is none."""
    wanted = key.strip().lower()
    if wanted in assumptions():
        return assumptions()[wanted]
    raise FunctionError("#N/A", f'key ("{key}") must be a key of the assumptions{nearest(wanted, assumptions())}')


def sources() -> dict[str, Assumption | Claim]:
    """Whatever has a source, by key or id."""
    return {**assumptions(), **claims()}


def nearest(word: str, known: Iterable[str]) -> str:
    """The hint that ends a message about an unknown key."""
    near = difflib.get_close_matches(word, list(known), n=3, cutoff=0.5)
    return f"; the nearest are {', '.join(near)}" if near else ""


def base(key: str) -> float:
    """The base case of an assumption."""
    return assumption(key).base


def power_cooling(case: str = "base") -> float:
    """Power and cooling under the literal reading of the site cost: what is left of the headline total [$bn/GW].

    The total is the headline in every case: its low belongs with its author's own build-up.
    """
    parts = ("gpu_per_gw", "other_it_per_gw", "site_shell_per_gw")
    return base("total_per_gw") - sum(assumption(part).case(case) for part in parts)
