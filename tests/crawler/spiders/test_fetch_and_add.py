"""``copydesk fetch`` and ``copydesk add`` over real sockets."""

from __future__ import annotations

import json
import socket
import tomllib
from typing import Any

import pytest

pytestmark = pytest.mark.slow


@pytest.fixture
def site(sites: Any) -> Any:
    site = sites()
    for path in ("/alder-bridge", "/birch-bridge", "/cedar-bridge"):
        site.story(path)
    return site


def home_page(site: Any, *, feeds: bool) -> None:
    links = "".join(
        f'<article><h2><a href="{path}">{path[1:].title()} is to be built in spring</a></h2>'
        "<p>What the council said, and what it did not say.</p></article>"
        for path in ("/alder-bridge", "/birch-bridge", "/cedar-bridge")
    )
    alternates = (
        '<link rel="alternate" type="application/rss+xml" title="The Ferry" href="/feed.xml">'
        '<link rel="alternate" type="application/rss+xml" title="The Ferry: comments" href="/comments/feed/">'
    )
    site.reply(
        "/",
        f'<html lang="en"><head><title>The Ferry</title>{alternates if feeds else ""}</head><body>'
        f'<nav><a href="/about">About</a></nav><main>{links}</main></body></html>'.encode(),
    )
    if feeds:
        site.feed("/alder-bridge", "/birch-bridge", "/cedar-bridge")
        site.feed(*(f"/{name}-bridge#comment-1" for name in ("alder", "birch")), path="/comments/feed/")


def test_fetch_prints_the_article_and_nothing_else(desk: Any, site: Any) -> None:
    url = f"{site.url}/alder-bridge"
    text = desk.run("fetch", "--allow-private", url)
    assert (text.returncode, text.stderr) == (0, "")
    assert text.stdout.startswith("Alder-Bridge gets its bridge\n\nThe council of")
    assert "Imprint" not in text.stdout
    markdown = desk.run("fetch", "--allow-private", "-f", "markdown", url).stdout
    assert markdown.startswith("# Alder-Bridge gets its bridge\n\n")
    html = desk.run("fetch", "--allow-private", "-f", "html", url).stdout
    assert html.count("<p>") == 6
    row = json.loads(desk.run("fetch", "--allow-private", "-f", "json", url).stdout)
    assert (row["title"], row["published"]) == ("Alder-Bridge gets its bridge", "2026-03-01T08:30:00Z")
    assert not (desk.path / "news.db").exists()


def test_fetch_goes_on_after_one_that_failed(desk: Any, site: Any) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{free.getsockname()[1]}/"
        site.reply("/gone", b"<h1>gone</h1>", 410)
        site.reply("/short", b"<html></html>")
        site.feed("/alder-bridge")
        paths = ("gone", "short", "feed.xml")
        bad = (nobody, *(f"{site.url}/{path}" for path in paths))
        done = desk.run("fetch", "--allow-private", *bad, f"{site.url}/alder-bridge")
    assert done.returncode == 1
    assert done.stdout.startswith("Alder-Bridge gets its bridge\n")
    said = dict(line.removeprefix("copydesk: ").rsplit(": ", 1) for line in done.stderr.splitlines())
    assert said[nobody] == "the connection was refused"
    assert said[f"{site.url}/gone"] == "the site answers 410"
    assert said[f"{site.url}/short"].startswith("it is no article")
    assert said[f"{site.url}/feed.xml"] == "it is no web page"
    for word in ("no address", "file:///etc/hosts"):
        done = desk.run("fetch", word)
        assert done.returncode == 2
        assert f"{word!r} is no web address; write one like" in done.stderr


def test_fetch_save_keeps_answer_and_article(desk: Any, site: Any) -> None:
    site.reply("/old", b"", 302, Location="/alder-bridge")
    desk.source("ferry", site)
    done = desk.run("fetch", "--save", "--allow-private", f"{site.url}/old")
    assert (done.returncode, done.stderr) == (0, "")
    assert desk.rows("SELECT source, title FROM articles") == [("ferry", "Alder-Bridge gets its bridge")]
    assert desk.rows("SELECT status FROM snapshots") == [(200,)]
    site.feed("/old", "/alder-bridge")
    hits = site.hits["/alder-bridge"]
    assert desk.run("crawl").returncode == 0
    assert (site.hits["/alder-bridge"], site.hits["/old"]) == (hits, 1)


