"""Cookies go back to the site that gave them, and no one else is asked for anything."""

from __future__ import annotations

import socket
from typing import Any

import pytest
from scrapy import Request
from scrapy.http import Response
from scrapy.utils.project import get_project_settings
from scrapy.utils.test import get_crawler

from crawler.middlewares.cookies import CookiesMiddleware, cookies


def test_a_cookie_goes_back_and_nobody_is_asked_for_public_suffixes(monkeypatch: pytest.MonkeyPatch) -> None:
    def asked(*arguments: Any, **_: Any) -> None:
        raise AssertionError(arguments)

    monkeypatch.setattr(socket, "getaddrinfo", asked)
    jar = CookiesMiddleware.from_crawler(get_crawler())
    url = "https://www.news.example.co.uk/"
    for domain in ("news.example.co.uk", "co.uk"):
        answer = Response(url, headers={"Set-Cookie": f"{domain}=yes; Domain={domain}"})
        jar.process_response(Request(url), answer)
    again = Request(url)
    jar.process_request(again)
    assert again.headers["Cookie"] == b"news.example.co.uk=yes", "none for a whole public suffix"
    assert not cookies._split_domain.suffix_list_urls


def test_a_crawl_has_no_other_cookies() -> None:
    middlewares = get_project_settings()["DOWNLOADER_MIDDLEWARES"]
    ours = f"{CookiesMiddleware.__module__}.{CookiesMiddleware.__name__}"
    theirs = f"{cookies.CookiesMiddleware.__module__}.{cookies.CookiesMiddleware.__name__}"
    assert middlewares[ours] == get_project_settings()["DOWNLOADER_MIDDLEWARES_BASE"][theirs]
    assert middlewares[theirs] is None
