"""What all spiders here share: asking for one address and saying in words why there is no answer."""

from __future__ import annotations

import asyncio
import logging
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.http import Response
from twisted.internet.defer import CancelledError

from crawler import reasons
from crawler.middlewares.robots import RobotsMiddleware
from crawler.sources import Source
from exporters.archive import Archive
from pipelines.errors import FetchError, StoreError

logger = logging.getLogger(__name__)


class StoppedError(Exception):
    """The crawl ends before this request was sent."""


class BaseSpider(Spider):
    #: Where every answer is kept, if anywhere.
    archive: Archive | None = None
    #: Why the crawl was told to end: "max-time", "shutdown", "store".
    stopping: str | None = None
    #: What made the store unusable.
    store_error: StoreError | None = None
    #: What ``scrapy crawl`` ends with.
    exit_code = 0

    async def ask(
        self,
        url: str,
        headers: dict[str, str] | None = None,
        *,
        source: Source | None = None,
        allow_private: bool = False,
    ) -> Response:
        """One answer, redirects followed; FetchError where there is none."""
        if "://" in url and not url.lower().startswith(("http://", "https://")):
            raise FetchError(url, "only http and https can be fetched")
        try:
            request = Request(
                url, headers=headers or {}, meta={"source": source, "allow_private": allow_private}
            )
        except ValueError as error:
            raise FetchError(url, "it is no web address") from error
        if self.stopping:
            raise asyncio.CancelledError
        try:
            if urlsplit(url).path == "/robots.txt":
                robots = self.crawler.get_downloader_middleware(RobotsMiddleware)
                assert robots is not None
                return await robots.answer(request)  # politeness has read it already
            return await self.crawler.engine.download_async(request)
        except (StoppedError, CancelledError) as error:
            raise asyncio.CancelledError from error
        except Exception as error:
            raise FetchError(url, reasons.of_error(error, url).words) from error

    def stop(self, reason: str) -> None:
        """Ends the crawl: what is on the wire comes in and is stored, what still waits is dropped."""
        if self.stopping:
            return
        self.stopping = reason
        logger.info("Ending: %s", reason)
        engine = self.crawler.engine
        for slot in engine.downloader.slots.values():
            while slot.queue:
                slot.queue.popleft()[1].errback(StoppedError())
        self._closing: Any = asyncio.ensure_future(engine.close_spider_async(reason=reason))

    def give_up(self, error: StoreError) -> None:
        if self.store_error is None:
            self.store_error = error
            logger.error("%s", error)
        self.stop("store")
