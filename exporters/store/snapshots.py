"""Where the answers lie in the archive."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlite_utils import Database

from pipelines.types import Snapshot

_PLACE = "file, offset, length, digest, url, status, fetched"

#: Columns of a snapshot, for `row_to_snapshot`; those of the table as `s`, of its original as `o`.
COLUMNS = ", ".join(f"{table}.{name}" for table in "so" for name in _PLACE.split(", "))
#: Behind `snapshots AS s`.
JOIN = "LEFT JOIN snapshots AS o ON o.id = s.original"


def row_to_snapshot(row: Sequence[Any]) -> Snapshot:
    """From the values of ``COLUMNS``."""
    original = _placed(row[7:]) if row[7] is not None else None
    return _placed(row[:7], original)


def _placed(row: Sequence[Any], original: Snapshot | None = None) -> Snapshot:
    file, offset, length, digest, url, status, fetched = row
    return Snapshot(
        file=file,
        offset=offset,
        length=length,
        digest=digest,
        url=url,
        status=status,
        fetched=fetched,
        original=original,
    )


def add_snapshot(db: Database, snapshot: Snapshot) -> int:
    """Its row. The same place in the archive is the same row."""
    place = [snapshot.file, snapshot.offset]
    found = db.execute("SELECT id FROM snapshots WHERE file = ? AND offset = ?", place).fetchone()
    if found:
        return int(found[0])
    original = _original(db, snapshot.original) if snapshot.original else None
    values = [*place, snapshot.length, snapshot.digest, snapshot.url, snapshot.status, snapshot.fetched]
    sql = f"INSERT INTO snapshots ({_PLACE}, original) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - a constant
    id = db.execute(sql, [*values, original]).lastrowid
    assert id is not None
    return id


def _original(db: Database, snapshot: Snapshot) -> int:
    """Not by its place: the file may have been written anew since."""
    found = db.execute(
        "SELECT id FROM snapshots WHERE digest = ? AND url = ? AND fetched = ? AND original IS NULL",
        [snapshot.digest, snapshot.url, snapshot.fetched],
    ).fetchone()
    return int(found[0]) if found else add_snapshot(db, snapshot)


def snapshot(db: Database, id: int) -> Snapshot | None:
    sql = f"SELECT {COLUMNS} FROM snapshots AS s {JOIN} WHERE s.id = ?"  # noqa: S608 - constants
    row = db.execute(sql, [id]).fetchone()
    return row_to_snapshot(row) if row else None


# Bodies that the archive has


def body(db: Database, url: str, digest: str, file: str) -> Snapshot | None:
    """A whole answer of the address with this body: in ``file``, or what an article was cleaned from."""
    row = db.execute(
        "SELECT file, offset, length, digest, url, 200, fetched FROM archived_bodies"
        " WHERE url = ? AND digest = ? AND file = ?",
        [url, digest, file],
    ).fetchone()
    if row:
        return _placed(row)
    sql = (
        f"SELECT {COLUMNS} FROM snapshots AS s {JOIN} JOIN articles AS a ON a.snapshot = s.id"  # noqa: S608
        " WHERE s.digest = ? AND s.url = ? AND s.status = 200 AND a.status IN ('article', 'gone') LIMIT 1"
    )
    row = db.execute(sql, [digest, url]).fetchone()
    found = row_to_snapshot(row) if row else None
    return (found.original or found) if found else None


def note_bodies(db: Database, written: Iterable[Snapshot]) -> None:
    """Those of other files are not referred to any more: each file stands for itself."""
    rows = [(s.url, s.file, s.offset, s.length, s.digest, s.fetched) for s in written]
    db.conn.executemany("INSERT OR REPLACE INTO archived_bodies VALUES (?, ?, ?, ?, ?, ?)", rows)
    db.execute("DELETE FROM archived_bodies WHERE file != ?", [rows[-1][1]])


# Files that are written anew


def moved(db: Database, file: str, to: str | None, offsets: dict[int, int]) -> None:
    """A WARC file was written anew: where its records lie now; others are gone, and the file is to go."""
    db.execute("INSERT OR IGNORE INTO archive_swaps (file) VALUES (?)", [file])
    db.execute("DELETE FROM archived_bodies WHERE file = ?", [file])
    for id, offset in db.execute("SELECT id, offset FROM snapshots WHERE file = ?", [file]).fetchall():
        if offset in offsets:
            db.execute("UPDATE snapshots SET file = ?, offset = ? WHERE id = ?", [to, offsets[offset], id])
        else:
            db.execute("DELETE FROM snapshots WHERE id = ?", [id])


def settled(db: Database, file: str) -> None:
    db.execute("DELETE FROM archive_swaps WHERE file = ?", [file])


def unsettled(db: Database) -> frozenset[str]:
    return frozenset(file for (file,) in db.execute("SELECT file FROM archive_swaps"))
