"""How a crawl ends: in time, by a signal, by none at all."""

from __future__ import annotations

import signal
import subprocess
import time
from datetime import UTC, datetime
from typing import Any

import pytest

from crawler import lock
from exporters.archive import Archive

pytestmark = pytest.mark.slow


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


def test_max_time_ends_in_order_and_the_next_run_goes_on(desk: Any, sites: Any) -> None:
    site = sites()
    paths = [f"/story-{n}" for n in range(8)]
    site.stories(*paths)
    site.feed(*paths, ETag='"one"')
    desk.source("ferry", site, delay=1.0)
    began = time.monotonic()
    row = desk.crawl("--max-time", "4s")["ferry"]
    assert time.monotonic() - began < 20
    assert 0 < row["new"] < 8
    assert row["postponed"] == 8 - row["new"]
    assert desk.rows("SELECT outcome FROM runs") == [("stopped",)]
    desk.source("ferry", site)
    assert desk.crawl()["ferry"]["new"] == 8 - row["new"]
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
    row = desk.crawl()["ferry"]
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
