"""Where the add-in's parts are on a desktop, and what they say."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PureWindowsPath

from . import package
from .desktop import Desktop, this_desktop
from .package import ADD_IN, PROJECT

INTERPRETER = "INTERPRETER_WIN"
EXCEL = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\excel.exe"
LONGEST_ANSWER = 60.0  # seconds; a first import after an installation compiles every module
QUESTION = """
import json, sys, sysconfig
told = {"platform": sysconfig.get_platform(), "base": sys.base_prefix, "versions": {}, "wrong": ""}
try:
    import xlwings, wattstack.hosts.excel.udfs
    told["versions"] = {"wattstack": wattstack.__version__, "xlwings": xlwings.__version__}
    import pywintypes
except Exception as error:
    told["wrong"] = f"{type(error).__name__}: {error}"
print(json.dumps(told))
"""


@dataclass(frozen=True)
class Answer:
    """What a Python says of itself."""

    wrong: str = ""  # why it cannot serve the add-in; empty if it can
    versions: dict[str, str] = field(default_factory=dict)
    platform: str = ""
    base: str = ""  # the folder of the Python that a virtual environment was made with


class Installation:
    """The add-in of one user.

    Parameters
    ----------
    desktop : Desktop, optional
        Where to look; the desktop of whoever runs this by default.
    """

    def __init__(self, desktop: Desktop | None = None) -> None:
        self.desktop = desktop or this_desktop()
        data, home = (PureWindowsPath(self.desktop.variable(name)) for name in ("APPDATA", "USERPROFILE"))
        self.startup = data / "Microsoft" / "Excel" / "XLSTART"
        self.addin = self.startup / ADD_IN
        self.mark = self.startup / f"{ADD_IN}:Zone.Identifier"  # the stream of a file that came from the internet
        self.configuration = home / f".{PROJECT}" / f"{PROJECT}.conf"

    @property
    def installed(self) -> bool:
        """Whether the add-in is in its place."""
        return self.desktop.exists(self.addin)

    @property
    def blocked(self) -> bool:
        """Whether Windows has marked the add-in as downloaded from the internet."""
        return bool(self.desktop.read(self.mark))

    @cached_property
    def built_for(self) -> dict[str, str]:
        """The versions of wattstack and xlwings that the installed add-in was built for."""
        return package.built_for(self.desktop.read(self.addin))

    @cached_property
    def python(self) -> PureWindowsPath | None:
        """The configured interpreter."""
        text = self.desktop.read(self.configuration).decode(self.desktop.code_page, "replace")
        lines = [line for line in csv.reader(io.StringIO(text)) if len(line) == 2]
        settings = {key.upper(): value for key, value in lines}
        return PureWindowsPath(settings[INTERPRETER]) if settings.get(INTERPRETER) else None

    @cached_property
    def answer(self) -> Answer:
        """What the configured interpreter says; it is started once."""
        if self.python is None or not self.desktop.exists(self.python):
            return Answer("there is no such file")
        try:
            told = self.desktop.asked([str(self.python), "-B", "-c", QUESTION], LONGEST_ANSWER)
            return Answer(**json.loads(told))
        except subprocess.TimeoutExpired:
            return Answer(f"no answer in {LONGEST_ANSWER:.0f} seconds")
        except subprocess.CalledProcessError as error:
            return Answer(str(error.stderr).strip().rpartition("\n")[2] or f"it ends with code {error.returncode}")
        except (OSError, ValueError) as error:
            return Answer(f"it does not run: {error}")

    @cached_property
    def excel(self) -> PureWindowsPath | None:
        """Excel's program."""
        path = str(self.desktop.registry(EXCEL).get("", "")).strip('"')
        return PureWindowsPath(path) if path else None

    @cached_property
    def excel_bits(self) -> int:
        """32 or 64, read from the head of Excel's program file."""
        head = self.desktop.read(self.excel, 4096) if self.excel else b""
        start = int.from_bytes(head[0x3C:0x40], "little")
        return 32 if head[start : start + 6] == b"PE\0\0\x4c\x01" else 64
