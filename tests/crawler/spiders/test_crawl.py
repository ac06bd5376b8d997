"""Whole crawls over real sockets, each in a process of its own."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import signal
import subprocess
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from crawler import lock
from exporters.archive import Archive

pytestmark = pytest.mark.slow


def crawl(desk: Any, *args: str, code: int = 0, **env: str) -> dict[str, Any]:
    """The rows of the result by source."""
    done = desk.run("crawl", "--json", *args, **env)
    assert done.returncode == code, done.stderr + done.stdout
    return {row["source"]: row for row in json.loads(done.stdout)["sources"]}


def feeds(desk: Any) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (desk.path / "feeds").iterdir()}


def adds_up(row: dict[str, Any]) -> bool:
    fates = ("new", "changed", "unchanged", "known", "postponed")
    several = sum(row["rejected"].values()) + sum(row["failed"].values())
    return bool(row["found"] == sum(row[fate] for fate in fates) + several)


def test_a_second_crawl_asks_for_no_article_and_changes_no_feed(desk: Any, sites: Any) -> None:
    site = sites()
    site.stories("/alder", "/birch", "/cedar")
    desk.source("ferry", site)
    row = crawl(desk)["ferry"]
    assert (row["found"], row["new"], row["postponed"]) == (3, 3, 0)
    assert adds_up(row)
    assert site.article_hits() == {"/alder": 1, "/birch": 1, "/cedar": 1}
    assert site.hits["/robots.txt"] == 1
    before = feeds(desk)
    assert b"Alder gets its bridge" in before["ferry.xml"]
    row = crawl(desk)["ferry"]
    assert (row["found"], row["known"], row["new"]) == (3, 3, 0)
    assert site.article_hits() == {"/alder": 1, "/birch": 1, "/cedar": 1}
    assert feeds(desk) == before
    assert desk.rows("PRAGMA integrity_check") == [("ok",)]
    assert desk.rows("SELECT count(*) FROM articles WHERE status = 'article'") == [(3,)]
    assert desk.rows("SELECT outcome FROM runs ORDER BY id") == [("finished",), ("finished",)]


def test_an_unchanged_feed_is_asked_for_conditionally(desk: Any, sites: Any) -> None:
    site = sites()
    site.stories("/alder")
    site.feed("/alder", ETag='"one"')
    desk.source("ferry", site)
    crawl(desk)
    row = crawl(desk)["ferry"]
    assert (row["not_modified"], row["found"], row["unhealthy"]) == (1, 0, None)
    assert [h.get("if-none-match") for h in site.headers].count('"one"') == 1
    assert desk.rows("SELECT status, etag FROM fetch_state") == [(304, '"one"')]
    # A listing that was not dealt with in full must not be answered with 304 in the next run.
    site.story("/birch")
    site.story("/cedar")
    site.feed("/alder", "/birch", "/cedar", ETag='"two"')
    assert crawl(desk, "--limit", "1")["ferry"]["postponed"] == 1
    assert crawl(desk)["ferry"]["new"] == 1
    assert crawl(desk)["ferry"]["not_modified"] == 1


def test_the_archive_has_every_answer_as_it_came(desk: Any, sites: Any) -> None:
    site = sites()
    site.reply("/robots.txt", b"User-agent: *\nDisallow: /private/\n", Content_Type="text/plain")
    alder = site.story("/alder", Content_Encoding="gzip")
    site.reply("/old", b"gone over there", 301, Location="/elder")
    site.story("/elder")
    site.feed("/alder", "/old", "/missing", "/private/secret")
    desk.source("ferry", site)
    row = crawl(desk)["ferry"]
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
    crawl(desk)
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
    rows = crawl(desk, code=1, DOWNLOAD_TIMEOUT="3")
    assert rows["good"]["new"] == 2
    assert rows["broken"]["became"] == "unhealthy"
    assert "500" in rows["broken"]["unhealthy"]
    assert rows["vanished"]["failed"] == {"http_404": 3}
    assert rows["vanished"]["became"] == "unhealthy", "it never worked"
    assert rows["slow"]["failed"] == {"timeout": 1}
    assert all(adds_up(row) for row in rows.values())
    # What was ill and stays ill is no news.
    assert crawl(desk, DOWNLOAD_TIMEOUT="3")["broken"]["became"] is None


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


def test_private_addresses_are_refused_also_after_a_redirect(desk: Any, sites: Any) -> None:
    site, inner = sites(), sites()
    inner.story("/secret")
    desk.source("plain", site, allow_private=None)
    done = desk.run("crawl", "plain")
    assert done.returncode == 1
    assert "private address" in done.stderr
    assert not site.hits
    # Only the operator's proxy may stand at such an address; what it relays may not lead to one.
    proxy = sites()
    home = "http://news.example"
    proxy.feed(f"{home}/away", f"{home}/alder", path=f"{home}/feed.xml")
    proxy.story(f"{home}/alder")
    away = inner.url.replace("127.0.0.1", "2130706433")
    proxy.reply(f"{home}/away", b"", 302, Location=f"{away}/secret")
    (desk.path / "sources" / "plain.toml").unlink()
    desk.source("proxied", home, allow_private=None)
    row = crawl(desk, http_proxy=proxy.url)["proxied"]
    assert (row["new"], row["failed"]) == (1, {"private_address": 1})
    assert not inner.hits


def test_names_that_resolve_to_this_machine_are_refused(desk: Any, sites: Any) -> None:
    site = sites()
    site.story("/alder")
    port = site.url.rpartition(":")[2]
    for host in ("localhost", "127.1", "0x7f000001", "2130706433", "[::ffff:127.0.0.1]", "[::1]"):
        done = desk.run("fetch", f"http://{host}:{port}/alder")
        assert done.returncode == 1, host
        assert "--allow-private" in done.stderr, host
    assert not site.hits
    done = desk.run("fetch", "--allow-private", f"http://127.0.0.1:{port}/alder")
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, "Alder gets its bridge")


def test_a_name_that_resolves_to_a_private_address_is_refused(desk: Any, sites: Any) -> None:
    site = sites()
    site.stories("/alder")
    port = site.url.rpartition(":")[2]
    home = f"http://news.example:{port}"
    site.feed(f"{home}/alder")
    desk.source("named", home, allow_private=None)
    done = desk.run("crawl", NAME="news.example")
    assert done.returncode == 1
    assert "it is a private address" in done.stderr
    assert not site.hits
    desk.source("named", home)
    assert crawl(desk, NAME="news.example")["named"]["new"] == 1


def test_certificates_are_verified(desk: Any, sites: Any, tmp_path: Path) -> None:
    site = sites(certificate=tmp_path / "certificate.pem")
    site.story("/alder")
    url = f"{site.url}/alder"
    done = desk.run("fetch", "--allow-private", url)
    assert (done.returncode, done.stdout) == (1, "")
    assert "the secure connection failed: " in done.stderr
    assert "certificate" in done.stderr
    done = desk.run("fetch", "--allow-private", url, SSL_CERT_FILE=str(tmp_path / "certificate.pem"))
    assert (done.returncode, done.stderr) == (0, "")


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


def test_retry_after_is_respected(desk: Any, sites: Any) -> None:
    seconds, long = sites(), sites()
    for site in (seconds, long):
        site.stories("/alder", "/birch")
    seconds.once("/alder", b"busy", 429, Retry_After="3")
    when = format_datetime(datetime.now(UTC) + timedelta(hours=2), usegmt=True)
    long.reply("/alder", b"busy", 503, Retry_After=when)
    desk.source("seconds", seconds)
    desk.source("long", long)
    began = time.monotonic()
    rows = crawl(desk)
    assert rows["seconds"]["new"] == 2
    busy = next(t for t, path in seconds.times if path == "/alder")
    assert min(t for t, _ in seconds.times if t > busy) - busy >= 2.9
    # Two hours are the next run's: nothing more is asked of that site now.
    assert sum(rows["long"]["failed"].values()) == 2
    assert long.hits["/alder"] == 1
    assert long.hits["/birch"] == 0
    assert time.monotonic() - began < 60


def test_crawl_delay_holds_between_two_requests(desk: Any, sites: Any) -> None:
    site = sites()
    site.reply("/robots.txt", b"User-agent: *\nCrawl-delay: 1.5\n", Content_Type="text/plain")
    site.stories("/alder", "/birch")
    desk.source("ferry", site)
    assert crawl(desk)["ferry"]["new"] == 2
    times = [t for t, path in site.times if path != "/robots.txt"]
    assert all(later - earlier >= 1.1 for earlier, later in pairwise(times))


@pytest.mark.parametrize("status", [500, 429])
def test_an_unreachable_robots_txt_closes_the_site(desk: Any, sites: Any, status: int) -> None:
    site = sites()
    site.stories("/alder")
    site.reply("/robots.txt", b"", status, Retry_After="0")
    desk.source("ferry", site)
    row = crawl(desk, code=1)["ferry"]
    assert "robots.txt" in row["unhealthy"]
    assert "/feed.xml" not in site.hits


def test_too_large_and_bombs_fail_and_the_run_goes_on(desk: Any, sites: Any) -> None:
    site = sites()
    site.stories("/alder", "/large", "/bomb", "/picture")
    site.reply("/large", b"x" * (11 * 1024 * 1024))
    site.reply("/bomb", b"<p>" + b"0" * (40 * 1024 * 1024), Content_Encoding="gzip")
    site.reply("/picture", b"\x89PNG\r\n", Content_Type="image/png")
    desk.source("ferry", site)
    row = crawl(desk)["ferry"]
    assert row["new"] == 1
    assert row["failed"] == {"too_large": 2, "not_html": 1}
    assert dict(desk.rows("SELECT reason, count(*) FROM failures GROUP BY reason")) == row["failed"]
    # They are not asked for again and again.
    row = crawl(desk)["ferry"]
    assert (row["known"], row["failed"]) == (4, {})


def test_other_hosts_patterns_and_old_entries_are_left_out(desk: Any, sites: Any) -> None:
    site, elsewhere = sites(), sites("127.0.0.2")
    elsewhere.story("/advert")
    site.stories("/news/alder", "/sport/birch", "/video/cedar")
    site.feed("/news/alder", "/sport/birch", "/video/cedar", f"{elsewhere.url}/advert")
    desk.source("ferry", site, include=["*/news/*", "*/video/*"], exclude=["*/video/*"])
    row = crawl(desk)["ferry"]
    assert (row["found"], row["new"], row["excluded"]) == (1, 1, 3)
    assert not elsewhere.hits
    desk.source("ferry", site)
    row = crawl(desk, "--since", "7d")["ferry"]
    assert (row["found"], row["excluded"]) == (0, 4)
    assert crawl(desk)["ferry"]["new"] == 2


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
    row = crawl(desk)["ferry"]
    assert row["failed"] == {"home_page": 1, "other_site": 1, "redirects": 1}
    assert row["new"] == 1


def test_one_article_by_several_links_is_one_request(desk: Any, sites: Any) -> None:
    site = sites()
    site.stories("/alder")
    site.feed("/alder", "/alder?utm_source=rss", "/alder#comments")
    site.feed("/alder/", path="/atom.xml")
    desk.source("ferry", site, feeds=[f"{site.url}/feed.xml", f"{site.url}/atom.xml"])
    row = crawl(desk)["ferry"]
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
    row = crawl(desk)["ferry"]
    assert (row["new"], row["failed"]) == (1, {"http_403": 1})
    [(text,)] = desk.rows("SELECT text FROM articles WHERE status = 'article'")
    assert text.startswith("The council of Alder")


def test_a_secret_that_is_not_set_is_said_before_any_request(desk: Any, sites: Any) -> None:
    site = sites()
    desk.source("ferry", site)
    with (desk.path / "sources" / "ferry.toml").open("a") as file:
        file.write('[headers]\nX-Key = "FERRY_KEY"\n')
    done = desk.run("crawl")
    assert done.returncode == 2
    assert "FERRY_KEY" in done.stderr
    assert not site.hits


def test_secrets_stay_with_the_source(desk: Any, sites: Any) -> None:
    site, elsewhere = sites(), sites("127.0.0.2")
    site.stories("/alder", "/away")
    site.reply("/away", b"", 302, Location=f"{elsewhere.url}/x")
    desk.source("ferry", site)
    with (desk.path / "sources" / "ferry.toml").open("a") as file:
        file.write('[headers]\nX-Key = "FERRY_KEY"\n[cookies]\nsession = "FERRY_SESSION"\n')
    crawl(desk, FERRY_KEY="open-sesame", FERRY_SESSION="crumbs")
    paths = [path for _, path in site.times]
    alder = site.headers[paths.index("/alder")]
    assert (alder["x-key"], alder["cookie"]) == ("open-sesame", "session=crumbs")
    assert alder["user-agent"].startswith("Copydesk/")
    assert elsewhere.headers
    assert all("x-key" not in h and "cookie" not in h for h in elsewhere.headers)
    kept = b"".join(p.read_bytes() for p in desk.path.rglob("*") if p.is_file() and p.suffix != ".toml")
    assert b"open-sesame" not in kept
    assert b"crumbs" not in kept


def test_the_watchdog_hears_of_each_crawl_that_ends(desk: Any, sites: Any) -> None:
    site, watchdog = sites(), sites()
    site.stories("/alder")
    watchdog.reply("/key?exit=0", b"OK")
    desk.source("ferry", site)
    done = desk.run("crawl", COPYDESK_PING_URL=f"{watchdog.url}/key")
    assert (done.returncode, done.stderr) == (0, "")
    assert watchdog.hits["/key?exit=0"] == 1
    deaf = desk.run("crawl", COPYDESK_PING_URL="http://127.0.0.1:1/key")
    assert (deaf.returncode, deaf.stderr) == (0, ""), "nobody there is no failure"
    wrong = desk.run("crawl", COPYDESK_PING_URL="file:///etc/passwd")
    assert wrong.returncode == 2
    with lock.hold(desk.path / "crawl.lock", datetime.now(UTC)):
        assert desk.run("crawl", COPYDESK_PING_URL=f"{watchdog.url}/key").returncode == 75
    assert sum(watchdog.hits.values()) == 1, "a crawl that did not take place is not told"


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
    row = crawl(desk)["ferry"]
    assert (row["found"], row["new"], row["endpoints"]) == (3, 3, 3)
    # The index stays as it is while what it names goes on.
    site.story("/elder-bridge")
    urls = urls.replace("alder", "elder")
    site.reply("/sitemap-news.xml", urls.encode(), Content_Type="text/xml", ETag='"two"')
    assert crawl(desk)["ferry"]["new"] == 1


def test_max_time_ends_in_order_and_the_next_run_goes_on(desk: Any, sites: Any) -> None:
    site = sites()
    paths = [f"/story-{n}" for n in range(8)]
    site.stories(*paths)
    site.feed(*paths, ETag='"one"')
    desk.source("ferry", site, delay=1.0)
    began = time.monotonic()
    row = crawl(desk, "--max-time", "4s")["ferry"]
    assert time.monotonic() - began < 20
    assert 0 < row["new"] < 8
    assert row["postponed"] == 8 - row["new"]
    assert desk.rows("SELECT outcome FROM runs") == [("stopped",)]
    desk.source("ferry", site)
    assert crawl(desk)["ferry"]["new"] == 8 - row["new"]
    assert max(site.article_hits().values()) == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_in_order(desk: Any, sites: Any, number: signal.Signals) -> None:
    site = sites()
    site.stories(*[f"/story-{n}" for n in range(8)])
    desk.source("ferry", site, delay=1.0)
    process = subprocess.Popen(
        desk.command("crawl"), env=desk.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    wait_for(lambda: len(site.article_hits()) >= 2)
    process.send_signal(number)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (0, b"", b"")
    assert desk.rows("SELECT outcome FROM runs") == [("stopped",)]
    assert desk.rows("SELECT count(*) FROM articles")[0][0] >= 1


def test_a_signal_ends_a_crawl_that_still_lists(desk: Any, sites: Any) -> None:
    site = sites()
    site.stories("/alder")
    site.reply("/feed.xml", b" " * 1000, drip=0.1)
    desk.source("ferry", site)
    process = subprocess.Popen(
        desk.command("crawl"), env=desk.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    wait_for(lambda: "/feed.xml" in site.hits)
    process.terminate()
    assert process.communicate(timeout=10) == (b"", b"")
    assert process.returncode == 0
    # It was not read, which says nothing of its health.
    assert desk.rows("SELECT count(*) FROM run_sources") == [(0,)]
    assert desk.rows("SELECT outcome FROM runs") == [("stopped",)]


def test_kill_9_loses_nothing(desk: Any, sites: Any) -> None:
    site = sites()
    paths = [f"/story-{n}" for n in range(10)]
    site.stories(*paths)
    site.feed(*paths, ETag='"one"')
    desk.source("ferry", site, delay=0.2)
    process = subprocess.Popen(desk.command("crawl"), env=desk.environment())
    wait_for(lambda: len(site.article_hits()) >= 4)
    process.kill()
    process.wait()
    before = desk.rows("SELECT count(*) FROM articles")[0][0]
    assert 0 < before < 10
    assert desk.rows("PRAGMA integrity_check") == [("ok",)]
    row = crawl(desk)["ferry"]
    assert (row["known"], row["new"]) == (before, 10 - before)
    assert desk.rows("SELECT count(*), count(DISTINCT url) FROM articles") == [(10, 10)]
    with Archive(desk.path / "archive") as archive:
        read = [answer.url for _, answer in archive.answers()]
    assert {f"{site.url}{path}" for path in paths} <= set(read)


def wait_for(condition: Any, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)
