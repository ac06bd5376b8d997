"""Pictures, embeds and captions say nothing that a classifier could read: they follow the text. Pure."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Sequence
from typing import Any, Final

from pipelines.compose import LAZY
from pipelines.segment import Block, Frame

#: Pictures whose address says what they are not.
_NO_PICTURE: Final = re.compile(
    r"1x1|pixel|spacer|blank\.|tracking|/icons?/|sprite|avatar|logo|\.svg(?:\?|$)", re.I
)
#: Pixels; a picture so wide above the first paragraph is no ornament.
_WIDE: Final = 400
#: Blocks in the box of a picture: itself, its caption, its credit.
_BOX: Final = 3
_LONGEST_CAPTION: Final = 400


def follow(blocks: Sequence[Block], kept: list[bool], declared: Sequence[bool | None]) -> None:
    """Pictures, embeds and captions follow the paragraphs around them."""
    told = [place for place, keep in enumerate(kept) if keep and blocks[place].kind != "caption"]
    if not told:
        return
    first, last = told[0], told[-1]
    for place, block in enumerate(blocks):
        if block.is_text or declared[place] is not None:
            continue
        above = bisect(told, place)
        near = told[above - 1] if above else -1
        ahead = told[above] if above < len(told) else len(blocks)
        # near a paragraph, and with one on either side; the lead picture may stand just above the first
        inside = first < place < last and min(place - near, ahead - place) <= 3 and ahead - near <= 12
        leading = place < first and first - place <= 3 and (_in_figure(block) or _is_wide(block))
        if not (inside or leading):
            continue
        if block.kind == "image":
            source = block.runs[0][1]
            address = next(filter(None, map(source.get, LAZY)), None) or source.get("src") or ""
            kept[place] = not _NO_PICTURE.search(address) and _large_enough(source)
        else:
            kept[place] = True
    for place, block in enumerate(blocks):
        if block.kind == "caption" and declared[place] is None:
            figure = _figure(block.frame)
            nearby = range(max(0, place - 3), min(len(blocks), place + 3))
            pictured = figure is not None and any(
                kept[i] and blocks[i].kind == "image" and _figure(blocks[i].frame) is figure for i in nearby
            )
            kept[place] = kept[place] or pictured


def lead(blocks: Sequence[Block], kept: Sequence[bool]) -> tuple[Block, Any, str | None] | None:
    """The story's first picture, its figure if it has one, and the line beside it in its own box."""
    for place, block in enumerate(blocks):
        if not kept[place] or block.kind != "image":
            continue
        box = block.frame
        beside = [
            other.text
            for other in blocks[place + 1 : place + 3]
            if other.is_text
            and len(other.text) < _LONGEST_CAPTION
            and (other.frame is box or other.frame.parent is box)
        ]
        # a box that holds paragraphs of the story is the story's, not the picture's
        own = box.last - box.first <= _BOX
        return block, _figure(box), beside[0] if beside and own else None
    return None


def _is_wide(block: Block) -> bool:
    width = block.runs[0][1].get("width") or "" if block.kind == "image" else ""
    return width.isdecimal() and int(width[:6]) >= _WIDE


def _large_enough(image: Any) -> bool:
    for name in ("width", "height"):
        size = (image.get(name) or "").strip()
        if size.isdecimal() and int(size[:6]) < 80:
            return False
    return True


def _in_figure(block: Block) -> bool:
    return _figure(block.frame) is not None


def _figure(frame: Frame | None) -> Any:
    while frame is not None:
        if frame.tag == "figure":
            return frame.element
        frame = frame.parent
    return None
