"""Writing files so that a kill or a full disk leaves the old one whole, and zip files so that they can be compared."""

from __future__ import annotations

import io
import os
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import IO

from .errors import InputError

EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest date that a zip file can hold


def write_whole(path: Path, content: bytes) -> None:
    """Write `content` to `path`, or leave what stood there.

    Raises
    ------
    InputError
        If the file cannot be written there.
    """
    write_through(path, lambda file: file.write(content))


def folder(path: Path) -> Path:
    """The folder, made if it is not there.

    Raises
    ------
    InputError
        If it cannot be made.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{path}: cannot be made a folder: {error.strerror}") from None
    return path


def write_through(path: Path, fill: Callable[[IO[bytes]], object]) -> None:
    """Let `fill` write a file beside `path` that takes its place once it is complete."""
    temporary = ""
    try:
        with tempfile.NamedTemporaryFile(
            dir=path.parent, prefix=f".{path.name}.", suffix=".part", delete=False
        ) as file:
            temporary = file.name
            fill(file)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o666 & ~_umask())
        Path(temporary).replace(path)
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {error.strerror or error}") from None
    finally:
        if temporary:
            Path(temporary).unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def parts_of(data: bytes) -> dict[str, bytes]:
    """The parts of a zip file, by name."""
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        return {name: source.read(name) for name in source.namelist()}


def packed(parts: dict[str, bytes]) -> bytes:
    """A zip file of these parts; the same parts give the same bytes, on every system."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in parts.items():
            info = zipfile.ZipInfo(name, EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3  # Unix, on Windows too
            target.writestr(info, content)
    return buffer.getvalue()
