"""What a declaration holds: arguments with unit and domain, rules, cases, the shape of the result."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Generic, TypeVar

from . import domain as domains
from .arguments import Kind
from .domain import Domain
from .formula import Expr

Body = TypeVar("Body", bound=Callable[..., Any])
REQUIRED = inspect.Parameter.empty
WORDS_SHOWN = 10  # of those that an argument takes


class Missing:
    """An argument that a call leaves out; a blank is None."""


MISSING: Any = Missing()


@dataclass(frozen=True)
class Along:
    """The axis that a range argument runs along, a block both ways: along the same axis all have the same length."""

    axis: str


@dataclass(frozen=True)
class OneOf:
    """The words that an argument takes."""

    words: tuple[str, ...]

    def __init__(self, *words: str) -> None:
        object.__setattr__(self, "words", words)


@dataclass(frozen=True)
class Served:
    """The most of an argument that native sheets serve, or of its words the one; beyond it they show #N/A."""

    most: float | str


@dataclass(frozen=True)
class Assumed:
    """A default that the package's assumptions give, read when it is needed."""

    what: str
    value: Callable[[], float]


@dataclass(frozen=True)
class Argument:
    """One argument of a function: its name, kind, unit, domain, help line and default."""

    name: str
    kind: Kind
    help: str
    unit: str = ""
    domain: Domain = domains.ANY
    served: float = math.inf
    choices: tuple[str, ...] = ()
    served_word: str = ""
    axis: str = "item"
    default: Any = REQUIRED

    @property
    def optional(self) -> bool:
        """Whether it may be left out."""
        return self.default is not REQUIRED or self.kind is Kind.REST

    @property
    def rule(self) -> str:
        """What a value must be, in words."""
        if self.choices:
            words = [f'"{word}"' for word in self.choices]
            if len(words) > WORDS_SHOWN:
                words[5:-2] = ["…"]
            return " or ".join(words)
        if self.kind.is_number:
            return f"a {self.kind.label}, {self.domain}"
        return f"a {self.kind.label}" if self.kind is not Kind.REST else self.kind.label

    @property
    def label(self) -> str:
        """The name as signatures show it: ``xs[]`` for a range, ``[x=…]`` for an optional one."""
        name = self.name + {Kind.SERIES: "[]", Kind.MATRIX: "[][]", Kind.REST: "…"}.get(self.kind, "")
        if not self.optional or self.kind is Kind.REST:
            return name
        if self.default_text == "" or isinstance(self.default, Assumed):
            return f"[{name}]"
        return f"[{name}={self.default_text}]"

    @property
    def default_text(self) -> str:
        """The default as a sheet writes it; empty where omitting means something of its own."""
        if self.default is REQUIRED or self.default is None:
            return ""
        if isinstance(self.default, Assumed):
            return self.default.what
        if isinstance(self.default, (bool, str)):
            return str(self.default).upper() if isinstance(self.default, bool) else f'"{self.default}"'
        value = self.default if isinstance(self.default, (int, float)) else self.default.item()
        return f"{value:g}"


