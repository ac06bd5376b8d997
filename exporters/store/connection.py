"""Opening the dataset, writing to it in one go, and saying in words what SQLite says in codes."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import overload
from urllib.parse import quote

from sqlite_utils import Database

from exporters.store.schema import migrations
from pipelines.errors import StoreError

#: "NEWS" as SQLite's application id: `file news.db` tells whose it is.
APPLICATION_ID = 0x4E455753

#: A dataset that nobody else sees and that ends with its connection.
MEMORY = ":memory:"


def connect(path: Path, *, read_only: bool, timeout: float) -> Database:
    """The dataset in its newest form. Makes the file, not its folder, unless ``read_only``."""
    with in_words(path):
        if str(path) == MEMORY:
            db = Database(sqlite3.connect(MEMORY, isolation_level=None), execute_plugins=False)
            _prepare(db, path)
            return db
        if read_only:
            if not path.is_file():
                raise StoreError(f"{path}: no dataset there yet; the first crawl makes one.")
            db = _connect(path, "ro", timeout)
            if not _pending(db, path):
                return db
            # An older dataset is brought up to date by whoever comes first, readers too.
            db.close()
        if not path.parent.is_dir():
            raise StoreError(f"{path.parent}: no such folder; `copydesk init {path.parent}` makes one.")
        db = _connect(path, "rwc", timeout)
        try:
            _prepare(db, path)
        except BaseException:
            db.close()
            raise
        if read_only:
            db.close()
            db = _connect(path, "ro", timeout)
        return db


def _connect(path: Path, mode: str, timeout: float) -> Database:
    uri = f"file:{quote(str(path.absolute()))}?mode={mode}"
    if mode == "ro" and not os.access(path.parent, os.W_OK) and not _has_log(path):
        # Readers of a write-ahead log share memory through a file beside it, which this folder does not
        # allow. Without a log there is no writer, and the file can be read as it is.
        uri += "&immutable=1"
    connection = sqlite3.connect(uri, uri=True, timeout=timeout, isolation_level=None)
    try:
        # Some SQLites do not report a file that is no database before the first real read.
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if mode == "ro":
            connection.execute("PRAGMA query_only = ON")
        return Database(connection, execute_plugins=False)
    except BaseException:
        connection.close()
        raise


def _has_log(path: Path) -> bool:
    log = path.with_name(path.name + "-wal")
    return log.exists() and log.stat().st_size > 0


def _pending(db: Database, path: Path) -> bool:
    """Whether migrations are due. Raises StoreError where this dataset is not ours to touch."""
    # Looked at first: a dataset is made in one transaction, by another process perhaps right after this line.
    has_tables = bool(db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])
    applied = {migration.name for migration in migrations.applied(db)}
    newer = applied - _ours()
    if newer:
        raise StoreError(
            f"{path}: written by a newer Copydesk ({', '.join(sorted(newer))}); update Copydesk, "
            "or name another folder with --home."
        )
    if has_tables and not applied:
        raise StoreError(f"{path}: a database, but not Copydesk's; name another folder with --home.")
    return applied < _ours()


@cache
def _ours() -> frozenset[str]:
    """The names of all migrations: what an empty database has yet to see."""
    return frozenset(migration.name for migration in migrations.pending(Database(memory=True)))


def _prepare(db: Database, path: Path) -> None:
    """Set up for writing, and migrate."""
    # Before anything is changed: it may be somebody else's.
    due = _pending(db, path)
    db.execute("PRAGMA foreign_keys = ON")
    db.execute("PRAGMA journal_mode = WAL")
    # With a write-ahead log the database stays whole without waiting for the disk at each commit.
    db.execute("PRAGMA synchronous = NORMAL")
    # The crawl moves the log into the file (Store.begin_run), nobody else: SQLite before 3.51.3 can damage a
    # database that two connections checkpoint at once.
    db.execute("PRAGMA wal_autocheckpoint = 0")
    if not due:
        return
    with write(db):
        # Asked again under the lock: another process may have come first.
        if _pending(db, path):
            migrations.apply(db)
            db.execute(f"PRAGMA application_id = {APPLICATION_ID}")


@contextmanager
def write(db: Database) -> Iterator[None]:
    """One transaction that takes the writer's place at once; inside another one, a part of it.

    BEGIN IMMEDIATE waits for its turn. A plain BEGIN that reads first and writes then fails at once, whatever
    the timeout, when another process wrote in between.
    """
    if db.conn.in_transaction:
        with db.atomic():
            yield
        return
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        # A full disk ends the transaction by itself; then there is nothing left to undo.
        with suppress(sqlite3.Error):
            db.rollback()
        raise


@contextmanager
def in_words(path: Path) -> Iterator[None]:
    """SQLite's complaints as a StoreError that says what to do. A mistake of ours stays what it is."""
    try:
        yield
    except sqlite3.Error as error:
        said = _say(path, error)
        if said is None:
            raise
        raise StoreError(f"{path}: {said}") from error


def _say(path: Path, error: sqlite3.Error) -> str | None:
    code = getattr(error, "sqlite_errorcode", None)
    match code & 0xFF if code is not None else None:
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return "another program keeps it locked; close that program or try again later."
        case sqlite3.SQLITE_FULL:
            return "the disk is full; make room and run the command again: what was stored is intact."
        case sqlite3.SQLITE_CANTOPEN if path.is_dir():
            return "a folder, not a database; move it, or name another folder with --home."
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN if _is_read_only(path):
            return "the file system is read-only; make it writable, or name another folder with --home."
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM | sqlite3.SQLITE_AUTH:
            return "may not be written; check the permissions of the file and its folder."
        case sqlite3.SQLITE_CANTOPEN:
            return "cannot be opened; check that it exists and the permissions of the file and its folder."
        case sqlite3.SQLITE_NOTADB:
            return "not a database; move it away, or name another folder with --home."
        case sqlite3.SQLITE_CORRUPT:
            return (
                "damaged; move it away and restore a backup, or let `sqlite3 FILE .recover` save what it can."
            )
        case sqlite3.SQLITE_IOERR if _no_room(path):
            return "the disk is full; make room and run the command again: what was stored is intact."
        case sqlite3.SQLITE_IOERR:
            return f"the disk failed ({error}); check the disk and the quota, then run the command again."
        case _ if "no such module: fts5" in str(error):
            return "this Python's SQLite has no full-text search (FTS5); use another build of Python."
        case _:
            return None


def _is_read_only(path: Path) -> bool:
    try:
        return bool(os.statvfs(path.parent).f_flag & os.ST_RDONLY)
    except OSError:
        return False


def _no_room(path: Path) -> bool:
    try:
        free = os.statvfs(path.parent)
    except OSError as error:
        return error.errno == errno.ENOSPC
    return free.f_bavail * free.f_frsize < 1024 * 1024


def stamp(now: datetime) -> str:
    """An aware datetime as the dataset writes it: ``2026-03-01T08:30:00Z``."""
    if now.tzinfo is None:
        raise ValueError(f"{now!r} has no time zone; hand in an aware datetime")
    return now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@overload
def storable(value: str) -> str: ...


@overload
def storable(value: str | None) -> str | None: ...


def storable(value: str | None) -> str | None:
    """Without what SQLite cannot keep: lone surrogates, and NUL, where its text functions stop."""
    if value is None:
        return None
    try:
        value.encode()
    except UnicodeEncodeError:
        value = value.encode("utf-8", "replace").decode()
    return value.replace("\x00", "")
