"""Installing into Excel, seen action by action on a Windows in memory."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path, PureWindowsPath
from types import SimpleNamespace

import pytest
import xlwings

from tests.support.desktop import ADDIN, CONFIGURATION, HOME, PYTHON, Memory, built, says
from wattstack.errors import InputError
from wattstack.hosts.excel.desktop import Desktop, this_desktop
from wattstack.hosts.excel.install import install, remove, status
from wattstack.hosts.excel.installation import QUESTION, Installation

MARK = ADDIN + ":Zone.Identifier"
BRIDGE = (Path(xlwings.__file__).parent / "xlwings.bas").read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def package() -> Iterator[None]:
    with built():
        yield


def test_install_writes_the_add_in_then_its_configuration_and_nothing_else() -> None:
    desktop = Memory()
    told = install(desktop)
    assert desktop.done == [("write", ADDIN), ("write", CONFIGURATION)]
    assert desktop.content[ADDIN] == b"an add-in"
    assert told == [
        f"Installed: {ADDIN}",
        f"Written: {CONFIGURATION}",
        f"Python: {PYTHON}",
        "Start Excel anew and type =POWER_GAP(47,15) into a cell: it shows 32. If not: wattstack addin doctor",
    ]


def test_xlwings_reads_the_configuration_as_it_is_meant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desktop = Memory()
    install(desktop)
    (tmp_path / "wattstack.conf").write_bytes(desktop.content[CONFIGURATION])
    monkeypatch.setattr(xlwings, "USER_CONFIG_FILE", str(tmp_path / "wattstack.conf"))
    assert xlwings.utils.read_user_config() == {
        "interpreter_win": PYTHON,
        "udf modules": "wattstack.hosts.excel",
        "add_workbook_to_pythonpath": "False",
    }


def test_the_bridge_of_the_installed_xlwings_asks_for_these_settings_in_this_file() -> None:
    desktop = Memory()
    install(desktop)
    keys = re.findall(r'^"([^"]+)",', desktop.content[CONFIGURATION].decode(), re.MULTILINE)
    assert len(keys) == 3
    for key in keys:
        assert f'GetConfig("{key}"' in BRIDGE
    assert r'Environ("USERPROFILE") & "\." & PROJECT_NAME & "\" & PROJECT_NAME & ".conf"' in BRIDGE


def test_a_path_with_an_umlaut_is_written_in_the_code_page_that_visual_basic_reads() -> None:
    desktop = Memory()
    desktop.python = PureWindowsPath(r"C:\Users\Jürgen\python.exe")
    install(desktop)
    assert b"C:\\Users\\J\xfcrgen\\python.exe" in desktop.content[CONFIGURATION]
    assert Installation(desktop).python == desktop.python


def test_a_path_that_the_code_page_lacks_is_refused_before_anything_is_written() -> None:
    desktop = Memory()
    desktop.python = PureWindowsPath(r"C:\Users\Łukasz\python.exe")
    with pytest.raises(InputError, match=r"C:\\Users\\Łukasz\\python.exe: Excel cannot read this path"):
        install(desktop)
    assert desktop.done == []


@pytest.mark.parametrize(
    ("python", "base"),
    [
        (HOME + r"\AppData\Local\Microsoft\WindowsApps\python.exe", r"C:\Python311"),
        (PYTHON, r"C:\Program Files\WindowsApps\PythonSoftwareFoundation.Python.3.11_3.11.2544.0_x64"),
    ],
)
def test_a_python_of_the_store_is_refused_before_anything_is_written(python: str, base: str) -> None:
    desktop = Memory()
    desktop.python, desktop.base = PureWindowsPath(python), base
    with pytest.raises(InputError, match=r"Microsoft Store.*python\.org"):
        install(desktop)
    assert desktop.done == []


def test_installing_twice_leaves_the_same_files_of_the_newer_build() -> None:
    desktop = Memory()
    install(desktop)
    first = dict(desktop.content)
    with built(b"a newer add-in"):
        install(desktop)
    assert desktop.content == first | {ADDIN: b"a newer add-in"}


def test_the_mark_of_a_download_is_taken_away() -> None:
    desktop = Memory()
    desktop.content |= {ADDIN: b"downloaded", MARK: b"[ZoneTransfer]\r\nZoneId=3"}
    install(desktop)
    assert desktop.done == [("write", ADDIN), ("delete", MARK), ("write", CONFIGURATION)]


@pytest.mark.parametrize("job", [install, remove])
def test_an_open_excel_is_named_as_the_reason_and_nothing_is_changed(job: object) -> None:
    desktop = Memory()
    install(desktop)
    before, desktop.done, desktop.locked = dict(desktop.content), [], {ADDIN}
    with pytest.raises(InputError, match=r"wattstack\.xlam: in use; close Excel and run this again"):
        job(desktop)  # type: ignore[operator]
    assert (desktop.content, desktop.done) == (before, [])


def test_a_full_disk_is_told() -> None:
    class Full(Memory):
        def write(self, path: object, content: bytes) -> None:
            raise OSError(28, "No space left on device")

    with pytest.raises(InputError, match=r"wattstack\.xlam: cannot be changed: No space left on device"):
        install(Full())


def test_remove_leaves_what_there_was_before() -> None:
    desktop = Memory()
    before = dict(desktop.content)
    install(desktop)
    desktop.done = []
    told = remove(desktop)
    assert desktop.content == before
    folder = HOME + r"\.wattstack"
    assert desktop.done == [("delete", ADDIN), ("delete", CONFIGURATION), ("delete folder", folder)]
    assert told == [f"Removed: {path}" for path in (ADDIN, CONFIGURATION, folder)]


def test_remove_keeps_a_folder_with_something_else_in_it() -> None:
    desktop = Memory()
    install(desktop)
    desktop.content[HOME + r"\.wattstack\certificate.pem"] = b"of the server"
    remove(desktop)
    assert ("delete folder", HOME + r"\.wattstack") not in desktop.done


def test_remove_says_that_nothing_is_installed() -> None:
    desktop = Memory()
    assert remove(desktop) == ["Nothing is installed."]
    assert desktop.done == []


def test_status_tells_places_versions_and_the_python() -> None:
    desktop = Memory()
    install(desktop)
    assert status(desktop) == [
        f"Add-in: {ADDIN}, built for wattstack 0.5.0, xlwings 0.37.8",
        f"Configuration: {CONFIGURATION}",
        f"Python: {PYTHON}, wattstack 0.5.0, xlwings 0.37.8, win-amd64",
        r"Excel: C:\Program Files\Microsoft Office\root\Office16\EXCEL.EXE, 64 bit",
    ]


def test_status_tells_why_the_python_cannot_serve() -> None:
    desktop = Memory()
    install(desktop)
    desktop.answer = says(wrong="ImportError: No module named 'scipy'", versions={})
    assert status(desktop)[2] == f"Python: {PYTHON}, ImportError: No module named 'scipy'"


def test_status_of_nothing_changes_nothing() -> None:
    desktop = Memory()
    assert status(desktop) == ["Add-in: not installed (wattstack addin install)"]
    assert desktop.done == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has a desktop to install on")
def test_other_systems_are_told_what_to_use() -> None:
    with pytest.raises(InputError, match=r"--libreoffice.*wattstack serve.*wattstack workbook"):
        this_desktop()


def test_files_are_written_read_and_deleted_with_their_folders(tmp_path: Path) -> None:
    desktop, path = Desktop(), tmp_path / "deep" / "er" / "file"
    assert (desktop.read(path), desktop.files(path.parent), desktop.exists(path)) == (b"", [], False)
    desktop.write(path, b"content")
    assert (desktop.read(path), desktop.read(path, 3), desktop.exists(path)) == (b"content", b"con", True)
    assert desktop.files(path.parent) == [path]
    desktop.delete(path)
    desktop.delete_folder(path.parent)
    assert list(path.parents[1].iterdir()) == []


def test_registry_values_come_by_their_names_in_lower_case(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = {("user", r"Software\One"): [("OPEN", "x.xlam", 1), ("", "default", 1)]}

    class Key:
        def __init__(self, root: str, path: str) -> None:
            if (root, path) not in keys:
                raise FileNotFoundError(2, "The system cannot find the file specified")
            self.values = keys[root, path]

        def __enter__(self) -> Key:
            return self

        def __exit__(self, *_: object) -> None:
            pass

    registry = SimpleNamespace(
        HKEY_CURRENT_USER="user", HKEY_LOCAL_MACHINE="machine", OpenKey=Key,
        EnumValue=lambda key, place: key.values[place], QueryInfoKey=lambda key: (0, len(key.values), 0),
    )  # fmt: skip
    monkeypatch.setitem(sys.modules, "winreg", registry)
    monkeypatch.setattr(sys, "platform", "win32")
    assert Desktop().registry(r"HKCU\Software\One") == {"open": "x.xlam", "": "default"}
    assert Desktop().registry(r"HKLM\Software\One") == {}


def test_a_python_is_asked_for_its_versions_and_what_it_lacks() -> None:
    """The real question to this Python, which has all but the bridge to COM where there is no Windows."""
    import wattstack

    told = Desktop().asked([sys.executable, "-B", "-c", QUESTION], 120)
    assert f'"wattstack": "{wattstack.__version__}", "xlwings": "{xlwings.__version__}"' in told
    assert ("No module named 'pywintypes'" in told) == (sys.platform != "win32")


def test_a_program_is_given_up_after_its_time() -> None:
    with pytest.raises(subprocess.TimeoutExpired):
        Desktop().asked([sys.executable, "-c", "import time; time.sleep(60)"], 0.5)
