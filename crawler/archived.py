"""Stored articles as pages again, from the archive: what cleaning needs, as the crawl had it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from w3lib.encoding import http_content_type_encoding

from crawler.home import Home
from crawler.listing import layout_of
from crawler.sources import Source, load
from exporters.archive import Answer
from pipelines.types import Entry, Layout, Page


def page_of(answer: Answer, *, url: str, entry: Entry | None) -> Page:
    """``url``: the page's address, which an archive may spell in its own way."""
    robots = ", ".join(value for name, value in answer.headers if name.lower() == "x-robots-tag")
    return Page(
        url=url,
        body=answer.body,
        charset=http_content_type_encoding(answer.header("content-type") or ""),
        status=answer.status,
        robots_header=robots or None,
        entry=entry,
        fetched=answer.fetched,
    )


class Layouts:
    """What sources declare of their templates."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self.sources = sources
        self._by_slug = {source.slug: source for source in sources}

    @classmethod
    def declared(cls, home: Home) -> Self:
        """By the home's sources. SourceError where one of them is wrong."""
        return cls(load(home.sources))

    def of(self, slug: str, day: str) -> Layout | None:
        """Of the source named, on the day that its page was fetched."""
        source = self._by_slug.get(slug)
        return layout_of(source.layouts, day) if source is not None else None

    def at(self, url: str, day: str) -> Layout | None:
        """Of the first source that the address belongs to."""
        source = next((source for source in self.sources if source.wants(url)), None)
        return layout_of(source.layouts, day) if source is not None else None
