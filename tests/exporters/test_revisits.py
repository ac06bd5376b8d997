"""Answers with the body of the one before: kept without it, read back with it."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from exporters.archive import MAX_FILE, MIN_REVISIT, Archive, max_file
from exporters.bulk import Response, responses
from exporters.store import Store, recleaning
from pipelines.errors import ArchiveError, ConfigError
from pipelines.types import Snapshot

FEED = "https://www.example.org/feed.xml"
BODY = b"<rss>" + os.urandom(3 * MIN_REVISIT) + b"</rss>"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "archive"


def put(archive: Archive, body: bytes = BODY, **given: Any) -> Snapshot:
    said = {"status": 200, "headers": [(b"Content-Type", b"text/html")], "fetched": "2026-03-01T08:30:00Z"}
    return archive.write(given.pop("url", FEED), body=body, **{**said, **given})


def kinds(folder: Path) -> list[str]:
    found = []
    for path in sorted(folder.glob("*.gz")):
        with path.open("rb") as stream:
            found += [record.rec_type for record in ArchiveIterator(stream)]
    return found


def test_the_same_body_again_is_a_revisit_record(folder: Path, store: Store) -> None:
    with Archive(folder, bodies=store) as archive:
        first = put(archive)
        later = put(archive, fetched="2026-03-01T09:00:00Z", headers=[(b"Age", b"7")])
        assert later.original == first
        assert later.length < first.length / 3
        answer = archive.read(later)
        assert (answer.body, answer.fetched) == (BODY, "2026-03-01T09:00:00Z")
        assert answer.headers == (("Age", "7"),), "its own headers, not those of the first"
        assert [(snapshot, found.body) for snapshot, found in archive.answers()] == [
            (first, BODY),
            (later, BODY),
        ]
    with (folder / first.file).open("rb") as stream:
        record = list(ArchiveIterator(stream))[-1]
    said = record.rec_headers.get_header
    assert record.format == "warc"
    assert record.rec_headers.protocol == "WARC/1.1"
    assert said("WARC-Type") == "revisit"
    assert said("WARC-Profile") == "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
    assert said("WARC-Refers-To-Target-URI") == FEED
    assert said("WARC-Refers-To-Date") == "2026-03-01T08:30:00Z"
    assert said("WARC-Payload-Digest") == first.digest
    report = io.StringIO()
    with redirect_stdout(report):
        assert Checker(SimpleNamespace(inputs=[str(folder / first.file)], verbose=True)).process_all() == 0


def test_the_next_run_knows_what_todays_file_has(folder: Path, store: Store) -> None:
    """Each file stands for itself: a listing is written whole once a file."""
    for day in (1, 2):
        for hour in (8, 9, 10):
            with Archive(folder, bodies=store) as archive:
                put(archive, fetched=f"2026-03-0{day}T{hour:02}:30:00Z")
    assert kinds(folder) == ["warcinfo", "response", "revisit", "revisit"] * 2
    rows = store.db.execute("SELECT url, file FROM archived_bodies").fetchall()
    assert rows == [(FEED, "crawl-20260302-001.warc.gz")], "what is known stays small"


def test_an_article_refers_to_the_page_it_was_cleaned_from_in_whatever_file(
    folder: Path, store: Store, save: Callable[..., Any], make: Callable[..., Any]
) -> None:
    article = make()
    with Archive(folder, bodies=store) as archive:
        first = put(archive, url=article.url)
        id = save(article, snapshot=first).id
    with Archive(folder, bodies=store) as archive:
        later = put(archive, url=article.url, fetched="2026-03-05T08:30:00Z")
        assert later.original == first
        number = store.add_snapshot(later)
        assert store.snapshot(number) == later
        assert archive.read(later).body == BODY
        other = put(archive, url=article.url + "/other", fetched="2026-03-05T08:30:00Z")
        assert other.original is None, "another address is another matter"
        # Cleaned from the revisit, the article can still be cleaned again, and the next look refers to the
        # answer that has the body.
        store.db.execute("UPDATE articles SET snapshot = ? WHERE id = ?", [number, id])
        kept = recleaning.one(store.db, id)
        assert kept is not None
        assert (kept.snapshot, archive.read(kept.snapshot).body) == (later, BODY)
        assert put(archive, url=article.url, fetched="2026-03-06T08:30:00Z").original == first


def test_what_is_short_or_no_good_answer_is_written_whole(folder: Path, store: Store) -> None:
    with Archive(folder, bodies=store) as archive:
        for body, status in ((BODY[: MIN_REVISIT - 1], 200), (BODY, 404), (BODY, 301)):
            assert [put(archive, body, status=status).original for _ in range(2)] == [None, None]
        put(archive)
        assert put(archive, BODY + b"!").original is None
    with Archive(folder) as archive:
        assert put(archive).original is None, "without a dataset nothing is known"


def test_a_body_that_the_disk_lost_is_written_again(
    folder: Path, store: Store, save: Callable[..., Any], make: Callable[..., Any]
) -> None:
    article = make()
    with Archive(folder, bodies=store) as archive:
        first = put(archive, url=article.url)
        save(article, snapshot=first)
    os.truncate(folder / first.file, first.offset + 10)
    with Archive(folder, bodies=store) as archive:
        later = put(archive, url=article.url, fetched="2026-03-02T08:30:00Z")
        assert later.original is None
        assert archive.read(later).body == BODY


def test_a_revisit_whose_original_is_damaged_is_no_answer(folder: Path, store: Store) -> None:
    with Archive(folder, bodies=store) as archive:
        first = put(archive)
        later = put(archive, fetched="2026-03-01T09:00:00Z")
    with (folder / first.file).open("r+b") as file:
        file.seek(first.offset + first.length // 2)
        file.write(bytes(64))
    archive = Archive(folder)
    with pytest.raises(ArchiveError, match="no whole record"):
        archive.read(later)
    assert list(archive.answers()) == []


@pytest.mark.parametrize("fast", [True, False])
def test_in_bulk_a_revisit_is_the_answer_it_stands_for(
    folder: Path, store: Store, fast: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    from exporters import bulk

    if not fast:
        monkeypatch.setattr(bulk, "_fastwarc", lambda: None)
    with Archive(folder, bodies=store) as archive:
        file = put(archive).file
        put(archive, fetched="2026-03-01T09:00:00Z", headers=[(b"Age", b"7")])
    one, two = responses(folder / file)
    assert isinstance(one, Response)
    assert isinstance(two, Response)
    assert (one.body, two.body) == (BODY, BODY)
    assert (two.fetched, two.header("age")) == ("2026-03-01T09:00:00Z", "7")


@pytest.mark.parametrize(("said", "bytes"), [("", MAX_FILE), ("1", 1024**2), ("512", 512 * 1024**2)])
def test_the_size_of_a_file_may_be_said(said: str, bytes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COPYDESK_WARC_MB", said)
    assert max_file() == bytes


@pytest.mark.parametrize("said", ["0", "-1", "1.5", "1GB", "many", "12345678"])
def test_a_size_that_is_none(said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COPYDESK_WARC_MB", said)
    with pytest.raises(ConfigError, match="write whole megabytes"):
        max_file()


WRITER = """
import sys
from pathlib import Path
from exporters.archive import Archive
from exporters.store import Store

