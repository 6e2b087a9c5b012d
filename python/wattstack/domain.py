"""What a number may be: one short language for arguments and assumptions, read once, used everywhere.

``any number`` · ``0 or more`` · ``0 to 1`` · ``above 0`` · ``above 0 to 40`` · ``0 to below 1`` · ``1 or 2``,
each with ``whole, `` before it or ``, not 0`` behind it. A zero that ``not 0`` forbids is a zero denominator.
"""

from __future__ import annotations

import math
import re
import sys
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

    @cached_property
    def pair(self) -> bool:
        """Whether it is just two numbers."""
        return self._parts["one"] is not None

    @cached_property
    def whole(self) -> bool:
        """Whether only whole numbers are in it."""
        return self._parts["whole"] is not None

    @cached_property
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

    @cached_property
    def least(self) -> float:
        """The least number in it, by size."""
        return max(math.nextafter(self.low, math.inf) if self._parts["above"] else self.low, -sys.float_info.max)

    @cached_property
    def most(self) -> float:
        """The greatest number in it."""
        return min(math.nextafter(self.high, -math.inf) if self._parts["below"] else self.high, sys.float_info.max)

    def has(self, value: float) -> bool:
        """Whether a number is in it: what `codes` tells of arrays, for one number and quickly."""
        if not self.least <= value <= self.most:
            return False
        if self.pair:
            return value in (self.low, self.high)
        return (value != 0 or not self.not_zero) and (not self.whole or value.is_integer())

    def codes(self, values: NDArray[np.float64]) -> NDArray[np.int8] | None:
        """The error code of each value, None if all are in the domain."""
        inside = self._inside(values)
        zero = values == 0 if self.not_zero else np.zeros((), bool)
        if inside.all() and not zero.any():
            return None
        return np.where(inside, np.where(zero, Code.DIV0, Code.OK), Code.NUM).astype(np.int8)

    def guards(self, value: Expr) -> list[Expr]:
        """The conditions of a formula that tell a number outside, for #NUM!."""
        parts = self._parts
        found: list[Expr] = []
        if self.pair:
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
        between = self.least <= other.least and other.most <= self.most
        pair = not self.pair or other.pair
        zero = not self.not_zero or other.not_zero or other.least > 0
        return between and pair and zero and (not self.whole or other.whole or other.pair)

    def _inside(self, values: NDArray[np.float64]) -> NDArray[np.bool_]:
        if self.pair:
            return np.asarray((values == self.low) | (values == self.high))
        inside = (values >= self.least) & (values <= self.most)
        return np.asarray(inside & (values == np.floor(values)) if self.whole else inside)

    def __str__(self) -> str:
        return self.text


@cache
def domain(text: str) -> Domain:
    """The domain that `text` tells, checked; ValueError if it is not in the language."""
    found = Domain(text)
    found.low, found.high  # noqa: B018  (reads the text now, so that a slip shows where it is written)
    return found


ANY: Any = Domain("any number")
