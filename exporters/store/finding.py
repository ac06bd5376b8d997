"""Which stored article a page is. One article is one row, whatever door its page came through."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlite_utils import Database

from exporters.store import naming
from exporters.store.connection import storable
from exporters.store.identity import same_story
from exporters.store.naming import Naming
from pipelines.types import Article, Entry
from pipelines.urls import same_site

#: Two addresses of one site with equal title and text are one article from this length on; shorter ones may
#: be two notices in the same words.
MIN_WORDS_FOR_TWIN = 50

_Row = dict[str, Any]


def find(db: Database, article: Article, led: list[str], entry: Entry | None, names: Naming) -> _Row | None:
    """The row of the article that this page shows, if there is one. ``led``: the addresses that led to it."""
    row = one(db, "url = ?", [article.url])
    if row:
        return row
    key = names.identity(article.url)
    row = _by_address(db, key)
    if article.status == "rejected":
        return row
    # The key names this page in another spelling, or it once led to another page: then the text decides.
    if row and (names.identity(row["url"]) == key or _same(row, article)):
        return row
    for url in map(names.canonicalise, led):
        row = one(db, "url = ? AND status = 'rejected'", [url])
        if row:
            return row
    related = _relatives(db, article, led, entry, names)
    return next((row for row in related if _same(row, article)), None)


def _relatives(
    db: Database, article: Article, led: list[str], entry: Entry | None, names: Naming
) -> Iterable[_Row]:
    """Rows that an address that led here, the feed's id, a canonical link, theirs or ours, or the same words
    on the same site tie to the page.

    None of these alone proves anything: addresses are redirected to what took their place, feeds use an id
    again, templates name the home page or the article before."""
    for key in dict.fromkeys(map(names.identity, led)):
        row = _by_address(db, key)
        if row:
            yield row
    if entry is not None and entry.id:
        sql = "id IN (SELECT article FROM entries WHERE feed_id = ? AND via = ? ORDER BY article LIMIT 3)"
        yield from _some(db, sql, [storable(entry.id), entry.via])
    if article.canonical_url and article.canonical_url != article.url:
        row = _by_address(db, names.identity(article.canonical_url))
        if row:
            yield row
    for canonical in {article.url, article.canonical_url} - {None}:
        yield from _some(db, "canonical_url = ? ORDER BY id LIMIT 3", [canonical])
    if article.word_count >= MIN_WORDS_FOR_TWIN:
        for row in _some(db, "content_hash = ? ORDER BY id LIMIT 3", [article.content_hash]):
            if same_site(row["url"], article.url):
                yield row


def _same(row: _Row, article: Article) -> bool:
    if row["status"] == "rejected" or article.status == "rejected":
        return False
    if row["content_hash"] == article.content_hash:
        return True
    return same_story(row["title"], row["text"], article.title, article.text)


def _by_address(db: Database, key: str) -> _Row | None:
    return one(db, "id = (SELECT article FROM addresses WHERE key = ?)", [key])


def has_moved(
    db: Database, row: _Row, article: Article, led: list[str], entry: Entry | None, names: Naming
) -> bool:
    """Whether the publisher has given the article of ``row`` another address: the old one leads there, or the
    feed has its item there. Another door of the same page is no move."""
    if names.identity(row["url"]) == names.identity(article.url):
        return False
    if row["url"] in map(names.canonicalise, led):
        return True
    if entry is None or not entry.id:
        return False
    sql = "SELECT 1 FROM entries WHERE article = ? AND feed_id = ? AND via = ?"
    return db.execute(sql, [row["id"], storable(entry.id), entry.via]).fetchone() is not None


def is_elsewhere(db: Database, id: int, url: str) -> bool:
    """Whether the page at ``url`` is another row's than ``id``'s."""
    row = one(db, "url = ?", [url]) or _by_address(db, naming.of(db).identity(url))
    return row is not None and row["id"] != id


def one(db: Database, where: str, parameters: list[Any]) -> _Row | None:
    """All columns of an article."""
    return next(iter(_some(db, where, parameters)), None)


def _some(db: Database, where: str, parameters: list[Any]) -> list[_Row]:
    cursor = db.execute(f"SELECT * FROM articles WHERE {where}", parameters)  # noqa: S608 - where is ours
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def know(db: Database, id: int, urls: Iterable[str], names: Naming) -> None:
    """Addresses once given stay with their article: the first page found at one has it."""
    keys = {(names.identity(url), id) for url in urls}
    db.conn.executemany("INSERT INTO addresses (key, article) VALUES (?, ?) ON CONFLICT DO NOTHING", keys)


def known(db: Database, urls: Iterable[str]) -> set[str]:
    names = naming.of(db)
    by_key: dict[str, list[str]] = {}
    for url in urls:
        by_key.setdefault(names.identity(url), []).append(url)
    asked = storable(json.dumps(list(by_key), ensure_ascii=False))
    found = db.execute("SELECT key FROM addresses WHERE key IN (SELECT value FROM json_each(?))", [asked])
    return {url for (key,) in found for url in by_key[key]}
