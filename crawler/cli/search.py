"""``copydesk search``: the dataset by its words."""

from __future__ import annotations

import json
import os
import re
import sys
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any

import click

from crawler.cli import pass_home
from crawler.cli.crawl import Duration
from crawler.home import Home


class Since(click.ParamType[str]):
    """ "2026-03-01", or a time before now: "7d"."""

    name = "since"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            return date.fromisoformat(value).isoformat()
        except ValueError:
            pass
        try:
            span = Duration().convert(value, param, ctx)
            return f"{datetime.now(UTC) - span:%Y-%m-%dT%H:%M:%SZ}"
        except (click.BadParameter, OverflowError):
            self.fail(f"{value!r} is neither a day, 2026-03-01, nor a time before now, 12h or 7d", param, ctx)


# "-without" is a word of the query: no option has a single letter here, and unknown ones are words.
@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]})
@click.argument("query", nargs=-1, required=True)
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, metavar="N")
@click.option("--source", metavar="SLUG", help="Only articles of this source.")
@click.option("--since", type=Since(), metavar="7d|DAY", help="Only articles of that day (UTC) or later.")
@click.option("--best", is_flag=True, help="The best matches first, not the newest.")
@click.option("--json", "as_json", is_flag=True, help="A JSON array.")
@pass_home
def command(
    home: Home,
    query: tuple[str, ...],
    limit: int,
    source: str | None,
    since: str | None,
    best: bool,
    as_json: bool,
) -> None:
    """Find articles that contain all the words of QUERY, newest first.

    "a phrase" in quotation marks, prefix* and -without work as one expects; case and accents do not matter.
    """
    from crawler.sources import load, select
    from exporters.store import Store
    from exporters.store.search import fts_query

    if source is not None:
        select(load(home.require().sources), [source])
    with Store.open(home.require().database, read_only=True) as store:
        found = store.search(
            " ".join(query),
            limit=limit,
            source=source,
            since=since,
            order="relevance" if best else "newest",
        )
    if as_json:
        click.echo(json.dumps([asdict(hit) for hit in found], ensure_ascii=False, indent=1))
        return
    colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    for hit in found:
        click.echo(click.style(hit.title or hit.url, bold=True), color=colour)
        click.echo(f"{hit.date[:10]}  {hit.source}  #{hit.id}  {hit.url}")
        snippet = " ".join(hit.snippet.split())
        if colour:
            snippet = re.sub(r"\[([^][]+)\]", lambda match: click.style(match[1], fg="yellow"), snippet)
        click.echo(f"    {snippet}\n", color=colour)
    if not found and fts_query(" ".join(query)) is None:
        click.echo("A query needs a word to look for; -without only leaves articles out.", err=True)
    elif not found:
        click.echo("No article contains all of this.", err=True)
