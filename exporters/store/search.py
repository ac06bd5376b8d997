"""Full-text search. What a person types is data, never FTS5's query language."""

from __future__ import annotations

import re
from typing import Any, Literal

from sqlite_utils import Database

from exporters.store.rows import Found
from exporters.store.schema import DATE

#: "Newest first" looks at so many of the articles that came in last and match, and sorts those by date. Rows
#: come in nearly by date; sorting all hits of a common word in a million articles takes seconds.
WINDOW = 2000

#: A phrase in quotation marks (the last may stay open), or a word; "-" before it leaves articles out.
_TERM = re.compile(
    r'(?P<without>(?<!\S)-)?(?:["„“”«»](?P<phrase>[^"„“”«»]*)["„“”«»]?|(?P<word>[^\s"„“”«»]+))'
)
_WORD = re.compile(r"\w+")


def fts_query(text: str) -> str | None:
    """The FTS5 query for what was typed: all words must occur. None: there is no word in it.

    >>> fts_query('Kartelle "offer of troops" mexic* -sport')
    '("Kartelle" AND "offer of troops" AND "mexic"*) NOT "sport"'
    """
    wanted: list[str] = []
    unwanted: list[str] = []
    for term in _TERM.finditer(text):
        # A word with punctuation in it, such as "e-mail", is the phrase of its parts, as in the index.
        words = " ".join(_WORD.findall(term["phrase"] if term["phrase"] is not None else term["word"]))
        if words:
            prefix = "*" if (term["word"] or "").endswith("*") else ""
            (unwanted if term["without"] else wanted).append(f'"{words}"{prefix}')
    if not wanted:
        return None
    query = " AND ".join(wanted)
    return f"({query})" + "".join(f" NOT {term}" for term in unwanted) if unwanted else query


def search(
    db: Database, query: str, *, limit: int, source: str | None, order: Literal["newest", "relevance"]
) -> list[Found]:
    match = fts_query(query)
    if match is None:
        return []
    parameters: dict[str, Any] = {"match": match, "source": source, "limit": limit, "window": WINDOW}
    by = "articles_fts.rowid DESC" if order == "newest" else "articles_fts.rank"
    window = "max(:window, :limit)" if order == "newest" else ":limit"
    rank = "NULL" if order == "newest" else "articles_fts.rank"
    then = "date DESC, id DESC" if order == "newest" else "rank, id DESC"
    rows = db.execute(
        # The snippets are made for the rows shown, not for the whole window.
        f"""
        WITH hits AS (
            SELECT articles.id, {DATE} AS date, {rank} AS rank
            FROM articles_fts JOIN articles ON articles.id = articles_fts.rowid
            WHERE articles_fts MATCH :match AND status = 'article' AND (:source IS NULL OR source = :source)
            ORDER BY {by} LIMIT {window}
        ), shown AS (
            SELECT * FROM hits ORDER BY {then} LIMIT :limit
        )
        SELECT shown.id, articles.source, articles.url, articles.title, shown.date,
            (SELECT snippet(articles_fts, 1, '[', ']', '…', 24) FROM articles_fts
             WHERE articles_fts MATCH :match AND articles_fts.rowid = shown.id)
        FROM shown JOIN articles ON articles.id = shown.id
        ORDER BY {"shown.date DESC" if order == "newest" else "shown.rank"}, shown.id DESC
        """,  # noqa: S608 - constants
        parameters,
    )
    return [
        Found(id=id, source=source, url=url, title=title, date=date, snippet=snippet)
        for id, source, url, title, date, snippet in rows
    ]
