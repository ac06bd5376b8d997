"""Two rows that turn out to be one article become one row. Called inside a transaction.

The row that was seen first stays, with its number, guid and day; what was checked last is what the article
says. Nothing that either said is lost: all versions are in ``revisions``, in the order of time, and the guid
that goes still leads to the article.
"""

from __future__ import annotations

from typing import Any, Literal

from sqlite_utils import Database

from exporters.store import articles, copies, finding
from exporters.store.identity import same_story

#: Belong to what the article says, not to the row.
_DETAILS = ("cleanings", "cut_blocks", "entries", "evidence", "site_traces")
#: Stay with the row that was seen first.
_FIRST = ("id", "guid", "source", "first_seen", "run", "url", "raw_url", "cluster", "duplicate_of")

_Row = dict[str, Any]


def are_one(a: _Row, b: _Row) -> bool:
    """Whether two rows at what is now one address are one article: by what they say. A parameter that names
    articles, dropped by mistake, must not make one of all of them."""
    if "rejected" in (a["status"], b["status"]):
        return True
    return a["content_hash"] == b["content_hash"] or same_story(a["title"], a["text"], b["title"], b["text"])


def merge(db: Database, a: _Row, b: _Row, now: str) -> int:
    """The number of the row that both are from now on; its addresses are the caller's to set."""
    first, second = sorted((a, b), key=lambda row: (row["first_seen"], row["id"]))
    older, newer = sorted((first, second), key=_standing)
    last_changed = newer["last_changed"]
    if older["status"] not in ("rejected", "deleted") and older["content_hash"] != newer["content_hash"]:
        one_cleaner = older["cleaner_version"] == newer["cleaner_version"]
        by: Literal["publisher", "cleaner"] = "publisher" if one_cleaner else "cleaner"
        articles.add_revision(db, older, max(newer["last_changed"], older["last_changed"]), by)
    else:
        last_changed = min(older["last_changed"], newer["last_changed"])
    copies.unlink(db, second["id"])
    _take(db, first["id"], second["id"], details=newer is second)
    _in_order(db, first["id"])
    db.execute(
        "INSERT INTO former_guids (guid, article, merged) VALUES (?, ?, ?)",
        [second["guid"], first["id"], now],
    )
    db.execute("DELETE FROM articles WHERE id = ?", [second["id"]])
    values = {name: value for name, value in newer.items() if name not in _FIRST}
    values["last_changed"] = last_changed
    values["last_checked"] = max(older["last_checked"], newer["last_checked"])
    if "deleted" in (first["status"], second["status"]):
        values["status"] = "deleted"
    articles.update(db, first["id"], values)
    copies.link(db, first["id"])
    return int(first["id"])


def _standing(row: _Row) -> tuple[bool, str, str]:
    """An article says more than a page that was none; then what was looked at last counts."""
    return row["status"] != "rejected", row["last_checked"], row["last_changed"]


def _take(db: Database, first: int, second: int, *, details: bool) -> None:
    """All that refers to ``second`` refers to ``first``; of what there is one a row, the first's stays."""
    for table, column in _references(db):
        if table in _DETAILS:
            if details:
                db.execute(f"DELETE FROM {table} WHERE {column} = ?", [first])  # noqa: S608 - schema's
            else:
                continue
        sql = f"UPDATE OR IGNORE {table} SET {column} = ? WHERE {column} = ?"  # noqa: S608 - schema's
        db.execute(sql, [first, second])


def _references(db: Database) -> list[tuple[str, str]]:
    """Tables and columns that name an article and go with it."""
    return [
        (table.name, key.column)
        for table in db.tables
        for key in table.foreign_keys
        if key.other_table == "articles" and key.column and table.name not in ("articles", "story_marks")
    ]


def _in_order(db: Database, article: int) -> None:
    """Revisions are read in the order of their numbers: those of two rows are numbered anew by time."""
    rows = db.execute(
        "SELECT id FROM revisions WHERE article = ? ORDER BY replaced, since, id", [article]
    ).fetchall()
    by_time = [id for (id,) in rows]
    moves = [(new, old) for new, old in zip(sorted(by_time), by_time, strict=True) if new != old]
    db.conn.executemany("UPDATE revisions SET id = ? WHERE id = ?", [(-new, old) for new, old in moves])
    db.conn.executemany("UPDATE revisions SET id = ? WHERE id = ?", [(new, -new) for new, _ in moves])


def merged(db: Database, a: int, b: int, now: str) -> int | None:
    """``merge`` where both are one article; None: they are two."""
    rows = [finding.one(db, "id = ?", [id]) for id in (a, b)]
    if rows[0] is None or rows[1] is None or not are_one(rows[0], rows[1]):
        return None
    return merge(db, rows[0], rows[1], now)
