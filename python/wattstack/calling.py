"""The one path from a caller's values to a function's body: read, check, compute, and say what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .arguments import Codes, Kind, Read, read
from .declaration import Argument, Declaration, Table
from .errors import Code, FunctionError

LONGEST = 60  # characters of a value that a message shows


@dataclass(frozen=True)
class Result:
    """What a function gives over all scenarios.

    `columns` holds one array under the empty name for a number or a grid, one a label for a table; the scenarios'
    axes come first. `codes` has the error code of each scenario, None where all are clean.
    """

    columns: dict[str, NDArray[Any]]
    codes: Codes | None
    error: FunctionError | None = None  # the first that a body raised

    @property
    def value(self) -> NDArray[Any]:
        """The array of a number or a grid."""
        return self.columns[""]


@dataclass(frozen=True)
class Fault:
    """What is wrong with an argument: a code for each of its elements, and the sentence for one of them."""

    codes: Codes
    depth: int
    sentence: Callable[[int], str]
    origin: Callable[[int], FunctionError | None] = lambda index: None

    def raise_first(self) -> None:
        """Raise the error of the lowest flat index."""
        index = int(np.flatnonzero(self.codes)[0])
        raise self.origin(index) or FunctionError(Code(int(self.codes.flat[index])).text, self.sentence(index))

    def by_scenario(self) -> Codes:
        """The first code along the argument's own axes."""
        codes = self.codes
        for _ in range(self.depth):
            first = np.argmax(codes != 0, axis=-1)
            codes = np.take_along_axis(codes, first[..., None], axis=-1)[..., 0]
        return codes


def call(function: Declaration[Any], given: list[Any]) -> Any:
    """The function's value as Python sees it; the first fault raises."""
    arguments = _read_all(function, given)
    for fault in _faults(function, arguments):
        fault.raise_first()
    result = _compute(function, arguments, None)
    if result.error is not None:
        raise result.error
    not_finite = _not_finite(function, result)
    if not_finite is not None:
        not_finite.raise_first()
    return _shown(function, result.columns, bare=all(given.values.ndim == 0 for given in arguments.values()))


def evaluate(function: Declaration[Any], given: list[Any]) -> Result:
    """The function over scenarios, in which a scenario that fails carries its code and the others go on."""
    arguments = _read_all(function, given)
    codes: Codes | None = None
    try:
        for fault in _faults(function, arguments):
            codes = _first(codes, fault.by_scenario())
    except FunctionError as error:  # the shapes do not fit: no scenario can go on
        return Result(_nothing(function, ()), np.array(Code.of(error.code), np.int8), error)
    result = _compute(function, arguments, codes)
    not_finite = _not_finite(function, result)
    if not_finite is not None:
        return Result(result.columns, _first(result.codes, not_finite.by_scenario()))
    return result


def _first(codes: Codes | None, later: Codes) -> Codes:
    return later if codes is None else np.where(codes != 0, codes, later)


def _read_all(function: Declaration[Any], given: list[Any]) -> dict[str, Read]:
    """The arguments by name, without those omitted; a range given as one value becomes a range of one."""
    found = {}
    for argument, value in zip(function.arguments, given, strict=True):
        if not (value is None and argument.default is None):
            found[argument.name] = read(argument.kind, value, argument.choices)
    return found


def _faults(function: Declaration[Any], arguments: dict[str, Read]) -> Iterator[Fault]:
    """All faults, in the order that decides: errors that came in, then each argument, then their relations."""
    named = [(function.argument(name), given) for name, given in arguments.items()]
    for argument, given in named:
        if given.incoming is not None:
            yield _fault(argument, given, given.incoming, "an error came in", given.error_at)
    for argument, given in named:
        if given.wrong is not None:
            yield _fault(argument, given, given.wrong, f"must be {argument.rule}")
        if given.values.size == 0:
            raise FunctionError(Code.NA.text, f"{argument.name} (empty) must have at least one cell")
        if argument.kind.is_number:
            codes = argument.domain.codes(given.values)
            if codes is not None:
                yield _fault(argument, given, codes, f"must be {argument.rule}")
    _check_shapes(named)
    for rule in function.rules:
        yield from _rule_faults(function, rule, arguments)


def _fault(
    argument: Argument,
    given: Read,
    codes: Codes,
    what: str,
    origin: Callable[[int], FunctionError | None] = lambda index: None,
) -> Fault:
    codes = (
        codes
        if codes.ndim >= argument.kind.depth
        else codes.reshape((1,) * (argument.kind.depth - codes.ndim) + codes.shape)
    )

    def sentence(index: int) -> str:
        shown = given.raw if isinstance(given.raw, np.ndarray) else given.values
        place = f"[{index}]" if shown.size > 1 else ""
        return f"{argument.name}{place} ({_text(shown.flat[index])}) {what}"

    return Fault(codes, argument.kind.depth, sentence, origin)


def _text(value: Any) -> str:
    if value is None:
        return "blank"
    if isinstance(value, (bool, np.bool_)):
        return str(bool(value)).upper()
    if isinstance(value, (float, np.floating)):
        return "blank" if np.isnan(value) else f"{float(value):.15g}"
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


