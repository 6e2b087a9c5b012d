"""The short way for a call of plain values: taken where the call is certainly clean, left to `calling` otherwise.

It knows no codes and no messages. Where anything is blank, an error, of another kind, outside its domain, against a
rule or without a finite result, it steps aside, and the one path of `calling` says what is wrong.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from types import NoneType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .arguments import Kind
from .calling import Result
from .declaration import Argument, Declaration, Rule
from .errors import FunctionError

NUMBERS = frozenset({float, int, np.float64})  # what is a number without further questions

Reader = Callable[[Any], Any]


class UnusualError(Exception):
    """Something for `calling` to look at."""


@dataclass(frozen=True)
class Way:
    """What is asked of the values of a call: each by itself, ranges by their lengths, and the rules."""

    readers: tuple[Reader, ...]
    ranges: tuple[tuple[int, Argument], ...]
    rules: tuple[tuple[Callable[..., Any], list[int], dict[str, int]], ...]


def value(function: Declaration[Any], given: list[Any]) -> float | str | None:
    """What a call gives, a Python float or text; None where it is not certainly clean, or gives more than one value.

    Parameters
    ----------
    function : Declaration
        The function called.
    given : list
        Its arguments in order, defaults filled in.
    """
    found = None if function.spills else _found(function, given)
    if isinstance(found, (np.ndarray, np.generic)):
        found = found.item()
    return found if isinstance(found, str) or (isinstance(found, float) and math.isfinite(found)) else None


def result(function: Declaration[Any], given: list[Any]) -> Result | None:
    """What a call that spills gives, as `calling.evaluate`; None where it is not certainly clean."""
    found = _found(function, given)
    if found is None:
        return None
    named = found if isinstance(found, dict) else {"": found}
    columns = {label: np.asarray(column) for label, column in named.items()}
    return Result(columns, None) if all(map(_is_finite, columns.values())) else None


def _is_finite(column: NDArray[Any]) -> bool:
    return column.dtype.kind != "f" or np.count_nonzero(np.isfinite(column)) == column.size


def _found(function: Declaration[Any], given: list[Any]) -> Any:
    """What the body gives; None where the call is not certainly clean."""
    way = _way(function)
    if way is None:
        return None
    try:
        values = [read(one) for read, one in zip(way.readers, given, strict=True)]
        _check_lengths(way, given, values)
        with np.errstate(all="ignore"):
            _check_rules(way, values)
            return function.body(*values)
    except (UnusualError, ArithmeticError, FunctionError):  # Python's floats raise where numpy's are infinite
        return None


@cache
def _way(function: Declaration[Any]) -> Way | None:
    if function.takes_rest or function.wants_registry:
        return None

    def rule_way(rule: Rule) -> tuple[Callable[..., Any], list[int], dict[str, int]]:
        places = {name: function.names[name] for name in rule.names}
        return rule.test, [places.pop(name) for name in rule.needed], places

    return Way(
        tuple(map(_reader, function.arguments)),
        tuple((place, argument) for place, argument in enumerate(function.arguments) if argument.kind.depth),
        tuple(map(rule_way, function.rules)),
    )


def _check_lengths(way: Way, given: list[Any], values: list[Any]) -> None:
    lengths: dict[str, int] = {}
    for place, argument in way.ranges:
        if given[place] is not argument.default:
            for length in values[place].shape:
                if lengths.setdefault(argument.axis, length) != length:
                    raise UnusualError


def _check_rules(way: Way, values: list[Any]) -> None:
    for test, needed, others in way.rules:
        known = [values[place] for place in needed]
        if NoneType in map(type, known):
            continue
        options = {name: values[place] for name, place in others.items() if values[place] is not None}
        if not test(*known, **options):
            raise UnusualError


def _reader(argument: Argument) -> Reader:
    make = {
        Kind.SERIES: _series, Kind.MATRIX: _matrix, Kind.FLAG: _flag, Kind.WORD: _word, Kind.TEXT: _text,
    }.get(argument.kind, _number)  # fmt: skip
    read = make(argument)
    if argument.default is not None:
        return read
    return lambda one: None if one is None else read(one)


def _number(argument: Argument) -> Reader:
    has = argument.domain.has

    def read(one: Any) -> float:
        if type(one) in NUMBERS and has(number := float(one)):
            return number
        raise UnusualError

    return read


def _series(argument: Argument) -> Reader:
    number, default = _number(argument), argument.default

    def read(one: Any) -> Any:
        if one is default:
            return default
        cells = one if type(one) in (list, tuple) else (one,)
        if not cells:
            raise UnusualError
        return np.array([number(cell) for cell in cells])

    return read


def _matrix(argument: Argument) -> Reader:
    number = _number(argument)

    def read(one: Any) -> Any:
        rows = one if type(one) in (list, tuple) else ((one,),)
        if not rows or not all(type(row) in (list, tuple) and len(row) == len(rows) for row in rows):
            raise UnusualError
        return np.array([[number(cell) for cell in row] for row in rows])

    return read


def _flag(argument: Argument) -> Reader:
    def read(one: Any) -> bool:
        if type(one) is bool:
            return one
        raise UnusualError

    return read


def _word(argument: Argument) -> Reader:
    words = {choice.casefold(): choice for choice in reversed(argument.choices)}

    def read(one: Any) -> str:
        if type(one) is str and (word := words.get(one.strip().casefold())) is not None:
            return word
        raise UnusualError

    return read


def _text(argument: Argument) -> Reader:
    def read(one: Any) -> str:
        if type(one) is str:
            return one.strip()
        raise UnusualError

    return read
