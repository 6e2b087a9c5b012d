"""How a function is declared: from it come the Python function, the UDF, the help, the native formula and the tests."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Annotated, Any, Protocol, get_args, get_origin

import numpy as np

from . import domain as domains
from . import plain
from .calling import call
from .declaration import (
    Along,
    Argument,
    Assumed,
    Body,
    Case,
    Declaration,
    Grid,
    OneOf,
    Picture,
    Row,
    Rule,
    Served,
    Table,
)
from .formula import Apply, Expr, lift

__all__ = [
    "Along",
    "Argument",
    "Assumed",
    "Case",
    "Function",
    "Functions",
    "Grid",
    "OneOf",
    "Row",
    "Served",
    "Table",
    "function",
]
HELP_LIMIT = 255  # characters that Excel's function wizard shows


class Function(Declaration[Body]):
    """A declared function. Calling it with values computes; calling it with expressions builds a formula."""

    def rule(self, code: str, message: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Declare a relation between arguments; `message` may name them in braces."""

        def declare(test: Callable[..., Any]) -> Callable[..., Any]:
            self.rules.append(Rule(code, message, test))
            return test

        return declare

    def twin(self, write: Callable[..., Expr]) -> Callable[..., Expr]:
        """Declare how the same number is written with plain formulas; without it the body itself is traced.

        A spill's twin writes one cell and is told which by ``line`` and ``place``; a twin that names
        ``workings`` may put steps into labelled cells of their own.
        """
        self.native = write
        return write

    def pictured(self, title: str, along: str, low: float, high: float, **lines: dict[str, Any]) -> None:
        """Declare the plot of the reference's page: along one argument, a line for each set of the others.

        A line is named by its key, underscores read as blanks.
        """
        self.picture = Picture(title, along, low, high, lines)

    def gives(self, value: Any, *args: Any, tolerance: float = 1e-12, **options: Any) -> None:
        """Declare a worked case: the value that these arguments give, known from elsewhere."""
        self.cases.append(Case(args, options, value=value, tolerance=tolerance))

    def fails(self, code: str, *args: Any, **options: Any) -> None:
        """Declare an error case: the code that these arguments give."""
        self.cases.append(Case(args, options, code=code))

    def __call__(self, *args: Any, **options: Any) -> Any:
        given = self.bind(args, options)
        found = plain.value(self, given)
        if found is not None:
            return found
        if any(isinstance(value, Expr) or _holds_expr(value) for value in given):
            return self._apply(given)
        return call(self, given)

    def apply(self, *args: Any, **options: Any) -> Apply:
        """The call as a node of a formula."""
        return self._apply(self.bind(args, options))

    def _apply(self, given: list[Any]) -> Apply:
        return Apply(self, tuple(map(_node, given)))


class Functions(Protocol):
    """What a function that tells about functions is handed: all of them, by name."""

    def __getitem__(self, name: str) -> Function[Any]: ...


def _node(value: Any) -> Expr | None:
    if value is None:
        return None
    if isinstance(value, np.ndarray) and value.size == 1:
        return lift(value.item())  # the default of a range: one value stands for all items
    return lift(value)


def _holds_expr(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and any(isinstance(item, Expr) for item in value)


def function(
    *,
    area: str,
    returns: str,
    spills: Table | Grid | Row | None = None,
    claims: tuple[str, ...] = (),
    elementwise: bool = False,
    native_limit: str = "",
) -> Callable[[Body], Function[Body]]:
    """Declare a function.

    Parameters
    ----------
    area : str
        The sheet of the field it belongs to, and its folder.
    returns : str
        The unit of the result.
    spills : Table, Grid or Row, optional
        The shape of a result that is more than one cell.
    claims : tuple of str
        The lines of the claims that it rests on.
    elementwise : bool
        Whether the body takes one scenario at a time (and may raise `FunctionError`) instead of arrays.
    native_limit : str
        Why there is no native formula, if there is none.
    """

    def declare(body: Body) -> Function[Body]:
        return Function(body, area, returns, spills, claims, elementwise, native_limit, _arguments(body))

    return declare


def _arguments(body: Callable[..., Any]) -> tuple[Argument, ...]:
    hints = inspect.get_annotations(body, eval_str=True)  # get_type_hints of 3.10 would wrap a default of None
    parameters = inspect.signature(body).parameters.values()
    return tuple(_argument(p, hints[p.name]) for p in parameters if p.kind is not p.KEYWORD_ONLY)


def _argument(parameter: inspect.Parameter, hint: Any) -> Argument:
    if get_origin(hint) is not Annotated:
        raise TypeError(f"argument {parameter.name} must be Annotated with its kind, unit, domain and help")
    kind, *notes = get_args(hint)[1:]
    texts = [note for note in notes if isinstance(note, str)]
    words = next((note.words for note in notes if isinstance(note, OneOf)), ())
    served = next((note.most for note in notes if isinstance(note, Served)), np.inf)
    axis = next((note.axis for note in notes if isinstance(note, Along)), "item")
    if len(texts[-1]) > HELP_LIMIT:
        raise ValueError(f"help of {parameter.name} must have at most {HELP_LIMIT} characters")
    return Argument(
        parameter.name,
        kind,
        texts[-1],
        unit=texts[0] if len(texts) > 1 else "",
        domain=domains.domain(texts[1]) if len(texts) > 2 else domains.ANY,
        served=np.inf if isinstance(served, str) else served,
        served_word=served if isinstance(served, str) else "",
        choices=words,
        axis=axis,
        default=parameter.default,
    )
