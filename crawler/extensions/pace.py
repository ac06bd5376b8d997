"""The pace of each site: its own delay, robots.txt's, its latency, and the pauses it asks for.

Scrapy's AutoThrottle knows one minimum for all sites; here each download slot has its own.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from time import monotonic
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy import Request, Spider, signals
from scrapy.http import Response

from crawler.addresses import literal
from pipelines.urls import registered_domain

if TYPE_CHECKING:
    from scrapy.core.downloader import Slot
    from scrapy.crawler import Crawler

    from crawler.sources import Source

logger = logging.getLogger(__name__)

#: robots.txt may ask for no more than this between two requests, in seconds.
MAX_CRAWL_DELAY = 60.0


def site_of(url: str) -> str:
    """The download slot of a URL: its registered domain, so that www., m. and feeds. take turns."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if literal(host) is not None or "." not in host:
        return parts.netloc.rpartition("@")[2]
    return registered_domain(host)


class Pace:
    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        settings = crawler.settings
        self._default = settings.getfloat("DOWNLOAD_DELAY")
        self._ceiling = settings.getfloat("AUTOTHROTTLE_MAX_DELAY")
        self._agent: str = settings["ROBOTSTXT_USER_AGENT"]
        #: By site, in seconds.
        self._floors: dict[str, float] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Pace:
        pace = cls(crawler)
        crawler.signals.connect(pace.spider_opened, signals.spider_opened)
        crawler.signals.connect(pace.robots_parsed, signals.robots_parsed)
        crawler.signals.connect(pace.response_downloaded, signals.response_downloaded)
        return pace

    def spider_opened(self, spider: Spider) -> None:
        sources: Iterable[Source] = getattr(spider, "sources", ())
        for source in sources:
            endpoints = (*source.feeds, *source.sitemaps, *(section.url for section in source.sections))
            for site in {site_of(url) for url in (source.url, *endpoints)}:
                self._set(site, delay=source.delay, concurrency=source.concurrency)

    def robots_parsed(self, robotparser: Any, request: Request) -> None:
        delay = robotparser.crawl_delay(self._agent)
        if delay:
            self._set(site_of(request.url), delay=min(delay, MAX_CRAWL_DELAY))

    def _set(self, site: str, *, delay: float | None = None, concurrency: int | None = None) -> None:
        """Of what several sources say of one site, the politest holds."""
        downloader = self._crawler.engine.downloader
        known = downloader.per_slot_settings.setdefault(site, {})
        if delay is not None:
            self._floors[site] = known["delay"] = max(delay, self._floors.get(site, 0.0))
        if concurrency is not None:
            known["concurrency"] = min(concurrency, known.get("concurrency", concurrency))
        slot = downloader.slots.get(site)
        if slot is not None:
            slot.delay = max(slot.delay, self._floors.get(site, 0.0))

    def response_downloaded(self, response: Response, request: Request) -> None:
        slot = self._slot(request)
        latency = request.meta.get("download_latency")
        if slot is None or latency is None:
            return
        floor = self._floors.get(request.meta["download_slot"], self._default)
        delay = max(latency, (slot.delay + latency) / 2)
        delay = max(floor, min(delay, self._ceiling))
        # An error page is quick to make: it says nothing about how much the site can bear.
        if response.status == 200 or delay > slot.delay:
            slot.delay = delay

    def hold(self, request: Request, seconds: float) -> None:
        """No request to the site of ``request`` for so long."""
        slot = self._slot(request)
        if slot is not None:
            slot.delay = max(slot.delay, 0.001)  # a slot without a delay does not look at lastseen
            slot.lastseen = max(slot.lastseen, monotonic() + seconds)
            logger.info("%s asked for a pause of %.0f s", request.meta["download_slot"], seconds)

    def drop_waiting(self, site: str, error: Exception) -> None:
        """Fails the requests to a site that have not been sent yet."""
        slot = self._crawler.engine.downloader.slots.get(site)
        while slot is not None and slot.queue:
            slot.queue.popleft()[1].errback(error)

    def _slot(self, request: Request) -> Slot | None:
        return self._crawler.engine.downloader.slots.get(request.meta.get("download_slot", ""))
