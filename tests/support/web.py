"""Excel on the web, played by node: the generated JavaScript against the real server."""

from __future__ import annotations

import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.office import missing
from tests.support.typed import Limit, Typed
from wattstack.arguments import Kind
from wattstack.hosts.sheet import Cells
from wattstack.hosts.web.package import file
from wattstack.hosts.wire import decoded, encoded

TOKEN = "a-token-of-the-tests"
EXCEL = Path(__file__).with_name("excel.js")
PATIENCE = 120  # seconds that a loaded machine may take


@dataclass(frozen=True)
class Server:
    """`wattstack serve`, running."""

    origin: str
    certificate: Path
    home: Path
    process: subprocess.Popen[str]


@contextmanager
def server(*options: str, home: Path | None = None) -> Iterator[Server]:
    """Start the server on a free port, with a user's folder of its own; stop it afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        home = home or Path(folder)
        process = subprocess.Popen(
            [sys.executable, "-m", "wattstack", "serve", "--port", "0", "--token", TOKEN, *options],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**os.environ, "HOME": str(home), "USERPROFILE": str(home)},
        )  # fmt: skip
        assert process.stdout is not None and process.stderr is not None
        try:
            origin = process.stdout.readline().strip().rpartition(" ")[2].rstrip("/")
            assert origin.startswith("https://"), process.stderr.read()
            yield Server(origin, home / ".wattstack" / "web" / "localhost.pem", home, process)
        finally:
            process.terminate()
            process.communicate(timeout=PATIENCE)


def through_office_js(formulas: Sequence[Typed]) -> list[Cells | Limit]:
    """What Excel on the web would show: cells where it could ask, the reason where it could not."""
    limits = [limit(formula) for formula in formulas]
    asked = [formula for formula, reason in zip(formulas, limits, strict=True) if reason is None]
    with server() as running:
        shown = iter(typed_in(running, asked)["cells"])
    return [decoded(next(shown)) if reason is None else Limit(reason) for reason in limits]


def typed_in(running: Server, formulas: Sequence[Typed], **job: Any) -> dict[str, Any]:
    """The cells of formulas that are typed at once, the requests that left, and the milliseconds it took."""
    given = [[f.function.excel_name, [encoded(value) for value in f.given]] for f in formulas]
    return in_node(running.certificate, origin=running.origin, formulas=given, **job)


def in_node(certificate: Path, **job: Any) -> dict[str, Any]:
    """Run Excel's part; `job` says what `excel.js` reads."""
    node = shutil.which("node")
    if node is None:
        missing("node")
    script, metadata = (file(name, job["origin"])[0] or b"" for name in ("functions.js", "functions.json"))
    told = {"token": TOKEN, "script": script.decode(), "metadata": json.loads(metadata), "limits": {}, **job}
    ran = subprocess.run(
        [str(node), str(EXCEL)], input=json.dumps(told), capture_output=True, text=True, timeout=PATIENCE, check=False,
        env={**os.environ, "NODE_EXTRA_CA_CERTS": str(certificate)},
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


def limit(formula: Typed) -> str | None:
    """Why Excel would not hand the formula over."""
    arguments = formula.function.arguments
    if len(formula.given) > len(arguments) and arguments[-1].kind is not Kind.REST:
        return "Excel refuses a formula with too many arguments as it is typed"
    if any(isinstance(cell, float) and not math.isfinite(cell) for cell in flat(formula.given)):
        return "a cell holds no infinite number"
    return None


def flat(value: Any) -> Iterator[Any]:
    """The cells in it."""
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from flat(item)
    else:
        yield value
