"""What was taken out of articles: the rows under ``removed_blocks``, each reason stored once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlite_utils import Database


def put(db: Database, article: int, removed: Iterable[Sequence[Any]]) -> None:
    """In place of those that are there: position, text, removed_by, why, confidence. In a transaction."""
    db.execute("DELETE FROM cut_blocks WHERE article = ?", [article])
    reasons: dict[tuple[str, str], int] = {}
    rows = []
    for position, text, by, why, confidence in removed:
        reason = reasons.get((by, why)) or reasons.setdefault((by, why), _reason(db, by, why))
        rows.append((article, position, text, reason, confidence))
    db.conn.executemany(
        "INSERT INTO cut_blocks (article, position, text, reason, confidence) VALUES (?, ?, ?, ?, ?)", rows
    )


def _reason(db: Database, by: str, why: str) -> int:
    known = "SELECT id FROM cut_reasons WHERE removed_by = ? AND why = ?"
    found = db.execute(known, [by, why]).fetchone()
    if found is None:
        found = db.execute(
            "INSERT INTO cut_reasons (removed_by, why) VALUES (?, ?) RETURNING id", [by, why]
        ).fetchone()
    return int(found[0])
