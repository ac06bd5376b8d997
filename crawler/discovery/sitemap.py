"""Sitemaps: urlset, index, Google News, plain text, gzip. Pure. No Scrapy. Never raises."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from pipelines.types import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """A sitemap that an index names."""

    url: str
    #: As written.
    lastmod: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SitemapResult:
    url: str
    kind: Literal["urlset", "index", "text"]
    entries: tuple[Entry, ...] = ()
    children: tuple[Child, ...] = ()
    #: Entries carry Google News fields.
    is_news: bool = False
    #: Longer than the limits; the rest was not read.
    truncated: bool = False


def read(body: bytes, *, url: str) -> SitemapResult | None:
    """The sitemap in ``body`` (gzip or not), or None if it is no sitemap."""
    raise NotImplementedError


def worth_reading(children: Iterable[Child], *, limit: int = 3) -> tuple[Child, ...]:
    """The children of an index to ask for: news first, then the newest; never images, videos, tags, authors."""
    raise NotImplementedError
