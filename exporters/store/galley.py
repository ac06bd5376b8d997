"""What cleaning again has made, kept aside until all of a source has been looked at.

A file beside the dataset, gone when all of it has been put in its place. Whoever was interrupted finds there
what is done already; what does not fit the cleaner at hand any more is not looked at.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Self

from exporters.store.connection import in_words
from exporters.store.recleaning import Cleaned

_TABLE = """
CREATE TABLE IF NOT EXISTS cleaned (
    article INTEGER PRIMARY KEY, place INTEGER NOT NULL, cleaner TEXT NOT NULL, data BLOB NOT NULL
)
"""


class Galley:
    """``path`` ":memory:": it ends with the process."""

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        with in_words(self.path):
            self._db = sqlite3.connect(path, isolation_level=None)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = NORMAL")
            self._db.execute(_TABLE)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """The file goes where nothing is in it."""
        with in_words(self.path):
            empty = self._db.execute("SELECT 1 FROM cleaned LIMIT 1").fetchone() is None
            self._db.close()
            if empty and str(self.path) != ":memory:":
                self.path.unlink(missing_ok=True)

    def add(self, several: Iterable[Cleaned]) -> None:
        """All of them or none."""
        with in_words(self.path):
            self._db.execute("BEGIN")
            self._db.executemany(
                "INSERT OR REPLACE INTO cleaned (article, place, cleaner, data) VALUES (?, ?, ?, ?)",
                ((c.article, c.place, c.cleaner, c.packed()) for c in several),
            )
            self._db.execute("COMMIT")

    def has(self, article: int, place: int, cleaner: str) -> bool:
        found = self._db.execute(
            "SELECT 1 FROM cleaned WHERE article = ? AND place = ? AND cleaner = ?", [article, place, cleaner]
        )
        return found.fetchone() is not None

    def of(self, articles: Iterable[int]) -> Iterator[Cleaned]:
        """What is here of these articles, in their order."""
        for article in articles:
            row = self._db.execute(
                "SELECT place, cleaner, data FROM cleaned WHERE article = ?", [article]
            ).fetchone()
            if row is not None:
                yield Cleaned.unpacked(article, *row)

    def drop(self, articles: Iterable[int]) -> None:
        with in_words(self.path):
            self._db.execute("BEGIN")
            self._db.executemany("DELETE FROM cleaned WHERE article = ?", ((id,) for id in articles))
            self._db.execute("COMMIT")

    def drop_all(self) -> None:
        """What is left over fits no article any more."""
        with in_words(self.path):
            self._db.execute("DELETE FROM cleaned")
