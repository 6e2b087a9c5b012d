"""`python -m tests.agreement` writes docs/agreement.md: how far the renderings of each line differ."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path
from typing import Any

from tests.support.office import Office, cells
from tests.support.udf import worked_out
from wattstack.model import ai_infrastructure
from wattstack.model.scenarios import packaged
from wattstack.workbook import workbook
from wattstack.workbook.book import shown
from wattstack.workbook.layout import Layout

TARGET = Path(__file__).parents[1] / "docs" / "agreement.md"
HEADER = """<!-- Made by `python -m tests.agreement`. -->

# How far the numbers agree

Each line of the model in each of the {scenarios} scenarios, against the vectorised evaluation: the largest difference,
relative to the value (0 where both are 0 or the same error code). The contract is 1e-9 relative or 1e-12 absolute; the
tests hold every cell to it. Plain formulas are worked out by the embedded engine (formulon) and, the stored values
wiped first, by LibreOffice; the formulas with our functions by the adapter that all hosts share, a dash where a line
calls none.

| line | plain, embedded engine | plain, LibreOffice | our functions |
|---|---|---|---|
"""


def main() -> None:
    """Work all workbooks out and write the table."""
    model, names = ai_infrastructure(), packaged().names
    layout, evaluation = Layout(model), packaged().evaluation(model)
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / f"{name}.xlsx" for name in names]
        for file, name in zip(files, names, strict=True):
            file.write_bytes(workbook(name))
        embedded = [cells(file) for file in files]
        office = Office(Path(folder)).recalculated(files)
    functions = [_functions(name) for name in names]
    lines = []
    for key in model.published:
        place = layout.place(key)
        at = place.sheet, place.cell
        values = [shown(evaluation[key], scenario) for scenario in range(len(names))]
        columns = [_worst(engine, at, values) for engine in (embedded, office, functions)]
        lines.append(f"| {key} | {' | '.join(columns)} |")
    TARGET.write_text(HEADER.format(scenarios=len(names)) + "\n".join(lines) + "\n", encoding="utf-8")


def _functions(name: str) -> dict[tuple[str, str], Any]:
    data = workbook(name, "udf")
    return worked_out(io.BytesIO(data), cells(io.BytesIO(data)))  # type: ignore[arg-type]


def _worst(engine: list[dict[tuple[str, str], Any]], at: tuple[str, str], values: list[Any]) -> str:
    if at not in engine[0]:
        return "–"
    return f"{max(_difference(found.get(at), value) for found, value in zip(engine, values, strict=True)):.0e}"


def _difference(cell: Any, value: Any) -> float:
    if isinstance(cell, str) or isinstance(value, str) or cell is None:
        return 0.0 if cell == value else float("inf")
    return 0.0 if cell == value else abs(cell - value) / abs(value or 1.0)


if __name__ == "__main__":
    main()
