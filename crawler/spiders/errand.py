"""A spider that runs one coroutine with the crawl's way of fetching: for ``fetch`` and ``add``."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from scrapy import Request

from crawler.spiders.base import BaseSpider
from exporters.archive import Archive

#: Given the spider, whose ``ask`` fetches.
Errand = Callable[[BaseSpider], Awaitable[Any]]


class ErrandSpider(BaseSpider):
    name = "errand"

    def __init__(self, errand: Errand, archive: Archive | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._errand = errand
        self.archive = archive
        self.result: Any = None
        self.error: BaseException | None = None

    async def start(self) -> AsyncIterator[Any]:
        try:
            self.result = await self._errand(self)
        except Exception as error:  # noqa: BLE001 - whoever sent the spider gets it
            self.error = error
        for request in list[Request]():
            yield request
