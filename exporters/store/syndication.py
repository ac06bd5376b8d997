"""Which articles a feed holds: a function of the dataset alone, no clock, whatever the dataset's size.

Articles stand in the order in which they arrived, so that no reader misses one and none comes back. What was
old already when it arrived is a backfill and in no feed, but for the newest of a source's first publish.
"""

from __future__ import annotations

import heapq
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlite_utils import Database

from exporters.store import reading
from exporters.store.connection import in_words
from exporters.store.opened import Opened
from exporters.store.rows import StoredArticle
from exporters.store.schema import DATE
from exporters.store.search import fts_query

#: A source's first feed holds so many articles, the newest, whatever their age.
FIRST = 20
#: Days that an article may be old when it arrives. Who was away for a week misses nothing; what is older
#: comes from a list of the site's past.
MAX_AGE = 7
#: The most that a feed's own age may be: what the indexes hold.
OLDEST = 30
#: A feed holds at least so many of the latest arrivals, …
LEAST = 50
#: … and all of so long a time before the last one, for readers that come once a day, …
SPAN = timedelta(days=2)
#: … but never more than this: as many as a crawl fetches of a source.
MOST = 500
#: Of the latest arrivals so many are looked at for a feed that chooses among them.
SCANNED = 20_000
#: A search looks into so many of the articles that were stored last, and takes so many of its hits.
SEARCHED = 50_000
HITS = 5_000
#: Of a story's copies so many are looked at.
_COPIES = 100

