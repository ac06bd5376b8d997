"""``copydesk prune``: room on the disk."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

import click

from crawler.cli import pass_home
from crawler.cli.crawl import Duration
from crawler.home import Home

_UNITS = {"MB": 10**6, "GB": 10**9, "TB": 10**12}


class Size(click.ParamType[int]):
    """ "500MB", "5GB", "1TB"."""

    name = "size"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        match = re.fullmatch(r"(\d{1,6})\s?(MB|GB|TB)", str(value).strip().upper())
        if match is None:
            self.fail(f"{value!r} is no size; write 500MB, 5GB or 1TB", param, ctx)
        return int(match[1]) * _UNITS[match[2]]


@click.command()
@click.option("--older-than", type=Duration(), metavar="180d", help="All answers that are older.")
@click.option(
    "--keep", type=click.IntRange(min=1), metavar="N", help="All but the newest N snapshots of an article."
)
@click.option("--free", type=Size(), metavar="5GB", help="The oldest, until so much is left on the disk.")
@click.option("--newest-too", is_flag=True, help="Also the pages that articles were cleaned from.")
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
@click.option("--json", "as_json", is_flag=True, help="The result as JSON on stdout.")
@pass_home
def command(
    home: Home,
    older_than: timedelta | None,
    keep: int | None,
    free: int | None,
    newest_too: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Take answers out of the archive that are not needed any more.

    The dataset keeps all articles and revisions. Each article keeps the page it was cleaned from, so that it
    can be cleaned again, unless --newest-too says otherwise; a page that others refer to stays with them.

    It runs beside a crawl, which never waits for it: files that the crawl writes to are left for the next
    time. Beside a reclean it ends with 75. If --free cannot be reached, it ends with 1.
    """
    from crawler import lock
    from exporters.pruning import Wish, prune
    from exporters.store import Store
    from pipelines.errors import ConfigError

    if older_than is None and keep is None and free is None:
        raise ConfigError("say what is to go: --older-than 180d, --keep 3 or --free 5GB")
    now = datetime.now(UTC)
    wish = Wish(before=now - older_than if older_than else None, keep=keep, free=free, newest_too=newest_too)
    if not home.require().database.exists():
        raise ConfigError(f"there is no dataset yet; `{home.hint('crawl')}` makes one")
    with (
        lock.hold(home.reclean_lock, now, what="cleaning again or pruning"),
        Store.open(home.database) as store,
    ):
        home.archive.mkdir(exist_ok=True)
        pruned = prune(store, home.archive, wish, dry_run=dry_run)
    if as_json:
        click.echo(json.dumps(asdict(pruned), indent=1))
    else:
        went = "would go" if dry_run else "gone"
        sized = f"{pruned.snapshots} snapshots, {pruned.bytes / 1e6:.1f} MB of {pruned.files} files"
        click.echo(f"{sized} {went}", err=True)
    if pruned.busy:
        click.echo(f"copydesk: in use, left for the next time: {', '.join(pruned.busy)}", err=True)
    if pruned.lacking:
        click.echo(f"copydesk: {pruned.lacking / 1e6:.1f} MB are still missing", err=True)
        raise click.exceptions.Exit(1)
