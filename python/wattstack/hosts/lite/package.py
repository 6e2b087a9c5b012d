"""What xlwings Lite loads: `main.py`, which carries the functions within itself, and its requirements."""

from __future__ import annotations

import base64
import io
import zipfile
from pathlib import Path

from ... import __version__

# What Pyodide brings for the functions. The package itself is not asked for by name: its other requirements, for
# workbooks and charts, cannot all be had there.
REQUIREMENTS = ("xlwings", "numpy", "scipy")
SOURCES = Path(__file__).parents[2]
# rooms that no function needs, and the hosts that Lite does
LEFT_OUT = {"batch", "cli", "demo", "model", "pictures", "workbook", "__main__"}
HOSTS = {"__init__", "lite", "sheet"}
WIDTH = 120
MOMENT = (1980, 1, 1, 0, 0, 0)  # the same sources give the same bytes

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
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for file in sorted(SOURCES.rglob("*")):
            parts = file.relative_to(SOURCES).with_suffix("").parts
            if file.suffix in (".py", ".csv") and parts[0] not in LEFT_OUT and _is_needed(parts):
                name = f"wattstack/{file.relative_to(SOURCES).as_posix()}"
                archive.writestr(zipfile.ZipInfo(name, MOMENT), file.read_bytes(), zipfile.ZIP_DEFLATED, 9)
    return buffer.getvalue()


def _is_needed(parts: tuple[str, ...]) -> bool:
    return parts[0] != "hosts" or parts[1] in HOSTS
