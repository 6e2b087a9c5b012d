"""A user's Windows in memory, on which an installation can be seen step by step."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePath, PureWindowsPath
from typing import Any

import pytest

from wattstack.hosts.excel import package
from wattstack.hosts.excel.desktop import Desktop

HOME = r"C:\Users\Ann"
STARTUP = HOME + r"\AppData\Roaming\Microsoft\Excel\XLSTART"
ADDIN = STARTUP + r"\wattstack.xlam"
CONFIGURATION = HOME + r"\.wattstack\wattstack.conf"
PYTHON = HOME + r"\work\.venv\Scripts\python.exe"
DLL = HOME + r"\work\.venv\xlwings64-0.37.8.dll"
EXCEL = r"C:\Program Files\Microsoft Office\root\Office16\EXCEL.EXE"
APP_PATH = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\excel.exe"
VERSIONS = {"wattstack": "0.5.0", "xlwings": "0.37.8"}


def program(machine: int) -> bytes:
    """The head of a Windows program for a kind of processor: 0x14C for 32 bit, 0x8664 for 64 bit."""
    head = bytearray(0x100)
    head[:2], head[0x3C:0x40] = b"MZ", (0x80).to_bytes(4, "little")
    head[0x80:0x86] = b"PE\0\0" + machine.to_bytes(2, "little")
    return bytes(head)


def says(**changed: Any) -> str:
    """What a healthy Python answers, with changes."""
    told = {"wrong": "", "versions": VERSIONS, "platform": "win-amd64", "base": r"C:\Python311"}
    return json.dumps(told | changed)


class Memory(Desktop):
    """Files, registry and answers in memory; `done` is what was changed, in order.

    The names of files and keys are compared as Windows does, in any case.
    """

    python = PureWindowsPath(PYTHON)
    base = r"C:\Python311"
    code_page = "cp1252"

    def __init__(self) -> None:
        self.content = {PYTHON: b"", DLL: b"", EXCEL: program(0x8664)}
        self.keys: dict[str, dict[str, Any]] = {APP_PATH: {"": EXCEL}}
        self.answer: str | Exception = says()
        self.locked: set[str] = set()
        self.done: list[tuple[str, ...]] = []
        self.variables = {"APPDATA": HOME + r"\AppData\Roaming", "USERPROFILE": HOME}

    def variable(self, name: str) -> str:
        return self.variables[name]

    def files(self, folder: PurePath) -> list[PurePath]:
        return [PureWindowsPath(path) for path in self.content if PureWindowsPath(path).parent == folder]

    def exists(self, path: PurePath) -> bool:
        return self._found(path) is not None or any(path in PureWindowsPath(name).parents for name in self._made)

    def read(self, path: PurePath, most: int = -1) -> bytes:
        return self.content.get(self._found(path) or "", b"")[: most if most >= 0 else None]

    def write(self, path: PurePath, content: bytes) -> None:
        self._touch("write", path)
        self.content[self._found(path) or str(path)] = content

    def delete(self, path: PurePath) -> None:
        self._touch("delete", path)
        del self.content[self._found(path) or ""]

    def delete_folder(self, path: PurePath) -> None:
        self.done.append(("delete folder", str(path)))

    def registry(self, key: str) -> dict[str, Any]:
        return next((values for name, values in self.keys.items() if name.lower() == key.lower()), {})

    def asked(self, command: list[str], seconds: float) -> str:
        assert command[0] == str(PureWindowsPath(PYTHON))
        assert seconds > 0
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    @property
    def _made(self) -> list[str]:
        """The files that there are, and those that there were: their folders stay."""
        return [*self.content, *(path for action, path in self.done if action == "delete")]

    def _found(self, path: PurePath) -> str | None:
        return next((name for name in self.content if PureWindowsPath(name) == path), None)

    def _touch(self, action: str, path: PurePath) -> None:
        if str(path) in self.locked:
            raise PermissionError(13, "Permission denied", str(path))
        self.done.append((action, str(path)))


@contextmanager
def built(content: bytes = b"an add-in") -> Iterator[None]:
    """An add-in of this content, said to be built for `VERSIONS`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(package, "files", lambda: {package.ADD_IN: content})
        patch.setattr(package, "built_for", lambda content: VERSIONS if content else {})
        yield
