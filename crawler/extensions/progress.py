"""One line on the terminal while a crawl runs; nothing anywhere else."""

from __future__ import annotations

import sys
from time import monotonic
from typing import TYPE_CHECKING

from scrapy import Spider, signals
from scrapy.exceptions import NotConfigured
from scrapy.utils.asyncio import create_looping_call

from crawler import ledger

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

SECONDS = 0.25


class Progress:
    def __init__(self, crawler: Crawler) -> None:
        if not crawler.settings.getbool("COPYDESK_PROGRESS"):
            raise NotConfigured
        self._crawler = crawler
        self._loop = create_looping_call(self._draw)
        self._began = monotonic()
        self._sources = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Progress:
        progress = cls(crawler)
        crawler.signals.connect(progress.spider_opened, signals.spider_opened)
        crawler.signals.connect(progress.spider_closed, signals.spider_closed)
        return progress

    def spider_opened(self, spider: Spider) -> None:
        self._sources = len(getattr(spider, "sources", ()))
        self._loop.start(SECONDS, now=True)

    def spider_closed(self) -> None:
        if self._loop.running:
            self._loop.stop()
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()

    def _draw(self) -> None:
        counts = ledger.read(self._crawler.stats.get_stats()).values()
        found = sum(c.found for c in counts)
        waiting = sum(c.postponed for c in counts)
        parts = [
            f"{len(counts)} of {self._sources} sources",
            f"{found} found",
            f"{sum(c.new for c in counts)} new",
            f"{sum(sum(c.failed.values()) for c in counts)} failed",
            f"{waiting} to go",
            f"{monotonic() - self._began:.0f} s",
        ]
        sys.stderr.write("\r\x1b[K" + " · ".join(parts))
        sys.stderr.flush()
