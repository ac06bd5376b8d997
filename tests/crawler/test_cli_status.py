"""``status`` for programs that collect and for people that look: metrics and the page with plots."""

from __future__ import annotations

import json
import re
import stat
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from lxml import etree

from crawler import metrics, statuspage
from crawler.cli import main
from crawler.cli.status import sqlite_flaw
from crawler.home import Home
from exporters.store import SourceCounts, SourceDay, Store


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Two sources: one well for ten days, one that fell ill yesterday."""
    home = Home(tmp_path / "home")
    home.sources.mkdir(parents=True)
    (home.sources / "ferry.toml").write_text('url = "https://ferry.example/"\n')
    (home.sources / "gull.toml").write_text('url = "https://gull.example/"\n')
    now = datetime.now(UTC)
    with Store.open(home.database) as store:
        for ago in range(10, -1, -1):
            began = now - timedelta(days=ago, minutes=5)
            run = store.begin_run(now=began, version="1")
            ferry = SourceCounts(
                source="ferry",
                known=3,
                new=ago + 1,
                failed={"timeout": 1},
                measured=ago + 1,
                words=400.0,
                removed_share=0.25,
                seconds=2.5,
            )
            ill = ago < 2
            gull = SourceCounts(
                source="gull", healthy=not ill, problem="<b>it is no feed</b>" if ill else None
            )
            store.finish_run(run, [ferry, gull], now=began)
    return home


def invoke(home: Home, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--home", str(home.path), "status", *arguments])


def test_metrics_replace_the_file_as_a_whole(home: Home, tmp_path: Path) -> None:
    out = tmp_path / "copydesk.prom"
    out.write_text("old")
    result = invoke(home, "--prometheus", str(out))
    assert (result.exit_code, result.stdout) == (0, "")
    text = out.read_text()
    assert 'copydesk_healthy{source="ferry"} 1\n' in text
    assert 'copydesk_healthy{source="gull"} 0\n' in text
    assert 'copydesk_last_run_new{source="ferry"} 1\n' in text
    assert 'copydesk_last_run_failed{source="ferry"} 1\n' in text
    assert "\ncopydesk_crawling 0\n" in text
    line = re.compile(r'(# (HELP|TYPE) copydesk_\w+ .+|copydesk_\w+(\{source="[^"]*"\})? [\d.e+-]+)')
    assert all(line.fullmatch(said) for said in text.splitlines())
    assert stat.S_IMODE(out.stat().st_mode) == 0o644, "its collector is another user"
    assert [p.name for p in tmp_path.iterdir()] == ["home", "copydesk.prom"] or not list(tmp_path.glob(".*"))


def test_a_file_that_cannot_be_written_is_exit_3(home: Home, tmp_path: Path) -> None:
    for option in ("--prometheus", "--html"):
        result = invoke(home, option, str(tmp_path / "none" / "out"))
        assert result.exit_code == 3
        assert "cannot be written" in result.stderr


def test_names_are_quoted_as_prometheus_reads_them() -> None:
    row: dict[str, Any] = dict.fromkeys(
        ("rejected", "gone", "failing", "enabled", "last_run", "found", "new")
    )
    row |= dict.fromkeys(("changed", "failed", "seconds", "healthy"), None)
    row |= {"source": 'a"b\\c\nd', "articles": 3}
    state = {"sources": [row], "last_run": None, "crawling": None, "problems": []}
    text = metrics.render(state)
    assert 'copydesk_articles{source="a\\"b\\\\c\\nd"} 3\n' in text
    assert "copydesk_healthy" not in text, "what is not known is not said"


def test_the_page_needs_nothing_else_and_runs_nothing(home: Home, tmp_path: Path) -> None:
    out = tmp_path / "status.html"
    result = invoke(home, "--html", str(out), "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["sources"][0]["words"] == 400.0
    text = out.read_text(encoding="utf-8")
    assert "1 of 2 sources are well" in text
    assert "&lt;b&gt;it is no feed&lt;/b&gt;" in text
    assert "<b>" not in text
    tags: list[tuple[str, dict[str, str | None]]] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            tags.append((tag, dict(attrs)))

    Reader().feed(text)
    assert not {"script", "link", "img", "iframe"} & {tag for tag, _ in tags}
    assert all(not {"src", "href"} & attrs.keys() for _, attrs in tags)
    assert not any(name.startswith("on") for _, attrs in tags for name in attrs)
    assert sum(tag == "svg" for tag, _ in tags) == 8
    for svg in re.findall(r"<svg.*?</svg>", text, re.DOTALL):
        assert etree.fromstring(svg).get("aria-label")


def test_a_plot_without_a_value_and_with_one() -> None:
    row = {"source": "x", "healthy": None, "health": "not crawled yet", "newest": None}
    row |= {"articles": 0, "rejected": 0, "failing": 0}
    state = {"sources": [row], "last_run": None, "problems": ["the disk & all"], "articles": 0, "rejected": 0}
    today = date(2026, 3, 30)
    assert statuspage.render(state, (), today).count(">no data<") == 3
    day = SourceDay(source="x", day="2026-03-30", new=2, bad=1, words=300, removed_share=None, seconds=0.0)
    text = statuspage.render(state, (day,), today)
    assert "2 in 30 days" in text
    assert "the disk &amp; all" in text
    assert "<title>2026-03-30: 1 failed</title>" in text
    assert text.count("<circle") == 2, "words and seconds"
    assert "nan" not in text


def test_the_page_before_the_first_crawl(home: Home, tmp_path: Path) -> None:
    home.database.unlink()
    result = invoke(home, "--html", str(tmp_path / "status.html"))
    assert result.exit_code == 0
    assert "never crawled" in (tmp_path / "status.html").read_text()


def test_the_ledger_day_by_day(home: Home) -> None:
    with Store.open(home.database, read_only=True) as store:
        days = store.days(since=datetime.now(UTC) - timedelta(days=4))
        ferry = [day for day in days if day.source == "ferry"]
        assert len(ferry) in (4, 5)
        assert [day.new for day in ferry][-1] == 1
        assert {(day.bad, day.words, day.removed_share) for day in ferry} == {(1, 400.0, 0.25)}
        assert store.days(since=datetime.now(UTC) + timedelta(days=2)) == ()


@pytest.mark.parametrize(
    ("version", "flawed"),
    [
        ((3, 40, 1), True),
        ((3, 44, 5), True),
        ((3, 44, 6), False),
        ((3, 46, 0), True),
        ((3, 50, 7), False),
        ((3, 51, 2), True),
        ((3, 51, 3), False),
        ((3, 53, 0), False),
        ((4, 0, 0), False),
    ],
)
def test_an_sqlite_with_a_known_bug_is_told(version: tuple[int, int, int], flawed: bool) -> None:
    said = sqlite_flaw(version)
    assert (said is not None) == flawed
    assert said is None or ".".join(map(str, version)) in said


def test_a_source_that_was_removed_or_paused_while_ill_is_no_longer_ill(home: Home, tmp_path: Path) -> None:
    (home.sources / "gull.toml").unlink()
    assert {row["source"]: row["health"] for row in json.loads(invoke(home, "--json").stdout)["sources"]} == {
        "ferry": "ok",
        "gull": "no source file",
    }
    invoke(home, "--prometheus", str(tmp_path / "out.prom"))
    assert 'copydesk_healthy{source="gull"}' not in (tmp_path / "out.prom").read_text()
    (home.sources / "gull.toml").write_text('url = "https://gull.example/"\nenabled = false\n')
    assert "disabled" in invoke(home).stdout
