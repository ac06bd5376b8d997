"""The dataset while it is open: its connection, transactions, checkpoints."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from sqlite_utils import Database

from exporters.store.connection import connect, in_words, write

#: Seconds that a checkpoint waits for readers.
_CHECKPOINT_PATIENCE = 1.0
#: Pages of write-ahead log after which the crawl moves them into the file: 4 MB, SQLite's default.
_CHECKPOINT_PAGES = 1000


class Opened:
    """What each part of Store rests on."""

    def __init__(self, db: Database, path: Path, timeout: float) -> None:
        """For ``open``."""
        #: For questions that no method answers; reading only.
        self.db = db
        self.path = path
        self._timeout = timeout

    @classmethod
    def open(cls, path: Path | str, *, read_only: bool = False, timeout: float = 30.0) -> Self:
        """Open the dataset, making or migrating it where that is needed.

        ``path``: ":memory:" is a dataset of one's own that leaves nothing behind. ``timeout``: seconds to
        wait for another writer. Raises StoreError, which says what to do.
        """
        path = Path(path)
        return cls(connect(path, read_only=read_only, timeout=timeout), path, timeout)

    def close(self) -> None:
        with in_words(self.path):
            self.db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Several writes as one: all or none. Keep it short; other writers wait."""
        with in_words(self.path), write(self.db):
            yield

    def checkpoint(self) -> None:
        """Move the write-ahead log into the database file: once, at the end of a run.

        What readers hold up, our own too, is moved the next time."""
        with in_words(self.path):
            self.db.execute(f"PRAGMA busy_timeout = {int(_CHECKPOINT_PATIENCE * 1000)}")
            try:
                self.db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                    raise
            finally:
                self.db.execute(f"PRAGMA busy_timeout = {int(self._timeout * 1000)}")

    def checkpoint_as_written(self) -> None:
        """From here on this connection is the one that moves the write-ahead log into the file."""
        with in_words(self.path):
            self.db.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
