"""Excel on Windows without Excel: xlwings' own code with COM replaced by stand-ins, our macros run by an interpreter.

What COM itself does to values on the way is taken from its documentation and not shown here.
"""

from __future__ import annotations

import contextlib
import ctypes
import datetime
import importlib
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any
from unittest.mock import MagicMock, patch

import xlwings
from openpyxl.utils import get_column_letter
from pyopenvba.apps.excel._bridge import ExcelBridge
from pyopenvba.apps.excel._model import Application, Range
from pyopenvba.interpreter import (
    EMPTY,
    Interpreter,
    VBAArray,
    VBADate,
    VBAErrorValue,
    VBAInt,
    VBAObject,
)
from pyopenvba.interpreter import (
    MISSING as NOT_GIVEN,
)

from tests.support.typed import Limit, Typed
from wattstack.errors import FunctionError
from wattstack.hosts.excel import package
from wattstack.hosts.sheet import MISSING, Cells

UDF_MODULE = "wattstack.hosts.excel"
MISSING_ARGUMENT = -2147352572  # how COM hands over what a formula leaves out
MODULES = ("pythoncom", "pywintypes", "win32api", "win32con", "win32gui", "win32process", "win32event", "win32timezone",
           "win32com", "win32com.client", "win32com.client.dynamic", "win32com.server", "win32com.server.dispatcher",
           "win32com.server.policy", "win32com.server.util", "win32com.server.exception")  # fmt: skip
NUMBERS = {"#NULL!": 2000, "#DIV/0!": 2007, "#VALUE!": 2015, "#REF!": 2023, "#NAME?": 2029, "#NUM!": 2036, "#N/A": 2042}
APART = 100  # rows between the ranges of a formula


class Wrapped:
    """A Python object as the other side of COM holds it."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner


@contextlib.contextmanager
def _stand_ins() -> Iterator[None]:
    """What xlwings imports on Windows only, while it is imported."""
    modules = {name: MagicMock(name=name) for name in MODULES}
    modules["pythoncom"].__file__ = "pythoncom"
    modules["pywintypes"].TimeType = datetime.datetime
    modules["pywintypes"].com_error = modules["pythoncom"].ole_error = type("com_error", (Exception,), {})
    for name in ("CDispatch", "DispatchBaseClass"):
        setattr(modules["win32com.client"], name, type(name, (), {}))
    modules["win32com.server.util"].wrap = Wrapped
    modules["win32com.server.util"].unwrap = lambda value: value.inner
    modules["win32com"].server.util = modules["win32com.server.util"]
    before = {name: sys.modules.get(name) for name in MODULES}
    sys.modules.update(modules)
    windows = {"windll": MagicMock(), "oledll": MagicMock(), "PyDLL": MagicMock()}
    try:
        with contextlib.ExitStack() as stack:
            for name, value in windows.items():
                stack.enter_context(patch.object(ctypes, name, value, create=True))
            yield
    finally:
        for name, module in before.items():
            sys.modules.pop(name)
            if module is not None:
                sys.modules[name] = module


@lru_cache(maxsize=1)
def server() -> Any:
    """xlwings' COM server, which knows our functions as on Windows."""
    with _stand_ins():
        from xlwings import _xlwindows, com_server, udfs
    if "excel" not in [engine.name for engine in xlwings.engines]:
        xlwings.engines.add(xlwings.Engine(impl=_xlwindows.engine))
    with patch.multiple(xlwings, func=udfs.xlfunc, arg=udfs.xlarg, ret=udfs.xlret):
        importlib.reload(importlib.import_module(f"{UDF_MODULE}.udfs"))
    return com_server.XLPython()


def call_udf(name: str, *given: Any) -> list[list[Any]]:
    """What xlwings hands back for values as COM hands them over."""
    server()
    from xlwings import udfs

    return udfs.call_udf(UDF_MODULE, name, given)  # type: ignore[no-any-return]


