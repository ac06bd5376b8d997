"""``copydesk forget``: an article as if it had never been."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from crawler.cli import pass_home
from crawler.cli._named import key
from crawler.home import Home

if TYPE_CHECKING:
    from exporters.store import Store


@click.command()
@click.argument("article", metavar="URL|ID")
@pass_home
def command(home: Home, article: str) -> None:
    """Take an article out of everything, for good.

    It leaves tables, search, revisions and archive, the feeds are written without it, and no crawl asks for
    its addresses again. What stays is a hash of each address, from which no address can be read.

    WARC files that a crawl is writing to are left, and named; then this ends with 1: say it again, with the
    URL, when the crawl is done. Backups are yours to replace.
    """
    from crawler.press import press
    from crawler.sources import load
    from exporters.rewriting import settle
    from exporters.store import Store
    from exporters.trimming import BusyError, trim
    from pipelines.errors import ConfigError, FetchError

    sources = load(home.require().sources)
    with Store.open(home.database) as store:
        url, number = _named(store, article)
        if number is None and url is None:
            if article.isdecimal():
                raise FetchError(article, f"there is no such article in {home.database}")
            raise ConfigError(f"{article!r} is no article's number and no address; write https://…")
        forgotten = store.forget(url, number, now=datetime.now(UTC))
        records, busy = 0, []
        settle(home.archive, store)
        for path in sorted(home.archive.glob("*.warc.gz")):
            try:
                records += trim(path, forgotten.covers, store)
            except BusyError:
                busy.append(path.name)
        press(home, store, sources, may_empty=True)
        store.checkpoint()
    articles = f"{forgotten.articles} article{'' if forgotten.articles == 1 else 's'}"
    click.echo(f"{articles} and {records} archived answer{'' if records == 1 else 's'} forgotten", err=True)
    if busy:
        again = "say it again, with the URL, when the crawl is done"
        click.echo(f"copydesk: a crawl writes to {', '.join(busy)}: {again}", err=True)
        raise click.exceptions.Exit(1)


def _named(store: Store, article: str) -> tuple[str | None, int | None]:
    if article.startswith(("http://", "https://")):
        return article, None
    found = store.article(key(article))
    return None, found.id if found else None
