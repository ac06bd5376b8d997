"""What a page says of its site: its feeds, its name and language, where it sends a reader on. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from crawler.discovery.addresses import absolute, host_of, plain
from crawler.discovery.fragments import text_of
from pipelines.document import Document

#: Declarations of one page that are looked at.
MAX_FEEDS = 200

_TYPES = {
    "application/rss+xml": "RSS",
    "application/rdf+xml": "RSS",
    "application/atom+xml": "Atom",
    "application/feed+json": "JSON Feed",
    "application/json": "JSON Feed",
    "application/x-rss+xml": "RSS",
    "text/xml": "RSS",
    "application/xml": "RSS",
}
#: application/json is also what many APIs are announced as.
_JSON_FEED = re.compile(r"feed[^/]*$|feed\.json", re.IGNORECASE)
_FEED_LINK = re.compile(
    r"/(?:feeds?|rss|atom)(?:/|$|\.)|\.(?:rss|atom|rdf)$|(?:rss|feed|atom)[\w-]*\.xml$", re.IGNORECASE
)
_BETWEEN = re.compile(r"\s+[|–—:·•»-]\s+|:\s")
_HOMES = frozenset({"home", "homepage", "startseite", "start", "accueil", "inicio", "início", "welcome"})
_REFRESH = re.compile(r"\s*(\d{1,4})(?:\.\d*)?\s*[;,]\s*(?:url\s*=\s*)?[\"']?([^\"'\s]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternate:
    """A feed that a page declares (``rel=alternate``) or links."""

    url: str
    format: str
    title: str | None = None


def feeds(document: Document) -> tuple[Alternate, ...]:
    """The declared feeds, in the page's order."""
    return tuple({alternate.url: alternate for alternate in islice(_declared(document), MAX_FEEDS)}.values())


def _declared(document: Document) -> Iterator[Alternate]:
    for link in document.root.iter("link"):
        rels = (link.get("rel") or "").lower().split()
        kind = (link.get("type") or "").partition(";")[0].strip().lower()
        if not ("alternate" in rels or "feed" in rels) or (kind not in _TYPES and "feed" not in rels):
            continue
        url = absolute(document.base, link.get("href"))
        if url is None or (link.get("hreflang") and kind not in _TYPES):
            continue
        if kind == "application/json" and not _JSON_FEED.search(url):
            continue
        yield Alternate(url=url, format=_TYPES.get(kind, "feed"), title=plain(link.get("title")))


def feed_links(document: Document) -> tuple[Alternate, ...]:
    """Links that look as if they led to a feed of the same host."""
    found: dict[str, Alternate] = {}
    for link in document.root.iter("a"):
        url = absolute(document.base, link.get("href"))
        if url and host_of(url) == host_of(document.url) and _FEED_LINK.search(url.partition("?")[0]):
            found.setdefault(url, Alternate(url=url, format="feed", title=plain(text_of(link))))
    return tuple(found.values())


def refresh(document: Document) -> str | None:
    """Where ``<meta http-equiv=refresh>`` sends a reader on at once."""
    for meta in document.root.iter("meta"):
        if (meta.get("http-equiv") or "").strip().lower() != "refresh":
            continue
        said = _REFRESH.match(meta.get("content") or "")
        if said and int(said[1]) <= 5:
            target = absolute(document.base, said[2])
            return target if target != document.url else None
    return None


def site_name(document: Document) -> str | None:
    """The site's name as it gives it, else the part of the title that is most like its host."""
    for meta in document.root.iter("meta"):
        key = (meta.get("property") or meta.get("name") or "").lower()
        if key in ("og:site_name", "application-name") and (name := plain(meta.get("content"))):
            return name[:200]
    title = next((plain(text_of(title)) for title in document.root.iter("title")), None)
    parts = [part.strip() for part in _BETWEEN.split(title or "") if part.strip()]
    host = re.sub(r"[^a-z0-9]", "", host_of(document.url))
    for part in parts:
        word = re.sub(r"[^a-z0-9]", "", part.lower())
        if len(word) >= 3 and word in host:
            return part[:200]
    return next((part[:200] for part in parts if part.lower() not in _HOMES), None)


def language(document: Document) -> str | None:
    said = (document.root.get("lang") or "").strip().lower().replace("_", "-")
    return said if re.fullmatch(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})*", said) else None
