"""What commonly goes wrong, each fault put into a healthy installation."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path, PureWindowsPath

import pytest
import xlwings

from tests.support.desktop import (
    ADDIN,
    APP_PATH,
    CONFIGURATION,
    DLL,
    EXCEL,
    HOME,
    PYTHON,
    STARTUP,
    Memory,
    built,
    program,
    says,
)
from wattstack.hosts.excel.doctor import problems
from wattstack.hosts.excel.install import install

OFFICE = r"HKCU\Software\Microsoft\Office\16.0"
POLICY = r"HKCU\Software\Policies\Microsoft\Office\16.0"
CLOUD = r"HKCU\Software\Policies\Microsoft\Cloud\Office\16.0"
STORE = HOME + r"\AppData\Local\Microsoft\WindowsApps\python.exe"
DLL_32 = HOME + r"\work\.venv\xlwings32-0.37.8.dll"
AGAIN = "wattstack addin install"


@pytest.fixture
def desktop() -> Iterator[Memory]:
    with built():
        desktop = Memory()
        install(desktop)
        yield desktop


def without(*paths: str) -> Callable[[Memory], None]:
    def fault(desktop: Memory) -> None:
        for path in paths:
            del desktop.content[path]

    return fault


def with_file(path: str, content: bytes = b"") -> Callable[[Memory], None]:
    return lambda desktop: desktop.content.update({path: content})


def with_key(key: str, **values: object) -> Callable[[Memory], None]:
    return lambda desktop: desktop.keys.update({key: values})


def answering(answer: str | Exception) -> Callable[[Memory], None]:
    return lambda desktop: setattr(desktop, "answer", answer)


def disabled(path: str) -> bytes:
    """An entry of Excel's list of disabled items: kind, two lengths in bytes, path and title, ending in zeros."""
    texts = [f"{text}\0".encode("utf-16-le") for text in (path.lower(), "wattstack")]
    return b"".join(n.to_bytes(4, "little") for n in (2, *map(len, texts))) + b"".join(texts)


def conda(desktop: Memory) -> None:
    """A base environment: the DLL stands beside python.exe."""
    del desktop.content[DLL]
    desktop.content[str(PureWindowsPath(PYTHON).parent / "xlwings64-0.37.8.dll")] = b""


def on_the_network(desktop: Memory) -> None:
    desktop.variables["APPDATA"] = r"\\server\home\Ann"
    install(desktop)


FAULTS: list[tuple[str, Callable[[Memory], None], str, str]] = [
    ("no Excel", lambda desktop: desktop.keys.clear(), "Excel for Windows was not found", "--libreoffice"),
    ("Excel is gone", without(EXCEL), "Excel for Windows was not found", "--libreoffice"),
    ("not installed", without(ADDIN), "the add-in is not installed", AGAIN),
    ("no configuration", without(CONFIGURATION), f"{CONFIGURATION} names no Python", AGAIN),
    ("no interpreter", with_file(CONFIGURATION, b'"UDF MODULES","x"\r\n'), "names no Python", AGAIN),
    ("interpreter is gone", without(PYTHON), f"the configured Python is gone: {PYTHON}", AGAIN),
    ("of the Store", answering(says(base=r"C:\Program Files\WindowsApps\Python")), "Microsoft Store", "python.org"),
    (
        "a module is missing",
        answering(says(wrong="ModuleNotFoundError: No module named 'wattstack'", versions={})),
        f"{PYTHON} cannot serve the add-in: ModuleNotFoundError: No module named 'wattstack'",
        AGAIN,
    ),
    ("no answer", answering(subprocess.TimeoutExpired("python", 60)), "no answer in 60 seconds", AGAIN),
    (
        "a broken environment",
        answering(subprocess.CalledProcessError(103, "python", stderr=r"No Python at 'C:\Python311'")),
        r"No Python at 'C:\Python311'",
        AGAIN,
    ),
    ("no program", answering(OSError(193, "not a valid Win32 application")), "it does not run", AGAIN),
    ("no answer that can be read", answering("hello"), "it does not run", AGAIN),
    (
        "a newer package",
        answering(says(versions={"wattstack": "0.6.0", "xlwings": "0.37.8"})),
        "the add-in was built for wattstack 0.5.0, and Python has wattstack 0.6.0",
        AGAIN,
    ),
    ("a damaged add-in", with_file(ADDIN, b""), "built for wattstack (unknown, the file may be damaged)", AGAIN),
    ("no DLL", without(DLL), "xlwings64-0.37.8.dll is missing, which 64-bit Excel needs", "--no-cache-dir xlwings"),
    (
        "32-bit Excel without its DLL",
        with_file(EXCEL, program(0x14C)),
        "xlwings32-0.37.8.dll is missing, which 32-bit Excel needs",
        "--no-cache-dir xlwings",
    ),
    (
        "32-bit Python",
        lambda desktop: (without(DLL)(desktop), answering(says(platform="win32"))(desktop))[0],
        "xlwings has it for 64-bit (x64) Python only, this is win32",
        "install 64-bit (x64) Python",
    ),
    ("blocked", with_file(ADDIN + ":Zone.Identifier", b"[ZoneTransfer]"), "downloaded from the internet", AGAIN),
    ("a copy", with_file(STARTUP + r"\wattstack (1).xlam"), r"XLSTART\wattstack (1).xlam", "restart Excel"),
    (
        "one for all users",
        with_file(r"C:\Program Files\Microsoft Office\root\Office16\XLSTART\Wattstack.xlam"),
        r"Office16\XLSTART\Wattstack.xlam",
        "restart Excel",
    ),
    (
        "one that is ticked",
        with_key(OFFICE + r"\Excel\Options", open1=r'/R "D:\old\wattstack.xlam"', open='"analysis.xlam"'),
        r"D:\old\wattstack.xlam",
        "restart Excel",
    ),
    (
        "disabled after a crash",
        with_key(OFFICE + r"\Excel\Resiliency\DisabledItems", x7f3=disabled(ADDIN)),
        "disabled the add-in after a crash",
        "Disabled Items",
    ),
    ("no VBA", with_key(POLICY + r"\Common", vbaoff=1), "switches VBA off", "wattstack serve"),
    (
        "only signed add-ins",
        with_key(CLOUD + r"\Common\Security", requirealwaysonmacrosig=1),
        "loads signed add-ins only",
        "wattstack serve",
    ),
    (
        "no trusted locations",
        with_key(OFFICE + r"\Excel\Security\Trusted Locations", alllocationsdisabled=1),
        "Trusted Locations are switched off",
        "Trust Center",
    ),
    ("a profile on the network", on_the_network, "is on the network, which is not trusted", "on my network"),
    ("no macros", with_key(POLICY + r"\Excel\Security", vbawarnings=4), "disables macros in workbooks", ".xlsx"),
]


