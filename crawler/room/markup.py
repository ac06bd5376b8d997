"""A story's body for a page of ours: sanitised again, pictures only if wanted, what was cut in its place.

Pure. What comes out has no element or attribute that runs, loads or styles anything, pictures aside.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any
from urllib.parse import urlsplit

from lxml import etree, html

from crawler.explanation import cuts_as_html
from pipelines.compose import sanitise
from pipelines.types import Removal

_LEAVES = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "figcaption", "pre", "img"})
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_HOLDERS = frozenset({"li", "td", "th", "dt", "dd"})
#: Nothing of ours can stand in these; it comes after them.
_CLOSED = frozenset({"table", "figure", "dl", "pre"})
_BLOCKS = _LEAVES | _HOLDERS | _CLOSED | {"ul", "ol", "blockquote", "tr", "tbody", "thead"}


def body(markup: str, *, standfirst: str | None, removed: Sequence[Removal], images: bool) -> str:
    """``removed``: all that the page lost, its headline included; their places tell where it stood."""
    story = _parsed(sanitise(markup))
    leaves = list(_leaves(story))
    if leaves and standfirst and leaves[0].tag == "p" and _words(leaves[0]) == " ".join(standfirst.split()):
        leaves[0].set("class", "standfirst")
    _level(story)
    _put_back(story, leaves, removed)
    for image in list(story.iter("img")):
        _picture(image, images=images)
    return _inner(story)


def _parsed(markup: str) -> Any:
    # Leading text would be lost to a parser that looks for elements.
    return html.fragment_fromstring(f"<div>{markup}</div>", parser=html.HTMLParser(huge_tree=True))


def _inner(element: Any) -> str:
    children = "".join(etree.tostring(child, encoding="unicode", method="html") for child in element)
    return html_text(element.text) + children


def html_text(text: str | None) -> str:
    return (text or "").replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _words(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())


def _leaves(element: Any) -> Iterator[Any]:
    """What one block of the page became, each: in the page's order."""
    for child in element:
        if child.tag in _LEAVES:
            yield child
        elif child.tag in _BLOCKS:
            if child.tag in _HOLDERS and _has_words(child):
                yield child
            yield from _leaves(child)


def _has_words(element: Any) -> bool:
    if (element.text or "").strip():
        return True
    return any(child.tag not in _BLOCKS or (child.tail or "").strip() for child in element)


def _level(story: Any) -> None:
    """Headings below the page's own, without a gap: h3 and h5 become h2 and h3."""
    headings = list(story.iter(*_HEADINGS))
    for rank, old in enumerate(sorted({heading.tag for heading in headings})):
        for heading in headings:
            if heading.tag == old and not heading.get("class"):
                heading.set("class", f"h{min(rank + 2, 6)}")
    for heading in headings:
        heading.tag = heading.attrib.pop("class")


def _put_back(story: Any, leaves: Sequence[Any], removed: Sequence[Removal]) -> None:
    """Each run of cuts after the block that stood before it."""
    # So many blocks of the page before this one were kept: the place less those that were not.
    placed = [(cut.position - number, cut) for number, cut in enumerate(removed) if cut.by != "headline"]
    runs = [(before, [cut for _, cut in run]) for before, run in groupby(placed, key=lambda pair: pair[0])]
    if runs and runs[-1][0] == 0 and leaves:
        # Nothing of the page was kept: the story came from its feed.
        runs = [(len(leaves), cuts) for _, cuts in runs]
    # From the end, so that what is put in moves nothing that comes.
    for before, cuts in reversed(runs):
        block = _parsed(cuts_as_html(cuts))
        block.set("class", "cuts")
        if before == 0 or not leaves:
            block.tail, story.text = story.text, None
            story.insert(0, block)
        else:
            _after(story, leaves[min(before, len(leaves)) - 1], block)


def _after(story: Any, leaf: Any, block: Any) -> None:
    anchor = leaf
    for ancestor in leaf.iterancestors():
        if ancestor is story:
            break
        last = ancestor[-1] is anchor and not (anchor.tail or "").strip()
        if ancestor.tag in _CLOSED or ancestor.tag == "p" or last or ancestor.tag in ("tr", "tbody", "td"):
            anchor = ancestor
        elif ancestor.tag in ("ul", "ol"):
            break
    if anchor.getparent().tag in ("ul", "ol"):
        item = etree.Element("li", {"class": "cutitem"})
        item.append(block)
        block = item
    block.tail, anchor.tail = anchor.tail, None
    anchor.addnext(block)


def _picture(image: Any, *, images: bool) -> None:
    address = image.get("src", "")
    if images and address.startswith("https://"):
        image.set("loading", "lazy")
        image.set("decoding", "async")
        image.set("alt", image.get("alt", ""))
        return
    link = etree.Element("a", {"class": "picture"})
    if urlsplit(address).scheme in ("http", "https"):
        link.set("href", address)
    said = " ".join(image.get("alt", "").split())
    link.text = f"Picture: {said}" if said else "Picture"
    link.tail = image.tail
    image.getparent().replace(image, link)
