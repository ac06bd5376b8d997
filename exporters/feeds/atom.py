"""Atom 1.0 (RFC 4287). Pure."""

from __future__ import annotations

from lxml import etree

from exporters.feeds import media
from exporters.feeds.model import Feed, Item, Origin
from exporters.feeds.wire import address, document, rfc3339, safe_html, text

NAMESPACE = "http://www.w3.org/2005/Atom"
#: ``updated`` is required; a feed without articles has no date, and the clock would change its bytes.
NEVER = "2000-01-01"
_PREFIXES = {None: NAMESPACE, "media": media.NAMESPACE}
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def render(feed: Feed) -> bytes:
    root = etree.Element(f"{{{NAMESPACE}}}feed", nsmap=_PREFIXES)  # type: ignore[arg-type]  # the stubs know no default
    if feed.language:
        root.set(_LANGUAGE, text(feed.language))
    _line(root, "id", text(feed.id))
    _line(root, "title", text(feed.title))
    if feed.description:
        _line(root, "subtitle", text(feed.description))
    _line(root, "updated", rfc3339(feed.updated or NEVER))
    _person(root, feed.title)
    _line(root, "link", rel="alternate", type="text/html", href=address(feed.link) or feed.link)
    if feed.address:
        href = address(feed.address) or feed.address
        _line(root, "link", rel="self", type="application/atom+xml", href=href)
    _line(root, "generator", "Copydesk")
    for item in feed.items:
        _entry(etree.SubElement(root, f"{{{NAMESPACE}}}entry"), item, feed)
    return document(root, feed.stylesheet)


def _entry(parent: etree._Element, item: Item, feed: Feed) -> None:
    if item.language and item.language != feed.language:
        parent.set(_LANGUAGE, text(item.language))
    _line(parent, "id", text(item.id))
    _line(parent, "title", text(item.title))
    _line(parent, "link", rel="alternate", type="text/html", href=address(item.url) or item.url)
    _line(parent, "published", rfc3339(item.published))
    _line(parent, "updated", rfc3339(item.updated))
    for name in item.authors or ((item.origin.name,) if item.origin else ()):
        _person(parent, name)
    for tag in item.tags:
        _line(parent, "category", term=text(tag))
    summary = item.summary
    if not summary and not item.html:  # an entry says something; this one, whose it is
        summary = item.origin.name if item.origin else feed.title
    if summary:
        _line(parent, "summary", text(summary))
    if item.html:
        _line(parent, "content", safe_html(item.html, base=item.url), type="html")
    if item.origin:
        _source(etree.SubElement(parent, f"{{{NAMESPACE}}}source"), item.origin, item.updated)
    if item.image:
        media.add(parent, item.image)


def _source(parent: etree._Element, origin: Origin, updated: str) -> None:
    _line(parent, "id", origin.id)
    _line(parent, "title", text(origin.name))
    _line(parent, "updated", rfc3339(updated))
    _line(parent, "link", rel="alternate", type="text/html", href=address(origin.home) or origin.home)
    if origin.feed and (feed := address(origin.feed)):
        _line(parent, "link", rel="self", href=feed)


def _person(parent: etree._Element, name: str) -> None:
    _line(etree.SubElement(parent, f"{{{NAMESPACE}}}author"), "name", text(name))


def _line(parent: etree._Element, tag: str, value: str | None = None, **attributes: str) -> None:
    etree.SubElement(parent, f"{{{NAMESPACE}}}{tag}", attributes).text = value
