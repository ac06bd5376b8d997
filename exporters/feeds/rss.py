"""RSS 2.0 with full text (https://www.rssboard.org/rss-specification). Pure.

``description`` is HTML by the specification, so what looks like markup in a plain summary is escaped twice;
``title`` is plain text.
"""

from __future__ import annotations

from lxml import etree

from exporters.feeds import media
from exporters.feeds.model import Feed, Item
from exporters.feeds.wire import address, as_html, document, rfc822, rfc3339, safe_html, text

ATOM = "http://www.w3.org/2005/Atom"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
DC = "http://purl.org/dc/elements/1.1/"
DCTERMS = "http://purl.org/dc/terms/"
NAMESPACES = {"atom": ATOM, "content": CONTENT, "dc": DC, "dcterms": DCTERMS, "media": media.NAMESPACE}


def render(feed: Feed) -> bytes:
    root = etree.Element("rss", {"version": "2.0"}, nsmap=NAMESPACES)
    channel = etree.SubElement(root, "channel")
    _line(channel, "title", text(feed.title))
    _line(channel, "link", address(feed.link) or feed.link)
    _line(channel, "description", as_html(feed.description))
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
    return document(root, feed.stylesheet)


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
        where = item.origin.feed or item.origin.home
        _line(parent, "source", text(item.origin.name), url=address(where) or where)
    if item.summary:
        _line(parent, "description", as_html(item.summary))
    if item.html:
        _line(parent, f"{{{CONTENT}}}encoded", safe_html(item.html, base=item.url))
    if item.image:
        media.add(parent, item.image)


def _line(parent: etree._Element, tag: str, value: str, **attributes: str) -> None:
    etree.SubElement(parent, tag, attributes).text = value
