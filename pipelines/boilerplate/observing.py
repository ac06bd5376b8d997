"""A page as its site's memory sees it. Pure, and cheap.

Before texts are compared, what is the article's own is masked: its headline, its authors, numbers and dates.
The page is masked in one go, blocks joined, and cut apart again.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Sequence
from typing import Final

from pipelines.boilerplate.traces import Observed, Trace, fingerprint
from pipelines.metadata.months import MONTHS
from pipelines.segment import Block, Frame

#: From here on the classifier takes a block for the story's.
STORY: Final = 0.5
#: Shorter texts are lines, not paragraphs.
PROSE: Final = 80
#: A text of fewer letters, names and numbers aside, says too little to be known by: "Von", "Berlin.".
_FEWEST_LETTERS: Final = 5
#: Words by which a text of at least ``_LONG_ENOUGH`` is known that differs in its middle.
_END_WORDS: Final = 6
_LONG_ENOUGH: Final = 14
#: A line that heads what is below it has no more characters.
_HEADING: Final = 60
#: Kept of a text, so that a person can see what recurs.
_SAMPLE: Final = 120
#: Blocks less likely the story's need no sample: nobody asks why they went.
_LIKELY_ENOUGH: Final = 0.1
#: Headlines and names that are masked, and how short they may be.
_MOST_NAMES: Final = 12
_SHORTEST_NAME: Final = 4
_TOKENS: Final = re.compile(r"[^\W\d_]+|\x1f")
_CHANGING: Final = re.compile(r"\d+|(?<![a-z])[0-9a-f]{6,}(?![a-z])")
_SENTENCE_END: Final = (".", "!", "?", "…", "“", "”", '"', "»", ",", ";")
#: How a newsroom says that it got something wrong: such a note is the story's, however often it is made.
_CORRECTION: Final = re.compile(
    r"\W{0,3}(?:correction|corrected|clarification|editor[’']?s['’]? note|erratum"
    r"|korrektur|berichtigung|richtigstellung|(?:anmerkung|anm\.) der? red|hinweis der redaktion"
    r"|in einer früheren (?:version|fassung)|an earlier version|a previous version|this (?:article|story) was"
    r" (?:amended|corrected|updated)|correctif|rectificatif|une version précédente|corrección|fe de errores"
    r"|rectificación|una versión anterior|correzione|errata|correção|correctie|rectificatie|rättelse|rettelse"
    r"|sprostowanie)",
    re.IGNORECASE,
)


def observe(
    blocks: Sequence[Block],
    probabilities: Sequence[float],
    *,
    article: str,
    day: str,
    headlines: Sequence[str] = (),
    authors: Sequence[str] = (),
    marked_text: Iterable[str | None] = (),
) -> Observed:
    """Look at a page. ``article``: its identity; ``marked_text``: what the publisher marks as its story."""
    masked = _masked(blocks, (*headlines, *authors))
    texts = [
        fingerprint(text) if len(text) - text.count(" ") >= _FEWEST_LETTERS and block.is_text else 0
        for text, block in zip(masked, blocks, strict=True)
    ]
    ends = [_ends(text) if told else (0, 0) for text, told in zip(masked, texts, strict=True)]
    frames: dict[int, int] = {}
    places = [
        fingerprint(f"{_place(block.frame, frames)} {block.kind}") if block.is_text else 0 for block in blocks
    ]
    under = _headed(blocks, texts)
    samples = {
        key: block.text[:_SAMPLE]
        for key, block, likely in zip(texts, blocks, probabilities, strict=True)
        if key and likely >= _LIKELY_ENOUGH
    }
    samples |= {
        key: where(block.frame)
        for key, block, likely in zip(places, blocks, probabilities, strict=True)
        if key and likely >= _LIKELY_ENOUGH
    }
    told = {key for key, likely in zip(texts, probabilities, strict=True) if key and likely >= STORY}
    trace = Trace(
        article=article,
        day=day,
        title=fingerprint(_plain(headlines[0])) if headlines else 0,
        told=tuple(sorted(told)),
        untold=tuple(sorted(set(texts) - told - {0})),
        ends=tuple(sorted({end for pair in ends for end in pair} - {0})),
        sections=_sections(blocks, probabilities, texts, under),
        places=_counted(places, probabilities),
        samples=tuple(sorted(samples.items())),
    )
    return Observed(
        trace,
        texts,
        ends,
        [texts[head] if head >= 0 else 0 for head in under],
        places,
        _marked(blocks, marked_text),
    )


def _plain(text: str) -> str:
    return " ".join(_TOKENS.findall(text.casefold()))


def _masked(blocks: Sequence[Block], names: Iterable[str]) -> list[str]:
    """The words of each block without the article's own: its headline, its authors, numbers and dates."""
    whole = "\x1f".join([block.text for block in blocks]).casefold()
    for name in sorted({name.casefold() for name in names}, key=lambda name: (-len(name), name))[
        :_MOST_NAMES
    ]:
        if len(name) >= _SHORTEST_NAME:
            whole = whole.replace(name, " ")
    words = [word for word in _TOKENS.findall(whole) if word not in MONTHS]
    return [text.strip() for text in " ".join(words).split("\x1f")]


