"""Writes every answer as it came from the wire, before anything else sees it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from scrapy import Request
from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.http import Response

from crawler.spiders.base import BaseSpider
from exporters.archive import Archive
from exporters.store.connection import stamp
from pipelines.errors import StoreError

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class ArchiveMiddleware:
    """Puts the Snapshot into ``Request.meta["snapshot"]``, from where the page carries it to the dataset."""

    def __init__(self, archive: Archive, spider: BaseSpider) -> None:
        self._archive = archive
        self._spider = spider

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ArchiveMiddleware:
        spider = crawler.spider
        if not isinstance(spider, BaseSpider) or spider.archive is None:
            raise NotConfigured  # it keeps no archive
        return cls(spider.archive, spider)

    def process_response(self, request: Request, response: Response) -> Response:
        try:
            request.meta["snapshot"] = self._archive.write(
                response.url,
                status=response.status,
                headers=[(name, value) for name, values in response.headers.items() for value in values],
                body=response.body,
                fetched=stamp(datetime.now(UTC)),
            )
        except StoreError as error:
            # Nothing may be cleaned that is not archived: without an archive there is no crawl.
            self._spider.give_up(error)
            raise IgnoreRequest(f"not archived: {error}") from error
        return response
