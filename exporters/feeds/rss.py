"""RSS 2.0 with full text (https://www.rssboard.org/rss-specification). Pure.

``description`` is HTML by the specification, so a plain summary is escaped twice; ``title`` is plain text.
"""

from __future__ import annotations

from html import escape

from lxml import etree

from exporters.feeds.model import Feed, Item
from exporters.feeds.wire import address, rfc822, rfc3339, safe_html, text
from pipelines.types import Image

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
    root = etree.Element("rss", {"version": "2.0"}, nsmap=NAMESPACES)
    channel = etree.SubElement(root, "channel")
    _line(channel, "title", text(feed.title))
    _line(channel, "link", address(feed.link) or feed.link)
    _line(channel, "description", escape(text(feed.description), quote=False))
    if feed.language:
        _line(channel, "language", text(feed.language))
    if feed.updated:
        _line(channel, "lastBuildDate", rfc822(feed.updated))
    _line(channel, "generator", "Copydesk")
    if feed.address:
        link = {"rel": "self", "type": "application/rss+xml", "href": address(feed.address) or feed.address}
        etree.SubElement(channel, f"{{{ATOM}}}link", link)
    for item in feed.items:
        _item(etree.SubElement(channel, "item"), item)
    etree.indent(root, "")
    return etree.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"


def _item(parent: etree._Element, item: Item) -> None:
    _line(parent, "title", text(item.title))
    _line(parent, "link", address(item.url) or item.url)
    _line(parent, "guid", text(item.id), isPermaLink="false")
    _line(parent, "pubDate", rfc822(item.published))
    if rfc3339(item.updated) != rfc3339(item.published):
        _line(parent, f"{{{DCTERMS}}}modified", rfc3339(item.updated))
    for author in item.authors:
        _line(parent, f"{{{DC}}}creator", text(author))
    for tag in item.tags:
        _line(parent, "category", text(tag))
    if item.origin:
        name, home = item.origin
        _line(parent, "source", text(name), url=address(home) or home)
    if item.summary:
        _line(parent, "description", escape(text(item.summary), quote=False))
    if item.html:
        _line(parent, f"{{{CONTENT}}}encoded", safe_html(item.html, base=item.url))
    if item.image:
        _image(parent, item.image)


def _image(parent: etree._Element, image: Image) -> None:
    """Media RSS needs no length; RSS's own enclosure does, and we do not know it."""
    source = address(image.url)
    if source is None:
        return
    attributes = {"url": source, "medium": "image"}
    ending = source.partition("?")[0].rpartition(".")[2].lower()
    if ending in _IMAGE_TYPES:
        attributes["type"] = _IMAGE_TYPES[ending]
    media = etree.SubElement(parent, f"{{{MEDIA}}}content", attributes)
    if image.caption:
        _line(media, f"{{{MEDIA}}}description", text(image.caption), type="plain")
    if image.credit:
        _line(media, f"{{{MEDIA}}}credit", text(image.credit))


def _line(parent: etree._Element, tag: str, value: str, **attributes: str) -> None:
    etree.SubElement(parent, tag, attributes).text = value
