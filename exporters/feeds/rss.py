"""RSS 2.0 with full text (https://www.rssboard.org/rss-specification). Pure.

``description`` is HTML by the specification, so a plain summary is escaped twice; ``title`` is plain text.
"""

from __future__ import annotations

from html import escape
from io import BytesIO
from typing import Any

from lxml import etree

from exporters.feeds.model import Feed, Item
from exporters.feeds.wire import address, rfc822, rfc3339, safe_html, text

ATOM = "http://www.w3.org/2005/Atom"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
DC = "http://purl.org/dc/elements/1.1/"
DCTERMS = "http://purl.org/dc/terms/"
MEDIA = "http://search.yahoo.com/mrss/"
NAMESPACES = {"atom": ATOM, "content": CONTENT, "dc": DC, "dcterms": DCTERMS, "media": MEDIA}

_IMAGE_TYPES = {
    "avif": "image/avif",
    "gif": "image/gif",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
}


def render(feed: Feed) -> bytes:
    out = BytesIO()
    with etree.xmlfile(out, encoding="utf-8") as xml:
        xml.write_declaration()
        with xml.element("rss", version="2.0", nsmap=NAMESPACES), xml.element("channel"):
            _line(xml, "title", text(feed.title))
            _line(xml, "link", address(feed.link) or feed.link)
            _line(xml, "description", escape(text(feed.description), quote=False))
            if feed.language:
                _line(xml, "language", text(feed.language))
            if feed.updated:
                _line(xml, "lastBuildDate", rfc822(feed.updated))
            _line(xml, "generator", "Copydesk")
            if feed.address:
                _line(
                    xml,
                    f"{{{ATOM}}}link",
                    rel="self",
                    type="application/rss+xml",
                    href=address(feed.address) or "",
                )
            for item in feed.items:
                xml.write("\n")
                with xml.element("item"):
                    _item(xml, item)
            xml.write("\n")
    return out.getvalue() + b"\n"


def _item(xml: Any, item: Item) -> None:
    url = address(item.url) or item.url
    _line(xml, "title", text(item.title))
    _line(xml, "link", url)
    _line(xml, "guid", text(item.id), isPermaLink="false")
    _line(xml, "pubDate", rfc822(item.published))
    if rfc3339(item.updated) != rfc3339(item.published):
        _line(xml, f"{{{DCTERMS}}}modified", rfc3339(item.updated))
    for author in item.authors:
        _line(xml, f"{{{DC}}}creator", text(author))
    for tag in item.tags:
        _line(xml, "category", text(tag))
    if item.origin:
        name, home = item.origin
        _line(xml, "source", text(name), url=address(home) or home)
    if item.summary:
        _line(xml, "description", escape(text(item.summary), quote=False))
    if item.html:
        _line(xml, f"{{{CONTENT}}}encoded", safe_html(item.html, base=item.url))
    if item.image and (source := address(item.image.url)):
        _image(xml, source, item)
    xml.write("\n")


def _image(xml: Any, source: str, item: Item) -> None:
    """Media RSS needs no length; RSS's own enclosure does, and we do not know it."""
    assert item.image is not None
    attributes = {"url": source, "medium": "image"}
    ending = source.partition("?")[0].rpartition(".")[2].lower()
    if ending in _IMAGE_TYPES:
        attributes["type"] = _IMAGE_TYPES[ending]
    xml.write("\n")
    with xml.element(f"{{{MEDIA}}}content", attributes):
        if item.image.caption:
            _line(xml, f"{{{MEDIA}}}description", text(item.image.caption), type="plain")
        if item.image.credit:
            _line(xml, f"{{{MEDIA}}}credit", text(item.image.credit))


def _line(xml: Any, tag: str, value: str = "", **attributes: str) -> None:
    xml.write("\n")
    with xml.element(tag, attributes):
        if value:
            xml.write(value)
