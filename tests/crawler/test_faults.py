"""A dataset that cannot be used: each command says why in a sentence, ends with 3, and leaves it alone."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from crawler.cli import main
from exporters.store import Store


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "ferry.toml").write_text('url = "https://ferry.example/"\n')
    Store.open(tmp_path / "news.db").close()
    return tmp_path


def invoke(home: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--home", str(home), *arguments])


@pytest.mark.parametrize("command", ["crawl", "status", "publish", "search x", "export"])
def test_a_dataset_from_a_newer_version(home: Path, command: str) -> None:
    with closing(sqlite3.connect(home / "news.db")) as db, db:
        db.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
            " VALUES ('copydesk', '9999_later', '2030-01-01')"
        )
    before = (home / "news.db").read_bytes()
    result = invoke(home, *command.split())
    assert result.exit_code == 3
    assert result.stderr.startswith("copydesk: ")
    assert "written by a newer Copydesk (9999_later); update Copydesk" in result.stderr
    assert (home / "news.db").read_bytes() == before
    assert not (home / "archive").exists()
    assert not list((home / "feeds").glob("*")) if (home / "feeds").exists() else True


def test_a_dataset_that_another_program_keeps_locked(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Store.open

    def impatient(path: Path, *, read_only: bool = False, timeout: float = 0.1) -> Store:
        return opened(path, read_only=read_only, timeout=0.1)

    monkeypatch.setattr(Store, "open", impatient)
    with closing(sqlite3.connect(home / "news.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        result = invoke(home, "crawl")
        assert result.exit_code == 3
        assert "another program keeps it locked" in result.stderr
        assert invoke(home, "status").exit_code == 0, "readers go on"
        other.execute("ROLLBACK")
    with closing(sqlite3.connect(home / "news.db")) as db:
        assert db.execute("SELECT count(*) FROM runs").fetchone() == (0,), "nothing half done"
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
