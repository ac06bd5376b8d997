"""What the pages ask of the dataset. Every question is bounded, whatever the number of articles.

Each takes a Database that may be read only.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from exporters.store.schema import DATE

#: Stories on one front page.
PAGE = 25
#: A filter without an index looks at so many stories at a time; one may go on from there.
WINDOW = 10_000
#: Sections and languages on offer are those of so many stories.
_RECENT = 2_000
#: Copies of the stories on one page that are named.
_COPIES = 300
#: Characters of a teaser, and of the first story's.
_LEAD, _OPENING = 320, 1100


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """The same story elsewhere."""

    id: int
    source: str
    title: str | None
    url: str
    date: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """An article as a list shows it."""

    id: int
    source: str
    title: str | None
    #: The publisher's, or when it was first seen.
    date: str
    #: Its beginning: a teaser's worth of it, and what the first story of a page has room for.
    lead: str
    opening: tuple[str, ...]
    authors: tuple[str, ...]
    section: str | None
    language: str | None
    word_count: int
    #: Address of the lead picture.
    image: str | None
    copies: tuple[Copy, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the reader chose. ``before``: older than this date and number."""

    source: str | None = None
    section: str | None = None
    language: str | None = None
    before: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    stories: tuple[Story, ...]
    #: Where the next page begins; None: there is none.
    older: tuple[str, int] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    sources: tuple[str, ...]
    sections: tuple[str, ...]
    languages: tuple[str, ...]


def front(db: Database, wanted: Wanted, *, limit: int = PAGE) -> Front:
    """The latest stories, one of each: copies stand below the one that came first. Of one source, all of its
    own."""
    filtered = wanted.section is not None or wanted.language is not None
    window = WINDOW if filtered else limit + 1
    parameters: dict[str, Any] = {
        "source": wanted.source,
        "section": wanted.section,
        "language": wanted.language,
        "dialects": f"{wanted.language}-*",
        "date": wanted.before[0] if wanted.before else None,
        "id": wanted.before[1] if wanted.before else None,
        "window": window,
        "limit": limit + 1,
    }
    own = "source = :source" if wanted.source is not None else "duplicate_of IS NULL"
    older = f"AND {DATE} <= :date AND ({DATE} < :date OR id < :id)" if wanted.before else ""
    inside = f"""
        SELECT id, {DATE} AS date, section, language FROM articles
        WHERE status = 'article' AND {own} {older}
        ORDER BY {DATE} DESC, id DESC LIMIT :window
    """  # noqa: S608 - constants
    rows = db.execute(
        f"""
        SELECT id, date FROM ({inside})
        WHERE (:section IS NULL OR section = :section)
            AND (:language IS NULL OR language = :language OR language GLOB :dialects)
        ORDER BY date DESC, id DESC LIMIT :limit
        """,  # noqa: S608 - constants
        parameters,
    ).fetchall()
    shown = rows[:limit]
    next_page: tuple[str, int] | None = None
    if len(rows) > limit:
        next_page = (shown[-1][1], shown[-1][0])
    elif filtered:
        # The window may have ended before the dataset does.
        last = db.execute(
            f"SELECT date, id FROM ({inside}) LIMIT 1 OFFSET :last",  # noqa: S608 - constants
            {**parameters, "last": window - 1},
        ).fetchone()
        next_page = tuple(last) if last else None
    return Front(stories=of_ids(db, [row[0] for row in shown]), older=next_page)


def of_ids(db: Database, ids: Iterable[int]) -> tuple[Story, ...]:
    """In the order given, with their copies."""
    wanted = json.dumps(list(ids))
    rows = db.execute(
        f"""
        SELECT id, source, title, {DATE}, coalesce(standfirst, substr(text, 1, {3 * _LEAD})), authors,
            section, language, word_count, json_extract(image, '$.url'), coalesce(cluster, id),
            substr(text, 1, {2 * _OPENING})
        FROM articles WHERE id IN (SELECT value FROM json_each(?))
        """,  # noqa: S608 - constants
        [wanted],
    ).fetchall()
    clusters = _clusters(db, [row[10] for row in rows])
    found = {
        row[0]: Story(
            id=row[0],
            source=row[1],
            title=row[2],
            date=row[3],
            lead=lead(row[4]),
            opening=opening(row[11]),
            authors=tuple(author["name"] for author in json.loads(row[5])),
            section=row[6],
            language=row[7],
            word_count=row[8],
            image=row[9],
            copies=tuple(copy for copy in clusters.get(row[10], ()) if copy.id != row[0]),
        )
        for row in rows
    }
    return tuple(found[id] for id in json.loads(wanted) if id in found)


