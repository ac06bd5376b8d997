"""``copydesk explain``: why a page comes out as it does."""

from __future__ import annotations

import json
import os
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawler.cli import pass_home
from crawler.cli._named import key
from crawler.cli._page import html_option, write
from crawler.home import Home
from pipelines.errors import ConfigError, FetchError, PageError, StoreError

if TYPE_CHECKING:
    from exporters.store import StoredArticle
    from pipelines.boilerplate.memory import SiteMemory
    from pipelines.types import Layout, Page


@click.command()
@click.argument("what", metavar="URL|FILE|ID")
@html_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option("--url", metavar="URL", help="Address of the page in FILE; else what it calls canonical.")
@click.option(
    "--allow-private", is_flag=True, help="Also ask addresses of this machine and the local network."
)
@pass_home
def command(
    home: Home, what: str, out: Path | None, as_json: bool, url: str | None, allow_private: bool
) -> None:
    """Show every block of a page in order, kept (+) or cut (-), by what, how surely and why.

    ID is an article's number or guid in the dataset, FILE a page on the disk (also gzipped). A URL that is in
    the dataset comes from the archive, without a request; any other one is fetched.
    """
    from crawler import explanation
    from crawler.desk import rules_of
    from pipelines.clean import clean

    page, layout, origin = _find(home, what, url=url, allow_private=allow_private)
    article = clean(page, rules=rules_of(home)(), layout=layout, memory=_memory(home, page.url))
    if out is not None:
        write(out, explanation.as_html(article, origin=origin))
    elif as_json:
        click.echo(json.dumps(explanation.as_json(article), ensure_ascii=False, indent=1))
    else:
        width = min(shutil.get_terminal_size((100, 24)).columns, 100)
        colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
        click.echo(explanation.as_text(article, origin=origin, width=width), color=colour, nl=False)


def _find(home: Home, what: str, *, url: str | None, allow_private: bool) -> tuple[Page, Layout | None, str]:
    """The page, the layout declared for it, and where it came from in words."""
    is_address = what.lower().startswith(("http://", "https://"))
    if not is_address and Path(what).exists():
        from crawler.batch import Task, read_page

        file = Path(what)
        try:
            page = read_page(Task(id=None, path=what, file=file, url=url))
        except PageError as error:
            raise PageError(f"{what}: {error}") from error
        return page, _layout(home, page.url), f"from {what}"
    if not is_address and (what.isdecimal() or what.startswith("urn:")):
        home.require()
        if not home.database.exists():
            raise StoreError(f"{home.database}: no dataset there yet; `{home.hint('crawl')}` makes one")
    stored = _stored(home, what)
    if stored is not None:
        found = _archived(home, stored)
        if found is not None:
            return found
        if not is_address:
            raise StoreError(
                f"article {what} has no page in the archive; try: {home.hint(f'explain {stored.url}')}"
            )
    if not is_address:
        if what.isdecimal() or what.startswith("urn:"):
            raise FetchError(what, f"there is no such article in {home.database}")
        raise ConfigError(f"{what}: no such file, and neither an address (https://…) nor an article's number")
    from crawler.crawling import fetch_pages

    (fetched,) = fetch_pages([what], allow_private=allow_private)
    if fetched.page is None:
        raise FetchError(what, fetched.error or "no answer")
    return fetched.page, _layout(home, fetched.page.url), "fetched just now"


def _stored(home: Home, what: str) -> StoredArticle | None:
    if not home.database.exists():
        return None
    from exporters.store import Store

    with Store.open(home.database, read_only=True) as store:
        return store.article(key(what))


def _archived(home: Home, stored: StoredArticle) -> tuple[Page, Layout | None, str] | None:
    """The page that the article was cleaned from, with what its feed said of it."""
    from crawler.archived import Layouts, page_of
    from exporters.archive import Archive
    from exporters.store import Store

    with Store.open(home.database, read_only=True) as store:
        snapshot = store.snapshot(stored.snapshot) if stored.snapshot is not None else None
        entry = store.entry(stored.id)
    if snapshot is None:
        return None
    page = page_of(Archive(home.archive).read(snapshot), url=snapshot.url, entry=entry)
    layout = Layouts.declared(home).of(stored.source, snapshot.fetched[:10])
    return page, layout, f"from the archive, fetched {snapshot.fetched}"


def _layout(home: Home, url: str) -> Layout | None:
    """What the first source declares that the address belongs to."""
    from crawler.archived import Layouts

    return Layouts.declared(home).at(url, datetime.now(UTC).date().isoformat())


def _memory(home: Home, url: str) -> SiteMemory | None:
    """What is known now of the page's site."""
    if not home.database.exists():
        return None
    from exporters.store import Store
    from pipelines.boilerplate.memory import site_of

    with Store.open(home.database, read_only=True) as store:
        return store.site_memory(site_of(url))
