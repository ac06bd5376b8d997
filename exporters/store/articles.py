"""Saving a cleaned page: which article it is, what changed, and the rows that belong to it.

One article is one row, whatever door its page came through; what it said before is in ``revisions``. Every
function here is called inside a transaction.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from typing import Any, Literal

from sqlite_utils import Database

from exporters.store import alike, checks, copies, cuts, finding, naming
from exporters.store.connection import storable
from exporters.store.identity import mint_guid
from exporters.store.naming import Naming
from exporters.store.rows import Door, Outcome, Saved, StoredStatus
from exporters.store.snapshots import add_snapshot
from pipelines.fingerprint import content_hash
from pipelines.types import Article, Entry, Snapshot
from pipelines.urls import PLAIN

#: What a revision keeps, of what cleaning may change.
REVISED = (
    "title",
    "alternative_title",
    "standfirst",
    "authors",
    "published",
    "modified",
    "word_count",
    "content_hash",
    "cleaner_version",
    "snapshot",
    "text",
    "html",
)

#: Columns that cleaning sets and that say nothing of the article.
BOOKKEEPING = frozenset({"snapshot", "cleaner_version"})

_Row = dict[str, Any]


def save(
    db: Database,
    article: Article,
    *,
    source: str,
    now: str,
    run: int | None,
    snapshot: Snapshot | None,
    entry: Entry | None,
    addresses: Iterable[str],
    cleaner_version: str,
    door: Door | None = None,
) -> Saved:
    place = add_snapshot(db, snapshot) if snapshot else None
    names = naming.of(db)
    article = named(article, names)
    led = [*([entry.url] if entry else ()), *addresses]
    if article.status == "rejected" and led:
        # The link may lead to the story another day. Where it leads now, a consent page or the home page, is
        # where many links lead, and says nothing of any of them.
        article = replace(article, url=names.canonicalise(led[0]))
        led = []
    values = values_of(article, cleaner_version, place)
    row = finding.find(db, article, led, entry, names)
    if row is None:
        id, guid, outcome = _insert(db, article, values, source, now, run, names)
        _write_details(db, id, article, entry)
        status: StoredStatus = article.status
    else:
        id, guid = row["id"], row["guid"]
        moved = finding.has_moved(db, row, article, led, entry, names)
        new_door = door_of(article, names) if moved or row["status"] == "rejected" else {}
        outcome, status = _meet(db, row, article, values, entry, now, snapshot, new_door)
    checks.record(db, id, now=now, door=door, changed=row is not None and outcome in ("new", "changed"))
    answering = [storable(url) for url in (article.url, *led)]
    finding.know(db, id, answering, names)
    marks = ", ".join("?" * len(answering))
    db.execute(f"DELETE FROM failures WHERE url IN ({marks})", answering)  # noqa: S608 - only marks
    return Saved(id=id, guid=guid, outcome=outcome, status=status, reason=article.reason)


def set_status(db: Database, id: int, status: StoredStatus, reason: str | None, now: str) -> None:
    db.execute(
        "UPDATE articles SET status = ?, reason = ?, last_changed = ? WHERE id = ?", [status, reason, now, id]
    )
    copies.link(db, id)


# What changed


def _meet(
    db: Database,
    row: _Row,
    article: Article,
    values: _Row,
    entry: Entry | None,
    now: str,
    snapshot: Snapshot | None,
    door: _Row,
) -> tuple[Outcome, StoredStatus]:
    """A page of an article that is stored already. ``door``: columns of the address that it has from now on;
    empty: its own."""
    if row["status"] == "deleted":
        return "unchanged", "deleted"
    cleaned_again = values["snapshot"] is not None and values["snapshot"] == row["snapshot"]
    checked = row["last_checked"] if cleaned_again else now
    by: Literal["publisher", "cleaner"] | None = None

    def keep() -> None:
        # A newer cleaner that comes to the same result is noted: this row needs no cleaning again.
        version = row["cleaner_version"] if _differs(row, values) else values["cleaner_version"]
        db.execute(
            "UPDATE articles SET last_checked = ?, cleaner_version = ? WHERE id = ?",
            [checked, version, row["id"]],
        )

    def put(**also: Any) -> None:
        # What our cleaner changes is no news: last_changed is the publisher's.
        same = not _differs(row, values) and row["status"] == article.status
        changed = row["last_changed"] if same or cleaned_again or by == "cleaner" else now
        update(db, row["id"], {**values, "last_changed": changed, "last_checked": checked, **also})
        _write_details(db, row["id"], article, entry)

    if article.status == "rejected":
        if row["status"] == "rejected":
            if row["reason"] != article.reason or row["content_hash"] != article.content_hash:
                put()
            else:
                keep()
            return "rejected", "rejected"
        if cleaned_again:
            # The same page, and the cleaner now knows better.
            add_revision(db, row, now, "cleaner")
            put()
            return "rejected", "rejected"
        # A wall or an error page in front of an article takes nothing from it.
        keep()
        return "rejected", row["status"]
    if row["status"] == "rejected":
        put(**door)
        return "new", "article"
    if row["status"] == "gone":
        if row["content_hash"] != article.content_hash:
            _revise(db, row, article, values, now)
        put(**door)
        return "changed", "article"
    if not door and not _same_door(row["url"], article.url):
        # The mobile or AMP copy of a page says it a little differently; the door it was found through counts.
        keep()
        return "unchanged", "article"
    by = _changed_by(db, row, article, values, snapshot)
    if by is None:
        keep()
        if door:
            update(db, row["id"], door)
        return "unchanged", "article"
    if by == "publisher":
        by = _revise(db, row, article, values, now)
    else:
        add_revision(db, row, now, by)
    put(**door)
    return "changed", "article"


def _changed_by(
    db: Database, row: _Row, article: Article, values: _Row, snapshot: Snapshot | None
) -> Literal["publisher", "cleaner"] | None:
    """Who made the article differ; None: it does not.

    Under one cleaner only words and authors count: addresses of pictures, tags and "2 hours ago" change at
    every visit. Under another cleaner no edit is laid at the publisher's door.
    """
    other_cleaner = row["cleaner_version"] != values["cleaner_version"]
    if row["content_hash"] != article.content_hash or (
        article.authors and row["authors"] != values["authors"]
    ):
        same_bytes = snapshot is not None and _digest(db, row["snapshot"]) == snapshot.digest
        return "cleaner" if other_cleaner or same_bytes else "publisher"
    return "cleaner" if other_cleaner and _differs(row, values) else None


def _revise(
    db: Database, row: _Row, article: Article, values: _Row, now: str
) -> Literal["publisher", "cleaner"]:
    """Keep what an edited article said: where its cleaning has changed as well, as two steps. Whose it is."""
    removed = db.execute("SELECT text FROM removed_blocks WHERE article = ?", [row["id"]]).fetchall()
    text = alike.cleaned_alike(
        row["text"],
        values["text"],
        old_removed=(text for (text,) in removed),
        new_removed=(text for _, text, *_ in removed_of(article)),
    )
    if text == row["text"]:
        add_revision(db, row, now, "publisher")
        return "publisher"
    add_revision(db, row, now, "cleaner")
    digest = content_hash(row["title"], text)
    if digest == values["content_hash"] and (not article.authors or row["authors"] == values["authors"]):
        return "cleaner"
    words = {"text": text, "html": alike.as_html(text), "word_count": len(text.split())}
    add_revision(db, {**row, **words, "content_hash": digest}, now, "publisher")
    return "publisher"


def _digest(db: Database, place: int | None) -> str | None:
    found = db.execute("SELECT digest FROM snapshots WHERE id = ?", [place]).fetchone()
    return found[0] if found else None


def _differs(row: _Row, values: _Row) -> bool:
    return any(row[name] != value for name, value in values.items() if name not in BOOKKEEPING)


def _same_door(a: str, b: str) -> bool:
    return a.partition("://")[2] == b.partition("://")[2]


# Rows


def values_of(article: Article, cleaner_version: str, place: int | None) -> _Row:
    """The columns that cleaning decides."""
    return {
        "status": article.status,
        "reason": article.reason,
        "canonical_url": article.canonical_url,
        "title": storable(article.title),
        "alternative_title": storable(article.alternative_title),
        "standfirst": storable(article.standfirst),
        "authors": _json([asdict(author) for author in article.authors]),
        "published": article.published,
        "modified": article.modified,
        "language": article.language,
        "section": storable(article.section),
        "tags": _json(article.tags),
        "image": _json(asdict(article.image)) if article.image else None,
        "dateline": _json(article.dateline),
        "robots": _json(article.robots),
        "word_count": article.word_count,
        "content_hash": article.content_hash,
        "cleaner_version": cleaner_version,
        "snapshot": place,
        "text": storable(article.text),
        "html": storable(article.html),
    }


def named(article: Article, names: Naming) -> Article:
    """Under the address that the site's source would have it known by."""
    if names.parameters(article.raw_url) == PLAIN:
        return article
    return replace(article, url=names.canonicalise(article.raw_url))


