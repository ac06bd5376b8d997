"""Who may ask, and how."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from crawler.room import guard

Ask = Callable[..., Any]


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8001", "LOCALHOST:80", "[::1]:8001", "[::1]"])
def test_names_of_this_machine_are_answered(ask: Ask, host: str) -> None:
    assert ask("/", host=host).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8001",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "192.168.0.9",
        "",
        "::1:80",
    ],
)
@pytest.mark.parametrize("path", ["/", "/news.json", "/feeds/all.xml", "/room/room.css"])
def test_a_name_that_somebody_made_point_here_gets_nothing(ask: Ask, host: str, path: str) -> None:
    response = ask(path, host=host)
    assert response.status_code == 421
    assert "Storm" not in response.text
    assert "access-control-allow-origin" not in response.headers


def test_names_that_were_given_are_answered(open_room: Callable[..., Ask]) -> None:
    ask = open_room(names={"desk.example"})
    assert ask("/", host="desk.example:8001").status_code == 200
    assert ask("/", host="localhost").status_code == 421


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_nothing_is_taken_in(ask: Ask, method: str) -> None:
    response = ask("/news/articles", method=method)
    assert response.status_code == 405
    assert response.headers["allow"] == "GET, HEAD"


@pytest.mark.parametrize(
    ("path", "mode"),
    [
        ("/news.json", "no-cors"),
        ("/news/articles.json", "cors"),
        ("/room/icon.svg", "no-cors"),
        ("/news?sql=select+1", "navigate"),
        ("/news?%73ql=select+1", "navigate"),
        ("/news.json?sql=select+1", "no-cors"),
        ("/news/articles?_where=1", "navigate"),
    ],
)
def test_another_site_cannot_ask_for_data_or_run_sql(ask: Ask, path: str, mode: str) -> None:
    assert ask(path, sec_fetch_site="cross-site", sec_fetch_mode=mode).status_code == 403
    for site in ("same-origin", "none"):
        assert ask(path, sec_fetch_site=site, sec_fetch_mode=mode).status_code == 200
    assert ask(path).status_code == 200


@pytest.mark.parametrize("path", ["/", "/article/1", "/search?q=munich", "/feeds/all.xml", "/news/articles"])
def test_another_site_may_link_to_a_page(ask: Ask, path: str) -> None:
    assert ask(path, sec_fetch_site="cross-site", sec_fetch_mode="navigate").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/news",
        "/news/articles.json",
        "/room/room.css",
        "/feeds/all.xml",
        "/nowhere",
        "/-/static/app.css",
    ],
)
def test_every_answer_has_a_policy_and_none_is_for_other_sites(ask: Ask, path: str) -> None:
    headers = ask(path, origin="https://evil.example").headers
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "access-control-allow-origin" not in headers


@pytest.mark.parametrize(
    ("given", "name"),
    [
        (b"a.example", "a.example"),
        (b"A.example:1", "a.example"),
        (b"[::1]:80", "[::1]"),
        (b"a:b", "a:b"),
        (b"", ""),
    ],
)
def test_the_name_without_its_port(given: bytes, name: str) -> None:
    assert guard.host_of({"headers": [(b"host", given)]}) == name
