"""``copydesk crawl``."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

from crawler.cli import pass_home
from crawler.cli._table import table as columns
from crawler.home import Home

if TYPE_CHECKING:
    from crawler.crawling import CrawlResult
    from crawler.ledger import Counts

#: Columns of the table that are plain numbers.
_COUNTED = ("found", "new", "changed", "unchanged", "known")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


class Duration(click.ParamType[timedelta]):
    """ "90s", "10m", "12h", "7d", "2w"."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        if isinstance(value, timedelta):
            return value
        match = re.fullmatch(r"(\d{1,5})([smhdw])", str(value).strip().lower())
        if match is None or not int(match[1]):
            self.fail(f"{value!r} is no duration; write 90s, 10m, 12h, 7d or 2w", param, ctx)
        return timedelta(**{_UNITS[match[2]]: int(match[1])})


@click.command()
@click.argument("source", nargs=-1)
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="At most N new articles a source.")
@click.option("--since", type=Duration(), metavar="7d", help="Leave out what is older; go so far back.")
@click.option("--max-time", type=Duration(), metavar="10m", help="End in order after this time.")
@click.option("--all", "everything", is_flag=True, help="Every source now, and what failed before too.")
@click.option("--no-publish", is_flag=True, help="Leave the feeds as they are.")
@click.option("--json", "as_json", is_flag=True, help="The result as JSON on stdout.")
@pass_home
def command(
    home: Home,
    source: tuple[str, ...],
    limit: int | None,
    since: timedelta | None,
    max_time: timedelta | None,
    everything: bool,
    no_publish: bool,
    as_json: bool,
) -> None:
    """Fetch what is new, clean and store it, publish the feeds.

    Without SOURCE: every source that is enabled, each feed when it is due. A source that is named is polled
    at once, whatever its schedule. What is known already is not asked for again. Away from a terminal it says
    nothing unless a source falls ill or recovers; the log is in the home, logs/copydesk.log. At its end it
    asks for $COPYDESK_PING_URL, if that is set: a watchdog then hears that it still runs.
    """
    from crawler import ping
    from crawler import sources as declared
    from crawler.crawling import Options, crawl
    from pipelines.errors import ConfigError

    watchdog = os.environ.get(ping.VARIABLE) or None
    if watchdog is not None:
        ping.check(watchdog)

    chosen = declared.select(declared.load(home.require().sources), source)
    if not chosen:
        raise ConfigError(f"no source is declared in {home.sources}; make one with: {home.hint('add URL')}")
    result = crawl(
        home,
        chosen,
        Options(
            limit=limit,
            since=since,
            max_time=max_time,
            all=everything,
            publish=not no_publish,
            named=frozenset(source),
            ping=watchdog,
        ),
        progress=sys.stderr.isatty(),
    )
    if as_json:
        click.echo(json.dumps(_plain(result), ensure_ascii=False, indent=2))
    if sys.stderr.isatty():
        click.echo(table(result.sources), err=True)
        click.echo(_ending(result), err=True)
    for line in _changes(result.sources):
        click.echo(f"copydesk: {line}", err=True)
    raise SystemExit(result.exit_code)


def _plain(result: CrawlResult) -> dict[str, Any]:
    rows = [
        {**asdict(counts), "postponed": counts.postponed, "trouble": counts.trouble}
        for counts in result.sources
    ]
    return {**asdict(result), "sources": rows}


def _changes(sources: Sequence[Counts]) -> list[str]:
    """The sentences that are worth a mail from cron."""
    fell = [f"{c.source} became unhealthy: {c.unhealthy}" for c in sources if c.became == "unhealthy"]
    return fell + [f"{c.source} is healthy again" for c in sources if c.became == "healthy"]


def table(sources: Sequence[Counts]) -> str:
    """One row a source and their sum; reasons spelled out."""
    head = ("source", *_COUNTED, "rejected", "failed", "later", "seconds")
    rows: list[tuple[str, ...]] = [
        (
            c.source,
            *(str(getattr(c, name)) for name in _COUNTED),
            _reasons(c.rejected),
            _reasons(c.failed),
            str(c.postponed),
            f"{c.seconds:.1f}",
        )
        for c in sources
    ]
    if len(rows) > 1:
        rows.append(
            (
                "together",
                *(str(sum(getattr(c, name) for c in sources)) for name in _COUNTED),
                str(sum(sum(c.rejected.values()) for c in sources)),
                str(sum(sum(c.failed.values()) for c in sources)),
                str(sum(c.postponed for c in sources)),
                "",
            )
        )
    wrong = [(c.source, c.unhealthy or c.trouble) for c in sources]
    lines = [columns(head, rows, right={*_COUNTED, "later", "seconds"})]
    return "\n".join(lines + [f"{source}: {said}" for source, said in wrong if said])


def _reasons(counts: Any) -> str:
    total = sum(counts.values())
    if not total:
        return "0"
    said = ", ".join(f"{reason} {n}" if len(counts) > 1 else reason for reason, n in sorted(counts.items()))
    return f"{total} ({said})"


def _ending(result: CrawlResult) -> str:
    how = {"max-time": "ended at the time limit", "shutdown": "ended by a signal"}.get(result.reason, "done")
    return f"{how} in {result.seconds:.1f} s"
