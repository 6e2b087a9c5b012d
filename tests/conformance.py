"""`python -m tests.conformance` writes docs/conformance.md: every worked and error case, asked of every host."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.calc import through_libreoffice
from tests.support.engines import through_batch, through_embedded, through_office, through_python
from tests.support.excel import through_vba, through_xlwings
from tests.support.lite import through_lite
from tests.support.typed import Answers, Limit, Typed, every_case
from tests.support.web import through_office_js
from wattstack.errors import FunctionError
from wattstack.hosts.sheet import Cells, answer

TARGET = Path(__file__).parents[1] / "docs" / "conformance.md"
HOSTS: dict[str, Answers] = {
    "Python": through_python,
    "batch": through_batch,
    "Excel, Python side": through_xlwings,
    "Excel, macros": through_vba,
    "Excel, web and Mac": through_office_js,
    "xlwings Lite": through_lite,
    "LibreOffice Calc": through_libreoffice,
    "plain formulas, embedded engine": through_embedded,
    "plain formulas, LibreOffice": through_office,
}
CLOSED = 1e-12  # closed forms: the same operations, rounded in another order here and there
ITERATIVE = 1e-9  # roots and integrals that an engine finds in its own way
HEADER = """<!-- Made by `python -m tests.conformance`. -->

# One number everywhere

Every worked and error case of every function, asked of every host: how many cases there are, and how many of them each
host answers with the same number, word or error code. Numbers agree to 1e-12 (relative, or absolute below 1); a ~
marks a function for which a host works out an integral or a root in its own way, to 1e-9. A note says what a host
cannot do.

How each was asked: the Python function; a line of a model over a table of scenarios; xlwings' own conversion code with
COM replaced; the generated macros in an interpreter of VBA; the JavaScript of the web host in node, against the server;
`main.py` in Python with a stand-in for xlwings Lite; formulas typed into a headless LibreOffice with the add-in; a
workbook of plain formulas in the embedded engine and in LibreOffice. None of it was asked in Excel itself: what only
Excel can show is listed in `addin/README.md`.

"""


@dataclass(frozen=True)
class Outcome:
    """How a host answers one formula: the largest difference of its numbers, or why it cannot answer."""

    difference: float
    limit: str = ""


def outcomes(formulas: Sequence[Typed], answers: Answers) -> list[Outcome]:
    """The answers of a host beside those of the adapter that all spreadsheets share."""
    pairs = zip(formulas, answers(formulas), strict=True)
    return [
        Outcome(0.0, found.reason)
        if isinstance(found, Limit)
        else Outcome(_difference(found, answer(formula.function, list(formula.given))))
        for formula, found in pairs
    ]


def _difference(found: Cells, wanted: Cells) -> float:
    """The largest difference of two blocks of cells; infinite where they differ in more than numbers."""
    if [len(row) for row in found] != [len(row) for row in wanted]:
        return math.inf
    pairs = [pair for rows in zip(found, wanted, strict=True) for pair in zip(*rows, strict=True)]
    return max(_apart(*pair) for pair in pairs)


def _apart(found: Any, wanted: Any) -> float:
    if isinstance(found, (int, float)) and isinstance(wanted, (int, float)):
        return abs(found - wanted) / max(abs(wanted), 1.0)
    return 0.0 if _plain(found) == _plain(wanted) else math.inf


def _plain(cell: Any) -> Any:
    return cell.code if isinstance(cell, FunctionError) else cell


def table(found: dict[str, list[Outcome]], formulas: Sequence[Typed]) -> str:
    """The table of functions and hosts, and the notes below it."""
    notes: dict[str, int] = {}
    lines = [f"| function | cases | {' | '.join(found)} |", "|---|---|" + "---|" * len(found)]
    for function in dict.fromkeys(formula.function for formula in formulas):
        places = [place for place, formula in enumerate(formulas) if formula.function is function]
        cells = [_cell([outcomes[place] for place in places], notes) for outcomes in found.values()]
        lines.append(f"| {function.excel_name} | {len(places)} | {' | '.join(cells)} |")
    return "\n".join([*lines, "", *(f"{number}. {note}" for note, number in notes.items()), ""])


def _cell(asked: list[Outcome], notes: dict[str, int]) -> str:
    """How many cases agree, and the numbers of the notes on the others."""
    answered = [outcome for outcome in asked if not outcome.limit]
    agreed = [outcome for outcome in answered if outcome.difference <= ITERATIVE]
    limits = sorted({notes.setdefault(o.limit, len(notes) + 1) for o in asked if o.limit})
    rough = "~" if any(outcome.difference > CLOSED for outcome in agreed) else ""
    wrong = f" **{len(answered) - len(agreed)} wrong**" if len(agreed) < len(answered) else ""
    return f"{len(agreed) or '–'}{rough}{wrong}{''.join(f' [{number}]' for number in limits)}"


def document() -> str:
    """The whole page."""
    formulas = every_case()
    return HEADER + table({host: outcomes(formulas, answers) for host, answers in HOSTS.items()}, formulas)


if __name__ == "__main__":
    TARGET.write_text(document(), encoding="utf-8")