def _own_shape(argument: Argument, given: Read) -> tuple[int, ...]:
    """The shape along the argument's own axes; one cell is a row of one, one row a block of one row."""
    depth = argument.kind.depth
    return ((1,) * depth + given.values.shape)[given.values.ndim :] if depth else ()


def _scenario_shape(argument: Argument, given: Read) -> tuple[int, ...]:
    return given.values.shape[: max(given.values.ndim - argument.kind.depth, 0)]


def _check_shapes(named: list[tuple[Argument, Read]]) -> None:
    """Raise for a call without scenarios to go on with: ranges of unequal length, shapes that do not broadcast."""
    first: dict[str, tuple[Argument, int]] = {}
    for argument, given in named:
        if argument.kind.depth == 0 or (given.raw is not None and given.raw is argument.default):
            continue
        for length in _own_shape(argument, given):
            other, wanted = first.setdefault(argument.axis, (argument, length))
            if length != wanted:
                rule = "be square" if other is argument else f"be as long as {other.name} ({wanted} cells)"
                raise FunctionError(Code.VALUE.text, f"{argument.name} ({length} cells) must {rule}")
    try:
        np.broadcast_shapes(*(_scenario_shape(argument, given) for argument, given in named))
    except ValueError:
        shapes = ", ".join(f"{a.name} {_scenario_shape(a, g)}" for a, g in named if _scenario_shape(a, g))
        raise FunctionError(Code.VALUE.text, f"the shapes of the arguments must broadcast, got {shapes}") from None


def _rule_faults(function: Declaration[Any], rule: Any, arguments: dict[str, Read]) -> Iterator[Fault]:
    if not all(name in arguments for name in rule.needed):
        return
    names = [name for name in rule.names if name in arguments]
    values = {name: _ranged(function.argument(name), arguments[name]) for name in names}
    with np.errstate(all="ignore"):
        holds = np.asarray(rule.test(**values))
    if holds.all():
        return
    codes = np.where(holds, Code.OK, Code.of(rule.code)).astype(np.int8)

    def sentence(index: int) -> str:
        place = np.unravel_index(index, codes.shape)
        shown = {name: _at(arguments[name].values, place) for name in names}
        return str(rule.message.format(**shown)) + (f" (scenario {index})" if codes.size > 1 else "")

    yield Fault(codes, 0, sentence)


def _at(values: NDArray[Any], place: tuple[Any, ...]) -> str:
    """The value of an argument in one scenario, as a message shows it."""
    own = values.shape[len(place) :] if values.ndim > len(place) else ()
    value = np.broadcast_to(values, tuple(p + 1 for p in place) + own)[place] if values.ndim else values
    return _text(value.item()) if value.ndim == 0 else "[" + ", ".join(map(_text, value.flat)) + "]"


def _compute(function: Declaration[Any], arguments: dict[str, Read], codes: Codes | None) -> Result:
    """Run the body over the scenarios without a code; the others are left as NaN."""
    named = {a.name: a for a in function.arguments}
    shape = np.broadcast_shapes(*(_scenario_shape(named[n], g) for n, g in arguments.items()))
    codes = None if codes is None or not codes.any() else np.broadcast_to(codes, shape)
    good = None if codes is None else codes == 0
    values = {
        name: given.raw if named[name].kind is Kind.REST else _selected(named[name], given, shape, good)
        for name, given in arguments.items()
    }
    if good is not None and not good.any():
        return Result(_nothing(function, shape), codes)
    result = _run(function, values, shape if good is None else (int(good.sum()),))
    if good is None or codes is None:
        return result
    if result.codes is not None:
        codes = codes.copy()
        codes[good] = result.codes
    columns = {label: _scattered(column, good) for label, column in result.columns.items()}
    return Result(columns, codes, result.error)


def _ranged(argument: Argument, given: Read) -> NDArray[Any]:
    """The values with at least the argument's own axes."""
    values, own = given.values, _own_shape(argument, given)
    return values.reshape(own) if values.ndim < len(own) else values


def _selected(argument: Argument, given: Read, shape: tuple[int, ...], good: NDArray[np.bool_] | None) -> NDArray[Any]:
    values, own = _ranged(argument, given), _own_shape(argument, given)
    if good is None or values.ndim == len(own):
        return values
    return np.broadcast_to(values, shape + own)[good]


def _scattered(column: NDArray[Any], good: NDArray[np.bool_]) -> NDArray[Any]:
    empty: Any = "" if column.dtype == object else np.nan
    own = column.shape[1:] if column.ndim else ()
    full = np.full(good.shape + own, empty, dtype=object if column.dtype == object else np.float64)
    full[good] = column
    return full


def _nothing(function: Declaration[Any], shape: tuple[int, ...]) -> dict[str, NDArray[Any]]:
    """The columns where no scenario is good: one cell of NaN serves any place of a table or a grid."""
    if isinstance(function.spills, Table):
        return {label: np.full((*shape, 1), np.nan) for label in function.spills.columns}
    return {"": np.full(shape + (1,) * function.depth, np.nan)}


