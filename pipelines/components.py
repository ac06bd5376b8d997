"""Scrapy's view of cleaning: an item pipeline, thin. The work is in clean.py."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pipelines.boilerplate.rules import Rules
from pipelines.clean import DEFAULT_RULES, clean
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


class CleanPipeline:
    """A Copy gets its article; other items pass. A spider's ``rules`` replace the built-in ones."""

    def __init__(self, rules: Rules | None = DEFAULT_RULES) -> None:
        self._rules = rules

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> CleanPipeline:
        return cls(getattr(crawler.spider, "rules", DEFAULT_RULES))

    def process_item(self, item: Any) -> Any:
        if not isinstance(item, Copy):
            return item
        return replace(item, article=clean(item.page, rules=self._rules, layout=item.layout))