def _ends(text: str) -> tuple[int, int]:
    if len(text) < 4 * _LONG_ENOUGH:
        return 0, 0
    words = text.split(" ")
    if len(words) < _LONG_ENOUGH:
        return 0, 0
    return fingerprint(" ".join(words[:_END_WORDS])), fingerprint(" ".join(["…", *words[-_END_WORDS:]]))


def _place(frame: Frame | None, known: dict[int, int]) -> int:
    """The way down to a frame: tags and class names."""
    if frame is None:
        return 0
    climbed = []
    found = 0
    while frame is not None:
        at = known.get(frame.index)
        if at is not None:
            found = at
            break
        climbed.append(frame)
        frame = frame.parent
    for inner in reversed(climbed):
        names = inner.element.get("class") or ""
        found = known[inner.index] = zlib.crc32(
            f"{inner.tag}.{_CHANGING.sub('#', names)}".encode("utf-8", "replace"), found
        )
    return found


def where(frame: Frame | None) -> str:
    """A place, for people: the innermost elements that lead to it."""
    steps: list[str] = []
    while frame is not None and len(steps) < 4:
        names = (frame.element.get("class") or "").split()
        steps.append(".".join([frame.tag, *names[:2]]))
        frame = frame.parent
    return " > ".join(reversed(steps))[:_SAMPLE]


def _headed(blocks: Sequence[Block], texts: Sequence[int]) -> list[int]:
    """Of each block the place of the heading that it stands under, or is; -1: none.

    A section ends with the next heading of its rank, or where its container ends."""
    found = [-1] * len(blocks)
    head, level, end = -1, 7, 0
    for place, block in enumerate(blocks):
        rank = _rank(block) if texts[place] else 0
        if rank and (head < 0 or place >= end or rank <= level):
            head, level = place, rank
            around = block.frame.parent
            # a heading in a box of its own heads what is beside the box
            while around is not None and around.last - around.first < 2:
                around = around.parent
            end = around.last if around is not None else len(blocks)
        if head >= 0 and place < end:
            found[place] = head
        else:
            head = -1
    return found


def _rank(block: Block) -> int:
    """1 to 6 for headings, 6 for lines that stand like one, 0 for anything else."""
    if not block.is_text or len(block.text) > _HEADING:
        return 0
    if block.level > 1:
        return block.level
    alone = block.kind == "paragraph" and not block.link_chars and not block.text.endswith(_SENTENCE_END)
    return 6 if alone else 0


def _sections(
    blocks: Sequence[Block], probabilities: Sequence[float], texts: Sequence[int], under: Sequence[int]
) -> tuple[tuple[int, int, int], ...]:
    content: dict[int, int] = {}
    prose: dict[int, int] = {}
    for place, head in enumerate(under):
        if head < 0 or head == place or not blocks[place].is_text:
            continue
        content[head] = zlib.crc32(texts[place].to_bytes(4, "big"), content.get(head, 0))
        if (
            probabilities[place] >= STORY
            and len(blocks[place].text) >= PROSE
            and not blocks[place].link_chars * 2 > len(blocks[place].text)
        ):
            prose[head] = 1
    found = {texts[head]: (texts[head], said, prose.get(head, 0)) for head, said in content.items()}
    return tuple(sorted(found.values()))


def _counted(places: Sequence[int], probabilities: Sequence[float]) -> tuple[tuple[int, int, int], ...]:
    blocks: dict[int, int] = {}
    story: dict[int, int] = {}
    for place, likely in zip(places, probabilities, strict=True):
        blocks[place] = blocks.get(place, 0) + 1
        if likely >= STORY:
            story[place] = story.get(place, 0) + 1
    blocks.pop(0, None)
    return tuple(sorted((place, count, story.get(place, 0)) for place, count in blocks.items()))


def _marked(blocks: Sequence[Block], marked_text: Iterable[str | None]) -> list[bool]:
    told = "\x1f".join(["".join(text.split()) for text in marked_text if text])
    return [
        block.is_text
        and (
            (bool(told) and len(block.text) >= _FEWEST_LETTERS and "".join(block.text.split()) in told)
            or (len(block.text) >= 30 and _CORRECTION.match(block.text) is not None)
        )
        for block in blocks
    ]
