"""What the classifier sees of a page's text blocks: numbers, and the words of text and markup. Pure.

Numbers describe the block, the containers around it and the page. Words of class names, ids and tags
("article-body", "<aside>") and the first and last words of the text become indices into the model's
vocabularies; its weights know them in many languages.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from pipelines.features import naming, shape, text
from pipelines.features.naming import Bag, Vocabulary
from pipelines.features.shape import WIDTH, Integers
from pipelines.features.text import Floats
from pipelines.segment import Block, Frame

__all__ = ["WIDTH", "Bag", "Features", "Vocabulary", "describe"]


@dataclass(frozen=True, slots=True)
class Features:
    """One row a described block."""

    #: The blocks described: places in the page's list of all blocks.
    places: list[int]
    numbers: Floats
    #: Names of each frame that holds a block, and the row of the frame around it (-1: none).
    names: list[Bag]
    around: list[int]
    #: The row of each block's own frame.
    frame: list[int]
    #: Names of the inline element that the block begins with.
    inline: list[Bag]
    words: list[Bag]
    #: Groups of blocks that stand alike, the number of each block's and how many there are.
    groups: tuple[tuple[Integers, int], ...]


def describe(
    blocks: Sequence[Block],
    vocabulary: Vocabulary,
    *,
    headlines: Sequence[str] = (),
    description: str | None = None,
    article_body: str | None = None,
    authors: Sequence[str] = (),
) -> Features:
    """The page's text blocks as the classifier sees them; the inside of menus is left out."""
    places, skipped = _places(blocks)
    told = [blocks[place] for place in places]
    if not told:
        return Features([], np.zeros((0, WIDTH), np.float32), [], [], [], [], [], ())
    frames, around, rows = _frames(told)
    own, words = text.texts(
        told, places, blocks, vocabulary.words, headlines, description, article_body, authors
    )
    groups = shape.alike(frames, np.array(rows, np.int64), around)
    numbers = shape.numbers(own, rows, around, shape.spans(frames, places, len(blocks)), groups, skipped)
    return Features(
        places,
        numbers,
        [naming.names(frame.element, frame.tag, vocabulary) for frame in frames],
        around,
        rows,
        [naming.inline(block, vocabulary) for block in told],
        words,
        groups,
    )


#: Of so many short links in a row only the first and the last are described: a menu, never a story. On news
#: pages that is half of all blocks, and none of the story; on other pages 0.2 % of it.
_MENU: Final = 6
_MENU_LINE: Final = 120
_MENU_BREAKS: Final = 3


def _places(blocks: Sequence[Block]) -> tuple[list[int], list[int]]:
    """The text blocks to describe, and of each how many were left out right before or after it."""
    places: list[int] = []
    skipped: list[int] = []
    run = 0  # links in a row at the end of ``places``
    for place, block in enumerate(blocks):
        if not block.is_text:
            continue
        length = len(block.text)
        links = block.link_chars * 10 >= length * 9
        if links and block.text.count("\n") >= _MENU_BREAKS:
            continue  # a menu in one block
        if links and length <= _MENU_LINE:
            run += 1
        else:
            if run >= _MENU:
                _leave_out(places, skipped, run)
            run = 0
        places.append(place)
        skipped.append(0)
    if run >= _MENU:
        _leave_out(places, skipped, run)
    return places, skipped


def _leave_out(places: list[int], skipped: list[int], run: int) -> None:
    """Takes out the inside of the last ``run`` places."""
    inside = slice(len(places) - run + 1, len(places) - 1)
    del places[inside], skipped[inside]
    skipped[-1] = skipped[-2] = run - 2


def _frames(told: Sequence[Block]) -> tuple[list[Frame], list[int], list[int]]:
    """The frames that hold text, outermost first; the row around each; the row of each block."""
    frames: list[Frame] = []
    around: list[int] = []
    row_of: dict[int, int] = {}
    rows: list[int] = []
    for block in told:
        frame: Frame | None = block.frame
        row = row_of.get(frame.index) if frame is not None else None
        if row is None:
            chain = []
            while frame is not None and frame.index not in row_of:
                chain.append(frame)
                frame = frame.parent
            row = row_of[frame.index] if frame is not None else -1
            for inner in reversed(chain):
                around.append(row)
                row = len(frames)
                row_of[inner.index] = row
                frames.append(inner)
        rows.append(row)
    return frames, around, rows
