"""Tries again what may pass, and not before the site said so (Retry-After, RFC 9110 10.2.3)."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import TYPE_CHECKING

from scrapy import Request, signals
from scrapy.downloadermiddlewares.retry import RetryMiddleware as ScrapyRetryMiddleware
from scrapy.exceptions import DownloadTimeoutError, IgnoreRequest
from scrapy.http import Response

from crawler.extensions.pace import Pace, site_of

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

#: A pause longer than this, in seconds, is for the next run to make.
MAX_PAUSE = 60.0
#: What a 429 that names no pause gets.
USUAL_PAUSE = 10.0


class PauseAskedError(IgnoreRequest):
    """The site asked for a pause that is longer than this run waits."""


class RetryMiddleware(ScrapyRetryMiddleware):
    #: By site: monotonic time before which it wants no request.
    _closed: dict[str, float]

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RetryMiddleware:
        middleware = super().from_crawler(crawler)
        middleware._closed = {}
        # Earlier than process_response: the slot must not start its next request in between.
        crawler.signals.connect(middleware.response_downloaded, signals.response_downloaded)
        return middleware

    def process_request(self, request: Request) -> None:
        until = self._closed.get(site_of(request.url))
        if until is not None and until > monotonic():
            raise PauseAskedError(f"asked us to wait another {until - monotonic():.0f} s")

    def response_downloaded(self, response: Response, request: Request) -> None:
        if response.status not in (429, 503):
            return
        seconds = retry_after(response.headers.get("Retry-After"), datetime.now(UTC))
        if seconds is None:
            seconds = USUAL_PAUSE if response.status == 429 else 0.0
        pace = self.crawler.get_extension(Pace)
        if seconds > MAX_PAUSE:
            site = site_of(request.url)
            self._closed[site] = monotonic() + seconds
            if pace is not None:
                pace.drop_waiting(site, PauseAskedError(f"asked us to wait {seconds:.0f} s"))
        elif seconds and pace is not None:
            pace.hold(request, seconds)

    def process_response(  # type: ignore[override]
        self, request: Request, response: Response
    ) -> Request | Response:
        if self._closed.get(site_of(request.url), 0.0) > monotonic():
            return response
        return super().process_response(request, response)

    def process_exception(  # type: ignore[override]
        self, request: Request, exception: Exception
    ) -> Request | Response | None:
        # A host that keeps us waiting once is left to the next run: twice more would hold up the whole site.
        if isinstance(exception, DownloadTimeoutError):
            return None
        return super().process_exception(request, exception)


def retry_after(value: bytes | None, now: datetime) -> float | None:
    """Seconds from ``now``, at least 0; None where the header is absent or says nothing sensible."""
    text = (value or b"").decode("latin-1").strip()
    if re.fullmatch(r"\d{1,9}", text):
        return float(text)
    try:
        when = parsedate_to_datetime(text)
    except (TypeError, ValueError, OverflowError):
        return None
    return max(0.0, ((when if when.tzinfo else when.replace(tzinfo=UTC)) - now).total_seconds())
