"""The command line: `wattstack call | explain | workbook | batch | demo | template | docs`."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from . import __version__
from .errors import FunctionError, InputError
from .registry import registry
from .spec import Function

WRONG_INPUT = 2


def main(arguments: list[str] | None = None) -> int:
    """Run a command.

    Returns
    -------
    int
        0; 1 if a check failed; 2 if what was given is wrong, told in one line.
    """
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except FunctionError as error:
        print(f"wattstack: {error.code}: {error}", file=sys.stderr)
    except InputError as error:
        print(f"wattstack: {error}", file=sys.stderr)
    return WRONG_INPUT


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="wattstack", description="The AI infrastructure boom, from power to capital.")
    parser.add_argument("--version", action="version", version=f"wattstack {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    call = commands.add_parser("call", help="compute a function: wattstack call POWER_GAP 47 15")
    call.add_argument("name", help="the function, in any case")
    call.add_argument(
        "arguments",
        nargs=argparse.REMAINDER,
        help="numbers, words, TRUE, FALSE, ranges such as 15,3 or [15, 3], blanks as '', or name=value",
    )
    call.set_defaults(run=_call)

    explain = commands.add_parser("explain", help="what a function does, and its arguments")
    explain.add_argument("name", help="the function, in any case")
    explain.set_defaults(run=_explain)

    book = commands.add_parser("workbook", help="write a scenario's workbook")
    book.add_argument("--scenario", default="base", help="the live scenario (default: base)")
    book.add_argument("--out", type=Path, required=True, metavar="F.xlsx", help="the file to write")
    book.set_defaults(run=_workbook)

    batch = commands.add_parser("batch", help="evaluate the model for every row of a CSV file of scenarios")
    batch.add_argument("scenarios", type=Path, metavar="SCENARIOS.csv", help="overrides by key, one scenario a row")
    batch.add_argument("--out", type=Path, required=True, metavar="RESULTS.csv", help="the file to write")
    batch.add_argument("--outputs", type=_keys, metavar="KEY,KEY", help="the lines to compute and write (default: all)")
    batch.set_defaults(run=_batch)

    demo = commands.add_parser("demo", help="the whole chain: table, workbooks, results, charts")
    demo.add_argument("--out", type=Path, default=Path("demo"), metavar="DIR", help="the folder (default: demo)")
    demo.set_defaults(run=_demo)

    template = commands.add_parser("template", help="build the Excel template on the add-in's functions")
    template.add_argument("--out", type=Path, default=Path("workbook_templates"), metavar="DIR")
    template.set_defaults(run=_template)

    docs = commands.add_parser("docs", help="build the pages of the function reference")
    docs.add_argument("--out", type=Path, default=Path("docs", "functions"), metavar="DIR")
    docs.set_defaults(run=_docs)
    return parser


def _keys(text: str) -> list[str]:
    return [key.strip() for key in text.split(",")]


def _call(options: argparse.Namespace) -> int:
    function = registry()[options.name]
    given: list[Any] = []
    named: dict[str, Any] = {}
    for text in options.arguments:
        name, equals, value = text.partition("=")
        if equals and any(argument.name == name for argument in function.arguments):
            named[name] = value_of(value)
        else:
            given.append(value_of(text))
    print(_told(_called(function, given, named)))
    return 0


def _called(function: Function[Any], given: list[Any], named: dict[str, Any]) -> Any:
    try:
        return function(*given, **named)
    except TypeError as error:
        raise InputError(f"{function.signature}: {error}") from None


def value_of(text: str) -> Any:
    """A value as typed on the command line: blank, number, truth value, range or word."""
    if not text.strip():
        return None
    for form in (text, f"[{text}]", text.lower()):
        try:
            return json.loads(form)
        except ValueError:
            continue
    return text


def _told(value: Any) -> str:
    if hasattr(value, "to_string"):
        return "\n".join(
            "\t".join(map(_told, row)) for row in [list(value.columns), *value.itertuples(index=False, name=None)]
        )
    if hasattr(value, "tolist"):
        rows = value.tolist() if value.ndim > 1 else [value.tolist()]
        return "\n".join("\t".join(map(_told, row)) for row in rows)
    return value if isinstance(value, str) else f"{value:.15g}"


def _explain(options: argparse.Namespace) -> int:
    from .documentation import explanation

    for item, text in explanation(registry()[options.name]):
        print(f"{item}: {text}")
    return 0


def _workbook(options: argparse.Namespace) -> int:
    from .files import write_whole
    from .workbook import workbook

    write_whole(options.out, workbook(options.scenario))
    print(f"Written: {options.out}")
    return 0


def _batch(options: argparse.Namespace) -> int:
    from rich.console import Console
    from rich.progress import Progress

    from .batch.run import run
    from .model import ai_infrastructure
    from .model.many import chosen
    from .model.scenarios import read_scenarios

    model = ai_infrastructure()
    scenarios = read_scenarios(options.scenarios, model)
    outputs = chosen(model, options.outputs or model.published)
    with Progress(console=Console(stderr=True)) as progress:
        task = progress.add_task("Scenarios", total=len(scenarios))
        run(model, scenarios, options.out, outputs, lambda rows: progress.advance(task, rows))
    print(f"Written: {options.out} ({len(scenarios)} scenarios × {len(outputs)} lines)")
    return 0


def _demo(options: argparse.Namespace) -> int:
    from rich.console import Console

    from .demo import demo

    console = Console(width=None if sys.stdout.isatty() else 160)
    return demo(options.out, console)


def _template(options: argparse.Namespace) -> int:
    from .files import folder, write_whole
    from .workbook import workbook

    path = folder(options.out) / "ai_infrastructure.xlsx"
    write_whole(path, workbook(dialect="udf"))
    print(f"Written: {path}")
    return 0


def _docs(options: argparse.Namespace) -> int:
    from .documentation import pages
    from .files import folder, write_whole
    from .pictures import draw_functions

    for name, text in pages(registry(), registry().areas).items():
        write_whole(folder(options.out) / name, text.encode())
    draw_functions(registry(), folder(options.out / "pictures"))
    print(f"Written: {options.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
