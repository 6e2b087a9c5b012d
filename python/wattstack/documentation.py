"""What a reader sees of a declaration: the Python function with its docstring, and the page of the reference."""

from __future__ import annotations

import inspect
import math
import textwrap
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from .arguments import Kind
from .assumptions import claims
from .declaration import Argument, Case, Declaration, Grid, Row, Table
from .spec import HELP_LIMIT, Function

ONE_CALL = """\
**One call for a range.** Where an argument is a number, a range of them gives a range of results, in Python as in a
sheet, where it spills. A call costs a spreadsheet far more than the computation does: hand over a thousand rows as
`=TRANCHE_LOSS(A2:A1001,B2:B1001,0.067,0.4,0.15)`, not as a thousand formulas. A result that is no number is an error
in its own cell, beside the others."""
_SECTIONS = ("References", "Notes")


def as_python(function: Function[Any]) -> Callable[..., Any]:
    """The function as Python users see it: a plain function with signature and numpydoc docstring."""

    def wrapper(*args: Any, **options: Any) -> Any:
        return function(*args, **options)

    wrapper.__name__ = wrapper.__qualname__ = function.name
    wrapper.__module__ = "wattstack"
    wrapper.__doc__ = docstring(function)
    wrapper.__signature__ = function.parameters  # type: ignore[attr-defined]
    wrapper.declaration = function  # type: ignore[attr-defined]
    return wrapper


def description(function: Declaration[Any]) -> str:
    """The docstring as written, without its sections: what the function is, with the equation."""
    return _written(function)[0]


def _written(function: Declaration[Any]) -> tuple[str, str]:
    """The docstring as written, cut before its first section."""
    text = inspect.getdoc(function.body) or ""
    for section in _SECTIONS:
        before, heading, after = text.partition(f"\n\n{section}\n{'-' * len(section)}\n")
        if heading:
            return before, f"{section}\n{'-' * len(section)}\n{after}"
    return text, ""


def docstring(function: Declaration[Any]) -> str:
    """The numpydoc docstring: what was written, with the sections that the declaration knows."""
    text, rest = _written(function)
    parameters = "\n".join(
        f"{a.name} : {_kind(a)}\n" + textwrap.indent(argument_help(a), "    ") for a in function.arguments
    )
    raises = "\n".join(f"    {line}" for line in errors(function))
    parts = [
        text,
        f"Parameters\n----------\n{parameters}",
        f"Returns\n-------\n{returned(function)}\n    In {function.returns}.",
        f"Raises\n------\nwattstack.errors.FunctionError\n{raises}",
        rest,
        _examples(function),
    ]
    return "\n\n".join(part for part in parts if part)


def _kind(argument: Argument) -> str:
    shapes = {Kind.SERIES: "array_like, last axis the range", Kind.MATRIX: "array_like, last two axes the block"}
    shape = shapes.get(argument.kind, "scalar or array_like")
    words = {Kind.WORD: "str", Kind.TEXT: "str", Kind.FLAG: "bool", Kind.REST: "object"}
    kind = words.get(argument.kind, shape)
    return f"{kind}, optional" if argument.optional and argument.kind is not Kind.REST else kind


def argument_help(argument: Argument) -> str:
    """What an argument is, in one line: help, unit, rule and default."""
    unit = f" [{argument.unit}]" if argument.unit else ""
    default = f" Default: {argument.default_text}." if argument.default_text else ""
    return f"{argument.help}{unit}; {argument.rule}.{default}"


def wizard_help(argument: Argument) -> str:
    """What a function wizard says of an argument: the line, or the help alone where a wizard would cut the line."""
    line = argument_help(argument)
    return line if len(line) <= HELP_LIMIT else argument.help


