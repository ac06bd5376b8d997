"""What happens to a machine, with real processes and files: full disks, folders that may not be written,
datasets that are damaged, newer or locked, clocks that jump. Each ends with a sentence and the right code."""

from __future__ import annotations

import ctypes
import os
import resource
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from exporters.archive import Archive
from exporters.store import Store

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]


def run(
    desk: Any, *args: str, first: str = "", before: Callable[[], None] | None = None, **env: str
) -> subprocess.CompletedProcess[str]:
    """``copydesk`` as a process of its own; ``first``: code that it begins with."""
    code = f"{first}\nfrom crawler.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, "--home", str(desk.path), *args],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        cwd=ROOT,
        env=desk.environment(**env),
        preexec_fn=before,
    )


def said(done: subprocess.CompletedProcess[str], code: int, *words: str) -> None:
    """It ended with ``code`` and one sentence for people."""
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("copydesk: ")
    for word in words:
        assert word in lines[0]


def whole(desk: Any) -> list[str]:
    """The addresses of all articles; each is there with all that belongs to it, and its page."""
    archive = Archive(desk.path / "archive")
    with Store.open(desk.path / "news.db") as store:
        assert store.db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert store.db.execute("PRAGMA foreign_key_check").fetchall() == []
        articles = list(store.articles(status=None))
        for article in articles:
            assert article.snapshot is not None
            place = store.snapshot(article.snapshot)
            assert place is not None
            assert archive.read(place).status == 200
            assert store.evidence(article.id)
        return sorted(article.url for article in articles)


def newspaper(desk: Any, sites: Any, stories: int = 12) -> Any:
    site = sites()
    site.stories(*(f"/story-{number}" for number in range(stories)))
    desk.source("ferry", site)
    return site


# A full disk


def no_file_beyond(size: int) -> Callable[[], None]:
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


@pytest.mark.parametrize("room", [0, 60_000, 400_000])
def test_a_limit_on_the_size_of_files(desk: Any, sites: Any, room: int) -> None:
    """The limit meets the dataset, its log, the archive or the crawl's log, whichever grows to it first."""
    site = newspaper(desk, sites)
    done = run(desk, "crawl", before=no_file_beyond(room))
    assert done.returncode == 3, done.stderr
    assert done.stderr.startswith("copydesk: ")
    assert "Traceback" not in done.stderr
    assert not list((desk.path / "feeds").glob("*.xml")) if (desk.path / "feeds").exists() else True
    before = site.hits["/feed.xml"]
    assert desk.run("crawl", "--all").returncode == 0
    assert site.hits["/feed.xml"] == before + 1
    assert len(whole(desk)) == 12, "with room again, nothing is missing"


@contextmanager
def small_disk(path: Path, megabytes: int) -> Iterator[list[str]]:
    """What a command is begun with so that ``path`` is a disk of that size, which ends with the command."""
    mount = f"mount -t tmpfs -o size={megabytes}m tmpfs {path}"
    trial = subprocess.run(["unshare", "-rm", "sh", "-c", mount], capture_output=True, check=False)
    if trial.returncode:
        pytest.skip("no disks of one's own here")
    yield ["unshare", "-rm", "sh", "-c", f'{mount} && cp -a "{path}.was/." "{path}" && "$@"; code=$?; cp -a '
           f'"{path}/." "{path}.left"; exit $code', "sh"]  # fmt: skip


def test_a_disk_that_is_really_full(desk: Any, sites: Any, tmp_path: Path) -> None:
    newspaper(desk, sites, 40)
    was, left = Path(f"{desk.path}.was"), Path(f"{desk.path}.left")
    desk.path.rename(was)
    desk.path.mkdir()
    left.mkdir()
    crawl = [sys.executable, "-m", "crawler.cli", "--home", str(desk.path), "crawl"]
    try:
        with small_disk(desk.path, 1) as begin:
            done = subprocess.run(
                [*begin, *crawl],
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
                cwd=ROOT,
                env=desk.environment(),
            )
    finally:
        desk.path.rmdir()
    left.rename(desk.path)
    said(done, 3, "the disk is full; make room")
    stored = whole(desk)
    assert desk.run("crawl", "--all").returncode == 0
    assert set(stored) <= set(whole(desk))
    assert len(whole(desk)) == 40


# What may not be written


def without_privilege() -> None:
    """Permissions hold for the superuser too, as whom tests in containers run."""
    if os.geteuid() == 0:
        prctl = ctypes.CDLL(None, use_errno=True).prctl
        for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
            if prctl(24, capability, 0, 0, 0):  # PR_CAPBSET_DROP
                os._exit(99)


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    paths = [folder, *folder.rglob("*")]
    modes = {path: path.stat().st_mode for path in paths}
    for path, mode in modes.items():
        path.chmod(mode & 0o555)
    try:
        yield
    finally:
        for path, mode in modes.items():
            path.chmod(mode)


def test_a_home_that_may_not_be_written(desk: Any, sites: Any) -> None:
    site = newspaper(desk, sites, 2)
    assert desk.run("crawl").returncode == 0
    asked = sum(site.hits.values())
    before = {path: path.read_bytes() for path in desk.path.rglob("*") if path.is_file()}
    with read_only(desk.path):
        done = run(desk, "crawl", before=without_privilege)
        if done.returncode == 99:
            pytest.skip("privileges cannot be given away here")
        said(done, 3, str(desk.path))
        said(run(desk, "forget", "1", before=without_privilege), 3, "may not be written")
        said(run(desk, "prune", "--keep", "1", before=without_privilege), 3, str(desk.path))
        for reader in (["status"], ["search", "council"], ["export"]):
            done = run(desk, *reader, before=without_privilege)
            assert done.returncode == 0, done.stderr
            assert done.stdout
    assert sum(site.hits.values()) == asked
    assert {path: path.read_bytes() for path in desk.path.rglob("*") if path.is_file()} == before


