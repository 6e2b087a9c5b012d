"""Installing the add-in for one user of Excel on Windows, without administrator's rights.

The add-in goes into the user's XLSTART: Excel loads every file there and trusts the folder, so that nothing is written
to the registry and no trusted location is added. Its configuration goes where xlwings looks last, the user's profile:
beside the add-in Excel would open it as a workbook.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath

from ...errors import InputError
from . import package
from .desktop import Desktop
from .doctor import in_store, problems
from .installation import INTERPRETER, Answer, Installation

__all__ = ["install", "problems", "remove", "status"]

MODULE = "wattstack.hosts.excel"


def install(desktop: Desktop | None = None) -> list[str]:
    """Put the add-in and its configuration in their places, over what stood there.

    Returns
    -------
    list of str
        What was done.

    Raises
    ------
    InputError
        If this Python cannot serve Excel, or a file cannot be written.
    """
    place = Installation(desktop)
    desktop = place.desktop
    if in_store(str(desktop.python), desktop.base):
        raise InputError(
            f"{desktop.python}: what a Python of the Microsoft Store writes, Excel does not see; "
            "install Python from python.org, and wattstack with it"
        )
    content = package.files()[package.ADD_IN]
    configuration = _configuration(desktop)
    _change(desktop.write, place.addin, content)
    if place.blocked:
        _change(desktop.delete, place.mark)
    _change(desktop.write, place.configuration, configuration)
    return [
        f"Installed: {place.addin}",
        f"Written: {place.configuration}",
        f"Python: {desktop.python}",
        "Start Excel anew and type =POWER_GAP(47,15) into a cell: it shows 32. If not: wattstack addin doctor",
    ]


def remove(desktop: Desktop | None = None) -> list[str]:
    """Delete what `install` has put there, and its folder if nothing else is in it.

    Returns
    -------
    list of str
        What was done.

    Raises
    ------
    InputError
        If a file cannot be deleted.
    """
    place = Installation(desktop)
    desktop = place.desktop
    done = []
    for path in (place.addin, place.configuration):
        if desktop.exists(path):
            _change(desktop.delete, path)
            done.append(f"Removed: {path}")
    folder = place.configuration.parent
    if desktop.exists(folder) and not desktop.files(folder):
        desktop.delete_folder(folder)
        done.append(f"Removed: {folder}")
    return done or ["Nothing is installed."]


def status(desktop: Desktop | None = None) -> list[str]:
    """What is installed where, for which versions, and with which Python."""
    place = Installation(desktop)
    if not place.installed:
        return ["Add-in: not installed (wattstack addin install)"]
    excel = f"{place.excel}, {place.excel_bits} bit" if place.excel else "not found"
    return [
        f"Add-in: {place.addin}, built for {_versions(place.built_for)}",
        f"Configuration: {place.configuration}",
        f"Python: {place.python}, {_told(place.answer)}",
        f"Excel: {excel}",
    ]


def _configuration(desktop: Desktop) -> bytes:
    """The configuration as Visual Basic reads it: quoted pairs, in the code page of the system."""
    settings = {INTERPRETER: str(desktop.python), "UDF MODULES": MODULE, "ADD_WORKBOOK_TO_PYTHONPATH": "False"}
    text = "".join(f'"{key}","{value}"\r\n' for key, value in settings.items())
    try:
        return text.encode(desktop.code_page)
    except UnicodeEncodeError:
        raise InputError(
            f"{desktop.python}: Excel cannot read this path, because the system's code page lacks some of its letters; "
            "install wattstack in a folder with a plain name"
        ) from None


def _change(action: Callable[..., None], path: PurePath, *content: bytes) -> None:
    try:
        action(path, *content)
    except PermissionError:
        raise InputError(f"{path}: in use; close Excel and run this again") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be changed: {error.strerror}") from None


def _versions(versions: dict[str, str]) -> str:
    return ", ".join(f"{name} {version}" for name, version in sorted(versions.items())) or "unknown"


def _told(answer: Answer) -> str:
    return answer.wrong or f"{_versions(answer.versions)}, {answer.platform}"
