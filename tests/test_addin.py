"""The add-ins' jobs from the command line."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.support.desktop import ADDIN, Memory, built
from wattstack import hosts
from wattstack.addin import build
from wattstack.cli import main
from wattstack.hosts.excel import installation


@pytest.fixture
def paper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three hosts beside the real ones' place: one that loads files, one that loads none, one that is no package."""
    place = tmp_path / "hosts"
    for host in ("paper", "voice"):
        (place / host).mkdir(parents=True)
        (place / host / "__init__.py").write_text("")
    (place / "paper" / "package.py").write_text(
        "def files(): return {'paper.xml': b'<paper/>', 'pictures/sun.png': b'sun'}\n"
    )
    (place / "cells.py").write_text("raise AssertionError('no host')\n")
    monkeypatch.setattr(hosts, "__path__", [str(place)])
    for name in ("paper", "paper.package", "voice"):
        monkeypatch.setitem(sys.modules, f"wattstack.hosts.{name}", ModuleType("to be forgotten"))
        monkeypatch.delitem(sys.modules, f"wattstack.hosts.{name}")
    return tmp_path / "out"


def test_build_writes_the_files_of_every_host_that_has_some(paper: Path) -> None:
    assert build(paper) == [paper / "paper" / "paper.xml", paper / "paper" / "pictures" / "sun.png"]
    assert {path.relative_to(paper).as_posix(): path.read_bytes() for path in paper.rglob("*.*")} == {
        "paper/paper.xml": b"<paper/>",
        "paper/pictures/sun.png": b"sun",
    }


def test_build_prints_what_it_wrote(paper: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["addin", "build", "--out", str(paper)]) == 0
    assert capsys.readouterr().out.splitlines()[0] == f"Written: {paper / 'paper' / 'paper.xml'}"


def test_build_into_a_file_is_told_in_one_line(paper: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paper.write_text("a file")
    assert main(["addin", "build", "--out", str(paper)]) == 2
    assert capsys.readouterr().err.startswith(f"wattstack: {paper / 'paper'}: cannot be made a folder")


@pytest.fixture
def desktop(monkeypatch: pytest.MonkeyPatch) -> Memory:
    desktop = Memory()
    monkeypatch.setattr(installation, "this_desktop", lambda: desktop)
    return desktop


def test_each_job_of_excel_runs_from_the_command_line(desktop: Memory, capsys: pytest.CaptureFixture[str]) -> None:
    def told(job: str, code: int) -> str:
        assert main(["addin", job]) == code
        return capsys.readouterr().out

    with built():
        assert told("status", 0) == "Add-in: not installed (wattstack addin install)\n"
        assert told("doctor", 1) == "Problem: the add-in is not installed\n   Cure: run: wattstack addin install\n"
        assert told("install", 0).startswith(f"Installed: {ADDIN}\n")
        assert told("status", 0).startswith(f"Add-in: {ADDIN}, built for ")
        assert told("doctor", 0) == "No problem found.\n"
        assert told("remove", 0).startswith(f"Removed: {ADDIN}\n")


def test_an_open_excel_ends_with_one_line_and_code_2(desktop: Memory, capsys: pytest.CaptureFixture[str]) -> None:
    desktop.locked = {ADDIN}
    with built():
        assert main(["addin", "install"]) == 2
    assert capsys.readouterr().err == f"wattstack: {ADDIN}: in use; close Excel and run this again\n"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has an Excel to install into")
@pytest.mark.parametrize("job", ["install", "status", "remove", "doctor"])
def test_other_systems_are_told_what_to_use_instead(job: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["addin", job]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("wattstack: the add-in needs Excel on Windows; here there are: ")
    assert told.err.count("\n") == 1


@pytest.mark.parametrize(("job", "code"), [("install", 0), ("status", 0), ("remove", 0), ("doctor", 1)])
def test_libreoffice_has_its_own_installer(
    job: str, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    office = ModuleType("wattstack.hosts.libreoffice.install")
    for name in ("install", "status", "remove"):
        setattr(office, name, lambda name=name: [f"{name} done"])
    office.problems = lambda: [("it is old", "make it new")]  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "wattstack.hosts.libreoffice", ModuleType("wattstack.hosts.libreoffice"))
    monkeypatch.setitem(sys.modules, office.__name__, office)
    assert main(["addin", job, "--libreoffice"]) == code
    expected = "Problem: it is old\n   Cure: make it new\n" if job == "doctor" else f"{job} done\n"
    assert capsys.readouterr().out == expected
