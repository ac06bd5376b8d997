"""``copydesk init`` makes a home, and leaves one alone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from crawler.cli import init, main
from crawler.sources import load


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["init", *arguments])


def test_a_new_home_says_what_to_do_next(tmp_path: Path) -> None:
    result = invoke(str(tmp_path / "news"))
    assert result.exit_code == 0
    assert result.stdout == ""
    assert f"copydesk --home {tmp_path}/news add " in result.stderr
    assert sorted(path.name for path in (tmp_path / "news").iterdir()) == ["README.md", "rules", "sources"]


def test_without_a_folder_it_is_the_home_that_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = invoke()
    assert (tmp_path / "data/sources").is_dir()
    assert "  copydesk crawl\n" in result.stderr
    monkeypatch.setenv("COPYDESK_HOME", str(tmp_path / "other"))
    invoke()
    assert (tmp_path / "other/sources").is_dir()


def test_a_second_time_changes_nothing(tmp_path: Path) -> None:
    invoke(str(tmp_path), "--starter")
    (tmp_path / "README.md").write_text("mine")
    first = next((tmp_path / "sources").glob("*.toml"))
    first.write_text("mine")
    names = sorted(path.name for path in (tmp_path / "sources").iterdir())
    assert invoke(str(tmp_path), "--starter").exit_code == 0
    assert (tmp_path / "README.md").read_text() == "mine"
    assert first.read_text() == "mine"
    assert sorted(path.name for path in (tmp_path / "sources").iterdir()) == names


def test_the_starter_sources_are_sources(tmp_path: Path) -> None:
    result = invoke(str(tmp_path), "--starter")
    assert f"({len(load(tmp_path / 'sources'))} sources" in result.stderr
    assert len(load(tmp_path / "sources")) >= 15


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("")
    result = invoke(str(tmp_path / "x"))
    assert result.exit_code == 2
    assert result.stderr == f"copydesk: {tmp_path}/x is a file; name a folder\n"


def test_a_place_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, os.strerror(13), str(tmp_path))

    monkeypatch.setattr(Path, "mkdir", refuse)
    result = invoke(str(tmp_path / "x"))
    assert result.exit_code == 3
    assert result.stderr == f"copydesk: cannot make a home at {tmp_path}/x: Permission denied\n"


def test_the_readme_names_what_lies_in_a_home() -> None:
    for name in ("sources/", "rules/", "news.db", "archive/", "feeds/", "logs/"):
        assert name in init.README
