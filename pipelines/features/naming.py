"""Markup in words: tags, class names, ids and roles, as indices into a vocabulary. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pipelines.segment import Block

#: Indices into a vocabulary.
Bag = tuple[int, ...]

#: Kinds of markup remembered.
_MOST_SEEN: Final = 20_000
_LONGEST_NAME: Final = 60
_MOST_NAMES: Final = 12

_PART: Final = re.compile(r"[A-Z]?[a-z]{2,}|[A-Z]{2,}|[^\W\d_a-zA-Z]{2,}")
_ATTRIBUTES: Final = frozenset(
    "class id itemprop role data-testid data-component data-module data-type aria-label".split()
)
_NOTHING: Final[Bag] = ()


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Words the model knows, from 1; 0 is none of them."""

    names: Mapping[str, int]
    words: Mapping[str, int]
    #: Markup and names seen before, as written: the same class names come with every page of a site.
    seen: dict[Any, Bag]


def names(element: Any, tag: str, vocabulary: Vocabulary) -> Bag:
    """What is known of an element's names."""
    items = element.items()
    key = (tag, *[item for item in items if item[0] in _ATTRIBUTES]) if items else (tag,)
    found = vocabulary.seen.get(key)
    if found is None:
        if len(vocabulary.seen) >= _MOST_SEEN:  # a crawl of many sites; what comes again is learned again
            vocabulary.seen.clear()
        ids = {id for part in spelled(tag, items) for id in _known(part, vocabulary)}
        found = vocabulary.seen[key] = tuple(sorted(ids))
    return found


def _known(name: str, vocabulary: Vocabulary) -> Bag:
    """A name as a whole and in parts; sites share most of them."""
    found = vocabulary.seen.get(name)
    if found is None:
        get = vocabulary.names.get
        found = vocabulary.seen[name] = tuple(filter(None, map(get, parts_of(name))))
    return found


def inline(block: Block, vocabulary: Vocabulary) -> Bag:
    """Where all of a block hangs in one inline element, its names say what the block is."""
    if not block.runs:
        return _NOTHING
    element = block.runs[0][1]
    return _NOTHING if element is block.container else names(element, element.tag, vocabulary)


def spelled(tag: str, items: Sequence[tuple[str, str]]) -> list[str]:
    """An element in names: its tag, each of its class names, its id and roles; "@" marks what it is for."""
    found = [f"<{tag}>"]
    for attribute, value in items:
        if attribute not in _ATTRIBUTES:
            continue
        mark = "@" if attribute in ("itemprop", "role") else ""
        found += [mark + name for name in value.split()[:_MOST_NAMES] if len(name) <= _LONGEST_NAME]
    return found


def parts_of(name: str) -> list[str]:
    """A name whole and in words: "articleBody" → articlebody, article, body."""
    whole = name.lower()
    if name[0] == "<":
        return [whole]
    parts = [part.lower() for part in _PART.findall(name)]
    plain = whole.removeprefix("@")
    return [whole, *parts] if len(parts) > 1 or (parts and parts[0] != plain) else [whole]
