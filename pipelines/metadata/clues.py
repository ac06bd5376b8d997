"""Everything in a page that can speak for a field, collected in one pass over its tree. Pure."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from pipelines.document import Document
from pipelines.metadata import jsonld

#: Enough for any real page; a page with more is an attack or a mistake.
_MAX_META = 400


@dataclass(slots=True)
class Clues:
    document: Document
    #: Lower-case name, property or itemprop of a meta element → its contents in order.
    meta: dict[str, list[str]] = field(default_factory=dict)
    #: Lower-case rel of a link element → its first href.
    links: dict[str, str] = field(default_factory=dict)
    #: The text of <title>.
    window_title: str = ""
    #: The lang of <html>, else of <body>.
    lang: str | None = None
    h1: list[etree._Element] = field(default_factory=list)
    times: list[etree._Element] = field(default_factory=list)
    figures: list[etree._Element] = field(default_factory=list)
    nodes: list[jsonld.Node] = field(default_factory=list)

    def first(self, *names: str) -> str | None:
        """The first content that one of the meta ``names`` has, in the order of the names."""
        for name in names:
            for content in self.meta.get(name, ()):
                if content:
                    return content
        return None


_HOLDS_JSONLD = "ld+json"
#: How many elements from the headline on may hold byline and date: a long share bar has 60.
_NEAR = 220
#: How many of them stand in the headline's own line, or follow it at once.
_INSIDE = 20


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
            if href := element.get("href"):
                for rel in (element.get("rel") or "").lower().split():
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


def near(headline: etree._Element) -> list[etree._Element]:
    """The elements in and after the headline in the page, ``_NEAR`` of them, then a few that stand before
    it."""
    found: list[etree._Element] = list(itertools.islice(headline.iter("*"), 1, 20))
    before: list[etree._Element] = []
    level: etree._Element | None = headline
    height = 0
    while level is not None and level.tag != "body" and len(found) <= _NEAR:
        if height < 7:
            for sibling in itertools.islice(level.itersiblings("*", preceding=True), 4):
                before.extend(itertools.islice(sibling.iter("*"), 16))
        height += 1
        for sibling in level.itersiblings("*"):
            found.extend(itertools.islice(sibling.iter("*"), _NEAR))
            if len(found) > _NEAR:
                break
        level = level.getparent()
    return found[:_INSIDE] + before[:90] + found[_INSIDE:]


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
    parts: list[str] = []
    length = 0
    for piece, apart in _visible(element):
        if apart and parts and _GLUED.search(parts[-1]) and piece[:1].isupper():
            # Two elements side by side that only the style sheet keeps apart.
            parts.append(" ")
        parts.append(piece)
        length += len(piece)
        if length > limit:
            break
    return " ".join("".join(parts).split())[:limit]


_GLUED = re.compile(r"[a-zß-öø-ÿ]{2}$")
_SILENT = frozenset(("script", "style", "noscript", "svg", "template", "button", "select", "textarea"))
_BREAKS = frozenset(("br", "p", "div", "li", "h2", "h3", "h4", "td", "tr", "section", "ul", "figcaption"))


def _visible(element: etree._Element) -> Iterator[tuple[str, bool]]:
    """The pieces of text in order; with each, whether an element ended just before it."""
    silent: etree._Element | None = None
    for event, node in etree.iterwalk(element, events=("start", "end")):
        if event == "start":
            if silent is None:
                if node.tag in _SILENT:
                    silent = node
                else:
                    if node.tag in _BREAKS:
                        yield " ", False
                    if node.text:
                        before = node.getprevious() if node is not element else None
                        yield node.text, before is not None and not before.tail
        else:
            if silent is node:
                silent = None
            if silent is None and node is not element:
                if node.tag in _BREAKS:
                    yield " ", False
                if node.tail:
                    yield node.tail, node.tag not in _SILENT
