"""Other stories below the page's own: pages that scroll on and on print the next one whole. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from pipelines.segment import Block, Frame

#: From here on the classifier takes a block for a story's, and is sure of it.
_LIKELY: Final = 0.5
_SURE: Final = 0.8
#: Shorter texts are lines, not paragraphs.
_PARAGRAPH: Final = 80
#: Paragraphs that the page's own story has at least, before another may begin.
_FEWEST: Final = 2
#: More of them are the entries of one story that is told live.
_MOST: Final = 5

_WORDS: Final = re.compile(r"\w+")


def other_stories(blocks: Sequence[Block], likely: Sequence[float], headlines: Sequence[str]) -> list[range]:
    """Places of whole stories below the page's own: each in an ``<article>`` apart from the page's, under a
    headline of the first rank."""
    heads = [place for place, block in enumerate(blocks) if block.level == 1 and block.is_text]
    if len(heads) < 2:
        return []
    names = {_plain(name) for name in headlines}
    own = next((place for place in heads if _plain(blocks[place].text) in names), None)
    if own is None or _article(blocks[own].frame) is None:
        return []
    sure = [
        place
        for place in range(own, len(blocks))
        if likely[place] >= _SURE and len(blocks[place].text) >= _PARAGRAPH and not blocks[place].level
    ]
    found: list[range] = []
    for place in heads[heads.index(own) + 1 :]:
        if found and place in found[-1]:
            continue
        before = [paragraph for paragraph in sure if paragraph < place]
        if len(before) < _FEWEST or _plain(blocks[place].text) in names:
            continue
        article = _article(blocks[place].frame)
        if article is None or article.first <= before[-1]:
            continue
        widest = _apart(article, before[-1])
        if any(
            likely[at] >= _LIKELY and len(blocks[at].text) >= _PARAGRAPH
            for at in range(widest.first, widest.last)
        ):
            found.append(range(widest.first, widest.last))
    return found if len(found) <= _MOST else []


def _apart(frame: Frame, before: int) -> Frame:
    """The widest frame around that holds nothing up to a place."""
    while frame.parent is not None and frame.parent.first > before:
        frame = frame.parent
    return frame


def _article(frame: Frame) -> Frame | None:
    inner: Frame | None = frame
    while inner is not None and inner.tag != "article":
        inner = inner.parent
    return inner


def _plain(text: str) -> str:
    return " ".join(_WORDS.findall(text.casefold()))
