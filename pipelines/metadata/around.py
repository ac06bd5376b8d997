"""The elements in which a reader finds byline and date: by the headline, else anywhere. Pure.

A page has thousands of elements and asking one costs more than parsing it: those by the headline are found
only as far as they are asked for, and the whole page is walked once at most, for all fields together.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from lxml import etree

#: How many elements from the headline on may hold byline and date: a long share bar has 60.
_NEAR = 220
#: How many of them stand in the headline's own line, or follow it at once.
_INSIDE = 20
#: How many that stand before the headline are looked at, and how far up.
_BEFORE, _LEVELS = 90, 7
#: How many elements of the whole page are walked.
_MOST = 1000
#: A longer text is no line of its own.
_LINE = 120

_HOLDING = (
    "a", "span", "div", "p", "time", "li", "small", "em", "i", "b", "strong", "address", "td",
    "h3", "h4", "h5",
)  # fmt: skip
#: What says nothing: a share bar's icons have a hundred paths.
_MUTE = frozenset((
    "svg", "g", "path", "use", "circle", "rect", "polygon", "line", "defs", "img", "source", "picture",
    "script", "style", "noscript", "br", "hr", "button", "input", "iframe",
))  # fmt: skip


class Around:
    """The elements in and after the headline, and between them a few that stand before it."""

    __slots__ = ("_found", "_source")

    def __init__(self, headline: etree._Element | None) -> None:
        self._found: list[etree._Element] = []
        self._source = iter(()) if headline is None else _ordered(headline)

    def __iter__(self) -> Iterator[etree._Element]:
        yield from self._found
        for element in self._source:
            self._found.append(element)
            yield element


def _ordered(headline: etree._Element) -> Iterator[etree._Element]:
    after = _after(headline)
    yield from itertools.islice(after, _INSIDE)
    yield from itertools.islice(_before(headline), _BEFORE)
    yield from itertools.islice(after, _NEAR - _INSIDE)


def _after(headline: etree._Element) -> Iterator[etree._Element]:
    yield from itertools.islice(headline.iter("*"), 1, 20)
    level: etree._Element | None = headline
    while level is not None and level.tag != "body":
        for sibling in level.itersiblings("*"):
            for element in sibling.iter("*"):
                if element.tag not in _MUTE:
                    yield element
        level = level.getparent()


def _before(headline: etree._Element) -> Iterator[etree._Element]:
    level: etree._Element | None = headline
    for _ in range(_LEVELS):
        if level is None or level.tag == "body":
            return
        for sibling in itertools.islice(level.itersiblings("*", preceding=True), 4):
            yield from itertools.islice(sibling.iter("*"), 16)
        level = level.getparent()


@dataclass(slots=True)
class Told:
    """What the whole page's elements are named, or say in a line of their own; each in the page's order."""

    bylines: list[etree._Element] = field(default_factory=list)
    #: Named as holding a date.
    dates: list[etree._Element] = field(default_factory=list)
    #: With the text that may be a date.
    lines: list[tuple[etree._Element, str]] = field(default_factory=list)


def walk(root: etree._Element) -> Told:
    told = Told()
    for element in itertools.islice(root.iter(*_HOLDING), _MOST):
        name = element.get("class") or element.get("itemprop")
        byline, date = _named(name) if name else (False, False)
        if byline or (element.tag == "a" and element.get("rel") == "author"):
            told.bylines.append(element)
        if date:
            told.dates.append(element)
        own = element.text
        if own and len(own) <= _LINE and _DIGIT.search(own) and _DATE.search(own):
            told.lines.append((element, own.strip()))
    return told


_DATE_NAMES = ("date", "publi", "datum", "fecha", "time", "meta")


@lru_cache(maxsize=8192)
def _named(name: str) -> tuple[bool, bool]:
    return names_a_byline(name), _has(name.lower(), _DATE_NAMES)


def _has(name: str, words: tuple[str, ...]) -> bool:
    for word in words:  # noqa: SIM110  a page has hundreds of names, and a generator takes twice as long
        if word in name:
            return True
    return False


_BYLINE_NAMES = (
    "author", "byline", "autor", "redact", "writer", "journalist", "reporter", "signature", "auteur",
    "verfasser",
)  # fmt: skip
_NOT_BYLINE = (
    "comment", "related", "teaser", "footer", "nav", "widget", "sidebar", "recommend", "share", "social",
    "image", "photo", "avatar", "bio", "description", "date", "time", "follow", "caption", "credit",
    "picture", "thumb", "categor",
)  # fmt: skip


@lru_cache(maxsize=8192)
def names_a_byline(name: str) -> bool:
    name = name.lower()
    return _has(name, _BYLINE_NAMES) and not _has(name, _NOT_BYLINE)


_DIGIT = re.compile("[0-9]")
_DATE = re.compile(
    r"\d{1,2}\D{1,14}(?:19|20)\d\d|\d{1,2}[./-]\d{1,2}[./-]\d\d\b|(?:19|20)\d\d\D{1,12}\d{1,2}"
)


def may_be_date(text: str) -> bool:
    """Whether it is worth reading as one; most texts have no digit, which is quick to see."""
    return _DIGIT.search(text) is not None and _DATE.search(text) is not None
