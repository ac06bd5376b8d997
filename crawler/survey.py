"""Where a site lists its articles: looks at it as a person would, politely. No Scrapy: ``fetch`` is handed in.

Used by ``copydesk add`` and by the first crawl of a source that declares only its home.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from pipelines.types import Entry

#: A survey never makes more requests than this.
MAX_REQUESTS = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer, redirects followed."""

    #: Where it came from in the end.
    url: str
    status: int
    #: Names in lower case.
    headers: Mapping[str, str]
    #: Without transfer and content encoding.
    body: bytes


#: Raises FetchError when there is no answer at all; an error status is an answer.
Fetch = Callable[[str], Awaitable[Answer]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A place that lists articles, or looked as if it did."""

    url: str
    kind: Literal["feed", "sitemap", "section"]
    #: Such as "RSS 2.0", "Atom 1.0", "JSON Feed 1.1", "news sitemap", "page".
    format: str
    #: How it was found, in words: "rel=alternate of the home page", "robots.txt", "common path".
    origin: str
    title: str | None = None
    #: How many articles it lists.
    articles: int = 0
    #: Whether a crawl should read it, and if not, why.
    chosen: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    #: As asked for, and after redirects.
    url: str
    home: str
    status: int
    name: str | None = None
    language: str | None = None
    #: The best first, those that are not chosen last.
    endpoints: tuple[Endpoint, ...] = ()
    #: What the chosen endpoints list, each article once.
    entries: tuple[Entry, ...] = field(default=(), repr=False)
    requests: int = 0
    #: What went wrong on the way: (address, what).
    problems: tuple[tuple[str, str], ...] = ()

    @property
    def feeds(self) -> tuple[str, ...]:
        return self._chosen("feed")

    @property
    def sitemaps(self) -> tuple[str, ...]:
        return self._chosen("sitemap")

    @property
    def sections(self) -> tuple[str, ...]:
        return self._chosen("section")

    def _chosen(self, kind: str) -> tuple[str, ...]:
        return tuple(e.url for e in self.endpoints if e.chosen and e.kind == kind)


async def survey(url: str, fetch: Fetch, *, max_requests: int = MAX_REQUESTS) -> Survey:
    """Finds the feeds, sitemaps and section pages of the site at ``url`` (its home, a section, or a feed).

    Raises FetchError only when ``url`` itself does not answer.
    """
    raise NotImplementedError
