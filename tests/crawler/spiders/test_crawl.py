"""Whole crawls over real sockets, each in a process of its own."""

from __future__ import annotations

import contextlib
import os
import pty
import subprocess
from datetime import UTC, datetime
from typing import Any

import pytest

from crawler import lock
from exporters.archive import Archive

pytestmark = pytest.mark.slow


def adds_up(row: dict[str, Any]) -> bool:
    fates = ("new", "changed", "unchanged", "known", "postponed")
    several = sum(row["rejected"].values()) + sum(row["failed"].values())
    return bool(row["found"] == sum(row[fate] for fate in fates) + several)


def test_a_second_crawl_asks_for_no_article_and_changes_no_feed(desk: Any, sites: Any) -> None:
    site = sites()
    site.stories("/alder", "/birch", "/cedar")
    desk.source("ferry", site)
    row = desk.crawl()["ferry"]
    assert (row["found"], row["new"], row["postponed"]) == (3, 3, 0)
    assert adds_up(row)
    assert site.article_hits() == {"/alder": 1, "/birch": 1, "/cedar": 1}
    assert site.hits["/robots.txt"] == 1
    before = desk.feeds()
    assert b"Alder gets its bridge" in before["ferry.xml"]
    row = desk.crawl()["ferry"]
    assert (row["found"], row["known"], row["new"]) == (3, 3, 0)
    assert site.article_hits() == {"/alder": 1, "/birch": 1, "/cedar": 1}
    assert desk.feeds() == before
    assert desk.rows("PRAGMA integrity_check") == [("ok",)]
    assert desk.rows("SELECT count(*) FROM articles WHERE status = 'article'") == [(3,)]
    assert desk.rows("SELECT outcome FROM runs ORDER BY id") == [("finished",), ("finished",)]


def test_an_unchanged_feed_is_asked_for_conditionally(desk: Any, sites: Any) -> None:
    site = sites()
    site.stories("/alder")
    site.feed("/alder", ETag='"one"')
    desk.source("ferry", site)
    desk.crawl()
    row = desk.crawl()["ferry"]
    assert (row["not_modified"], row["found"], row["unhealthy"]) == (1, 0, None)
    assert [h.get("if-none-match") for h in site.headers].count('"one"') == 1
    assert desk.rows("SELECT status, etag FROM fetch_state") == [(304, '"one"')]
    # A listing that was not dealt with in full must not be answered with 304 in the next run.
    site.story("/birch")
    site.story("/cedar")
    site.feed("/alder", "/birch", "/cedar", ETag='"two"')
    assert desk.crawl("--limit", "1")["ferry"]["postponed"] == 1
    assert desk.crawl()["ferry"]["new"] == 1
    assert desk.crawl()["ferry"]["not_modified"] == 1


def test_the_archive_has_every_answer_as_it_came(desk: Any, sites: Any) -> None:
    site = sites()
    site.reply("/robots.txt", b"User-agent: *\nDisallow: /private/\n", Content_Type="text/plain")
    alder = site.story("/alder", Content_Encoding="gzip")
    site.reply("/old", b"gone over there", 301, Location="/elder")
    site.story("/elder")
    site.feed("/alder", "/old", "/missing", "/private/secret")
    desk.source("ferry", site)
    row = desk.crawl()["ferry"]
    assert row["failed"] == {"http_404": 1, "robots": 1}
    assert adds_up(row)
    with Archive(desk.path / "archive") as archive:
        answers = {a.url.removeprefix(site.url): a for _, a in archive.answers()}
        assert {path: a.status for path, a in answers.items()} == {
            "/robots.txt": 200,
            "/feed.xml": 200,
            "/alder": 200,
            "/old": 301,
            "/elder": 200,
            "/missing": 404,
        }
        assert answers["/alder"].header("Content-Encoding") == "gzip"
        assert answers["/alder"].body == alder
        assert answers["/old"].body == b"gone over there"
    assert "/private/secret" not in site.hits
    # The redirect's first address is known, too.
    desk.crawl()
    assert site.hits["/old"] == 1


def test_one_broken_source_does_not_disturb_the_others(desk: Any, sites: Any) -> None:
    good, broken, slow, vanished = sites(), sites(), sites(), sites()
    good.stories("/alder", "/birch")
    broken.reply("/feed.xml", b"oh no", 500)
    slow.stories("/cedar")
    slow.reply("/cedar", b"x" * 5000, drip=0.1)
    vanished.feed("/a", "/b", "/c")
    for slug, site in {"good": good, "broken": broken, "slow": slow, "vanished": vanished}.items():
        desk.source(slug, site)
    rows = desk.crawl(code=1, DOWNLOAD_TIMEOUT="3")
    assert rows["good"]["new"] == 2
    assert rows["broken"]["became"] == "unhealthy"
    assert "500" in rows["broken"]["unhealthy"]
    assert rows["vanished"]["failed"] == {"http_404": 3}
    assert rows["vanished"]["became"] == "unhealthy", "it never worked"
    assert rows["slow"]["failed"] == {"timeout": 1}
    assert all(adds_up(row) for row in rows.values())
    # What was ill and stays ill is no news.
    assert desk.crawl(DOWNLOAD_TIMEOUT="3")["broken"]["became"] is None


