"""Whether bytes are a feed: what the specifications ask of RSS 2.0, Atom 1.0 and JSON Feed 1.1. Pure.

The last look at a feed before it takes the old one's place. It shares nothing with what wrote it, so that a
mistake there is not made here again. Each function returns what is wrong, or the number of items.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

_ATOM = "{http://www.w3.org/2005/Atom}"
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")
_RFC822 = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
    r" \d{4} \d\d:\d\d:\d\d [+-]\d{4}"
)
#: Of each kind of value of JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/), its fields.
_FEED = {
    "version": str, "title": str, "home_page_url": str, "feed_url": str, "description": str,
    "user_comment": str, "next_url": str, "icon": str, "favicon": str, "authors": list, "language": str,
    "expired": bool, "hubs": list, "items": list,
}  # fmt: skip
_ITEM = {
    "id": str, "url": str, "external_url": str, "title": str, "content_html": str, "content_text": str,
    "summary": str, "image": str, "banner_image": str, "date_published": str, "date_modified": str,
    "authors": list, "tags": list, "language": str, "attachments": list,
}  # fmt: skip
_AUTHOR = {"name": str, "url": str, "avatar": str}
_ATTACHMENT = {"url": str, "mime_type": str, "title": str, "size_in_bytes": int, "duration_in_seconds": int}
_ADDRESSES = ("home_page_url", "feed_url", "next_url", "url", "external_url", "image", "banner_image")


class _WrongError(Exception):
    """A sentence about the feed."""


def rss(data: bytes) -> int | str:
    return _said(_rss, data)


def atom(data: bytes) -> int | str:
    return _said(_atom, data)


def jsonfeed(data: bytes) -> int | str:
    return _said(_jsonfeed, data)


def _said(look: Callable[[bytes], int], data: bytes) -> int | str:
    try:
        return look(data)
    except _WrongError as error:
        return str(error)


def _rss(data: bytes) -> int:
    root = _tree(data)
    channel = root.find("channel")
    if root.tag != "rss" or root.get("version") != "2.0" or channel is None:
        raise _WrongError("it is not RSS 2.0")
    for name in ("title", "link", "description"):
        _need(channel, name, "the channel")
    _web(channel.findtext("link"), "the channel's link")
    items = channel.findall("item")
    _distinct(_need(item, "guid", "an item") for item in items)
    for item in items:
        name = _need(item, "guid", "an item")
        if not (item.findtext("title") or item.findtext("description")):
            raise _WrongError(f"item {name} has neither title nor description")
        _web(item.findtext("link"), f"the link of item {name}")
        _need_date(_RFC822, item.findtext("pubDate"), f"the date of item {name}")
        if len(item.findall("pubDate")) > 1 or len(item.findall("link")) > 1:
            raise _WrongError(f"item {name} has two dates or links")
    return len(items)


def _atom(data: bytes) -> int:
    root = _tree(data)
    if root.tag != f"{_ATOM}feed":
        raise _WrongError("it is not Atom 1.0")
    _construct(root, "the feed")
    entries = root.findall(f"{_ATOM}entry")
    signed = root.find(f"{_ATOM}author") is not None
    _distinct(_need(entry, f"{_ATOM}id", "an entry") for entry in entries)
    for entry in entries:
        name = entry.findtext(f"{_ATOM}id")
        _construct(entry, f"entry {name}")
        if not signed and entry.find(f"{_ATOM}author") is None:
            raise _WrongError(f"entry {name} has no author")
        links = [link for link in entry.findall(f"{_ATOM}link") if link.get("rel") == "alternate"]
        if len(links) != 1:
            raise _WrongError(f"entry {name} has {len(links)} links to its page")
        _web(links[0].get("href"), f"the link of entry {name}")
    return len(entries)


def _construct(element: etree._Element, what: str) -> None:
    for name in ("id", "title", "updated"):
        _need(element, f"{_ATOM}{name}", what)
    for name in ("updated", "published"):
        if (said := element.findtext(f"{_ATOM}{name}")) is not None:
            _need_date(_RFC3339, said, f"{name} of {what}")


def _jsonfeed(data: bytes) -> int:
    try:
        feed = json.loads(data)
    except ValueError as error:
        raise _WrongError(f"it would not be JSON ({error})") from None
    if not isinstance(feed, dict) or feed.get("version") != "https://jsonfeed.org/version/1.1":
        raise _WrongError("it is not JSON Feed 1.1")
    _fields(feed, _FEED, ("version", "title", "items"), "the feed")
    for author in feed.get("authors", ()):
        _person(author, "the feed")
    _distinct(str(item.get("id")) for item in feed["items"] if isinstance(item, dict))
    for item in feed["items"]:
        what = f"item {item.get('id')}" if isinstance(item, dict) else "an item"
        _fields(item, _ITEM, ("id",), what)
        if not item["id"]:
            raise _WrongError("an item has an empty id")
        if "content_html" not in item and "content_text" not in item:
            raise _WrongError(f"{what} has neither content_html nor content_text")
        for name in ("date_published", "date_modified"):
            if name in item:
                _need_date(_RFC3339, item[name], f"{name} of {what}")
        for author in item.get("authors", ()):
            _person(author, what)
        if not all(isinstance(tag, str) for tag in item.get("tags", ())):
            raise _WrongError(f"a tag of {what} is no text")
        for attached in item.get("attachments", ()):
            _fields(attached, _ATTACHMENT, ("url", "mime_type"), f"an attachment of {what}")
    return len(feed["items"])


def _person(author: Any, what: str) -> None:
    _fields(author, _AUTHOR, (), f"an author of {what}")
    if not author:
        raise _WrongError(f"an author of {what} has neither name nor url nor avatar")


def _fields(value: Any, known: Mapping[str, type], needed: tuple[str, ...], what: str) -> None:
    if not isinstance(value, dict):
        raise _WrongError(f"{what} is no object")
    for name in needed:
        if name not in value:
            raise _WrongError(f"{what} has no {name}")
    for name, content in value.items():
        if name.startswith("_"):  # an extension
            continue
        if name not in known:
            raise _WrongError(f"{what} has a field {name!r}, which the format does not know")
        if not isinstance(content, known[name]) or (known[name] is int and isinstance(content, bool)):
            raise _WrongError(f"{name} of {what} is no {known[name].__name__}")
        if name in _ADDRESSES and isinstance(content, str):
            _web(content, f"{name} of {what}")


def _tree(data: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise _WrongError(f"it would not be well-formed XML ({error.msg})") from None


def _need(element: etree._Element, name: str, what: str) -> str:
    found = element.findall(name)
    value = (found[0].text or "").strip() if found else ""
    if len(found) != 1 or not value:
        label = name.rpartition("}")[2]
        raise _WrongError(f"{what} has {'no' if not value else 'more than one'} {label}")
    return value


def _need_date(form: re.Pattern[str], said: str | None, what: str) -> None:
    try:
        if said is not None and form.fullmatch(said):
            parsedate_to_datetime(said) if form is _RFC822 else datetime.fromisoformat(said)
            return
    except ValueError:
        pass
    raise _WrongError(f"{what} is none: {said}")


def _web(url: str | None, what: str) -> None:
    try:
        parts = urlsplit(url or "")
        right = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        right = False
    if not right or re.search(r"[\s<>\"]", url or ""):
        raise _WrongError(f"{what} is no web address: {url}")


def _distinct(ids: Iterable[str]) -> None:
    seen: set[str] = set()
    for id in ids:
        if id in seen:
            raise _WrongError(f"two items have the id {id}")
        seen.add(id)