#: Not too old when it arrived. An expression that the indexes of migration 0012 spell alike. What has been
#: taken down keeps its place in the order: nothing slides back into a feed in its stead.
ARRIVED = (
    "status IN ('article', 'gone', 'deleted')"
    f" AND coalesce(date({DATE}, '+{OLDEST} days') >= date(first_seen), 1)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What a feed holds. Where nothing is named, everything is meant."""

    #: Slugs.
    sources: tuple[str, ...] = ()
    #: As ``copydesk search`` understands it.
    search: str | None = None
    sections: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    #: "de" is also "de-at".
    languages: tuple[str, ...] = ()
    #: Whether a story may come once from each newsroom that has it.
    copies: bool = True
    #: At most so many articles.
    limit: int | None = None
    max_age_days: int = MAX_AGE


class _Arrival(NamedTuple):
    first_seen: str
    id: int
    status: str
    date: str
    source: str
    section: str | None
    tags: str
    language: str | None
    cluster: int | None
    #: Whether it was in the first feed of its source.
    first: int


_COLUMNS = (
    f"a.first_seen, a.id, a.status, {DATE.replace('first_seen', 'a.first_seen')} AS date,"
    " a.source, a.section, a.tags, a.language, a.cluster"
)
#: Articles as arrivals; names without a table are theirs.
_FROM = (
    f"SELECT {_COLUMNS}, EXISTS (SELECT 1 FROM first_feeds WHERE article = a.id) AS first"  # noqa: S608
    " FROM articles AS a"
)
#: The planner is told: it knows too little of a young dataset to find its way.
_LATEST = f"{_FROM} INDEXED BY {{index}} WHERE {ARRIVED} {{of}} ORDER BY a.first_seen DESC, a.id DESC"
_FIRST_ONES = (
    f"SELECT {_COLUMNS}, 1 FROM first_feeds AS f CROSS JOIN articles AS a ON a.id = f.article"  # noqa: S608
    " WHERE a.status IN ('article', 'gone', 'deleted') {of} ORDER BY f.first_seen DESC, f.article DESC"
)


class Syndication(Opened):
    """The part of Store that feeds are made of."""

    def begin_feeds(self, sources: Iterable[str]) -> None:
        """A source whose articles are published for the first time begins with the newest of them."""
        with in_words(self.path):
            new = [row for source in sources for row in _first(self.db, source)]
        if new:
            with self.transaction():
                self.db.conn.executemany("INSERT OR IGNORE INTO first_feeds VALUES (?, ?, ?)", new)

    def syndicated(self, selection: Selection) -> list[StoredArticle]:
        """What a feed holds now, the newest first."""
        with in_words(self.path):
            found = reading.several(self.db, _chosen(self.db, selection))
            return sorted(found, key=lambda article: (article.date, article.id), reverse=True)


def _first(db: Database, source: str) -> list[tuple[int, str, str]]:
    """Rows of ``first_feeds`` that are due; none once there are some."""
    if db.execute("SELECT 1 FROM first_feeds WHERE source = ? LIMIT 1", [source]).fetchone():
        return []
    return db.execute(
        f"SELECT id, source, first_seen FROM articles WHERE source = ? AND status = 'article'"  # noqa: S608
        f" ORDER BY {DATE} DESC, id DESC LIMIT ?",
        [source, FIRST],
    ).fetchall()


def _chosen(db: Database, selection: Selection) -> list[int]:
    """Numbers of the articles, the last arrival first."""
    wanted = _wanted(selection)
    most, least = (MOST, LEAST) if selection.limit is None else (selection.limit, selection.limit)
    until = ""
    taken: list[int] = []
    count = 0
    with ExitStack() as stack:
        for arrival in _arrivals(db, selection, stack):
            if not wanted(arrival) or (not selection.copies and _came_before(db, arrival, wanted)):
                continue
            until = until or _stamp_before(arrival.first_seen)
            if count >= most or (count >= least and arrival.first_seen < until):
                break
            count += 1
            if arrival.status == "article":
                taken.append(arrival.id)
    return taken


def _wanted(selection: Selection) -> Callable[[_Arrival], bool]:
    sources = frozenset(selection.sources)
    sections = {section.casefold() for section in selection.sections}
    tags = {tag.casefold() for tag in selection.tags}
    languages = tuple(language.casefold() for language in selection.languages)

    def wanted(arrival: _Arrival) -> bool:
        if sources and arrival.source not in sources:
            return False
        if sections and (arrival.section or "").casefold() not in sections:
            return False
        if languages and not any(
            (arrival.language or "").casefold() == each
            or (arrival.language or "").casefold().startswith(f"{each}-")
            for each in languages
        ):
            return False
        if not arrival.first and _age(arrival) > selection.max_age_days:
            return False
        return not tags or any(str(tag).casefold() in tags for tag in json.loads(arrival.tags))

    return wanted


def _age(arrival: _Arrival) -> int:
    """In days, when it arrived."""
    try:
        return (date.fromisoformat(arrival.first_seen[:10]) - date.fromisoformat(arrival.date[:10])).days
    except ValueError:
        return 0


def _stamp_before(first_seen: str) -> str:
    moment = datetime.fromisoformat(first_seen) - SPAN
    return moment.isoformat().replace("+00:00", "Z")


def _came_before(db: Database, arrival: _Arrival, wanted: Callable[[_Arrival], bool]) -> bool:
    """Whether a copy of the story that the feed would take, too, arrived earlier. Which one leads the copies
    may change, and a story that is in the feed does not come again under another name."""
    if arrival.cluster is None:
        return False
    sql = f"{_FROM} WHERE a.cluster = ? AND a.status = 'article' ORDER BY a.id LIMIT ?"
    others = map(_Arrival._make, db.execute(sql, [arrival.cluster, _COPIES]).fetchall())
    return any(other[:2] < arrival[:2] and wanted(other) for other in others)


# Arrivals, the last one first


def _arrivals(db: Database, selection: Selection, stack: ExitStack) -> Iterator[_Arrival]:
    if selection.search is not None:
        yield from _hits(db, selection.search)
        return
    streams = []
    sources: list[str | None] = [*sorted(set(selection.sources))] or [None]
    for source in sources:
        for sql, slug in ((_LATEST, "a.source"), (_FIRST_ONES, "f.source")):
            of, index, parameters = f"AND {slug} = ?", "articles_arrived_by_source", [source]
            if source is None:
                of, index, parameters = "", "articles_arrived", []
            asked = sql.replace("{of}", of).replace("{index}", index)
            # Closed with the stack: an open cursor keeps the write-ahead log from shrinking.
            rows = stack.enter_context(closing(db.execute(asked, parameters)))
            streams.append(map(_Arrival._make, rows))
    before = None
    merged = heapq.merge(*streams, key=lambda arrival: arrival[:2], reverse=True)
    for number, arrival in enumerate(merged):
        if number >= SCANNED:
            return
        if arrival.id != before:  # it may be among both
            yield arrival
        before = arrival.id


def _hits(db: Database, text: str) -> list[_Arrival]:
    match = fts_query(text)
    if match is None:
        return []
    (last,) = db.execute("SELECT coalesce(max(id), 0) FROM articles").fetchone()
    found = db.execute(
        "SELECT rowid FROM articles_fts WHERE articles_fts MATCH ? AND rowid > ? ORDER BY rowid DESC LIMIT ?",
        [match, last - SEARCHED, HITS],
    ).fetchall()
    rows = db.execute(
        f"{_FROM} WHERE a.id IN (SELECT value FROM json_each(?)) AND (first OR ({ARRIVED}))",  # noqa: S608
        [json.dumps([id for (id,) in found])],
    )
    return sorted(map(_Arrival._make, rows), key=lambda arrival: arrival[:2], reverse=True)
