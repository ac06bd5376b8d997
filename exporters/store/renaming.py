"""All addresses named anew, when the rules of naming changed: in batches, each one transaction.

What was done is in ``naming.done``: a process that is killed is gone on with by the next one.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from exporters.store import articles, finding, merging, naming
from exporters.store.connection import storable
from exporters.store.naming import Naming

#: Articles of one transaction: other writers wait so long, some hundredths of a second.
BATCH = 500


@dataclass(slots=True)
class Renamed:
    """What became of the addresses so far."""

    #: Whose addresses were named by other rules.
    articles: int = 0
    #: Rows that became one with another.
    merged: int = 0
    #: Rows whose address is now another row's though their texts differ: they stay as they are.
    apart: int = 0


def is_due(db: Database) -> bool:
    version, done = db.execute("SELECT version, done FROM naming").fetchone()
    return done is not None or version != naming.of(db).whole_version


def begin(db: Database) -> None:
    """From the first article on, unless today's rules are being put into force already."""
    rules = naming.of(db).whole_version
    if db.execute("SELECT version FROM naming").fetchone() != (rules,):
        db.execute("UPDATE naming SET version = ?, done = 0", [rules])
        _rename_failures(db, naming.of(db))


def batch(db: Database, now: str, renamed: Renamed, size: int = BATCH) -> bool:
    """The next articles. False: there were none left."""
    names = naming.of(db)
    (done,) = db.execute("SELECT done FROM naming").fetchone()
    if done is None:
        return False
    rows = db.execute(
        "SELECT a.id, a.canonicalizer_version, a.url, a.raw_url, a.status, e.said FROM articles AS a"
        " LEFT JOIN entries AS e ON e.article = a.id WHERE a.id > ? ORDER BY a.id LIMIT ?",
        [done, size],
    ).fetchall()
    for id, version, url, *row in rows:
        if version != names.version(url):  # what changed may be another site's matter
            _rename(db, names, id, url, *row, now=now, renamed=renamed)
    db.execute("UPDATE naming SET done = ?", [rows[-1][0] if rows else None])
    return bool(rows)


def _rename(
    db: Database,
    names: Naming,
    id: int,
    old: str,
    raw_url: str,
    status: str,
    said: str | None,
    *,
    now: str,
    renamed: Renamed,
) -> None:
    renamed.articles += 1
    if db.execute("SELECT 1 FROM articles WHERE id = ?", [id]).fetchone() is None:
        return  # became one with a row before it
    # Of a page that was no article the row has the link's address.
    url = storable(names.canonicalise(old if status == "rejected" else raw_url))
    listed = [json.loads(said)["url"]] if said else []
    known = db.execute("SELECT key FROM addresses WHERE article = ?", [id]).fetchall()
    for (key,) in known:
        if (new := _key(names, key)) != key:
            _move_key(db, key, new)
    finding.know(db, id, [storable(each) for each in (url, raw_url, *listed)], names)
    for other in _others(db, names, id, url):
        one = merging.merged(db, other, id, now)
        if one is None:
            renamed.apart += 1
            url = old if _is_taken(db, id, url) else url
        else:
            renamed.merged += 1
            id = one
    if db.execute("SELECT url FROM articles WHERE id = ?", [id]).fetchone() != (url,):
        articles.update(db, id, {"url": url})
    articles.update(db, id, {"canonicalizer_version": names.version(url)})
    db.execute("UPDATE checks SET url = ? WHERE article = ? AND url = ?", [url, id, old])


def _others(db: Database, names: Naming, id: int, url: str) -> list[int]:
    """Rows that have the address, or have it as their own in another spelling."""
    key = names.identity(url)
    found = db.execute(
        "SELECT id FROM articles WHERE url = :url AND id != :id"
        " UNION SELECT article FROM addresses WHERE key = :key AND article != :id ORDER BY 1",
        {"url": url, "key": key, "id": id},
    ).fetchall()
    rows = [finding.one(db, "id = ?", [other]) for (other,) in found]
    return [row["id"] for row in rows if row is not None and _is_at(names, row, key)]


def _is_at(names: Naming, row: dict[str, Any], key: str) -> bool:
    """Whether it is the row's own address and not only one that led there."""
    return names.identity(row["url"]) == key


def _is_taken(db: Database, id: int, url: str) -> bool:
    return db.execute("SELECT 1 FROM articles WHERE url = ? AND id != ?", [url, id]).fetchone() is not None


def _key(names: Naming, key: str) -> str:
    """A key as today's rules have it; what a parameter said that was dropped from it is lost."""
    return names.identity(f"https://{key}") if "/" in key else key


def _move_key(db: Database, key: str, new: str) -> None:
    db.execute("UPDATE OR IGNORE addresses SET key = ? WHERE key = ?", [storable(new), key])
    db.execute("DELETE FROM addresses WHERE key = ?", [key])


def _rename_failures(db: Database, names: Naming) -> None:
    for (url,) in db.execute("SELECT url FROM failures").fetchall():
        if (new := storable(names.canonicalise(url))) != url:
            db.execute("UPDATE OR IGNORE failures SET url = ? WHERE url = ?", [new, url])
            db.execute("DELETE FROM failures WHERE url = ?", [url])
