"""``copydesk publish``: feeds from the dataset."""

from __future__ import annotations

import click

from crawler.cli import pass_home
from crawler.home import Home


@click.command()
@click.argument("names", metavar="[SOURCE]...", nargs=-1)
@click.option(
    "--base-url",
    metavar="URL",
    help="Where the feeds folder is served; else $COPYDESK_BASE_URL. Each feed names its address there.",
)
@pass_home
def command(home: Home, names: tuple[str, ...], base_url: str | None) -> None:
    """Write the RSS feeds: one for each source, and all.xml.

    A crawl does this itself. With SOURCE only those feeds and all.xml are brought up to date. A feed that has
    not changed is not touched; one that would be empty where the old one was not, or not well-formed, is not
    written.

    The feeds that were written are listed on stdout.
    """
    from crawler.sources import load, select
    from exporters.feeds.publish import publish
    from exporters.store import Store

    sources = load(home.require().sources)
    only = {source.slug for source in select(sources, names)} if names else None
    with Store.open(home.database, read_only=True) as store:
        results = publish(store, home.feeds, sources, only=only, base_url=base_url)
    for result in results:
        if result.outcome == "written":
            click.echo(result.path)
        elif result.outcome == "kept":
            click.echo(f"copydesk: {result.path} stays as it was: {result.reason}", err=True)
    written = sum(result.outcome == "written" for result in results)
    click.echo(f"{written} of {len(results)} feeds written, the others have not changed", err=True)
    if any(result.outcome == "kept" and result.slug in (only or ()) for result in results):
        raise click.exceptions.Exit(1)
