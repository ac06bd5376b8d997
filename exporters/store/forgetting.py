"""Articles that are to be forgotten for good: what is left of one is a hash of each of its addresses.

Every function that writes is called inside a transaction.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlite_utils import Database

from exporters.store import copies, naming
from exporters.store.naming import Naming
from pipelines.urls import EVERYTHING, identity


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """What was there of an article."""

    #: Rows of ``articles`` that are gone.
    articles: int
    #: Hashes of its addresses.
    keys: frozenset[str]
    names: Naming = field(repr=False)

    def covers(self, url: str) -> bool:
        return not self.keys.isdisjoint(keys_of(url, self.names))


def keys_of(url: str, names: Naming) -> set[str]:
    """By which ``url`` is known again: by its identity and, since hashes cannot be made anew when the rules
    of naming change, with all its parameters as well."""
    keys = {_hashed(names.identity(url))}
    if "?" in url:
        keys.add(_hashed(identity(url, EVERYTHING)))
    return keys


def _hashed(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


def forget(db: Database, urls: Iterable[str], articles: Iterable[int], now: str) -> Forgotten:
    """The articles at ``urls`` and those named, with all that belongs to them; never to come back."""
    names = naming.of(db)
    urls = set(urls)
    identities = {names.identity(url) for url in urls}
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
    keys = {_hashed(each) for each in identities}.union(*(keys_of(url, names) for url in urls))
    _remember(db, keys, now)
    for article in found:
        copies.unlink(db, article)
        db.execute("DELETE FROM articles WHERE id = ?", [article])
    failed = db.execute("SELECT url FROM failures").fetchall()
    db.conn.executemany(
        "DELETE FROM failures WHERE url = ?",
        [(url,) for (url,) in failed if not keys.isdisjoint(keys_of(url, names))],
    )
    return Forgotten(articles=len(found), keys=frozenset(keys), names=names)


def remember(db: Database, urls: Iterable[str], now: str) -> None:
    """Addresses that led to what is forgotten: they are not to be asked for, either."""
    names = naming.of(db)
    _remember(db, set().union(*(keys_of(url, names) for url in urls)), now)


def _remember(db: Database, keys: Iterable[str], now: str) -> None:
    db.conn.executemany(
        "INSERT INTO forgotten (key, since) VALUES (?, ?) ON CONFLICT DO NOTHING", [(k, now) for k in keys]
    )


def among(db: Database, urls: Iterable[str]) -> set[str]:
    """Those of ``urls`` that are forgotten."""
    if db.execute("SELECT 1 FROM forgotten LIMIT 1").fetchone() is None:
        return set()
    names = naming.of(db)
    by_key: dict[str, list[str]] = {}
    for url in urls:
        for key in keys_of(url, names):
            by_key.setdefault(key, []).append(url)
    rows = db.execute(
        "SELECT key FROM forgotten WHERE key IN (SELECT value FROM json_each(?))", [json.dumps(list(by_key))]
    )
    return {url for (key,) in rows for url in by_key[key]}
