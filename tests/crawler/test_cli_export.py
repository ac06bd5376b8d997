"""``copydesk export``: what changed since a run, the whole file or the old one, memory that does not grow."""

from __future__ import annotations

import csv
import gc
import io
import json
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import exporters.tables
from crawler.cli import main
from crawler.home import Home
from exporters.store import Store
from pipelines.types import Article

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def article(name: str, **fields: Any) -> Article:
    url = f"https://www.example.org/{name}"
    given = {"title": name.title(), "text": f"A story about {name}. " * 20, "content_hash": name, **fields}
    return Article(url=url, raw_url=url, status="article", html="", word_count=80, **given)


def crawl(home: Home, *articles: Article, ends: bool = True) -> int:
    """A run that brings these."""
    with Store.open(home.database) as store:
        run = store.begin_run(now=NOON, version="1")
        for one in articles:
            store.save(one, source="ferry", now=NOON, run=run, cleaner_version="1")
        if ends:
            store.finish_run(run, [], now=NOON)
    return run


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Two articles, from one run."""
    home = Home(tmp_path / "home")
    home.sources.mkdir(parents=True)
    assert crawl(home, article("alder"), article("birch")) == 1
    return home


def export(home: Home, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--home", str(home.path), "export", *arguments])


def titles(result: Result) -> list[str]:
    assert result.exit_code == 0, result.stderr
    return [json.loads(line)["title"] for line in result.stdout.splitlines()]


def test_each_export_says_what_the_next_one_begins_with(home: Home) -> None:
    first = export(home, "--since-run", "0")
    assert titles(first) == ["Alder", "Birch"]
    assert first.stderr == "2 articles written; next time: --since-run 1\n"
    crawl(home, article("birch", title="Birch, edited", content_hash="edited"), article("cedar"))
    second = export(home, "--since-run", "1")
    assert titles(second) == ["Birch, edited", "Cedar"]
    assert second.stderr.endswith("next time: --since-run 2\n")
    nothing = export(home, "--since-run", "2", "-f", "csv")
    assert list(csv.reader(io.StringIO(nothing.stdout)))[1:] == []
    assert nothing.stderr == "0 articles written; next time: --since-run 2\n"


def test_a_run_that_goes_on_is_for_the_next_time(home: Home) -> None:
    running = crawl(home, article("cedar"), ends=False)
    result = export(home, "--since-run", "1")
    assert titles(result) == ["Cedar"]
    assert result.stderr.endswith("next time: --since-run 1\n")
    refused = export(home, "--since-run", str(running))
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "run 2 has not ended; the last one that has is 1" in refused.stderr


def test_what_is_no_article_any_more_is_told_by_its_status(home: Home) -> None:
    with Store.open(home.database) as store:
        store.set_status(1, "gone", reason=None, now=NOON)
    (line,) = export(home, "--since-run", "1").stdout.splitlines()
    assert (json.loads(line)["id"], json.loads(line)["status"]) == (1, "gone")
    assert titles(export(home)) == ["Birch"]


def test_a_file_is_the_old_one_until_it_is_complete(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out.jsonl"
    out.write_text("old")

    def breaks(articles: Any, out: io.TextIOBase) -> int:
        out.write("half")
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(exporters.tables, "write_jsonl", breaks)
        result = export(home, "-o", str(out))
    assert result.exit_code == 3
    assert "the disk is full" in result.stderr
    assert out.read_text() == "old"
    assert export(home, "-o", str(out)).exit_code == 0
    assert len(out.read_text().splitlines()) == 2
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["out.jsonl"]


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [["-f", "jsonl"], ["-f", "csv"], ["--since-run", "0"]])
def test_memory_does_not_grow_with_the_dataset(home: Home, tmp_path: Path, arguments: list[str]) -> None:
    with Store.open(home.database) as store, store.transaction():
        columns = [
            name for name in store.db.table("articles").columns_dict if name not in ("id", "guid", "url")
        ]
        names = ", ".join(columns)
        long = ", ".join("? AS text" if name == "text" else name for name in columns)
        for number in range(150):
            store.db.execute(
                f"INSERT INTO articles (guid, url, {names}) SELECT ?, ?, {long} FROM articles WHERE id = 1",
                [f"urn:uuid:{number}", f"https://www.example.org/{number}", f"story {number} " * 4000],
            )
    out = tmp_path / "out"
    export(home, *arguments, "-o", str(out))
    gc.collect()
    tracemalloc.start()
    try:
        assert export(home, *arguments, "-o", str(out)).exit_code == 0
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert out.stat().st_size > 5_000_000
    assert peak < 2_000_000


@pytest.mark.parametrize(
    ("name", "options", "begins", "said"),
    [
        ("all.jsonl", [], b"{", ""),
        ("all.csv", [], b"id,", ""),
        ("all.CSV", [], b"id,", ""),
        ("all.csv", ["-f", "csv"], b"id,", ""),
        ("all.txt", [], b"{", ""),
        ("all", ["-f", "csv"], b"id,", ""),
        ("all.csv", ["-f", "jsonl"], b"{", "all.csv is written as jsonl, as -f says, whatever its ending\n"),
    ],
)
def test_the_ending_says_the_format(
    home: Home, tmp_path: Path, name: str, options: list[str], begins: bytes, said: str
) -> None:
    result = export(home, "-o", str(tmp_path / name), *options)
    assert result.exit_code == 0, result.stderr
    assert (tmp_path / name).read_bytes().startswith(begins)
    assert result.stderr.startswith("copydesk: ") == bool(said)
    assert said in result.stderr


def test_the_ending_says_parquet(home: Home, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    assert export(home, "-o", str(tmp_path / "all.parquet")).exit_code == 0
    assert (tmp_path / "all.parquet").read_bytes().startswith(b"PAR1")
