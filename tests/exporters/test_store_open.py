"""Opening the dataset: new, older, newer, locked, damaged, not ours, not writable, no room."""

from __future__ import annotations

import multiprocessing
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database, Migrations

from exporters.store import Store, connection, schema
from pipelines.errors import StoreError


def test_a_new_dataset_is_set_up_as_sqlite_advises(path: Path) -> None:
    with Store.open(path) as store:
        db = store.db
        pragma = {
            name: db.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "foreign_keys", "synchronous", "busy_timeout", "application_id")
        }
        assert pragma == {
            "journal_mode": "wal",
            "foreign_keys": 1,
            "synchronous": 1,
            "busy_timeout": 30000,
            "application_id": connection.APPLICATION_ID,
        }
        assert db.table("articles").detect_fts() == "articles_fts", "Datasette offers the search"
    assert [file.name for file in path.parent.iterdir()] == ["news.db"], "the last one out cleans up"


def test_a_dataset_in_memory_leaves_nothing(
    tmp_path: Path, make: Any, at: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with Store.open(":memory:") as store:
        run = store.begin_run(now=at(0), version="0.1.0")
        store.save(make(), source="example", now=at(0), run=run, cleaner_version="1")
        store.finish_run(run, [], now=at(1))
        assert len(store.search("tram")) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_reader_cannot_write(path: Path) -> None:
    Store.open(path).close()
    with Store.open(path, read_only=True) as store, pytest.raises(sqlite3.OperationalError, match="readonly"):
        store.db.execute("DELETE FROM articles")


def test_an_address_with_odd_characters_is_a_path(tmp_path: Path) -> None:
    folder = tmp_path / "50% ö?x#y&mode=memory"
    folder.mkdir()
    Store.open(folder / "news.db").close()
    assert (folder / "news.db").stat().st_size > 0


def today() -> Migrations:
    """All migrations there are, for one more after them."""
    copy = Migrations("copydesk")
    for migration in schema.migrations.pending(Database(memory=True)):
        copy(name=migration.name)(migration.fn)
    return copy


def test_each_migration_has_a_module_of_its_name() -> None:
    modules = sorted(path.stem for path in Path(schema.__file__).parent.glob("m[0-9]*.py"))
    assert modules == [f"m{migration.name}" for migration in today().pending(Database(memory=True))]


def test_an_older_dataset_is_migrated_with_its_rows(
    path: Path, make: Any, at: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store.open(path) as store:
        id = store.save(make(), source="example", now=at(0), cleaner_version="1").id
    newer = today()

    @newer(name="9999_mood")
    def _mood(db: Database) -> None:
        db.execute("ALTER TABLE articles ADD COLUMN mood /* What it means. */ TEXT")

    monkeypatch.setattr(connection, "migrations", newer)
    connection._ours.cache_clear()
    try:
        # Readers too: after an update the first command may be a search.
        with Store.open(path, read_only=True) as store:
            assert store.db.execute("SELECT id, mood FROM articles").fetchall() == [(id, None)]
            assert "What it means." in store.db.table("articles").schema
            assert [m.name for m in newer.applied(store.db)][-1] == "9999_mood"
            assert len(store.search("tram")) == 1
    finally:
        monkeypatch.undo()
        connection._ours.cache_clear()
    with pytest.raises(StoreError, match="newer Copydesk") as refused:
        Store.open(path)
    assert refused.value.exit_code == 3
    assert "9999_mood" in str(refused.value)


def test_a_migration_that_fails_leaves_the_dataset_as_it_was(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Store.open(path).close()
    failing = today()

    @failing(name="9999_half")
    def _half(db: Database) -> None:
        db.execute("ALTER TABLE articles ADD COLUMN half TEXT")
        raise KeyError("half")

    monkeypatch.setattr(connection, "migrations", failing)
    connection._ours.cache_clear()
    with pytest.raises(KeyError):
        Store.open(path)
    monkeypatch.undo()
    connection._ours.cache_clear()
    with Store.open(path) as store:
        assert "half" not in store.db.table("articles").columns_dict


def no_database(path: Path) -> None:
    path.write_text("<html>" * 1000)


def no_database_of_ours(path: Path) -> None:
    with Database(path) as db:
        db.table("people").insert({"id": 1}, pk="id")


def a_folder(path: Path) -> None:
    path.mkdir()


@pytest.mark.parametrize(
    ("prepare", "said"),
    [
        (no_database, "not a database"),
        (no_database_of_ours, "not Copydesk's"),
        (a_folder, "a folder, not a database"),
    ],
)
@pytest.mark.parametrize("read_only", [False, True])
def test_what_is_no_dataset_is_refused_and_left_alone(
    path: Path, prepare: Callable[[Path], None], said: str, read_only: bool
) -> None:
    prepare(path)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(StoreError) as refused:
        Store.open(path, read_only=read_only)
    assert str(path) in str(refused.value)
    assert said in str(refused.value) or (read_only and path.is_dir() and "no dataset" in str(refused.value))
    assert (path.read_bytes() if path.is_file() else None) == before


def test_an_empty_file_becomes_a_dataset(path: Path) -> None:
    path.touch()
    with Store.open(path) as store:
        assert store.stats() == ()


def test_a_dataset_that_another_process_makes_meanwhile_is_ours(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Racing:
        """Another process makes the dataset right after this one saw that nothing is applied yet."""

        def __getattr__(self, name: str) -> Any:
            return getattr(schema.migrations, name)

        def applied(self, db: Database) -> Any:
            found = schema.migrations.applied(db)
            monkeypatch.undo()
            Store.open(path).close()
            return found

    monkeypatch.setattr(connection, "migrations", Racing())
    with Store.open(path) as store:
        assert store.runs() == ()


def test_a_missing_dataset_and_a_missing_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no dataset there yet; the first crawl"):
        Store.open(tmp_path / "news.db", read_only=True)
    with pytest.raises(StoreError, match="no such folder; `copydesk init"):
        Store.open(tmp_path / "home" / "news.db")
    assert list(tmp_path.iterdir()) == []


def test_a_dataset_that_another_program_keeps_locked(path: Path, make: Any, at: Any) -> None:
    Store.open(path).close()
    other = sqlite3.connect(path)
    other.execute("BEGIN EXCLUSIVE")
    with Store.open(path, timeout=0.05) as store:
        with pytest.raises(StoreError, match="another program keeps it locked"):
            store.save(make(), source="example", now=at(0), cleaner_version="1")
        assert store.known(["https://www.example.org/"]) == set(), "readers go on"
        other.rollback()
        other.close()
        assert store.save(make(), source="example", now=at(0), cleaner_version="1").outcome == "new"


def test_a_full_disk_loses_the_article_at_hand_and_no_other(path: Path, make: Any, at: Any) -> None:
    with Store.open(path) as store:
        first = store.save(make(), source="example", now=at(0), cleaner_version="1")
        pages = store.db.execute("PRAGMA page_count").fetchone()[0]
        store.db.execute(f"PRAGMA max_page_count = {pages + 2}")
        big = make("big", text="word " * 100_000)
        with pytest.raises(StoreError, match="disk is full; make room") as full:
            store.save(big, source="example", now=at(1), cleaner_version="1")
        assert full.value.exit_code == 3
        store.db.execute("PRAGMA max_page_count = 1000000")
        assert [article.id for article in store.articles()] == [first.id]
        assert store.save(big, source="example", now=at(2), cleaner_version="1").outcome == "new"
        assert store.db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_damaged_dataset(path: Path, make: Any, at: Any) -> None:
    with Store.open(path) as store:
        for number in range(40):
            text = f"word{number} " * 300
            store.save(make(f"n{number}", text=text), source="example", now=at(0), cleaner_version="1")
    with path.open("r+b") as file:
        for page in range(8, 60):
            file.seek(page * 4096)
            file.write(os.urandom(4096))
    with (
        pytest.raises(StoreError, match="damaged; move it away"),
        Store.open(path, read_only=True) as store,
    ):
        list(store.articles())


def _as_nobody(work: Callable[[Path], str], path: Path, answer: Any) -> None:
    # Permissions mean nothing to the superuser, as whom tests in containers run.
    if os.geteuid() == 0:
        os.setgid(65534)
        os.setuid(65534)
    try:
        answer.put(work(path))
    except StoreError as error:
        answer.put(str(error))


def _write(path: Path) -> str:
    Store.open(path).close()
    return "written"


def _read(path: Path) -> str:
    with Store.open(path, read_only=True) as store:
        return f"{len(list(store.articles()))} articles"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("folder_mode", "file_mode", "work", "said"),
    [
        (0o755, 0o644, _write, "may not be written|cannot be opened"),
        (0o755, 0o644, _read, "^1 articles$"),
        (0o755, 0o600, _read, "cannot be opened; check that it exists and the permissions"),
    ],
)
def test_a_dataset_one_may_not_write(
    tmp_path: Path, make: Any, at: Any, folder_mode: int, file_mode: int, work: Any, said: str
) -> None:
    path = tmp_path / "news.db"
    with Store.open(path) as store:
        store.save(make(), source="example", now=at(0), cleaner_version="1")
    path.chmod(file_mode if os.geteuid() == 0 else file_mode & 0o444 if work is _write else file_mode & 0o044)
    tmp_path.chmod(folder_mode if os.geteuid() == 0 else folder_mode & 0o555)
    parents = [parent for parent in tmp_path.parents if parent.stat().st_uid == os.geteuid()]
    modes = {parent: parent.stat().st_mode for parent in parents if parent != Path("/")}
    for parent in modes:
        parent.chmod(modes[parent] | 0o011)
    try:
        context = multiprocessing.get_context("fork")
        answer = context.Queue()
        process = context.Process(target=_as_nobody, args=(work, path, answer))
        process.start()
        got = answer.get(timeout=20)
        process.join()
    finally:
        tmp_path.chmod(0o755)
        for parent, mode in modes.items():
            parent.chmod(mode)
    import re

    assert re.search(said, got), got


@pytest.mark.parametrize("code", [sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY])
def test_a_read_only_file_system_is_named(path: Path, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    def refuse() -> None:
        error = sqlite3.OperationalError("what SQLite says there")
        error.sqlite_errorcode = code
        with connection.in_words(path):
            raise error

    with pytest.raises(StoreError, match=r"may not be written|cannot be opened"):
        refuse()
    there = os.statvfs(path.parent)
    fields = [getattr(there, name) for name in ("f_bsize", "f_frsize", "f_blocks", "f_bfree", "f_bavail")]
    fields += [there.f_files, there.f_ffree, there.f_favail, os.ST_RDONLY, there.f_namemax]
    monkeypatch.setattr(os, "statvfs", lambda _: os.statvfs_result(fields))
    with pytest.raises(StoreError, match="the file system is read-only"):
        refuse()
