"""What the page shows of each function: its help, and a worked case to try."""

from __future__ import annotations

from typing import Any

from ...arguments import Kind
from ...documentation import explanation, shown_case, wizard_help
from ...registry import registry
from ...spec import Function


def catalogue() -> list[dict[str, Any]]:
    """The functions in the order of the registry, ready for JSON."""
    return [
        {
            "name": function.excel_name,
            "signature": function.signature,
            "summary": function.summary,
            "help": [
                [item, text] for item, text in explanation(function) if item not in ("formula", *_names(function))
            ],
            "arguments": [
                {
                    "name": argument.name,
                    "help": wizard_help(argument),
                    "optional": argument.optional,
                    "repeating": argument.kind is Kind.REST,
                }
                for argument in function.arguments
            ],
            "example": _example(function),
        }
        for function in registry()
    ]


def _names(function: Function[Any]) -> list[str]:
    return [argument.name for argument in function.arguments]


def _example(function: Function[Any]) -> list[Any]:
    """The first worked case, an argument left out as None."""
    case = shown_case(function)
    if case is None or function.arguments[-1].kind is Kind.REST:
        return list(case.args) if case else []
    given = function.parameters.bind_partial(*case.args, **case.options).arguments
    return [given.get(name) for name in _names(function)]
