"""The lead picture of an item, as RSS and Atom carry it (https://www.rssboard.org/media-rss). Pure.

Media RSS needs no length; RSS's own enclosure does, and nobody has told it.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from lxml import etree

from exporters.feeds.wire import address, text
from pipelines.types import Image

NAMESPACE = "http://search.yahoo.com/mrss/"

_TYPES = {
    "avif": "image/avif",
    "gif": "image/gif",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
}


def add(parent: etree._Element, image: Image) -> None:
    """Nothing where its address is none of the web."""
    source = address(image.url)
    if source is None:
        return
    attributes = {"url": source, "medium": "image"}
    if kind := type_of(source):
        attributes["type"] = kind
    content = etree.SubElement(parent, f"{{{NAMESPACE}}}content", attributes)
    if image.caption:
        etree.SubElement(content, f"{{{NAMESPACE}}}description", type="plain").text = text(image.caption)
    if image.credit:
        etree.SubElement(content, f"{{{NAMESPACE}}}credit").text = text(image.credit)


def type_of(url: str) -> str | None:
    """What the address says of the picture's format."""
    return _TYPES.get(urlsplit(url).path.rpartition(".")[2].lower())
