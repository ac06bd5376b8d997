"""``copydesk sources``: what is declared, and whether it still answers."""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import click

from crawler.cli import pass_home
from crawler.cli._table import table
from crawler.home import Home

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.sources import Source
    from pipelines.types import Page


@click.command()
@click.argument("names", metavar="[SOURCE]...", nargs=-1)
@click.option("--check", is_flag=True, help="Also ask each address and count the articles it lists.")
@click.option("--pause", is_flag=True, help="Leave the named sources out of crawls from now on.")
@click.option("--resume", is_flag=True, help="Take the named sources into crawls again.")
@click.option("--json", "as_json", is_flag=True, help="A JSON array.")
@pass_home
def command(
    home: Home, names: tuple[str, ...], check: bool, pause: bool, resume: bool, as_json: bool
) -> None:
    """List the sources, after validating all of their files.

    A file that is wrong ends this with 2 and every problem at once. --check asks each feed, sitemap and
    section page once, or the home page where none is declared, and ends with 1 if one of them lists no
    article. It sends no cookies or headers of the source and stores nothing.

    --pause and --resume write enabled = false or true into the sources' files and leave the rest as it is.
    What a paused source has published stays in the dataset and its feed; a crawl that names it still asks it.
    """
    from crawler.sources import load, select

    declared = load(home.require().sources)
    if pause or resume:
        if pause == resume or not names or check:
            raise click.UsageError("name the sources, with either --pause or --resume alone")
        _set_enabled(home, [source.slug for source in select(declared, names)], resume)
        declared = load(home.sources)
    chosen = select(declared, names) if names else declared
    asked = [source for source in chosen if names or source.enabled] if check else []
    answers = _ask(asked)
    if as_json:
        objects = [_as_json(source, answers.get(source.slug)) for source in chosen]
        click.echo(json.dumps(objects, ensure_ascii=False, indent=1))
    elif not declared:
        click.echo(
            f"There are no sources in {home.sources}; add one with: {home.hint('add URL')}, "
            f"or take the starter sources: copydesk init {shlex.quote(str(home.path))} --starter",
            err=True,
        )
    else:
        header = ("source", "name", "lists", "enabled", "home page")
        rows = [
            (source.slug, source.name, _lists(source), "yes" if source.enabled else "no", source.url)
            for source in chosen
        ]
        click.echo(table(header, rows))
        for slug, checked in answers.items():
            click.echo(f"\n{slug}")
            for answer in checked:
                click.echo(f"  {'ok' if answer.ok else '--'}  {answer.kind:<8} {answer.url}: {answer.said}")
    if any(not answer.ok for checked in answers.values() for answer in checked):
        raise click.exceptions.Exit(1)


def _set_enabled(home: Home, slugs: Sequence[str], enabled: bool) -> None:
    from crawler.pausing import set_enabled

    for slug in slugs:
        changed = set_enabled(home.sources / f"{slug}.toml", enabled)
        state = "crawled" if enabled else "paused"
        click.echo(f"{slug}: {state}{'' if changed else ' already'}", err=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What one address answered."""

    kind: Literal["feed", "sitemap", "section", "home"]
    url: str
    ok: bool
    articles: int | None
    #: In words.
    said: str


def _lists(source: Source) -> str:
    counts = (("feed", source.feeds), ("sitemap", source.sitemaps), ("section", source.sections))
    named = [f"{len(found)} {kind}{'s' if len(found) > 1 else ''}" for kind, found in counts if found]
    return ", ".join(named) or "found at the first crawl"


def _as_json(source: Source, answers: Sequence[Checked] | None) -> dict[str, object]:
    row: dict[str, object] = {
        "slug": source.slug,
        "name": source.name,
        "url": source.url,
        "enabled": source.enabled,
        "feeds": list(source.feeds),
        "sitemaps": list(source.sitemaps),
        "sections": [section.url for section in source.sections],
        "syndicate": source.syndicate,
    }
    if answers is not None:
        row["checked"] = [
            {"kind": a.kind, "url": a.url, "ok": a.ok, "articles": a.articles, "said": a.said}
            for a in answers
        ]
    return row


def _ask(sources: Sequence[Source]) -> dict[str, list[Checked]]:
    """Every address of every source, in one go: Scrapy's reactor runs once a process."""
    places = [(source, *place) for source in sources for place in _places(source)]
    if not places:
        return {}
    from crawler.crawling import fetch_pages

    fetched = fetch_pages(
        [url for _, _, url, _ in places], allow_private=all(source.allow_private for source in sources)
    )
    found: dict[str, list[Checked]] = {source.slug: [] for source in sources}
    for (source, kind, url, selector), answer in zip(places, fetched, strict=True):
        found[source.slug].append(_checked(source, kind, url, selector, answer.page, answer.error))
    return found


def _places(source: Source) -> list[tuple[Literal["feed", "sitemap", "section", "home"], str, str | None]]:
    if not source.declares_endpoints:
        return [("home", source.url, None)]
    return [
        *(("feed", str(url), None) for url in source.feeds),
        *(("sitemap", str(url), None) for url in source.sitemaps),
        *(("section", section.url, section.selector) for section in source.sections),
    ]


def _checked(
    source: Source,
    kind: Literal["feed", "sitemap", "section", "home"],
    url: str,
    selector: str | None,
    page: Page | None,
    error: str | None,
) -> Checked:
    from crawler.discovery import feed, section, sitemap

    articles: int | None = None
    if page is None:
        said = error or "no answer"
    elif page.status >= 400:
        said = f"answers with {page.status}"
    elif kind == "home":
        return Checked(
            kind=kind, url=url, ok=True, articles=None, said="answers; searched at the first crawl"
        )
    elif kind == "feed":
        result = feed.read(page.body, url=page.url)
        articles = len(result.links) if result else 0
        said = f"{articles} articles ({result.kind})" if result else "is no feed"
    elif kind == "sitemap":
        sites = sitemap.read(page.body, url=page.url)
        articles = len(sites.entries) + len(sites.children) if sites else 0
        what = "sitemaps" if sites and sites.children else "articles"
        said = f"{articles} {what}" if sites else "is no sitemap"
    else:
        entries = section.read(
            page.body, url=page.url, selector=selector, charset=page.charset, allows=source.allows_host
        )
        articles = len(entries)
        said = f"{articles} articles"
    return Checked(kind=kind, url=url, ok=bool(articles), articles=articles, said=said)
