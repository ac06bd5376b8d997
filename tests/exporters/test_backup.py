"""A backup while another process writes."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from exporters.store import Store
from exporters.store.backup import backup
from pipelines.errors import StoreError
from pipelines.types import Article

WRITER = """
import sys
from datetime import UTC, datetime
from exporters.store import Store
from pipelines.types import Article

now = datetime(2026, 3, 1, tzinfo=UTC)
with Store.open(sys.argv[1]) as store:
    run = store.begin_run(now=now, version="0")
    number = 0
    while True:
        url = f"https://www.example.org/story-{number}"
        article = Article(
            url=url, raw_url=url, status="article", title=str(number), text=f"words {number} " * 40,
            html="", content_hash=str(number), word_count=80,
        )
        store.save(article, source="example", now=now, run=run, cleaner_version="1")
        number += 1
        print(number, flush=True)
"""


def count(path: Path) -> int:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        (found,) = db.execute("SELECT count(*) FROM articles").fetchone()
        return int(found)


@pytest.mark.slow
def test_a_backup_is_whole_while_another_process_writes(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    try:
        counts = []
        for _ in range(4):
            stored = int(writer.stdout.readline())
            backup(path, target)
            counts.append(count(target))
            assert counts[-1] >= stored
            assert writer.poll() is None
            for _ in range(20):
                writer.stdout.readline()
    finally:
        writer.kill()
        writer.communicate(timeout=30)
    assert counts == sorted(set(counts))
    assert {each.name for each in tmp_path.glob("*copy*")} | {each.name for each in tmp_path.glob(".*")} == {
        "copy.db"
    }
    with Store.open(target) as store:
        assert store.article("https://www.example.org/story-0") is not None


def test_an_older_backup_stays_when_the_dataset_is_damaged(
    store: Store, path: Path, tmp_path: Path, make: Callable[..., Article], save: Callable[..., Any]
) -> None:
    for number in range(50):
        save(make(f"story-{number}"))
    target = tmp_path / "copy.db"
    backup(path, target)
    good = target.read_bytes()
    store.checkpoint()
    store.close()
    with path.open("r+b") as file:
        file.seek(8 * 4096)
        file.write(b"\xff" * 8 * 4096)
    with pytest.raises(StoreError, match="damaged"):
        backup(path, target)
    assert target.read_bytes() == good
    assert not list(tmp_path.glob(".copy*"))


def test_the_dataset_itself_is_no_place_for_a_backup(store: Store, path: Path, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="a file of its own"):
        backup(path, path)
    with pytest.raises(StoreError, match="no such folder"):
        backup(path, tmp_path / "nowhere" / "copy.db")
    (tmp_path / "older.db").touch()
    for target in ("copy.db", "older.db"):
        with pytest.raises(StoreError, match="no dataset there yet"):
            backup(tmp_path / "other.db", tmp_path / target)


def test_a_backup_is_of_one_moment(
    store: Store,
    path: Path,
    tmp_path: Path,
    make: Callable[..., Article],
    save: Callable[..., Any],
    at: Callable[[int], datetime],
) -> None:
    save(make("one"))
    with store.transaction():
        store.set_status(1, "gone", reason="http_410", now=at(1))
        backup(path, tmp_path / "copy.db")
    with Store.open(tmp_path / "copy.db", read_only=True) as copy:
        found = copy.article(1)
        assert found is not None
        assert found.status == "article"
