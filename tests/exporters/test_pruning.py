"""Room in the archive: what goes, what stays, and that everything that stays can be read at every moment."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from types import FrameType, SimpleNamespace
from typing import Any

import pytest

from exporters import rewriting
from exporters.archive import Archive
from exporters.pruning import Pruned, Wish, prune
from exporters.store import Store
from exporters.warcfile import SWAP
from pipelines.errors import ArchiveError, StoreError
from pipelines.types import Article

FIRST = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
DAYS = 6
#: The three articles: two that change every day, and one that never does.
NAMES = ("alder", "birch", "stone")


def day(number: int) -> datetime:
    return FIRST + timedelta(days=number)


@pytest.fixture
def folder(path: Path, make: Callable[..., Article]) -> Path:
    """An archive of six days: a listing twice a day, three articles, a page that is none."""
    folder = path.parent / "archive"
    for number in range(DAYS):
        fill(path, folder, make, number)
    return folder


def fill(path: Path, folder: Path, make: Callable[..., Article], number: int) -> None:
    dice = Random(number)
    with Store.open(path) as store, Archive(folder, bodies=store) as archive:

        def put(url: str, body: bytes, hour: int) -> Any:
            fetched = (day(number) + timedelta(hours=hour)).strftime("%Y-%m-%dT%H:%M:%SZ")
            return archive.write(url, status=200, headers=[], body=body, fetched=fetched)

        for hour in (0, 1):
            put("https://www.example.org/feed.xml", dice.randbytes(3000) if hour == 0 else b"x" * 3000, hour)
        for name in NAMES:
            version = 0 if name == "stone" else number
            body = Random(f"{name}{version}").randbytes(4000)
            article = make(name, text=" ".join(f"{name}{version}word{i}" for i in range(200)))
            snapshot = put(article.url, body, 2)
            store.save(article, source="example", now=day(number), snapshot=snapshot, cleaner_version="1")
        wall = make("wall", status="rejected", reason="paywall", text="Pay.")
        store.save(
            wall,
            source="example",
            now=day(number),
            snapshot=put(wall.url, dice.randbytes(2000), 3),
            cleaner_version="1",
        )


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def held(path: Path, folder: Path) -> list[tuple[str, str]]:
    """Every snapshot that the dataset knows, by name and day; each can be read."""
    archive = Archive(folder)
    with Store.open(path) as store:
        assert store.db.execute("PRAGMA foreign_key_check").fetchall() == []
        found = []
        for (id,) in store.db.execute("SELECT id FROM snapshots ORDER BY url, fetched").fetchall():
            snapshot = store.snapshot(id)
            assert snapshot is not None
            answer = archive.read(snapshot)
            assert (answer.url, answer.fetched) == (snapshot.url, snapshot.fetched)
            found.append((answer.url.rpartition("/")[2], answer.fetched[8:10]))
        assert len(list(store.articles())) == 3, "the dataset keeps its articles"
        return found


def run(path: Path, folder: Path, *, dry_run: bool = False, **wish: Any) -> Pruned:
    with Store.open(path) as store:
        return prune(store, folder, Wish(**wish), dry_run=dry_run)


def test_what_is_old_goes_but_for_what_articles_were_cleaned_from(path: Path, folder: Path) -> None:
    assert len(held(path, folder)) == 4 * DAYS
    before = sum(file.stat().st_size for file in folder.iterdir())
    pruned = run(path, folder, before=day(3))
    assert held(path, folder) == [
        ("alder", "04"),
        ("alder", "05"),
        ("alder", "06"),
        ("birch", "04"),
        ("birch", "05"),
        ("birch", "06"),
        ("stone", "01"),
        ("stone", "04"),
        ("stone", "05"),
        ("stone", "06"),
        ("wall", "04"),
        ("wall", "05"),
        ("wall", "06"),
    ]
    assert files(folder) == ["crawl-20260301-001.1.warc.gz"] + [
        f"crawl-2026030{number}-001.warc.gz" for number in (4, 5, 6)
    ]
    assert [answer.url for _, answer in Archive(folder).answers("crawl-20260301-001.1.warc.gz")] == [
        "https://www.example.org/town/stone"
    ]
    after = sum(file.stat().st_size for file in folder.iterdir())
    assert (pruned.snapshots, pruned.files, pruned.bytes) == (11, 3, before - after)
    again = run(path, folder, before=day(3))
    assert (again.snapshots, again.files, again.bytes) == (0, 0, 0), "nothing is written anew for nothing"


def test_of_each_article_the_newest_stay(path: Path, folder: Path) -> None:
    run(path, folder, keep=2)
    assert held(path, folder) == [
        ("alder", "05"),
        ("alder", "06"),
        ("birch", "05"),
        ("birch", "06"),
        ("stone", "01"),
        ("stone", "05"),
        ("stone", "06"),
        ("wall", "05"),
        ("wall", "06"),
    ]
    assert len(files(folder)) == DAYS
    listings = [a.url for _, a in Archive(folder).answers() if a.url.endswith("feed.xml")]
    assert len(listings) == 2 * DAYS, "listings go by their age alone"


def test_an_answer_stays_with_those_that_refer_to_it(path: Path, folder: Path) -> None:
    with Store.open(path) as store:
        revisit = "SELECT id FROM snapshots WHERE url LIKE '%stone' AND fetched LIKE '2026-03-02%'"
        store.db.execute(f"UPDATE articles SET snapshot = ({revisit}) WHERE url LIKE '%stone'")
    run(path, folder, before=day(DAYS), keep=1)
    assert [found for found in held(path, folder) if found[0] == "stone"] == [
        ("stone", "01"),
        ("stone", "02"),
    ]


def test_a_dry_run_says_the_same_and_changes_nothing(path: Path, folder: Path) -> None:
    wish = {"before": day(2), "keep": 3}
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    said = run(path, folder, dry_run=True, **wish)
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before
    assert len(held(path, folder)) == 4 * DAYS
    assert run(path, folder, **wish) == said


@pytest.mark.parametrize("dry_run", [True, False])
def test_the_oldest_go_until_there_is_room(
    path: Path, folder: Path, dry_run: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    capacity = 1_000_000

    def usage(_: Path) -> SimpleNamespace:
        return SimpleNamespace(free=capacity - sum(file.stat().st_size for file in folder.iterdir()))

    monkeypatch.setattr(shutil, "disk_usage", usage)
    room = usage(folder).free
    assert run(path, folder, dry_run=dry_run, free=room) == Pruned(), "there is room"
    pruned = run(path, folder, dry_run=dry_run, free=room + 20_000)
    assert 20_000 <= pruned.bytes < 40_000
    assert pruned.lacking == 0
    if not dry_run:
        left = held(path, folder)
        assert [found for found in left if found[1] == "06"] == [(n, "06") for n in (*NAMES, "wall")]
        assert ("alder", "01") not in left
    beyond = run(path, folder, dry_run=dry_run, free=capacity)
    assert beyond.lacking > 0, "what articles were cleaned from stays"
    assert {name for name, _ in held(path, folder)} >= set(NAMES)


def test_the_newest_goes_too_if_that_is_said(path: Path, folder: Path) -> None:
    run(path, folder, before=day(DAYS), newest_too=True)
    assert held(path, folder) == []
    assert files(folder) == []
    with Store.open(path) as store:
        assert [article.snapshot for article in store.articles()] == [None] * 3


def test_a_file_that_is_written_to_is_left_for_the_next_time(path: Path, folder: Path) -> None:
    with Archive(folder) as writer:
        writer.write(
            "https://www.example.org/x", status=200, headers=[], body=b"x", fetched="2026-03-02T00:00:00Z"
        )
        pruned = run(path, folder, before=day(3))
        assert pruned.busy == ["crawl-20260302-001.warc.gz"]
        assert ("birch", "02") in held(path, folder)
    assert run(path, folder, before=day(3)).busy == []
    assert ("birch", "02") not in held(path, folder)


def test_what_came_to_be_needed_stays(path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copied = rewriting._copy

    def meanwhile(*given: Any) -> None:
        with Store.open(path) as other:
            old = "SELECT id FROM snapshots WHERE url LIKE '%alder' AND fetched LIKE '2026-03-01%'"
            other.db.execute(f"UPDATE articles SET snapshot = ({old}) WHERE url LIKE '%alder'")
        copied(*given)

    monkeypatch.setattr(rewriting, "_copy", meanwhile)
    before = files(folder)
    pruned = run(path, folder, before=day(1))
    assert pruned.busy == ["crawl-20260301-001.warc.gz"]
    assert files(folder) == before
    assert ("alder", "01") in held(path, folder)


def test_a_writer_takes_no_file_that_is_about_to_go(folder: Path) -> None:
    (folder / f"crawl-20260306-001.warc.gz{SWAP}").write_text("crawl-20260306-001.1.warc.gz")
    with Archive(folder) as archive:
        snapshot = archive.write(
            "https://www.example.org/x", status=200, headers=[], body=b"x", fetched="2026-03-06T20:00:00Z"
        )
    assert snapshot.file == "crawl-20260306-002.warc.gz"


def _without_room(path: Path, folder: Path, answer: Any) -> None:
    import resource

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    with Store.open(path) as store:
        store.choose_snapshots(before=None, keep=None, newest_too=False)
        resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))
        try:
            prune(store, folder, Wish(before=day(3)))
        except StoreError as error:
            answer.put((error.exit_code, str(error)))


@pytest.mark.slow
def test_no_room_for_the_new_file_leaves_the_old_one(path: Path, folder: Path) -> None:
    before = files(folder)
    context = multiprocessing.get_context("fork")
    answer = context.Queue()
    process = context.Process(target=_without_room, args=(path, folder, answer))
    process.start()
    code, said = answer.get(timeout=30)
    process.join()
    assert (code, process.exitcode) == (3, 0)
    assert "make room" in said
    assert files(folder) == before
    assert len(held(path, folder)) == 4 * DAYS


def _killed(path: Path, folder: Path, after: int) -> None:
    """Ends as by kill -9 at one of the steps in which files are written anew."""
    steps = 0

    def step(frame: FrameType, event: str, _: Any) -> None:
        nonlocal steps
        caller = frame.f_back.f_code.co_filename if frame.f_back else ""
        if rewriting.__file__ in (frame.f_code.co_filename, caller):
            steps += 1
            if steps > after:
                os.kill(os.getpid(), signal.SIGKILL)

    with Store.open(path) as store:
        sys.setprofile(step)
        prune(store, folder, Wish(before=day(2), keep=2))
        sys.setprofile(None)
    os._exit(0)


@pytest.mark.slow
def test_a_kill_at_any_step_leaves_everything_readable(path: Path, folder: Path, tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    whole = tmp_path / "whole"
    shutil.copytree(path.parent, whole, ignore=shutil.ignore_patterns("whole", "*-wal", "*-shm"))

    def end(root: Path, after: int) -> int | None:
        process = context.Process(target=_killed, args=(root / "news.db", root / "archive", after))
        process.start()
        process.join(60)
        return process.exitcode

    undisturbed = tmp_path / "undisturbed"
    shutil.copytree(whole, undisturbed)
    assert end(undisturbed, 10**9) == 0
    wanted = held(undisturbed / "news.db", undisturbed / "archive")
    sizes = sorted(file.stat().st_size for file in (undisturbed / "archive").iterdir())
    kills = 0
    for after in [*range(0, 60, 1), *range(60, 2000, 23)]:
        root = tmp_path / f"killed-{after}"
        shutil.copytree(whole, root)
        code = end(root, after)
        if code == 0:
            break
        assert code == -signal.SIGKILL
        kills += 1
        left = held(root / "news.db", root / "archive")
        assert set(wanted) <= set(left)
        run(root / "news.db", root / "archive", before=day(2), keep=2)
        assert held(root / "news.db", root / "archive") == wanted
        assert sorted(file.stat().st_size for file in (root / "archive").iterdir()) == sizes
        shutil.rmtree(root)
    assert kills > 60


@pytest.mark.slow
def test_readers_and_a_writer_go_on_meanwhile(path: Path, folder: Path, make: Callable[..., Article]) -> None:
    context = multiprocessing.get_context("fork")
    pruner = context.Process(target=_many_times, args=(path, folder))
    pruner.start()
    failed: list[str] = []

    def read() -> None:
        archive = Archive(folder)
        with Store.open(path, read_only=True) as store:
            while pruner.is_alive():
                # Whoever is still reading a list sees the dataset as it was when the list began.
                for article in [*store.articles()]:
                    missed = None
                    while True:
                        now = store.article(article.id)
                        place = store.snapshot(now.snapshot) if now and now.snapshot else None
                        try:
                            if place is None or archive.read(place).url != article.url:
                                failed.append(article.url)
                            break
                        except ArchiveError as error:
                            # However often it moved between the two looks: where it is now, it can be read.
                            if place == missed:
                                failed.append(str(error))
                                break
                            missed = place

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(DAYS, DAYS + 8):
        fill(path, folder, make, number)
    reader.join(60)
    pruner.join(60)
    assert pruner.exitcode == 0
    assert failed == []
    assert {name for name, _ in held(path, folder)} >= set(NAMES)


def _many_times(path: Path, folder: Path) -> None:
    for number in range(20):
        run(path, folder, before=day(number // 2), keep=2)
