"""RSS, RDF, Atom and JSON Feed, in every state of disrepair. Pure. No Scrapy. Never raises."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass

from crawler.discovery import jsonfeed, xmlfeed
from crawler.discovery.addresses import absolute, text_length
from crawler.discovery.comments import is_comments
from crawler.discovery.raw import FULL_TEXT, MAX_ENTRIES, Raw
from pipelines.types import Entry

#: A feed beyond this is cut; the largest full-text feeds seen have 3 MB.
MAX_BYTES = 10 * 1024 * 1024

_DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})["']""", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedResult:
    #: Where the feed came from.
    url: str
    #: "rss20", "rss10", "atom10", "json11" … ; "rss" where the version is unknown.
    kind: str
    #: The entries in the feed's order; one without a usable link is left out.
    links: tuple[Entry, ...]
    title: str | None = None
    #: The site that the feed is of, as the feed says.
    home: str | None = None
    language: str | None = None
    #: A feed of readers' comments, not of articles.
    is_comments: bool = False
    #: Most entries are sound or video files.
    is_podcast: bool = False
    #: Most entries carry their whole text.
    has_full_text: bool = False
    #: What the feed asks for: its own address, an older page, a WebSub hub, minutes between two visits.
    self_url: str | None = None
    next_url: str | None = None
    hub_url: str | None = None
    ttl: int | None = None
    #: What is wrong with it, where something is; its entries were read nevertheless.
    problem: str | None = None


def read(body: bytes, *, url: str, headers: Mapping[str, str] | None = None) -> FeedResult | None:
    """The feed in ``body``, or None if it is no feed. ``headers``: the answer's, for charset and language."""
    problem = None
    if len(body) > MAX_BYTES:
        body, problem = body[:MAX_BYTES], f"longer than {MAX_BYTES // 2**20} MiB, the rest was not read"
    known = {name.lower(): value for name, value in (headers or {}).items()}
    text, bad_bytes = _decode(body, known.get("content-type", ""))
    raw = (
        jsonfeed.read(text)
        if jsonfeed.looks_like(text)
        else xmlfeed.read(text, known.get("content-language"))
    )
    if raw is None:
        return None
    return _result(raw, url, problem or raw.problem or bad_bytes)


def _result(raw: Raw, url: str, problem: str | None) -> FeedResult:
    home = absolute(url, raw.home)
    # RSS knows no base: its relative links are the site's. Atom and JSON Feed count from the feed itself.
    base = home if home and raw.kind.startswith("rss") else url
    entries = []
    for item in raw.items[:MAX_ENTRIES]:
        link = absolute(base, item.link)
        if link is None:
            continue
        entries.append(
            Entry(
                url=link,
                via=url,
                kind="feed",
                id=item.id,
                title=item.title,
                authors=item.authors,
                published=item.published,
                modified=item.modified,
                language=item.language or raw.language,
                section=item.section,
                tags=item.tags,
                image=absolute(base, item.image),
                summary=item.summary,
                content=item.content,
            )
        )
    full = sum(text_length(e.content) >= FULL_TEXT for e in entries)
    return FeedResult(
        url=url,
        kind=raw.kind,
        links=tuple(entries),
        title=raw.title,
        home=home,
        language=raw.language,
        is_comments=is_comments(raw.title, url, (item.link for item in raw.items)),
        is_podcast=2 * sum(item.is_media for item in raw.items) > len(raw.items),
        has_full_text=bool(entries) and 2 * full >= len(entries),
        self_url=absolute(url, raw.self_url),
        next_url=absolute(url, raw.next_url),
        hub_url=absolute(url, raw.hub_url),
        ttl=raw.ttl,
        problem=problem,
    )


def _decode(body: bytes, content_type: str) -> tuple[str, str | None]:
    """The body as text, and what was wrong with its bytes."""
    for mark, codec in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if body.startswith(mark):
            return body[len(mark) :].decode(codec, "replace"), None
    if body[:4] in (b"<\0?\0", b"\0<\0?"):
        return body.decode("utf-16-le" if body[0] else "utf-16-be", "replace"), None
    # UTF-8 proves itself; a declaration does not.
    try:
        return body.decode("utf-8"), None
    except UnicodeDecodeError as error:
        cut_short = error.start >= len(body) - 3
    declared = _DECLARED.match(body)
    charset = re.search(r"""charset\s*=\s*["']?([\w.:-]+)""", content_type, re.IGNORECASE)
    for name in (declared[1].decode("ascii") if declared else "", charset[1] if charset else ""):
        name = {"gb2312": "gb18030", "gbk": "gb18030", "iso-8859-1": "windows-1252"}.get(name.lower(), name)
        try:
            if name and codecs.lookup(name).name != "utf-8":
                return body.decode(name, "replace"), None
        except (LookupError, ValueError):  # no such charset, or one that is not for text
            continue
    text = body.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    if cut_short or broken <= sum(not character.isascii() for character in text) - broken:
        return text, "some of its bytes are not UTF-8"
    return body.decode("windows-1252", "replace"), "its charset is not declared"
