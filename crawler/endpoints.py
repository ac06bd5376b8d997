"""Places that list articles, and which of them a crawl should read. Pure. No Scrapy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from crawler.discovery.addresses import host_of
from crawler.discovery.feed import FeedResult
from crawler.discovery.sitemap import SitemapResult
from crawler.listing import moment
from pipelines.types import Entry
from pipelines.urls import identity, same_site

#: An endpoint without a younger article is dead.
DEAD_AFTER = timedelta(days=365)
#: A further endpoint is worth its requests if this share of its articles is in no better one.
NEW_SHARE = 0.3
#: Fewer articles than this make a feed that says too little: the page is read as well.
FEW = 5

_FORMATS = {
    "rss090": "RSS 0.90",
    "rss091n": "RSS 0.91",
    "rss091u": "RSS 0.91",
    "rss092": "RSS 0.92",
    "rss093": "RSS 0.93",
    "rss094": "RSS 0.94",
    "rss20": "RSS 2.0",
    "rss10": "RSS 1.0",
    "atom03": "Atom 0.3",
    "atom10": "Atom 1.0",
    "json10": "JSON Feed 1.0",
    "json11": "JSON Feed 1.1",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A place that lists articles, or looked as if it did."""

    url: str
    kind: Literal["feed", "sitemap", "section"]
    #: Such as "RSS 2.0", "Atom 1.0", "JSON Feed 1.1", "news sitemap", "page".
    format: str
    #: How it was found, in words: "rel=alternate of the home page", "robots.txt", "a common address".
    origin: str
    title: str | None = None
    #: How many articles it lists, and when the newest of them was published, as written.
    articles: int = 0
    newest: str | None = None
    #: Its entries carry the whole text.
    full_text: bool = False
    #: Whether a crawl should read it, and if not, why.
    chosen: bool = False
    why: str = ""
    entries: tuple[Entry, ...] = field(default=(), repr=False)


def of_feed(url: str, result: FeedResult, *, origin: str, site: str) -> Endpoint:
    """``site``: an address of the site that is looked at; a feed of another one's articles is not its own."""
    at_home = sum(same_site(site, entry.url) for entry in result.links)
    why = ""
    if result.is_comments:
        why = "readers' comments"
    elif result.is_podcast:
        why = "sound or video"
    elif 2 * at_home < len(result.links):
        why = f"lists the articles of {host_of(result.links[0].url)}"
    return Endpoint(
        url=url,
        kind="feed",
        format=_FORMATS.get(result.kind, "Atom" if result.kind.startswith("atom") else "RSS"),
        origin=origin,
        title=result.title,
        articles=len(result.links),
        newest=_newest(result.links),
        full_text=result.has_full_text,
        why=why,
        entries=result.links,
    )


def of_sitemap(url: str, result: SitemapResult, *, origin: str) -> Endpoint:
    return Endpoint(
        url=url,
        kind="sitemap",
        format="news sitemap" if result.is_news else "sitemap",
        origin=origin,
        articles=len(result.entries),
        newest=_newest(result.entries),
        entries=result.entries,
    )


def of_page(url: str, entries: tuple[Entry, ...], *, title: str | None) -> Endpoint:
    return Endpoint(
        url=url,
        kind="section",
        format="page",
        origin="the page itself",
        title=title,
        articles=len(entries),
        newest=_newest(entries),
        entries=entries,
    )


def choose(found: list[Endpoint], now: datetime | None) -> list[Endpoint]:
    """The endpoints with the decision on each: the chosen first, every other with its reason. Pure.

    ``now``: the server's clock, where it tells it.
    """
    dates = [when for endpoint in found if (when := moment(endpoint.newest)) is not None]
    latest = now or max(dates, default=None)
    candidates: list[Endpoint] = []
    decided: list[Endpoint] = []
    for endpoint in found:
        why = endpoint.why or _unfit(endpoint, latest)
        (decided if why else candidates).append(replace(endpoint, why=why))
    # A sort is stable: what the page names first stays first.
    feeds = sorted(
        (e for e in candidates if e.kind == "feed"), key=lambda e: (not e.full_text, e.articles < FEW)
    )
    news = [e for e in candidates if e.kind == "sitemap" and e.format == "news sitemap"]
    pages = [e for e in candidates if e.kind == "section"]
    plain = [e for e in candidates if e.kind == "sitemap" and e.format != "news sitemap"]
    chosen: list[Endpoint] = []
    known: set[str] = set()

    def decide(endpoint: Endpoint, refusal: str) -> None:
        keys = {identity(entry.url) for entry in endpoint.entries}
        if not refusal and chosen and len(keys - known) < NEW_SHARE * len(keys):
            refusal = f"lists little that {chosen[0].url} does not"
        if refusal:
            decided.append(replace(endpoint, why=refusal))
        else:
            known.update(keys)
            chosen.append(replace(endpoint, chosen=True))

    for endpoint in feeds:
        decide(endpoint, "")
    for endpoint in pages:
        decide(endpoint, "" if sum(e.articles for e in chosen) < FEW else "the feed lists them")
    for endpoint in news:
        decide(endpoint, "")
    for endpoint in plain:
        decide(endpoint, "" if not chosen else "there is something better")
    return chosen + decided


def _unfit(endpoint: Endpoint, latest: datetime | None) -> str:
    """Why no crawl should read it; empty if it may."""
    if not endpoint.articles:
        return "lists no article"
    newest = moment(endpoint.newest)
    if (
        newest is not None
        and latest is not None
        and latest - newest > DEAD_AFTER
        and endpoint.kind != "section"
    ):
        return f"its newest article is of {newest.date().isoformat()}"
    return ""


def _newest(entries: Iterable[Entry]) -> str | None:
    """The latest date that any entry gives, as written."""
    dated = [(when, said) for e in entries if (said := e.published or e.modified) and (when := moment(said))]
    return max(dated)[1] if dated else None
