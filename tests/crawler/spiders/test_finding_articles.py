"""What lists articles, well or badly, over real sockets: each article is found once."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

pytestmark = pytest.mark.slow

XML = "http://www.sitemaps.org/schemas/sitemap/0.9"


def canonical(site: Any, path: str, link: str) -> None:
    """The page at ``path`` calls ``link`` its canonical address."""
    reply = site.replies[path]
    reply.body = reply.body.replace(b"</head>", f'<link rel="canonical" href="{link}"></head>'.encode())


def test_one_article_through_every_door(desk: Any, sites: Any) -> None:
    """Feed, sitemap and section page; tracking, fragment, last slash and AMP."""
    site = sites()
    path = "/town/alder-gets-its-bridge-10482"
    site.story(path)
    site.feed(f"{path}?utm_source=rss&fbclid=1#top", f"{path}/")
    locs = "".join(f"<url><loc>{site.url}{path}{end}</loc></url>" for end in ("/", "/amp", "?outputType=amp"))
    site.reply("/sitemap.xml", f'<urlset xmlns="{XML}">{locs}</urlset>'.encode(), Content_Type="text/xml")
    teasers = f'<h2 class="t"><a href="{path}?at_medium=home">Alder</a></h2>'
    site.reply("/news/", f"<html><body>{teasers}</body></html>".encode())
    desk.source("ferry", site, sitemaps=[f"{site.url}/sitemap.xml"], sections=[f"{site.url}/news/"])
    row = desk.crawl_one()
    assert (row["found"], row["new"], row["endpoints"]) == (1, 1, 3)
    assert [p for _, p in site.times if p.startswith("/town")] == [path]
    said = desk.rows("SELECT url, raw_url, canonicalizer_version FROM articles")
    assert said == [(f"{site.url}{path}", f"{site.url}{path}", "1")]
    [(listed,)] = desk.rows("SELECT said ->> 'url' FROM entries")
    assert listed == f"{site.url}{path}?utm_source=rss&fbclid=1#top", "as it was given"


def test_canonical_links_merge_nothing_that_is_two_and_all_that_is_one(desk: Any, sites: Any) -> None:
    site = sites()
    slugs = [f"/town/{word}-of-alder-10482" for word in ("bridge", "ferry", "mayor", "council", "flood")]
    others = ["/town/birch-gets-its-bridge-1", "/town/cedar-gets-its-bridge-2", "/town/dogwood-bridge-3"]
    for path in others:
        site.story(path)
    page = site.replies[others[2]]
    page.body = re.sub(rb"(?<=<p>)[^<]+", lambda p: b" ".join(reversed(p.group().split())), page.body)
    for path in slugs:  # a site that answers to any slug before the number
        site.replies[path] = site.replies[others[0]].__class__(
            body=site.story("/alder"), headers={"Content-Type": "text/html"}
        )
        canonical(site, path, slugs[0])
    canonical(site, others[0], "/")
    canonical(site, others[1], others[2])
    canonical(site, others[2], "https://agency.example/wire/dogwood-bridge-3")
    site.feed(*slugs, *others)
    desk.source("ferry", site)
    row = desk.crawl_one()
    assert (row["new"], row["unchanged"]) == (4, 4)
    stored = dict(desk.rows("SELECT replace(url, ?, ''), canonical_url FROM articles ORDER BY id", site.url))
    assert list(stored) == [slugs[0], *others]
    assert (stored[others[0]], stored[others[2]]) == (None, None), "home, and another site"
    assert desk.crawl_one()["known"] == 8


def test_a_source_s_own_parameters_and_a_change_of_them(desk: Any, sites: Any) -> None:
    site = sites()
    for number in (1, 2):
        site.reply(f"/show?at_id={number}", site.story(f"/{('alder', 'birch')[number - 1]}"))
        site.reply(f"/show?at_id={number}&from=home", site.replies[f"/show?at_id={number}"].body)
    site.feed("/show?at_id=1&from=home", "/show?at_id=2&from=home")
    desk.source("ferry", site, keep_parameters=["at_id"])
    assert desk.crawl_one()["new"] == 2
    stored = "SELECT replace(url, ?, ''), replace(raw_url, ?, '') FROM articles ORDER BY url"
    assert [url for url, _ in desk.rows(stored, site.url, site.url)] == [
        "/show?at_id=1&from=home",
        "/show?at_id=2&from=home",
    ]
    desk.source("ferry", site, keep_parameters=["at_id"], drop_parameters=["from"])
    assert desk.crawl_one()["known"] == 2
    assert desk.rows(stored, site.url, site.url) == [
        ("/show?at_id=1", "/show?at_id=1&from=home"),
        ("/show?at_id=2", "/show?at_id=2&from=home"),
    ]
    assert "named by today's rules" in (desk.path / "logs" / "copydesk.log").read_text()


def test_a_feed_that_became_a_page_takes_nothing_away(desk: Any, sites: Any) -> None:
    """200 and HTML at its address; redirected to the home page, for good; XML that breaks off."""
    site = sites()
    site.stories("/alder", "/birch")
    feed = site.replies["/feed.xml"]
    desk.source("ferry", site)
    assert desk.crawl_one()["new"] == 2
    before = desk.rows("SELECT * FROM articles")
    site.story("/")
    for answer in ({"body": b"<html><h1>Sorry</h1></html>"}, {"status": 301, "Location": "/"}):
        site.reply("/feed.xml", **answer)
        row = desk.crawl_one(code=1)  # all of its one source
        assert list(row["broken"].values()) == ["it is no feed"]
        assert desk.rows("SELECT moved_to FROM fetch_state") == [(None,)]
    assert desk.rows("SELECT * FROM articles") == before
    site.story("/cedar")
    site.feed("/alder", "/birch", "/cedar")
    whole = site.replies["/feed.xml"]
    whole.body = whole.body[: whole.body.rindex(b"</item>") + len("</item>")]
    assert desk.crawl_one()["new"] == 1
    site.replies["/feed.xml"] = feed
    assert desk.crawl_one()["known"] == 2


def test_a_sitemap_that_was_dead_for_a_year_is_retired(desk: Any, sites: Any) -> None:
    desk.on_schedule = True
    site = sites()
    site.story("/alder")
    pages = f"<url><loc>{site.url}/alder</loc><lastmod>2024-01-01</lastmod></url>"
    site.reply("/sitemap.xml", f'<urlset xmlns="{XML}">{pages}</urlset>'.encode(), Content_Type="text/xml")
    desk.source("ferry", site, feeds=[], sitemaps=[f"{site.url}/sitemap.xml"])
    desk.crawl_one()
    [(poll,)] = desk.rows("SELECT next_poll FROM fetch_state")
    assert datetime.fromisoformat(poll) - datetime.now(UTC) > timedelta(days=29)
    hits = site.hits["/sitemap.xml"]
    desk.age(days=3)
    desk.run("crawl")
    assert site.hits["/sitemap.xml"] == hits


def test_a_counter_and_an_age_make_no_revision(desk: Any, sites: Any) -> None:
    site = sites()
    site.stories("/alder")
    reply = site.replies["/alder"]
    reply.body = reply.body.replace(b"</h1>", b"</h1><p>12 comments, 2 hours ago</p>")
    desk.source("ferry", site)
    desk.crawl_one()
    reply.body = reply.body.replace(b"12 comments, 2 hours ago", b"48 comments, 5 hours ago")
    site.replies["/feed.xml"].body = site.replies["/feed.xml"].body.replace(b"Story 0", b"Story nought")
    row = desk.crawl_one()
    assert (row["unchanged"], site.hits["/alder"]) == (1, 2)
    assert desk.rows("SELECT count(*) FROM revisions") == [(0,)]
    assert "It has not changed." in desk.run("history", "1").stdout
