"""A page for people in place of what a command prints: its option, and the writing of its file."""

from __future__ import annotations

from pathlib import Path

import click

from pipelines.errors import ConfigError

#: Gives the command ``out``.
html_option = click.option(
    "--html",
    "out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="OUT",
    help="Write a page instead.",
)


def write(out: Path, page: str) -> None:
    try:
        out.write_text(page, encoding="utf-8", errors="replace")
    except OSError as error:
        raise ConfigError(f"cannot write {out}: {error.strerror}") from error
    click.echo(f"written: {out}", err=True)