def test_cron_hears_only_of_changes(desk: Any, sites: Any) -> None:
    site, other = sites(), sites()
    site.stories("/alder")
    other.stories("/birch")
    desk.source("ferry", site)
    desk.source("other", other)
    quiet = desk.run("crawl")
    assert (quiet.returncode, quiet.stdout, quiet.stderr) == (0, "", "")
    feed = site.replies["/feed.xml"]
    site.reply("/feed.xml", b"<h1>We are sorry</h1>", 404)
    for _ in range(2):  # one bad poll is chance, and so are two
        once = desk.run("crawl")
        assert (once.returncode, once.stderr) == (0, "")
    fell = desk.run("crawl")
    assert fell.returncode == 1
    assert fell.stdout == ""
    assert fell.stderr.startswith("copydesk: ferry became unhealthy: ")
    still = desk.run("crawl")
    assert (still.returncode, still.stderr) == (0, "")
    named = desk.run("crawl", "ferry")
    assert (named.returncode, named.stderr) == (1, "")
    site.replies["/feed.xml"] = feed
    well = desk.run("crawl")
    assert (well.returncode, well.stderr) == (0, "copydesk: ferry is healthy again\n")
    log = (desk.path / "logs" / "copydesk.log").read_text()
    assert "ferry: 1 found, 1 new" in log
    assert "gets its bridge" not in log


def test_a_terminal_shows_progress_and_a_table(desk: Any, sites: Any) -> None:
    site = sites()
    site.stories("/alder", "/birch")
    desk.source("ferry", site)
    desk.source("other", "http://127.0.0.1:1")
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        desk.command("crawl"), env=desk.environment(), stdout=subprocess.PIPE, stderr=theirs
    )
    os.close(theirs)
    shown = b""
    with contextlib.suppress(OSError):  # EIO: the other end is closed
        while part := os.read(ours, 4096):
            shown += part
    os.close(ours)
    assert process.communicate()[0] == b""
    assert process.returncode == 1
    text = shown.decode()
    assert " of 2 sources · " in text
    table = text.rpartition("\x1b[K")[2].replace("\r", "").splitlines()
    head = table[0].split()
    assert (head[0], head[-3:]) == ("source", ["failed", "later", "seconds"])
    assert table[1].split()[:3] == ["ferry", "2", "2"]
    assert table[3].split()[:3] == ["together", "2", "2"]
    assert any("the connection was refused" in line for line in table)


def test_other_hosts_patterns_and_old_entries_are_left_out(desk: Any, sites: Any) -> None:
    site, elsewhere = sites(), sites("127.0.0.2")
    elsewhere.story("/advert")
    site.stories("/news/alder", "/sport/birch", "/video/cedar")
    site.feed("/news/alder", "/sport/birch", "/video/cedar", f"{elsewhere.url}/advert")
    desk.source("ferry", site, include=["*/news/*", "*/video/*"], exclude=["*/video/*"])
    row = desk.crawl()["ferry"]
    assert (row["found"], row["new"], row["excluded"]) == (1, 1, 3)
    assert not elsewhere.hits
    desk.source("ferry", site)
    row = desk.crawl("--since", "7d")["ferry"]
    assert (row["found"], row["excluded"]) == (0, 4)
    assert desk.crawl()["ferry"]["new"] == 2


def test_a_page_that_leads_away_or_home_is_no_article(desk: Any, sites: Any) -> None:
    site, elsewhere = sites(), sites("127.0.0.2")
    elsewhere.story("/consent")
    site.story("/")
    site.feed("/home", "/away", "/circle", "/alder")
    site.story("/alder")
    site.reply("/home", b"", 302, Location="/")
    site.reply("/away", b"", 302, Location=f"{elsewhere.url}/consent")
    site.reply("/circle", b"", 302, Location="/circle")
    desk.source("ferry", site)
    row = desk.crawl()["ferry"]
    assert row["failed"] == {"home_page": 1, "other_site": 1, "redirects": 1}
    assert row["new"] == 1


def test_one_article_by_several_links_is_one_request(desk: Any, sites: Any) -> None:
    site = sites()
    site.stories("/alder")
    site.feed("/alder", "/alder?utm_source=rss", "/alder#comments")
    site.feed("/alder/", path="/atom.xml")
    desk.source("ferry", site, feeds=[f"{site.url}/feed.xml", f"{site.url}/atom.xml"])
    row = desk.crawl()["ferry"]
    assert (row["found"], row["new"]) == (1, 1)
    assert sum(site.article_hits().values()) == 2  # the article, and the second feed


