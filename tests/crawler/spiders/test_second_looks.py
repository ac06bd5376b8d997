"""Articles that are looked at again, over real sockets; the dataset is aged instead of the clock moved."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.slow

_DATES = (
    '<meta property="article:published_time" content="2026-03-01T08:30:00Z">',
    "<pubDate>Sun, 01 Mar 2026 08:30:00 GMT</pubDate>",
)


def undated(site: Any, *paths: str, **headers: str) -> None:
    """Stories that say nothing of their day, in a feed: they are as young as we know them."""
    site.stories(*paths)
    for path in (*paths, "/feed.xml"):
        for date in _DATES:
            site.replies[path].body = site.replies[path].body.replace(date.encode(), b"")
    for path in paths:
        site.replies[path].headers.update({name.replace("_", "-"): value for name, value in headers.items()})


def edit(site: Any, path: str, **headers: str) -> None:
    reply = site.replies[path]
    reply.body = reply.body.replace(b"4.2 million", b"6.8 million")
    reply.headers.update(headers)


def test_a_young_article_is_looked_at_again_ever_more_seldom(desk: Any, sites: Any) -> None:
    site = sites()
    undated(site, "/alder", ETag='"one"')
    desk.source("ferry", site)
    assert desk.crawl_one()["new"] == 1
    desk.crawl_one()
    assert site.hits["/alder"] == 1  # its hour has not come
    for hours, hits in ((1.1, 2), (1, 2), (1, 3), (9, 4), (20, 4), (20, 5), (24 * 6, 6), (24 * 60, 6)):
        desk.age(hours=hours)
        desk.crawl_one()
        assert site.hits["/alder"] == hits, hours
    # Each of them asked whether it changed.
    asked = [
        h.get("if-none-match")
        for (_, path), h in zip(site.times, site.headers, strict=True)
        if path == "/alder"
    ]
    assert asked == [None, *['"one"'] * 5]
    assert desk.rows("SELECT count(*) FROM revisions") == [(0,)]
    assert desk.rows("SELECT due FROM checks") == [(None,)]


def test_an_edit_becomes_a_revision_and_a_304_moves_last_checked_alone(desk: Any, sites: Any) -> None:
    site = sites()
    undated(site, "/alder", "/birch", ETag='"one"')
    desk.source("ferry", site)
    desk.crawl_one()
    desk.age(hours=1.5)
    [before] = desk.rows("SELECT * FROM articles WHERE url LIKE '%birch'")
    edit(site, "/alder", ETag='"two"')
    row = desk.crawl_one()
    assert (row["found"], row["changed"], row["unchanged"], row["known"]) == (2, 1, 1, 0)
    [after] = desk.rows("SELECT * FROM articles WHERE url LIKE '%birch'")
    columns = [name for (_, name, *_) in desk.rows("PRAGMA table_info(articles)")]
    assert [n for n, a, b in zip(columns, before, after, strict=True) if a != b] == ["last_checked"]
    [(by, old, new)] = desk.rows("SELECT changed_by, old_text, new_text FROM changes")
    assert by == "publisher"
    assert ("4.2 million" in old, "6.8 million" in new) == (True, True)


def test_an_old_article_is_not_looked_at_unless_its_listing_says_so(desk: Any, sites: Any) -> None:
    site = sites()
    site.stories("/alder")
    desk.source("ferry", site)
    desk.crawl_one()
    desk.age(hours=2)
    desk.crawl_one()
    assert site.hits["/alder"] == 1
    # The feed gives it another headline: at once.
    site.replies["/feed.xml"].body = site.replies["/feed.xml"].body.replace(b"Story 0", b"Story nought")
    edit(site, "/alder")
    row = desk.crawl_one()
    assert (row["changed"], site.hits["/alder"]) == (1, 2)
    desk.crawl_one()
    assert site.hits["/alder"] == 2


def test_a_sitemap_that_dates_every_page_anew_is_believed_less_and_less(desk: Any, sites: Any) -> None:
    site = sites()
    site.stories("/alder")
    desk.source("ferry", site, feeds=[], sitemaps=[f"{site.url}/sitemap.xml"])

    def dated(day: int) -> None:
        xml = (
            '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
            f"<url><loc>{site.url}/alder</loc><lastmod>2099-01-{day:02}T00:00:00Z</lastmod></url></urlset>"
        )
        site.reply("/sitemap.xml", xml.encode(), Content_Type="text/xml")

    for day, hits in ((1, 1), (2, 2), (3, 2), (4, 2)):
        dated(day)
        desk.crawl_one()
        assert site.hits["/alder"] == hits, day
    desk.age(hours=1.5)
    desk.crawl_one()
    assert site.hits["/alder"] == 3
    desk.age(hours=1.5)
    dated(5)
    desk.crawl_one()
    assert site.hits["/alder"] == 3


@pytest.mark.parametrize("status", [404, 410])
def test_an_article_is_gone_when_it_is_missing_a_day_later_too(desk: Any, sites: Any, status: int) -> None:
    site = sites()
    undated(site, "/alder", "/birch")
    desk.source("ferry", site)
    desk.crawl_one()
    alder = site.replies["/alder"]
    site.reply("/alder", b"<h1>no such page</h1>", status)
    desk.age(hours=1.5)
    row = desk.crawl_one()
    assert row["failed"] == {f"http_{status}": 1}
    assert desk.rows("SELECT status FROM articles") == [("article",), ("article",)]
    # It was a bad day: it counts from the start.
    site.replies["/alder"] = alder
    desk.age(hours=25)
    desk.crawl_one()
    site.reply("/alder", b"<h1>no such page</h1>", status)
    desk.age(days=2)
    desk.crawl_one()
    assert desk.rows("SELECT count(*) FROM articles WHERE status = 'gone'") == [(0,)]
    desk.age(hours=12)
    hits = site.hits["/alder"]
    desk.crawl_one()
    assert site.hits["/alder"] == hits
    desk.age(hours=13)
    assert desk.crawl_one()["changed"] == 1
    assert desk.rows("SELECT status, reason FROM articles WHERE url LIKE '%alder'") == [
        ("gone", f"http_{status}")
    ]
    assert b"Alder" not in (desk.path / "feeds" / "ferry.xml").read_bytes()
    assert desk.rows("SELECT count(*) FROM failures") == [(0,)]


def test_a_server_s_bad_day_takes_nothing_away_and_puts_the_look_off(desk: Any, sites: Any) -> None:
    site = sites()
    undated(site, "/alder")
    desk.source("ferry", site)
    desk.crawl_one()
    desk.age(hours=1.5)
    site.once("/alder", b"busy", 503)
    site.replies["/alder"] = [site.replies["/alder"][0]] * 3 + site.replies["/alder"][1:]
    row = desk.crawl_one()
    assert row["failed"] == {"http_503": 1}
    hits = site.hits["/alder"]
    desk.crawl_one()
    assert site.hits["/alder"] == hits
    desk.age(hours=1.1)
    assert desk.crawl_one()["unchanged"] == 1
    assert desk.rows("SELECT status FROM articles") == [("article",)]
    assert desk.rows("SELECT count(*) FROM failures") == [(0,)]


def test_a_rejected_page_is_tried_again_and_may_become_an_article(desk: Any, sites: Any) -> None:
    site = sites()
    undated(site, "/alder")
    story = site.replies["/alder"].body
    site.reply("/alder", b"<html><head><title>Alder</title></head><body><p>More soon.</p></body></html>")
    desk.source("ferry", site)
    assert sum(desk.crawl_one()["rejected"].values()) == 1
    desk.age(hours=5)
    desk.crawl_one()
    assert site.hits["/alder"] == 1
    desk.age(hours=2)
    site.reply("/alder", story)
    row = desk.crawl_one()
    assert (row["new"], row["found"]) == (1, 1)
    assert desk.rows("SELECT status FROM articles") == [("article",)]


def test_looks_stay_within_the_limit_and_out_of_exports(desk: Any, sites: Any) -> None:
    site = sites()
    undated(site, "/alder", "/birch", "/cedar")
    desk.source("ferry", site)
    desk.crawl_one()
    desk.age(hours=1.5)
    desk.crawl_one("--limit", "2")
    assert sorted(site.article_hits().values()) == [1, 2, 2]
    desk.crawl_one("--limit", "2")
    assert sorted(site.article_hits().values()) == [2, 2, 2]
