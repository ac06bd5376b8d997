"""``copydesk sources``: a table, and whether the addresses still answer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from crawler import crawling
from crawler.cli import main
from crawler.cli._table import table
from crawler.crawling import Fetched
from pipelines.types import Page

FEED = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>x</title>
<item><title>One</title><link>https://www.example.org/news/one-of-two-stories</link></item>
<item><title>Two</title><link>https://www.example.org/news/two-of-two-stories</link></item></channel></rss>"""
SITEMAP = b"""<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<url><loc>https://www.example.org/news/one-of-two-stories</loc></url></urlset>"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources/beispiel.toml").write_text(
        'name = "Beispiel"\nurl = "https://www.example.org/"\n'
        'feeds = ["https://www.example.org/rss", "https://www.example.org/html"]\n'
        'sitemaps = ["https://www.example.org/sitemap.xml"]\n'
    )
    (tmp_path / "sources/plain.toml").write_text('url = "https://plain.example/"\n')
    (tmp_path / "sources/off.toml").write_text('url = "https://off.example/"\nenabled = false\n')
    return tmp_path


def invoke(home: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--home", str(home), "sources", *arguments])


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    seen: list[str] = []
    bodies = {"https://www.example.org/rss": FEED, "https://www.example.org/sitemap.xml": SITEMAP}

    def fetch_pages(urls: list[str], *, allow_private: bool = False) -> list[Fetched]:
        assert not allow_private
        seen.extend(urls)
        return [
            Fetched(url=url, page=Page(url=url, body=bodies.get(url, b"<html><p>Hello.</p></html>")))
            for url in urls
        ]

    monkeypatch.setattr(crawling, "fetch_pages", fetch_pages)
    return seen


def test_a_table(home: Path) -> None:
    result = invoke(home)
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0].split() == ["source", "name", "lists", "enabled", "home", "page"]
    assert "2 feeds, 1 sitemap" in lines[1]
    assert [line.split()[0] for line in lines[1:]] == ["beispiel", "off", "plain"]
    assert "found at the first crawl" in lines[3]


def test_for_a_program(home: Path) -> None:
    rows = json.loads(invoke(home, "--json", "beispiel").stdout)
    assert [row["slug"] for row in rows] == ["beispiel"]
    assert rows[0]["sitemaps"] == ["https://www.example.org/sitemap.xml"]


def test_check_asks_what_is_enabled(home: Path, asked: list[str]) -> None:
    result = invoke(home, "--check")
    assert result.exit_code == 1
    assert asked == [
        "https://www.example.org/rss",
        "https://www.example.org/html",
        "https://www.example.org/sitemap.xml",
        "https://plain.example/",
    ]
    assert "ok  feed     https://www.example.org/rss: 2 articles (rss20)" in result.stdout
    assert "--  feed     https://www.example.org/html: is no feed" in result.stdout
    assert "ok  sitemap  https://www.example.org/sitemap.xml: 1 articles" in result.stdout
    assert "ok  home     https://plain.example/: answers" in result.stdout


def test_check_of_one_that_is_disabled(home: Path, asked: list[str]) -> None:
    rows = json.loads(invoke(home, "--check", "--json", "off").stdout)
    assert asked == ["https://off.example/"]
    assert rows[0]["checked"][0]["ok"] is True


def test_a_host_that_does_not_answer(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fetch_pages(urls: list[str], **_: Any) -> list[Fetched]:
        return [Fetched(url=url, error="no such host") for url in urls]

    monkeypatch.setattr(crawling, "fetch_pages", fetch_pages)
    result = invoke(home, "--check", "plain")
    assert result.exit_code == 1
    assert "--  home     https://plain.example/: no such host" in result.stdout


def test_an_unknown_name_is_told_the_nearest(home: Path) -> None:
    result = invoke(home, "beispeil")
    assert result.exit_code == 2
    assert "did you mean 'beispiel'?" in result.stderr


def test_no_sources_yet(tmp_path: Path) -> None:
    (tmp_path / "sources").mkdir()
    result = invoke(tmp_path)
    assert (result.exit_code, result.stdout) == (0, "")
    assert f"copydesk --home {tmp_path} add URL" in result.stderr


def test_columns_are_as_wide_as_what_is_in_them() -> None:
    assert table(("a", "n"), [("東京", 5), ("é", None), ("long name", 12)], right={"n"}) == (
        "a           n\n東京        5\né\nlong name  12"
    )
