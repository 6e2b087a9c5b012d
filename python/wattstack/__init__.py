"""From power to capital in one chain: the AI-infrastructure boom as functions, a model and workbooks."""

from __future__ import annotations

from typing import Any

from . import errors as errors
from .documentation import as_python
from .registry import registry

__version__ = "0.2.0"

_functions = {function.name: as_python(function) for function in registry()}
globals().update(_functions)

__all__ = sorted(["__version__", "errors", *_functions])  # noqa: PLE0605  (the functions are found, not listed)


def __getattr__(name: str) -> Any:
    raise AttributeError(f"module 'wattstack' has no attribute {name!r}")
