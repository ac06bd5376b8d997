"""The names of addresses: canonical form and identity, with what sources say of their sites' parameters.

All of the store names addresses through ``of(db)``: what a source declares is in the dataset, so that every
program that opens it comes to the same names.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import lru_cache

from sqlite_utils import Database

from pipelines.urls import CANONICALIZER_VERSION, PLAIN, Parameters, canonicalise, host_of, identity


class Naming:
    def __init__(self, by_site: Mapping[str, Parameters]) -> None:
        self._by_site = dict(by_site)

    def canonicalise(self, url: str) -> str:
        return canonicalise(url, self.parameters(url))

    def identity(self, url: str) -> str:
        return identity(url, self.parameters(url))

    def version(self, url: str) -> str:
        """Of the rules by which ``url`` is named."""
        said = self.parameters(url)
        return CANONICALIZER_VERSION if said == PLAIN else f"{CANONICALIZER_VERSION}+{_digest({'': said})}"

    def door(self, raw_url: str) -> dict[str, str]:
        """What a row of ``articles`` says of a page's address."""
        return {
            "url": self.canonicalise(raw_url),
            "raw_url": raw_url,
            "canonicalizer_version": self.version(raw_url),
        }

    @property
    def whole_version(self) -> str:
        """Of the rules by which all addresses are named."""
        return f"{CANONICALIZER_VERSION}+{_digest(self._by_site)}" if self._by_site else CANONICALIZER_VERSION

    def parameters(self, url: str) -> Parameters:
        """What is said of the parameters of the address's site."""
        if not self._by_site:
            return PLAIN
        host = host_of(url) or ""
        while host:
            if host in self._by_site:
                return self._by_site[host]
            host = host.partition(".")[2]
        return PLAIN


def _digest(by_site: Mapping[str, Parameters]) -> str:
    said = [(site, sorted(p.keep), sorted(p.drop)) for site, p in sorted(by_site.items())]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:8]


#: By our own list alone.
NOTHING_SAID = Naming({})


def of(db: Database) -> Naming:
    rows = db.execute("SELECT site, name, verdict FROM parameters ORDER BY site, name").fetchall()
    return _naming(tuple(rows)) if rows else NOTHING_SAID


@lru_cache(maxsize=8)
def _naming(rows: tuple[tuple[str, str, str], ...]) -> Naming:
    said: dict[str, dict[str, set[str]]] = {}
    for site, name, verdict in rows:
        said.setdefault(site, {"keep": set(), "drop": set()})[verdict].add(name)
    return Naming(
        {site: Parameters(frozenset(two["keep"]), frozenset(two["drop"])) for site, two in said.items()}
    )


def declare(db: Database, by_site: Mapping[str, Parameters]) -> None:
    """What the sources of these sites say now; what is known of others stays. Inside a transaction."""
    for site, said in by_site.items():
        new = {(name, "keep") for name in said.keep} | {(name, "drop") for name in said.drop}
        old = set(db.execute("SELECT name, verdict FROM parameters WHERE site = ?", [site]).fetchall())
        if new != old:
            db.execute("DELETE FROM parameters WHERE site = ?", [site])
            db.conn.executemany(
                "INSERT INTO parameters (site, name, verdict) VALUES (?, ?, ?)",
                [(site, name, verdict) for name, verdict in sorted(new)],
            )