def through_xlwings(formulas: Sequence[Typed]) -> list[Cells | Limit]:
    """The formulas' cells as xlwings' own code gets them from our functions."""
    return [_through_xlwings(formula) for formula in formulas]


def _through_xlwings(formula: Typed) -> Cells | Limit:
    return [list(map(_unmarked, row)) for row in call_udf(formula.function.excel_name, *map(to_com, formula.given))]


def to_com(value: Any) -> Any:
    """An argument as COM hands it over: floats, texts, truth values, None; whole numbers for errors."""
    if value is MISSING:
        return MISSING_ARGUMENT
    if isinstance(value, list):
        return tuple(tuple(map(to_com, row)) for row in value)
    if isinstance(value, FunctionError):
        return (NUMBERS[value.code] | 0x800A0000) - (1 << 32)
    return float(value) if type(value) is int else value


def _unmarked(value: Any) -> Any:
    if isinstance(value, str) and value.startswith("\b"):
        return FunctionError(_code(int(value[1:])))
    return value


def _code(number: int) -> str:
    return next(code for code, known in NUMBERS.items() if known == number)


class Stub(VBAObject):
    """An object of Excel by its members; for those it lacks, the interpreter's own."""

    def __init__(self, own: VBAObject | None = None, **members: Any) -> None:
        self.own = own
        self.members = members

    def vba_get(self, name: str, args: Any = (), named: Any = None) -> object:
        if name not in self.members and self.own is not None:
            return self.own.vba_get(name, args, named)
        found = self.members[name]
        return found(*args, **(named or {})) if callable(found) else found

    def vba_set(self, name: str, value: object, *_: Any, **__: Any) -> None:
        self.members[name] = value


class Python(VBAObject):
    """What xlwings' macros reach: its COM server, values crossing as COM carries them."""

    def __init__(self, excel: Interpreted) -> None:
        self.excel = excel

    def vba_get(self, name: str, args: Any = (), named: Any = None) -> object:
        self.excel.calls.append(name)
        return _to_vba(getattr(self.excel.server(), name)(*map(_from_vba, args)))


class Host(ExcelBridge):
    """Excel as the macros see it; the module of xlwings, which the interpreter cannot read, is only `XLPy`."""

    def __init__(self, excel: Interpreted) -> None:
        super().__init__(excel.own)
        self.excel = excel

    def global_object(self, name: str) -> object:
        if name == "xlpy":
            return self.excel.start()
        return self.excel.objects.get(name) or super().global_object(name)


class Interpreted:
    """A workbook with our macros, whose functions are called as its cells would.

    `calls` are those of Python, `described` what the function wizard is told; `wizard` opens it.
    """

    def __init__(self, modules: dict[str, str] | None = None) -> None:
        self.own = Application()
        self.vba = Interpreter(Host(self))
        self.own.interpreter = self.vba
        self.wizard = False
        self.calls: list[str] = []
        self.described: dict[str, dict[str, Any]] = {}
        self.timed: list[str] = []
        self.start: Callable[[], object] = lambda: Python(self)
        self.server: Callable[[], Any] = server
        self.sheet: Any = self.own.workbooks_.vba_get("Add").sheets_[0]  # type: ignore[attr-defined]
        # the interpreter reads a range only as far as cells are filled
        self.sheet.cell(APART * APART, APART, create=True).value = 0.0
        self.book = Stub(IsAddin=True, Saved=True, Name="wattstack.xlam")
        self.application = self._application()
        self.objects = {"application": self.application, "thisworkbook": self.book}
        for name, source in (modules or package.macros()).items():
            if name != "xlwings":
                self.vba.add_module(source, name=name)

    def _application(self) -> Stub:
        button = Stub()
        bar = Stub(Controls=lambda place: button)

        def bars(name: str) -> Stub:
            button.members["Enabled"] = not self.wizard
            return bar

        def describe(*, Macro: str, Description: str, Category: str, ArgumentDescriptions: VBAArray) -> None:  # noqa: N803
            self.described[Macro.removeprefix("'wattstack.xlam'!")] = {"about": Description, "category": Category,
                                     "arguments": [str(text) for text in ArgumentDescriptions.elements()],
                                     "hidden": self.book.members["IsAddin"]}  # fmt: skip

        return Stub(self.own, CommandBars=bars, UserControl=True, DisplayAlerts=True, ScreenUpdating=True,
                    MacroOptions=describe, OnTime=lambda when, macro: self.timed.append(macro))  # fmt: skip

    def cells(self, name: str, *given: Any) -> Cells:
        """What the cells of a formula show."""
        arguments = [self._argument(place, value) for place, value in enumerate(given)]
        return _block(self.vba.run(name, arguments))

    def _argument(self, place: int, value: Any) -> object:
        """A literal as it is; a range or a blank as a range of cells."""
        if value is MISSING:
            return NOT_GIVEN
        if isinstance(value, list) or value is None:
            return self._range(place, value if isinstance(value, list) else [[None]])
        return _to_vba(float(value) if type(value) is int else value)

    def _range(self, place: int, rows: list[list[Any]]) -> Range:
        first = 1 + APART * place
        for row, values in enumerate(rows, first):
            for column, value in enumerate(values, 1):
                self.sheet.cell(row, column, create=True).value = _to_vba(to_com(value))
        last = f"{get_column_letter(len(rows[0]))}{first + len(rows) - 1}"
        found = self.own.vba_get("Range", [f"A{first}:{last}"])
        assert isinstance(found, Range)
        return found