def door_of(article: Article, names: Naming) -> _Row:
    return {
        "url": article.url,
        "raw_url": storable(article.raw_url),
        "canonicalizer_version": names.version(article.url),
    }


def _insert(
    db: Database,
    article: Article,
    values: _Row,
    source: str,
    now: str,
    run: int | None,
    names: Naming,
) -> tuple[int, str, Outcome]:
    guid = mint_guid(article.url, now)
    times = {"first_seen": now, "last_changed": now, "last_checked": now}
    row = {"guid": guid, "source": source, **door_of(article, names), **values, **times, "run": run}
    columns, marks = ", ".join(row), ", ".join("?" * len(row))
    sql = f"INSERT INTO articles ({columns}) VALUES ({marks})"  # noqa: S608 - columns are ours
    id = db.execute(sql, list(row.values())).lastrowid
    assert id is not None
    return id, guid, "rejected" if article.status == "rejected" else "new"


def update(db: Database, id: int, values: _Row) -> None:
    assignments = ", ".join(f"{name} = ?" for name in values)
    db.execute(f"UPDATE articles SET {assignments} WHERE id = ?", [*values.values(), id])  # noqa: S608 - ours


def add_revision(db: Database, row: _Row, now: str, by: Literal["publisher", "cleaner"]) -> None:
    """Keep what the article says, before something else is put in its place."""
    kept = {name: row[name] for name in REVISED}
    (last,) = db.execute("SELECT max(replaced) FROM revisions WHERE article = ?", [row["id"]]).fetchone()
    since = max(row["last_changed"], last or "")
    values = {"article": row["id"], "since": since, "replaced": now, "changed_by": by, **kept}
    db.table("revisions").insert(values)


