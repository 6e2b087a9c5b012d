"""The command line: `wattstack call | explain | workbook | scenario | batch | demo | template | addin | serve` …"""

from __future__ import annotations

import argparse
import io
import json
import sys
from contextlib import redirect_stderr, redirect_stdout
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


def printed(*arguments: str) -> str:
    """What a command prints, or says is wrong: for a caller without a terminal, such as a button in a workbook."""
    told, wrong = io.StringIO(), io.StringIO()
    with redirect_stdout(told), redirect_stderr(wrong):
        code = main(list(arguments))
    return (wrong if code else told).getvalue().strip()


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

    _book_parsers(commands)

    batch = commands.add_parser("batch", help="evaluate the model for every row of a CSV file of scenarios")
    batch.add_argument("scenarios", type=Path, metavar="SCENARIOS.csv", help="overrides by key, one scenario a row")
    batch.add_argument("--out", type=Path, required=True, metavar="RESULTS.csv", help="the file to write")
    batch.add_argument("--outputs", type=_keys, metavar="KEY,KEY", help="the lines to compute and write (default: all)")
    batch.set_defaults(run=_batch)

    demo = commands.add_parser("demo", help="the whole chain: table, workbooks, results, charts")
    demo.add_argument("--out", type=Path, default=Path("demo"), metavar="DIR", help="the folder (default: demo)")
    demo.set_defaults(run=_demo)

    template = commands.add_parser("template", help="build the Excel templates on the functions")
    template.add_argument("--out", type=Path, default=Path("workbook_templates"), metavar="DIR")
    template.set_defaults(run=_template)

    addin = commands.add_parser("addin", help="build, install or examine what a spreadsheet program loads")
    _addin_parser(addin.add_subparsers(required=True, metavar="JOB"))

    docs = commands.add_parser("docs", help="build the pages of the function reference")
    docs.add_argument("--out", type=Path, default=Path("docs", "functions"), metavar="DIR")
    docs.set_defaults(run=_docs)

    _serve_parser(commands.add_parser("serve", help="serve the functions to Excel on the web and Mac"))
    return parser


def _book_parsers(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    book = commands.add_parser("workbook", help="write a scenario's workbook")
    live = book.add_mutually_exclusive_group()
    live.add_argument("--scenario", default="base", help="the live scenario (default: base)")
    live.add_argument("--inputs", type=Path, metavar="BOOK", help="a workbook whose live inputs are the scenario")
    book.add_argument("--out", type=Path, required=True, metavar="F.xlsx", help="the file to write")
    book.set_defaults(run=_workbook)

    scenario = commands.add_parser("scenario", help="add the live inputs of a workbook to a CSV file of scenarios")
    scenario.add_argument("book", type=Path, metavar="BOOK", help="the workbook, as Excel saved it")
    scenario.add_argument("--name", required=True, help="what the scenario is called")
    scenario.add_argument("--out", type=Path, required=True, metavar="SCENARIOS.csv", help="the file to add it to")
    scenario.set_defaults(run=_scenario)


def _addin_parser(jobs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    build = jobs.add_parser("build", help="write the add-ins of all programs")
    build.add_argument("--out", type=Path, default=Path("addin_build"), metavar="DIR")
    build.set_defaults(run=_addin_build)
    for job, does in {
        "install": "put the add-in in its place, for this user",
        "status": "what is installed where",
        "remove": "take away what install has put there",
        "doctor": "find what is wrong, and say the cure",
    }.items():
        parser = jobs.add_parser(job, help=does)
        parser.add_argument("--libreoffice", action="store_true", help="LibreOffice Calc (default: Excel on Windows)")
        parser.set_defaults(run=_addin_doctor if job == "doctor" else _addin, job=job)


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
    from .model import ai_infrastructure
    from .model.scenarios import packaged
    from .workbook import workbook
    from .workbook.read import changed_inputs

    name, scenarios = options.scenario, packaged()
    if options.inputs:
        name, scenarios = "current", scenarios.plus("current", changed_inputs(options.inputs, ai_infrastructure()))
    write_whole(options.out, workbook(name, scenarios=scenarios))
    print(f"Written: {options.out}")
    return 0


def _scenario(options: argparse.Namespace) -> int:
    from .files import write_whole
    from .model import ai_infrastructure
    from .model.scenarios import Scenarios, read_scenarios
    from .workbook.read import changed_inputs

    model = ai_infrastructure()
    table = read_scenarios(options.out, model) if options.out.exists() else Scenarios([], {})
    table = table.plus(options.name, changed_inputs(options.book, model))
    write_whole(options.out, table.as_csv())
    print(f'Written: {options.out} ("{options.name}" is scenario {len(table)})')
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
    console = Console(stderr=True)
    with Progress(console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("Scenarios", total=len(scenarios))
        run(model, scenarios, options.out, outputs, lambda rows: progress.advance(task, rows))
    print(f"Written: {options.out} (scenarios: {len(scenarios)}, lines: {len(outputs)})")
    return 0


def _demo(options: argparse.Namespace) -> int:
    from rich.console import Console

    from .demo import demo

    console = Console(width=None if sys.stdout.isatty() else 160)
    return demo(options.out, console)


def _template(options: argparse.Namespace) -> int:
    from .files import folder, write_whole
    from .hosts.excel.template import with_buttons
    from .workbook import workbook

    book = workbook(dialect="udf")
    for kind, content in (("xlsx", book), ("xlsm", with_buttons(book))):
        path = folder(options.out) / f"ai_infrastructure.{kind}"
        write_whole(path, content)
        print(f"Written: {path}")
    return 0


def _addin_build(options: argparse.Namespace) -> int:
    from .addin import build

    for path in build(options.out):
        print(f"Written: {path}")
    return 0


def _addin(options: argparse.Namespace) -> int:
    from .addin import installer

    for line in getattr(installer(options.libreoffice), options.job)():
        print(line)
    return 0


def _addin_doctor(options: argparse.Namespace) -> int:
    from .addin import installer

    problems = installer(options.libreoffice).problems()
    for what, cure in problems:
        print(f"Problem: {what}\n   Cure: {cure}")
    if not problems:
        print("No problem found.")
    return 1 if problems else 0


def _docs(options: argparse.Namespace) -> int:
    from .documentation import pages
    from .files import folder, write_whole
    from .pictures import draw_functions

    for name, text in pages(registry(), registry().areas).items():
        write_whole(folder(options.out) / name, text.encode())
    draw_functions(registry(), folder(options.out / "pictures"))
    print(f"Written: {options.out}")
    return 0


def _serve_parser(serve: argparse.ArgumentParser) -> None:
    serve.add_argument("--host", default="localhost", help="the address to listen on (default: localhost)")
    serve.add_argument("--port", type=int, default=8443, help="the port, 0 for any that is free (default: 8443)")
    serve.add_argument("--token", help="what callers must bring (default: one made at the first start and kept)")
    serve.add_argument("--certificate", type=Path, metavar="F.pem", help="for HTTPS (default: self-signed, localhost)")
    serve.add_argument("--key", type=Path, metavar="F.key", help="the certificate's private key")
    serve.set_defaults(run=_serve)


def _serve(options: argparse.Namespace) -> int:
    try:
        from .hosts.web.serve import serve
    except ImportError as error:
        cure = 'in the clone of the repository, pip install ".[web]"'
        raise InputError(f"{error.name} is not installed: {cure}") from None

    serve(options.host, options.port, options.token, options.certificate, options.key)
    return 0


if __name__ == "__main__":
    sys.exit(main())