def returned(function: Declaration[Any]) -> str:
    """The type and shape of the result in Python."""
    if isinstance(function.spills, Table):
        return f"pandas.DataFrame with the columns {', '.join(function.spills.columns)}"
    if isinstance(function.spills, Grid):
        return f"numpy.ndarray, {function.spills.rows} × {function.spills.columns}; float if all is scalar"
    if isinstance(function.spills, Row):
        return f"numpy.ndarray along {function.spills.axis}; float if all is scalar"
    return "str" if function.returns == "text" else "float, or numpy.ndarray of the broadcast shape"


def errors(function: Declaration[Any]) -> list[str]:
    """The error codes of a function and when they come, a line each."""
    wrong = "#VALUE! for the wrong kind"
    if any(argument.choices for argument in function.arguments):
        wrong += " or an unknown word"
    if sum(argument.kind is Kind.SERIES for argument in function.arguments) > 1:
        wrong += " or ranges that differ in length"
    if any(argument.kind is Kind.MATRIX for argument in function.arguments):
        wrong += " or a block that is not square"
    lines = [wrong + "; #N/A for a blank where a value is required;"]
    bounded = [a.name for a in function.arguments if a.domain.text != "any number"]
    lines.append("#NUM! outside the domain of " + (", ".join(bounded) if bounded else "finite numbers") + ";")
    for argument in function.arguments:
        if argument.domain.not_zero:
            lines.append(f"#DIV/0! for {argument.name} = 0;")
    lines += [f"{rule.code} otherwise: {_plain(rule.message)};" for rule in function.rules]
    lines[-1] = lines[-1][:-1] + "."
    return lines


def _plain(message: str) -> str:
    """A rule's message without the places for values."""
    words = message.replace("({", "{").replace("})", "}").split()
    return " ".join(word for word in words if not word.startswith("{"))


def explanation(function: Declaration[Any]) -> list[tuple[str, str]]:
    """What EXPLAIN shows: rows of item and text."""
    rows = [("formula", function.signature), ("definition", " ".join(description(function).split()))]
    rows += [(argument.name, argument_help(argument)) for argument in function.arguments]
    rows.append(("returns", function.returns))
    rows += [("errors", " ".join(errors(function)))]
    rows += [("source", f"{claim}: {claims()[claim].claim}") for claim in function.claims]
    return rows


def sheet_call(function: Declaration[Any], case: Case) -> str:
    """A case as one types it into a cell."""
    values = [*case.args, *case.options.values()]
    return f"={function.excel_name}({','.join(_typed(value) for value in values)})"


def _typed(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, (list, tuple)):
        rows = [value] if not value or not isinstance(value[0], (list, tuple)) else value
        return "{" + ";".join(",".join(_typed(cell) for cell in row) for row in rows) + "}"
    if isinstance(value, bool):
        return str(value).upper()
    return f'"{value}"' if isinstance(value, str) else f"{value:.15g}"


def python_call(function: Declaration[Any], case: Case) -> str:
    """A case as one writes it in Python."""
    options = [f"{name}={value!r}" for name, value in case.options.items()]
    return f"wattstack.{function.name}({', '.join([*map(repr, case.args), *options])})"


def shown_case(function: Declaration[Any]) -> Case | None:
    """The first worked case: the one that examples show."""
    return next((case for case in function.cases if not case.code), None)


def _examples(function: Declaration[Any]) -> str:
    case = shown_case(function)
    if case is None:
        return ""
    call = python_call(function, case)
    if isinstance(case.value, (int, float)):
        # as many digits as the value is known to
        digits = min(9, int(-math.log10(case.tolerance * max(1.0, abs(case.value)))))
        lines = [f">>> round({call}, {digits})", repr(round(float(case.value), digits))]
    elif isinstance(case.value, str):
        lines = [f">>> {call}", repr(case.value)]
    elif isinstance(case.value, list):
        lines = [f">>> {call}.round(9).tolist()", repr(np.round(np.array(case.value, float), 9).tolist())]
    else:
        label = next(iter(case.value))
        lines = [f">>> {call}[{label!r}].tolist() == {case.value[label]!r}", "True"]
    return "Examples\n--------\n>>> import wattstack\n" + "\n".join(lines)


