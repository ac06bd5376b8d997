"""``scrapy crawl article -a url=…``: one page, cleaned, for ``-O``; the dataset is left alone."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Iterator
from typing import Any, cast

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler import reasons
from crawler.spiders.arguments import fail, refuse_unknown
from crawler.spiders.base import BaseSpider
from crawler.spiders.news import page_of
from exporters.store import Saved, Store
from pipelines.components import Copy
from pipelines.errors import ConfigError


class ArticleSpider(BaseSpider):
    name = "article"
    run: int | None = None

    def __init__(self, url: str, allow_private: str = "") -> None:
        super().__init__()
        self.url = url
        self.allow_private = allow_private.lower() in ("1", "true", "yes")
        #: Of its own, and gone with it: it makes the row that the exporters write.
        self.store = Store.open(":memory:")

    @classmethod
    def from_crawler(cls, crawler: Any, *args: Any, **kwargs: Any) -> ArticleSpider:
        refuse_unknown(kwargs, known=("url", "allow_private"))
        url = kwargs.get("url", "")
        try:
            Request(url)
        except ValueError:
            fail(ConfigError(f"{url!r} is no web address; name one: -a url=https://…"))
        return super().from_crawler(crawler, *args, **kwargs)

    async def start(self) -> AsyncIterator[Any]:
        yield Request(
            self.url,
            callback=self.parse,
            errback=self.no_page,
            meta={"allow_private": self.allow_private},
        )

    def parse(self, response: Response, **kwargs: Any) -> Iterator[Copy]:
        if response.status != 200:
            self._say(f"{self.url}: {reasons.of_status(response.status).words}")
            return
        yield Copy(page=page_of(response, None), source="article", addresses=(self.url, response.url))

    def no_page(self, failure: Failure) -> None:
        request = cast("Request", failure.request)  # type: ignore[attr-defined]
        assert failure.value is not None
        self._say(f"{self.url}: {reasons.of_error(failure.value, request.url).words}")

    def filed(self, copy: Copy, saved: Saved) -> None:
        if saved.outcome == "rejected":
            self._say(f"{self.url}: no article ({saved.reason})")

    def _say(self, sentence: str) -> None:
        self.exit_code = 1
        print(f"copydesk: {sentence}", file=sys.stderr)
