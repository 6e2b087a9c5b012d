"""The way from LibreOffice to the user's Python, without LibreOffice: it answers, or says why not, and never hangs."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from wattstack import __version__
from wattstack.cli import main
from wattstack.hosts.libreoffice import bridge as module
from wattstack.hosts.libreoffice.bridge import CURE, Bridge, UnreachableError

SHORT = 0.5  # seconds that a test waits for a worker that will not answer
NOISY = "; ".join([
    "from wattstack.hosts.libreoffice import worker",
    "real = worker.answered",
    "worker.answered = lambda line: print('noise', flush=True) or real(line)",
    "worker.main()",
])  # fmt: skip


def user(folder: Path) -> Path:
    """The configuration of a user whose LibreOffice asks this Python."""
    (folder / ".wattstack").mkdir()
    file = folder / ".wattstack" / "libreoffice.json"
    file.write_text(json.dumps({"python": sys.executable}))
    return file


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A bridge whose worker runs, for the tests that only ask."""
    file = user(tmp_path_factory.mktemp("user"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "configuration", lambda: file)
        made = Bridge(__version__)
        made.start()
    yield made
    made.stop()


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a user's settings."""
    file = user(tmp_path)
    monkeypatch.setattr(module, "configuration", lambda: file)
    return file.parent


@pytest.fixture
def bridge(settings: Path) -> Any:
    """A bridge, closed afterwards."""
    made = Bridge(__version__)
    yield made
    made.stop()


def package(settings: Path, worker: str | None) -> None:
    """Another package of our name, found first since the worker starts in that folder."""
    folder = settings / "wattstack"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    if worker is not None:
        for name in ("hosts", "libreoffice"):
            folder = folder / name
            folder.mkdir()
            (folder / "__init__.py").write_text("")
        (folder / "worker.py").write_text(worker)


def greeting_then(code: str) -> str:
    return f"import os, pathlib, sys, time\nprint('wattstack {__version__}', flush=True)\n{code}\n"


def test_call_gives_the_block_of_cells(running: Bridge) -> None:
    assert running.ask("POWER_GAP", [47.0, [[10.0, 5.0]]]) == [[32.0]]
    assert running.ask("POWER_GAP", [47.0, 15.0, {"missing": True}, 1.0]) == [[32.0]]
    assert running.ask("FUNDING_STACK", [15.0, [[10.0], [20.0]]])[0] == ["layer", "used", "unused"]


def test_error_comes_with_its_code(running: Bridge) -> None:
    assert running.ask("POWER_GAP", [47.0, 15.0, 0.9])[0][0]["error"] == "#NUM!"


def test_one_and_nought_stand_for_truth_values_where_these_are_wanted(running: Bridge) -> None:
    assert running.ask("POWER_GAP", [10.0, 15.0, 1.0, 1.0]) == [[0.0]]
    assert running.ask("POWER_GAP", [10.0, 15.0, 1.0, 2.0])[0][0]["error"] == "#VALUE!"
    assert running.ask("WHY", ["POWER_GAP", 10.0, 15.0, 1.0, 1.0]) == [["ok"]]


def test_empty_text_is_a_blank_in_a_range_only(running: Bridge) -> None:
    assert running.ask("POWER_GAP", [47.0, [[15.0, ""]]])[0][0]["error"] == "#N/A"
    assert running.ask("RATING_BUCKET", [""]) == [["NR"]]


def test_range_of_a_hundred_thousand_cells_goes_over_in_one_call(running: Bridge) -> None:
    assert running.ask("POWER_GAP", [1e5, [[1.0]] * 100_000]) == [[0.0]]


def test_defect_of_a_function_is_an_error_of_its_cell(running: Bridge) -> None:
    assert running.ask("NO_SUCH", [1.0])[0][0]["error"] == "#VALUE!"
    assert running.ask("POWER_GAP", [47.0, 15.0]) == [[32.0]]


def test_what_a_library_prints_is_no_answer() -> None:
    asked = json.dumps(["POWER_GAP", [47, 15]]) + "\n"
    told = subprocess.run([sys.executable, "-c", NOISY], input=asked, capture_output=True, text=True, check=True)
    assert told.stdout.splitlines() == [f"wattstack {__version__}", "[[32.0]]"]


def test_worker_ends_when_its_input_ends(bridge: Bridge) -> None:
    """As it does when LibreOffice goes, in whatever way: the pipe closes."""
    bridge.start()
    bridge._worker.stdin.close()
    assert bridge._worker.wait(timeout=60) == 0


def test_worker_that_dies_is_started_again(bridge: Bridge) -> None:
    bridge.ask("POWER_GAP", [47.0, 15.0])
    bridge._worker.kill()
    bridge._worker.wait()
    assert bridge.ask("POWER_GAP", [47.0, 14.0]) == [[33.0]]


def test_cure_names_commands_that_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    commands = [command.split() for command in re.findall('"wattstack (.*?)"', CURE)]
    assert len(commands) == 2
    for command in commands:
        with pytest.raises(SystemExit) as ended:
            main([*command, "--help"])
        assert ended.value.code == 0
        assert "--libreoffice" in command  # without it they are about Excel, and refused elsewhere than on Windows


def test_no_python_set_up_names_the_cure(bridge: Bridge, settings: Path) -> None:
    (settings / "libreoffice.json").unlink()
    with pytest.raises(UnreachableError, match="no Python is set up for LibreOffice") as told:
        bridge.ask("POWER_GAP", [47.0, 15.0])
    assert str(told.value).endswith(CURE)


@pytest.mark.parametrize("text", ["", "[]", "{}", "nothing"])
def test_configuration_that_says_nothing_is_none(bridge: Bridge, settings: Path, text: str) -> None:
    (settings / "libreoffice.json").write_text(text)
    with pytest.raises(UnreachableError, match="no Python is set up"):
        bridge.start()


def test_python_that_is_gone_is_named(bridge: Bridge, settings: Path) -> None:
    (settings / "libreoffice.json").write_text(json.dumps({"python": str(settings / "gone")}))
    with pytest.raises(UnreachableError, match=r"gone\) cannot be started: No such file"):
        bridge.start()


def test_python_without_the_package_says_what_is_missing(bridge: Bridge, settings: Path) -> None:
    package(settings, None)
    with pytest.raises(UnreachableError, match=r"cannot load wattstack: .*No module named 'wattstack\.hosts'"):
        bridge.start()


def test_other_version_of_the_package_is_refused_and_not_left_running(
    bridge: Bridge, settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[subprocess.Popen[bytes]] = []
    popen = subprocess.Popen
    monkeypatch.setattr(subprocess, "Popen", lambda *a, **options: started.append(popen(*a, **options)) or started[0])
    package(settings, "print('wattstack 0.0.1', flush=True)\ninput()\n")
    with pytest.raises(UnreachableError, match=rf"add-in is of version {__version__}, Python \(.*\) has 0\.0\.1"):
        bridge.start()
    assert [worker.poll() is None for worker in started] == [False]


def test_program_that_is_no_python_is_told(bridge: Bridge, settings: Path) -> None:
    package(settings, "print('hello', flush=True)\n")
    with pytest.raises(UnreachableError, match="is none"):
        bridge.start()


def test_worker_that_does_not_answer_is_killed_and_not_waited_for_again(bridge: Bridge, settings: Path) -> None:
    package(settings, greeting_then("time.sleep(600)"))
    bridge.start()
    slow, bridge._longest = bridge._worker, SHORT
    with pytest.raises(UnreachableError, match=r"did not answer within 0\.5 seconds"):
        bridge.ask("POWER_GAP", [47.0, 15.0])
    assert slow.returncode is not None
    (settings / "libreoffice.json").unlink()  # a call that tried again would miss it
    with pytest.raises(UnreachableError, match=r"did not answer within 0\.5 seconds"):
        bridge.ask("POWER_GAP", [47.0, 15.0])


def test_python_that_never_greets_is_killed(settings: Path) -> None:
    package(settings, "import time; time.sleep(600)")
    with pytest.raises(UnreachableError, match=r"did not answer within 0\.5 seconds"):
        Bridge(__version__, longest=SHORT).ask("POWER_GAP", [47.0, 15.0])


@pytest.mark.parametrize("last", ["", "print('[[3', end='', flush=True)"])
def test_worker_that_always_dies_is_an_error_of_the_cell(bridge: Bridge, settings: Path, last: str) -> None:
    package(settings, greeting_then(f"input()\n{last}"))
    with pytest.raises(UnreachableError, match="Python ended while it worked out POWER_GAP"):
        bridge.ask("POWER_GAP", [47.0, 15.0])


def test_call_tries_again_after_the_pause(bridge: Bridge, settings: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = settings / "libreoffice.json"
    told = file.read_text()
    file.unlink()
    with pytest.raises(UnreachableError):
        bridge.ask("POWER_GAP", [47.0, 15.0])
    file.write_text(told)
    with pytest.raises(UnreachableError):
        bridge.ask("POWER_GAP", [47.0, 15.0])
    later = time.monotonic() + module.PAUSE
    monkeypatch.setattr(module.time, "monotonic", lambda: later)
    assert bridge.ask("POWER_GAP", [47.0, 15.0]) == [[32.0]]
