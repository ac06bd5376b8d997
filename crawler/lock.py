"""One crawl at a time a home, and one cleaning again: advisory locks.

The system drops a lock with its process, however that ends.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from pipelines.errors import LockHeldError, StoreError


@contextmanager
def hold(path: Path, now: datetime, *, what: str = "crawl") -> Iterator[None]:
    """Holds ``path`` or raises LockHeldError at once. The file says who holds it and since when.

    The file stays: removing it would let two crawls lock two different files of the same name.
    """
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise StoreError(f"{path}: the {what} lock cannot be opened: {error.strerror}") from error
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            said = os.pread(file, 200, 0).decode("utf-8", "replace").strip()
            holder = f": {said}" if said else ""
            raise LockHeldError(f"another {what} is running{holder} ({path})") from None
        os.ftruncate(file, 0)
        os.pwrite(file, f"pid {os.getpid()} since {now:%Y-%m-%dT%H:%M:%SZ}\n".encode(), 0)
        try:
            yield
        finally:
            os.ftruncate(file, 0)
    finally:
        os.close(file)
