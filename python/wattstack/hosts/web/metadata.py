"""What Excel reads before the first call: the functions with their help, and the manifest of the add-in."""

from __future__ import annotations

import json
import uuid
from typing import Any
from xml.sax.saxutils import escape

from ... import __version__
from ...arguments import Kind
from ...declaration import Argument
from ...documentation import wizard_help
from ...registry import registry
from ...spec import Function

IDENTITY = uuid.uuid5(uuid.NAMESPACE_DNS, "wattstack")  # by which Excel knows the add-in again


def functions_json(base: str) -> str:
    """The functions as Excel's custom functions, ``functions.json``.

    Every argument is a range of any values: then a blank cell differs from an argument left out, errors come in, and a
    range given for a number spills.
    """
    told = {
        "allowCustomDataForDataTypeAny": True,  # cells with a number format may come as objects
        "allowErrorForDataTypeAny": True,
        "functions": [_function(function, base) for function in registry()],
    }
    return json.dumps(told, indent=1, ensure_ascii=False)


def _function(function: Function[Any], base: str) -> dict[str, Any]:
    return {
        "id": function.excel_name,
        "name": function.excel_name,
        "description": function.summary,
        "helpUrl": f"{base}/#{function.excel_name}",
        "parameters": [_parameter(argument) for argument in function.arguments],
        "result": {"type": "any", "dimensionality": "matrix"},
    }


def _parameter(argument: Argument) -> dict[str, Any]:
    told = {
        "name": argument.name,
        "description": wizard_help(argument),
        "type": "any",
        "dimensionality": "matrix",
    }
    if argument.kind is Kind.REST:
        return {**told, "repeating": True}
    return {**told, "optional": True} if argument.optional else told


def associations() -> str:
    """The line of JavaScript that ties the functions to Excel's names."""
    repeating = {f.excel_name: f.arguments[-1].kind is Kind.REST for f in registry()}
    return f"wattstack.associate({json.dumps(__version__)}, {json.dumps(repeating)});\n"


def manifest(template: str, base: str) -> str:
    """The add-in's manifest for a server at `base`, such as ``https://localhost:8443``."""
    numbers = [part for part in __version__.split(".") if part.isdigit()]
    fields = {"base": base, "identity": str(IDENTITY), "version": ".".join([*numbers, "0", "0", "0", "0"][:4])}
    for name, value in fields.items():
        template = template.replace(f"{{{{{name}}}}}", escape(value, {'"': "&quot;"}))
    return template
