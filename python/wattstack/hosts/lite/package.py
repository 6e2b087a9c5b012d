"""What xlwings Lite loads: `main.py`, which carries the functions within itself, and its requirements."""

from __future__ import annotations

import base64
from pathlib import Path

from ... import __version__
from ...files import packed

# What Pyodide brings for the functions. The package itself is not asked for by name: its other requirements, for
# workbooks and charts, cannot all be had there.
REQUIREMENTS = ("xlwings", "numpy", "scipy")
SOURCES = Path(__file__).parents[2]
# rooms that no function needs, and the hosts that Lite does
LEFT_OUT = {"batch", "cli", "demo", "model", "pictures", "workbook", "__main__"}
HOSTS = {"__init__", "declared", "lite", "sheet"}
WIDTH = 120

MAIN = '''"""wattstack {version} for xlwings Lite: paste this as main.py, and requirements.txt beside it."""

import base64
import sys
import tempfile
from pathlib import Path

import xlwings

PACKAGE = """
{package}
"""

archive = Path(tempfile.gettempdir(), "wattstack-{version}.zip")
archive.write_bytes(base64.b64decode(PACKAGE))
sys.path.insert(0, str(archive))

from wattstack.hosts.lite.declare import declared  # noqa: E402

globals().update(declared(xlwings.func, xlwings.arg, __name__))
'''


def files() -> dict[str, bytes]:
    """What is pasted into xlwings Lite, by file name."""
    text = base64.b64encode(_archive()).decode()
    lines = [text[start : start + WIDTH] for start in range(0, len(text), WIDTH)]
    return {
        "main.py": MAIN.format(version=__version__, package="\n".join(lines)).encode(),
        "requirements.txt": "".join(f"{name}\n" for name in REQUIREMENTS).encode(),
    }


def _archive() -> bytes:
    """The functions and what they rest on, as a zip that Python imports from."""
    files = [file for file in SOURCES.rglob("*") if file.suffix in (".py", ".csv")]
    names = {file.relative_to(SOURCES).as_posix(): file for file in files}
    return packed({f"wattstack/{name}": names[name].read_bytes() for name in sorted(names) if _is_needed(name)})


def _is_needed(name: str) -> bool:
    room, *inner = name.partition(".")[0].split("/")
    return inner[0] in HOSTS if room == "hosts" else room not in LEFT_OUT