def _run(function: Declaration[Any], values: dict[str, Any], shape: tuple[int, ...]) -> Result:
    handed = {"registry": function.registry} if function.wants_registry else {}
    complete = [values.get(argument.name) for argument in function.arguments]
    with np.errstate(all="ignore"):  # what is not finite is told by its code
        if function.elementwise:
            return _run_each(function, complete, shape, handed)
        found = function.body(*_positional(function, complete), **handed)
    if isinstance(found, dict):
        columns = {label: _spread(np.asarray(column), shape, function.depth) for label, column in found.items()}
        return Result(columns, None)
    return Result({"": _spread(np.asarray(found), shape, function.depth)}, None)


def _spread(column: NDArray[Any], shape: tuple[int, ...], depth: int) -> NDArray[Any]:
    own = column.shape[column.ndim - depth :]
    return column if column.shape == shape + own else np.broadcast_to(column, shape + own)


def _run_each(function: Declaration[Any], values: list[Any], shape: tuple[int, ...], handed: dict[str, Any]) -> Result:
    """One scenario at a time; where the body raises, its code stands instead."""
    rows: list[Any] = []
    codes = np.zeros(shape, np.int8)
    error: FunctionError | None = None
    for index, place in enumerate(np.ndindex(shape)):
        row = [_one(a, value, shape, place) for a, value in zip(function.arguments, values, strict=True)]
        try:
            rows.append(function.body(*_positional(function, row), **handed))
        except FunctionError as raised:
            codes.flat[index] = Code.of(raised.code)
            error = error or raised
            rows.append(None)
    done = [row for row in rows if row is not None]
    if not done:
        return Result(_nothing(function, shape), codes, error)
    if len({_length(row) for row in done}) > 1:
        unequal = FunctionError(Code.VALUE.text, "tables of unequal length cannot be one result: ask for one at a time")
        return Result(_nothing(function, shape), np.full(shape, Code.VALUE, np.int8), unequal)
    columns = {
        label: _stacked([_part(row, label) for row in rows], _part(done[0], label), shape)
        for label in (done[0] if isinstance(done[0], dict) else ("",))
    }
    return Result(columns, codes if error else None, error)


def _part(row: Any, label: str) -> Any:
    return row[label] if isinstance(row, dict) else row


def _length(row: Any) -> tuple[int, ...]:
    return np.shape(next(iter(row.values())) if isinstance(row, dict) else row)


def _one(argument: Argument, value: Any, shape: tuple[int, ...], place: tuple[int, ...]) -> Any:
    if value is None or argument.kind is Kind.REST:
        return value
    own = value.shape[value.ndim - argument.kind.depth :]
    one = np.broadcast_to(value, shape + own)[place]
    return one.item() if isinstance(one, np.ndarray) and one.ndim == 0 else one


def _stacked(rows: list[Any], example: Any, shape: tuple[int, ...]) -> NDArray[Any]:
    kind = np.asarray(example)
    words = kind.dtype.kind in "UO"
    column = np.full((len(rows), *kind.shape), "" if words else np.nan, object if words else np.float64)
    for index, row in enumerate(rows):
        if row is not None:
            column[index] = row
    return column.reshape(shape + kind.shape)


def _positional(function: Declaration[Any], values: list[Any]) -> list[Any]:
    if function.takes_rest:
        return [*values[:-1], *values[-1]]
    return values


def _not_finite(function: Declaration[Any], result: Result) -> Fault | None:
    bad: NDArray[np.bool_] | None = None
    for column in result.columns.values():
        if column.dtype == object:
            continue
        wrong = ~np.isfinite(column)
        depth = function.depth
        wrong = wrong.any(axis=tuple(range(wrong.ndim - depth, wrong.ndim))) if depth else wrong
        bad = wrong if bad is None else bad | wrong
    if bad is None or result.codes is not None:
        bad = None if bad is None else bad & (result.codes == 0)
    if bad is None or not bad.any():
        return None
    codes = np.where(bad, Code.NUM, Code.OK).astype(np.int8)
    return Fault(codes, 0, lambda index: f"{function.excel_name} has no finite result for these arguments")


def _shown(function: Declaration[Any], columns: dict[str, NDArray[Any]], *, bare: bool) -> Any:
    """The result as Python shows it: a float, an array, or a DataFrame for a table."""
    if isinstance(function.spills, Table):
        return _frame(columns)
    value = columns[""]
    if value.ndim == 0 or (bare and value.size == 1):
        return value.item()
    return value


def _frame(columns: dict[str, NDArray[Any]]) -> Any:
    """A table; over several scenarios the tables one below the other, the scenario's number as outer index."""
    import pandas as pd

    shape = max((column.shape for column in columns.values()), key=len)
    flat = {label: np.broadcast_to(column, shape).reshape(-1) for label, column in columns.items()}
    if len(shape) == 1:
        return pd.DataFrame(flat)
    scenarios = int(np.prod(shape[:-1]))
    index = pd.MultiIndex.from_product([range(scenarios), range(shape[-1])], names=["scenario", "row"])
    return pd.DataFrame(flat, index=index)
