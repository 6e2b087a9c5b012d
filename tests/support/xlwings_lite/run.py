"""Runs `main.py` as xlwings Lite does, with the stand-in for xlwings, and calls what it declares."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
import xlwings

ERRORS = ("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A")


def main() -> None:
    """Read formulas from standard input, write cells and what was loaded to standard output."""
    spec = importlib.util.spec_from_file_location("main", Path(sys.argv[1], "main.py"))
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found = {name: value for name, value in vars(module).items() if hasattr(value, "declared")}
    cells = [xlwings.called(found[name], [_block(value) for value in given]) for name, given in json.load(sys.stdin)]
    told = {
        "cells": [[[_shown(cell) for cell in row] for row in rows] for rows in cells],
        "functions": {name: [value.__module__, value.__doc__] for name, value in found.items()},
        "from": sys.modules["wattstack"].__file__,
        "libraries": sorted({name.partition(".")[0] for name in sys.modules} - sys.stdlib_module_names),
    }
    print(json.dumps(told))


def _block(value: Any) -> Any:
    if value == {"missing": True}:
        return None
    return value if isinstance(value, list) else [[value]]


def _shown(cell: Any) -> Any:
    return {"error": cell, "message": cell} if cell in ERRORS else cell


main()
