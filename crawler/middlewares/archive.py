"""Writes every answer as it came from the wire, before anything else sees it."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from scrapy import Request
from scrapy.exceptions import NotConfigured
from scrapy.http import Response

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)


class ArchiveMiddleware:
    """Puts the Snapshot into ``Request.meta["snapshot"]``, from where the page carries it to the dataset."""

    def __init__(self, archive: Any) -> None:
        self._archive = archive

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ArchiveMiddleware:
        archive = getattr(crawler.spider, "archive", None)
        if archive is None:
            raise NotConfigured("this spider keeps no archive")
        return cls(archive)

    def process_response(self, request: Request, response: Response) -> Response:
        request.meta["snapshot"] = self._archive.write(
            url=response.url,
            status=response.status,
            headers=[
                (name.decode("latin-1"), value.decode("latin-1"))
                for name, values in response.headers.items()
                for value in values
            ],
            body=response.body,
            fetched=datetime.now(UTC),
        )
        return response
