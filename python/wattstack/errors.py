"""Excel's error codes, and the exceptions of the package.

What a caller did wrong in a function's arguments is a `FunctionError` and carries the code that a cell shows;
what a caller did wrong in a file or on the command line is an `InputError` and is told in one line.
"""

from __future__ import annotations

from enum import IntEnum


class Code(IntEnum):
    """Excel's error codes, numbered as its ERROR.TYPE does; 0 stands for no error."""

    OK = 0
    NULL = 1
    DIV0 = 2
    VALUE = 3
    REF = 4
    NAME = 5
    NUM = 6
    NA = 7

    @property
    def text(self) -> str:
        """What a cell shows."""
        return _TEXTS[self]

    @classmethod
    def of(cls, text: str) -> Code:
        """The code that a cell shows as `text`."""
        return cls(_TEXTS.index(text))


_TEXTS = ("", "#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A")


class WattstackError(Exception):
    """Whatever the package raises on purpose."""


class FunctionError(WattstackError, ValueError):
    """A function cannot answer: the same error in every host.

    Parameters
    ----------
    code : str
        What an Excel cell shows, such as ``"#NUM!"``.
    message : str, optional
        A sentence that names the argument, its value and the rule.

    Raises
    ------
    ValueError
        If `code` is no error code of Excel.
    """

    def __init__(self, code: str, message: str = "") -> None:
        if code not in _TEXTS[1:]:
            raise ValueError(f"code ({code!r}) must be one of {', '.join(_TEXTS[1:])}")
        super().__init__(message or code)
        self.code = code

    def __reduce__(self) -> tuple[type[FunctionError], tuple[str, str]]:
        return FunctionError, (self.code, str(self))


class InputError(WattstackError, ValueError):
    """A file, an option or a scenario is wrong; the message names the place, the value and the rule."""