def through_vba(formulas: Sequence[Typed]) -> list[Cells | Limit]:
    """The formulas' cells as our macros get them, Python behind them."""
    excel = Interpreted()
    return [excel.cells(formula.function.excel_name, *formula.given) for formula in formulas]


def _from_vba(value: Any) -> Any:
    """A value of VBA as COM hands it to Python."""
    if isinstance(value, Wrapped):
        return value
    if isinstance(value, VBAArray):
        if value.dimensions == 1:
            return tuple(map(_from_vba, value.elements()))
        (top, bottom), (left, right) = value.bounds
        return tuple(
            tuple(_from_vba(value.get([row, column])) for column in range(left, right + 1))
            for row in range(top, bottom + 1)
        )
    if isinstance(value, VBAErrorValue):
        return (value.number | 0x800A0000) - (1 << 32)
    if isinstance(value, VBADate):
        return value.to_datetime()
    if value is EMPTY or value is NOT_GIVEN:
        return None if value is EMPTY else MISSING_ARGUMENT
    assert isinstance(value, (bool, int, float, str)), value
    return int(value) if isinstance(value, VBAInt) else value


def _to_vba(value: Any) -> Any:
    """A value of Python as COM hands it to VBA."""
    if isinstance(value, list):
        return _array(value)
    if value is None:
        return EMPTY
    if type(value) is int:
        scode = value + (1 << 32)
        return VBAErrorValue(scode & 0xFFFF) if scode >> 16 == 0x800A else VBAInt(value, "Long")
    assert isinstance(value, (bool, float, str, Wrapped)), value
    return value


def _array(rows: list[Any]) -> VBAArray:
    if not isinstance(rows[0], list):
        return VBAArray([(0, len(rows) - 1)], items=[_to_vba(value) for value in rows])
    found = VBAArray([(0, len(rows) - 1), (0, len(rows[0]) - 1)])
    for row, values in enumerate(rows):
        for column, value in enumerate(values):
            found.set([row, column], _to_vba(value))
    return found


def _block(value: Any) -> Cells:
    """What a function of VBA returns as the cells show it."""
    if not isinstance(value, VBAArray):
        return [[_shown(value)]]
    if value.dimensions == 1:
        return [list(map(_shown, value.elements()))]
    (top, bottom), (left, right) = value.bounds
    return [[_shown(value.get([row, column])) for column in range(left, right + 1)] for row in range(top, bottom + 1)]


def _shown(value: Any) -> Any:
    return FunctionError(_code(value.number)) if isinstance(value, VBAErrorValue) else value
