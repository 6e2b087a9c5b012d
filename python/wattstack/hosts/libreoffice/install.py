"""The add-in in the user's LibreOffice: put in, looked at, taken out, without admin rights."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from ... import __version__
from ...errors import InputError
from ...files import folder, write_whole
from .bridge import CURE, Bridge, UnreachableError, configuration, configured
from .package import FILE, IDENTIFIER, files

LONGEST = 180  # seconds that LibreOffice may take, a first start of a new profile included
NOT_FOUND = "LibreOffice is not found", "install it, or put its folder program on the PATH"
INSTALL = 'run "wattstack addin install --libreoffice"'
HEADLESS = Path(__file__).with_name("headless.py")
CACHE = Path("user", "uno_packages", "cache")  # where a profile keeps its extensions
KNOWN = CACHE / "registry" / "com.sun.star.comp.deployment.bundle.PackageRegistryBackend" / "backenddb.xml"
PLACES = {
    "win32": r"C:\Program Files\LibreOffice\program",
    "darwin": "/Applications/LibreOffice.app/Contents/MacOS",
}


def install(profile: Path | None = None) -> list[str]:
    """Put the add-in into LibreOffice, and name this Python as the one that answers it.

    Parameters
    ----------
    profile : Path, optional
        Another folder than the user's own that LibreOffice keeps its settings in.

    Returns
    -------
    list of str
        What was done.

    Raises
    ------
    InputError
        If LibreOffice is not there, is running, or refuses.
    """
    profile = profile or own_profile()
    program = _free_program(profile)
    with tempfile.TemporaryDirectory() as place:
        file = Path(place, FILE)
        file.write_bytes(files()[FILE])
        _change(program, profile, "add", file.as_uri())
    folder(configuration().parent)
    write_whole(configuration(), json.dumps({"python": sys.executable}).encode())
    return [f"Installed in LibreOffice: {FILE} {__version__} ({profile})", f"Written: {configuration()}"]


def remove(profile: Path | None = None) -> list[str]:
    """Take the add-in out of LibreOffice, and the configuration out of the user's folder; what was done.

    Raises
    ------
    InputError
        If LibreOffice is running or refuses.
    """
    profile = profile or own_profile()
    done = []
    if installed(profile):
        _change(_free_program(profile), profile, "remove", IDENTIFIER)
        _sweep(profile)
        done.append(f"Removed from LibreOffice: {FILE} ({profile})")
    if configuration().exists():
        configuration().unlink()
        done.append(f"Removed: {configuration()}")
    with contextlib.suppress(OSError):  # other hosts' configuration is there, or there is none
        configuration().parent.rmdir()
    return done or ["Nothing is installed in LibreOffice."]


def status(profile: Path | None = None) -> list[str]:
    """What is there: LibreOffice, the add-in in it, the Python that answers."""
    program = _program() or "not found"
    try:
        python = configured()
    except UnreachableError:
        python = "none"
    version = installed(profile or own_profile()) or "not installed"
    return [f"LibreOffice: {program}", f"LibreOffice add-in: {version}", f"LibreOffice asks: {python}"]


def problems(profile: Path | None = None) -> list[tuple[str, str]]:
    """What is wrong, and the cure of each; LibreOffice may run meanwhile."""
    if _program() is None:
        return [NOT_FOUND]
    version = installed(profile or own_profile())
    if not version:
        return [("the add-in is not installed in LibreOffice", INSTALL)]
    found = []
    if version != __version__:
        found.append((f"the add-in in LibreOffice is of version {version}, this package has {__version__}", INSTALL))
    bridge = Bridge(version)
    try:
        bridge.start()
    except UnreachableError as error:
        found.append((error.why, CURE))
    bridge.stop()
    return found


def own_profile() -> Path:
    """The folder in which LibreOffice keeps the user's settings."""
    if sys.platform == "win32":
        settings = Path(os.environ["APPDATA"], "LibreOffice")
    elif sys.platform == "darwin":
        settings = Path.home() / "Library" / "Application Support" / "LibreOffice"
    else:
        settings = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config", "libreoffice")
    return settings / "4"


def installed(profile: Path) -> str:
    """The version of the add-in in a profile; empty if it is not there."""
    with contextlib.suppress(OSError):
        place = re.search(f'/uno_packages/([^/"]+)/{FILE}"', (profile / KNOWN).read_text(encoding="utf-8"))
        if place:
            description = profile / CACHE / "uno_packages" / place[1] / FILE / "description.xml"
            return str(re.findall('<version value="(.*?)"', description.read_text(encoding="utf-8"))[0])
    return ""


def _search_path() -> str:
    return os.pathsep.join([os.environ.get("PATH", ""), PLACES.get(sys.platform, "")])


def _program() -> str | None:
    return shutil.which("soffice", path=_search_path())


def _free_program(profile: Path) -> Path:
    """LibreOffice's program, if it is there and does not run in this profile."""
    program = _program()
    if program is None:
        raise InputError(": ".join(NOT_FOUND))
    lock = profile / ".lock"
    if lock.exists():
        raise InputError(f"LibreOffice is running: close it, then again (if it is not, delete {lock})")
    return Path(program)


def _change(program: Path, profile: Path, action: str, what: str) -> None:
    """Add or remove the extension: by unopkg, or where that is missing or refuses, in a LibreOffice started for it."""
    unopkg = shutil.which("unopkg", path=os.pathsep.join([str(program.resolve().parent), _search_path()]))
    if unopkg and not _is_root():
        options = ["--force", "--suppress-license"] if action == "add" else []
        command = [unopkg, action, *options, what, f"-env:UserInstallation={profile.as_uri()}"]
    else:
        command = [_python_with_uno(program), str(HEADLESS), str(program), profile.as_uri(), action, what]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST, check=False)
    except subprocess.TimeoutExpired:
        raise InputError(f"LibreOffice did not {action} the add-in within {LONGEST} seconds") from None
    if done.returncode:
        words = (done.stderr or done.stdout).strip().splitlines()
        raise InputError(f"LibreOffice refuses to {action} the add-in: {words[-1] if words else command[0]}")


def _is_root() -> bool:
    """Whether this is the user that unopkg refuses."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _sweep(profile: Path) -> None:
    """Delete what LibreOffice leaves of a removed extension until it next starts."""
    for left in list((profile / "user").rglob(f"*_/{FILE}")):
        shutil.rmtree(left.parent)
        left.parent.with_name(left.parent.name[:-1]).unlink(missing_ok=True)


def _python_with_uno(program: Path) -> str:
    """A Python that can talk to LibreOffice: its own, or the system's."""
    for python in (program.resolve().parent / "python", Path("/usr/bin/python3")):
        with contextlib.suppress(OSError):
            if subprocess.run([python, "-c", "import uno"], capture_output=True, check=False).returncode == 0:
                return str(python)
    raise InputError("no Python with UNO is found: install python3-uno")
