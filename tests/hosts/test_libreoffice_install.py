"""The add-in into a user's LibreOffice and out again."""

from __future__ import annotations

import json
import stat
import sys
from pathlib import Path

import pytest

from tests.support.calc import Calc
from wattstack import __version__
from wattstack.errors import InputError
from wattstack.hosts.libreoffice import bridge, install
from wattstack.hosts.libreoffice.package import FILE


@pytest.fixture
def user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user of their own, whose profile is the folder that comes back."""
    monkeypatch.setattr(bridge.Path, "home", lambda: tmp_path)
    return tmp_path / "profile"


def with_add_in(profile: Path, version: str = __version__) -> None:
    """A profile as LibreOffice leaves it once the add-in is installed."""
    packages = profile / install.CACHE / "uno_packages"
    (packages / "lu1.tmp_" / FILE).mkdir(parents=True)
    (packages / "lu1.tmp").write_text("")
    (packages / "lu1.tmp_" / FILE / "description.xml").write_text(f'<version value="{version}"/>')
    known = profile / install.KNOWN
    known.parent.mkdir(parents=True)
    known.write_text(f'<extension url="vnd.sun.star.expand:$CACHE/uno_packages/lu1.tmp_/{FILE}">')


def with_python(python: str) -> None:
    bridge.configuration().parent.mkdir()
    bridge.configuration().write_text(json.dumps({"python": python}))


def with_program(folder: Path, monkeypatch: pytest.MonkeyPatch, **scripts: str) -> None:
    """Programs of LibreOffice that write down how they are called."""
    folder.mkdir()
    for name, script in scripts.items():
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(stat.S_IRWXU)
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setattr(install, "PLACES", {})


def test_real_libreoffice_takes_it_tells_it_and_lets_it_go(tmp_path: Path) -> None:
    libre = Calc(tmp_path)
    done, status, problems, again = libre.managed("install", "status", "problems", "install")
    assert done == [
        f"Installed in LibreOffice: wattstack.oxt {__version__} ({libre.profile})",
        f"Written: {libre.home / '.wattstack' / 'libreoffice.json'}",
    ]
    assert status[1:] == [f"LibreOffice add-in: {__version__}", f"LibreOffice asks: {sys.executable}"]
    assert problems == []
    assert again == done  # over itself
    removed, nothing, status = libre.managed("remove", "remove", "status")
    assert len(removed) == len(done)
    assert nothing == ["Nothing is installed in LibreOffice."]
    assert status[1:] == ["LibreOffice add-in: not installed", "LibreOffice asks: none"]
    assert list(libre.home.glob(".wattstack")) == []
    assert list(libre.profile.rglob("*wattstack*")) == []
    assert libre.ask(("typed", [[], ["POWER_GAP(47;15)"]]))[0] == [[[{"error": 525}]]]


@pytest.mark.skipif(sys.platform == "win32", reason="the programs that stand in for LibreOffice's are shell scripts")
def test_plain_user_installs_with_unopkg(user: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = tmp_path / "log"
    with_program(tmp_path / "bin", monkeypatch, soffice="", unopkg=f'echo "$@" >> {log}')
    monkeypatch.setattr(install, "_is_root", lambda: False)
    install.install(user)
    with_add_in(user)
    install.remove(user)
    added, removed = log.read_text().splitlines()
    assert added.startswith("add --force --suppress-license file:///")
    assert added.endswith(f"wattstack.oxt -env:UserInstallation={user.as_uri()}")
    assert list(user.rglob("lu1*")) == []
    assert removed == f"remove org.wattstack.addin -env:UserInstallation={user.as_uri()}"


@pytest.mark.skipif(sys.platform == "win32", reason="the programs that stand in for LibreOffice's are shell scripts")
def test_refusal_is_told_in_one_line(user: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with_program(tmp_path / "bin", monkeypatch, soffice="", unopkg="echo 'first'; echo 'disk is full' >&2; exit 1")
    monkeypatch.setattr(install, "_is_root", lambda: False)
    with pytest.raises(InputError, match="LibreOffice refuses to add the add-in: disk is full"):
        install.install(user)
    assert not bridge.configuration().exists()


def test_libreoffice_that_is_not_there_is_the_one_problem(user: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(install, "PLACES", {})
    assert install.problems(user) == [("LibreOffice is not found", "install it, or put its folder program on the PATH")]
    with pytest.raises(InputError, match="LibreOffice is not found"):
        install.install(user)
    assert install.status(user)[0] == "LibreOffice: not found"


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A LibreOffice that nobody starts."""
    monkeypatch.setattr(install.shutil, "which", lambda name, path: str(tmp_path / "soffice"))


@pytest.mark.usefixtures("program")
def test_running_libreoffice_is_examined_and_not_touched(user: Path) -> None:
    with_add_in(user)
    (user / ".lock").write_text("")
    [(what, _)] = install.problems(user)  # whoever sees errors in cells has it open
    assert what.startswith("no Python is set up for LibreOffice")
    for change in (install.install, install.remove):
        with pytest.raises(InputError, match="LibreOffice is running: close it"):
            change(user)


@pytest.mark.usefixtures("program")
def test_problems_name_what_is_missing_or_of_another_version(user: Path) -> None:
    assert install.problems(user) == [("the add-in is not installed in LibreOffice", install.INSTALL)]
    with_add_in(user, "0.0.1")
    other, none = install.problems(user)
    assert other == (f"the add-in in LibreOffice is of version 0.0.1, this package has {__version__}", install.INSTALL)
    assert none[0].startswith("no Python is set up for LibreOffice")
    assert none[1] == bridge.CURE


@pytest.mark.usefixtures("program")
def test_problems_ask_the_python_that_cells_ask(user: Path, tmp_path: Path) -> None:
    with_add_in(user)
    with_python(str(tmp_path / "gone"))
    [(what, cure)] = install.problems(user)
    assert "gone) cannot be started" in what
    assert cure == bridge.CURE
    bridge.configuration().write_text(json.dumps({"python": sys.executable}))
    assert install.problems(user) == []


@pytest.mark.parametrize(
    ("platform", "variable", "below"),
    [
        ("win32", "APPDATA", ["LibreOffice", "4"]),
        ("linux", "XDG_CONFIG_HOME", ["libreoffice", "4"]),
    ],
)
def test_profile_is_where_libreoffice_keeps_it(
    platform: str, variable: str, below: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(install.sys, "platform", platform)
    monkeypatch.setenv(variable, str(tmp_path))
    assert install.own_profile() == tmp_path.joinpath(*below)


def test_configuration_of_other_hosts_stays(user: Path) -> None:
    with_python(sys.executable)
    other = bridge.configuration().with_name("wattstack.conf")
    other.write_text("")
    assert install.remove(user) == [f"Removed: {bridge.configuration()}"]
    assert other.exists()
