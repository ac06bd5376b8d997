"""Refuses requests to private addresses, first of all middlewares and again after every redirect."""

from __future__ import annotations

from scrapy import Request
from scrapy.exceptions import IgnoreRequest

from crawler.addresses import host_of, refusal
from crawler.resolver import GUARD


class RefusedAddressError(IgnoreRequest):
    """A private, loopback or link-local address that the source does not allow."""


class GuardMiddleware:
    """``allow_private`` in ``Request.meta`` lets a request pass; redirects and retries keep it."""

    def process_request(self, request: Request) -> None:
        host = host_of(request.url)
        if request.meta.get("allow_private"):
            GUARD.exempt.add(host)
            return
        why = refusal(request.url)
        if why is None and GUARD.exempts_another(host):
            why = f"{host} may be a private address"
        if why is not None:
            raise RefusedAddressError(why)
