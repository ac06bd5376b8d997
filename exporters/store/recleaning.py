"""Cleaning again: which articles there are to do, and what today's cleaner made of one put in its place.

A cleaner's change is no news. It leaves a revision that says so, and ``last_changed`` and the article's place
in a feed stay as they are. Every function that writes is called inside a transaction.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Self

from sqlite_utils import Database

from exporters.store import articles, copies, finding, naming, snapshots
from exporters.store.connection import storable
from pipelines.types import Article, Snapshot

_KEPT = (
    "SELECT a.id, c.cleaner, a.status,"  # noqa: S608 - constants
    " substr(min(coalesce(a.published, a.first_seen), a.first_seen), 1, 10), t.article IS NOT NULL,"
    f" s.id, {snapshots.COLUMNS}"
    f" FROM articles AS a JOIN snapshots AS s ON s.id = a.snapshot {snapshots.JOIN}"
    " LEFT JOIN cleanings AS c ON c.article = a.id"
    " LEFT JOIN site_traces AS t ON t.article = a.id WHERE "
)

#: What a reader of the article sees.
_SEEN = frozenset(articles.REVISED) - articles.BOOKKEEPING - {"word_count", "content_hash"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A stored article whose page is in the archive."""

    id: int
    #: Row of ``snapshots``, and what it says.
    place: int
    snapshot: Snapshot
    #: What cleaned it last, by ``cleanings``; None: that is not known.
    cleaner: str | None
    status: str
    #: The day it was published, or first seen.
    day: str
    #: Whether it has told its site's memory what it looks like.
    has_trace: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """What a cleaner made of a stored article's page: plain rows, as they would be written."""

    article: int
    #: Row of ``snapshots``. Where the article has another one by now, this is out of date.
    place: int
    cleaner: str
    #: Columns of ``articles``.
    values: dict[str, Any] = field(repr=False)
    #: Columns that the row takes on if it was no article and now is one.
    door: dict[str, Any] = field(repr=False)
    removed: list[tuple[Any, ...]] = field(repr=False)
    evidence: list[tuple[Any, ...]] = field(repr=False)
    #: What the page tells its site's memory, packed, and a digest of what that memory says of it.
    trace: bytes | None = field(default=None, repr=False)
    state: str | None = None

    @classmethod
    def of(
        cls,
        kept: Kept,
        article: Article,
        *,
        cleaner: str,
        version: str,
        trace: bytes | None = None,
        state: str | None = None,
    ) -> Self:
        return cls(
            article=kept.id,
            place=kept.place,
            cleaner=cleaner,
            values=articles.values_of(article, version, kept.place),
            door=articles.door_of(article, naming.NOTHING_SAID),
            removed=articles.removed_of(article),
            evidence=articles.evidence_of(article),
            trace=trace,
            state=state,
        )

    def packed(self) -> bytes:
        trace = self.trace.hex() if self.trace is not None else None
        parts = [self.values, self.door, self.removed, self.evidence, trace, self.state]
        return zlib.compress(json.dumps(parts, ensure_ascii=False).encode(), 1)

    @classmethod
    def unpacked(cls, article: int, place: int, cleaner: str, data: bytes) -> Self:
        values, door, removed, evidence, trace, state = json.loads(zlib.decompress(data))
        return cls(
            article=article,
            place=place,
            cleaner=cleaner,
            values=values,
            door=door,
            removed=[tuple(row) for row in removed],
            evidence=[tuple(row) for row in evidence],
            trace=bytes.fromhex(trace) if trace is not None else None,
            state=state,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What would become of a stored article, or did."""

    article: int
    #: Columns that differ, with their new values; empty: only what is recorded of the cutting does.
    changes: dict[str, Any] = field(repr=False)
    #: Its status before and after.
    was: str
    becomes: str
    #: What its readers had and have: headline and text, empty where it is no article.
    old_text: str = field(repr=False)
    new_text: str = field(repr=False)
    #: What was cut: text, by what, and why.
    cut: tuple[tuple[str, str, str], ...] = field(repr=False)

    @property
    def is_seen(self) -> bool:
        """Whether somebody who reads the article notices."""
        return self.was != self.becomes or bool(self.changes.keys() & _SEEN and self.becomes != "rejected")


def sources(db: Database) -> list[str]:
    """Those with articles, by name."""
    return [slug for (slug,) in db.execute("SELECT source FROM by_source ORDER BY source")]


def words(db: Database, source: str) -> int:
    """Of all its articles' texts."""
    sql = "SELECT coalesce(sum(word_count), 0) FROM articles WHERE source = ? AND status = 'article'"
    (count,) = db.execute(sql, [source]).fetchone()
    return int(count)


def kept(db: Database, source: str, *, after: int = 0, most: int = 500) -> list[Kept]:
    """The source's next articles whose page is in the archive, by number; deleted ones stay deleted."""
    where = "a.source = ? AND a.status != 'deleted' AND a.id > ? ORDER BY a.id LIMIT ?"
    return _kept(db, where, [source, after, most])


def every(db: Callable[[], Database], source: str) -> Iterator[Kept]:
    """All of them, some at a time. ``db`` is asked each time: who goes through may open it anew meanwhile."""
    after = 0
    while several := kept(db(), source, after=after):
        yield from several
        after = several[-1].id


def one(db: Database, article: int) -> Kept | None:
    """One of them; None: it has no page in the archive, or is deleted."""
    return next(iter(_kept(db, "a.id = ? AND a.status != 'deleted'", [article])), None)


def _kept(db: Database, where: str, parameters: list[Any]) -> list[Kept]:
    found = []
    rows = db.execute(_KEPT + where, parameters).fetchall()
    for id, cleaner, status, day, traced, place, *placed in rows:
        found.append(
            Kept(
                id=id,
                place=place,
                snapshot=snapshots.row_to_snapshot(placed),
                cleaner=cleaner,
                status=status,
                day=day,
                has_trace=bool(traced),
            )
        )
    return found


def without_page(db: Database, source: str) -> int:
    """How many of its articles nobody can clean again: the archive has no page of them."""
    sql = "SELECT count(*) FROM articles WHERE source = ? AND snapshot IS NULL AND status != 'deleted'"
    (count,) = db.execute(sql, [source]).fetchone()
    return int(count)


def difference(db: Database, cleaned: Cleaned) -> Difference | None:
    """None: it is as it should be already, or it is no longer the article that was cleaned."""
    row = _current(db, cleaned)
    if row is None:
        return None
    changes = _changes(db, row, cleaned)
    if not changes and _details(db, row["id"]) == (cleaned.removed, cleaned.evidence):
        return None
    after = {**row, **changes}
    return Difference(
        article=row["id"],
        changes=changes,
        was=row["status"],
        becomes=after["status"],
        old_text=_shown(row),
        new_text=_shown(after),
        cut=tuple((text, by, why) for _, text, by, why, _ in cleaned.removed),
    )


def put(db: Database, cleaned: Cleaned, now: str) -> bool:
    """Set it in place; False: it is no longer the article that was cleaned."""
    row = _current(db, cleaned)
    if row is None:
        return False
    changes = _changes(db, row, cleaned)
    if changes:
        if changes.keys() & (_SEEN | {"status"}) and row["status"] != "rejected":
            articles.add_revision(db, row, now, "cleaner")
        articles.update(db, row["id"], changes)
        if changes.keys() & {"text", "status", "published", "url"}:
            copies.link(db, row["id"])
    if row["cleaner_version"] != cleaned.values["cleaner_version"]:
        articles.update(db, row["id"], {"cleaner_version": cleaned.values["cleaner_version"]})
    if _details(db, row["id"]) != (cleaned.removed, cleaned.evidence):
        articles.put_details(db, row["id"], cleaned.removed, cleaned.evidence)
    _mark(db, cleaned)
    return True


def mark(db: Database, cleaned: Cleaned) -> None:
    """It came out as it was: it is not due again before the cleaner changes."""
    row = _current(db, cleaned)
    if row is None:
        return
    if row["cleaner_version"] != cleaned.values["cleaner_version"]:
        articles.update(db, row["id"], {"cleaner_version": cleaned.values["cleaner_version"]})
    _mark(db, cleaned)


def _mark(db: Database, cleaned: Cleaned) -> None:
    if cleaned.values["status"] == "rejected":
        db.execute("DELETE FROM site_traces WHERE article = ?", [cleaned.article])
    elif cleaned.trace is not None:
        db.execute(
            "UPDATE site_traces SET trace = ?, state = ? WHERE article = ?",
            [cleaned.trace, cleaned.state, cleaned.article],
        )
    db.execute(
        "INSERT INTO cleanings (article, cleaner) VALUES (?, ?)"
        " ON CONFLICT (article) DO UPDATE SET cleaner = excluded.cleaner",
        [cleaned.article, cleaned.cleaner],
    )


def _current(db: Database, cleaned: Cleaned) -> dict[str, Any] | None:
    """The row, unless a crawl came in between with a newer page."""
    row = finding.one(db, "id = ?", [cleaned.article])
    return row if row and row["snapshot"] == cleaned.place and row["status"] != "deleted" else None


def _changes(db: Database, row: dict[str, Any], cleaned: Cleaned) -> dict[str, Any]:
    """The columns to set, with their values."""
    values = {name: value for name, value in cleaned.values.items() if name not in articles.BOOKKEEPING}
    if row["status"] == "gone":
        # What the publisher took down stays down, and keeps its last good text.
        if values["status"] == "rejected":
            return {}
        del values["status"], values["reason"]
    elif row["status"] == "rejected" and values["status"] == "article":
        # Of a rejected page the row has the link's address, of an article the page's own.
        door = naming.of(db).door(cleaned.door["raw_url"])
        if finding.is_elsewhere(db, row["id"], door["url"]):
            return {}
        values |= door
    return {name: value for name, value in values.items() if row[name] != value}


def _details(db: Database, id: int) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    removed = db.execute(
        "SELECT position, text, removed_by, why, confidence FROM removed_blocks"
        " WHERE article = ? ORDER BY position",
        [id],
    ).fetchall()
    evidence = db.execute(
        "SELECT position, field, origin, raw, chosen FROM evidence WHERE article = ? ORDER BY position", [id]
    ).fetchall()
    return removed, evidence


def _shown(row: dict[str, Any]) -> str:
    if row["status"] == "rejected":
        return ""
    return f"{row['title'] or ''}\n\n{row['text']}"


def has_snapshot(db: Database, url: str, fetched: str, digest: str) -> bool:
    """Whether this very answer is in the archive."""
    found = db.execute(
        "SELECT 1 FROM snapshots WHERE digest = ? AND url = ? AND fetched = ?",
        [digest, storable(url), fetched],
    ).fetchone()
    return found is not None


def seen_since(db: Database, url: str, fetched: str) -> bool:
    """Whether the article at ``url`` is known from a later answer than one of ``fetched``."""
    found = db.execute(
        "SELECT max(s.fetched) FROM articles AS a JOIN snapshots AS s ON s.id = a.snapshot WHERE a.url = ?",
        [naming.of(db).canonicalise(url)],
    ).fetchone()
    return found[0] is not None and found[0] > fetched
