"""Cells as JSON: how a host outside this process hands them over, and gets them back.

Numbers, texts, truth values and null (a blank) stand for themselves; an error is ``{"error": "#NUM!", "message": …}``;
an argument left out is ``{"missing": true}``; a block is a list of rows.
"""

from __future__ import annotations

from typing import Any

from ..errors import FunctionError
from .sheet import MISSING


def encoded(value: Any) -> Any:
    """A cell, a block or an argument left out, ready for JSON."""
    if isinstance(value, list):
        return [encoded(item) for item in value]
    if isinstance(value, FunctionError):
        return {"error": value.code, "message": str(value)}
    return {"missing": True} if value is MISSING else value


def decoded(value: Any) -> Any:
    """The cells that JSON stands for; ValueError for what it does not say.

    Raises
    ------
    ValueError
        If an object is neither an error of Excel nor an argument left out.
    """
    if isinstance(value, list):
        return [decoded(item) for item in value]
    if not isinstance(value, dict):
        return value
    if value == {"missing": True}:
        return MISSING
    if "error" not in value:
        raise ValueError(f"cell ({value!r}) must be a number, a text, a truth value, null, an error or missing")
    return FunctionError(str(value["error"]), str(value.get("message", "")))
