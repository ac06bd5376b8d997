"""``copydesk reclean``: the archive through today's cleaner."""

from __future__ import annotations

import json
import signal
import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from crawler.cli import pass_home
from crawler.cli._progress import Progress
from crawler.cli._table import table
from crawler.home import Home
from pipelines.errors import ConfigError, StoreError

if TYPE_CHECKING:
    from crawler.changes import Report, Sample

_HEADER = ("source", "due", "changed", "no article now", "article now", "sentences +", "sentences -", "lost")


@click.command()
@click.argument("sources", metavar="[SOURCE]...", nargs=-1)
@click.option("--dry-run", is_flag=True, help="Write nothing; show what would change.")
@click.option("--force", is_flag=True, help="Also where a source would lose more than a tenth of its words.")
@click.option(
    "--jobs", type=click.IntRange(min=1), metavar="N", help="Processes; as many as cores unless told."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@pass_home
def command(
    home: Home, sources: tuple[str, ...], dry_run: bool, force: bool, jobs: int | None, as_json: bool
) -> None:
    """Clean the archive again with today's cleaner, without a request.

    Today's cleaner is the rules, the model, the declared layouts and what is remembered of the sites. An
    article is due where it was cleaned with anything else. What changes is kept as a revision by the cleaner;
    neither the article's place in a feed nor last_changed moves.

    A source that would lose more than a tenth of its words is left as it is, and the exit code is 1: look at
    it with --dry-run, then say --force. A run that was stopped or killed goes on where it was. A crawl may
    run at the same time.
    """
    from crawler import lock
    from crawler.processes import cores
    from crawler.recleaning import Recleaning

    home.require()
    if not home.database.exists():
        raise StoreError(f"{home.database}: no dataset there yet; `{home.hint('crawl')}` makes one")
    progress = Progress("articles")
    reports = []
    alone = lock.hold(home.reclean_lock, datetime.now(UTC), what="cleaning again")
    with nullcontext() if dry_run else alone:
        run = Recleaning(home, jobs=jobs or cores(), dry_run=dry_run, force=force, tick=progress.tick)
        try:
            with _stoppable(), run:
                for report in run.run(_chosen(sources, run.sources())):
                    reports.append(report)
                    progress.clear()
        except KeyboardInterrupt:
            progress.clear()
            again = "" if dry_run else "; run it again, and it goes on from here"
            raise click.ClickException(f"stopped after {progress.count} articles{again}") from None
    if as_json:
        click.echo(json.dumps(_as_json(reports, dry_run), ensure_ascii=False, indent=1))
    else:
        _show(reports, dry_run)
    _warn(home, reports, dry_run)
    if not dry_run and any(report.changed and not report.stopped for report in reports):
        click.echo(f"the feeds follow with: {home.hint('publish')}", err=True)
    if any(report.stopped for report in reports) or _failed(reports):
        raise click.exceptions.Exit(1)


def _chosen(named: Sequence[str], known: Sequence[str]) -> list[str]:
    from crawler.sources import nearest

    for name in named:
        if name not in known:
            near = nearest(name, known)
            there = f"there are: {', '.join(known)}" if known else "there are none"
            hint = f"did you mean {near!r}?" if near else there
            raise ConfigError(f"the dataset has no articles of {name!r}; {hint}")
    return [name for name in known if not named or name in named]


@contextmanager
def _stoppable() -> Iterator[None]:
    """SIGTERM ends it as Ctrl-C does."""

    def stop(*_: Any) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _failed(reports: Sequence[Report]) -> bool:
    """Whether nothing that was due could be cleaned."""
    failed = sum(report.failed for report in reports)
    return failed > 0 and failed == sum(report.due for report in reports)


def _show(reports: Sequence[Report], dry_run: bool) -> None:
    due = [report for report in reports if report.due]
    if not due:
        click.echo("Nothing is due: every article is as today's cleaner makes it.")
        return
    rows = [
        (r.source, r.due, r.changed, r.rejected, r.accepted, r.gained, r.lost, f"{r.share_lost:.1%}")
        for r in due
    ]
    click.echo(table(_HEADER, rows, right=_HEADER[1:]))
    for report in due:
        if not report.sentences_lost and not report.sentences_gained:
            continue
        verb = "would lose and gain" if dry_run or report.stopped else "lost and gained"
        click.echo(f"\n{report.source} {verb}, among others:")
        for sample in report.sentences_lost:
            _show_sample("-", sample)
        for sample in report.sentences_gained:
            _show_sample("+", sample)


def _show_sample(sign: str, sample: Sample) -> None:
    text = textwrap.shorten(sample.text, 160, placeholder=" …")
    cause = f", {sample.by}" if sample.by else ""
    click.echo(f"  {sign} {text}  [article {sample.article}{cause}]")


def _warn(home: Home, reports: Sequence[Report], dry_run: bool) -> None:
    from crawler.recleaning import MOST_LOST

    for report in reports:
        if report.failed:
            said = (
                f"copydesk: {report.source}: {report.failed} of {report.due} pages could not be cleaned again"
            )
            click.echo(f"{said}, the first: {report.failure}", err=True)
        if report.without_page:
            said = f"copydesk: {report.source}: {report.without_page} articles have no page in the archive"
            click.echo(f"{said} and stay as they are", err=True)
        if report.stopped:
            verb = "would be" if dry_run else "was"
            click.echo(
                f"copydesk: {report.source}: {report.share_lost:.0%} of its words would go, more than"
                f" {MOST_LOST:.0%}; nothing of it {verb} written. Where that is right:"
                f" {home.hint(f'reclean {report.source} --force')}",
                err=True,
            )


def _as_json(reports: Sequence[Report], dry_run: bool) -> dict[str, Any]:
    return {
        "dry_run": dry_run,
        "sources": [{**asdict(report), "share_lost": round(report.share_lost, 4)} for report in reports],
    }
