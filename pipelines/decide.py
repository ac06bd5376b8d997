"""The one place where all that is known of a block is weighed: classifier, rules, declared layouts. Pure.

A person's word wins. A rule is evidence with a confidence. In the middle of the story a cut needs two kinds
of evidence: what the classifier says, what a rule says, and how the block stands there (another container, a
list of links, a caption). Nothing empties an article.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from cssselect import SelectorError
from lxml import etree
from lxml.cssselect import CSSSelector

from pipelines.boilerplate.rules import Match
from pipelines.document import Document
from pipelines.segment import Block, Frame
from pipelines.types import Layout, Verdict

#: From here on the classifier takes a block for the story's.
THRESHOLD: Final = 0.5
#: The classifier goes by form and place; against a rule's words it is no surer than this.
_BY_FORM: Final = 0.8
#: A paragraph so likely is part of the story whatever a rule's phrase says, if it stands in its middle.
_SURE: Final = 0.8
#: Rules may take this share of what the classifier kept; if they take more, they are about this story.
_MOST_CUT: Final = 0.6
#: Shorter texts are lines, not paragraphs.
_PARAGRAPH: Final = 80
#: What a rule's word, and a paragraph that reads like the story, weigh when the story's end is looked for.
_HOUSE, _STORY, _LINE = 1.0, -2.0, -0.5
#: From this weight on, what is below is the house's own voice; of at least so many different rules.
_TAIL, _VOICES = 2.0, 2
#: Pictures whose address says what they are not.
_NO_PICTURE: Final = re.compile(
    r"1x1|pixel|spacer|blank\.|tracking|/icons?/|sprite|avatar|logo|\.svg(?:\?|$)", re.I
)

_PLACES: Final = {
    "nav": "stands in the page's navigation",
    "footer": "stands in a footer",
    "header": "stands in a header",
    "aside": "stands in a side box",
    "form": "stands in a form",
    "dialog": "stands in a dialogue window",
}


def decide(
    blocks: Sequence[Block],
    probabilities: Sequence[float] | Any,
    matches: Sequence[Match | None],
    *,
    document: Document,
    layout: Layout | None = None,
    headlines: Sequence[str] = (),
) -> list[Verdict]:
    """One verdict a block, in order. ``headlines``: what the page calls its story; no paragraph of it."""
    likely = [float(probability) for probability in probabilities]
    declared = _declared(blocks, document, layout)
    tail = _tail(blocks, likely, matches)
    first, last = _span(blocks[: tail.start], likely[: tail.start], matches[: tail.start])
    homes = _homes(blocks, likely)
    names = {_plain(headline) for headline in headlines}

    kept: list[bool] = []
    rules: list[Match | None] = []  # of each block the rule that cut it
    for place, (block, probability, match) in enumerate(zip(blocks, likely, matches, strict=True)):
        rule = None
        keep = probability >= THRESHOLD and block.is_text
        if keep and place <= first and _is_headline(block, names):
            keep = False
        elif match is not None and block.is_text:
            between = first < place < last
            if match.confidence > min(probability, _BY_FORM) and not (
                between and probability >= THRESHOLD and not _stands_out(block, homes, match)
            ):
                keep, rule = False, match
        kept.append(keep)
        rules.append(rule)
    _spare(blocks, likely, kept, rules)
    _bare_headings(blocks, likely, kept)
    for place, word in enumerate(declared):
        if word is not None:
            kept[place] = word and not (blocks[place].is_text and _is_headline(blocks[place], names))
    _never_empty(blocks, likely, kept, rules, declared)
    _pictures(blocks, kept, declared)
    return [
        _verdict(block, keep, probability, rule, word, where)
        for block, keep, probability, rule, word, where in zip(
            blocks, kept, likely, rules, declared, _where(kept), strict=True
        )
    ]


def _span(
    blocks: Sequence[Block], likely: Sequence[float], matches: Sequence[Match | None]
) -> tuple[int, int]:
    """The first and the last paragraph that the story surely has; what is between is its middle."""
    sure = [
        place
        for place, (block, probability) in enumerate(zip(blocks, likely, strict=True))
        if probability >= _SURE and matches[place] is None and len(block.text) >= _PARAGRAPH and block.is_text
    ]
    return (sure[0], sure[-1]) if sure else (len(blocks), -1)


@dataclass(frozen=True, slots=True)
class _Tail:
    """Below the story: places where nearly all that is not a scrap is a prompt that a rule knows."""

    start: int
    stop: int

    #: What is said of a block in between that no rule knows.
    among: ClassVar[Match] = Match(
        rule="among-prompts",
        why="Stands among the newsroom's prompts below the story.",
        confidence=0.7,
        scope="block",
    )

    def __contains__(self, place: int) -> bool:
        return self.start <= place < self.stop


def _tail(blocks: Sequence[Block], likely: Sequence[float], matches: Sequence[Match | None]) -> _Tail:
    """From the block where the rules' words outweigh the paragraphs most, to the last that a rule knows.

    A prompt inside the story is followed by paragraphs that no rule knows, prompts below it by more prompts: a
    moderation policy between a comment invitation and a newsletter sign-up is no story, however well written."""
    start = stop = len(blocks)
    weight = heaviest = 0.0
    voices: set[str] = set()
    for place in range(len(blocks) - 1, -1, -1):
        block, match = blocks[place], matches[place]
        if not block.is_text:
            continue
        if match is not None:
            if stop == len(blocks):
                stop = place + 1
            voices.add(match.rule)
            weight += _HOUSE * match.confidence
            if weight > heaviest and len(voices) >= _VOICES:
                start, heaviest = place, weight
        elif stop < len(blocks) and likely[place] >= THRESHOLD:
            weight += _STORY if len(block.text) >= _PARAGRAPH else _LINE
    return _Tail(start, stop) if heaviest >= _TAIL else _Tail(len(blocks), len(blocks))


def _homes(blocks: Sequence[Block], likely: Sequence[float]) -> set[int]:
    """The containers whose paragraphs are the story."""
    return {
        _home(block)
        for block, probability in zip(blocks, likely, strict=True)
        if probability >= _SURE and len(block.text) >= _PARAGRAPH
    }


def _home(block: Block) -> int:
    frame = block.frame
    return frame.parent.index if frame.parent is not None else frame.index


def _stands_out(block: Block, homes: set[int], match: Match) -> bool:
    """The second kind of evidence, beside a rule's: how the block stands there."""
    if block.link_chars * 2 > len(block.text):
        return True
    if match.scope == "section":
        return _home(block) not in homes or len(block.text) < _PARAGRAPH
    return _home(block) not in homes


