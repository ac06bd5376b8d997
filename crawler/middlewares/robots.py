"""robots.txt as RFC 9309 says: absent means all is allowed, unreachable means nothing is, for this run."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from scrapy import Request, signals
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.robotstxt import ProtegoRobotParser
from scrapy.utils.httpobj import urlparse_cached

from crawler.middlewares.guard import RefusedAddressError

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)

#: RFC 9309, 2.5: at least 500 KiB must be read; the rest of a larger file does not count.
MAX_BYTES = 512 * 1024


class ForbiddenByRobotsError(IgnoreRequest):
    """robots.txt disallows the address."""


class RobotsUnreachableError(IgnoreRequest):
    """robots.txt exists or may exist, and cannot be read."""


class RobotsMiddleware:
    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._agent: str = crawler.settings["ROBOTSTXT_USER_AGENT"]
        #: By scheme and host. Each is asked for once a run; an error is kept, too.
        self._answers: dict[str, asyncio.Future[Response]] = {}
        self._rules: dict[str, ProtegoRobotParser | None] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RobotsMiddleware:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        if request.meta.get("dont_obey_robotstxt"):
            return
        origin = _origin(request)
        if origin not in self._rules:
            response = await self.answer(request)
            self._rules.setdefault(origin, await self._parsed(response, request))
        rules = self._rules[origin]
        if rules is not None and not rules.allowed(request.url, self._agent):
            self._crawler.stats.inc_value("robotstxt/forbidden")
            raise ForbiddenByRobotsError("forbidden by robots.txt")

    async def answer(self, request: Request) -> Response:
        """What the site of ``request`` answers for its robots.txt."""
        origin = _origin(request)
        answer = self._answers.get(origin)
        if answer is None:
            answer = self._answers[origin] = asyncio.ensure_future(self._ask(origin, request))
            # A crawl that ends early leaves nobody to look at the error.
            answer.add_done_callback(lambda done: done.cancelled() or done.exception())
        # Shielded: who asked first may be cancelled, others still wait for the same file.
        return await asyncio.shield(answer)

    async def _ask(self, origin: str, request: Request) -> Response:
        asked = Request(
            f"{origin}/robots.txt",
            callback=NO_CALLBACK,
            meta={
                "dont_obey_robotstxt": True,
                "allow_private": request.meta.get("allow_private", False),
                "source": request.meta.get("source"),
            },
        )
        try:
            response = await self._crawler.engine.download_async(asked)
        except RefusedAddressError:
            raise
        except Exception as error:
            logger.info("%s/robots.txt: %s", origin, error)
            raise RobotsUnreachableError(f"robots.txt cannot be read: {error}") from error
        self._crawler.stats.inc_value(f"robotstxt/response_status_count/{response.status}")
        return response

    async def _parsed(self, response: Response, request: Request) -> ProtegoRobotParser | None:
        """The rules of a site, None where it has none."""
        if response.status == 429 or response.status >= 500:
            raise RobotsUnreachableError(f"robots.txt answers {response.status}")
        if response.status >= 400:
            return None
        parser = ProtegoRobotParser.from_crawler(self._crawler, response.body[:MAX_BYTES])
        await self._crawler.signals.send_catch_log_async(
            signal=signals.robots_parsed, robotparser=parser, request=request
        )
        return parser


def _origin(request: Request) -> str:
    parts = urlparse_cached(request)
    return f"{parts.scheme}://{parts.netloc}"
