"""The answers of what needs no add-in: Python, plain formulas in two engines, the batch."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

import wattstack
from tests.support.office import Office
from tests.support.twins import Call, beyond_native, cases_model, cases_workbook, is_plain_call
from tests.support.typed import Limit, Typed
from wattstack.arguments import Kind
from wattstack.errors import Code, FunctionError
from wattstack.hosts.sheet import MISSING, Cells
from wattstack.model.evaluate import Evaluation
from wattstack.spec import Table
from wattstack.workbook.values import Values, recalculated

KINDS = "blanks, errors and the wrong kind are caught once, in the live cell of an input"
BEYOND = "native sheets serve less (see the function's page) and show #N/A"
NUMBERS = "a table of scenarios holds numbers: whatever else is refused before the batch starts"
SCENARIOS = 3  # in which a case stands, each the same


def through_python(formulas: Sequence[Typed]) -> list[Cells | Limit]:
    """The Python functions."""
    return [_called(formula) for formula in formulas]


def _called(formula: Typed) -> Cells:
    try:
        value = getattr(wattstack, formula.function.name)(*_call(formula).args)
    except FunctionError as error:
        return [[error]]
    if isinstance(formula.function.spills, Table):
        return [list(value.columns), *map(list, value.itertuples(index=False, name=None))]
    return [[value]] if isinstance(value, (float, str)) else np.atleast_2d(value).tolist()


def through_embedded(formulas: Sequence[Typed]) -> list[Cells | Limit]:
    """Plain formulas, worked out by the embedded engine."""
    return _native(formulas, recalculated)


def through_office(formulas: Sequence[Typed]) -> list[Cells | Limit]:
    """Plain formulas, worked out by LibreOffice."""

    def worked_out(book: bytes) -> Values:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "cases.xlsx"
            file.write_bytes(book)
            return Office(Path(folder)).recalculated([file])[0]

    return _native(formulas, worked_out)


def _native(formulas: Sequence[Typed], worked_out: Callable[[bytes], Values]) -> list[Cells | Limit]:
    limits = [_native_limit(formula) for formula in formulas]
    model, lines = cases_model([_call(f) for f, limit in zip(formulas, limits, strict=True) if limit is None])
    book, layout = cases_workbook(model)
    values = worked_out(book)
    places = {key: layout.place(key) for key in lines}
    found = {key: values.get((at.sheet, at.cell)) for key, at in places.items()}
    return _in_order(limits, lines, found)


def _native_limit(formula: Typed) -> Limit | None:
    if formula.function.native_limit:
        return Limit(f"no native formula: {formula.function.native_limit}")
    if not is_plain_call(_call(formula)):
        return Limit(KINDS)
    return Limit(BEYOND) if beyond_native(_call(formula)) else None


def through_batch(formulas: Sequence[Typed]) -> list[Cells | Limit]:
    """Lines of a model, evaluated over a table of scenarios; the last of them is shown."""
    limits = [_batch_limit(formula) for formula in formulas]
    model, lines = cases_model([_call(f) for f, limit in zip(formulas, limits, strict=True) if limit is None])
    numbers = {
        key: np.full(SCENARIOS, float(line.expr.value))
        for key, line in model.lines.items()
        if isinstance(getattr(line.expr, "value", None), (int, float)) and not isinstance(line.expr.value, bool)
    }
    evaluation = Evaluation(model, numbers)
    return _in_order(limits, lines, {key: _last(evaluation[key]) for key in lines})


def _batch_limit(formula: Typed) -> Limit | None:
    if formula.function.returns == "text":
        return Limit("a text is no line of a model")
    return None if is_plain_call(_call(formula)) else Limit(NUMBERS)


def _last(column: Any) -> Any:
    code = 0 if column.codes is None else int(np.broadcast_to(column.codes, (SCENARIOS,))[-1])
    return Code(code).text if code else np.broadcast_to(column.values, (SCENARIOS,)).tolist()[-1]


def _in_order(limits: list[Limit | None], lines: dict[str, Any], found: dict[str, Any]) -> list[Cells | Limit]:
    """The results of the calls that were made, as blocks of cells, between the limits of the others."""
    blocks: dict[str, dict[int | str, list[Any]]] = {}
    for key, (_, line, _) in lines.items():
        blocks.setdefault(key.split()[1], {}).setdefault(line, []).append(_cell(found[key]))
    made = iter(blocks.values())
    return [limit or _block(next(made)) for limit in limits]


def _block(rows: dict[int | str, list[Any]]) -> Cells:
    if not isinstance(next(iter(rows)), str):
        return list(rows.values())
    first = next(iter(rows.values()))
    if isinstance(first[0], FunctionError) and len(rows) == 1:
        return [first]
    return [list(rows), *map(list, zip(*rows.values(), strict=True))]


def _cell(value: Any) -> Any:
    return FunctionError(value) if isinstance(value, str) and value.startswith("#") else value


def _call(formula: Typed) -> Call:
    """The formula as Python writes it."""
    if formula.function.arguments[-1].kind is Kind.REST:
        return Call(formula.function, tuple(_plain(value) for value in formula.given))
    arguments = zip(formula.function.arguments, formula.given, strict=False)
    return Call(formula.function, tuple(_plain(value, argument.kind) for argument, value in arguments))


def _plain(value: Any, kind: Kind = Kind.SERIES) -> Any:
    if value is MISSING:
        return None
    return value[0] if isinstance(value, list) and kind is not Kind.MATRIX else value