def test_a_healthy_installation_has_no_problem(desktop: Memory) -> None:
    assert problems(desktop) == []


@pytest.mark.parametrize(("fault", "what", "cure"), [fault[1:] for fault in FAULTS], ids=[fault[0] for fault in FAULTS])
def test_a_fault_is_found_alone_and_its_cure_is_told(
    desktop: Memory, fault: Callable[[Memory], None], what: str, cure: str
) -> None:
    fault(desktop)
    desktop.done = []
    (problem,) = problems(desktop)
    assert what in problem.what
    assert cure in problem.cure
    assert desktop.done == []  # an examination changes nothing


def test_all_faults_are_told_in_one_examination(desktop: Memory) -> None:
    without(DLL)(desktop)
    with_file(ADDIN + ":Zone.Identifier", b"[ZoneTransfer]")(desktop)
    with_key(POLICY + r"\Excel\Security", vbawarnings=4)(desktop)
    assert [problem.what.split()[0] for problem in problems(desktop)] == ["xlwings64-0.37.8.dll", ADDIN, "Excel"]


HARMLESS: list[tuple[str, Callable[[Memory], None]]] = [
    ("the DLL beside python.exe", conda),
    ("32-bit Excel with its DLL", lambda desktop: desktop.content.update({EXCEL: program(0x14C), DLL_32: b""})),
    ("Excel's path in quotes", with_key(APP_PATH, **{"": f'"{EXCEL}"'})),
    ("xlwings' own add-in", with_file(STARTUP + r"\xlwings.xlam")),
    ("its own file ticked", with_key(OFFICE + r"\Excel\Options", open=f'"{ADDIN.upper()}"')),
    ("another add-in disabled", with_key(OFFICE + r"\Excel\Resiliency\DisabledItems", a=disabled(r"c:\x.xlam"), b=7)),
    ("macros on request", with_key(OFFICE + r"\Excel\Security", vbawarnings=2)),
    ("a policy that allows what the user forbade", lambda desktop: desktop.keys.update({
        POLICY + r"\Excel\Security\Trusted Locations": {"alllocationsdisabled": 0},
        OFFICE + r"\Excel\Security\Trusted Locations": {"alllocationsdisabled": 1},
    })),
    ("a trusted network", lambda desktop: (on_the_network(desktop), with_key(
        OFFICE + r"\Excel\Security\Trusted Locations", allownetworklocations=1)(desktop))[0]),
]  # fmt: skip


@pytest.mark.parametrize("change", [change for _, change in HARMLESS], ids=[name for name, _ in HARMLESS])
def test_what_is_harmless_is_no_problem(desktop: Memory, change: Callable[[Memory], None]) -> None:
    change(desktop)
    assert problems(desktop) == []


def test_the_bridge_of_the_installed_xlwings_seeks_its_dll_where_the_examination_does() -> None:
    bridge = (Path(xlwings.__file__).parent / "xlwings.bas").read_text(encoding="utf-8")
    assert f'"xlwings64-{xlwings.__version__}.dll"' in bridge
    assert f'"xlwings32-{xlwings.__version__}.dll"' in bridge
    assert r'LoadLibrary(ParentFolder(PYTHON_WIN) + "\" + XLPyDLLName)' in bridge
    assert r'LoadLibrary(ParentFolder(ParentFolder(PYTHON_WIN)) + "\" + XLPyDLLName)' in bridge
