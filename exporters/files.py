"""Files that others read while they are replaced: whole, or not at all."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path


def write(path: Path, content: bytes) -> None:
    """All or nothing, also when the machine stops in the middle: a reader sees the old file or the new."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            os.fchmod(file.fileno(), 0o644)  # a web server reads it as another user; mkstemp makes it 0600
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise
    flush(path.parent)


def write_changed(path: Path, content: bytes) -> bool:
    """Whether it was another one."""
    if path.exists() and path.read_bytes() == content:
        return False
    write(path, content)
    return True


def flush(path: Path) -> None:
    """A file's content, or which files a folder has, is on the disk from here on."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
