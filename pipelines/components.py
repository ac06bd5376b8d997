"""Scrapy's view of cleaning: an item pipeline, thin. The work is in clean.py."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pipelines.boilerplate.memory import SiteMemory
from pipelines.boilerplate.rules import Rules, builtin
from pipelines.boilerplate.traces import Trace
from pipelines.types import Article, Layout, Page, Snapshot

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """One page on its way from the wire to the dataset."""

    page: Page
    #: Slug of the source that lists it.
    source: str
    #: The address that was asked for, and those it redirected to.
    addresses: tuple[str, ...]
    layout: Layout | None = None
    snapshot: Snapshot | None = None
    #: What cleaning made of it.
    article: Article | None = None
    #: What the page tells of its site, and what the memory that it was cleaned with says of it.
    trace: Trace | None = None
    state: str | None = None
    #: Validators of the answer, for the next look at the page.
    etag: str | None = None
    last_modified: str | None = None
    #: What its feed or sitemap says of it that would differ if it had changed.
    said: str | None = None


#: Cleans as ``cleaned`` does, wherever that is.
CleanWith = Callable[[Copy], Awaitable[Copy]]


def cleaned(copy: Copy, rules: Rules | None, memory: SiteMemory | None) -> Copy:
    """With its article, and with what it tells of its site where that is remembered."""
    # Not at the top: a crawl that finds nothing new loads no cleaner.
    from pipelines.clean import finish, read

    reading = read(copy.page)
    article = finish(reading, rules=rules, layout=copy.layout, memory=memory)
    if memory is None or article.status != "article":
        return replace(copy, article=article)
    return replace(copy, article=article, trace=reading.trace, state=memory.state(reading.trace))


class CleanPipeline:
    """A Copy gets its article; other items pass. ``clean_with`` is where a spider has its pages cleaned, and
    what it has them cleaned by."""

    def __init__(self, clean_with: CleanWith | None = None) -> None:
        self._clean_with = clean_with

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> CleanPipeline:
        return cls(getattr(crawler.spider, "clean_with", None))

    async def process_item(self, item: Any) -> Any:
        if not isinstance(item, Copy):
            return item
        if self._clean_with is not None:
            return await self._clean_with(item)
        return cleaned(item, builtin(), None)
