"""The user's Windows desktop as installing sees it: files, registry, environment, programs.

Every action on it goes through here, so that a test sees each one, in order, on any system.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path, PurePath, PureWindowsPath
from typing import Any

from ...errors import InputError

ELSEWHERE = (
    "the add-in needs Excel on Windows; here there are: the same with --libreoffice (LibreOffice Calc), "
    "wattstack serve (Excel on the Mac and on the web), wattstack workbook (a workbook of plain formulas)"
)


def this_desktop() -> Desktop:
    """The desktop of the user who runs this.

    Raises
    ------
    InputError
        If this is not Windows: what to use instead.
    """
    if sys.platform != "win32":
        raise InputError(ELSEWHERE)
    return Desktop()


class Desktop:
    """What installing reads and does; paths and registry keys as Windows writes them."""

    python = PureWindowsPath(sys.executable)
    base = sys.base_prefix
    code_page = "mbcs"  # in which Visual Basic reads text files

    def variable(self, name: str) -> str:
        """An environment variable, empty if it is not set."""
        return os.environ.get(name, "")

    def files(self, folder: PurePath) -> list[PurePath]:
        """The files of a folder, none if it is not there."""
        place = Path(folder)
        return sorted(place.iterdir()) if place.is_dir() else []

    def exists(self, path: PurePath) -> bool:
        """Whether there is such a file or folder."""
        return os.path.lexists(path)

    def read(self, path: PurePath, most: int = -1) -> bytes:
        """The content of a file, or of a stream of it: its first `most` bytes, none if it is not there."""
        try:
            with Path(path).open("rb") as file:
                return file.read(most)
        except FileNotFoundError:
            return b""

    def write(self, path: PurePath, content: bytes) -> None:
        """Write a file, and its folder. Straight to its place: Excel opens whatever else it finds beside an add-in."""
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_bytes(content)

    def delete(self, path: PurePath) -> None:
        """Delete a file, or a stream of a file."""
        Path(path).unlink()

    def delete_folder(self, path: PurePath) -> None:
        """Delete an empty folder."""
        Path(path).rmdir()

    def registry(self, key: str) -> dict[str, Any]:
        r"""The values of a key such as ``HKCU\Software\…`` by their names in lower case, none if it is not there."""
        if sys.platform != "win32":
            return {}
        import winreg

        hive, _, path = key.partition("\\")
        root = {"HKCU": winreg.HKEY_CURRENT_USER, "HKLM": winreg.HKEY_LOCAL_MACHINE}[hive]
        try:
            with winreg.OpenKey(root, path) as opened:
                values = [winreg.EnumValue(opened, place) for place in range(winreg.QueryInfoKey(opened)[1])]
        except FileNotFoundError:
            return {}
        return {name.lower(): value for name, value, _ in values}

    def asked(self, command: list[str], seconds: float) -> str:
        """What a program prints when it is started as Excel does: without what a shell's activation adds to the path.

        Raises
        ------
        OSError, subprocess.SubprocessError
            If it does not start, fails, or takes longer than `seconds`.
        """
        system = os.environ.get("SYSTEMROOT", "")
        bare = {**os.environ, "PATH": rf"{system}\System32;{system}"}
        return subprocess.run(
            command, env=bare, timeout=seconds, check=True, capture_output=True, text=True, stdin=subprocess.DEVNULL
        ).stdout
