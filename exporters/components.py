"""Scrapy's view of the exporters: the item pipeline that stores, and ``-O out.rss`` and its kin. Thin."""

from __future__ import annotations

from abc import abstractmethod
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from scrapy.exceptions import DropItem
from scrapy.exporters import BaseItemExporter

from exporters.feeds import atom, editions, jsonfeed, rss
from exporters.feeds.model import Feed, item
from exporters.store import Door, Saved, Store, StoredArticle
from pipelines.components import Copy
from pipelines.errors import StoreError

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class RejectedError(DropItem):
    """The page is stored, with the reason, and is no article."""


class Desk(Protocol):
    """What the store pipeline needs of a spider."""

    store: Store
    run: int | None

    def filed(self, copy: Copy, saved: Saved) -> None:
        """A page was stored."""

    def give_up(self, error: StoreError) -> None:
        """The store cannot be used any more."""


class StorePipeline:
    """A Copy is stored, and becomes a StoredArticle where that is wanted; a page that is no article is stored
    and dropped."""

    def __init__(self, desk: Desk, *, exports: bool = True) -> None:
        """``exports``: somebody wants the article that was stored."""
        self._desk = desk
        self._exports = exports

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> StorePipeline:
        desk: Any = crawler.spider
        return cls(desk, exports=bool(crawler.settings.getdict("FEEDS")))

    def process_item(self, item: Any) -> Any:
        if not isinstance(item, Copy) or item.article is None:
            return item
        try:
            saved = self._desk.store.save(
                item.article,
                source=item.source,
                now=datetime.now(UTC),
                run=self._desk.run,
                snapshot=item.snapshot,
                entry=item.page.entry,
                addresses=item.addresses,
                trace=item.trace,
                state=item.state,
                door=Door(
                    url=item.page.url, etag=item.etag, last_modified=item.last_modified, said=item.said
                ),
            )
        except StoreError as error:
            self._desk.give_up(error)
            raise DropItem(f"{item.page.url}: not stored: {error}") from error
        self._desk.filed(item, saved)
        if saved.outcome == "rejected":
            raise RejectedError(f"{item.page.url}: {saved.reason}")
        if not saved.id:
            raise DropItem("an article that is to be forgotten")
        return self._desk.store.article(saved.id) if self._exports else item


class FeedItemExporter(BaseItemExporter):
    """Collects the articles of a crawl and renders them as one feed, newest first."""

    #: Of its published files.
    ending: str

    def __init__(self, file: IO[bytes], *, newsroom: editions.Newsroom | None = None, **options: Any) -> None:
        super().__init__(dont_fail=True, **options)
        self._file = file
        self._newsroom = newsroom
        self._stories: dict[str, StoredArticle] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler, file: IO[bytes], **options: Any) -> FeedItemExporter:
        return cls(file, newsroom=getattr(crawler.spider, "newsroom", None), **options)

    def export_item(self, item: Any) -> None:
        if isinstance(item, StoredArticle):
            self._stories[item.guid] = item

    def finish_exporting(self) -> None:
        stories = sorted(self._stories.values(), key=lambda s: (s.date, s.url), reverse=True)
        self._file.write(self.render(self._feed(stories)))

    @abstractmethod
    def render(self, feed: Feed) -> bytes:
        """The feed in one format."""

    def _feed(self, stories: list[StoredArticle]) -> Feed:
        if self._newsroom is not None:
            address = editions.address_of(editions.served_at(), self._newsroom.slug, self.ending)
            return editions.of_source(self._newsroom, stories, address=address)
        home = stories[0].url if stories else "about:blank"
        host = urlsplit(home).hostname or "articles"
        return Feed(
            id=f"urn:copydesk:{host}",
            title=host,
            link=home,
            description=host,
            updated=max((story.last_changed for story in stories), default=None),
            items=tuple(item(story) for story in stories),
        )


class RssItemExporter(FeedItemExporter):
    ending = "xml"

    def render(self, feed: Feed) -> bytes:
        return rss.render(feed)


class AtomItemExporter(FeedItemExporter):
    ending = "atom"

    def render(self, feed: Feed) -> bytes:
        return atom.render(feed)


class JsonFeedItemExporter(FeedItemExporter):
    ending = "json"

    def render(self, feed: Feed) -> bytes:
        return jsonfeed.render(feed)
