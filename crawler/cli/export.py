"""``copydesk export``: the dataset as a file."""

from __future__ import annotations

import io
import os
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal

import click

from crawler.cli import pass_home
from crawler.home import Home
from pipelines.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from exporters.store import StoredArticle


@click.command()
@click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice(["jsonl", "csv", "parquet"]),
    default="jsonl",
    show_default=True,
    help="parquet needs the [parquet] extra.",
)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), metavar="OUT", help="Else stdout."
)
@click.option("--source", metavar="SLUG", help="Only articles of this source.")
@pass_home
def command(
    home: Home, form: Literal["jsonl", "csv", "parquet"], output: Path | None, source: str | None
) -> None:
    """Write the articles as JSON Lines, CSV or Parquet, newest first.

    One row an article, with the columns that docs/dataset.md describes. OUT is replaced when it is complete.
    """
    from crawler.sources import load, select
    from exporters.store import Store

    if source is not None:
        select(load(home.require().sources), [source])
    if output is None and form == "parquet" and sys.stdout.isatty():
        raise ConfigError("Parquet is no text for a terminal; name a file with -o")
    with Store.open(home.require().database, read_only=True) as store:
        articles = store.articles(source=source)
        if output is None:
            count = _write(articles, form, sys.stdout.buffer)
        else:
            count = _write_file(articles, form, output)
    where = f" to {output}" if output else ""
    click.echo(f"{count} article{'' if count == 1 else 's'} written{where}", err=True)


def _write(articles: Iterator[StoredArticle], form: Literal["jsonl", "csv", "parquet"], out: BinaryIO) -> int:
    from exporters.tables import write_csv, write_jsonl, write_parquet

    if form == "parquet":
        return write_parquet(articles, out)
    text = io.TextIOWrapper(out, encoding="utf-8", newline="")
    try:
        return (write_csv if form == "csv" else write_jsonl)(articles, text)
    finally:
        text.flush()
        text.detach()


def _write_file(
    articles: Iterator[StoredArticle], form: Literal["jsonl", "csv", "parquet"], path: Path
) -> int:
    """OUT is the old file or the whole new one, also after a crash."""
    try:
        handle, name = tempfile.mkstemp(dir=path.absolute().parent, prefix=f".{path.name}.", suffix=".tmp")
    except OSError as error:
        raise ConfigError(f"cannot write {path}: {error.strerror}") from error
    try:
        with os.fdopen(handle, "wb") as file:
            count = _write(articles, form, file)
            os.fchmod(file.fileno(), 0o644)
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise
    return count