def test_add_finds_the_posts_feed_and_not_the_comments_feed(desk: Any, site: Any) -> None:
    home_page(site, feeds=True)
    done = desk.run("add", "--allow-private", "--slug", "ferry", site.url)
    assert done.returncode == 0, done.stderr
    assert "3 articles" in done.stdout
    assert "comments" in done.stdout
    source = tomllib.loads((desk.path / "sources" / "ferry.toml").read_text(encoding="utf-8"))
    assert source["feeds"] == [f"{site.url}/feed.xml"]
    assert source["allow_private"] is True
    again = desk.run("add", "--allow-private", "--slug", "ferry", site.url)
    assert again.returncode == 2
    assert "already" in again.stderr
    row = json.loads(desk.run("crawl", "--json").stdout)["sources"][0]
    assert (row["found"], row["new"]) == (3, 3)


def test_add_without_any_feed_lists_the_articles_of_the_page(desk: Any, site: Any) -> None:
    home_page(site, feeds=False)
    done = desk.run("add", "--allow-private", "--slug", "ferry", "--json", site.url)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    paths = {article["url"].removeprefix(site.url) for article in found["articles"]}
    assert paths == {"/alder-bridge", "/birch-bridge", "/cedar-bridge"}
    assert [e["kind"] for e in found["endpoints"] if e["chosen"]] == ["section"]


def test_add_says_clearly_what_does_not_work(desk: Any, sites: Any) -> None:
    empty = sites()
    empty.reply("/", b"<html><body><p>Under construction.</p></body></html>")
    for arguments, code, words in (
        (("not-an-address",), 2, "no web address"),
        (("ftp://example.org/",), 2, "no web address"),
        ((empty.url,), 1, "--allow-private"),
        (("--allow-private", "--slug", "empty", empty.url), 1, "was found"),
        (("--slug", "Bad Name", "https://example.org/"), 2, "--slug"),
        (("--slug", "article", "https://example.org/"), 2, "article"),
    ):
        done = desk.run("add", *arguments)
        assert (done.returncode, done.stdout) == (code, ""), arguments
        assert words in done.stderr, arguments
        assert done.stderr.startswith("copydesk: ")
    assert not list((desk.path / "sources").iterdir())


def test_a_first_crawl_surveys_the_site_and_remembers(desk: Any, site: Any) -> None:
    home_page(site, feeds=True)
    desk.source("ferry", site, feeds=None)
    assert desk.run("crawl").returncode == 0
    assert site.hits["/feed.xml"] == 1
    assert desk.rows("SELECT url, kind FROM endpoints") == [(f"{site.url}/feed.xml", "feed")]
    assert desk.rows("SELECT count(*) FROM articles") == [(3,)]
    before = dict(site.hits)
    assert desk.run("crawl").returncode == 0
    new = {path for path, n in site.hits.items() if n > before.get(path, 0)}
    assert new == {"/feed.xml"}  # robots.txt was read today
    # The site is rebuilt: after three runs without its feed it is looked at anew.
    home_page(site, feeds=False)
    del site.replies["/feed.xml"]
    assert [desk.run("crawl").returncode for _ in range(3)] == [1, 1, 0]
    assert desk.rows("SELECT kind FROM endpoints ORDER BY rowid") == [("feed",), ("section",)]


def test_a_site_that_lists_nothing_is_surveyed_ever_more_seldom(desk: Any, sites: Any) -> None:
    site = sites()
    site.reply("/", b"<html><body><p>Under construction.</p></body></html>")
    desk.source("ferry", site, feeds=None)
    desk.on_schedule = True

    def surveys(*arguments: str) -> bool:
        before = site.hits["/"]
        desk.run("crawl", *arguments)
        return bool(site.hits["/"] > before)

    assert [surveys(), surveys()] == [True, False]
    desk.age(minutes=10)
    assert [surveys(), surveys()] == [True, False]
    desk.age(minutes=10)
    assert [surveys(), surveys("--all")] == [False, True]
    site.stories("/alder")
    home_page(site, feeds=True)
    desk.age(days=1)
    assert surveys()
    assert desk.rows("SELECT url, kind FROM endpoints") == [(f"{site.url}/feed.xml", "feed")]
    assert not surveys(), "its feed is known"
