"""Files are written whole or not at all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from wattstack.errors import InputError
from wattstack.files import packed, write_through, write_whole

SLOW = """
import sys, time
from pathlib import Path
from wattstack.files import write_through

def fill(file):
    file.write(b"half")
    file.flush()
    print("writing", flush=True)
    time.sleep(60)

write_through(Path(sys.argv[1]), fill)
"""


def test_a_kill_during_saving_leaves_the_old_file_whole(tmp_path: Path) -> None:
    file = tmp_path / "old.xlsx"
    file.write_bytes(b"old")
    writer = subprocess.Popen([sys.executable, "-c", SLOW, str(file)], stdout=subprocess.PIPE)
    assert writer.stdout is not None
    writer.stdout.readline()
    writer.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
    writer.wait()
    writer.stdout.close()
    assert file.read_bytes() == b"old"


def test_an_error_during_saving_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path) -> None:
    file = tmp_path / "old.xlsx"
    file.write_bytes(b"old")

    def fill(_: object) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(InputError, match=r"old\.xlsx: cannot be written: No space left"):
        write_through(file, fill)
    assert [path.name for path in tmp_path.iterdir()] == ["old.xlsx"]
    assert file.read_bytes() == b"old"


def test_a_folder_that_is_not_there_is_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No such file") as caught:
        write_whole(tmp_path / "none" / "file.csv", b"")
    assert "\n" not in str(caught.value)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes") if os.name == "nt" else lambda f: f
def test_written_file_has_the_modes_of_any_new_file(tmp_path: Path) -> None:
    write_whole(tmp_path / "one", b"")
    (tmp_path / "two").write_bytes(b"")
    assert (tmp_path / "one").stat().st_mode == (tmp_path / "two").stat().st_mode


def test_zip_file_has_the_same_bytes_on_every_system(monkeypatch: pytest.MonkeyPatch) -> None:
    parts = {"a/b.xml": b"<b/>" * 100, "c.txt": b""}
    here = packed(parts)
    for system in ("linux", "win32", "darwin"):
        monkeypatch.setattr(sys, "platform", system)
        assert packed(parts) == here
