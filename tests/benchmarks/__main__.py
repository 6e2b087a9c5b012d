"""`python -m tests.benchmarks [--brief] [--out docs/benchmarks.md]` measures and writes the table."""

from __future__ import annotations

import argparse
import os
import platform
from datetime import date
from pathlib import Path

from tests.benchmarks.calls import call_rows
from tests.benchmarks.excel import excel_rows
from tests.benchmarks.libreoffice import libreoffice_rows
from tests.benchmarks.measure import Row
from tests.benchmarks.model import model_rows
from tests.benchmarks.pool import pool_rows
from tests.benchmarks.tranche import tranche_rows
from tests.benchmarks.web import web_rows

HEADER = """<!-- Made by `python -m tests.benchmarks --out docs/benchmarks.md`. -->

# Benchmarks

Ratios are ours over the peer's, medians of runs that alternate in one process; below 1 we are quicker. Absolute
figures are of the machine named and for orientation only.

"""


def main() -> None:
    """Measure, print, and write if asked to."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--brief", action="store_true", help="few rows and runs: does it still work?")
    parser.add_argument("--out", type=Path, metavar="F.md", help="write the table there")
    options = parser.parse_args()
    measured = excel_rows, web_rows, libreoffice_rows, call_rows, tranche_rows, pool_rows, model_rows  # the heavy last
    rows = [row for rows_of in measured for row in rows_of(brief=options.brief)]
    text = _table(rows)
    print(text)
    if options.out:
        options.out.write_text(HEADER + text, encoding="utf-8")


def _table(rows: list[Row]) -> str:
    lines = ["| what | ours | peer | ratio | accuracy |", "|---|---|---|---|---|"]
    lines += [f"| {row.what} | {row.ours} | {row.peer} | {row.ratio} | {row.accuracy} |" for row in rows]
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()}"
    return "\n".join([*lines, "", f"Measured on {date.today()} on {machine}.", ""])


if __name__ == "__main__":
    main()
