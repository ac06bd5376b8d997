"""Which snapshots may leave the archive. What goes is in temporary tables of the connection.

What an article was cleaned from stays, and so does the answer that has the body of a snapshot that stays.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlite_utils import Database

_TABLES = """
CREATE TEMP TABLE IF NOT EXISTS doomed (id INTEGER PRIMARY KEY);
CREATE TEMP TABLE IF NOT EXISTS held (id INTEGER PRIMARY KEY);
DELETE FROM doomed;
DELETE FROM held;
"""
_HELD = """
INSERT INTO held
SELECT DISTINCT snapshot FROM articles WHERE status IN ('article', 'gone') AND snapshot IS NOT NULL
"""
#: Of each article, or address that is none's, all but the newest.
_BEYOND = """
WITH owners AS (
    SELECT url, min(article) AS article FROM (
        SELECT s.url, a.id AS article FROM snapshots AS s JOIN articles AS a ON a.snapshot = s.id
        UNION ALL
        SELECT s.url, r.article FROM snapshots AS s JOIN revisions AS r ON r.snapshot = s.id
    ) GROUP BY url
)
INSERT OR IGNORE INTO doomed
SELECT id FROM (
    SELECT s.id, row_number() OVER (
        PARTITION BY coalesce(o.article, s.url) ORDER BY s.fetched DESC, s.id DESC
    ) AS place
    FROM snapshots AS s LEFT JOIN owners AS o ON o.url = s.url
) WHERE place > ?
"""
_SPARED = """
DELETE FROM doomed WHERE id IN (SELECT id FROM held) OR id IN (
    SELECT original FROM snapshots WHERE original IS NOT NULL AND id NOT IN (SELECT id FROM doomed)
)
"""
#: Doomed rows of the file that something came to need since.
_NEEDED = """
SELECT 1 FROM doomed AS d JOIN snapshots AS s ON s.id = d.id
WHERE s.file = :file AND (
    EXISTS (
        SELECT 1 FROM snapshots AS r WHERE r.original = s.id AND r.id NOT IN (SELECT id FROM doomed)
    )
    OR :held AND EXISTS (
        SELECT 1 FROM articles AS a WHERE a.snapshot = s.id AND a.status IN ('article', 'gone')
    )
)
"""


@dataclass(frozen=True, slots=True)
class Row:
    """A snapshot of the file that is looked at."""

    id: int
    offset: int
    length: int
    goes: bool


def choose(db: Database, *, before: str | None, keep: int | None, newest_too: bool) -> None:
    """Dooms what was fetched ``before`` that time, and all but ``keep`` snapshots of an article."""
    db.conn.executescript(_TABLES)
    if not newest_too:
        db.execute(_HELD)
    if before is not None:
        db.execute("INSERT OR IGNORE INTO doomed SELECT id FROM snapshots WHERE fetched < ?", [before])
    if keep is not None:
        db.execute(_BEYOND, [keep])
    db.execute(_SPARED)


def choose_file(db: Database, file: str) -> None:
    """Dooms all of the file that may go."""
    db.execute("INSERT OR IGNORE INTO doomed SELECT id FROM snapshots WHERE file = ?", [file])
    db.execute(_SPARED)


def rows(db: Database, file: str) -> list[Row]:
    """By their place."""
    sql = (
        "SELECT id, offset, length, id IN (SELECT id FROM doomed) FROM snapshots WHERE file = ?"
        " ORDER BY offset"
    )
    return [Row(id, offset, length, bool(goes)) for id, offset, length, goes in db.execute(sql, [file])]


def needed(db: Database, file: str, *, newest_too: bool) -> bool:
    """Whether a doomed snapshot of the file must stay after all; asked in the transaction that drops it."""
    return db.execute(_NEEDED, {"file": file, "held": not newest_too}).fetchone() is not None
