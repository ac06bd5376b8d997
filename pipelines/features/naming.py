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
    "class id itemprop role data-testid data-component data-module data-type aria-label".split()  # noqa: SIM905
)
_NOTHING: Final[Bag] = ()


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Words the model knows, from 1; 0 is none of them."""

    names: Mapping[str, int]
    words: Mapping[str, int]
    #: Markup seen before, as it was written: the same class names come with every page of a site.
    seen: dict[tuple[Any, ...], Bag]


def names(element: Any, tag: str, vocabulary: Vocabulary) -> Bag:
    """What is known of an element's names."""
    items = element.items()
    key = (tag, *[item for item in items if item[0] in _ATTRIBUTES]) if items else (tag,)
    found = vocabulary.seen.get(key)
    if found is None:
        get = vocabulary.names.get
        ids = {get(name, 0) for name in spelled(tag, items)}
        ids.discard(0)
        found = tuple(sorted(ids))
        if len(vocabulary.seen) >= _MOST_SEEN:  # a crawl of many sites; what comes again is learned again
            vocabulary.seen.clear()
        vocabulary.seen[key] = found
    return found


def inline(block: Block, vocabulary: Vocabulary) -> Bag:
    """Where all of a block hangs in one inline element, its names say what the block is."""
    if not block.runs:
        return _NOTHING
    element = block.runs[0][1]
    return _NOTHING if element is block.container else names(element, element.tag, vocabulary)


def spelled(tag: str, items: Sequence[tuple[str, str]]) -> list[str]:
    """An element in words: its tag, each class name whole and in parts, its id and roles."""
    found = [f"<{tag}>"]
    for attribute, value in items:
        if attribute not in _ATTRIBUTES:
            continue
        mark = "@" if attribute in ("itemprop", "role") else ""
        for name in value.split()[:_MOST_NAMES]:
            if len(name) > _LONGEST_NAME:
                continue
            whole = name.lower()
            parts = [part.lower() for part in _PART.findall(name)]
            found.append(mark + whole)
            if len(parts) > 1 or (parts and parts[0] != whole):
                found.extend(parts)
    return found
