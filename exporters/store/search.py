"""Full-text search. What a person types is data, never FTS5's query language."""

from __future__ import annotations

import heapq
import re
import sqlite3
from contextlib import closing
from typing import Any, Literal

from sqlite_utils import Database

from exporters.store.rows import Found
from exporters.store.schema import DATE, TOKENIZE

#: Of the articles that came in last and match, so many are looked at for the newest. Mostly a few more than
#: are asked for are enough; old articles that came in late, an archive that was imported, stand before them.
#: So many take about a tenth of a second.
LOOKED_AT = 50_000

#: A phrase in quotation marks (the last may stay open), or a word; "-" before it leaves articles out.
_TERM = re.compile(
    r'(?P<without>(?<!\S)-)?(?:["„“”«»](?P<phrase>[^"„“”«»]*)["„“”«»]?|(?P<word>[^\s"„“”«»]+))'
)
_WORD = re.compile(r"\w+")


def fts_query(text: str, source: str | None = None) -> str | None:
    """The FTS5 query for what was typed: all words must occur. None: there is no word in it.

    >>> fts_query('Kartelle "offer of troops" mexic* -sport')
    '{title text} : (("Kartelle" AND "offer of troops" AND "mexic"*) NOT "sport")'
    >>> fts_query("tram", source="evening-post")
    '{title text} : ("tram") AND source : "evening post"'
    """
    wanted: list[str] = []
    unwanted: list[str] = []
    for term in _TERM.finditer(text):
        words = _phrase(term["phrase"] if term["phrase"] is not None else term["word"])
        if words:
            prefix = "*" if (term["word"] or "").endswith("*") else ""
            (unwanted if term["without"] else wanted).append(f'"{words}"{prefix}')
    slug = _phrase(source or "")
    if not wanted or (source is not None and not slug):
        return None
    query = " AND ".join(wanted)
    if unwanted:
        query = f"({query})" + "".join(f" NOT {term}" for term in unwanted)
    query = f"{{title text}} : ({query})"
    return f'{query} AND source : "{slug}"' if slug else query


def _phrase(text: str) -> str:
    """A word with punctuation in it, such as "e-mail", is the phrase of its parts, as in the index."""
    return " ".join(_WORD.findall(text))


def search(
    db: Database,
    query: str,
    *,
    limit: int,
    source: str | None,
    order: Literal["newest", "relevance"],
    since: str | None = None,
) -> list[Found]:
    """``since``: a day or a time; nothing that is older."""
    match = fts_query(query, source)
    if match is None:
        return []
    given = {"match": match, "source": source, "since": since or "", "from": 0, "limit": limit}
    if since:
        # Who is dated since then was stored since then, and numbers follow time.
        sql = f"SELECT min(id) FROM articles WHERE status = 'article' AND {DATE} >= ?"  # noqa: S608
        (given["from"],) = db.execute(sql, [since]).fetchone()
    if order == "newest":
        found = _newest(db, given, limit)
    else:
        found = [id for id, *_ in db.execute(f"{_HITS} ORDER BY f.rank LIMIT :limit", given)]
    sql = f"SELECT id, source, url, title, {DATE}, text FROM articles WHERE id = ?"  # noqa: S608 - a constant
    rows = [db.execute(sql, [id]).fetchone() for id in found]
    snippets = _snippets(match, [(id, title, text, source) for id, source, _, title, _, text in rows])
    return [
        Found(id=id, source=source, url=url, title=title, date=date, snippet=snippets.get(id, ""))
        for id, source, url, title, date, _ in rows
    ]


#: The index leads: whatever the planner knows of the tables, an article is looked up by its number.
_HITS = f"""
SELECT a.id, {DATE} AS date, a.first_seen
FROM articles_fts AS f CROSS JOIN articles AS a ON a.id = f.rowid
WHERE f.articles_fts MATCH :match AND f.rowid >= :from AND a.status = 'article' AND {DATE} >= :since
    AND (:source IS NULL OR a.source = :source)"""  # noqa: S608 - constants


def _newest(db: Database, given: dict[str, Any], limit: int) -> list[int]:
    """Numbers of the newest hits, from the article stored last backwards: what was stored before a moment is
    dated before it, so most often few need to be looked at."""
    best: list[tuple[str, int]] = []
    with closing(db.execute(f"{_HITS} ORDER BY f.rowid DESC LIMIT {max(LOOKED_AT, limit)}", given)) as hits:
        for id, date, first_seen in hits:
            if len(best) < limit:
                heapq.heappush(best, (date, id))
            elif first_seen < best[0][0]:
                break
            else:
                heapq.heappushpop(best, (date, id))
    return [id for _, id in sorted(best, reverse=True)]


def _snippets(match: str, rows: list[tuple[int, str | None, str, str]]) -> dict[int, str]:
    """A few words around what matched. In an index of these articles alone: the large one would look up each
    of a prefix's thousands of words again for every article."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        db.execute(f"CREATE VIRTUAL TABLE shown USING fts5 (title, text, source, tokenize='{TOKENIZE}')")
        db.executemany("INSERT INTO shown (rowid, title, text, source) VALUES (?, ?, ?, ?)", rows)
        sql = "SELECT rowid, snippet(shown, 1, '[', ']', '…', 24) FROM shown WHERE shown MATCH ?"
        return dict(db.execute(sql, [match]).fetchall())