def removed_of(article: Article) -> list[tuple[Any, ...]]:
    """Rows of ``removed_blocks``, without the article's number."""
    return [(r.position, storable(r.text), r.by, r.why, r.confidence) for r in article.removed]


def evidence_of(article: Article) -> list[tuple[Any, ...]]:
    """Rows of ``evidence``, without the article's number."""
    return [(i, e.field, e.origin, storable(e.raw), int(e.chosen)) for i, e in enumerate(article.evidence)]


def put_details(
    db: Database, id: int, removed: Iterable[Sequence[Any]], evidence: Iterable[Sequence[Any]]
) -> None:
    """The rows in place of those that are there."""
    cuts.put(db, id, removed)
    db.execute("DELETE FROM evidence WHERE article = ?", [id])
    db.conn.executemany(
        "INSERT INTO evidence (article, position, field, origin, raw, chosen) VALUES (?, ?, ?, ?, ?, ?)",
        [(id, *row) for row in evidence],
    )


def _write_details(db: Database, id: int, article: Article, entry: Entry | None) -> None:
    put_details(db, id, removed_of(article), evidence_of(article))
    db.execute("DELETE FROM cleanings WHERE article = ?", [id])
    if entry:
        said = {name: value for name, value in asdict(entry).items() if value}
        db.execute(
            "INSERT INTO entries (article, kind, via, feed_id, said) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (article) DO UPDATE SET"
            " kind = excluded.kind, via = excluded.via, feed_id = excluded.feed_id, said = excluded.said",
            [id, entry.kind, entry.via, storable(entry.id), _json(said)],
        )


def _json(value: Any) -> str:
    """Compact, readable letters; the same value always as the same text."""
    return storable(json.dumps(value, ensure_ascii=False, separators=(",", ":")))
