"""The add-ins of all spreadsheet programs: build their files; the program's own installer does the rest."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

from . import hosts
from .files import folder, write_whole


def build(out: Path) -> list[Path]:
    """Write what each host loads into a folder of its name, without the host being there.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    InputError
        If a file cannot be written.
    """
    written = []
    for host, package in _packages():
        for name, content in package.files().items():
            path = out / host / name
            write_whole(folder(path.parent) / path.name, content)
            written.append(path)
    return written


def _packages() -> Iterator[tuple[str, ModuleType]]:
    """The hosts that load files, with the module that makes them."""
    for host in pkgutil.iter_modules(hosts.__path__):
        name = f"{hosts.__name__}.{host.name}.package"
        if host.ispkg and find_spec(name):
            yield host.name, import_module(name)


def installer(libreoffice: bool = False) -> ModuleType:
    """The module that installs, removes, tells and examines: of Excel, or of LibreOffice."""
    return import_module(f"{hosts.__name__}.{'libreoffice' if libreoffice else 'excel'}.install")
