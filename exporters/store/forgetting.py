"""Articles that are to be forgotten for good: what is left of one is a hash of each of its addresses.

Every function that writes is called inside a transaction.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass

from sqlite_utils import Database

from exporters.store import copies
from pipelines.urls import identity


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """What was there of an article."""

    #: Rows of ``articles`` that are gone.
    articles: int
    #: Hashes of its addresses.
    keys: frozenset[str]


def key_of(url: str) -> str:
    return hashlib.sha256(identity(url).encode("utf-8", "replace")).hexdigest()


def forget(db: Database, urls: Iterable[str], articles: Iterable[int], now: str) -> Forgotten:
    """The articles at ``urls`` and those named, with all that belongs to them; never to come back."""
    urls = set(urls)
    identities = {identity(url) for url in urls}
    found = set(articles)
    found.update(
        article
        for (article,) in db.execute(
            "SELECT article FROM addresses WHERE key IN (SELECT value FROM json_each(?))",
            [json.dumps(sorted(identities))],
        )
    )
    for article in found:
        urls.update(db.execute("SELECT url, raw_url FROM articles WHERE id = ?", [article]).fetchone())
        own = db.execute("SELECT key FROM addresses WHERE article = ?", [article])
        identities.update(key for (key,) in own)
    identities |= {identity(url) for url in urls}
    keys = {hashlib.sha256(each.encode("utf-8", "replace")).hexdigest() for each in identities}
    remember(db, keys, now)
    for article in found:
        copies.unlink(db, article)
        db.execute("DELETE FROM articles WHERE id = ?", [article])
    failed = db.execute("SELECT url FROM failures").fetchall()
    db.conn.executemany(
        "DELETE FROM failures WHERE url = ?", [(url,) for (url,) in failed if key_of(url) in keys]
    )
    return Forgotten(articles=len(found), keys=frozenset(keys))


def remember(db: Database, keys: Iterable[str], now: str) -> None:
    db.conn.executemany(
        "INSERT INTO forgotten (key, since) VALUES (?, ?) ON CONFLICT DO NOTHING", [(k, now) for k in keys]
    )


def among(db: Database, urls: Iterable[str]) -> set[str]:
    """Those of ``urls`` that are forgotten."""
    by_key: dict[str, list[str]] = {}
    for url in urls:
        by_key.setdefault(key_of(url), []).append(url)
    rows = db.execute(
        "SELECT key FROM forgotten WHERE key IN (SELECT value FROM json_each(?))", [json.dumps(list(by_key))]
    )
    return {url for (key,) in rows for url in by_key[key]}


def moved(db: Database, file: str, to: str, offsets: dict[int, int]) -> None:
    """A WARC file was written anew: where each of its records lies now; others are gone."""
    for id, offset in db.execute("SELECT id, offset FROM snapshots WHERE file = ?", [file]).fetchall():
        if offset in offsets:
            db.execute("UPDATE snapshots SET file = ?, offset = ? WHERE id = ?", [to, offsets[offset], id])
        else:
            db.execute("DELETE FROM snapshots WHERE id = ?", [id])