@dataclass(frozen=True)
class Rule:
    """A relation between arguments: a predicate over scenarios, and what to say where it does not hold."""

    code: str
    message: str
    test: Callable[..., Any]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The arguments that the predicate looks at."""
        return tuple(inspect.signature(self.test).parameters)

    @cached_property
    def needed(self) -> tuple[str, ...]:
        """Those without which there is nothing to look at; the others may be omitted."""
        parameters = inspect.signature(self.test).parameters.values()
        return tuple(parameter.name for parameter in parameters if parameter.default is REQUIRED)


@dataclass(frozen=True)
class Case:
    """A worked example: arguments and what they give, a value or an error code."""

    args: tuple[Any, ...]
    options: dict[str, Any]
    value: Any = None
    code: str = ""
    tolerance: float = 1e-12


@dataclass(frozen=True)
class Picture:
    """A plot for the page of the reference: the function along one argument, a line for each set of the others."""

    title: str
    along: str
    low: float
    high: float
    lines: dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Table:
    """A spill with named columns, under one header row in a sheet; each column with its unit."""

    units: dict[str, str]

    def __init__(self, **units: str) -> None:
        object.__setattr__(self, "units", units)

    @property
    def columns(self) -> tuple[str, ...]:
        """The labels of the columns."""
        return tuple(self.units)


@dataclass(frozen=True)
class Grid:
    """A spill of numbers along two axes, each a range argument."""

    rows: str
    columns: str


@dataclass(frozen=True)
class Row:
    """A spill of numbers along one axis, a row in a sheet."""

    axis: str


@dataclass(eq=False)
class Declaration(Generic[Body]):
    """What a function file says, complete: what the engine, the native formulas and the documents read."""

    body: Body
    area: str
    returns: str
    spills: Table | Grid | Row | None
    claims: tuple[str, ...]
    elementwise: bool
    native_limit: str
    arguments: tuple[Argument, ...]
    rules: list[Rule] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    native: Callable[..., Expr] | None = None
    picture: Picture | None = None
    registry: Any = None

    @property
    def name(self) -> str:
        """The Python name."""
        return str(self.body.__name__)

    @property
    def excel_name(self) -> str:
        """The name in a sheet."""
        return self.name.upper()

    @property
    def depth(self) -> int:
        """How many of the last axes of the result, or of each of its columns, are its own."""
        return {Grid: 2, Row: 1, Table: 1}.get(type(self.spills), 0)

    @property
    def signature(self) -> str:
        """The call as the function reference shows it."""
        return f"{self.excel_name}({', '.join(argument.label for argument in self.arguments)})"

    @cached_property
    def parameters(self) -> inspect.Signature:
        """The signature that Python sees."""
        signature = inspect.signature(self.body)
        kept = [p for p in signature.parameters.values() if p.kind is not p.KEYWORD_ONLY]
        return signature.replace(parameters=kept)

    @cached_property
    def names(self) -> dict[str, int]:
        """The places of the arguments by their names."""
        return {argument.name: place for place, argument in enumerate(self.arguments)}

    @cached_property
    def takes_rest(self) -> bool:
        """Whether the last argument is as many values as there are."""
        return bool(self.arguments) and self.arguments[-1].kind is Kind.REST

    @cached_property
    def wants_registry(self) -> bool:
        """Whether the body is handed the registry."""
        return "registry" in inspect.signature(self.body).parameters

    @property
    def summary(self) -> str:
        """The first sentence of the docstring."""
        return (inspect.getdoc(self.body) or "").split("\n", 1)[0]

    def argument(self, name: str) -> Argument:
        """The argument of that name."""
        return next(argument for argument in self.arguments if argument.name == name)

    def bind(self, args: tuple[Any, ...], options: dict[str, Any]) -> list[Any]:
        """The arguments in order, defaults filled in; TypeError for a call that Python itself would refuse."""
        if options or self.takes_rest or len(args) > len(self.arguments):
            named = self._named(args, options)
            return self.complete([named.get(name, MISSING) for name in self.names])
        return self.complete(args)

    def _named(self, args: tuple[Any, ...], options: dict[str, Any]) -> dict[str, Any]:
        named = {**dict(zip(self.names, args, strict=False)), **options}
        if self.takes_rest or len(named) < len(args) + len(options) or not named.keys() <= self.names.keys():
            return self.parameters.bind_partial(*args, **options).arguments
        return named

    def complete(self, given: Sequence[Any]) -> list[Any]:
        """The arguments in order, defaults for those that are `MISSING`, not given, or blank behind all that are."""
        complete = [*given, *(MISSING,) * (len(self.arguments) - len(given))]
        trailing = True
        for place in reversed(range(len(complete))):
            value, argument = complete[place], self.arguments[place]
            if value is MISSING or (value is None and argument.optional and (trailing or argument.default is None)):
                complete[place] = self._default(argument)
            else:
                trailing = False
        return complete

    def _default(self, argument: Argument) -> Any:
        if argument.kind is Kind.REST:
            return ()
        if argument.default is REQUIRED:
            return None  # read as a blank where a value is required
        return argument.default.value() if isinstance(argument.default, Assumed) else argument.default
