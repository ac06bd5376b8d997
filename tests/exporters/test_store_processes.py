"""The dataset between processes: writers that meet, readers beside a writer, writers that are killed."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from exporters.store import Store

pytestmark = pytest.mark.slow

WRITER = """
import sys
from datetime import UTC, datetime
from exporters.archive import Archive
from exporters.store import Store
from pipelines.types import Article, Evidence, Verdict

path, folder, name, count = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
now = datetime(2026, 3, 1, tzinfo=UTC)
from pathlib import Path
with Store.open(path) as store, Archive(Path(folder)) as archive:
    run = store.begin_run(now=now, version="0.1.0")
    for number in range(count):
        url = f"https://{name}.example.org/story-{number}"
        text = " ".join(f"{name}{number}word{i}" for i in range(200))
        snapshot = archive.write(
            url, status=200, headers=[(b"Content-Type", b"text/html")], body=text.encode(),
            fetched="2026-03-01T00:00:00Z",
        )
        article = Article(
            url=url, raw_url=url, status="article", title=f"{name} {number}", text=text, html=text,
            content_hash=f"{name}{number}", word_count=200,
            verdicts=(Verdict(text="x", kind="paragraph", kept=False, by="b", why="w"),) * 20,
            evidence=(Evidence(field="title", origin="h1", raw=name, chosen=True),),
        )
        store.save(article, source=name, now=now, run=run, snapshot=snapshot, cleaner_version="1")
        print(number, flush=True)
    store.finish_run(run, [], now=now)
"""


def start(path: Path, name: str, count: int) -> subprocess.Popen[str]:
    folder = path.parent / "archive"
    command = [sys.executable, "-c", WRITER, str(path), str(folder), name, str(count)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_two_that_make_the_dataset_and_write_at_once_lose_nothing(path: Path) -> None:
    writers = [start(path, name, 60) for name in ("one", "two", "three")]
    for writer in writers:
        _, complaints = writer.communicate(timeout=120)
        assert (writer.returncode, complaints) == (0, "")
    with Store.open(path, read_only=True) as store:
        assert {row.source: row.articles for row in store.stats()} == {"one": 60, "two": 60, "three": 60}
        assert store.db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert len(store.runs()) == 3


def test_readers_never_wait_for_a_writer(path: Path) -> None:
    writer = start(path, "one", 200)
    assert writer.stdout is not None
    writer.stdout.readline()
    seen: list[int] = []
    waits: list[float] = []
    with Store.open(path, read_only=True, timeout=0) as store:
        while writer.poll() is None:
            began = time.perf_counter()
            articles = list(store.articles())
            # A reader sees whole articles, each with all that belongs to it.
            assert all(len(store.removed(article.id)) == 20 for article in articles[:3])
            waits.append(time.perf_counter() - began)
            seen.append(len(articles))
            time.sleep(0.01)
    _, complaints = writer.communicate(timeout=60)
    assert complaints == ""
    assert seen == sorted(seen)
    assert len(set(seen)) > 2, "it read while the other wrote"


@pytest.mark.parametrize("after", [1, 7, 23, 40])
def test_a_writer_that_is_killed_leaves_whole_articles(path: Path, after: int) -> None:
    writer = start(path, "one", 5000)
    assert writer.stdout is not None
    told = [int(writer.stdout.readline()) for _ in range(after)]
    time.sleep(0.003 * (after % 5))
    os.kill(writer.pid, signal.SIGKILL)
    told += [int(line) for line in writer.stdout.read().split()]
    writer.stdout.close()
    assert writer.stderr is not None
    writer.stderr.close()
    writer.wait(timeout=10)

    from exporters.archive import Archive

    archive = Archive(path.parent / "archive")
    with Store.open(path) as store:
        assert store.db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert store.db.execute("PRAGMA foreign_key_check").fetchall() == []
        store.db.execute("INSERT INTO articles_fts (articles_fts, rank) VALUES ('integrity-check', 1)")
        articles = list(store.articles())
        # What was told is stored; one more may have been stored and not told.
        assert len(told) <= len(articles) <= len(told) + 1
        for article in articles:
            assert len(store.removed(article.id)) == 20
            assert len(store.evidence(article.id)) == 1
            assert article.snapshot is not None
            snapshot = store.snapshot(article.snapshot)
            assert snapshot is not None
            assert archive.read(snapshot).body.decode() == article.text
        (run,) = store.runs()
        assert run.outcome is None

    again = start(path, "one", len(articles) + 5)
    _, complaints = again.communicate(timeout=120)
    assert (again.returncode, complaints) == (0, "")
    with Store.open(path, read_only=True) as store:
        assert len(list(store.articles())) == len(articles) + 5, "nothing twice, nothing lost"
    whole = [answer.url for _, answer in archive.answers()]
    assert {article.url for article in articles} <= set(whole)


def test_a_write_waits_for_its_turn(path: Path, make: Any, at: Any) -> None:
    """A transaction that reads first and writes then would fail at once; ours waits."""
    with Store.open(path) as store:
        other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        other.execute("BEGIN IMMEDIATE")
        other.execute("INSERT INTO runs (started, version) VALUES ('2026', '0')")
        import threading

        timer = threading.Timer(0.2, lambda: (other.execute("COMMIT"), other.close()))
        timer.start()
        assert store.save(make(), source="example", now=at(0), cleaner_version="1").outcome == "new"
        timer.join()
        assert len(store.runs()) == 1
