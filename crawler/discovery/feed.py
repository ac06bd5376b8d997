"""RSS, RDF, Atom and JSON Feed, in every state of disrepair. Pure. No Scrapy. Never raises."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipelines.types import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedResult:
    #: Where the feed came from.
    url: str
    #: "rss20", "rss10", "atom10", "json11" … ; "rss" where the version is unknown.
    kind: str
    #: The entries in the feed's order; one without a usable link is left out.
    links: tuple[Entry, ...]
    title: str | None = None
    #: The site that the feed is of, as the feed says.
    home: str | None = None
    language: str | None = None
    #: A feed of readers' comments, not of articles.
    is_comments: bool = False
    #: Most entries are sound or video files.
    is_podcast: bool = False
    #: Most entries carry their whole text.
    has_full_text: bool = False
    #: What the feed asks for: its own address, an older page, a WebSub hub, minutes between two visits.
    self_url: str | None = None
    next_url: str | None = None
    hub_url: str | None = None
    ttl: int | None = None
    #: What is wrong with it, where something is; its entries were read nevertheless.
    problem: str | None = None


def read(body: bytes, *, url: str, headers: Mapping[str, str] | None = None) -> FeedResult | None:
    """The feed in ``body``, or None if it is no feed. ``headers``: the answer's, for charset and base."""
    raise NotImplementedError
