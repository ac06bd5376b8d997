"""What belongs to a site and not to a request: its download slot, its source's headers and cookies."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from scrapy import Request

from crawler.extensions.pace import site_of

if TYPE_CHECKING:
    from crawler.sources import Source


class SiteMiddleware:
    """``Request.meta["source"]`` is the Source that asks; redirects keep it, its secrets they do not."""

    def process_request(self, request: Request) -> None:
        # Always anew: a redirect to another site brings its predecessor's slot along.
        request.meta["download_slot"] = site_of(request.url)
        source: Source | None = request.meta.get("source")
        if source is None:
            return
        request.meta.setdefault("cookiejar", source.slug)
        own = source.allows_host(request.url)
        if source.headers:
            for name, value in source.request_headers(os.environ).items():
                if own:
                    request.headers[name] = value
                else:
                    request.headers.pop(name, None)
        if own and source.cookies and not request.meta.get("cookies_given"):
            request.meta["cookies_given"] = True
            cookies: Any = source.request_cookies(os.environ)
            request.cookies = cookies
