"""Whom a crawl asks, how often, and what it tells them: whole crawls over real sockets."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow


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
    row = desk.crawl(http_proxy=proxy.url)["proxied"]
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
    assert desk.crawl(NAME="news.example")["named"]["new"] == 1


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
    rows = desk.crawl()
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
    assert desk.crawl()["ferry"]["new"] == 2
    times = [t for t, path in site.times if path != "/robots.txt"]
    assert all(later - earlier >= 1.1 for earlier, later in pairwise(times))


@pytest.mark.parametrize("status", [500, 429])
def test_an_unreachable_robots_txt_closes_the_site(desk: Any, sites: Any, status: int) -> None:
    site = sites()
    site.stories("/alder")
    site.reply("/robots.txt", b"", status, Retry_After="0")
    desk.source("ferry", site)
    row = desk.crawl(code=1)["ferry"]
    assert "robots.txt" in row["unhealthy"]
    assert "/feed.xml" not in site.hits


def test_too_large_and_bombs_fail_and_the_run_goes_on(desk: Any, sites: Any) -> None:
    site = sites()
    site.stories("/alder", "/large", "/bomb", "/picture")
    site.reply("/large", b"x" * (11 * 1024 * 1024))
    site.reply("/bomb", b"<p>" + b"0" * (40 * 1024 * 1024), Content_Encoding="gzip")
    site.reply("/picture", b"\x89PNG\r\n", Content_Type="image/png")
    desk.source("ferry", site)
    row = desk.crawl()["ferry"]
    assert row["new"] == 1
    assert row["failed"] == {"too_large": 2, "not_html": 1}
    assert dict(desk.rows("SELECT reason, count(*) FROM failures GROUP BY reason")) == row["failed"]
    # They are not asked for again and again.
    row = desk.crawl()["ferry"]
    assert (row["known"], row["failed"]) == (4, {})


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
    desk.crawl(FERRY_KEY="open-sesame", FERRY_SESSION="crumbs")
    paths = [path for _, path in site.times]
    alder = site.headers[paths.index("/alder")]
    assert (alder["x-key"], alder["cookie"]) == ("open-sesame", "session=crumbs")
    assert alder["user-agent"].startswith("Copydesk/")
    assert elsewhere.headers
    assert all("x-key" not in h and "cookie" not in h for h in elsewhere.headers)
    kept = b"".join(p.read_bytes() for p in desk.path.rglob("*") if p.is_file() and p.suffix != ".toml")
    assert b"open-sesame" not in kept
    assert b"crumbs" not in kept
