"""What commonly keeps the add-in from working, and the cure: one function a fault."""

from __future__ import annotations

import re
from pathlib import PureWindowsPath
from typing import Any, NamedTuple

from .desktop import Desktop
from .installation import Installation

AGAIN = "run: wattstack addin install"
OFFICE = r"Software\Microsoft\Office\16.0"
SETTINGS = (r"Software\Policies\Microsoft\Cloud\Office\16.0", r"Software\Policies\Microsoft\Office\16.0", OFFICE)
OURS = re.compile(r"wattstack.*\.xl\w+", re.IGNORECASE)
NEW_PYTHON = (
    "install 64-bit (x64) Python from python.org, make a virtual environment, install wattstack in it and "
    "run its: wattstack addin install"
)


class Problem(NamedTuple):
    """What is wrong, and what to do about it."""

    what: str
    cure: str


def problems(desktop: Desktop | None = None) -> list[Problem]:
    """What is wrong with the installation, in the order in which to cure it; empty if nothing is."""
    place = Installation(desktop)
    missing = no_excel(place) or not_installed(place) or no_interpreter(place)
    if missing:
        return [missing]
    return [problem for check in CHECKS if (problem := check(place))]


def no_excel(place: Installation) -> Problem | None:
    """Excel is not there."""
    if place.excel and place.desktop.exists(place.excel):
        return None
    return Problem(
        "Excel for Windows was not found",
        "install Excel for Windows; without it: wattstack addin install --libreoffice, or wattstack workbook",
    )


def not_installed(place: Installation) -> Problem | None:
    """The add-in is not in its place."""
    return None if place.installed else Problem("the add-in is not installed", AGAIN)


def no_interpreter(place: Installation) -> Problem | None:
    """The configuration is lost, or the environment that it names."""
    if place.python is None:
        return Problem(f"{place.configuration} names no Python", AGAIN)
    if not place.desktop.exists(place.python):
        return Problem(f"the configured Python is gone: {place.python}", f"with the Python in use now, {AGAIN}")
    return None


def store_python(place: Installation) -> Problem | None:
    """The configured Python is the Microsoft Store's: it keeps its files to itself, and has no DLL beside it."""
    if in_store(str(place.python), place.answer.base):
        return Problem(f"the configured Python is of the Microsoft Store: {place.python}", NEW_PYTHON)
    return None


def in_store(python: str, base: str) -> bool:
    """Whether an interpreter, or the one that its environment was made with, is of the Microsoft Store."""
    return any("windowsapps" in map(str.lower, PureWindowsPath(path).parts) for path in (python, base))


def missing_module(place: Installation) -> Problem | None:
    """The configured Python lacks what the add-in calls."""
    if place.answer.wrong:
        return Problem(
            f"{place.python} cannot serve the add-in: {place.answer.wrong}",
            f"with a Python in which wattstack works, {AGAIN}; or install wattstack into this one",
        )
    return None


def other_versions(place: Installation) -> Problem | None:
    """The add-in was built for another version than Python has now."""
    for name, version in place.answer.versions.items():
        if place.built_for.get(name) != version:
            built = place.built_for.get(name, "(unknown, the file may be damaged)")
            return Problem(f"the add-in was built for {name} {built}, and Python has {name} {version}", AGAIN)
    return None


def no_dll(place: Installation) -> Problem | None:
    """The DLL through which Excel reaches Python is not where it is sought: beside python.exe, then one folder up."""
    version = place.answer.versions.get("xlwings")
    if place.python is None or version is None:
        return None
    name = f"xlwings{place.excel_bits}-{version}.dll"
    folders = place.python.parent, place.python.parent.parent
    if any(place.desktop.exists(folder / name) for folder in folders):
        return None
    what = f"{name} is missing, which {place.excel_bits}-bit Excel needs; sought in {folders[0]} and {folders[1]}"
    if place.answer.platform != "win-amd64":
        return Problem(
            f"{what}; xlwings has it for 64-bit (x64) Python only, this is {place.answer.platform}", NEW_PYTHON
        )
    return Problem(
        what,
        "install wattstack in a virtual environment (with pip install --user the DLL goes elsewhere); if it is in one, "
        f'run: "{place.python}" -m pip install --force-reinstall --no-cache-dir xlwings; if the file vanishes again, '
        "the virus scanner takes it: ask for an exception",
    )


