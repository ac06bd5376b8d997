"""Feeds as a reader polls them."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest
from lxml import html

from crawler.home import Home
from exporters.feeds import opml

from .conftest import RSS

Ask = Callable[..., Any]


def test_a_feed_is_served_to_the_byte_with_its_validators(ask: Ask, home: Home) -> None:
    os.utime(home.feeds / "all.xml", (1772438400.7, 1772438400.7))
    response = ask("/feeds/all.xml")
    assert response.status_code == 200
    assert response.text == RSS
    assert response.headers["content-type"] == "application/xml; charset=utf-8"
    assert response.headers["last-modified"] == "Mon, 02 Mar 2026 08:00:00 GMT"
    assert response.headers["etag"].startswith('"')
    assert "script-src" not in response.headers["content-security-policy"]


def test_what_has_not_changed_is_not_sent_again(ask: Ask) -> None:
    first = ask("/feeds/all.xml").headers
    for headers in (
        {"if_none_match": first["etag"]},
        {"if_none_match": f'"other", W/{first["etag"]}'},
        {"if_none_match": "*"},
        {"if_modified_since": first["last-modified"]},
    ):
        response = ask("/feeds/all.xml", **headers)
        assert response.status_code == 304
        assert response.content == b""
        assert response.headers["etag"] == first["etag"]
        assert response.headers["last-modified"] == first["last-modified"]


def test_what_has_changed_is_sent(ask: Ask, home: Home) -> None:
    first = ask("/feeds/all.xml").headers
    (home.feeds / "all.xml").write_text(RSS.replace("All", "Other"), "utf-8")
    response = ask("/feeds/all.xml", if_none_match=first["etag"], if_modified_since=first["last-modified"])
    assert response.status_code == 200
    assert response.headers["etag"] != first["etag"]


@pytest.mark.parametrize(
    "headers",
    [
        {"if_modified_since": "Mon, 01 Jan 2001 00:00:00 GMT"},
        {"if_modified_since": "yesterday"},
        {"if_modified_since": ""},
        {"if_none_match": '"another"', "if_modified_since": "Fri, 01 Jan 2100 00:00:00 GMT"},
        {"if_none_match": ""},
        {"if_modified_since": "Fri, 01 Jan 99999999999999999999 00:00:00 GMT"},
    ],
)
def test_other_conditions_get_the_feed(ask: Ask, headers: dict[str, str]) -> None:
    assert ask("/feeds/all.xml", **headers).status_code == 200


@pytest.mark.parametrize(
    "name", ["nobody.xml", "..%2Fnews.db", "%2e%2e%2fnews.db", ".hidden.xml", "all.txt", "all", "%00.xml"]
)
def test_nothing_but_feeds_is_served(ask: Ask, home: Home, name: str) -> None:
    (home.feeds / ".hidden.xml").write_text("half written", "utf-8")
    (home.feeds / "all.txt").write_text("notes", "utf-8")
    response = ask(f"/feeds/{name}")
    assert response.status_code in (302, 404)
    assert "SQLite" not in response.text


def test_the_list_of_feeds(ask: Ask) -> None:
    page = html.fromstring(ask("/feeds/").text)
    assert page.xpath("//td/a/@href") == ["/feeds/all.xml", "/feeds/all.atom"]
    assert page.xpath("//th[@scope='row']/text()") == ["All sources"]
    assert ask("/feeds").status_code == 200


def test_the_list_of_feeds_follows_their_list_and_sets_the_others_apart(ask: Ask, home: Home) -> None:
    names = {"all": "Copydesk", "tagblatt": "Das <b>Tagblatt</b>", "courier": "The Courier", "new": "New"}
    at = "https://feeds.example"
    written = [
        opml.Listed(name=name, title=title, home=at, address=f"{at}/{name}.xml")
        for name, title in names.items()
    ]
    (home.feeds / opml.NAME).write_bytes(opml.render(written, title="All"))
    for name in ("courier", "tagblatt", "forgotten"):
        (home.feeds / f"{name}.xml").write_text(RSS, "utf-8")
    page = html.fromstring(ask("/feeds/").text)
    first, second = page.xpath("//table")
    assert first.xpath(".//th[@scope='row']/text()") == ["All sources", "Das <b>Tagblatt</b>", "The Courier"]
    assert first.xpath(".//td/a/@aria-label")[2] == "Das <b>Tagblatt</b>: RSS"
    assert page.xpath("//h2/text()") == ["No longer written"]
    assert second.xpath(".//td/a/@href") == ["/feeds/forgotten.xml"]
