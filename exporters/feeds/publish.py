"""The feeds of a home: one a source and one of all, replaced whole or left alone.

A feed whose bytes would be the same is not touched, so its readers' conditional requests stay cheap. A feed
that would be broken, or empty where the old one was not, is not written: the old one stays.
"""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol
from urllib.parse import urljoin, urlsplit
from uuid import NAMESPACE_URL, uuid5

from lxml import etree

from exporters.feeds import rss, wire
from exporters.feeds.model import Feed, Origin, Story, Syndicate, item, main_language
from pipelines.errors import ConfigError, StoreError

#: Items of a feed: what common readers keep of one, and a reader that comes once a day misses little.
LIMIT = 50
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


class Stories(Protocol):
    """What of the store is read."""

    def articles(self, *, source: str | None = None, limit: int | None = None) -> Iterable[PublishedStory]:
        """Newest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What became of one feed."""

    slug: str
    path: Path
    outcome: Literal["written", "unchanged", "kept"]
    items: int
    #: Why the old one was kept.
    reason: str | None = None


def publish(
    store: Stories,
    folder: Path,
    sources: Sequence[Newsroom],
    *,
    only: Collection[str] | None = None,
    base_url: str | None = None,
    limit: int = LIMIT,
) -> tuple[Published, ...]:
    """Brings ``folder/SLUG.xml`` and ``folder/all.xml`` up to date.

    ``sources`` are all there are: what may be syndicated of an article in the feed of all is its source's to
    say. ``only`` names those whose own feeds are wanted. ``base_url`` is where the folder is served, unless
    told ``$COPYDESK_BASE_URL``.
    """
    base_url = base_url or served_at()
    if wire.address(base_url) is None:
        raise ConfigError(f"{base_url!r} is no address of feeds, such as https://www.example.org/feeds/")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return tuple(
            replace(folder / f"{slug}.xml", feed)
            for slug, feed in _feeds(store, sources, only=only, base_url=base_url, limit=limit)
        )
    except (FileExistsError, NotADirectoryError) as error:
        raise StoreError(f"{folder}: a file stands where the folder of the feeds should be") from error
    except OSError as error:
        raise StoreError(f"cannot write feeds to {folder}: {error.strerror or error}") from error


def _feeds(
    store: Stories,
    sources: Sequence[Newsroom],
    *,
    only: Collection[str] | None,
    base_url: str,
    limit: int,
) -> Iterable[tuple[str, Feed]]:
    by_slug = {source.slug: source for source in sources}
    if ALL in by_slug:
        raise ConfigError(f"no source can be called {ALL!r}: {ALL}.xml is the feed of all sources")
    for slug, source in sorted(by_slug.items()):
        if only is None or slug in only:
            stories = tuple(store.articles(source=slug, limit=limit))
            yield slug, of_source(source, stories, address=_address(base_url, slug))
    stories = tuple(store.articles(limit=limit))
    yield ALL, of_all(dict(sorted(by_slug.items())), stories, address=_address(base_url, ALL))


def of_source(source: Newsroom, stories: Sequence[Story], *, address: str | None = None) -> Feed:
    items = tuple(item(story, syndicate=source.syndicate) for story in stories)
    host = urlsplit(source.url).hostname
    return Feed(
        id=uuid5(NAMESPACE_URL, source.url).urn,
        title=source.name,
        link=source.url,
        description=source.name if source.name == host else f"{source.name}: {host}",
        language=main_language(items),
        address=address or _address(served_at(), source.slug),
        updated=max((story.last_changed for story in stories), default=None),
        items=items,
    )


def of_all(sources: dict[str, Newsroom], stories: Sequence[PublishedStory], *, address: str) -> Feed:
    items = tuple(
        item(
            story,
            syndicate=source.syndicate if source else "full",
            origin=_origin(source) if source else None,
        )
        for story in stories
        for source in [sources.get(story.source)]
    )
    languages = Counter(entry.language for entry in items)
    return Feed(
        id=uuid5(NAMESPACE_URL, "copydesk:all").urn,
        title="Copydesk",
        link=urljoin(address, "."),
        description="All sources",
        language=main_language(items) if len(languages) == 1 else None,
        address=address,
        updated=max((story.last_changed for story in stories), default=None),
        items=items,
    )


def _origin(source: Newsroom) -> Origin:
    return Origin(
        id=uuid5(NAMESPACE_URL, source.url).urn,
        name=source.name,
        home=source.url,
        feed=next(iter(source.feeds), None),
    )


def served_at() -> str:
    return os.environ.get(BASE_URL_VARIABLE) or BASE_URL


def _address(base_url: str, slug: str) -> str:
    return f"{base_url.rstrip('/')}/{slug}.xml"


def replace(path: Path, feed: Feed) -> Published:
    """The feed in place of the old one, if it is another one and no worse."""
    new = rss.render(feed)
    old = path.read_bytes() if path.exists() else None

    def outcome(word: Literal["written", "unchanged", "kept"], reason: str | None = None) -> Published:
        return Published(slug=path.stem, path=path, outcome=word, items=len(feed.items), reason=reason)

    if new == old:
        return outcome("unchanged")
    try:
        count = _count(new)
    except etree.XMLSyntaxError as error:
        return outcome("kept", f"the new one would not be well-formed XML ({error.msg})")
    if count == 0 and old is not None and _old_count(old) > 0:
        return outcome("kept", "the new one would be empty, the old one is not")
    write(path, new)
    return outcome("written")


def _count(xml: bytes) -> int:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    return len(etree.fromstring(xml, parser).findall("channel/item"))


def _old_count(xml: bytes) -> int:
    try:
        return _count(xml)
    except etree.XMLSyntaxError:
        return 0


def write(path: Path, content: bytes) -> None:
    """All or nothing, also when the machine stops in the middle: a reader sees the old file or the new."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            os.fchmod(file.fileno(), 0o644)  # a web server reads it as another user; mkstemp makes it 0600
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
