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

Form = Literal["jsonl", "csv", "parquet"]
#: What the ending of a file's name says.
ENDINGS: dict[str, Form] = {".jsonl": "jsonl", ".csv": "csv", ".parquet": "parquet"}


@click.command()
@click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice(["jsonl", "csv", "parquet"]),
    help="Else as OUT ends (.jsonl, .csv, .parquet), else jsonl. parquet needs the [parquet] extra.",
)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), metavar="OUT", help="Else stdout."
)
@click.option("--source", metavar="SLUG", help="Only articles of this source.")
@click.option(
    "--since-run",
    type=click.IntRange(min=0),
    metavar="RUN",
    help="Only what changed after the end of this run; 0: all that was ever an article.",
)
@pass_home
def command(
    home: Home, form: Form | None, output: Path | None, source: str | None, since_run: int | None
) -> None:
    """Write the articles as JSON Lines, CSV or Parquet, newest first.

    One row an article, with the columns that docs/dataset.md describes. OUT is replaced when it is complete.

    --since-run is for a copy that is kept up to date: it writes the articles that are new or have changed,
    whoever changed them, in the order of their numbers; also those that are none any more, by their status.
    The run to name next time is said on stderr.
    """
    from crawler.sources import load, select
    from exporters.store import Store

    if source is not None:
        select(load(home.require().sources), [source])
    ending = ENDINGS.get(output.suffix.lower()) if output else None
    if form and ending and form != ending:
        click.echo(f"copydesk: {output} is written as {form}, as -f says, whatever its ending", err=True)
    form = form or ending or "jsonl"
    if output is None and form == "parquet" and sys.stdout.isatty():
        raise ConfigError("Parquet is no text for a terminal; name a file with -o")
    with Store.open(home.require().database, read_only=True) as store:
        # Before the first row is read: what ends from now on is for the next time.
        last = store.last_finished_run() or 0
        if since_run is None:
            articles = store.articles(source=source)
        elif since_run > last:
            raise ConfigError(f"run {since_run} has not ended; the last one that has is {last}")
        else:
            articles = store.changed_since(since_run, source=source)
        if output is None:
            count = _write(articles, form, sys.stdout.buffer)
        else:
            count = _write_file(articles, form, output)
    where = f" to {output}" if output else ""
    then = f"; next time: --since-run {last}" if since_run is not None else ""
    click.echo(f"{count} article{'' if count == 1 else 's'} written{where}{then}", err=True)


def _write(articles: Iterator[StoredArticle], form: Form, out: BinaryIO) -> int:
    from exporters.tables import write_csv, write_jsonl, write_parquet

    if form == "parquet":
        return write_parquet(articles, out)
    text = io.TextIOWrapper(out, encoding="utf-8", newline="")
    try:
        return (write_csv if form == "csv" else write_jsonl)(articles, text)
    finally:
        text.flush()
        text.detach()


def _write_file(articles: Iterator[StoredArticle], form: Form, path: Path) -> int:
    """OUT is the old file or the whole new one, also after a crash."""
    try:
        handle, name = tempfile.mkstemp(dir=path.absolute().parent, prefix=f".{path.name}.", suffix=".tmp")
    except OSError as error:
        raise ConfigError(f"cannot write {path}: {error.strerror}") from error
    try:
        with os.fdopen(handle, "wb") as file:
            count = _write(articles, form, file)
            os.fchmod(file.fileno(), 0o644)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise
    return count
