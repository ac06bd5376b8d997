"""``scrapy`` on a checkout: its list, its crawl, and ``-O`` in every format."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import feedparser
import pytest

from crawler import lock

pytestmark = pytest.mark.slow


def test_list_names_the_sources(desk: Any) -> None:
    desk.source("ferry", "https://ferry.example")
    desk.source("bridge", "https://bridge.example")
    for one in (desk, replace(desk, press=None)):  # as it is started here, and as a person starts it
        done = one.scrapy("list")
        assert (done.returncode, done.stdout) == (0, "bridge\nferry\n")
    done = desk.scrapy("crawl", "fery")
    assert done.returncode == 2
    assert "did you mean 'ferry'?" in done.stderr
    (desk.path / "sources" / "ferry.toml").write_text("feedz = 1")
    done = desk.scrapy("list")
    assert done.returncode == 2
    assert "feedz" in done.stderr
    assert "Traceback" not in done.stderr


def test_o_writes_what_the_source_lists_now_known_or_not(desk: Any, sites: Any, tmp_path: Path) -> None:
    site = sites()
    site.stories("/alder", "/birch")
    site.feed("/alder", "/birch", ETag='"one"')
    desk.source("ferry", site)
    names = ("out.jsonl", "out.rss", "out.atom", "out.json")
    out = [tmp_path / name for name in names]
    options = [f"-O{path}" for path in out[:3]] + [f"-O{out[3]}:jsonfeed"]
    for _ in range(2):
        done = desk.scrapy("crawl", "ferry", *options)
        assert done.returncode == 0, done.stderr
        rows = [json.loads(line) for line in out[0].read_text(encoding="utf-8").splitlines()]
        titles = {"Alder gets its bridge", "Birch gets its bridge"}
        assert {row["title"] for row in rows} == titles
        assert rows[0]["text"].startswith("The council of")
        for path in out[1:3]:
            feed = feedparser.parse(path.read_bytes())
            assert not feed.bozo
            assert {entry.title for entry in feed.entries} == titles
        parsed = json.loads(out[3].read_text(encoding="utf-8"))
        assert parsed["version"].startswith("https://jsonfeed.org/version/")
        assert {item["title"] for item in parsed["items"]} == titles
    assert site.article_hits() == {"/alder": 1, "/birch": 1}
    assert desk.rows("SELECT count(*) FROM runs WHERE finished IS NOT NULL") == [(2,)]


def test_plain_json_stays_an_array(desk: Any, sites: Any, tmp_path: Path) -> None:
    site = sites()
    site.stories("/alder")
    desk.source("ferry", site)
    assert desk.scrapy("crawl", "ferry", f"-O{tmp_path / 'out.json'}").returncode == 0
    rows = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert [row["title"] for row in rows] == ["Alder gets its bridge"]


def test_one_article_by_its_address(desk: Any, sites: Any, tmp_path: Path) -> None:
    site = sites()
    site.story("/alder")
    out = tmp_path / "out.jsonl"
    url = f"url={site.url}/alder"
    done = desk.scrapy("crawl", "article", "-a", url, "-a", "allow_private=1", "-O", str(out))
    assert done.returncode == 0, done.stderr
    row = json.loads(out.read_text(encoding="utf-8"))
    assert (row["title"], row["status"]) == ("Alder gets its bridge", "article")
    assert not (desk.path / "news.db").exists()
    done = desk.scrapy("crawl", "article", "-a", url, "-O", str(out), "--nolog")
    assert done.returncode == 1
    assert "private address" in done.stderr
    assert json.loads(out.read_text(encoding="utf-8")) == row, "nothing came, and nothing was lost"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "-a url=https://…"),
        (("-a", "url=nope"), "'nope' is no web address"),
        (("-a", "url=https://a.example/", "-a", "foo=bar"), "there is no argument -a foo=…"),
    ],
)
def test_arguments_that_make_no_sense_end_with_two(desk: Any, arguments: tuple[str, ...], said: str) -> None:
    desk.source("ferry", "https://ferry.example")
    done = desk.scrapy("crawl", "article", *arguments, "--nolog")
    assert done.returncode == 2
    assert done.stderr.startswith("copydesk: ")
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_site_that_is_down_empties_no_file(desk: Any, sites: Any, tmp_path: Path) -> None:
    site = sites()
    site.stories("/alder")
    desk.source("ferry", site)
    out = tmp_path / "out.jsonl"
    done = desk.scrapy("crawl", "ferry", "-O", str(out))
    assert done.returncode == 0
    assert "found no" not in done.stderr
    before = out.read_bytes()
    site.reply("/feed.xml", b"", 404)
    done = desk.scrapy("crawl", "ferry", "-O", str(out), "--nolog")
    assert done.returncode == 1
    assert out.read_bytes() == before
    done = desk.scrapy("crawl", "ferry", "-a", "foo=bar", "--nolog")
    assert done.returncode == 2
    assert "there is no argument -a foo=…" in done.stderr


def test_a_crawl_of_scrapy_holds_the_lock_too(desk: Any, sites: Any) -> None:
    site = sites()
    site.stories("/alder")
    desk.source("ferry", site)
    with lock.hold(desk.path / "crawl.lock", datetime.now(UTC)):
        done = desk.scrapy("crawl", "ferry", "--nolog")
    assert done.returncode == 75
    assert "another crawl is running" in done.stderr
    assert not site.hits
