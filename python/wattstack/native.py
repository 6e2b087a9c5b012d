"""Native formulas: a call of one of our functions rewritten with what every spreadsheet has.

Each argument's domain and each rule becomes a guard that makes the function's own error code, but only where the
workbook does not rule the fault out already: an input cell whose domain lies within the argument's needs no guard.
"""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .arguments import Kind
from .declaration import Argument, Declaration
from .domain import Domain
from .errors import FunctionError
from .formula import (
    NA,
    NUM,
    VALUE,
    And,
    Apply,
    Call,
    Error,
    Expr,
    If,
    Item,
    Literal,
    Max,
    Min,
    Neg,
    Not,
    Op,
    Or,
    Ref,
    Series,
    Trim,
    lift,
)

_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "=": "<>", "<>": "="}


@dataclass(frozen=True)
class Step:
    """A helper cell: whose it is, what it holds, and how."""

    key: str
    owner: str
    what: str
    expr: Expr


Rows = tuple[tuple[Expr, ...], ...]


class Workings:
    """The helper cells of a workbook; the same step asked for twice is one cell.

    Parameters
    ----------
    domain_of : callable
        The domain that the cell of a key is known to keep, None if it is not known to keep any.
    """

    def __init__(self, domain_of: Callable[[str], Domain | None]) -> None:
        self.steps: dict[Hashable, Step] = {}
        self.blocks: dict[Rows, list[list[Step]]] = {}
        self._columns: dict[tuple[Expr, ...], Series] = {}
        self.owner = ""
        self._built: dict[Hashable, Any] = {}
        self._domain_of = domain_of

    def cell(self, what: str, expr: Expr) -> Ref:
        """A labelled cell that holds `expr`."""
        expr = self._lower(expr)
        return self._put(expr, what, expr)

    def column(self, what: str, exprs: Iterable[Expr | float]) -> Series:
        """Labelled cells one below the other, numbered from 0: a range."""
        lowered = tuple(self._lower(lift(expr)) for expr in exprs)
        if lowered not in self._columns:
            cells = (self._put(object(), f"{what} {n}", expr) for n, expr in enumerate(lowered))
            self._columns[lowered] = Series(tuple(cells))
        return self._columns[lowered]

    def _put(self, identity: Hashable, what: str, expr: Expr) -> Ref:
        if identity not in self.steps:
            self.steps[identity] = Step(f"step {len(self.steps) + 1}", self.owner, what, expr)
        return Ref(self.steps[identity].key)

    def block(self, what: str, rows: Sequence[Sequence[Expr]]) -> Series:
        """A labelled block of neighbouring cells, for what takes a range; a column is rows of one cell."""
        lowered: Rows = tuple(tuple(self._lower(expr) for expr in row) for row in rows)
        if lowered not in self.blocks:
            first = sum(len(block) + 1 for block in self.blocks.values())  # a free row below each block
            self.blocks[lowered] = [
                [Step(f"block {first + line} {place}", self.owner, what, expr) for place, expr in enumerate(row)]
                for line, row in enumerate(lowered)
            ]
        return Series(tuple(Series(tuple(Ref(step.key) for step in row)) for row in self.blocks[lowered]))

    def once(self, key: Hashable, build: Callable[[], Any]) -> Any:
        """What `build` gives, built once: the cells of a result share long steps."""
        if key not in self._built:
            self._built[key] = build()
        return self._built[key]

    def lower(self, expr: Expr, owner: str) -> Expr:
        """The formula without any function of ours; its steps are put down as `owner`'s."""
        self.owner = owner
        return self._lower(expr)

    def keeps(self, value: Expr, domain: Domain) -> bool:
        """Whether a value is known to lie in the domain."""
        if isinstance(value, Literal):
            return isinstance(value.value, str) or domain.codes(np.array(float(value.value))) is None
        known = self._domain_of(value.key) if isinstance(value, Ref) else None
        return known is not None and domain.contains(known)

    def _most(self, value: Expr) -> float:
        """The largest number that a value can be, as far as is known."""
        if isinstance(value, Literal):
            return float(value.value)
        known = self._domain_of(value.key) if isinstance(value, Ref) else None
        return np.inf if known is None else known.high

    def _lower(self, expr: Expr) -> Expr:
        if isinstance(expr, Item):
            return self._call(expr.source, expr.line, expr.place)
        if isinstance(expr, Apply):
            return self._call(expr, 0, 0)
        return rebuilt(expr, self._lower)

    def _call(self, apply: Apply, line: int | str, place: int) -> Expr:
        function: Declaration[Any] = apply.function
        if function.native_limit:
            raise FunctionError("#N/A", f"{function.excel_name} has no native formula: {function.native_limit}")
        args = [self._argument(a, arg) for a, arg in zip(function.arguments, apply.args, strict=True)]
        body = self._body(function, args, line, place) if _fit(function, args) else VALUE
        guarded = _guarded(self._guards(function, args), body if function.spills is None else Literal(True))
        if function.spills is None or guarded == Literal(True):
            return body if guarded == Literal(True) else guarded
        return If(self.cell(f"Arguments of {function.excel_name} are valid", guarded), body)

    def _argument(self, argument: Argument, arg: Expr | None) -> Expr | None:
        if arg is None:
            return None
        if argument.kind.depth:
            if arg.is_array or isinstance(arg, Literal):
                return arg
            cell = Series((self._atom(argument, arg),))
            return cell if argument.kind is Kind.SERIES else Series((cell,))
        if argument.kind in (Kind.WORD, Kind.TEXT):
            return Trim(arg) if isinstance(arg, Ref) else arg
        return self._atom(argument, arg)

    def _atom(self, argument: Argument, arg: Expr) -> Expr:
        """The argument as something short enough to be written more than once."""
        simple = arg.operand if isinstance(arg, Neg) else arg
        if isinstance(simple, (Ref, Literal)):
            return arg
        return self.cell(f"{argument.name}: {argument.help}", arg)

    def _body(self, function: Declaration[Any], args: list[Expr | None], line: int | str, place: int) -> Expr:
        if function.native is None:
            return self._lower(lift(function.body(*args)))
        names = inspect.signature(function.native).parameters
        told = {"line": line, "place": place, "workings": self}
        return self._lower(function.native(*args, **{name: told[name] for name in told if name in names}))

    def _guards(self, function: Declaration[Any], args: list[Expr | None]) -> Iterator[tuple[Expr, Error]]:
        given = {a.name: arg for a, arg in zip(function.arguments, args, strict=True) if arg is not None}
        for argument in function.arguments:
            if argument.name in given:
                yield from self._argument_guards(argument, given[argument.name])
        for rule in function.rules:
            if all(name in given for name in rule.needed):
                holds = lift(rule.test(**{name: given[name] for name in rule.names if name in given}))
                if holds != Literal(True):
                    yield _opposite(holds), Error(rule.code)
        for argument in function.arguments:
            if argument.name in given:
                yield from ((beyond, NA) for beyond in self._beyond(function, argument, given[argument.name]))

    def _beyond(self, function: Declaration[Any], argument: Argument, arg: Expr) -> Iterator[Expr]:
        """The conditions under which native sheets do not serve an argument; an error if they never do."""
        if argument.served_word:
            if not isinstance(arg, Literal):
                yield arg.ne(argument.served_word)
            elif str(arg.value).strip().casefold() != argument.served_word:
                what = f'{argument.name} "{arg.value}"'
                raise FunctionError("#N/A", f"{function.excel_name} has no native formula with {what}")
        elif argument.served < np.inf and argument.served < self._most(arg):
            yield arg > argument.served

    def _argument_guards(self, argument: Argument, arg: Expr) -> Iterator[tuple[Expr, Error]]:
        if argument.choices:
            if not isinstance(arg, Literal):
                yield And(*(arg.ne(word) for word in argument.choices)), VALUE
            return
        items = [item for item in arg.walk() if not isinstance(item, Series)] if isinstance(arg, Series) else [arg]
        if not argument.kind.is_number or all(self.keeps(i, argument.domain) for i in items):
            return
        for value in (Min(arg), Max(arg)) if len(items) > 1 else items:
            for condition in argument.domain.guards(value):
                yield condition, NUM
        if argument.domain.not_zero:
            yield items[0].eq(0), Error("#DIV/0!")