def blocked(place: Installation) -> Problem | None:
    """The add-in came by a browser or by mail, and Windows has marked it."""
    if place.blocked:
        return Problem(f"{place.addin} is marked as downloaded from the internet", AGAIN)
    return None


def two_addins(place: Installation) -> Problem | None:
    """Another file offers the same functions: which of the two answers is chance."""
    others = [path for path in _loaded(place) if str(path).lower() != str(place.addin).lower()]
    if others:
        return Problem(
            f"another add-in with the same functions is loaded: {', '.join(map(str, others))}",
            "take its tick away in File > Options > Add-ins > Manage: Excel Add-ins, or delete the file; restart Excel",
        )
    return None


def _loaded(place: Installation) -> list[PureWindowsPath]:
    """The files of our name that Excel loads at start, from its start folders and its list of add-ins."""
    options = place.desktop.registry(rf"HKCU\{OFFICE}\Excel\Options")
    folders = [place.startup]
    if place.excel:
        folders.append(place.excel.parent / "XLSTART")
    if options.get("altstartup"):
        folders.append(PureWindowsPath(options["altstartup"]))
    found = [PureWindowsPath(path) for folder in folders for path in place.desktop.files(folder)]
    ticked = [str(value).removeprefix("/R ").strip('"') for name, value in options.items() if name.startswith("open")]
    return [path for path in [*found, *map(PureWindowsPath, ticked)] if OURS.fullmatch(path.name)]


def disabled(place: Installation) -> Problem | None:
    """Excel has switched the add-in off after a crash."""
    for value in place.desktop.registry(rf"HKCU\{OFFICE}\Excel\Resiliency\DisabledItems").values():
        if isinstance(value, bytes) and place.addin.name in value.decode("utf-16-le", "ignore").lower():
            return Problem(
                "Excel has disabled the add-in after a crash",
                "File > Options > Add-ins > Manage: Disabled Items > Go: choose wattstack.xlam, Enable; restart Excel",
            )
    return None


def no_macros(place: Installation) -> Problem | None:
    """A policy keeps macros from running at all, or unsigned add-ins from loading."""
    common = _setting(place, "Common", "vbaoff"), _setting(place, r"Common\Security", "requirealwaysonmacrosig")
    if 1 not in common:
        return None
    policy = "switches VBA off" if common[0] == 1 else "loads signed add-ins only"
    return Problem(
        f"a policy of your organisation {policy}",
        "only its administrator can change that; without macros: wattstack serve, or wattstack workbook",
    )


def no_trust(place: Installation) -> Problem | None:
    """Excel does not trust the add-in's folder, as it does by default, and asks or refuses."""
    key = r"Excel\Security\Trusted Locations"
    off = _setting(place, key, "alllocationsdisabled") == 1
    far = str(place.startup).startswith("\\\\") and _setting(place, key, "allownetworklocations") != 1
    if not off and not far:
        return None
    what = "Trusted Locations are switched off" if off else f"{place.startup} is on the network, which is not trusted"
    tick = "take the tick away from Disable all" if off else "tick Allow Trusted Locations on my network"
    return Problem(what, f"File > Options > Trust Center > Trusted Locations: {tick} (or ask the administrator)")


def no_template(place: Installation) -> Problem | None:
    """Macros of workbooks are off; the add-in's folder is trusted all the same."""
    if _setting(place, r"Excel\Security", "vbawarnings") not in (3, 4):
        return None
    return Problem(
        "Excel disables macros in workbooks without asking: the add-in loads, but ai_infrastructure.xlsm does not "
        "calculate (VBAWarnings)",
        "use ai_infrastructure.xlsx, or put the .xlsm into a trusted location",
    )


def _setting(place: Installation, key: str, name: str) -> Any:
    """A setting of Office: a policy goes before what the user has chosen."""
    found = (place.desktop.registry(rf"HKCU\{root}\{key}").get(name) for root in SETTINGS)
    return next((value for value in found if value is not None), None)


CHECKS = (
    store_python,
    missing_module,
    other_versions,
    no_dll,
    blocked,
    two_addins,
    disabled,
    no_macros,
    no_trust,
    no_template,
)
