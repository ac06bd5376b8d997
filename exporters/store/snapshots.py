"""Where the answers lie in the archive."""

from __future__ import annotations

from dataclasses import astuple

from sqlite_utils import Database

from pipelines.types import Snapshot

_COLUMNS = "file, offset, length, digest, url, status, fetched"


def add_snapshot(db: Database, snapshot: Snapshot) -> int:
    """Its row. The same place in the archive is the same row."""
    place = [snapshot.file, snapshot.offset]
    found = db.execute("SELECT id FROM snapshots WHERE file = ? AND offset = ?", place).fetchone()
    if found:
        return int(found[0])
    sql = f"INSERT INTO snapshots ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - a constant
    id = db.execute(sql, list(astuple(snapshot))).lastrowid
    assert id is not None
    return id


def snapshot(db: Database, id: int) -> Snapshot | None:
    sql = f"SELECT {_COLUMNS} FROM snapshots WHERE id = ?"  # noqa: S608 - a constant
    row = db.execute(sql, [id]).fetchone()
    if row is None:
        return None
    file, offset, length, digest, url, status, fetched = row
    return Snapshot(
        file=file, offset=offset, length=length, digest=digest, url=url, status=status, fetched=fetched
    )
