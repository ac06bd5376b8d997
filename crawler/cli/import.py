"""``copydesk import``: what was collected elsewhere, by the kind of its file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crawler.cli import pass_home
from crawler.cli._progress import Progress
from crawler.home import Home
from pipelines.errors import ConfigError

if TYPE_CHECKING:
    from crawler.importing import Tally
    from crawler.subscriptions import Taken

_ARCHIVES = (".warc.gz", ".warc")
_LISTS = (".opml", ".opml.xml", ".xml")


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="A JSON array, an object a file.")
@pass_home
def command(home: Home, files: tuple[Path, ...], as_json: bool) -> None:
    """Import what was collected elsewhere: an archive's pages (.warc.gz), a reader's list of feeds (.opml).

    Each feed of a list becomes a source, as `copydesk add` writes one, but nothing is asked of the net;
    feeds of one home page are one source. What is declared already is left out. `copydesk sources --check`
    afterwards asks each feed once.

    Pages become snapshots and articles. Each page is copied into the archive and cleaned as if it had been
    crawled when it was fetched; its source is the declared one of its host, else one named after the host.
    Other answers (pictures, redirects, errors) are left out, and so is what is here already: importing a file
    twice adds nothing. Damaged and truncated records are counted and skipped.

    `copydesk reclean` afterwards cleans the articles with what their sites repeat; with --dry-run it shows
    what that would change. A source that would lose more than a tenth of its words waits for --force.
    """
    home.require()
    for file in files:
        if not file.is_file():
            raise ConfigError(f"there is no file {file}")
        if not file.name.lower().endswith((*_ARCHIVES, *_LISTS)):
            known = "files that end in .warc.gz, .warc or .opml"
            raise ConfigError(f"{file}: cannot tell what it is; name {known}")
    lists = [file for file in files if file.name.lower().endswith(_LISTS)]
    rows = [_subscribe(home, file, quiet=as_json) for file in lists]
    archives = [file for file in files if file not in lists]
    worked = all(row["sources"] or row["known"] for row in rows)
    if archives:
        worked &= _import(home, archives, rows, quiet=as_json)
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
    if not worked:
        raise click.exceptions.Exit(1)


def _import(home: Home, files: Sequence[Path], rows: list[dict[str, Any]], *, quiet: bool) -> bool:
    """Whether every file gave something."""
    from crawler.importing import Import

    progress = Progress("pages")
    importing = Import(home, tick=progress.tick)
    tallies = []
    for file in files:
        tallies.append(importing.warc(file))
        progress.clear()
        if not quiet:
            click.echo(_line(tallies[-1]))
        _warn(tallies[-1])
    rows += ({**asdict(tally), "answers": tally.answers} for tally in tallies)
    if any(tally.new or tally.changed for tally in tallies):
        from crawler.recleaning import MOST_LOST

        click.echo(
            f"what their sites repeat is cut with: {home.hint('reclean')}\n"
            f"what that would change is shown with: {home.hint('reclean --dry-run')} (a source that would"
            f" lose more than {MOST_LOST:.0%} of its words is left alone without --force)",
            err=True,
        )
    return not _failed(tallies)


def _subscribe(home: Home, file: Path, *, quiet: bool) -> dict[str, Any]:
    """The sources of a reader's list, written into the home; what became of the list."""
    from crawler import sources, subscriptions

    found, unusable, damaged = subscriptions.read(file.read_bytes(), str(file))
    known, _ = sources.read(home.sources)
    slugs = {path.stem for path in home.sources.glob("*.toml")}
    taken = subscriptions.sources_of(found, known, name=file.name, unusable=unusable, taken=slugs)
    for source, origins in taken.sources:
        sources.write(source, home.sources / f"{source.slug}.toml", origins=origins)
    if not quiet:
        _show(file, taken)
    if damaged is not None:
        said = f"is damaged at line {damaged}; what could be read of it was taken"
        click.echo(f"copydesk: {file} {said}", err=True)
    for entry in taken.unusable:
        click.echo(f"copydesk: {file}: left out, it names no feed: {entry}", err=True)
    if not taken.sources and not taken.known:
        click.echo(f"copydesk: {file}: there is no feed in it", err=True)
    if taken.sources:
        click.echo(f"what can be read of them is shown with: {home.hint('sources --check')}", err=True)
    return {
        "file": str(file),
        "sources": [
            {"slug": source.slug, "url": source.url, "name": source.name, "feeds": list(source.feeds)}
            for source, _ in taken.sources
        ],
        "known": list(taken.known),
        "unusable": list(taken.unusable),
        "damaged_at_line": damaged,
    }


def _show(file: Path, taken: Taken) -> None:
    parts = [_count(len(taken.sources), "new source")]
    if taken.known:
        parts.append(f"{_count(len(taken.known), 'feed')} declared already")
    click.echo(f"{file}: {', '.join(parts)}")
    for source, _ in taken.sources:
        click.echo(f"  {source.slug}  {source.name}")


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
