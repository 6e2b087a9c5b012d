# ruff: noqa: UP006, UP032, UP035
"""The way from LibreOffice to the user's Python: a worker that is started when needed and never waited for too long.

Shipped inside the add-in, and imported by the installation to see what a cell would see. LibreOffice's own Python may
be 3.5: no f-strings, no library.
"""

import contextlib
import json
import os
import subprocess
import threading
import time
from pathlib import Path
from typing import Any, List

WORKER = "wattstack.hosts.libreoffice.worker"
CURE = (
    'run "wattstack addin install --libreoffice" in the Python that has wattstack; '
    '"wattstack addin doctor --libreoffice" checks it'
)
LONGEST = 30.0  # seconds that a call may take, a start included
PAUSE = 5.0  # seconds after a failure in which no other call tries, so that a sheet of thousands does not hang
NEVER = float("inf")
NO_WINDOW = 0x08000000 if os.name == "nt" else 0


class UnreachableError(Exception):
    """The user's Python does not answer; the message says why and names the cure."""

    def __init__(self, why: str) -> None:
        super().__init__("wattstack: {}; {}".format(why, CURE))
        self.why = why


class Bridge:
    """A worker process, started at the first call.

    Parameters
    ----------
    version : str
        The version of the package that the worker must have.
    longest : float, optional
        Seconds after which a worker that does not answer is killed.
    """

    def __init__(self, version: str, longest: float = LONGEST) -> None:
        self._version = version
        self._longest = longest
        self._worker = None  # type: Any
        self._due = NEVER
        self._failed = -PAUSE
        self._why = UnreachableError("not asked")

    def ask(self, name: str, given: List[Any]) -> Any:
        """The block of cells that a call gives, as `wattstack.hosts.wire` writes it.

        Raises
        ------
        UnreachableError
            If the user's Python does not answer. Calls in the seconds after that raise the same at once.
        """
        if time.monotonic() < self._failed + PAUSE:
            raise self._why
        asked = json.dumps([name, given]).encode("ascii") + b"\n"
        try:
            answered = self._told(asked) if self._worker else b""
            if not answered:  # the first call, or the worker has died: a new one
                self.start()
                answered = self._told(asked)
            if not answered:
                raise UnreachableError("Python ended while it worked out {}".format(name))
            return json.loads(answered.decode("ascii"))
        except UnreachableError as error:
            self._failed, self._why = time.monotonic(), error
            self.stop()
            raise

    def start(self) -> None:
        """Start a worker and hear its version.

        Raises
        ------
        UnreachableError
            If no Python is set up, it cannot be started, lacks the package, or has another version of it.
        """
        self.stop()
        try:
            self._greeted(configured())
        except UnreachableError:
            self.stop()
            raise

    def _greeted(self, python: str) -> None:
        # -E: what LibreOffice sets for its own Python must not reach the user's
        command = [python, "-E", "-m", WORKER]
        pipe = subprocess.PIPE
        try:
            self._worker = subprocess.Popen(
                command, stdin=pipe, stdout=pipe, stderr=pipe, cwd=str(configuration().parent),
                creationflags=NO_WINDOW,
            )  # fmt: skip
        except OSError as error:
            raise UnreachableError("Python ({}) cannot be started: {}".format(python, error.strerror)) from None
        threading.Thread(target=self._watch, args=(self._worker,), daemon=True).start()
        greeting = self._told(b"").decode("utf-8", "replace").split()
        if not greeting:
            words = self._worker.stderr.read().decode("utf-8", "replace").strip().splitlines()
            raise UnreachableError(
                "Python ({}) cannot load wattstack: {}".format(python, words[-1] if words else "it ended")
            )
        if greeting[0] != "wattstack":
            raise UnreachableError("what is set up as Python ({}) is none".format(python))
        if greeting[-1] != self._version:
            raise UnreachableError(
                "the add-in is of version {}, Python ({}) has {}".format(self._version, python, greeting[-1])
            )

    def stop(self) -> None:
        """End the worker."""
        if self._worker is not None:
            self._worker.kill()
            self._worker.wait()
            for pipe in (self._worker.stdin, self._worker.stdout, self._worker.stderr):
                with contextlib.suppress(OSError):  # what it did not read cannot be flushed
                    pipe.close()
            self._worker = None

    def _told(self, line: bytes) -> bytes:
        """The line that the worker answers to a line; nothing if it has ended."""
        due = self._due = time.monotonic() + self._longest
        try:
            self._worker.stdin.write(line)
            self._worker.stdin.flush()
            answered = self._worker.stdout.readline()  # type: bytes
        except OSError:  # the pipe is broken
            answered = b""
        self._due = NEVER
        if not answered.endswith(b"\n"):  # it ended on the way
            answered = b""
        if not answered and time.monotonic() >= due:
            raise UnreachableError("Python did not answer within {:g} seconds".format(self._longest))
        return answered

    def _watch(self, worker: Any) -> None:
        """Kill a worker that is late: a look now and then, since a timer of its own would double a call's cost."""
        while worker.poll() is None:
            if time.monotonic() >= self._due:
                worker.kill()
            time.sleep(self._longest / 100)


def configuration() -> Path:
    """The file of the user that names the Python to ask."""
    return Path.home() / ".wattstack" / "libreoffice.json"


def configured() -> str:
    """The user's Python.

    Raises
    ------
    UnreachableError
        If none is set up.
    """
    try:
        return str(json.loads(configuration().read_text(encoding="utf-8"))["python"])
    except (OSError, ValueError, KeyError, TypeError):
        raise UnreachableError("no Python is set up for LibreOffice ({})".format(configuration())) from None
