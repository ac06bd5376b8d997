"""RSS, RDF and Atom through feedparser. Pure.

It gets UTF-8 bytes in a BytesIO: from anything else it guesses, and a body that looks like a path makes it
open that file. Its dates are not used: it makes a day of "2026-13-45".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from html import escape
from html.entities import html5
from io import BytesIO
from typing import Any

import feedparser

from crawler.discovery.addresses import plain, scalar, text_length
from crawler.discovery.raw import FULL_TEXT, MAX_ENTRIES, Raw, RawItem, unique

_ROOT = re.compile(r"<(?:[\w-]+:)?(rss|rdf|feed|channel)(?=[\s>])", re.IGNORECASE)
_HTML = re.compile(r"<(?:!doctype\s+html|html|head|body)[\s>]", re.IGNORECASE)
_ITEM = re.compile(r"<(?:[\w-]+:)?(?:item|entry)(?=[\s>/])", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_NAMED = re.compile(r"&([a-zA-Z][a-zA-Z0-9]{0,30});")
_PICTURE = re.compile(r"\.(?:jpe?g|png|webp|avif)\b", re.IGNORECASE)
_XML_NAMES = frozenset({"amp", "lt", "gt", "quot", "apos"})
_HEAD = 64 * 1024
#: feedparser takes up to 30 µs a tag; ten times what the largest feeds seen have.
_MAX_TAGS = 150_000


def read(text: str, language: str | None) -> Raw | None:
    """The feed in ``text``, or None; an HTML page is none. ``language``: the Content-Language header."""
    root = _ROOT.search(text, 0, _HEAD)
    page = _HTML.search(text, 0, _HEAD)
    if root is None or (page is not None and page.start() < root.start()):
        return None
    # Whatever stands before the root (warnings of a server, a DOCTYPE with entities) is left out, and with it
    # every entity that the feed defines: none can grow.
    head, text = text[: root.start()], text[root.start() :]
    kind = "rss091n" if "netscape" in head.lower() and root[1].lower() == "rss" else ""
    problem = None
    if len(items := [m.start() for m in _limited(_ITEM.finditer(text), MAX_ENTRIES + 1)]) > MAX_ENTRIES:
        prefix = text[1 : root.end() - root.start()]
        close = f"</channel></{prefix}>" if root[1].lower() == "rss" else f"</{prefix}>"
        text = text[: items[-1]] + close
        problem = f"more than {MAX_ENTRIES} entries, the rest was not read"
    if text.count("<") > _MAX_TAGS:
        text = "<".join(text.split("<", _MAX_TAGS)[:-1])
        problem = f"more than {_MAX_TAGS} tags, the rest was not read"
    text = _NAMED.sub(_character, _CONTROL.sub("", text))
    headers = {"content-type": "application/xml; charset=utf-8"} | (
        {"content-language": language} if language else {}
    )
    try:
        parsed = feedparser.parse(
            BytesIO(text.encode("utf-8", "replace")),
            response_headers=headers,
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except Exception:  # noqa: BLE001 (a lenient parser on any bytes at all: what it raises is not documented)
        return None
    if parsed.bozo and problem is None:
        problem = f"not well-formed: {scalar(str(parsed.get('bozo_exception', '')))[:200]}"
    feed = parsed.feed
    entries = [entry for entry in parsed.entries if isinstance(entry, dict)]
    version = kind or parsed.get("version") or {"feed": "atom"}.get(root[1].lower(), "rss")
    if not entries and not (isinstance(feed, dict) and (_get(feed, "title") or _get(feed, "link"))):
        return None
    links = [link for link in feed.get("links") or () if isinstance(link, dict)]
    return Raw(
        kind=str(version),
        items=tuple(_item(entry, atom=str(version).startswith("atom")) for entry in entries),
        title=plain(_get(feed, "title")),
        home=_get(feed, "link"),
        language=_get(feed, "language"),
        self_url=_rel(links, "self"),
        next_url=_rel(links, "next"),
        hub_url=_rel(links, "hub"),
        ttl=_minutes(feed),
        problem=problem,
    )


def _item(entry: dict[str, Any], *, atom: bool) -> RawItem:
    summary = _get(entry, "summary")
    contents = [
        value
        for content in entry.get("content") or ()
        if isinstance(content, dict) and isinstance(value := content.get("value"), str) and value.strip()
    ]
    content = max(contents, key=len, default=None)
    if summary == content:
        summary = None  # feedparser fills it in
    if content is None and summary and text_length(summary) >= FULL_TEXT:
        content, summary = summary, None  # the whole text in <description>, as many feeds have it
    published, modified = _get(entry, "published") or _get(entry, "created"), _get(entry, "updated")
    if not atom and published is None:
        # dc:date, which feedparser calls "updated", is the date of an RSS or RDF item.
        published, modified = modified, None
    files = [file for file in entry.get("enclosures") or () if isinstance(file, dict)]
    return RawItem(
        link=_get(entry, "feedburner_origlink") or _get(entry, "link") or _http(_get(entry, "id")),
        id=_get(entry, "id"),
        title=plain(_get(entry, "title")),
        authors=unique(plain(_name(author)) for author in entry.get("authors") or ())
        or unique([plain(_get(entry, "author"))]),
        published=published,
        modified=modified,
        language=_language(entry),
        tags=unique(
            plain(tag.get("label") or tag.get("term"))
            for tag in entry.get("tags") or ()
            if isinstance(tag, dict)
        ),
        image=_image(entry, files),
        summary=summary,
        content=content,
        is_media=any(str(file.get("type", "")).startswith(("audio/", "video/")) for file in files),
    )


def _get(values: Mapping[str, Any], key: str) -> str | None:
    """A text, or None. Past feedparser's own ``get``, which answers "updated" with "published"."""
    value = dict.get(values, key)  # type: ignore[call-overload]
    return scalar(value).strip() or None if isinstance(value, str) else None