def test_the_feed_stands_in_for_a_page_behind_a_wall(desk: Any, sites: Any) -> None:
    site = sites()
    told = site.story("/alder").decode().partition("</h1>")[2].partition("</article>")[0]
    site.reply("/alder", b"<h1>Are you human?</h1>", 403)
    site.reply("/birch", b"<h1>Are you human?</h1>", 403)
    site.feed("/alder", "/birch")
    feed = site.replies["/feed.xml"]
    one, rest = feed.body.split(b"</item>", 1)
    tag = 'content:encoded xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    full = f"<{tag}><![CDATA[{told}]]></content:encoded></item>"
    feed.body = one + full.encode() + rest
    desk.source("ferry", site)
    row = desk.crawl()["ferry"]
    assert (row["new"], row["failed"]) == (1, {"http_403": 1})
    [(text,)] = desk.rows("SELECT text FROM articles WHERE status = 'article'")
    assert text.startswith("The council of Alder")


def test_another_crawl_holds_the_lock(desk: Any, sites: Any) -> None:
    site = sites()
    site.stories("/alder")
    desk.source("ferry", site)
    with lock.hold(desk.path / "crawl.lock", datetime.now(UTC)):
        done = desk.run("crawl")
    assert done.returncode == 75
    assert done.stderr.startswith("copydesk: another crawl is running: pid ")
    assert not site.hits


def test_an_unknown_source_and_a_broken_file_are_said_before_any_request(desk: Any, sites: Any) -> None:
    site = sites()
    desk.source("ferry", site)
    done = desk.run("crawl", "fery")
    assert done.returncode == 2
    assert "ferry" in done.stderr
    (desk.path / "sources" / "bad.toml").write_text('url = "https://x.example/"\nfeedz = []\n')
    done = desk.run("crawl")
    assert done.returncode == 2
    assert "feedz" in done.stderr
    assert not site.hits


def test_a_store_that_cannot_be_used_is_exit_3(desk: Any, sites: Any) -> None:
    site = sites()
    desk.source("ferry", site)
    (desk.path / "news.db").write_bytes(b"this is no database, it is a letter to the editor" * 50)
    done = desk.run("crawl")
    assert done.returncode == 3
    assert done.stderr.startswith("copydesk: ")
    assert "Traceback" not in done.stderr
    assert not site.hits


def test_without_an_archive_nothing_is_cleaned(desk: Any, sites: Any) -> None:
    site = sites()
    site.stories("/alder")
    desk.source("ferry", site)
    (desk.path / "archive").write_text("a file where the folder should be")
    done = desk.run("crawl")
    assert done.returncode == 3
    assert done.stderr.startswith("copydesk: ")
    assert len(done.stderr.splitlines()) == 1
    assert "a file stands where" in done.stderr
    assert not site.hits
    assert desk.rows("SELECT count(*) FROM runs") == [(0,)]


def test_sitemaps_and_sections_are_read_too(desk: Any, sites: Any) -> None:
    site = sites()
    for path in ("/alder-bridge", "/birch-bridge", "/cedar-bridge"):
        site.story(path)
    name = "http://www.sitemaps.org/schemas/sitemap/0.9"
    child = f"<sitemap><loc>{site.url}/sitemap-news.xml</loc></sitemap>"
    index = f'<sitemapindex xmlns="{name}">{child}</sitemapindex>'
    pages = "".join(f"<url><loc>{site.url}/{tree}-bridge</loc></url>" for tree in ("alder", "birch"))
    site.reply("/sitemap.xml", index.encode(), Content_Type="text/xml", ETag='"index"')
    urls = f'<urlset xmlns="{name}">{pages}</urlset>'
    site.reply("/sitemap-news.xml", urls.encode(), Content_Type="text/xml", Content_Encoding="gzip")
    teasers = "".join(f'<h2 class="t"><a href="/{t}-bridge">{t}</a></h2>' for t in ("cedar", "alder"))
    site.reply("/news/", f"<html><body>{teasers}<a href='/no'>No</a></body></html>".encode())
    desk.source("ferry", site, feeds=None, sitemaps=[f"{site.url}/sitemap.xml"])
    with (desk.path / "sources" / "ferry.toml").open("a") as file:
        file.write(f'[[sections]]\nurl = "{site.url}/news/"\nselector = "h2.t a"\n')
    row = desk.crawl()["ferry"]
    assert (row["found"], row["new"], row["endpoints"]) == (3, 3, 3)
    # The index stays as it is while what it names goes on.
    site.story("/elder-bridge")
    urls = urls.replace("alder", "elder")
    site.reply("/sitemap-news.xml", urls.encode(), Content_Type="text/xml", ETag='"two"')
    assert desk.crawl()["ferry"]["new"] == 1
