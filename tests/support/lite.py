"""xlwings Lite, played by CPython: a stand-in for its API runs the generated `main.py` in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.support.typed import Limit, Typed
from tests.support.web import PATIENCE, flat, limit
from wattstack.hosts.lite.package import files
from wattstack.hosts.sheet import Cells
from wattstack.hosts.wire import decoded, encoded

STAND_IN = Path(__file__).with_name("xlwings_lite")


def through_lite(formulas: Sequence[Typed]) -> list[Cells | Limit]:
    """What Excel with xlwings Lite would show, as far as the stand-in is like it."""
    limits = [limit(formula) or _limit(formula) for formula in formulas]
    asked = [formula for formula, reason in zip(formulas, limits, strict=True) if reason is None]
    shown = iter(in_lite(asked)["cells"])
    return [decoded(next(shown)) if reason is None else Limit(reason) for reason in limits]


def _limit(formula: Typed) -> str | None:
    return "an empty text is read as a blank" if "" in flat(formula.given) else None


def in_lite(formulas: Sequence[Typed]) -> dict[str, Any]:
    """The cells of formulas, the functions that Lite finds, and the libraries that were loaded for them."""
    given = [[f.function.excel_name, [encoded(value) for value in f.given]] for f in formulas]
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files().items():
            Path(folder, name).write_bytes(content)
        ran = subprocess.run(
            [sys.executable, "-I", STAND_IN / "run.py", folder], input=json.dumps(given),
            capture_output=True, text=True, timeout=PATIENCE, check=False,
        )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    found: dict[str, Any] = json.loads(ran.stdout)
    return found
