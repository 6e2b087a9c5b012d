"""The VBA that is written from the registry: a function that asks Python for each of ours, and their help."""

from __future__ import annotations

from typing import Any

from ... import __version__
from ...arguments import Kind
from ...declaration import Argument
from ...documentation import wizard_help
from ...registry import registry
from ...spec import HELP_LIMIT, Function

RESERVED = """
    abs addressof and any array as attribute boolean byref byte byval call case cbool cbyte ccur cdate cdbl cdec cint
    circle clng clnglng clngptr close const csng cstr currency cvar cverr date debug declare dim do doevents double
    each else elseif empty end endif enum eqv erase error event exit false fix for friend function get global gosub
    goto if imp implements in input int integer is lbound len let like lock long longlong longptr loop lset me mod new
    next not nothing null on open option optional or paramarray preserve print private property pset public put
    raiseevent redim rem resume return rset scale seek select set sgn shared single spc static stop string sub tab then
    to true type typeof ubound unlock until variant wend while with withevents write xor
"""
RESERVED_WORDS = frozenset(RESERVED.split())

FUNCTIONS = """' Made from the functions of wattstack: each asks Python.
Option Explicit

Public Const WATTSTACK_VERSION As String = {version}

{shims}"""

SHIM = """Public Function {name}({parameters}) As Variant
    {name} = Answer({text}, {given}{words})
End Function
"""

SHIM_OF_MANY = """Public Function {name}({parameters}) As Variant
    Dim rest As Variant
    rest = {rest}
    {name} = Answer({text}, Joined({given}, rest){words})
End Function
"""

TEXTS = """' Made from the functions of wattstack: what the function wizard says of each.
Option Explicit
Option Private Module

Public Sub DescribeEach()
{calls}
End Sub
"""


def functions_source() -> str:
    """The module with one function a function."""
    return FUNCTIONS.format(version=quoted(__version__), shims="\n".join(map(_shim, registry())))


def _shim(function: Function[Any]) -> str:
    names = [parameter(argument) for argument in function.arguments]
    rest = function.arguments[-1].kind is Kind.REST
    form = SHIM_OF_MANY if rest else SHIM
    return form.format(
        name=function.excel_name,
        text=quoted(function.excel_name),
        parameters=", ".join(map(_declared, function.arguments)),
        given=f"Array({', '.join(names[:-1] if rest else names)})",
        rest=names[-1],
        # a help text may tell in words why there is no answer; what goes into sums and comparisons may not
        words=", True" if function.area == "help" and function.returns == "text" else "",
    )


def _declared(argument: Argument) -> str:
    if argument.kind is Kind.REST:
        return f"ParamArray {parameter(argument)}() As Variant"
    return f"{'Optional ' if argument.optional else ''}{parameter(argument)} As Variant"


def parameter(argument: Argument) -> str:
    """The argument's name where VBA, which reserves some words, can take it."""
    return f"{argument.name}_" if argument.name in RESERVED_WORDS else argument.name


def texts_source() -> str:
    """The module that has what the function wizard says of each function and argument."""
    return TEXTS.format(calls="\n".join(map(_description, registry())))


def _description(function: Function[Any]) -> str:
    helps = [quoted(wizard_help(argument)) for argument in function.arguments]
    lines = [f"    Describe {quoted(function.excel_name)}, {quoted(function.summary[:HELP_LIMIT])}, Array( _"]
    return "\n".join([*lines, *(f"        {text}, _" for text in helps[:-1]), f"        {helps[-1]})"])


def quoted(text: str) -> str:
    """The text as VBA writes it; letters that its code page may lack by their number."""
    spelt = text.replace('"', '""')
    return '"' + "".join(c if c.isascii() else f'" & ChrW({ord(c)}) & "' for c in spelt) + '"'
