"""The formula builder: a formula as a tree, so that precedence, references and guards are right by construction.

Twins of functions and lines of the model are written with it as ordinary arithmetic; a numpy body that is plain
arithmetic can be handed expressions in place of arrays and gives the formula of the same number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Union, overload

import numpy as np

Operand = Union["Expr", float, int, str, bool]


class Expr:
    """A node of a formula. Nodes are values: equal trees are equal and hash alike; `.eq` writes Excel's ``=``."""

    __slots__ = ()

    def __add__(self, other: Operand) -> Expr:
        return Op("+", self, lift(other))

    def __radd__(self, other: Operand) -> Expr:
        return Op("+", lift(other), self)

    def __sub__(self, other: Operand) -> Expr:
        return Op("-", self, lift(other))

    def __rsub__(self, other: Operand) -> Expr:
        return Op("-", lift(other), self)

    def __mul__(self, other: Operand) -> Expr:
        return Op("*", self, lift(other))

    def __rmul__(self, other: Operand) -> Expr:
        return Op("*", lift(other), self)

    def __truediv__(self, other: Operand) -> Expr:
        return Op("/", self, lift(other))

    def __rtruediv__(self, other: Operand) -> Expr:
        return Op("/", lift(other), self)

    def __pow__(self, other: Operand) -> Expr:
        return Op("^", self, lift(other))

    def __rpow__(self, other: Operand) -> Expr:
        return Op("^", lift(other), self)

    def __neg__(self) -> Expr:
        return Neg(self)

    def __lt__(self, other: Operand) -> Expr:
        return Op("<", self, lift(other))

    def __le__(self, other: Operand) -> Expr:
        return Op("<=", self, lift(other))

    def __gt__(self, other: Operand) -> Expr:
        return Op(">", self, lift(other))

    def __ge__(self, other: Operand) -> Expr:
        return Op(">=", self, lift(other))

    def eq(self, other: Operand) -> Expr:
        """Excel's ``=``; ``==`` compares the trees."""
        return Op("=", self, lift(other))

    def ne(self, other: Operand) -> Expr:
        """Excel's ``<>``."""
        return Op("<>", self, lift(other))

    def sum(self, axis: int = -1) -> Expr:
        """The sum over a range; a single quantity is its own sum."""
        if not self.is_array:
            return self
        return Call("SUM" if isinstance(self, (Series, Name)) else "SUMPRODUCT", (self,))

    def all(self, axis: int = -1) -> Expr:
        """Whether a condition holds all along a range; along an empty one it does."""
        if any(isinstance(node, Series) and not node.items for node in self.walk()):
            return Literal(True)
        return Call("SUMPRODUCT", (1 - self,)).eq(0) if self.is_array else self

    @property
    def parts(self) -> tuple[Expr, ...]:
        """The nodes directly below."""
        return ()

    @property
    def is_array(self) -> bool:
        """Whether it stands for more than one cell."""
        return any(part.is_array for part in self.parts)

    def walk(self) -> Iterator[Expr]:
        """This node and all below it."""
        yield self
        for part in self.parts:
            yield from part.walk()

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        write = _UFUNCS.get(ufunc.__name__)
        if write is None or method != "__call__" or options:
            return NotImplemented
        return write(*map(lift, inputs))

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        write = _FUNCTIONS.get(func.__name__)
        return NotImplemented if write is None or kwargs else write(*args)


@dataclass(frozen=True)
class Literal(Expr):
    """A constant: a number, a text or a truth value."""

    value: float | str | bool


@dataclass(frozen=True)
class Error(Expr):
    """An error code, made on purpose."""

    code: str


@dataclass(frozen=True)
class Ref(Expr):
    """The one cell that holds a quantity, by its key."""

    key: str


@dataclass(frozen=True)
class Name(Expr):
    """A column of a table that a workbook carries, by its defined name."""

    name: str

    @property
    def is_array(self) -> bool:
        return True


@dataclass(frozen=True)
class Series(Expr):
    """Several quantities in a row: what a range argument takes."""

    items: tuple[Expr, ...]  # quantities, or for a block its rows, each a series

    @property
    def parts(self) -> tuple[Expr, ...]:
        return self.items

    @property
    def is_array(self) -> bool:
        return True

    def __len__(self) -> int:
        return len(self.items)

    @overload
    def __getitem__(self, index: int) -> Expr: ...

    @overload
    def __getitem__(self, index: slice | tuple[Any, slice]) -> Series: ...

    def __getitem__(self, index: Any) -> Expr:
        """An item, or as in numpy a part of the range: ``[1:]``, ``[..., 1:]``."""
        along = index[-1] if isinstance(index, tuple) else index
        return Series(self.items[along]) if isinstance(along, slice) else self.items[along]


@dataclass(frozen=True)
class Neg(Expr):
    """Minus a quantity."""

    operand: Expr

    @property
    def parts(self) -> tuple[Expr, ...]:
        return (self.operand,)


@dataclass(frozen=True)
class Op(Expr):
    """Two quantities and the operator between them."""

    symbol: str
    left: Expr
    right: Expr

    @property
    def parts(self) -> tuple[Expr, ...]:
        return self.left, self.right


@dataclass(frozen=True)
class Call(Expr):
    """A function that every spreadsheet has."""

    name: str
    args: tuple[Expr, ...]

    @property
    def parts(self) -> tuple[Expr, ...]:
        return self.args

    @property
    def is_array(self) -> bool:
        return self.name not in _REDUCING and any(part.is_array for part in self.args)


