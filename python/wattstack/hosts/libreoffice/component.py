# ruff: noqa: UP035
# mypy: disable-error-code="import-not-found"
"""The add-in as LibreOffice loads it: one method a function, read from the table beside this file.

Shipped inside the add-in, never imported by the package. LibreOffice's own Python may be 3.5: no f-strings, no library.
"""

import json
import struct
from pathlib import Path
from typing import Any, Callable

import unohelper
import wattstack_bridge
from com.sun.star.lang import XServiceInfo
from org.wattstack import XFunctions

TABLE = json.loads((Path(__file__).parent / "functions.json").read_text(encoding="utf-8"))
BRIDGE = wattstack_bridge.Bridge(TABLE["version"])
CODES = {
    "#NUM!": 503, "#VALUE!": 519, "#NULL!": 521, "#REF!": 524, "#NAME?": 525, "#DIV/0!": 532, "#N/A": 32767,
}  # fmt: skip


class AddIn(unohelper.Base, XFunctions, XServiceInfo):  # type: ignore[misc]
    """What Calc calls."""

    def __init__(self, context: Any) -> None:
        self.context = context

    def getImplementationName(self) -> str:  # noqa: N802
        """The name under which Calc finds the add-in's functions."""
        return str(TABLE["service"])

    def supportsService(self, name: str) -> bool:  # noqa: N802
        """Whether the add-in is one of these."""
        return name in self.getSupportedServiceNames()

    def getSupportedServiceNames(self) -> Any:  # noqa: N802
        """An add-in of Calc."""
        return ("com.sun.star.sheet.AddIn", TABLE["service"])


def method(name: str, rest: bool) -> Callable[..., Any]:
    """The method that answers a function.

    One that takes the rest of another's call tells what is wrong with it: it can tell what is wrong with Python, too.
    """

    def call(self: AddIn, *given: Any) -> Any:
        values = list(given[:-1]) + list(given[-1]) if rest else given
        try:
            cells = BRIDGE.ask(name, [{"missing": True} if value is None else value for value in values])
        except wattstack_bridge.UnreachableError as error:
            cells = [[str(error) if rest else {"error": "#NAME?"}]]
        return tuple(tuple(map(shown, row)) for row in cells)

    return call


def shown(cell: Any) -> Any:
    """A cell as Calc takes it: a text, or a number; an error is a NaN that carries its code."""
    if isinstance(cell, dict):
        return struct.unpack("<d", struct.pack("<II", CODES[cell["error"]], 0x7FF80000))[0]
    return cell if isinstance(cell, str) else float(cell)


for function in TABLE["functions"]:
    setattr(AddIn, function["method"], method(function["name"], function["rest"]))

g_ImplementationHelper = unohelper.ImplementationHelper()  # noqa: N816
g_ImplementationHelper.addImplementation(AddIn, TABLE["service"], ("com.sun.star.sheet.AddIn",))
