"""Makes ``scrapy list`` name the sources and ``scrapy crawl SOURCE`` crawl one."""

from __future__ import annotations

import builtins
import sys
from contextlib import ExitStack
from typing import Any, cast

from scrapy import Request, Spider, signals
from scrapy.settings import BaseSettings

from crawler import sources
from crawler.desk import Options, open_desk
from crawler.home import resolve
from crawler.sources import Source
from crawler.spiders.arguments import fail, refuse_unknown
from crawler.spiders.article import ArticleSpider
from crawler.spiders.news import NewsSpider
from pipelines.errors import CopydeskError


class SourceSpider(NewsSpider):
    """One source, crawled by ``scrapy`` itself: opens and closes what ``copydesk crawl`` would."""

    source: Source

    @classmethod
    def from_crawler(cls, crawler: Any, *args: Any, **kwargs: Any) -> SourceSpider:
        refuse_unknown(kwargs)
        options = Options(named=frozenset({cls.source.slug}), export=bool(crawler.settings.getdict("FEEDS")))
        stack = ExitStack()
        try:
            desk = stack.enter_context(open_desk(resolve(), [cls.source], options))
        except CopydeskError as error:
            fail(error)
        spider = cast("SourceSpider", super().from_crawler(crawler, desk, *args, **kwargs))

        def close() -> None:
            with stack:
                counts = desk.finish(crawler.stats.get_stats(), stopped=spider.stopping is not None)
                spider.exit_code = int(any(counted.trouble or counted.unhealthy for counted in counts))
                if spider.store_error is not None:
                    print(f"copydesk: {spider.store_error}", file=sys.stderr)
                    spider.exit_code = spider.store_error.exit_code

        crawler.signals.connect(close, signals.engine_stopped, weak=False)
        return spider


class SourceLoader:
    """Scrapy's SpiderLoaderProtocol over the files of ``sources/``."""

    def __init__(self, known: tuple[Source, ...]) -> None:
        self._sources = {source.slug: source for source in known}

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> SourceLoader:
        try:
            return cls(sources.load(resolve().require().sources))
        except CopydeskError as error:
            fail(error)

    def load(self, spider_name: str) -> type[Spider]:
        if spider_name == ArticleSpider.name:
            return ArticleSpider
        source = self._sources.get(spider_name)
        if source is None:
            near = sources.nearest(spider_name, self._sources)
            hint = f"; did you mean {near!r}?" if near else "; scrapy list names them all"
            print(f"copydesk: there is no source {spider_name!r}{hint}", file=sys.stderr)
            raise SystemExit(2)
        return type("SourceSpider", (SourceSpider,), {"name": source.slug, "source": source})

    def list(self) -> builtins.list[str]:
        return sorted(self._sources)

    def find_by_request(self, request: Request) -> builtins.list[str]:
        return [slug for slug, source in self._sources.items() if source.allows_host(request.url)]
