"""What became of each block, in words an editor understands. Pure."""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import Final

from pipelines.boilerplate import surroundings
from pipelines.boilerplate.rules import Match
from pipelines.segment import Block, Frame
from pipelines.types import Verdict

#: A rule of this name is what the site's memory said: "memory:text:1a2b3c4d".
MEMORY: Final = "memory:"

_PLACES: Final = {
    "nav": "stands in the page's navigation",
    "footer": "stands in a footer",
    "header": "stands in a header",
    "aside": "stands in a side box",
    "form": "stands in a form",
    "dialog": "stands in a dialogue window",
}
_BETWEEN: Final = "Stands between the story's paragraphs."
_OUTSIDE: Final = "A picture or an embed outside the story."


def verdicts(
    blocks: Sequence[Block],
    kept: Sequence[bool],
    likely: Sequence[float],
    rules: Sequence[Match | None],
    declared: Sequence[bool | None],
    names: Container[str],
) -> list[Verdict]:
    """One a block. ``rules``: what cut it, if a rule did; ``names``: the page's headlines."""
    places: dict[int, str] = {}
    return [
        _verdict(block, keep, probability, rule, word, where, places, names)
        for block, keep, probability, rule, word, where in zip(
            blocks, kept, likely, rules, declared, _where(kept), strict=True
        )
    ]


def _where(kept: Sequence[bool]) -> list[str]:
    """Of each block where it stands, seen from the story."""
    told = [place for place, keep in enumerate(kept) if keep]
    if not told:
        return ["not like a story"] * len(kept)
    first, last = told[0], told[-1]
    return [
        "above the story" if place < first else "below the story" if place > last else "inside the story"
        for place in range(len(kept))
    ]


def _verdict(
    block: Block,
    keep: bool,
    probability: float,
    rule: Match | None,
    declared: bool | None,
    where: str,
    places: dict[int, str],
    names: Container[str],
) -> Verdict:
    if rule is None and declared is None and not block.is_text:  # half of the blocks of many a page
        why = _BETWEEN if keep else _OUTSIDE
        return Verdict(block.text, block.kind, keep, "classifier", why)
    if not keep and block.is_text and block.text in names:
        by, why, confidence = "headline", "The headline, kept as the title.", 1.0
    elif declared is not None:
        by, confidence = "layout", 1.0
        why = "The layout declares it part of the story." if keep else "The layout leaves it out."
    elif rule is not None:
        by = "order" if rule in surroundings.ALL else f"rule:{rule.rule}"
        if rule.rule.startswith(MEMORY):
            by = rule.rule.rpartition(":")[0]
        why, confidence = rule.why, rule.confidence
    else:
        by = "classifier"
        confidence = probability if keep else 1.0 - probability
        why = _reason(block, keep, where, places)
    return Verdict(block.text, block.kind, keep, by, why, round(confidence, 3))


def _reason(block: Block, keep: bool, where: str, places: dict[int, str]) -> str:
    if keep:
        return _BETWEEN if block.kind == "caption" else "Reads and stands like the story."
    if block.kind == "caption":
        return "A picture's caption."
    if block.level == 1:
        return "A heading of the first rank: the page's name, or its headline."
    place = _place(block.frame, places)
    if place:
        return f"It {place}, {where}."
    if block.link_chars * 2 > len(block.text):
        return f"A link, not text, {where}."
    return f"Does not read or stand like the story; {where}."


def _place(frame: Frame | None, places: dict[int, str]) -> str:
    """The part of the page that a frame is in; empty in its middle. ``places``: of frames asked before."""
    climbed = []
    place: str | None = ""
    while frame is not None:
        place = places.get(frame.index)
        if place is None:
            place = _PLACES.get(frame.tag)
        if place is not None:
            break
        climbed.append(frame.index)
        frame = frame.parent
    place = place or ""
    for index in climbed:
        places[index] = place
    return place
