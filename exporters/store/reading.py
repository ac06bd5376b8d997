"""Reading articles back, with all that belongs to them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from sqlite_utils import Database

from exporters.store import naming
from exporters.store.connection import storable
from exporters.store.rows import Revision, StoredArticle, StoredStatus
from exporters.store.schema import DATE
from pipelines.types import Author, Entry, Evidence, Image, Removal

_ARTICLE = tuple(field.name for field in fields(StoredArticle))
_REVISION = tuple(field.name for field in fields(Revision))
#: Entry's fields that are tuples; JSON gives lists.
_ENTRY_TUPLES = ("authors", "tags")


def article(db: Database, key: int | str) -> StoredArticle | None:
    if isinstance(key, int):
        return next(_articles(db, "id = ?", [key]), None)
    key = storable(key)  # an address from a shell may be of any bytes
    if key.startswith("urn:uuid:"):
        own = next(_articles(db, "guid = ?", [key]), None)
        former = "id = (SELECT article FROM former_guids WHERE guid = ?)"
        return own or next(_articles(db, former, [key]), None)
    names = naming.of(db)
    exact = next(_articles(db, "url = ?", [names.canonicalise(key)]), None)
    by_address = "id = (SELECT article FROM addresses WHERE key = ?)"
    return exact or next(_articles(db, by_address, [names.identity(key)]), None)


def articles(
    db: Database, *, source: str | None, status: StoredStatus | None, limit: int | None
) -> Iterator[StoredArticle]:
    """Newest first."""
    wanted = {"source": source, "status": status}
    given = {name: value for name, value in wanted.items() if value is not None}
    where = " AND ".join(f"{name} = ?" for name in given) or "1"
    order = f"{where} ORDER BY {DATE} DESC, id DESC LIMIT ?"
    return _articles(db, order, [*given.values(), -1 if limit is None else limit])


def changed_since(db: Database, run: int, *, source: str | None) -> Iterator[StoredArticle]:
    """What changed after that run had ended, by number; also what is no article any more, but not the pages
    that never were one."""
    # A run that was killed did not note where it ended: then after the one before it that did.
    (after,) = db.execute("SELECT max(change) FROM runs WHERE id <= ?", [run]).fetchone()
    wanted = ["(status != 'rejected' OR EXISTS (SELECT 1 FROM revisions WHERE article = articles.id))"]
    parameters: list[Any] = []
    # Without a note: they ended before changes were numbered. All of it, rather than too little.
    if after is not None:
        wanted.append("id IN (SELECT article FROM article_changes WHERE number > ?)")
        parameters.append(after)
    if source is not None:
        wanted.append("source = ?")
        parameters.append(source)
    return _articles(db, " AND ".join(wanted) + " ORDER BY id", parameters)


def several(db: Database, ids: list[int]) -> Iterator[StoredArticle]:
    """In no order."""
    return _articles(db, "id IN (SELECT value FROM json_each(?))", [json.dumps(ids)])


def _articles(db: Database, where: str, parameters: list[Any]) -> Iterator[StoredArticle]:
    sql = f"SELECT {', '.join(_ARTICLE)} FROM articles WHERE {where}"  # noqa: S608 - where is ours
    for row in db.execute(sql, parameters):
        yield _stored(dict(zip(_ARTICLE, row, strict=True)))


def _stored(row: dict[str, Any]) -> StoredArticle:
    row["authors"] = _authors(row["authors"])
    row["image"] = Image(**json.loads(row["image"])) if row["image"] else None
    for name in ("tags", "dateline", "robots"):
        row[name] = tuple(json.loads(row[name]))
    return StoredArticle(**row)


def _authors(text: str) -> tuple[Author, ...]:
    return tuple(Author(**author) for author in json.loads(text))


def removed(db: Database, article: int) -> tuple[Removal, ...]:
    rows = db.execute(
        "SELECT position, text, removed_by, why, confidence FROM removed_blocks WHERE article = ?"
        " ORDER BY position",
        [article],
    )
    return tuple(
        Removal(position=position, text=text, by=by, why=why, confidence=confidence)
        for position, text, by, why, confidence in rows
    )


def evidence(db: Database, article: int) -> tuple[Evidence, ...]:
    rows = db.execute(
        "SELECT field, origin, raw, chosen FROM evidence WHERE article = ? ORDER BY position", [article]
    )
    return tuple(
        Evidence(field=field, origin=origin, raw=raw, chosen=bool(chosen))
        for field, origin, raw, chosen in rows
    )


def entry(db: Database, article: int) -> Entry | None:
    row = db.execute("SELECT said FROM entries WHERE article = ?", [article]).fetchone()
    if row is None:
        return None
    said: dict[str, Any] = json.loads(row[0])
    for name in _ENTRY_TUPLES:
        said[name] = tuple(said.get(name, ()))
    return Entry(**said)


def revisions(db: Database, article: int) -> tuple[Revision, ...]:
    sql = f"SELECT {', '.join(_REVISION)} FROM revisions WHERE article = ? ORDER BY id"  # noqa: S608 - ours
    rows = [dict(zip(_REVISION, row, strict=True)) for row in db.execute(sql, [article])]
    return tuple(Revision(**{**row, "authors": _authors(row["authors"])}) for row in rows)
