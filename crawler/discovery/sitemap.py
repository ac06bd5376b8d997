"""Sitemaps (https://www.sitemaps.org/protocol.html): urlset, index, Google News, text, gzip. Never raises."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Literal
from urllib.parse import urlsplit

from lxml import etree

from crawler.discovery.addresses import absolute, plain
from pipelines.types import Entry

#: The protocol's own limits.
MAX_BYTES = 50 * 1024 * 1024
MAX_URLS = 50_000

_GZIP = b"\x1f\x8b"
#: Sitemaps of other things than articles, as WordPress, Drupal and the large publishers name them. The second
#: kind may be a part of articles' names ("article-pages-3.xml").
_NEVER = re.compile(
    r"(?:images?|videos?|photos?|tags?|topics?|thema|themen|authors?|autor|autores|categor\w*|kategori\w*|rubri\w*"
    r"|taxonom\w*|users?|podcasts?|audio|quiz|recipes?|rezepte?|games?|products?|events?)$"
)
_SELDOM = re.compile(
    r"(?:pages?|static|seccion\w*|sections?|galler\w*|galeri\w*|redaktion|local|business|misc)$"
)
_ARTICLES = re.compile(r"(?:artic|artik|artig|story|stories|posts?$|noti|nachricht|content|beitr)")
_NEWS = re.compile(r"news|noticias|nachrichten|latest|recent|aktuell|today|48h", re.IGNORECASE)
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """A sitemap that an index names."""

    url: str
    #: As written.
    lastmod: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SitemapResult:
    url: str
    kind: Literal["urlset", "index", "text"]
    entries: tuple[Entry, ...] = ()
    children: tuple[Child, ...] = ()
    #: Entries carry Google News fields.
    is_news: bool = False
    #: Longer than the protocol allows; the rest was not read.
    truncated: bool = False


@dataclass(slots=True)
class _Fields:
    """What one <url> or <sitemap> says, by local name; ``news`` under <news:news>."""

    own: dict[str, str] = field(default_factory=dict)
    news: dict[str, str] = field(default_factory=dict)
    image: str | None = None


def read(body: bytes, *, url: str) -> SitemapResult | None:
    """The sitemap in ``body`` (gzip or not), or None if it is no sitemap."""
    body, truncated = _unpacked(body)
    head = body[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    if not head.startswith((b"<", b"\xff\xfe", b"\xfe\xff", b"\0<")):
        return _text(body, url, truncated)
    kind: Literal["urlset", "index"] | None = None
    entries: dict[str, Entry] = {}
    children: dict[str, Child] = {}
    is_news = False
    count = 0
    for name, fields in _records(body.lstrip()):
        if name == "root":
            kind = "index" if "sitemapindex" in fields.own else "urlset"
            continue
        if count >= MAX_URLS:
            truncated = True
            break
        count += 1
        link = absolute(url, fields.own.get("loc", "").strip())
        if link is None:
            continue
        if name == "sitemap":
            if link != url:  # an index that names itself
                children.setdefault(link, Child(url=link, lastmod=plain(fields.own.get("lastmod"))))
            continue
        is_news = is_news or bool(fields.news)
        entries.setdefault(link, _entry(link, fields, via=url))
    if kind is None:
        return None
    return SitemapResult(
        url=url,
        kind=kind,
        entries=tuple(entries.values()),
        children=tuple(children.values()),
        is_news=is_news,
        truncated=truncated,
    )


def worth_reading(children: Iterable[Child], *, limit: int = 3) -> tuple[Child, ...]:
    """The children of an index to ask for: news first, then the newest; never pictures, videos or tags."""
    ranked = []
    for position, child in enumerate(children):
        path = urlsplit(child.url).path + "?" + urlsplit(child.url).query
        is_news = bool(_NEWS.search(path.rpartition("/")[2]) or _NEWS.search(path))
        words = re.split(r"[^a-z]+", path.lower())
        if any(map(_NEVER.match, words)):
            continue
        if any(map(_SELDOM.match, words)) and not is_news and not any(map(_ARTICLES.match, words)):
            continue
        # Archives by month: a number in the name tells the newest, where no date does.
        numbers = tuple(int(n[:9]) for n in _DIGITS.findall(path))
        ranked.append((is_news, child.lastmod or "", _year_month(numbers), -position, child))
    ranked.sort(key=lambda row: row[:4], reverse=True)
    return tuple(row[4] for row in ranked[:limit])


def _year_month(numbers: tuple[int, ...]) -> tuple[int, ...]:
    """The numbers from the first that is a year on: the newest archive of a site sorts last."""
    for i, number in enumerate(numbers):
        if 1990 <= number <= 2100 or 199001 <= number <= 210012 or 19900101 <= number <= 21001231:
            return numbers[i : i + 3]
    return ()


def _unpacked(body: bytes) -> tuple[bytes, bool]:
    """Unzipped whatever the label says, in bounded memory; a file that is cut short gives what it has."""
    for _ in range(2):  # a .gz that a server compresses once more
        if not body.startswith(_GZIP):
            break
        unzip = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        try:
            body = unzip.decompress(body, MAX_BYTES + 1)
        except zlib.error:
            return b"", False
    return body[:MAX_BYTES], len(body) > MAX_BYTES


def _records(body: bytes) -> Iterator[tuple[str, _Fields]]:
    """("root", its name), then one ("url" | "sitemap", fields) after the other; freed as it goes."""
    fields, depth, inside_news = _Fields(), 0, False
    seen_root = False
    try:
        for event, element in etree.iterparse(
            BytesIO(body),
            events=("start", "end"),
            recover=True,
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
            remove_blank_text=True,
            collect_ids=False,
        ):
            name = _local(element.tag)
            if event == "start":
                depth += 1
                if not seen_root:
                    seen_root = True
                    if name not in ("urlset", "sitemapindex"):
                        return
                    yield "root", _Fields(own={name: ""})
                elif name in ("url", "sitemap") and depth == 2:
                    fields = _Fields()
                elif name == "news":
                    inside_news = True
                continue
            depth -= 1
            text = element.text
            if name in ("url", "sitemap") and depth == 1:
                yield name, fields
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
            elif name == "news":
                inside_news = False
            elif inside_news:
                if text and text.strip():
                    fields.news.setdefault(name, text)
            elif depth == 2 and text:
                fields.own.setdefault(name, text)
            elif name == "link" and depth == 2:
                continue  # hreflang alternates: other languages, not this article
            elif name == "loc" and depth == 3 and fields.image is None:
                fields.image = text  # <image:image><image:loc>
    except (etree.XMLSyntaxError, ValueError):
        return  # what came before it counts


def _entry(link: str, fields: _Fields, *, via: str) -> Entry:
    news = fields.news
    return Entry(
        url=link,
        via=via,
        kind="sitemap",
        title=plain(news.get("title")),
        published=plain(news.get("publication_date")),
        modified=plain(fields.own.get("lastmod")),
        language=plain(news.get("language")),
        tags=tuple(
            dict.fromkeys(word for part in (news.get("keywords") or "").split(",") if (word := plain(part)))
        ),
        image=absolute(via, fields.image),
    )


def _local(tag: object) -> str:
    return tag.rpartition("}")[2].rpartition(":")[2].lower() if isinstance(tag, str) else ""


def _text(body: bytes, url: str, truncated: bool) -> SitemapResult | None:
    """One address a line, nothing else (https://www.sitemaps.org/protocol.html#otherformats)."""
    lines = body.decode("utf-8", "replace").removeprefix("\ufeff").split("\n")
    stripped = [line for raw in lines if (line := raw.strip())]
    if not stripped or not all(line.lower().startswith(("http://", "https://")) for line in stripped[:20]):
        return None
    links = dict.fromkeys(link for line in stripped[:MAX_URLS] if (link := absolute(url, line)))
    if not links:
        return None
    return SitemapResult(
        url=url,
        kind="text",
        entries=tuple(Entry(url=link, via=url, kind="sitemap") for link in links),
        truncated=truncated or len(stripped) > MAX_URLS,
    )
