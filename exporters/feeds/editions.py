"""The feeds of a home, before any format: one a source, one of all, and those that a person defines. Pure."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid5

from exporters.feeds import wire
from exporters.feeds.model import Feed, Item, Origin, Story, Syndicate, item, main_language
from exporters.store.syndication import Selection

#: The feed of all sources.
ALL = "all"
#: Where the folder is served. A feed is asked to name its own address; where nobody serves it, it has none.
BASE_URL = "http://localhost/feeds/"
#: The environment variable that says otherwise.
BASE_URL_VARIABLE = "COPYDESK_BASE_URL"


class Newsroom(Protocol):
    """What a feed needs to know of a source."""

    @property
    def slug(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def url(self) -> str: ...
    @property
    def feeds(self) -> Sequence[str]: ...
    @property
    def syndicate(self) -> Syndicate: ...


class PublishedStory(Story, Protocol):
    @property
    def source(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """A feed that a person defined."""

    #: What its files are called.
    name: str
    title: str
    description: str
    selection: Selection


def of_source(source: Newsroom, stories: Sequence[Story], *, address: str | None = None) -> Feed:
    host = urlsplit(source.url).hostname
    items = _readable(item(story, syndicate=source.syndicate) for story in stories)
    return Feed(
        id=_id(source.url),
        title=source.name,
        link=source.url,
        description=source.name if source.name == host else f"{source.name}: {host}",
        language=main_language(items),
        address=address,
        updated=max((story.last_changed for story in stories), default=None),
        items=items,
    )


def of_all(sources: Mapping[str, Newsroom], stories: Sequence[PublishedStory], *, base_url: str) -> Feed:
    everything = Edition(name=ALL, title="Copydesk", description="All sources", selection=Selection())
    return of_edition(everything, sources, stories, base_url=base_url)


def of_edition(
    edition: Edition, sources: Mapping[str, Newsroom], stories: Sequence[PublishedStory], *, base_url: str
) -> Feed:
    """What may be syndicated of an article is its source's to say, in every feed."""
    items = _readable(
        item(
            story,
            syndicate=source.syndicate if source else "full",
            origin=_origin(source) if source else None,
        )
        for story in stories
        for source in [sources.get(story.source)]
    )
    languages = {each.language for each in items}
    return Feed(
        id=_id(f"copydesk:{edition.name}"),
        title=edition.title,
        link=folder_of(base_url),
        description=edition.description,
        language=main_language(items) if len(languages) == 1 else None,
        updated=max((story.last_changed for story in stories), default=None),
        items=items,
    )


def served_at() -> str:
    return os.environ.get(BASE_URL_VARIABLE) or BASE_URL


def folder_of(base_url: str) -> str:
    return f"{base_url.rstrip('/')}/"


def address_of(base_url: str, name: str, ending: str) -> str:
    return f"{folder_of(base_url)}{name}.{ending}"


def _readable(items: Iterable[Item]) -> tuple[Item, ...]:
    """Without those whose original no format can name: one of them would keep back the whole feed."""
    return tuple(each for each in items if wire.address(each.url) is not None)


def _origin(source: Newsroom) -> Origin:
    return Origin(id=_id(source.url), name=source.name, home=source.url, feed=next(iter(source.feeds), None))


def _id(name: str) -> str:
    return uuid5(NAMESPACE_URL, name).urn
