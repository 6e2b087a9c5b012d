"""The main job: the article's case from the power gap to the tranche loss, as a table, workbooks and charts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from .arguments import Column
from .batch.run import run
from .errors import Code
from .files import folder as made
from .files import write_whole
from .model import ai_infrastructure
from .model.evaluate import Evaluation
from .model.lines import Model
from .model.scenarios import Scenarios, packaged, verdicts
from .pictures import draw
from .workbook import workbook


def demo(folder: Path, console: Console) -> int:
    """Print the chain, write everything into `folder`, and tell what to open first.

    Returns
    -------
    int
        0, or 1 if an identity does not hold in some scenario.
    """
    model, scenarios = ai_infrastructure(), packaged()
    evaluation = scenarios.evaluation(model)
    for sheet in model.sheets:
        console.print(_table(model, evaluation, sheet, scenarios.names))
    written = _write(model, scenarios, folder, console)
    broken = _broken(model, evaluation, scenarios.names)
    _print_claims(model, evaluation, scenarios.names, console)
    console.print(f"\nWritten to {folder}: {', '.join(path.name for path in written)}.", soft_wrap=True)
    console.print(f"Open first: {written[0]} (sheet Dashboard); any spreadsheet will do.", soft_wrap=True)
    for line in broken:
        console.print(f"Check failed: {line}", style="red", soft_wrap=True)
    return 1 if broken else 0


def _table(model: Model, evaluation: Evaluation, sheet: str, names: list[str]) -> Table:
    table = Table(title=sheet, title_justify="left", title_style="bold", header_style="bold")
    table.add_column("line", no_wrap=True)
    table.add_column("unit", no_wrap=True)
    for name in names:
        table.add_column(name, justify="right", no_wrap=True)
    for key in model.published:
        line = model.lines[key]
        if line.sheet == sheet:
            table.add_row(key, line.unit, *_shown(evaluation[key], len(names)))
    return table


def _shown(column: Column, count: int) -> list[str]:
    values = np.broadcast_to(column.values, (count,)).astype(float)
    codes = np.broadcast_to(np.zeros((), np.int8) if column.codes is None else column.codes, (count,))
    return [
        Code(int(code)).text or f"{value:.4g}" if code or abs(value) < 1e4 else f"{value:,.0f}"
        for value, code in zip(values, codes, strict=True)
    ]


def _write(model: Model, scenarios: Scenarios, folder: Path, console: Console) -> list[Path]:
    made(folder)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    written = []
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("Workbooks", total=len(scenarios))
        for name in scenarios.names:
            written.append(folder / f"{name}.xlsx")
            write_whole(written[-1], workbook(name, model=model, scenarios=scenarios))
            progress.advance(task)
        task = progress.add_task("Results and charts", total=2)
        run(model, scenarios, folder / "results.csv")
        progress.advance(task)
        pictures = draw(model, scenarios, folder)
        progress.advance(task)
    return [*written, folder / "results.csv", *pictures]


def _broken(model: Model, evaluation: Evaluation, names: list[str]) -> list[str]:
    return [
        f"{check.label} ({check.key}) does not hold in {name}"
        for check in model.checks
        if check.is_identity
        for name, holds in zip(names, verdicts(check, evaluation.of(check.value), len(names)), strict=True)
        if not holds
    ]


def _print_claims(model: Model, evaluation: Evaluation, names: list[str], console: Console) -> None:
    table = Table(title="What the article says", title_justify="left", title_style="bold", header_style="bold")
    table.add_column("claim")
    for name in names:
        table.add_column(name)
    for check in model.checks:
        if not check.is_identity:
            table.add_row(check.label, *map(str, verdicts(check, evaluation.of(check.value), len(names))))
    console.print(table)
