"""``copydesk history``: what an article said before."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

import click

from crawler.cli import pass_home
from crawler.cli._named import key
from crawler.cli._page import html_option, write
from crawler.home import Home
from pipelines.errors import FetchError


@click.command()
@click.argument("what", metavar="ID|URL")
@click.option("--all", "everything", is_flag=True, help="What our cleaner changed, too.")
@html_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@pass_home
def command(home: Home, what: str, everything: bool, out: Path | None, as_json: bool) -> None:
    """Show an article's edits word for word: when we saw each, what went and what came.

    Without colours what went stands in [-…-] and what came in {+…+}. Changes by our cleaner, which learns
    what a site repeats, are counted and left out. ID is an article's number or guid in the dataset.
    """
    from crawler import history
    from exporters.store import Store

    with Store.open(home.require().database, read_only=True) as store:
        article = store.article(key(what))
        if article is None:
            raise FetchError(what, f"there is no such article in {home.database}")
        every = history.changes(article, store.revisions(article.id))
    if out is not None:
        write(out, history.as_html(article, every, everything=everything))
    elif as_json:
        plain = history.as_json(article, every, everything=everything)
        click.echo(json.dumps(plain, ensure_ascii=False, indent=1))
    else:
        width = min(shutil.get_terminal_size((100, 24)).columns, 100)
        colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
        text = history.as_text(article, every, everything=everything, colour=colour, width=width)
        click.echo(text, color=colour, nl=False)
