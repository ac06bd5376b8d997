"""``copydesk add``."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from crawler.cli import pass_home
from crawler.home import Home

if TYPE_CHECKING:
    from pathlib import Path

    from crawler.sources import Source
    from crawler.survey import Survey

#: Headlines that are shown.
HEADLINES = 5


@click.command()
@click.argument("url")
@click.option("--slug", metavar="S", help="Name of the source and its file; else made from the address.")
@click.option("--allow-private", is_flag=True, help="The site is on this machine or in a private network.")
@click.option("--json", "as_json", is_flag=True, help="What was found, as JSON on stdout.")
@pass_home
def command(home: Home, url: str, slug: str | None, allow_private: bool, as_json: bool) -> None:
    """Look at a site, show where it lists its articles, and write it down as a source."""
    from crawler import sources
    from crawler.crawling import survey_site
    from pipelines.errors import ConfigError, FetchError

    address = web_address(url)
    slug = slug or sources.slug_of(address)
    path = home.require().sources / f"{slug}.toml"
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", slug) or slug in sources.RESERVED:
        raise ConfigError(f"{slug!r} cannot name a source; choose small letters, digits and -: --slug S")
    if path.exists():
        raise ConfigError(f"there is a source {slug!r} already, {path}; another name: --slug S")
    try:
        found = survey_site(address, allow_private=allow_private)
    except FetchError as error:
        hint = "; --allow-private lets it through" if "private address" in error.message else ""
        raise FetchError(address, error.message + hint) from error
    if not any(endpoint.chosen for endpoint in found.endpoints):
        problems = "".join(f"\n  {where}: {what}" for where, what in found.problems)
        raise FetchError(address, f"neither a feed nor a sitemap nor a list of articles was found{problems}")
    source = source_of(found, slug, allow_private=allow_private)
    sources.write(source, path, origins={e.url: e.origin for e in found.endpoints if e.chosen})
    if as_json:
        click.echo(json.dumps(_plain(found, source, path), ensure_ascii=False, indent=2))
    else:
        click.echo(report(found, source, path, next_step=home.hint(f"crawl {slug}")))


def web_address(text: str) -> str:
    """What a person types for a site, as an address; ConfigError where it is none."""
    from pipelines.errors import ConfigError

    address = text.strip() if "://" in text else f"https://{text.strip()}"
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        host = ""
    named = re.fullmatch(r"[^\s/]+", host) and ("." in host or ":" in host or host == "localhost")
    if not named or parts.scheme not in ("http", "https"):
        raise ConfigError(f"{text!r} is no web address; write one like https://www.example.org/")
    return address


def source_of(found: Survey, slug: str, *, allow_private: bool) -> Source:
    from crawler.sources import Section, Source

    return Source(
        slug=slug,
        url=found.home,
        name=found.name or urlsplit(found.home).hostname or slug,
        feeds=found.feeds,
        sitemaps=found.sitemaps,
        sections=tuple(Section(url=url) for url in found.sections),
        allow_private=allow_private,
    )


def report(found: Survey, source: Source, path: Path, *, next_step: str) -> str:
    lines = [f"{source.name}  {source.url}", ""]
    for endpoint in found.endpoints:
        mark = "+" if endpoint.chosen else "-"
        note = f"{endpoint.articles} articles" if endpoint.chosen else endpoint.why
        lines.append(f"  {mark} {endpoint.format:<14} {endpoint.url}")
        lines.append(f"    {note}; {endpoint.origin}")
    lines += ["", f"{len(found.entries)} articles, among them:"]
    named = [entry for entry in found.entries if entry.title]
    lines += [f"  {entry.title}" for entry in named[:HEADLINES]]
    lines += ["", f"written: {path}", f"next: {next_step}"]
    return "\n".join(lines)


def _plain(found: Survey, source: Source, path: Path) -> dict[str, object]:
    return {
        "slug": source.slug,
        "name": source.name,
        "url": source.url,
        "file": str(path),
        "endpoints": [asdict(endpoint) for endpoint in found.endpoints],
        "articles": [{"url": entry.url, "title": entry.title} for entry in found.entries],
        "problems": [{"url": where, "what": what} for where, what in found.problems],
    }
