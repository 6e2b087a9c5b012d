"""All functions, found by looking into the folders: adding a file adds a function to every host."""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from . import functions as package
from .errors import FunctionError
from .spec import Function


class Registry:
    """The functions by their Excel names, sorted.

    Raises
    ------
    TypeError
        If a file breaks the house rule: one function, named as its file, in the folder of its area.
    """

    def __init__(self, found: dict[str, Function[Any]], areas: dict[str, str]) -> None:
        self.areas = areas  # the question that each area answers
        self._functions = dict(sorted(found.items()))
        for function in self:
            function.registry = self

    def __iter__(self) -> Iterator[Function[Any]]:
        return iter(self._functions.values())

    def __len__(self) -> int:
        return len(self._functions)

    def __contains__(self, name: str) -> bool:
        return name in self._functions

    def __getitem__(self, name: str) -> Function[Any]:
        """The function of that name, in any case; #N/A with the nearest names if there is none."""
        wanted = name.strip().upper()
        if wanted in self._functions:
            return self._functions[wanted]
        near = difflib.get_close_matches(wanted, self._functions, n=3, cutoff=0.5)
        hint = f"; the nearest are {', '.join(near)}" if near else ""
        raise FunctionError("#N/A", f'name ("{name}") must be a function of the package{hint}')


@lru_cache(maxsize=1)
def registry() -> Registry:
    """The registry of the package, discovered at the first call."""
    found, areas = {}, {}
    for area in pkgutil.iter_modules(package.__path__):
        folder = importlib.import_module(f"{package.__name__}.{area.name}")
        areas[area.name] = (folder.__doc__ or "").strip()
        for file in pkgutil.iter_modules(folder.__path__):
            if file.name.startswith("_"):
                continue  # what the functions of the area share
            module = importlib.import_module(f"{folder.__name__}.{file.name}")
            function = getattr(module, file.name, None)
            if not isinstance(function, Function) or function.area != area.name:
                raise TypeError(f"{module.__name__} must declare the function {file.name} of area {area.name}")
            found[function.excel_name] = function
    return Registry(found, areas)
