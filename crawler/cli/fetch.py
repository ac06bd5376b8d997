"""``copydesk fetch``."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from crawler.cli import pass_home
from crawler.cli.add import web_address
from crawler.home import Home

if TYPE_CHECKING:
    from crawler.crawling import Fetched
    from pipelines.types import Article


@click.command()
@click.argument("url", nargs=-1, required=True)
@click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "html", "json"]),
    default="text",
    help="What is printed of each article; text is the default.",
)
@click.option("--save", is_flag=True, help="Keep the answers in the archive and the articles in the dataset.")
@click.option("--allow-private", is_flag=True, help="Pages on this machine and in private networks, too.")
@pass_home
def command(home: Home, url: tuple[str, ...], form: str, save: bool, allow_private: bool) -> None:
    """Fetch the pages named and print their articles.

    Stdout has nothing but the articles; what went wrong is on stderr, and the exit code is then 1.
    """
    from contextlib import nullcontext

    from crawler.crawling import fetch_pages
    from crawler.desk import rules_of
    from exporters.archive import Archive
    from pipelines.clean import clean
    from pipelines.errors import FetchError

    # A host without a dot may be meant where the address is whole.
    url = tuple(a if a.lower().startswith(("http://", "https://")) else web_address(a) for a in url)
    rules = rules_of(home)
    with Archive(home.require().archive, prefix="fetch") if save else nullcontext() as archive:
        fetched = fetch_pages(url, allow_private=allow_private, archive=archive)
    failed = printed = 0
    for one in fetched:
        problem = one.error
        if one.page is not None and one.page.status != 200:
            problem = f"the site answers {one.page.status}"
        elif one.page is not None:
            article = clean(one.page, rules=rules())
            if save:
                _save(home, one, article)
            if article.status == "article":
                if printed and form != "json":
                    click.echo("\n---\n")
                click.echo(shown(article, form).rstrip("\n"))
                printed += 1
                continue
            problem = f"it is no article ({article.reason})"
        failed += 1
        hint = "; --allow-private lets it through" if problem and "private address" in problem else ""
        click.echo(f"copydesk: {FetchError(one.url, problem or 'no page')}{hint}", err=True)
    raise SystemExit(1 if failed else 0)


def _save(home: Home, fetched: Fetched, article: Article) -> None:
    from crawler import sources
    from exporters.store import Store

    known = sources.load(home.sources)
    source = next((s.slug for s in known if s.allows_host(fetched.url)), sources.slug_of(fetched.url))
    with Store.open(home.database) as store:
        store.save(
            article,
            source=source,
            now=datetime.now(UTC),
            snapshot=fetched.snapshot,
            addresses=fetched.addresses,
        )


def shown(article: Article, form: str) -> str:
    """One article in one of the formats; text and Markdown begin with the headline."""
    from pipelines.markdown import markdown_of

    if form == "json":
        row = asdict(article)
        del row["verdicts"], row["evidence"]
        row["removed"] = [{"text": r.text, "by": r.by, "why": r.why} for r in article.removed]
        return json.dumps(row, ensure_ascii=False)
    if form == "html":
        return article.html
    body = markdown_of(article.html) if form == "markdown" else article.text
    if not article.title:
        return body
    return f"# {article.title}\n\n{body}" if form == "markdown" else f"{article.title}\n\n{body}"