def _name(author: object) -> object:
    return (author.get("name") or author.get("email")) if isinstance(author, dict) else author


def _http(value: str | None) -> str | None:
    return value if value and value.lower().startswith(("http://", "https://")) else None


def _language(entry: Mapping[str, Any]) -> str | None:
    for key in ("content", "title_detail", "summary_detail"):
        detail = dict.get(entry, key)  # type: ignore[call-overload]
        detail = detail[0] if isinstance(detail, list) and detail else detail
        if isinstance(detail, dict) and isinstance(detail.get("language"), str):
            return str(detail["language"])
    return None


def _image(entry: Mapping[str, Any], files: list[dict[str, Any]]) -> str | None:
    for media in entry.get("media_content") or ():
        if isinstance(media, dict) and isinstance(media.get("url"), str):
            kind = str(media.get("medium") or media.get("type") or "")
            if kind.startswith("image") or (
                not kind and re.search(r"\.(?:jpe?g|png|webp|avif)\b", media["url"], re.I)
            ):
                return str(media["url"])
    for file in files:
        if str(file.get("type", "")).startswith("image/") and isinstance(file.get("href"), str):
            return str(file["href"])
    for media in entry.get("media_thumbnail") or ():
        if isinstance(media, dict) and isinstance(media.get("url"), str):
            return str(media["url"])
    return None


def _rel(links: list[dict[str, Any]], rel: str) -> str | None:
    return next((str(link["href"]) for link in links if link.get("rel") == rel and link.get("href")), None)


def _minutes(feed: Mapping[str, Any]) -> int | None:
    """<ttl>, or the syndication module's period and frequency."""
    ttl = _get(feed, "ttl")
    if ttl and ttl.isdecimal() and len(ttl) < 6:
        return int(ttl) or None
    period = {"hourly": 60, "daily": 1440, "weekly": 10080}.get((_get(feed, "sy_updateperiod") or "").lower())
    frequency = _get(feed, "sy_updatefrequency") or "1"
    if period is None or not frequency.isdecimal() or int(frequency[:4]) < 1:
        return None
    return max(1, period // int(frequency[:4]))


def _character(match: re.Match[str]) -> str:
    """HTML's named characters, which XML does not know; its own five stay."""
    name = match[1]
    return match[0] if name in _XML_NAMES else escape(html5.get(name + ";", match[0]))


def _limited(matches: Iterable[re.Match[str]], limit: int) -> Iterable[re.Match[str]]:
    for _, match in zip(range(limit), matches, strict=False):
        yield match
