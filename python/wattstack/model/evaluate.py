"""The model over a table of scenarios: each line an array, each scenario that fails a code in its row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..arguments import Codes, Column
from ..calling import Result, evaluate
from ..errors import Code
from ..formula import Apply, Call, Error, Expr, Item, Literal, Neg, Op, Ref, Series
from ..spec import Argument
from .lines import Model

_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide, "^": np.power,
    "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal,
    "=": np.equal, "<>": np.not_equal,
}  # fmt: skip


def _chained(operation: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    def fold(*values: Any) -> Any:
        result = values[0]
        for value in values[1:]:
            result = operation(result, value)
        return result

    return fold


_CALLS: dict[str, Callable[..., Any]] = {
    "SUM": _chained(np.add), "MAX": _chained(np.maximum), "MIN": _chained(np.minimum), "ABS": np.abs,
    "AND": _chained(np.logical_and), "OR": _chained(np.logical_or), "LN": np.log, "SQRT": np.sqrt, "EXP": np.exp,
}  # fmt: skip


class Evaluation:
    """The lines of a model for given inputs; a line is computed when it is first asked for.

    Parameters
    ----------
    model : Model
        The lines.
    overrides : mapping
        Arrays by key of an assumption, one value a scenario; the others stand at their base.
    """

    def __init__(self, model: Model, overrides: Mapping[str, NDArray[np.float64]]) -> None:
        self._model = model
        self._columns = {key: Column(np.asarray(values, float)) for key, values in overrides.items()}
        self._results: dict[Apply, Result] = {}

    def __getitem__(self, key: str) -> Column:
        """A quantity over the scenarios."""
        if key not in self._columns:
            self._columns[key] = self._start(key)
        return self._columns[key]

    def _start(self, key: str) -> Column:
        if key in self._model.lines:
            return self.of(self._model.lines[key].expr)
        name, _, case = key.partition(".")
        return Column(np.array(self._model.inputs[name].case(case or "base")))

    def of(self, expr: Expr) -> Column:
        """A formula over the scenarios."""
        if isinstance(expr, Ref):
            return self[expr.key]
        if isinstance(expr, Literal):
            return Column(np.array(expr.value))
        if isinstance(expr, Error):
            return Column(np.array(np.nan), np.array(Code.of(expr.code), np.int8))
        if isinstance(expr, Neg):
            column = self.of(expr.operand)
            return Column(-column.values, column.codes)
        if isinstance(expr, Op):
            return self._operation(expr)
        if isinstance(expr, Call):
            return self._call(expr)
        if isinstance(expr, Item):
            return self._item(expr.source, expr.line, expr.place)
        if isinstance(expr, Apply):
            return self._item(expr, 0, 0)
        raise TypeError(f"a line cannot hold {type(expr).__name__}")

    def _operation(self, expr: Op) -> Column:
        left, right = self.of(expr.left), self.of(expr.right)
        with np.errstate(all="ignore"):
            values = _OPERATORS[expr.symbol](left.values, right.values)
        failure = np.where(right.values == 0, Code.DIV0, Code.NUM) if expr.symbol == "/" else Code.NUM
        return _finite(values, first(left.codes, right.codes), failure)

    def _call(self, expr: Call) -> Column:
        if expr.name == "IF":
            return self._choice(*map(self.of, expr.args))
        if expr.name == "ISERROR":
            column = self.of(expr.args[0])
            return Column(np.zeros(column.values.shape, bool) if column.codes is None else column.codes != 0)
        args = [self.of(item) for arg in expr.args for item in (arg.parts if isinstance(arg, Series) else (arg,))]
        with np.errstate(all="ignore"):
            values = _CALLS[expr.name](*(arg.values for arg in args))
        return _finite(np.asarray(values), first(*(arg.codes for arg in args)), Code.NUM)

    def _choice(self, test: Column, yes: Column, no: Column) -> Column:
        values = np.where(test.values, yes.values, no.values)
        zero = np.zeros((), np.int8)
        chosen = np.where(test.values, zero if yes.codes is None else yes.codes, zero if no.codes is None else no.codes)
        return _finite(values, first(test.codes, chosen), Code.NUM)

    def _item(self, apply: Apply, line: int | str, place: int) -> Column:
        if apply not in self._results:
            given = [self._argument(a, arg) for a, arg in zip(apply.function.arguments, apply.args, strict=True)]
            self._results[apply] = evaluate(apply.function, given)
        result = self._results[apply]
        if isinstance(line, str):
            values = _picked(result.columns[line], place)
        else:
            at = (place, line)[: apply.function.depth]
            values = reduce(_picked, at, result.value)
        return Column(values, None if result.codes is None else np.broadcast_to(result.codes, values.shape))

    def _argument(self, argument: Argument, arg: Expr | None) -> Any:
        if arg is None:
            return None
        if argument.kind.depth == 0:
            return arg.value if isinstance(arg, Literal) else self.of(arg)
        if isinstance(arg, Literal):
            return argument.default
        return self._stacked(arg) if isinstance(arg, Series) else self._stacked(Series((arg,)))

    def _stacked(self, series: Series) -> Column:
        """A range as an array along a last axis; a block along two."""
        columns = [self._stacked(item) if isinstance(item, Series) else self.of(item) for item in series.items]
        axis = -2 if isinstance(series.items[0], Series) else -1
        shape = np.broadcast_shapes(*(column.values.shape for column in columns))
        values = np.stack([np.broadcast_to(column.values, shape) for column in columns], axis=axis)
        if all(column.codes is None for column in columns):
            return Column(values)
        codes = [np.broadcast_to(0 if c.codes is None else c.codes, shape) for c in columns]
        return Column(values, np.stack(codes, axis=axis).astype(np.int8))


def _picked(values: NDArray[Any], place: int) -> NDArray[Any]:
    """One place of the last axis; where no scenario was good there is but one."""
    return np.asarray(values[..., min(place, values.shape[-1] - 1)])


def first(*codes: Codes | None) -> Codes | None:
    """The first code of each scenario, as Excel takes the leftmost error."""
    found: Codes | None = None
    for later in codes:
        if later is not None:
            found = later if found is None else np.where(found != 0, found, later)
    return found


def _finite(values: NDArray[Any], codes: Codes | None, failure: Any) -> Column:
    """A column in which what is not finite and has no code yet gets `failure`."""
    if values.dtype.kind == "f":
        bad = ~np.isfinite(values)
        if bad.any():
            return Column(values, first(codes, np.where(bad, failure, Code.OK).astype(np.int8)))
    return Column(values, None if codes is None else np.broadcast_to(codes, values.shape))
