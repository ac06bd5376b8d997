"""The list of all feeds, for readers to import (http://opml.org/spec2.opml), and for whoever serves them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from exporters.feeds.wire import address, document, text

NAME = "feeds.opml"

#: What is published of each feed: ending, and the media type to serve it with. As application/rss+xml or
#: application/atom+xml Chromium shows the bare source; readers take plain XML as well.
TYPES = {
    "xml": "application/xml",
    "atom": "application/xml",
    "json": "application/feed+json",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A feed in the list."""

    #: What its files are called, without their ending.
    name: str
    title: str
    #: The newsroom's home page, or where the feeds are served.
    home: str
    #: Where its RSS is served.
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelved:
    """A published feed and its files."""

    name: str
    title: str
    home: str
    #: Each with its media type; only those that are there.
    files: tuple[tuple[Path, str], ...]


def render(feeds: Iterable[Listed], *, title: str) -> bytes:
    root = etree.Element("opml", {"version": "2.0"})
    etree.SubElement(etree.SubElement(root, "head"), "title").text = text(title)
    body = etree.SubElement(root, "body")
    for feed in feeds:
        etree.SubElement(
            body,
            "outline",
            {
                "type": "rss",
                "text": text(feed.title),
                "title": text(feed.title),
                "xmlUrl": address(feed.address) or feed.address,
                "htmlUrl": address(feed.home) or feed.home,
            },
        )
    return document(root, None)


def read(data: bytes) -> tuple[Listed, ...]:
    """What ``render`` wrote."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        outlines = etree.fromstring(data, parser).findall("body/outline")
    except etree.XMLSyntaxError:
        return ()
    return tuple(
        Listed(
            name=outline.get("xmlUrl", "").rpartition("/")[2].removesuffix(".xml"),
            title=outline.get("title", ""),
            home=outline.get("htmlUrl", ""),
            address=outline.get("xmlUrl", ""),
        )
        for outline in outlines
    )


def shelf(folder: Path) -> tuple[Shelved, ...]:
    """The feeds published in a folder, in the order of its list: what a server may serve of it."""
    try:
        listed = read((folder / NAME).read_bytes())
    except FileNotFoundError:
        return ()
    found = []
    for feed in listed:
        paths = ((folder / f"{feed.name}.{ending}", kind) for ending, kind in TYPES.items())
        files = tuple((path, kind) for path, kind in paths if path.is_file())
        if files:
            found.append(Shelved(name=feed.name, title=feed.title, home=feed.home, files=files))
    return tuple(found)
