"""Which blocks are the story: what the classifier says, and where all kinds of knowledge meet. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from pipelines.decide import THRESHOLD, decide
from pipelines.segment import Block, Frame

__all__ = ["THRESHOLD", "classify", "decide"]

Probabilities = np.ndarray[Any, np.dtype[np.float64]]

_PROSE: Final = re.compile(r"[.!?。！？।؟]")
_TELLING: Final = re.compile(
    r"comment|footer|related|promo|share|social|newsletter|sidebar|teaser|recommend|advert|cookie|\bnav|menu|"
    r"breadcrumb|widget|subscribe|caption|author-?bio|byline|tags?\b",
    re.I,
)


def classify(
    blocks: Sequence[Block],
    *,
    headlines: Sequence[str] = (),
    description: str | None = None,
    article_body: str | None = None,
) -> Probabilities:
    """How likely each block is part of the story, one number a block."""
    probabilities = np.zeros(len(blocks))
    scores: dict[int, float] = {}
    frames: dict[int, Frame] = {}
    for block in blocks:
        if not block.is_text or len(block.text) < 60 or block.link_chars * 3 > len(block.text):
            continue
        if not _PROSE.search(block.text):
            continue
        points = float(len(block.text))
        frame: Frame | None = block.frame.parent or block.frame
        for share in (1.0, 0.7, 0.4):
            if frame is None or frame.tag in ("body", "html"):
                break
            scores[frame.index] = scores.get(frame.index, 0.0) + points * share
            frames[frame.index] = frame
            frame = frame.parent
    if not scores:
        return probabilities
    best = frames[max(scores, key=lambda index: (scores[index], -index))]
    for i, block in enumerate(blocks[best.first : best.last], best.first):
        if not block.is_text:
            continue
        telling = False
        frame = block.frame
        while frame is not None and frame is not best:
            names = f"{frame.element.get('class') or ''} {frame.element.get('id') or ''}"
            if _TELLING.search(names) or frame.tag in ("nav", "aside", "footer", "form", "header"):
                telling = True
                break
            frame = frame.parent
        linked = block.link_chars / max(1, len(block.text))
        if telling or block.kind == "caption" or linked > 0.6:
            probabilities[i] = 0.1
        else:
            probabilities[i] = 0.9 if len(block.text) > 60 else 0.7
    return probabilities
