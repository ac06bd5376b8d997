"""When the page of an article is looked at again, and what it is asked with. No clock: ``now`` is handed in.

Every article has its row in ``checks``. A young one is looked at ever more seldom, and at once when a feed or
a sitemap says that it changed; a rejected page is tried again, too.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlite_utils import Database

from exporters.store import naming
from exporters.store.connection import stamp, storable
from exporters.store.rows import Check, Door
from pipelines.types import Entry

#: Looks at an article, counted from when it was first seen. Most corrections come within hours.
LOOKS = (
    timedelta(hours=1),
    timedelta(hours=3),
    timedelta(hours=12),
    timedelta(days=2),
    timedelta(days=7),
)
#: Looks at a page that was no article: a stub may grow, a wall may fall.
TRIES = (timedelta(hours=6), timedelta(days=1), timedelta(days=3), timedelta(days=10), timedelta(days=30))
#: An article published so long before it was first seen is no news: it is not looked at on a schedule.
OLD = timedelta(days=7)
#: A missing page is gone when it is missing a day later, too: one bad day of a server takes nothing away.
SECOND_LOOK = timedelta(days=1)
MISSING_LOOKS = 2
#: After a look that got no answer: doubled each time, at most a day, so often.
AGAIN = timedelta(hours=1)
MOST_AGAIN = timedelta(days=1)
TRIES_AGAIN = 5

#: The fields of Check, in their order.
_COLUMNS = "c.article, c.url, c.etag, c.last_modified, c.said, c.vain, a.status, a.last_checked"


def said_of(entry: Entry | None) -> str | None:
    """What of an entry would be different if the article had changed."""
    if entry is None:
        return None
    if entry.modified:
        return f"modified {entry.modified}"
    return f"title {entry.title}" if entry.kind == "feed" and entry.title else None


def next_look(status: str, first_seen: str, published: str | None, now: str) -> str | None:
    """When an article is to be looked at after a look at ``now``; None: no more."""
    since, last = datetime.fromisoformat(first_seen), datetime.fromisoformat(now)
    if status == "article":
        if published and published[:10] < f"{since - OLD:%Y-%m-%d}":
            return None
        steps = LOOKS
    elif status == "rejected":
        steps = TRIES
    else:
        return None
    return next((stamp(since + step) for step in steps if since + step > last), None)


def record(db: Database, id: int, *, now: str, door: Door | None, changed: bool) -> None:
    """The page was there and is stored. ``changed``: it said something else than before."""
    sql = "SELECT url, source, status, first_seen, published FROM articles WHERE id = ?"
    url, source, status, first_seen, published = db.execute(sql, [id]).fetchone()
    # Through another door than the article's own the page says it a little differently: its validators are
    # not those of the address to ask for.
    own = door if door is not None and _bare(naming.of(db).canonicalise(door.url)) == _bare(url) else None
    said = storable(door.said) if door is not None else None
    db.execute(
        "INSERT INTO checks (article, source, url, etag, last_modified, said, due)"
        " VALUES (:id, :source, :url, :etag, :last_modified, :said, :due)"
        " ON CONFLICT (article) DO UPDATE SET url = :url, due = :due, missing = 0, tries = 0,"
        " etag = CASE WHEN :own THEN :etag ELSE etag END,"
        " last_modified = CASE WHEN :own THEN :last_modified ELSE last_modified END,"
        " vain = CASE WHEN :changed THEN 0 ELSE vain + (said IS NOT coalesce(:said, said)) END,"
        " said = coalesce(:said, said)",
        {
            "id": id,
            "source": source,
            "url": url,
            "own": own is not None,
            "etag": own.etag if own else None,
            "last_modified": own.last_modified if own else None,
            "said": said,
            "changed": changed,
            "due": next_look(status, first_seen, published, now),
        },
    )


def due(db: Database, source: str, now: str, limit: int) -> tuple[Check, ...]:
    """Articles of the source to look at now, those first that have waited longest."""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM checks AS c JOIN articles AS a ON a.id = c.article"  # noqa: S608
        " WHERE c.source = ? AND c.due <= ? AND a.status IN ('article', 'rejected')"
        " ORDER BY c.due, c.article LIMIT ?",
        [source, now, limit],
    )
    return tuple(Check(*row) for row in rows)


def of_addresses(db: Database, urls: Iterable[str]) -> dict[str, Check]:
    """By those of ``urls`` (as given) that an article is known under."""
    names = naming.of(db)
    keys = {url: names.identity(url) for url in urls}
    rows = db.execute(
        f"SELECT k.key, {_COLUMNS} FROM addresses AS k JOIN checks AS c ON c.article = k.article"  # noqa: S608
        " JOIN articles AS a ON a.id = k.article WHERE k.key IN (SELECT value FROM json_each(?))",
        [json.dumps(sorted(set(keys.values())))],
    )
    found = {key: Check(*row) for key, *row in rows}
    return {url: found[key] for url, key in keys.items() if key in found}


def unchanged(db: Database, article: int, *, now: str, said: str | None) -> None:
    """The publisher says that the page is as it was (304)."""
    db.execute("UPDATE articles SET last_checked = ? WHERE id = ?", [now, article])
    db.execute(
        "UPDATE checks SET missing = 0, tries = 0, due = :due,"
        " vain = vain + (said IS NOT coalesce(:said, said)), said = coalesce(:said, said)"
        " WHERE article = :id",
        {"id": article, "said": storable(said), "due": _next_look(db, article, now)},
    )


def missing(db: Database, article: int, *, now: datetime) -> bool:
    """There is no page any more (404, 410). True: for long enough, and an article is gone."""
    sql = "SELECT missing, status FROM checks JOIN articles ON id = article WHERE article = ?"
    looks, status = db.execute(sql, [article]).fetchone()
    if looks + 1 < MISSING_LOOKS:
        db.execute(
            "UPDATE checks SET missing = ?, due = ? WHERE article = ?",
            [looks + 1, stamp(now + SECOND_LOOK), article],
        )
        return False
    db.execute("UPDATE checks SET missing = ?, due = NULL WHERE article = ?", [looks + 1, article])
    return bool(status == "article")


def failed(db: Database, article: int, *, now: datetime) -> None:
    """The look got no answer that says anything of the article."""
    (tries,) = db.execute("SELECT tries FROM checks WHERE article = ?", [article]).fetchone()
    if tries < TRIES_AGAIN:
        when: str | None = stamp(now + min(AGAIN * 2**tries, MOST_AGAIN))
    else:
        when = _next_look(db, article, stamp(now))
    db.execute(
        "UPDATE checks SET tries = ?, due = ? WHERE article = ?",
        [tries + 1 if tries < TRIES_AGAIN else 0, when, article],
    )


def _next_look(db: Database, article: int, now: str) -> str | None:
    sql = "SELECT status, first_seen, published FROM articles WHERE id = ?"
    status, first_seen, published = db.execute(sql, [article]).fetchone()
    return next_look(status, first_seen, published, now)


def _bare(url: str) -> str:
    return url.partition("://")[2]
