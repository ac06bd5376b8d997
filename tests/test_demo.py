"""``copydesk demo`` as a person runs it, and what it refuses."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from lxml import etree

import crawler
from crawler.cli import main
from crawler.sample import newspaper


def demo(folder: Path) -> subprocess.CompletedProcess[str]:
    root = str(Path(crawler.__file__).parents[1])
    return subprocess.run(
        [sys.executable, "-m", "crawler.cli", "demo"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": root, "COPYDESK_HOME": "newsroom"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )


@pytest.fixture(scope="module")
def demos(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[subprocess.CompletedProcess[str]]]:
    """A folder in which the demo ran twice, and what each said."""
    folder = tmp_path_factory.mktemp("demo")
    return folder, [demo(folder) for _ in range(2)]


@pytest.mark.slow
def test_the_demo_shows_that_it_works_and_may_be_repeated(
    demos: tuple[Path, list[subprocess.CompletedProcess[str]]],
) -> None:
    folder, results = demos
    stories = sum(t.status == "article" for site in newspaper() for t in site.truths())
    for result in results:
        assert result.returncode == 0, result.stdout + result.stderr
        assert f"{stories} of {stories} stories are exactly the truth" in result.stdout
        assert re.search(r"counted \d{2} requests for stories in the first, 0 in the second", result.stdout)
        assert "4 of 4 published feeds are the same to the byte" in result.stdout
        assert "✂ Stellenangebote" in result.stdout
        assert "\x1b" not in result.stdout + result.stderr
    home = folder / "newsroom" / "demo"
    with sqlite3.connect(home / "news.db") as db:
        assert db.execute("SELECT count(*) FROM articles WHERE status = 'article'").fetchone() == (stories,)
    db.close()
    feed = etree.parse(home / "feeds" / "all.xml")
    assert len(feed.findall(".//item")) == stories
    assert list((home / "archive").iterdir())


@pytest.mark.slow
def test_what_the_demo_recommends_works_when_pasted(
    demos: tuple[Path, list[subprocess.CompletedProcess[str]]],
) -> None:
    folder, results = demos
    shown = results[-1].stdout.partition("Try next:")[2]
    commands = [line.strip() for line in shown.splitlines() if "--home" in line and "https://" not in line]
    assert any(line.endswith(" serve") for line in commands)
    commands = [line for line in commands if not line.endswith(" serve")]  # it stays until it is told to go
    assert len(commands) >= 3
    for line in commands:
        result = subprocess.run(
            line,
            shell=True,
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(Path(crawler.__file__).parents[1])},
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
        assert result.returncode == 0, line + result.stderr
        assert result.stdout, line


def test_a_folder_that_no_demo_made_is_left_alone(tmp_path: Path) -> None:
    kept = tmp_path / "demo" / "kept.txt"
    kept.parent.mkdir()
    kept.write_text("mine")
    result = CliRunner().invoke(main, ["--home", str(tmp_path), "demo"])
    assert result.exit_code == 2
    assert "was not made by a demo" in result.stderr
    assert kept.read_text() == "mine"
