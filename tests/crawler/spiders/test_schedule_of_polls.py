"""What a crawl with nothing new asks for, over real sockets; the dataset is aged, no clock moved."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

pytestmark = pytest.mark.slow


@pytest.fixture
def desk(desk: Any) -> Any:
    desk.on_schedule = True
    return desk


def test_a_crawl_with_nothing_new_asks_for_what_is_due_once(desk: Any, sites: Any) -> None:
    site = sites()
    site.stories("/alder", "/birch")
    site.feed("/alder", "/birch", ETag='"one"')
    desk.source("ferry", site)
    assert desk.crawl_one()["new"] == 2
    before = desk.feeds()
    asked = site.hits.copy()
    assert desk.crawl() == {}
    assert desk.feeds() == before
    assert site.hits == asked  # not even its feed: it is not due
    desk.age(minutes=11)
    assert desk.crawl_one()["not_modified"] == 1
    assert site.hits - asked == {"/feed.xml": 1}
    assert site.headers[-1]["if-none-match"] == '"one"'
    # By name, or with --all, at once.
    before = desk.feeds()
    desk.crawl_one("ferry")
    desk.crawl_one("--all")
    assert desk.feeds() == before
    assert site.hits - asked == {"/feed.xml": 3}


def test_robots_txt_is_asked_for_once_a_day_also_where_there_is_none(desk: Any, sites: Any) -> None:
    strict, without = sites(), sites()
    strict.reply("/robots.txt", b"User-agent: *\nDisallow: /birch\n", Content_Type="text/plain")
    for slug, site in (("strict", strict), ("without", without)):
        site.stories("/alder")
        desk.source(slug, site)
    desk.run("crawl")
    strict.stories("/alder", "/birch")
    without.stories("/alder", "/birch")
    desk.age(hours=20)
    desk.run("crawl")
    assert (strict.hits["/robots.txt"], without.hits["/robots.txt"]) == (1, 1)
    assert (strict.hits["/birch"], without.hits["/birch"]) == (0, 1)
    desk.age(hours=5)
    desk.run("crawl", "--all")
    assert (strict.hits["/robots.txt"], without.hits["/robots.txt"]) == (2, 2)


def test_what_robots_txt_said_holds_while_it_cannot_be_read(desk: Any, sites: Any) -> None:
    site = sites()
    site.reply("/robots.txt", b"User-agent: *\nDisallow: /birch\n", Content_Type="text/plain")
    site.stories("/alder")
    desk.source("ferry", site)
    desk.crawl_one()
    site.reply("/robots.txt", b"", 503)
    site.stories("/alder", "/birch", "/cedar")
    desk.age(hours=25)
    row = desk.crawl_one()
    assert (row["new"], row["failed"]) == (1, {"robots": 1})
    asked = site.hits["/robots.txt"]
    desk.crawl_one("--all")
    assert site.hits["/robots.txt"] == asked


def test_a_feed_that_moved_for_good_is_asked_for_at_its_new_address(desk: Any, sites: Any) -> None:
    site = sites()
    site.stories("/alder")
    site.feed("/alder", path="/new.xml")
    site.reply("/feed.xml", b"", 301, Location="/new.xml")
    desk.source("ferry", site)
    assert desk.crawl_one()["new"] == 1
    assert desk.rows("SELECT url, moved_to FROM fetch_state") == [
        (f"{site.url}/feed.xml", f"{site.url}/new.xml")
    ]
    desk.crawl_one("--all")
    assert (site.hits["/feed.xml"], site.hits["/new.xml"]) == (1, 2)
    # Where that fails, the declared address is asked again.
    site.reply("/new.xml", b"", 404)
    site.feed("/alder")
    desk.crawl_one("--all", code=1)
    assert desk.crawl_one("--all")["endpoints"] == 1
    assert desk.rows("SELECT moved_to FROM fetch_state") == [(None,)]
    # A redirect for now is none for good.
    site.reply("/feed.xml", b"", 302, Location="/new.xml")
    site.feed("/alder", path="/new.xml")
    desk.crawl_one("--all")
    assert desk.rows("SELECT moved_to FROM fetch_state") == [(None,)]


def test_a_feed_s_ttl_and_retry_after_put_the_next_poll_off(desk: Any, sites: Any) -> None:
    site = sites()
    site.stories("/alder")
    feed = site.replies["/feed.xml"]
    feed.body = feed.body.replace(b"<channel>", b"<channel><ttl>120</ttl>")
    desk.source("ferry", site)
    desk.crawl_one()
    desk.age(minutes=100)
    assert desk.crawl() == {}
    site.reply("/feed.xml", b"", 429, Retry_After="7200")
    desk.age(minutes=30)
    done = desk.run("crawl")
    asked = site.hits["/feed.xml"]
    desk.age(minutes=100)
    assert desk.crawl() == {}
    assert site.hits["/feed.xml"] == asked, done.stderr
    desk.age(minutes=30)
    desk.run("crawl")
    assert site.hits["/feed.xml"] == asked + 1


def test_a_young_article_is_looked_at_while_its_feed_is_not_due(desk: Any, sites: Any) -> None:
    site = sites()
    site.stories("/alder")
    site.feed("/alder", Cache_Control="max-age=86400")
    for path, date in (("/alder", b"2026-03-01T08:30:00Z"), ("/feed.xml", b"Sun, 01 Mar 2026 08:30:00 GMT")):
        site.replies[path].body = site.replies[path].body.replace(date, b"")
    desk.source("ferry", site)
    desk.crawl_one()
    desk.age(minutes=70)
    row = desk.crawl_one()
    assert (row["found"], row["unchanged"], row["unhealthy"]) == (1, 1, None)
    assert (site.hits["/alder"], site.hits["/feed.xml"]) == (2, 1)
    assert desk.rows("SELECT found, healthy FROM run_sources ORDER BY run") == [(1, 1), (1, 1)]


def test_a_new_source_does_not_flood(desk: Any, sites: Any) -> None:
    """An index of two sitemaps: 3,000 pages of ten years, the newest last, and some without a date."""
    site = sites()
    now = datetime.now(UTC)
    name = "http://www.sitemaps.org/schemas/sitemap/0.9"
    dated = "".join(
        f"<url><loc>{site.url}/story-{n}</loc><lastmod>{now - timedelta(days=n):%Y-%m-%d}</lastmod></url>"
        for n in reversed(range(3000))
    )
    bare = "".join(f"<url><loc>{site.url}/bare-{n}</loc></url>" for n in range(5))
    children = "".join(
        f"<sitemap><loc>{site.url}/{child}.xml</loc><lastmod>2026-01-01</lastmod></sitemap>"
        for child in ("dated", "bare")
    )
    site.reply("/index.xml", f'<sitemapindex xmlns="{name}">{children}</sitemapindex>'.encode(), ETag='"i"')
    site.reply("/dated.xml", f'<urlset xmlns="{name}">{dated}</urlset>'.encode(), Content_Type="text/xml")
    site.reply("/bare.xml", f'<urlset xmlns="{name}">{bare}</urlset>'.encode(), Content_Type="text/xml")
    for n in range(60):
        site.story(f"/story-{n}")
    for n in range(5):
        site.story(f"/bare-{n}")
    desk.source("ferry", site, feeds=[], sitemaps=[f"{site.url}/index.xml"], backfill=7)

    def asked() -> list[str]:
        return [path for _, path in site.times if path.startswith(("/story-", "/bare-"))]

    row = desk.crawl_one("--limit", "20")
    assert (row["found"], row["new"], row["postponed"], row["excluded"]) == (55, 20, 35, 2950)
    assert sorted(asked()) == sorted(f"/story-{n}" for n in range(20)), "the newest"
    # What is left is not asked for at once, and the sitemap no sooner than in an hour.
    assert desk.crawl() == {}
    desk.age(minutes=61)
    row = desk.crawl_one("--limit", "20")
    assert (row["known"], row["new"], row["postponed"]) == (20, 20, 15)
    desk.age(minutes=61)
    assert desk.crawl_one()["new"] == 15
    assert sorted(asked()) == sorted([*(f"/story-{n}" for n in range(50)), *(f"/bare-{n}" for n in range(5))])
    # All is settled: the sitemaps that did not change are left alone, and what is past stays past.
    desk.age(minutes=61)
    before = site.hits.copy()
    row = desk.crawl_one()
    assert (row["not_modified"], row["trouble"]) == (2, None), "an index that names nothing new is well"
    assert not (site.hits - before).keys() & {"/dated.xml", "/bare.xml", "/story-50"}
    # Who asks for more gets it, by name and with a time.
    row = desk.crawl_one("ferry", "--since", "55d")
    assert row["new"] == 6
    assert (site.hits["/story-55"], site.hits["/story-56"]) == (1, 0)


def test_a_dead_source_that_alone_is_due_fails_no_run_once_it_is_known_to_be_ill(
    desk: Any, sites: Any
) -> None:
    well, dead = sites(), sites()
    for slug, site in (("well", well), ("dead", dead)):
        site.stories("/alder")
        site.feed("/alder")
        desk.source(slug, site)
    crawled = desk.run("crawl")
    assert crawled.returncode == 0, crawled.stderr
    dead.reply("/feed.xml", b"", status=500)
    assert desk.run("crawl", "dead").returncode == 1  # it was asked for by name
    for _ in range(4):  # it falls ill, and stays so
        desk.age(hours=9)
        assert desk.run("crawl", "well").returncode == 0
        later = desk.run("crawl", "--json")
        assert [row["source"] for row in json.loads(later.stdout)["sources"]] == ["dead"]
    assert later.returncode == 0, later.stderr
