"""Pausing a source writes one line and nothing else."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from crawler.cli import main
from crawler.pausing import set_enabled
from crawler.sources import load, parse, select
from pipelines.errors import SourceError

PLAIN = '# A paper.\nurl = "https://www.example.org/"  # its home\n'
TABLES = PLAIN + '\n[headers]\n"X-Key" = "PAPER_KEY"\n\n[[layout]]\nbody = ["article"]\n'
SAID = '# A paper.\nenabled = true   # for now\nurl = "https://www.example.org/"\n'


def invoke(home: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--home", str(home), "sources", *arguments])


@pytest.mark.parametrize("text", [PLAIN, TABLES, SAID])
def test_the_rest_of_the_file_stays(tmp_path: Path, text: str) -> None:
    path = tmp_path / "paper.toml"
    path.write_text(text)
    path.chmod(0o640)
    assert set_enabled(path, False)
    paused = path.read_text()
    assert parse(paused, file=path.name).enabled is False
    without = [line for line in text.splitlines() if "enabled" not in line]
    assert [line for line in paused.splitlines() if "enabled" not in line] == without
    assert "for now" in paused or text != SAID
    assert path.stat().st_mode & 0o777 == 0o640
    assert not set_enabled(path, False)
    assert path.read_text() == paused
    assert set_enabled(path, True)
    assert parse(path.read_text(), file=path.name) == parse(text, file=path.name)
    assert [each.name for each in tmp_path.iterdir()] == ["paper.toml"]


def test_a_file_in_an_unusual_form_is_left_to_its_author(tmp_path: Path) -> None:
    path = tmp_path / "paper.toml"
    text = PLAIN + '"enabled" = true\n'
    path.write_text(text)
    with pytest.raises(SourceError):
        set_enabled(path, False)
    assert path.read_text() == text


def test_the_command(tmp_path: Path) -> None:
    folder = tmp_path / "sources"
    folder.mkdir()
    for name in ("one", "two"):
        (folder / f"{name}.toml").write_text(f'url = "https://{name}.example/"\n')
    result = invoke(tmp_path, "--pause", "one")
    assert (result.exit_code, result.stderr) == (0, "one: paused\n")
    assert [source.slug for source in select(load(folder), [])] == ["two"]
    assert "one: paused already" in invoke(tmp_path, "--pause", "one").stderr
    assert invoke(tmp_path, "--resume", "one").exit_code == 0
    assert [source.slug for source in select(load(folder), [])] == ["one", "two"]


@pytest.mark.parametrize("arguments", [("--pause",), ("--pause", "--resume", "one"), ("--pause", "nobody")])
def test_it_must_be_said_what_to_pause(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources/one.toml").write_text('url = "https://one.example/"\n')
    assert invoke(tmp_path, *arguments).exit_code == 2


def test_a_file_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sources").mkdir()
    path = tmp_path / "sources/one.toml"
    path.write_text(PLAIN)

    def refused(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(tempfile, "mkstemp", refused)
    result = invoke(tmp_path, "--pause", "one")
    assert result.exit_code == 3
    assert f"{path}: cannot be written: {os.strerror(errno.EROFS)}" in result.stderr
    assert path.read_text() == PLAIN
