"""LibreOffice with the add-in: formulas are typed, cells are read."""

from __future__ import annotations

import atexit
import functools
import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.support.office import missing
from tests.support.typed import Limit, Typed
from wattstack.arguments import Kind
from wattstack.declaration import Argument
from wattstack.errors import FunctionError
from wattstack.hosts.libreoffice import install
from wattstack.hosts.libreoffice.worker import declared
from wattstack.hosts.sheet import MISSING, Cells
from wattstack.hosts.wire import encoded

TYPIST = Path(__file__).with_name("typist.py")
SYSTEM_PYTHON = "/usr/bin/python3"  # a virtual environment does not see the system's UNO
CODES = {503: "#NUM!", 519: "#VALUE!", 521: "#NULL!", 524: "#REF!", 525: "#NAME?", 532: "#DIV/0!", 32767: "#N/A"}


class Calc:
    """A private user with a LibreOffice of their own, into which the add-in is installed."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self.profile = folder / "profile"
        self.home.mkdir(parents=True)
        self._known: dict[str, Cells] = {}
        self._program = shutil.which("soffice") or ""
        if not self._program:
            missing("LibreOffice")
        if subprocess.run([SYSTEM_PYTHON, "-c", "import uno"], capture_output=True, check=False).returncode:
            missing("python3-uno")

    @property
    def environment(self) -> dict[str, str]:
        """What processes of this user see."""
        return {**os.environ, "HOME": str(self.home)}

    def managed(self, *actions: str) -> list[Any]:
        """What the host's `install`, `remove`, `status` or `problems` give, as this user calls them in turn."""
        code = (
            f"import json, pathlib, sys, {install.__name__} as host\n"
            f"print(json.dumps([getattr(host, action)(pathlib.Path(sys.argv[1])) for action in sys.argv[2:]]))"
        )
        command = [sys.executable, "-c", code, str(self.profile), *actions]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)  # type: ignore[no-any-return]

    def ask(self, *jobs: tuple[str, Sequence[Any]]) -> list[Any]:
        """What the typist's methods give, each with its arguments, in one LibreOffice."""
        done = subprocess.run(
            [SYSTEM_PYTHON, str(TYPIST), self._program, self.profile.as_uri()],
            env={**self.environment, "PYTHONPATH": str(install.HEADLESS.parent)},
            input=json.dumps(jobs), capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)  # type: ignore[no-any-return]

    def answers(self, formulas: Sequence[Typed]) -> list[Cells | Limit]:
        """What the cells of the formulas show; each is typed once."""
        limits = {key(formula): limit(formula) for formula in formulas}
        new = {key(f): f for f in formulas if limits[key(f)] is None and key(f) not in self._known}
        sheet = Inputs()
        texts = list(map(sheet.written, new.values()))
        if texts:
            self._known.update(zip(new, map(shown, self.ask(("typed", [sheet.blocks, texts]))[0]), strict=True))
        return [limits[key(formula)] or self._known[key(formula)] for formula in formulas]


@functools.cache
def calc() -> Calc:
    """The one of this run, with the add-in installed."""
    folder = tempfile.mkdtemp(prefix="wattstack")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    made = Calc(Path(folder))
    made.managed("install")
    return made


def through_libreoffice(formulas: Sequence[Typed]) -> list[Cells | Limit]:
    """What LibreOffice shows for each formula, or why it cannot be asked that."""
    return calc().answers(formulas)


def key(formula: Typed) -> str:
    """What tells a formula from others."""
    return json.dumps([formula.function.excel_name, encoded(list(formula.given))])


def shown(block: list[list[Any]]) -> Cells:
    """Cells with errors as all hosts tell them."""
    return [[FunctionError(CODES[cell["error"]]) if isinstance(cell, dict) else cell for cell in row] for row in block]


def limit(formula: Typed) -> Limit | None:
    """What Calc cannot hand over as it was meant."""
    arguments = declared(formula.function, list(formula.given))
    if len(formula.given) > len(arguments):
        return Limit("Calc itself refuses more arguments than a function has (Err:504)")
    reasons = [_limit(argument, value) for argument, value in zip(arguments, formula.given, strict=False)]
    return next((Limit(reason) for reason in reasons if reason), None)


def _limit(argument: Argument, value: Any) -> str:
    cells = [cell for row in value for cell in row] if isinstance(value, list) else [value]
    truths = [isinstance(cell, bool) for cell in cells]
    if any(isinstance(cell, float) and not math.isfinite(cell) for cell in cells):
        return "no cell of Calc holds an infinite number"
    if any(truths) != (argument.kind is Kind.FLAG) and any(cell in (0, 1) for cell in cells):
        return "Calc knows no truth values: 1 and 0 stand for them"
    if cells == [None]:
        return "Calc hands a single blank cell over as 0"
    if len(cells) > 1 and "" in cells:
        return "Calc hands an empty text in a range over as a blank"
    if len(cells) > 1 and any(isinstance(cell, FunctionError) for cell in cells):
        return "Calc itself refuses a range with an error in it (Err:504)"
    return ""


class Inputs:
    """The sheet of the ranges that formulas refer to."""

    def __init__(self) -> None:
        self.blocks: list[tuple[int, Any]] = []
        self._next = 0

    def written(self, formula: Typed) -> str:
        """The formula's text, its ranges put onto the sheet."""
        return f"{formula.function.excel_name}({';'.join(map(self._argument, formula.given))})"

    def _argument(self, value: Any) -> str:
        if value is MISSING:
            return ""
        if isinstance(value, (list, FunctionError)):
            return self._reference(value if isinstance(value, list) else [[value]])
        if isinstance(value, bool):
            return f"{str(value).upper()}()"
        return '"' + value.replace('"', '""') + '"' if isinstance(value, str) else repr(value)

    def _reference(self, block: list[list[Any]]) -> str:
        cells = [[{"error": c.code} if isinstance(c, FunctionError) else c for c in row] for row in block]
        self.blocks.append((self._next, cells))
        top = self._next + 1
        self._next += len(block)
        last = f"{_letters(len(block[0]))}{self._next}"
        return f"$Inputs.A{top}" if last == f"A{top}" else f"$Inputs.A{top}:{last}"  # a range of one cell is no cell


def _letters(column: int) -> str:
    """A column's letters, counted from 1."""
    before, last = divmod(column - 1, 26)
    return (_letters(before) if before else "") + chr(ord("A") + last)
