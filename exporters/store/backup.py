"""A copy of the dataset in one file, while everything runs."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from contextlib import closing, suppress
from pathlib import Path

from exporters.files import flush
from exporters.store.connection import in_words
from exporters.store.store import Store
from pipelines.errors import StoreError


def backup(database: Path, target: Path) -> int:
    """Puts a whole, checked copy at ``target``, in place of an older one; gives its size in bytes.

    The copy is of one moment: it is read in one step from the write-ahead log's view of it, for which no
    writer waits and which no writer starts over. What stood at ``target`` stays until the copy is proven."""
    if target.exists() and (not target.is_file() or (database.exists() and target.samefile(database))):
        raise StoreError(f"{target}: not a place for a backup; name a file of its own.")
    if not target.parent.is_dir():
        raise StoreError(f"{target.parent}: no such folder; make it first.")
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".tmp")
    except OSError as error:
        raise StoreError(f"{target.parent}: {error.strerror}; name another place.") from error
    os.close(handle)
    made = Path(name)
    try:
        with Store.open(database, read_only=True) as store, in_words(target):
            _copy(store.db.conn, made)
        made.chmod(0o600)
        size = made.stat().st_size
        made.replace(target)
        flush(target.parent)
    except BaseException:
        with suppress(OSError):
            made.unlink()
        raise
    return size


def _copy(source: sqlite3.Connection, made: Path) -> None:
    with closing(sqlite3.connect(made, isolation_level=None)) as copy:
        source.backup(copy, pages=-1)
        # One file that stands alone: without a log beside it.
        copy.execute("PRAGMA journal_mode = DELETE").fetchall()
        found = copy.execute("PRAGMA integrity_check(1)").fetchone()[0]
        if found != "ok":
            raise StoreError(f"the dataset is damaged ({found}); no backup was written over an older one.")
    flush(made)
