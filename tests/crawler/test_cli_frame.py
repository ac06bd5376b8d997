"""What holds for every command: its place in the list, its help, its errors, its pipes."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from crawler import cli
from crawler.cli import _reference, main
from crawler.home import Home
from exporters.store import Store
from pipelines.errors import ConfigError, FetchError, LockHeldError, SourceError, StoreError

ROOT = Path(__file__).parents[2]
FILES = sorted(path.stem for path in (ROOT / "crawler/cli").glob("*.py") if not path.stem.startswith("_"))


def run(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "crawler.cli", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        **options,  # type: ignore[call-overload]
    )


def test_every_file_is_a_command_with_help() -> None:
    context = click.Context(main)
    assert main.list_commands(context) == FILES
    for name in FILES:
        command = main.get_command(context, name)
        assert command is not None
        assert command.help, f"{name} has no docstring"
        result = CliRunner().invoke(main, [name, "--help"])
        assert result.exit_code == 0, result.output
        assert f"Usage: main {name}" in result.output
        parts = command.commands if isinstance(command, click.Group) else {}
        for words in ([name], *([name, part] for part in parts)):
            assert "--home DIR" in CliRunner().invoke(main, [*words, "--help"]).output


def test_the_overview_names_each_command_and_what_it_does() -> None:
    output = CliRunner().invoke(main, ["--help"]).output
    for name in FILES:
        assert f"\n  {name} " in output
    assert "Make a home" in output


def test_the_documentation_is_what_help_says() -> None:
    """If this fails: make docs"""
    assert (ROOT / "docs/commands.md").read_text(encoding="utf-8") == _reference.render()


def test_the_overview_imports_none_of_the_commands() -> None:
    code = (
        "import sys; from crawler.cli import main; main(['--help'], standalone_mode=False);"
        "print(sorted({'scrapy', 'lxml', 'numpy', 'crawler.cli.crawl'} & set(sys.modules)), file=sys.stderr)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert result.stderr.strip() == "[]"


def test_an_unknown_command_is_told_the_nearest_name() -> None:
    result = CliRunner().invoke(main, ["exract"])
    assert result.exit_code == 2
    assert "there is no command 'exract'; did you mean 'extract'?" in result.output
    assert "there are: " in CliRunner().invoke(main, ["xyzzy"]).output


def test_the_version_is_told() -> None:
    result = CliRunner().invoke(main, ["--version"])
    assert result.exit_code == 0
    assert result.output.startswith("copydesk ")


@pytest.mark.parametrize(
    ("error", "code", "sentence"),
    [
        (ConfigError("this is wrong; write that"), 2, "copydesk: this is wrong; write that\n"),
        (StoreError("cannot be used"), 3, "copydesk: cannot be used\n"),
        (LockHeldError("another crawl is running"), 75, "copydesk: another crawl is running\n"),
        (
            SourceError("x.toml", (("url", "is missing"), ("", "b"))),
            2,
            "copydesk: x.toml: url: is missing\nx.toml: b\n",
        ),
        (
            sqlite3.OperationalError("disk I/O error"),
            3,
            "copydesk: the dataset cannot be used: disk I/O error\n",
        ),
        (PermissionError(13, "Permission denied", "/x/y"), 3, "copydesk: /x/y: Permission denied\n"),
    ],
)
def test_an_error_is_a_sentence_and_its_exit_code(
    error: Exception, code: int, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    @click.command()
    def broken() -> None:
        raise error

    monkeypatch.setattr(cli.Commands, "get_command", lambda self, context, name: broken)
    result = CliRunner().invoke(main, ["status"])
    assert (result.exit_code, result.stdout, result.stderr) == (code, "", sentence)


def test_home_may_be_named_before_and_after_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Path] = []

    @click.command()
    @cli.pass_home
    def show(home: Home) -> None:
        seen.append(home.path)

    show.params.append(cli._home_option())
    monkeypatch.setattr(cli.Commands, "get_command", lambda self, context, name: show)
    monkeypatch.setenv("COPYDESK_HOME", str(tmp_path / "environment"))
    for arguments in (["status"], ["--home", "a", "status"], ["status", "--home", "b"]):
        assert CliRunner().invoke(main, arguments).exit_code == 0
    assert [path.name for path in seen] == ["environment", "a", "b"]


def test_a_reader_that_goes_away_ends_it_quietly(tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    for number in range(20):
        story = "<p>A sentence that goes on for a while and then comes to its end.</p>" * 100
        (pages / f"{number}.html").write_text(f"<title>x</title><article>{story}</article>")
    writer = subprocess.Popen(
        [sys.executable, "-m", "crawler.cli", "extract", "--jobs", "1", str(pages)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert writer.stdout is not None
    assert writer.stderr is not None
    os.read(writer.stdout.fileno(), 10)
    writer.stdout.close()
    complaint = writer.stderr.read()
    writer.stderr.close()
    assert writer.wait(timeout=60) != 0
    assert b"Traceback" not in complaint
    assert b"BrokenPipe" not in complaint


def test_it_is_a_program(tmp_path: Path) -> None:
    result = run("--home", str(tmp_path / "none"), "status")
    assert result.returncode == 2
    assert result.stdout == ""
    assert result.stderr == (
        f"copydesk: there is no home at {tmp_path}/none; make one with: copydesk init {tmp_path}/none\n"
    )


def test_a_file_is_no_home(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = CliRunner().invoke(main, ["--home", str(tmp_path / "file"), "status"])
    assert result.exit_code == 2
    assert f"{tmp_path}/file is a file" in result.stderr


def test_explain_by_number_wants_a_home_and_a_dataset(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["--home", str(tmp_path / "none"), "explain", "1"])
    assert result.exit_code == 2
    assert "there is no home at" in result.stderr
    (tmp_path / "sources").mkdir()
    result = CliRunner().invoke(main, ["--home", str(tmp_path), "explain", "1"])
    assert result.exit_code == 3
    assert f"`copydesk --home {tmp_path} crawl` makes one" in result.stderr


@pytest.mark.parametrize("command", ["explain", "forget", "history"])
@pytest.mark.parametrize("number", ["9" * 20, "\u00b2"])
def test_a_number_that_no_article_can_have_is_a_sentence(command: str, number: str, tmp_path: Path) -> None:
    (tmp_path / "sources").mkdir()
    Store.open(tmp_path / "news.db").close()
    result = CliRunner().invoke(main, ["--home", str(tmp_path), command, number])
    assert isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code in (ConfigError.exit_code, FetchError.exit_code)
    assert result.stderr.startswith("copydesk: ")


def test_hints_leave_out_the_home_that_is_meant_anyway(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COPYDESK_HOME", str(tmp_path))
    assert Home(tmp_path).hint("crawl") == "copydesk crawl"
    assert Home(tmp_path / "a b").hint("crawl") == f"copydesk --home '{tmp_path}/a b' crawl"
