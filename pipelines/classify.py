"""Which blocks are the story: what the classifier says, and where all kinds of knowledge meet. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from cssselect import SelectorError
from lxml import etree
from lxml.cssselect import CSSSelector

from pipelines.boilerplate.rules import Match
from pipelines.document import Document
from pipelines.segment import Block, Frame
from pipelines.types import Layout, Verdict

Probabilities = np.ndarray[Any, np.dtype[np.float64]]

#: From here on a block is the story's.
THRESHOLD: Final = 0.5

_PROSE: Final = re.compile(r"[.!?。！？।؟]")
_TELLING: Final = re.compile(
    r"comment|footer|related|promo|share|social|newsletter|sidebar|teaser|recommend|advert|cookie|\bnav|menu|"
    r"breadcrumb|widget|subscribe|caption|author-?bio|byline|tags?\b",
    re.I,
)


def classify(
    blocks: Sequence[Block],
    document: Document,
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


def decide(
    blocks: Sequence[Block],
    probabilities: Probabilities,
    matches: Sequence[Match | None],
    *,
    document: Document,
    layout: Layout | None = None,
    headlines: Sequence[str] = (),
) -> list[Verdict]:
    """One verdict a block. The only place where classifier, rules and declared layouts are weighed."""
    declared = _declared(blocks, document, layout)
    verdicts: list[Verdict] = []
    for block, probability, match, word in zip(blocks, probabilities, matches, declared, strict=True):
        verdicts.append(_verdict(block, float(probability), match, word))
    if not any(v.kept for v in verdicts) and any(p >= THRESHOLD for p in probabilities):
        verdicts = [_verdict(b, float(p), None, None) for b, p in zip(blocks, probabilities, strict=True)]
    return verdicts


def _verdict(block: Block, probability: float, match: Match | None, declared: bool | None) -> Verdict:
    text, kind = block.text, block.kind
    if declared is not None:
        why = "inside the story, as declared" if declared else "outside the story, as declared"
        return Verdict(text=text, kind=kind, kept=declared, by="layout", why=why)
    if match is not None and match.confidence > probability:
        return Verdict(
            text=text,
            kind=kind,
            kept=False,
            by=f"rule:{match.rule}",
            why=match.why,
            confidence=match.confidence,
        )
    kept = probability >= THRESHOLD
    why = "looks like the story" if kept else "does not look like the story"
    return Verdict(
        text=text,
        kind=kind,
        kept=kept,
        by="classifier",
        why=why,
        confidence=round(probability if kept else 1 - probability, 3),
    )


def _declared(blocks: Sequence[Block], document: Document, layout: Layout | None) -> list[bool | None]:
    """A person's word on each block: True, False, or None where nothing is declared."""
    if layout is None or not (layout.body or layout.drop):
        return [None] * len(blocks)
    inside = _selected(document, layout.body)
    dropped = _selected(document, layout.drop)
    words: list[bool | None] = []
    for block in blocks:
        element = block.runs[0][1] if block.runs else block.container
        chain = {element, *element.iterancestors()}
        if chain & dropped:
            words.append(False)
        elif not inside:
            words.append(None)
        else:
            words.append(bool(chain & inside))
    return words


def _selected(document: Document, selectors: Sequence[str]) -> set[etree._Element]:
    found: set[etree._Element] = set()
    for selector in selectors:
        try:
            matched: Any = CSSSelector(selector, translator="html")(document.root)
            found.update(matched)
        except (SelectorError, etree.XPathError):  # the source's reader has refused it before
            continue
    return found
