"""What a number may be: one short language for arguments and assumptions, read once, used everywhere.

``any number`` · ``0 or more`` · ``0 to 1`` · ``above 0`` · ``above 0 to 40`` · ``0 to below 1`` · ``1 or 2``,
each with ``whole, `` before it or ``, not 0`` behind it. A zero that ``not 0`` forbids is a zero denominator.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .errors import Code
from .formula import And, Expr, Int

_NUMBER = r"-?\d+(?:\.\d+)?"
_GRAMMAR = re.compile(
    rf"(?P<whole>whole, )?"
    rf"(?:(?P<any>any number)|(?P<one>{_NUMBER}) or (?P<other>{_NUMBER})"
    rf"|(?P<above>above )?(?P<low>{_NUMBER})(?: or more)?(?: to (?P<below>below )?(?P<high>{_NUMBER}))?)"
    rf"(?P<not_zero>, not 0)?"
)


@dataclass(frozen=True)
class Domain:
    """A set of numbers and its words.

    Parameters
    ----------
    text : str
        The domain in the language above; it is what messages and help pages show.
    """

    text: str

    @cached_property
    def _parts(self) -> dict[str, str | None]:
        match = _GRAMMAR.fullmatch(self.text)
        if match is None:
            raise ValueError(f"domain ({self.text!r}) must be written as domain.py says")
        return match.groupdict()

    @property
    def whole(self) -> bool:
        """Whether only whole numbers are in it."""
        return self._parts["whole"] is not None

    @property
    def not_zero(self) -> bool:
        """Whether a zero is a zero denominator."""
        return self._parts["not_zero"] is not None

    @cached_property
    def low(self) -> float:
        """The lowest number in it, or the bound just below it."""
        text = self._parts["low"] or self._parts["one"]
        return -np.inf if text is None else float(text)

    @cached_property
    def high(self) -> float:
        """The highest number in it, or the bound just above it."""
        text = self._parts["high"] or self._parts["other"]
        return np.inf if text is None else float(text)

    def codes(self, values: NDArray[np.float64]) -> NDArray[np.int8] | None:
        """The error code of each value, None if all are in the domain."""
        outside = ~np.isfinite(values) | self._outside(values)
        zero = values == 0 if self.not_zero else np.zeros((), bool)
        if not (outside.any() or zero.any()):
            return None
        return np.where(outside, Code.NUM, np.where(zero, Code.DIV0, Code.OK)).astype(np.int8)

    def guards(self, value: Expr) -> list[Expr]:
        """The conditions of a formula that tell a number outside, for #NUM!."""
        parts = self._parts
        found: list[Expr] = []
        if parts["one"]:
            return [And(value.ne(self.low), value.ne(self.high))]
        if np.isfinite(self.low):
            found.append(value <= self.low if parts["above"] else value < self.low)
        if np.isfinite(self.high):
            found.append(value >= self.high if parts["below"] else value > self.high)
        if self.whole:
            found.append(value.ne(Int(value)))
        return found

    def contains(self, other: Domain) -> bool:
        """Whether each number of the other domain is in this one."""
        parts, theirs = self._parts, other._parts
        low = self.low < other.low or (self.low == other.low and not (parts["above"] and not theirs["above"]))
        high = self.high > other.high or (self.high == other.high and not (parts["below"] and not theirs["below"]))
        pair = not parts["one"] or bool(theirs["one"])
        zero = not self.not_zero or other.not_zero or (other.low, bool(theirs["above"])) >= (0.0, True)
        return low and high and pair and zero and (not self.whole or other.whole or bool(theirs["one"]))

    def _outside(self, values: NDArray[np.float64]) -> NDArray[np.bool_]:
        parts = self._parts
        if parts["one"]:
            return np.asarray((values != self.low) & (values != self.high))
        outside = values <= self.low if parts["above"] else values < self.low
        outside |= values >= self.high if parts["below"] else values > self.high
        if self.whole:
            outside |= values != np.floor(values)
        return np.asarray(outside)

    def __str__(self) -> str:
        return self.text


@cache
def domain(text: str) -> Domain:
    """The domain that `text` tells, checked; ValueError if it is not in the language."""
    found = Domain(text)
    found.low, found.high  # noqa: B018  (reads the text now, so that a slip shows where it is written)
    return found


ANY: Any = Domain("any number")
