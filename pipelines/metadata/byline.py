"""The line that says who wrote it, as a reader sees it. Pure."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence

from lxml import etree

from pipelines.metadata.around import names_a_byline
from pipelines.metadata.clues import text_of
from pipelines.metadata.people import LABEL, MAX_AUTHORS, PREFIX, merge, names
from pipelines.types import Author

#: Attributes that may say so.
_NAMING = frozenset(("class", "id", "itemprop", "data-testid"))
_TO_AUTHORS = re.compile(
    r"/(?:author|autor|autoren|people|profile|by|redaktion|auteur|staff|journalist\w*|team|writer"
    r"|contributor)s?/",
    re.IGNORECASE,
)
_TO_SECTION = re.compile(r"/(?:categor(?:y|ies)|kategorie|categoria|section|rubrique|rubrik)/", re.IGNORECASE)
_JOINS = re.compile(r"^(?:,|&|and|und|et|y|e|en|og|och|i|/)$|^(?:,|&|and |und |et |y |e )", re.IGNORECASE)
_PARTICLES = frozenset(("van", "von", "der", "den", "de", "di", "da", "la", "le", "du", "dos", "del", "al",
    "el", "bin", "ibn", "ter", "ten", "af", "av", "zu", "y", "e", "the"))  # fmt: skip

#: "AFP, MANILA"
_AGENCY_LINE = re.compile(r"[A-Z]{2,8}, [A-Z][A-Z .-]{2,30}")

Found = tuple[str, tuple[Author, ...]]


def find(near: Iterable[etree._Element], site: Sequence[str]) -> Found:
    """(raw, authors) by the headline: an element named as byline, a link of rel=author, a line "By …"."""
    spoken: Found = ("", ())
    for element in near:
        lead = (element.text or "").strip() if not spoken[1] else ""
        if lead and _AGENCY_LINE.fullmatch(lead):
            agency = names(lead, site=site)
            if len(agency) == 1 and agency[0].kind == "organization":
                spoken = (lead, agency)
        if _is_marked(element):
            found = _read(element, site)
            if found[1]:
                return found
        elif lead and len(lead) < 120 and not spoken[1] and (prefix := PREFIX.match(f"{lead} ")):
            line = text_of(element, 200) if prefix.end() < 25 else ""
            if 0 < len(line) < 120:
                spoken = (line, _credible(names(line, site=site)))
    return spoken


def anywhere(marked: Sequence[etree._Element], site: Sequence[str]) -> Found:
    """The same for a page whose byline stands far from the headline: the first element named as one."""
    for element in marked[:30]:
        if any(
            _NOT_STORY.search(f"{a.get('class') or ''} {a.get('id') or ''}")
            for a in itertools.islice(element.iterancestors(), 6)
        ):
            continue
        found = _read(element, site)
        if found[1]:
            return found
    return "", ()


_NOT_STORY = re.compile(
    r"comment|related|teaser|sidebar|widget|recommend|card|grid|list|footer|review|testimonial|quote",
    re.IGNORECASE,
)


def _is_marked(element: etree._Element) -> bool:
    for key, value in element.items():
        if key in _NAMING:
            if names_a_byline(str(value)):
                return True
        elif key == "rel" and value == "author":
            return True
    return False


def _read(element: etree._Element, site: Sequence[str]) -> Found:
    text = text_of(element, 300)
    if not text:
        return "", ()
    if any(_TO_SECTION.search(a.get("href") or "") for a in (element, *element.iterancestors("a"))):
        return "", ()
    links = [
        a for a in element.iter("a") if a.get("rel") == "author" or _TO_AUTHORS.search(a.get("href") or "")
    ]
    authors = merge(names(text_of(a, 100), site=site) for a in links[:MAX_AUTHORS])
    if authors := _credible(authors):
        return text, authors
    sections = {text_of(a, 100) for a in element.iter("a") if _TO_SECTION.search(a.get("href") or "")}
    # The pieces as they are set: a name has one of its own, what follows is a role unless "and" joins it.
    pieces = [
        piece for raw in itertools.islice(element.itertext(), 30) if (piece := " ".join(str(raw).split()))
    ]
    line = ""
    for piece in pieces:
        if LABEL.fullmatch(piece) or piece in sections:
            continue
        if line and not (
            _JOINS.match(piece) or line.endswith((",", " and", " und", "&", "/", " et", " y", " e"))
        ):
            if _credible(names(line, site=site)):
                break
            line = ""
        line = f"{line} {piece}".strip()
        if len(line) > 160:
            break
    return text, _credible(names(line, site=site)) if len(line) <= 160 else ()


def _credible(authors: Iterable[Author]) -> tuple[Author, ...]:
    """A visible line may be any prose: each word of a person's name begins with a capital, where the script
    has them."""
    return tuple(
        author
        for author in authors
        if _like_a_name(author.name)
        # An agency's signature is in small letters and one word: "dpa".
        or (author.kind == "organization" and not (author.name.islower() and " " in author.name))
    )


def _like_a_name(name: str) -> bool:
    words = name.split()
    return (
        len(words) <= 5
        and all(not word[:1].islower() or word in _PARTICLES for word in words)
        and name[-1:] not in "?!:"
    )
