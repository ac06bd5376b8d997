"""What a feed says, before it is written in any format. Pure.

A feed is a function of its articles: no clock, no build date, so the same articles render to the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from pipelines.types import Author, Image

#: How much of an article a feed may carry.
Syndicate = Literal["full", "summary", "link"]

#: Where a first paragraph has to serve as the summary, it is cut after the last word before this many
#: characters: two to three lines in a reader's list.
SUMMARY_LENGTH = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The newsroom that an item of a feed of several comes from."""

    #: Stable and unique, an IRI: the id of its own feed here.
    id: str
    name: str
    #: Its home page.
    home: str
    #: Its own feed, where it has one.
    feed: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    #: The article's guid: minted once, no address.
    id: str
    #: The original, absolute.
    url: str
    #: Plain text, never empty.
    title: str
    #: Plain text: the standfirst, else the beginning of the story.
    summary: str | None = None
    #: The story as HTML; None where only a summary or a link is syndicated.
    html: str | None = None
    #: ISO 8601, UTC, or a day: what the publisher says, else (or if that is to come) when we first saw it.
    published: str
    #: When a reader would say it changed last; never before ``published``.
    updated: str
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    language: str | None = None
    image: Image | None = None
    #: None where the feed itself is its newsroom's.
    origin: Origin | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    #: Stable and unique, an IRI: what Atom calls the feed's id.
    id: str
    title: str
    #: The newsroom's home page.
    link: str
    description: str
    language: str | None = None
    #: Where the feed itself is served, if that is known; each format has its own place.
    address: str | None = None
    #: The style sheet that browsers show it with, relative to the feed.
    stylesheet: str | None = None
    #: Newest ``last_changed`` of the articles, or None without any.
    updated: str | None = None
    items: tuple[Item, ...] = ()


class Story(Protocol):
    """What a feed needs to know of an article."""

    @property
    def guid(self) -> str: ...
    @property
    def url(self) -> str: ...
    @property
    def title(self) -> str | None: ...
    @property
    def standfirst(self) -> str | None: ...
    @property
    def authors(self) -> Sequence[Author]: ...
    @property
    def published(self) -> str | None: ...
    @property
    def modified(self) -> str | None: ...
    @property
    def first_seen(self) -> str: ...
    @property
    def last_changed(self) -> str: ...
    @property
    def language(self) -> str | None: ...
    @property
    def section(self) -> str | None: ...
    @property
    def tags(self) -> Sequence[str]: ...
    @property
    def image(self) -> Image | None: ...
    @property
    def text(self) -> str: ...
    @property
    def html(self) -> str: ...


def item(story: Story, *, syndicate: Syndicate = "full", origin: Origin | None = None) -> Item:
    # A date in the future would stand on top of every reader's list until it comes.
    published = min(story.published or story.first_seen, story.first_seen)
    # What the publisher calls modified counts until we have seen a change ourselves.
    seen = story.last_changed != story.first_seen
    changed = story.last_changed if seen else min(story.modified or published, story.last_changed)
    labels = dict.fromkeys(label for label in (story.section, *story.tags) if label)
    return Item(
        id=story.guid,
        url=story.url,
        title=(story.title or "").strip() or story.url,
        summary=summary(story) if syndicate != "link" else None,
        html=story.html or None if syndicate == "full" else None,
        published=published,
        updated=max(published, changed),
        authors=tuple(author.name for author in story.authors),
        tags=tuple(labels),
        language=story.language,
        image=story.image if syndicate != "link" else None,
        origin=origin,
    )


def summary(story: Story) -> str | None:
    """The standfirst as the publisher wrote it, else the first paragraph, cut to what a list shows."""
    if story.standfirst:
        return story.standfirst
    first = " ".join(story.text.split("\n\n", 1)[0].split())
    if len(first) <= SUMMARY_LENGTH:
        return first or None
    return first[: SUMMARY_LENGTH + 1].rsplit(" ", 1)[0].rstrip(" ,;:–-") + " …"


def main_language(items: Iterable[Item]) -> str | None:
    """The language most items are in; of two equally frequent ones the first in the alphabet."""
    languages = [item.language for item in items if item.language]
    return min(set(languages), key=lambda code: (-languages.count(code), code), default=None)
