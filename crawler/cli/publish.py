"""``copydesk publish``: feeds from the dataset."""

from __future__ import annotations

from collections import Counter

import click

from crawler.cli import pass_home
from crawler.home import Home
from pipelines.errors import ConfigError


@click.command()
@click.argument("names", metavar="[SOURCE]...", nargs=-1)
@click.option(
    "--base-url",
    metavar="URL",
    help="Where the feeds folder is served; else $COPYDESK_BASE_URL. Each feed names its address there.",
)
@pass_home
def command(home: Home, names: tuple[str, ...], base_url: str | None) -> None:
    """Write the feeds: one for each source, one of all, and those that feeds.toml defines.

    Each comes as RSS (.xml), Atom (.atom) and JSON Feed (.json); feeds.opml lists them. A crawl does this
    itself. With SOURCE of the sources only those are brought up to date. A file that has not changed is not
    touched; one that would be no valid feed, or empty where the old one was not, is not written, and the exit
    code is 1. A definition in feeds.toml that is wrong is named, the other feeds are written, and the exit
    code is 2.

    The files that were written are listed on stdout.
    """
    from crawler.press import press
    from crawler.sources import load, select
    from exporters.store import Store
    from pipelines.errors import StoreError

    sources = load(home.require().sources)
    only = {source.slug for source in select(sources, names)} if names else None
    if not home.database.is_file():
        raise StoreError(f"{home.database}: no dataset there yet; the first crawl makes one.")
    with Store.open(home.database) as store:
        results, problems = press(home, store, sources, only=only, base_url=base_url)
    for result in results:
        if result.outcome == "written":
            click.echo(result.path)
        elif result.outcome == "kept":
            click.echo(f"copydesk: {result.path} stays as it was: {result.reason}", err=True)
    for problem in problems:
        click.echo(f"copydesk: {problem}", err=True)
    counts = Counter(result.outcome for result in results)
    said = f"{counts['written']} of {len(results)} files written, {counts['unchanged']} have not changed"
    click.echo(said + (f", {counts['kept']} stay as they were" if counts["kept"] else ""), err=True)
    if problems:
        raise click.exceptions.Exit(ConfigError.exit_code)
    if counts["kept"]:
        raise click.exceptions.Exit(1)