# Datasets


def test_a_dataset_of_a_newer_version_is_not_touched(desk: Any, sites: Any) -> None:
    site = newspaper(desk, sites, 2)
    assert desk.run("crawl").returncode == 0
    with closing(sqlite3.connect(desk.path / "news.db")) as db, db:
        sql = "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('copydesk', ?, ?)"
        db.execute(sql, ["9999_later", "2030-01-01"])
    asked = sum(site.hits.values())
    before = (desk.path / "news.db").read_bytes()
    for command in ("crawl", "publish", "reclean", "prune --keep 1", "forget 1", "export"):
        said(run(desk, *command.split()), 3, "written by a newer Copydesk (9999_later)", "update Copydesk")
    assert (desk.path / "news.db").read_bytes() == before
    assert sum(site.hits.values()) == asked


def test_a_damaged_dataset_is_named(desk: Any, sites: Any) -> None:
    newspaper(desk, sites, 8)
    assert desk.run("crawl").returncode == 0
    database = desk.path / "news.db"
    size = database.stat().st_size
    with database.open("r+b") as file:
        for page in range(3, size // 4096):
            file.seek(page * 4096)
            file.write(os.urandom(4096))
    for command in ("export", "crawl", "backup other.db"):
        done = run(desk, *command.split())
        assert done.returncode == 3, done.stderr
        assert "damaged" in done.stderr
        assert "Traceback" not in done.stderr
    assert database.stat().st_size == size
    assert not (ROOT / "other.db").exists()


IMPATIENT = "from exporters.store import Store; Store.open.__func__.__kwdefaults__['timeout'] = 0.3"


def test_a_dataset_that_another_program_keeps_locked(desk: Any, sites: Any) -> None:
    newspaper(desk, sites, 2)
    assert desk.run("crawl").returncode == 0
    before = desk.rows("SELECT count(*) FROM runs")
    with closing(sqlite3.connect(desk.path / "news.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        for command in ("crawl", "forget 1"):
            done = run(desk, *command.split(), first=IMPATIENT)
            said(done, 3, "another program keeps it locked; close that program or try again later")
        for reader in (["status"], ["search", "council"]):
            assert run(desk, *reader, first=IMPATIENT).returncode == 0, "readers go on"
        other.execute("ROLLBACK")
    assert desk.rows("SELECT count(*) FROM runs") == before
    assert len(whole(desk)) == 2


def test_a_lock_that_is_let_go_in_time_is_no_fault(desk: Any, sites: Any) -> None:
    newspaper(desk, sites, 2)
    assert desk.run("crawl").returncode == 0
    with closing(
        sqlite3.connect(desk.path / "news.db", isolation_level=None, check_same_thread=False)
    ) as other:
        other.execute("BEGIN IMMEDIATE")
        threading.Timer(1.5, other.execute, ["ROLLBACK"]).start()
        done = run(desk, "forget", "1")
        assert done.returncode == 0, done.stderr
        time.sleep(0.1)
    assert len(whole(desk)) == 1


def test_the_log_is_moved_into_the_dataset_at_the_end(desk: Any, sites: Any) -> None:
    newspaper(desk, sites, 3)
    database, log = desk.path / "news.db", desk.path / "news.db-wal"
    assert desk.run("crawl").returncode == 0
    assert not log.exists()
    with closing(sqlite3.connect(database)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM articles").fetchone()
        assert desk.run("crawl", "--all").returncode == 0, "a reader holds nothing up"
        assert log.stat().st_size > 0
    assert desk.run("crawl", "--all").returncode == 0
    assert not log.exists()
    assert len(whole(desk)) == 3


def test_status_tells_of_an_sqlite_with_a_known_bug_and_a_crawl_does_not(desk: Any, sites: Any) -> None:
    newspaper(desk, sites, 1)
    old = "import sqlite3; sqlite3.sqlite_version_info = (3, 45, 1); sqlite3.sqlite_version = '3.45.1'"
    assert run(desk, "crawl", first=old).stderr == ""
    done = run(desk, "status", first=old)
    assert done.returncode == 0
    assert "this Python's SQLite is 3.45.1; before 3.51.3" in done.stderr


# Clocks


def test_no_zone_of_the_machine_gets_into_the_dataset(desk: Any, sites: Any) -> None:
    """Nor does daylight saving: what is due is reckoned in UTC."""
    site = newspaper(desk, sites, 2)
    began = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert run(desk, "crawl", TZ="America/Los_Angeles").returncode == 0
    asked = sum(site.hits.values())
    assert run(desk, "crawl", TZ="Pacific/Auckland").returncode == 0
    assert sum(site.hits.values()) == asked, "not a minute has passed"
    ended = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    times = desk.rows("SELECT first_seen FROM articles UNION SELECT started FROM runs")
    assert all(began <= seen <= ended for (seen,) in times)


def test_a_clock_that_was_ten_years_ahead_silences_nothing(desk: Any, sites: Any) -> None:
    desk.on_schedule = True
    site = newspaper(desk, sites, 2)
    site.feed("/story-0", "/story-1", "/missing")
    assert desk.run("crawl").returncode == 0
    desk.age(days=-3650)
    site.stories("/story-0", "/story-1", "/story-2")
    before = {path: site.hits[path] for path in ("/robots.txt", "/feed.xml")}
    assert desk.run("crawl").returncode == 0
    assert {path: site.hits[path] - hits for path, hits in before.items()} == {
        "/robots.txt": 1,
        "/feed.xml": 1,
    }
    assert len(whole(desk)) == 3
