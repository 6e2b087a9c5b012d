"""Excel on Windows: the module that the macros ask for our functions, by their names (`bridge.bas` names it).

xlwings is imported when the first function is asked for: files are made and troubles are found without it.
"""

from __future__ import annotations

import importlib
from typing import Any


def __getattr__(name: str) -> Any:
    """The function of that name, as xlwings registers it."""
    if name.isupper() or name == "wattstack_version":
        return getattr(importlib.import_module(f"{__name__}.udfs"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
