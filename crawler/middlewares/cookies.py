"""Scrapy's cookies without a request to a stranger: with the first, it fetches a list of public suffixes."""

from __future__ import annotations

from scrapy.downloadermiddlewares import cookies

from pipelines.urls import suffixes

# The list that comes with the library: the one by which addresses are told apart, too.
cookies._split_domain = suffixes()


class CookiesMiddleware(cookies.CookiesMiddleware):
    """As Scrapy's."""
