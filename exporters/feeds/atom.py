"""Atom 1.0 (RFC 4287). Pure."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from lxml import etree

from exporters.feeds.model import Feed, Item
from exporters.feeds.wire import address, rfc3339, safe_html, text

NAMESPACE = "http://www.w3.org/2005/Atom"
#: ``updated`` is required; a feed without articles has no date, and the clock would change its bytes.
NEVER = "1970-01-01"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def render(feed: Feed) -> bytes:
    out = BytesIO()
    with etree.xmlfile(out, encoding="utf-8") as xml:
        xml.write_declaration()
        attributes = {_LANGUAGE: text(feed.language)} if feed.language else {}
        with xml.element(f"{{{NAMESPACE}}}feed", attributes, nsmap={None: NAMESPACE}):
            _line(xml, "id", text(feed.id))
            _line(xml, "title", text(feed.title))
            if feed.description:
                _line(xml, "subtitle", text(feed.description))
            _line(xml, "updated", rfc3339(feed.updated or NEVER))
            _person(xml, feed.title)
            _line(xml, "link", rel="alternate", type="text/html", href=address(feed.link) or feed.link)
            if feed.address:
                _line(xml, "link", rel="self", type="application/atom+xml", href=address(feed.address) or "")
            _line(xml, "generator", "Copydesk")
            for item in feed.items:
                xml.write("\n")
                with xml.element(f"{{{NAMESPACE}}}entry"):
                    _entry(xml, item, feed)
            xml.write("\n")
    return out.getvalue() + b"\n"


def _entry(xml: Any, item: Item, feed: Feed) -> None:
    _line(xml, "id", text(item.id))
    _line(xml, "title", text(item.title))
    _line(xml, "link", rel="alternate", type="text/html", href=address(item.url) or item.url)
    _line(xml, "published", rfc3339(item.published))
    _line(xml, "updated", rfc3339(item.updated))
    if item.authors:
        for author in item.authors:
            _person(xml, author)
    elif item.origin:
        _person(xml, item.origin[0])
    for tag in item.tags:
        _line(xml, "category", term=text(tag))
    if item.summary:
        _line(xml, "summary", text(item.summary))
    if item.html:
        language = {_LANGUAGE: item.language} if item.language and item.language != feed.language else {}
        _line(xml, "content", safe_html(item.html, base=item.url), **{"type": "html", **language})
    xml.write("\n")


def _person(xml: Any, name: str) -> None:
    xml.write("\n")
    with xml.element(f"{{{NAMESPACE}}}author"):
        _line(xml, "name", text(name))


def _line(xml: Any, tag: str, value: str = "", **attributes: str) -> None:
    xml.write("\n")
    with xml.element(f"{{{NAMESPACE}}}{tag}", attributes):
        if value:
            xml.write(value)
