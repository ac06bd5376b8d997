"""``copydesk status``: how the sources and the dataset do."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crawler.cli import pass_home
from crawler.cli._table import table
from crawler.home import Home

if TYPE_CHECKING:
    from crawler.sources import Source
    from exporters.store import SourceDay, SourceStats

#: A crawl needs room for the archive; below this it is worth a word.
LOW_DISK = 200 * 1024 * 1024


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option(
    "--html",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="OUT",
    help="One page with plots of each source's last 30 days; needs no other file.",
)
@click.option(
    "--prometheus",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Metrics as text, replaced as a whole: for node_exporter's textfile collector.",
)
@pass_home
def command(home: Home, as_json: bool, html: Path | None, prometheus: Path | None) -> None:
    """Show the sources' articles, rejected pages, last run and health, and what is wrong with the dataset.

    With --html or --prometheus the file is written and nothing is shown, unless --json asks for it too.
    """
    from crawler import metrics, statuspage
    from crawler.sources import read

    sources, wrong = read(home.require().sources)
    state = gather(home, sources)
    if prometheus is not None:
        _replace(prometheus, metrics.render(state))
    if html is not None:
        now = datetime.now(UTC)
        _replace(html, statuspage.render(state, _days(home, now), now.date()))
    if as_json:
        click.echo(json.dumps(state, ensure_ascii=False, indent=1))
    elif html is None and prometheus is None:
        _show(home, state)
    if wrong is not None:
        raise wrong


def _replace(path: Path, content: str) -> None:
    """Whoever collects the file sees the old one or the new one, never half of it."""
    from exporters.files import write
    from pipelines.errors import StoreError

    try:
        write(path, content.encode())
    except OSError as error:
        raise StoreError(f"{path}: cannot be written: {error.strerror}") from error


def _days(home: Home, now: datetime) -> tuple[SourceDay, ...]:
    from crawler.statuspage import DAYS
    from exporters.store import Store

    if not home.database.exists():
        return ()
    with Store.open(home.database, read_only=True) as store:
        return store.days(since=now - timedelta(days=DAYS))


def _show(home: Home, state: dict[str, Any]) -> None:
    click.echo(f"{home.path}: {state['articles']} articles, {state['rejected']} rejected pages")
    last = state["last_run"]
    if state["crawling"]:
        click.echo(f"A crawl is running: {state['crawling']}")
    if last is not None:
        click.echo(f"Last crawl: {last['started']}, {last['outcome'] or 'not finished'}")
    rows = [
        (
            row["source"],
            row["articles"],
            row["rejected"],
            row["failing"],
            _short(row["newest"]),
            _short(row["last_run"]),
            row["new"],
            row["health"],
        )
        for row in state["sources"]
    ]
    if rows:
        header = ("source", "articles", "rejected", "failing", "newest", "last run", "new", "health")
        click.echo("\n" + table(header, rows, right={"articles", "rejected", "failing", "new"}))
    for problem in (*state["problems"], state["sqlite"]["flaw"]):
        if problem is not None:
            click.echo(f"copydesk: {problem}", err=True)


def gather(home: Home, sources: tuple[Source, ...]) -> dict[str, Any]:
    """All that is shown, as ``--json`` writes it."""
    from exporters.store import Store

    stats: tuple[SourceStats, ...] = ()
    last = None
    problems = []
    if home.database.exists():
        with Store.open(home.database, read_only=True) as store:
            stats = store.stats()
            last = next(iter(store.runs(limit=1)), None)
    else:
        problems.append(f"there is no dataset yet; `{home.hint('crawl')}` makes one")
    running = holder(home)
    if last is not None and last.finished is None and running is None:
        problems.append(f"the crawl of {last.started} did not come to its end; the next one goes on there")
    free = shutil.disk_usage(home.path).free
    if free < LOW_DISK:
        problems.append(f"only {free // 1024 // 1024} MB are left on the disk of {home.path}")
    return {
        "home": str(home.path),
        "database": str(home.database),
        "articles": sum(row.articles for row in stats),
        "rejected": sum(row.rejected for row in stats),
        "crawling": running,
        "last_run": last
        and {"id": last.id, "started": last.started, "finished": last.finished, "outcome": last.outcome},
        "problems": problems,
        "sqlite": {"version": sqlite3.sqlite_version, "flaw": sqlite_flaw(sqlite3.sqlite_version_info)},
        "sources": [_row(name, declared, known) for name, declared, known in _merged(sources, stats)],
    }


def sqlite_flaw(version: tuple[int, int, int]) -> str | None:
    """Whether the SQLite at hand has a bug that matters here: https://www.sqlite.org/wal.html#walresetbug."""
    repaired = {(3, 44): 6, (3, 50): 7}  # in these lines the repair was made up for
    if version >= (3, 51, 3) or version[2] >= repaired.get(version[:2], 1000):
        return None
    return (
        f"this Python's SQLite is {'.'.join(map(str, version))}; before 3.51.3 it can damage a dataset that "
        "two programs checkpoint at once. Of Copydesk only a crawl does that; let no other program write"
    )


def _merged(
    sources: tuple[Source, ...], stats: tuple[SourceStats, ...]
) -> list[tuple[str, Source | None, SourceStats | None]]:
    """What is declared and what is stored, by name: either may be there alone."""
    declared = {source.slug: source for source in sources}
    known = {row.source: row for row in stats}
    return [(name, declared.get(name), known.get(name)) for name in sorted(declared | known)]


def _row(name: str, declared: Source | None, known: SourceStats | None) -> dict[str, Any]:
    last = known.last if known else None
    if declared is None:
        health = "no source file"
    elif not declared.enabled:
        health = "disabled"
    elif last is not None and not last.healthy:
        health = last.problem or "unhealthy"
    else:
        health = "ok" if last is not None else "not crawled yet"
    return {
        "source": name,
        "enabled": declared.enabled if declared else False,
        "articles": known.articles if known else 0,
        "rejected": known.rejected if known else 0,
        "gone": known.gone if known else 0,
        "failing": known.failing if known else 0,
        "newest": known.newest if known else None,
        "last_run": last.started if last else None,
        "found": last.found if last else None,
        "new": last.new if last else None,
        "changed": last.changed if last else None,
        "failed": sum(last.failed.values()) if last else None,
        "seconds": last.seconds if last else None,
        "words": last.words if last else None,
        "removed_share": last.removed_share if last else None,
        "trouble": last.trouble if last else None,
        "healthy": last.healthy if last and declared and declared.enabled else None,
        "health": health,
    }


def _short(time: str | None) -> str | None:
    return time[:16].replace("T", " ") if time else None


def holder(home: Home) -> str | None:
    """Who holds the crawl lock, as its file says: trying it would make a crawl that starts now fail."""
    with suppress(OSError):
        said = home.lock.read_text(encoding="utf-8").strip()
        words = said.split()
        if len(words) > 1 and words[0] == "pid" and words[1].isdecimal():
            with suppress(ProcessLookupError):
                try:
                    os.kill(int(words[1]), 0)
                except PermissionError:
                    return said  # alive, another user's
                return said
    return None