def pages(functions: Iterable[Function[Any]], areas: dict[str, str]) -> dict[str, str]:
    """The reference: a page a function, and the index by task and by name, by file name."""
    found = {f"{function.name}.md": page(function) for function in functions}
    return {"README.md": _index(list(functions), areas), **found}


def _index(functions: list[Function[Any]], areas: dict[str, str]) -> str:
    lines = [
        "<!-- Made by `wattstack docs` from the declarations; edit those. -->",
        "",
        "# Functions",
        "",
        ONE_CALL,
        "",
        "## By task",
        "",
    ]
    for area, question in areas.items():
        rows = [
            f"| [{function.excel_name}]({function.name}.md) | {function.summary} |"
            for function in functions
            if function.area == area
        ]
        lines += [f"### {question}", "", "| function | what it gives |", "|---|---|", *rows, ""]
    lines += ["## By name", ""]
    lines += [f"- [`{function.signature}`]({function.name}.md)" for function in functions]
    return "\n".join([*lines, ""])


def page(function: Declaration[Any]) -> str:
    """The function's page of the reference, in Markdown."""
    rows = [f"| `{a.name}` | {a.help} | {a.unit or '–'} | {a.rule} | {_default(a)} |" for a in function.arguments]
    sources = [f"- {claim}: {claims()[claim].describe()}" for claim in function.claims]
    _, rest = _written(function)
    references = rest.split("\n", 2)[2] if rest else ""
    native = function.native_limit and f"None: {function.native_limit}. Offline workbooks carry the value."
    parts = [
        f"<!-- Made by `wattstack docs` from the declaration; edit that. -->\n\n# {function.excel_name}",
        f"`={function.signature}` in a sheet, `wattstack.{function.name}(…)` in Python.",
        description(function),
        f"**Returns** {_returns(function)}.",
        f"![{function.picture.title}](pictures/{function.name}.png)" if function.picture else "",
        "## Arguments\n\n| name | what | unit | must be | default |\n|---|---|---|---|---|\n" + "\n".join(rows),
        "## Errors\n\n" + "\n".join(f"- {line.rstrip(';.')}" for line in errors(function)),
        "## Examples\n\n" + _example_table(function),
        "## Native formula\n\n" + (native or _served(function)),
        "## Sources\n\n" + "\n".join([*sources, *([f"- {' '.join(references.split())}"] if references else [])])
        if sources or references
        else "",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _served(function: Declaration[Any]) -> str:
    most = [f"{a.name} up to {a.served:g}" for a in function.arguments if a.served < math.inf]
    most += [f"{a.name} {a.served_word}" for a in function.arguments if a.served_word]
    beyond = f" They serve {', '.join(most)}; beyond, they show #N/A." if most else ""
    return "Yes: workbooks without Python carry it as plain formulas." + beyond


def _default(argument: Argument) -> str:
    return argument.default_text or ("omitted" if argument.optional else "–")


def _returns(function: Declaration[Any]) -> str:
    if isinstance(function.spills, Table):
        return f"a table with the columns {', '.join(function.spills.columns)}; money and shares in {function.returns}"
    if isinstance(function.spills, Grid):
        return f"{function.spills.rows} × {function.spills.columns} values in {function.returns}"
    if isinstance(function.spills, Row):
        return f"a row of values along {function.spills.axis} in {function.returns}"
    return f"one value, {function.returns}"


def _example_table(function: Declaration[Any]) -> str:
    rows = ["| in a sheet | in Python | gives |", "|---|---|---|"]
    for case in function.cases:
        given = case.code or (case.value if isinstance(case.value, str) else repr(case.value))
        rows.append(f"| `{sheet_call(function, case)}` | `{python_call(function, case)}` | {given} |")
    return "\n".join(rows)