def _is_headline(block: Block, names: set[str]) -> bool:
    return block.level == 1 or (len(block.text) < 300 and _plain(block.text) in names)


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


def _spare(
    blocks: Sequence[Block], likely: Sequence[float], kept: list[bool], rules: list[Match | None]
) -> None:
    """Rules that would take most of the story speak of what it is about: they are not heard."""
    story = sum(len(b.text) for b, p in zip(blocks, likely, strict=True) if p >= THRESHOLD and b.is_text)
    left = sum(len(b.text) for b, keep in zip(blocks, kept, strict=True) if keep)
    if story and left < (1 - _MOST_CUT) * story:
        for place, rule in enumerate(rules):
            if rule is not None and likely[place] >= THRESHOLD:
                kept[place] = True
                rules[place] = None


def _bare_headings(blocks: Sequence[Block], likely: Sequence[float], kept: list[bool]) -> None:
    """A short heading with nothing of the story under it goes."""
    below = 0  # level of the heading just below; 7 for the end, 0 for text
    for place in range(len(blocks) - 1, -1, -1):
        block = blocks[place]
        if place == len(blocks) - 1:
            below = 7
        if not kept[place]:
            continue
        if block.kind != "heading" or not block.level or len(block.text) > _PARAGRAPH:
            below = 0
        elif below == 7 or (below and below < block.level and likely[place] < _SURE):
            kept[place] = False
        else:
            below = block.level


def _never_empty(
    blocks: Sequence[Block],
    likely: Sequence[float],
    kept: list[bool],
    rules: list[Match | None],
    declared: Sequence[bool | None],
) -> None:
    """Where nothing is left, the likeliest blocks stay, as long as they are likely at all."""
    if any(kept) or not blocks:
        return
    free = [p for p, word, b in zip(likely, declared, blocks, strict=True) if word is None and b.is_text]
    best = max(free, default=0.0)
    if best < 0.1:
        return
    for place, word in enumerate(declared):
        if word is None and likely[place] >= 0.6 * best and blocks[place].is_text:
            kept[place] = True
            rules[place] = None


def _pictures(blocks: Sequence[Block], kept: list[bool], declared: Sequence[bool | None]) -> None:
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
    block: Block, keep: bool, probability: float, rule: Match | None, declared: bool | None, where: str
) -> Verdict:
    if declared is not None:
        by, confidence = "layout", 1.0
        why = "The layout declares it part of the story." if keep else "The layout leaves it out."
    elif rule is not None:
        by, why, confidence = f"rule:{rule.rule}", rule.why, rule.confidence
    else:
        by = "classifier"
        confidence = probability if keep else 1.0 - probability
        if not block.is_text:
            confidence = 1.0
        why = _reason(block, keep, where)
    return Verdict(
        text=block.text, kind=block.kind, kept=keep, by=by, why=why, confidence=round(float(confidence), 3)
    )


def _reason(block: Block, keep: bool, where: str) -> str:
    if keep:
        if block.kind == "image" or block.kind == "embed" or block.kind == "caption":
            return "Stands between the story's paragraphs."
        return "Reads and stands like the story."
    if not block.is_text:
        return "A picture or an embed outside the story."
    if block.kind == "caption":
        return "A picture's caption."
    if block.level == 1:
        return "The headline, kept as the title."
    frame: Frame | None = block.frame
    while frame is not None:
        if frame.tag in _PLACES:
            return f"It {_PLACES[frame.tag]}, {where}."
        frame = frame.parent
    if block.link_chars * 2 > len(block.text):
        return f"A link, not text, {where}."
    return f"Does not read or stand like the story; {where}."


def _declared(blocks: Sequence[Block], document: Document, layout: Layout | None) -> list[bool | None]:
    """A person's word on each block: True, False, or None where nothing is declared."""
    if layout is None or not (layout.body or layout.drop):
        return [None] * len(blocks)
    inside = _selected(document, layout.body)
    dropped = _selected(document, layout.drop)
    words: list[bool | None] = []
    for block in blocks:
        # what a block lies in, and inside its container only what all of it lies in
        element = block.runs[0][1] if len({id(run[1]) for run in block.runs}) == 1 else block.container
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
        except (SelectorError, etree.XPathError):  # the source's reader has refused it before
            continue
        found.update(matched)
    return found