path, rounds = Path(sys.argv[1]), int(sys.argv[2])
with Store.open(path) as store, Archive(path.parent / "archive", bodies=store, max_file=60_000) as archive:
    for number in range(rounds):
        for page in range(20):
            body = f"<p>{page}</p>".encode() * 300 + page.to_bytes(2) * 400
            snapshot = archive.write(f"https://www.example.org/{page}", status=200, headers=[], body=body,
                fetched=f"2026-03-01T{number % 24:02}:{page:02}:00Z")
            with store.transaction():
                id = store.add_snapshot(snapshot)
            print(id, flush=True)
"""


@pytest.mark.slow
@pytest.mark.parametrize("after", [3, 25, 61, 130])
def test_a_writer_that_is_killed_leaves_readable_revisits(path: Path, after: int) -> None:
    told: list[int] = []
    for _ in range(2):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path), "500"], stdout=subprocess.PIPE, text=True
        )
        assert writer.stdout is not None
        told += [int(writer.stdout.readline()) for _ in range(after)]
        os.kill(writer.pid, signal.SIGKILL)
        told += [int(line) for line in writer.stdout.read().split("\n")[:-1]]
        writer.stdout.close()
        writer.wait(timeout=10)
    archive = Archive(path.parent / "archive")
    with Store.open(path) as store:
        assert store.db.execute("PRAGMA foreign_key_check").fetchall() == []
        revisits = 0
        for id in told:
            snapshot = store.snapshot(id)
            assert snapshot is not None
            assert archive.read(snapshot).url == snapshot.url
            revisits += snapshot.original is not None
        assert revisits > 0 or after < 20
    with Archive(path.parent / "archive") as archive:
        put(archive, fetched=datetime(2026, 3, 1, tzinfo=UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
        assert len(list(archive.answers())) >= len(told)
