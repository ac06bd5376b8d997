"""Bytes to one parsed tree, decoded once. Everything that reads a page reads this. Pure.

The body is decoded to text, cleaned of what libxml2 chokes on, and parsed from UTF-8 bytes: given ``str``,
lxml raises on XHTML with an XML declaration, and a NUL or a lone surrogate silently empties the tree.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urljoin

from lxml import etree
from w3lib.encoding import html_to_unicode


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A page's tree. ``root`` is ``<html>``; nobody changes it."""

    url: str
    #: What relative links are relative to: ``<base href>``, else ``url``.
    base: str
    root: etree._Element


def parse(body: bytes, *, url: str, charset: str | None = None) -> Document:
    """Never raises: an unreadable body gives an empty document."""
    _, text = html_to_unicode(f"text/html; charset={charset}" if charset else None, body)
    data = text.replace("\x00", "").encode("utf-8", "replace")
    parser = etree.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=True
    )
    root = None
    if data.strip():
        try:
            root = etree.fromstring(data, parser)
        except etree.ParserError:
            root = None
    if root is None:
        root = etree.Element("html")
    href = next((e.get("href") for e in root.iter("base") if e.get("href")), None)
    return Document(url=url, base=urljoin(url, href.strip()) if href else url, root=root)
