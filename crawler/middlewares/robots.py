"""robots.txt as RFC 9309 says: absent means all is allowed, unreachable means nothing is.

With a dataset at hand an answer, "there is none" too, holds for a day, whatever the number of runs."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from scrapy import Request, signals
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response, TextResponse
from scrapy.http.request import NO_CALLBACK
from scrapy.robotstxt import ProtegoRobotParser
from scrapy.utils.httpobj import urlparse_cached

from crawler.middlewares.guard import RefusedAddressError
from exporters.store import Robots, Store
from exporters.store.connection import stamp
from pipelines.errors import StoreError

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)

#: RFC 9309, 2.5: at least 500 KiB must be read; the rest of a larger file does not count.
MAX_BYTES = 512 * 1024
#: RFC 9309, 2.4: so long what was read holds.
GOOD_FOR = timedelta(days=1)
#: Clocks are set right by seconds all the time.
_SLACK = timedelta(minutes=1)
#: What cannot be read is not asked for again sooner.
PATIENCE = timedelta(hours=1)


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
        store = getattr(crawler.spider, "store", None)
        self._store: Store | None = store if isinstance(store, Store) else None

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
        """From the dataset where that is fresh enough, else from the site."""
        known = self._store.robots(origin) if self._store is not None else None
        now = datetime.now(UTC)
        if known is not None and _is_younger(known.checked, GOOD_FOR, now):
            return _response(known)
        if known is None or not _is_younger(known.failed, PATIENCE, now):
            try:
                response = await self._fetch(origin, request)
            except RobotsUnreachableError:
                # No answer, no burden: a host that is back, or allowed now, is asked in the next run.
                if known is None or known.checked is None:
                    raise
                return _response(known)
            if not _is_unreachable(response.status):
                body = response.body[:MAX_BYTES]
                self._remember(Robots(origin=origin, checked=stamp(now), status=response.status, body=body))
                return response
            self._remember(replace(known or Robots(origin=origin), failed=stamp(now)))
            if known is None or known.checked is None:
                return response
        if known.checked is None:
            raise RobotsUnreachableError("robots.txt could not be read within the last hour")
        # RFC 9309, 2.4: what was read before holds on while the file is unreachable.
        return _response(known)

    def _remember(self, robots: Robots) -> None:
        if self._store is None:
            return
        try:
            self._store.save_robots(robots)
        except StoreError as error:
            spider: Any = self._crawler.spider
            spider.give_up(error)

    async def _fetch(self, origin: str, request: Request) -> Response:
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
        if _is_unreachable(response.status):
            raise RobotsUnreachableError(f"robots.txt answers {response.status}")
        if response.status >= 400:
            return None
        parser = ProtegoRobotParser.from_crawler(self._crawler, response.body[:MAX_BYTES])
        await self._crawler.signals.send_catch_log_async(
            signal=signals.robots_parsed, robotparser=parser, request=request
        )
        return parser


def _is_unreachable(status: int) -> bool:
    return status == 429 or status >= 500


def _is_younger(when: str | None, age: timedelta, now: datetime) -> bool:
    # Not from the future: then the clock was ahead, and nobody knows when it was.
    return when is not None and -_SLACK < now - datetime.fromisoformat(when) < age


def _response(known: Robots) -> Response:
    return TextResponse(
        f"{known.origin}/robots.txt", status=known.status or 200, body=known.body or b"", encoding="utf-8"
    )


def _origin(request: Request) -> str:
    parts = urlparse_cached(request)
    return f"{parts.scheme}://{parts.netloc}"