def _fit(function: Declaration[Any], args: list[Expr | None]) -> bool:
    """Whether ranges along the same axis have the same length."""
    lengths: dict[str, set[int]] = {}
    for argument, arg in zip(function.arguments, args, strict=True):
        if isinstance(arg, Series):
            rows = [row for row in arg.items if isinstance(row, Series)]
            lengths.setdefault(argument.axis, set()).update([len(arg), *map(len, rows)])
    return all(len(found) == 1 for found in lengths.values())


def _guarded(guards: Iterator[tuple[Expr, Error]], body: Expr) -> Expr:
    """`body` behind its guards, the first that holds deciding; neighbours with one code share a test."""
    groups: list[tuple[list[Expr], Error]] = []
    for condition, error in guards:
        if groups and groups[-1][1] == error:
            if condition not in groups[-1][0]:
                groups[-1][0].append(condition)
        else:
            groups.append(([condition], error))
    for conditions, error in reversed(groups):
        body = If(conditions[0] if len(conditions) == 1 else Or(*conditions), error, body)
    return body


def _opposite(condition: Expr) -> Expr:
    if isinstance(condition, Op) and condition.symbol in _OPPOSITE:
        return Op(_OPPOSITE[condition.symbol], condition.left, condition.right)
    return Not(condition)


def rebuilt(expr: Expr, change: Callable[[Expr], Expr]) -> Expr:
    """The node with `change` made to each node directly below it."""
    if isinstance(expr, Neg):
        return Neg(change(expr.operand))
    if isinstance(expr, Op):
        return dataclasses.replace(expr, left=change(expr.left), right=change(expr.right))
    if isinstance(expr, Call):
        return Call(expr.name, tuple(change(arg) for arg in expr.args))
    return expr
