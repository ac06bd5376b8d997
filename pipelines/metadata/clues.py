"""Everything in a page that can speak for a field, collected in one pass over its tree. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree

from pipelines.document import Document
from pipelines.metadata import jsonld
from pipelines.metadata.around import Told, walk

#: Enough for any real page; a page with more is an attack or a mistake.
_MAX_META = 400


@dataclass(slots=True)
class Clues:
    document: Document
    #: Lower-case name, property or itemprop of a meta element → its contents in order.
    meta: dict[str, list[str]] = field(default_factory=dict)
    #: The first href of each rel in ``_LINKS``.
    links: dict[str, str] = field(default_factory=dict)
    #: The text of <title>.
    window_title: str = ""
    #: The lang of <html>, else of <body>.
    lang: str | None = None
    h1: list[etree._Element] = field(default_factory=list)
    times: list[etree._Element] = field(default_factory=list)
    figures: list[etree._Element] = field(default_factory=list)
    nodes: list[jsonld.Node] = field(default_factory=list)
    _told: Told | None = None
    _h1_texts: list[str] | None = None

    @property
    def told(self) -> Told:
        """The whole page's elements by their names; walked at the first call."""
        if self._told is None:
            self._told = walk(self.document.root)
        return self._told

    @property
    def h1_texts(self) -> list[str]:
        """The visible texts of the first dozen of ``h1``."""
        if self._h1_texts is None:
            self._h1_texts = [text_of(h1, _HEADLINE) for h1 in self.h1[:12]]
        return self._h1_texts

    def first(self, *names: str) -> str | None:
        """The first content that one of the meta ``names`` has, in the order of the names."""
        for name in names:
            for content in self.meta.get(name, ()):
                if content:
                    return content
        return None


#: Characters of a headline that are read.
_HEADLINE = 400
_LINKS = frozenset(("canonical", "image_src"))
_HOLDS_JSONLD = "ld+json"


def collect(document: Document) -> Clues:
    clues = Clues(document)
    root = document.root
    clues.lang = root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang")
    blocks: list[str] = []
    for element in root.iter("meta", "link", "script", "h1", "time", "title", "figure", "body"):
        tag = element.tag
        if tag == "meta":
            _meta(clues, element)
        elif tag == "script":
            if _HOLDS_JSONLD in (element.get("type") or "").lower() and element.text:
                blocks.append(element.text)
        elif tag == "link":
            rel = (element.get("rel") or "").lower()
            if rel in _LINKS and (href := element.get("href")):
                clues.links.setdefault(rel, href)
        elif tag == "h1":
            clues.h1.append(element)
        elif tag == "time":
            clues.times.append(element)
        elif tag == "figure":
            clues.figures.append(element)
        elif tag == "title":
            parent = element.getparent()
            if not clues.window_title and (parent is None or parent.tag != "svg"):
                clues.window_title = " ".join((element.text or "").split())
        elif not clues.lang:
            clues.lang = element.get("lang")
    clues.nodes = jsonld.nodes(blocks)
    return clues


def _meta(clues: Clues, element: etree._Element) -> None:
    content = element.get("content")
    if not content or len(clues.meta) > _MAX_META:
        return
    name = element.get("property") or element.get("name") or element.get("itemprop")
    if not name and (equiv := element.get("http-equiv")):
        name = f"http-equiv:{equiv}"
    if name:
        clues.meta.setdefault(name.strip().lower(), []).append(content.strip())


def text_of(element: etree._Element, limit: int = 2000) -> str:
    """The element's visible text on one line, without scripts and styles."""
    if element.tag in _SILENT:
        return ""
    if not len(element):
        return " ".join((element.text or "").split())[:limit]
    parts: list[str] = []
    _gather(element, parts, limit, 0, False)
    return " ".join("".join(parts).split())[:limit]


_GLUED = re.compile(r"[a-zß-öø-ÿ]{2}$")
_SILENT = frozenset(("script", "style", "noscript", "svg", "template", "button", "select", "textarea"))
_BREAKS = frozenset(("br", "p", "div", "li", "h2", "h3", "h4", "td", "tr", "section", "ul", "figcaption"))
#: Elements within elements of a line.
_DEEPEST = 50


def _gather(element: etree._Element, parts: list[str], left: int, depth: int, apart: bool) -> int:
    """Appends the pieces of text in order; returns how many characters are still wanted.

    ``apart``: another element ended just before this one."""
    breaks = element.tag in _BREAKS
    if breaks:
        parts.append(" ")
    if text := element.text:
        left = _put(parts, text, left, apart)
    follows = False
    for child in element:
        if left < 0:
            return left
        silent = child.tag in _SILENT or depth > _DEEPEST
        if not silent:
            left = _gather(child, parts, left, depth + 1, follows)
        tail = child.tail
        if tail:
            left = _put(parts, tail, left, not silent)
        follows = not tail
    if breaks:
        parts.append(" ")
    return left


def _put(parts: list[str], piece: str, left: int, apart: bool) -> int:
    if apart and parts and piece[:1].isupper() and _GLUED.search(parts[-1]):
        # Two elements side by side that only the style sheet keeps apart.
        parts.append(" ")
    parts.append(piece)
    return left - len(piece)
