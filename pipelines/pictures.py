"""Pictures, embeds and captions say nothing that a classifier could read: they follow the text. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from pipelines.segment import Block, Frame

#: Pictures whose address says what they are not.
_NO_PICTURE: Final = re.compile(
    r"1x1|pixel|spacer|blank\.|tracking|/icons?/|sprite|avatar|logo|\.svg(?:\?|$)", re.I
)


def follow(blocks: Sequence[Block], kept: list[bool], declared: Sequence[bool | None]) -> None:
    """Pictures, embeds and captions follow the paragraphs around them."""
    told = [place for place, keep in enumerate(kept) if keep and blocks[place].kind != "caption"]
    if not told:
        return
    first, last = told[0], told[-1]
    near = -1
    following = iter([*told, len(blocks)])
    ahead = next(following)
    for place, block in enumerate(blocks):
        if place == ahead:
            near = place
            ahead = next(following, len(blocks))
        if declared[place] is not None or block.is_text:
            continue
        # near a paragraph, and with one on either side; the lead picture may stand just above the first
        inside = first < place < last and min(place - near, ahead - place) <= 3 and ahead - near <= 12
        leading = place < first and first - place <= 3 and _in_figure(block)
        if not (inside or leading):
            continue
        if block.kind == "image":
            source = block.runs[0][1]
            address = source.get("src") or source.get("data-src") or ""
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
