"""``copydesk import``: what was collected elsewhere, by the kind of its file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawler.cli import pass_home
from crawler.cli._progress import Progress
from crawler.home import Home
from pipelines.errors import ConfigError

if TYPE_CHECKING:
    from crawler.importing import Tally

_ARCHIVES = (".warc.gz", ".warc")


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="A JSON array, an object a file.")
@pass_home
def command(home: Home, files: tuple[Path, ...], as_json: bool) -> None:
    """Import archives made elsewhere: the pages in a .warc.gz become snapshots and articles.

    Each page is copied into the archive and cleaned as if it had been crawled when it was fetched; its source
    is the declared one of its host, else one named after the host. Other answers (pictures, redirects,
    errors) are left out, and so is what is here already: importing a file twice adds nothing. Damaged and
    truncated records are counted and skipped.

    `copydesk reclean` afterwards cleans the articles with what their sites repeat; with --dry-run it shows
    what that would change. A source that would lose more than a tenth of its words waits for --force.
    """
    from crawler.importing import Import

    home.require()
    for file in files:
        if not file.is_file():
            raise ConfigError(f"there is no file {file}")
        if not file.name.lower().endswith(_ARCHIVES):
            raise ConfigError(f"{file}: cannot tell what it is; name files that end in .warc.gz or .warc")
    progress = Progress("pages")
    importing = Import(home, tick=progress.tick)
    tallies = []
    for file in files:
        tallies.append(importing.warc(file))
        progress.clear()
        if not as_json:
            click.echo(_line(tallies[-1]))
        _warn(tallies[-1])
    if as_json:
        rows = [{**asdict(tally), "answers": tally.answers} for tally in tallies]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
    if any(tally.new or tally.changed for tally in tallies):
        from crawler.recleaning import MOST_LOST

        click.echo(
            f"what their sites repeat is cut with: {home.hint('reclean')}\n"
            f"what that would change is shown with: {home.hint('reclean --dry-run')} (a source that would"
            f" lose more than {MOST_LOST:.0%} of its words is left alone without --force)",
            err=True,
        )
    if _failed(tallies):
        raise click.exceptions.Exit(1)


def _failed(tallies: Sequence[Tally]) -> bool:
    """Whether a file gave nothing at all."""
    return any(tally.answers == tally.failed for tally in tallies)


def _line(tally: Tally) -> str:
    parts = [_count(tally.new, "new article")]
    for number, what in (
        (tally.changed, "changed"),
        (tally.unchanged, "unchanged"),
        (tally.known, "here already"),
        (tally.older, "older than what is here"),
        (tally.others, "other answers"),
    ):
        if number:
            parts.append(f"{number} {what}")
    if tally.rejected:
        reasons = ", ".join(f"{reason} {number}" for reason, number in sorted(tally.rejected.items()))
        parts.insert(1, f"{_count(tally.rejected.total(), 'page')} of another kind ({reasons})")
    return f"{tally.file}: {', '.join(parts)}"


def _count(number: int, what: str) -> str:
    return f"{number} {what}" + ("" if number == 1 else "s")


def _warn(tally: Tally) -> None:
    if tally.damaged:
        records = "record is" if tally.damaged == 1 else "records are"
        said = f"{tally.damaged} {records} damaged or cut short and left out"
        click.echo(f"copydesk: {tally.file}: {said}, the first at byte {tally.damaged_at}", err=True)
    if tally.failed:
        said = f"{tally.failed} pages could not be cleaned"
        click.echo(f"copydesk: {tally.file}: {said}, the first: {tally.failure}", err=True)
    if not tally.answers:
        click.echo(f"copydesk: {tally.file}: there is no answer in it", err=True)