def lead(text: str) -> str:
    """The first paragraph that is more than a label, as long as a teaser is."""
    paragraphs = [" ".join(part.split()) for part in text.split("\n\n")]
    first = next((part for part in paragraphs if len(part) > 60), paragraphs[0] if paragraphs else "")
    return textwrap.shorten(first, _LEAD, placeholder=" …") if first else ""


def opening(text: str) -> tuple[str, ...]:
    """Paragraphs as far as there is room, the last one shortened."""
    found: list[str] = []
    room = _OPENING
    for paragraph in (" ".join(part.split()) for part in text.split("\n\n")):
        shown = textwrap.shorten(paragraph, room, placeholder=" …")
        found.append(shown)
        room -= len(paragraph)
        if room < _LEAD / 2:
            break
    return tuple(shown for shown in found if shown)


def copies(db: Database, article: int, cluster: int | None) -> tuple[Copy, ...]:
    """The same story elsewhere, the earliest first."""
    if cluster is None:
        return ()
    return tuple(copy for copy in _clusters(db, [cluster]).get(cluster, ()) if copy.id != article)


def _clusters(db: Database, clusters: Iterable[int]) -> dict[int, list[Copy]]:
    found: dict[int, list[Copy]] = {}
    rows = db.execute(
        f"""
        SELECT cluster, id, source, title, url, {DATE} AS date FROM articles
        WHERE cluster IN (SELECT value FROM json_each(?)) AND cluster IS NOT NULL
            AND +status = 'article' -- the plus: by cluster, not through all articles by their date
        ORDER BY date, id LIMIT {_COPIES}
        """,  # noqa: S608 - constants
        [json.dumps(list(clusters))],
    )
    for cluster, id, source, title, url, date in rows:
        found.setdefault(cluster, []).append(Copy(id=id, source=source, title=title, url=url, date=date))
    return found


def choices(db: Database, source: str | None) -> Choices:
    """What the filters offer: every source, and what the latest stories say of section and language."""
    own = "source = :source" if source is not None else "1"
    recent = f"""
        SELECT section, language FROM articles WHERE status = 'article' AND {own}
        ORDER BY {DATE} DESC, id DESC LIMIT {_RECENT}
    """  # noqa: S608 - constants
    rows = db.execute(
        f"SELECT DISTINCT section, language FROM ({recent})",  # noqa: S608 - constants
        {"source": source} if source is not None else {},
    ).fetchall()
    return Choices(
        sources=sources(db),
        sections=tuple(sorted({row[0] for row in rows if row[0]}, key=str.casefold)),
        languages=tuple(sorted({row[1].partition("-")[0] for row in rows if row[1]})),
    )


def sources(db: Database) -> tuple[str, ...]:
    """Those that articles are of, by name: one step in the index each."""
    rows = db.execute(
        """
        WITH RECURSIVE each (name) AS (
            SELECT min(source) FROM articles
            UNION ALL
            SELECT (SELECT min(source) FROM articles WHERE source > name) FROM each WHERE name IS NOT NULL
        )
        SELECT name FROM each WHERE name IS NOT NULL
        """
    )
    return tuple(name for (name,) in rows)


def edits(db: Database, article: int) -> dict[str, int]:
    """How often the publisher changed it, and our cleaner what it makes of it."""
    rows = db.execute(
        "SELECT changed_by, count(*) FROM revisions WHERE article = ? GROUP BY changed_by", [article]
    )
    return dict(rows.fetchall())
