"""``copydesk prune``: what it asks for and ends with. What goes and stays: exporters/test_pruning.py."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from crawler import lock
from crawler.cli import main
from crawler.home import Home
from exporters.archive import Archive
from exporters.store import Store
from pipelines.clean import clean
from pipelines.types import Page

URL = "https://www.ferry.example/feed.xml"
NOW = datetime(2026, 3, 9, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path, page: Callable[[int], bytes]) -> Home:
    """Five articles of one day two months ago, each with its page, and a feed of the same day."""
    home = Home(tmp_path / "home")
    home.sources.mkdir(parents=True)
    home.rules.mkdir()
    now = datetime.now(UTC) - timedelta(days=60)
    fetched = now.strftime("%Y-%m-%dT%H:%M:%SZ")
    with Archive(home.archive) as archive, Store.open(home.database) as store:
        for number in range(5):
            url = f"https://www.ferry.example/town/{number}"
            snapshot = archive.write(url, status=200, headers=[], body=page(number), fetched=fetched)
            article = clean(Page(url=url, body=page(number), charset="utf-8"))
            store.save(article, source="ferry", now=now, snapshot=snapshot)
        archive.write(URL, status=200, headers=[], body=b"<rss>" * 900, fetched=fetched)
    return home


def invoke(home: Home, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--home", str(home.path), "prune", *arguments])


def urls(home: Home) -> list[str]:
    return [answer.url for _, answer in Archive(home.archive).answers()]


def test_articles_keep_their_pages_and_everything_can_be_cleaned_again(home: Home) -> None:
    dry = invoke(home, "--older-than", "30d", "--dry-run")
    assert (dry.exit_code, dry.stdout) == (0, "")
    assert dry.stderr.startswith("0 snapshots, 0.0 MB of 1 files would go")
    assert URL in urls(home)
    result = invoke(home, "--older-than", "30d", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["files"] == 1
    assert URL not in urls(home)
    assert len(urls(home)) == 5
    for number in range(1, 6):
        explained = CliRunner().invoke(main, ["--home", str(home.path), "explain", str(number)])
        assert explained.exit_code == 0, explained.output
        assert "from the archive" in explained.output
    with Store.open(home.database, read_only=True) as store:
        assert len(list(store.articles())) == 5


def test_the_newest_goes_only_when_that_is_said(home: Home) -> None:
    result = invoke(home, "--older-than", "30d", "--newest-too")
    assert result.exit_code == 0
    assert result.stderr.startswith("5 snapshots")
    assert urls(home) == []
    with Store.open(home.database, read_only=True) as store:
        assert [article.snapshot for article in store.articles()] == [None] * 5


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "say what is to go"),
        (("--dry-run",), "say what is to go"),
        (("--older-than", "soon"), "no duration"),
        (("--free", "5"), "no size; write 500MB, 5GB or 1TB"),
        (("--keep", "0"), "0 is not in the range"),
    ],
)
def test_what_makes_no_sense_changes_nothing(home: Home, arguments: tuple[str, ...], said: str) -> None:
    before = sorted(path.name for path in home.archive.iterdir())
    result = invoke(home, *arguments)
    assert result.exit_code == 2
    assert said in result.stderr
    assert sorted(path.name for path in home.archive.iterdir()) == before


def test_room_that_cannot_be_made_ends_with_1(home: Home) -> None:
    result = invoke(home, "--free", "999999TB")
    assert result.exit_code == 1
    assert "are still missing" in result.stderr
    assert len(urls(home)) == 5


def test_a_crawl_is_no_hindrance_and_a_reclean_is_one(home: Home) -> None:
    with lock.hold(home.lock, NOW):
        assert invoke(home, "--older-than", "30d").exit_code == 0
    with lock.hold(home.reclean_lock, NOW, what="cleaning again"):
        result = invoke(home, "--older-than", "30d")
        assert result.exit_code == 75
        assert "is running" in result.stderr


def test_before_the_first_crawl_there_is_nothing_to_prune(tmp_path: Path) -> None:
    (tmp_path / "sources").mkdir()
    result = invoke(Home(tmp_path), "--keep", "1")
    assert result.exit_code == 2
    assert "no dataset yet" in result.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["sources"]


@pytest.mark.slow
def test_it_is_a_program_of_its_own(home: Home) -> None:
    command = [sys.executable, "-m", "crawler.cli", "--home", str(home.path), "prune", "--older-than", "30d"]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=60, check=False, cwd=Path(__file__).parents[2]
    )
    assert (done.returncode, done.stdout) == (0, "")
    assert len(urls(home)) == 5
