"""Answers as servers give them on bad days, over real sockets."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest

pytestmark = pytest.mark.slow


def asked(site: Any, path: str) -> list[dict[str, str]]:
    """The headers of each request for ``path``."""
    return [h for (_, p), h in zip(site.times, site.headers, strict=True) if p == path]


def test_the_same_etag_with_a_changed_body(desk: Any, sites: Any) -> None:
    """The server sends it, and never says 304: what is listed counts."""
    site = sites()
    site.stories("/alder")
    site.feed("/alder", etag='"one"')
    desk.source("ferry", site)
    desk.crawl_one()
    site.story("/birch")
    site.feed("/alder", "/birch", etag='"one"')
    assert desk.crawl_one()["new"] == 1
    assert [h.get("if-none-match") for h in asked(site, "/feed.xml")] == [None, '"one"']


def test_no_validator_at_all(desk: Any, sites: Any) -> None:
    """An unchanged body is known by its hash, and a feed that only moves its own date by what it lists."""
    site = sites()
    site.stories("/alder")
    desk.source("ferry", site)
    state = "SELECT last_changed, listing_changed, body_hash FROM fetch_state"
    desk.crawl_one()
    desk.age(hours=1)
    [before] = desk.rows(state)
    desk.crawl_one()
    assert desk.rows(state) == [before]
    assert not {"if-none-match", "if-modified-since"} & asked(site, "/feed.xml")[-1].keys()
    feed = site.replies["/feed.xml"]
    feed.body = feed.body.replace(b"<channel>", b"<channel><pubDate>Sun, 01 Mar 2026 09:00:00 GMT</pubDate>")
    desk.crawl_one()
    [after] = desk.rows(state)
    assert (after[0] > before[0], after[1]) == (True, before[1])
    assert after[2] != before[2]


def test_last_modified_is_asked_with(desk: Any, sites: Any) -> None:
    site = sites()
    site.stories("/alder")
    day = "Sun, 01 Mar 2026 08:30:00 GMT"
    site.feed("/alder", Last_Modified=day)
    desk.source("ferry", site)
    desk.crawl_one()
    site.reply("/feed.xml", b"", 304)
    row = desk.crawl_one()
    assert asked(site, "/feed.xml")[-1]["if-modified-since"] == day
    assert (row["not_modified"], row["trouble"]) == (1, None)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"<!doctype html><html><body><h1>Not here</h1></body></html>", "text/html"),
        (b"# nothing\n" * 1_000_000 + b"User-agent: *\nDisallow: /\n", "text/plain"),
        (b"\xff\xfe\x00Disallow: \x00/\n", "text/plain"),
    ],
    ids=["a page", "ten megabytes", "no text"],
)
def test_a_robots_txt_that_is_none_forbids_nothing(desk: Any, sites: Any, body: bytes, kind: str) -> None:
    site = sites()
    site.stories("/alder")
    site.reply("/robots.txt", body, Content_Type=kind)
    desk.source("ferry", site)
    assert desk.crawl_one()["new"] == 1


def test_a_robots_txt_that_never_comes_closes_the_site_for_this_run(desk: Any, sites: Any) -> None:
    site = sites()
    site.stories("/alder")
    site.reply("/robots.txt", b"x" * 500, drip=0.1, Content_Type="text/plain")
    desk.source("ferry", site)
    row = desk.crawl_one(code=1, DOWNLOAD_TIMEOUT="2")
    assert "did not answer in time" in row["trouble"]
    assert "/feed.xml" not in site.hits
    del site.replies["/robots.txt"]
    assert desk.crawl_one()["new"] == 1


@pytest.fixture
def cut_short() -> Iterator[str]:
    """A server that promises more than it sends, and closes."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection:
                path = connection.recv(65536).split(b" ")[1].decode()
                if path == "/feed.xml":
                    items = "".join(
                        f"<item><title>{n}</title><link>/{n}</link></item>" for n in ("alder", "birch")
                    )
                    body = f'<rss version="2.0"><channel><title>x</title>{items}</channel></rss>'.encode()
                    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: {len(body)}\r\n"
                    connection.sendall(head.encode() + b"Connection: close\r\n\r\n" + body)
                elif path == "/robots.txt":
                    connection.sendall(b"HTTP/1.1 404 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                else:
                    more = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 90000\r\n\r\n"
                    connection.sendall(more + b"<html><h1>Half a story</h1><p>It begins, and then")

    threading.Thread(target=serve, daemon=True).start()
    yield f"http://127.0.0.1:{server.getsockname()[1]}"
    server.close()


def test_a_body_that_is_cut_short_is_no_story(desk: Any, cut_short: str) -> None:
    desk.source("ferry", cut_short)
    row = desk.crawl_one()
    assert sum(row["failed"].values()) == 2, row
    assert row["new"] == 0
    assert desk.rows("SELECT count(*) FROM articles") == [(0,)]
    assert desk.rows("SELECT count(*) FROM failures") == [(2,)]