@dataclass(frozen=True)
class Apply(Expr):
    """A function of ours with its arguments, in order; None where one is omitted."""

    function: Any
    args: tuple[Expr | None, ...]

    @property
    def parts(self) -> tuple[Expr, ...]:
        return tuple(arg for arg in self.args if arg is not None)

    @property
    def is_array(self) -> bool:
        return False

    def __getitem__(self, index: tuple[int | str, int]) -> Item:
        return Item(self, *index)


@dataclass(frozen=True)
class Item(Expr):
    """One cell of a spilled result: of a table by its column's label, of a grid by its row; then the place in it."""

    source: Apply
    line: int | str
    place: int

    @property
    def parts(self) -> tuple[Expr, ...]:
        return (self.source,)


def lift(value: Any) -> Expr:
    """`value` as a node: a constant becomes a `Literal`, a list a `Series`."""
    if isinstance(value, Expr):
        return value
    if isinstance(value, (list, tuple, np.ndarray)) and np.ndim(value) > 0:
        return Series(tuple(lift(item) for item in value))
    if isinstance(value, (bool, np.bool_)):
        return Literal(bool(value))
    return Literal(value if isinstance(value, str) else float(value))


def _call(name: str) -> Callable[..., Expr]:
    def write(*args: Operand) -> Expr:
        return Call(name, tuple(lift(arg) for arg in args))

    write.__doc__ = f"Excel's {name}."
    return write


_REDUCING = {"SUM", "SUMPRODUCT", "MIN", "MAX", "COUNT", "AND", "OR", "INDEX", "MATCH", "ROWS"}

Abs, And, Exp, If, Int, Ln = map(_call, ("ABS", "AND", "EXP", "IF", "INT", "LN"))
Max, Min, Not, Or, Sqrt, Sum = map(_call, ("MAX", "MIN", "NOT", "OR", "SQRT", "SUM"))
Index, IsError, Match, SumProduct, Trim = map(_call, ("INDEX", "ISERROR", "MATCH", "SUMPRODUCT", "TRIM"))
NormSDist, NormSInv = map(_call, ("NORM.S.DIST", "NORM.S.INV"))
NA, VALUE, NUM, DIV0 = Error("#N/A"), Error("#VALUE!"), Error("#NUM!"), Error("#DIV/0!")

_UFUNCS: dict[str, Callable[..., Expr]] = {
    **{name: (lambda a, b, s=symbol: Op(s, a, b)) for name, symbol in {
        "add": "+", "subtract": "-", "multiply": "*", "divide": "/", "power": "^",
        "less": "<", "less_equal": "<=", "greater": ">", "greater_equal": ">=",
    }.items()},
    "negative": Neg, "absolute": Abs, "exp": Exp, "log": Ln, "sqrt": Sqrt, "maximum": Max, "minimum": Min,
}  # fmt: skip
_FUNCTIONS: dict[str, Callable[..., Expr]] = {
    "where": If,
    "clip": lambda value, low, high: Max(low, Min(high, value)),
}

_BINDING = {"=": 1, "<>": 1, "<": 1, "<=": 1, ">": 1, ">=": 1, "+": 3, "-": 3, "*": 4, "/": 4, "^": 5}
_ATOM = 9
_MINUS = 6  # Excel binds a leading minus more tightly than ^: -2^2 is 4
_NEWER = {"NORM.S.DIST", "NORM.S.INV"}  # Excel 2010's names, which the file format wants prefixed


def write(expr: Expr, place: Callable[[Expr], str]) -> str:
    """The formula's text, without its ``=``.

    Parameters
    ----------
    expr : Expr
        The tree.
    place : callable
        Gives the text of what only a workbook knows: a `Ref`, a `Name`, a `Series`, an `Apply` or an `Item`.
    """
    return _write(expr, place)[0]


def _write(expr: Expr, place: Callable[[Expr], str]) -> tuple[str, int]:
    if isinstance(expr, Literal):
        return _constant(expr.value)
    if isinstance(expr, Error):
        return ("NA()" if expr.code == "#N/A" else expr.code), _ATOM
    if isinstance(expr, Neg):
        text, binding = _write(expr.operand, place)
        return "-" + _wrapped(text, binding < _ATOM), _MINUS
    if isinstance(expr, Op):
        return _operation(expr, place)
    if isinstance(expr, Call):
        prefix = "_xlfn." if expr.name in _NEWER else ""
        return f"{prefix}{expr.name}({','.join(_write(arg, place)[0] for arg in expr.args)})", _ATOM
    return place(expr), _ATOM


def _operation(expr: Op, place: Callable[[Expr], str]) -> tuple[str, int]:
    binding = _BINDING[expr.symbol]
    left, left_binding = _write(expr.left, place)
    right, right_binding = _write(expr.right, place)
    # the right side of - and / needs brackets at equal binding; of + and * too, so that rounding stays as written
    return (
        _wrapped(left, left_binding < binding) + expr.symbol + _wrapped(right, right_binding <= binding),
        binding,
    )


def _wrapped(text: str, needed: bool) -> str:
    return f"({text})" if needed else text


def _constant(value: float | str | bool) -> tuple[str, int]:
    if isinstance(value, bool):
        return str(value).upper(), _ATOM
    if isinstance(value, str):
        return '"' + value.replace('"', '""') + '"', _ATOM
    text = repr(int(value)) if value == int(value) and abs(value) < 1e15 else repr(float(value)).upper()
    return text, _MINUS if text.startswith("-") else _ATOM
