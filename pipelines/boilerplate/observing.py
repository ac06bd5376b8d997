"""A page as its site's memory sees it. Pure, and cheap.

Before texts are compared, what is the article's own is masked: its headline, its authors, numbers and dates.
The page is masked in one go, blocks joined, and cut apart again.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

from pipelines.boilerplate.traces import LINE, Head, Observed, Trace, fingerprint
from pipelines.metadata.months import MONTHS
from pipelines.segment import Block, Frame

#: From here on the classifier takes a block for the story's; from there on it is sure.
_STORY: Final = 0.5
_SURE: Final = 0.8
#: Blocks less likely the story's need neither sample nor protection: nobody asks why they went.
_CONCEIVABLE: Final = 0.1
#: Three quarters of a page are less likely still, menus and footers: no memory makes them the story's. Not to
#: look at them moves no figure of bench/families.md and takes a third of the time.
_SEEN: Final = 0.0003
#: A text of fewer letters, names and numbers aside, says too little to be known by: "Von".
_FEWEST_LETTERS: Final = 5
_NO_LETTERS: Final = " #.,:;|/·•+–—-()".encode()
#: Words by which a text of at least ``_LONG_ENOUGH`` words is known that differs in its middle.
_END_WORDS: Final = 6
_LONG_ENOUGH: Final = 14
#: Last words are not first words.
_TO_THE_END: Final = "…".encode()
#: A line that heads what is below it has no more characters; lines reach so many blocks.
_HEADING: Final = 60
_REACH: Final = 12
#: A sentence of the story has at least so many characters, a line of names or places at most so many.
_SENTENCE: Final = 40
_BYLINE: Final = 120
_DATELINE: Final = 50
#: A correction note is no shorter.
_NOTE: Final = 30
#: Kept of a text, so that a person can see what recurs.
_SAMPLE: Final = 120
#: Headlines and names that are masked, and how short they may be.
_MOST_NAMES: Final = 12
_SHORTEST_NAME: Final = 4

#: Between blocks that are masked together.
_MARK: Final = "\x1f"
_BYTE_MARK: Final = _MARK.encode()
_WORDS: Final = re.compile(r"[^\W\d_]+")
_NUMBERS: Final = re.compile(r"\d+")
_MASKED_DIGITS: Final = bytes.maketrans(b"0123456789", b"##########")
#: What UTF-8 begins digits with that are not ASCII's.
_OTHER_DIGITS: Final = (b"\xd9", b"\xdb", b"\xdf", b"\xe0", b"\xe1", b"\xea", b"\xef\xbc", b"\xf0\x9d")
_CHANGING: Final = re.compile(r"\d+|(?<![a-z])[0-9a-f]{6,}(?![a-z])")
_SENTENCE_ENDS: Final = tuple('.!?…”“"»。।؟')
_NO_HEADING_ENDS: Final = (*_SENTENCE_ENDS, ",", ";")
_MONTHS: Final = frozenset((month + mark).encode() for month in MONTHS for mark in ("", ".", ","))
#: How a newsroom says that it got something wrong: such a note is the story's, however often it is made.
_CORRECTION: Final = re.compile(
    r"\W{0,3}(?:correction|corrected|clarification|editor[’']?s['’]? note|erratum"
    r"|korrektur|berichtigung|richtigstellung|(?:anmerkung|anm\.) der? red|hinweis der redaktion"
    r"|in einer (?:früheren|ersten|vorherigen) (?:version|fassung)|an earlier version|a previous version"
    r"|this (?:article|story) (?:was|has been) (?:amended|corrected|updated)"
    r"|correctif|rectificatif|une version (?:précédente|antérieure)|corrección|fe de errores"
    r"|rectificación|una versión anterior|correzione|errata|correção|correctie|rectificatie|rättelse|rettelse"
    r"|sprostowanie)",
    re.IGNORECASE,
)
#: "BERLIN (dpa) –", "Washington/München.": places, an agency, and a mark that text follows.
_PLACES: Final = re.compile(
    r"(?:[^\W\d_a-z][\w.'’-]*[ ,/]{0,3}){1,6}(?:\([^)]{2,30}\)\s*[-–—.:]*|\s*[-–—.]+)\Z"
)
_BY: Final = re.compile(r"(?:by|von|por|par|di|door|av|af|autor(?:in)?|texte?)\b", re.IGNORECASE)
#: Blocks of different kinds in one element are in different places.
_KINDS: Final = {"heading": 1, "item": 2, "quote": 3, "cell": 4, "caption": 5, "code": 6}
#: What a publisher marks as the story, or as a part of it (schema.org).
_STORY_PROPERTIES: Final = frozenset(
    ["articleBody", "description", "abstract", "alternativeHeadline", "reviewBody", "text"]
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
    seen = [block.is_text and likely > _SEEN for block, likely in zip(blocks, probabilities, strict=True)]
    texts, ends = _fingerprints(blocks, seen, (*headlines, *authors))
    frames: dict[int, int] = {}
    places = [
        _place(block.frame, frames) + _KINDS.get(block.kind, 0) & 0xFFFFFFFF if look else 0
        for block, look in zip(blocks, seen, strict=True)
    ]
    prose = [
        likely >= _STORY
        and len(block.text) >= _SENTENCE
        and block.text.endswith(_SENTENCE_ENDS)
        and block.link_chars * 2 <= len(block.text)
        for block, likely in zip(blocks, probabilities, strict=True)
    ]
    heads = _heads(blocks, texts)
    conceivable = [place for place, likely in enumerate(probabilities) if likely >= _CONCEIVABLE]
    samples: dict[int, str] = {}
    for place in conceivable:
        if texts[place]:
            samples[texts[place]] = blocks[place].text[:_SAMPLE]
        if places[place] not in samples:
            samples[places[place]] = where(blocks[place].frame)
    likely = [place for place in conceivable if probabilities[place] >= _STORY]
    told = {texts[place] for place in likely} - {0}
    story = {places[place] for place in likely}
    trace = Trace(
        article=article,
        day=day,
        title=fingerprint(_plain(headlines[0])) if headlines else 0,
        told=tuple(sorted(told)),
        untold=tuple(sorted({*texts} - told - {0})),
        ends=tuple(sorted({end for pair in ends for end in pair} - {0})),
        sections=_sections(blocks, texts, prose, heads),
        places=tuple(sorted({*places} - {0})),
        story=tuple(sorted(story - {0})),
        samples=tuple(sorted(samples.items())),
    )
    marked, inside = [False] * len(blocks), [False] * len(blocks)
    _mark(blocks, probabilities, conceivable, texts, prose, authors, marked_text, marked, inside)
    sure = [is_prose and likely >= _SURE for is_prose, likely in zip(prose, probabilities, strict=True)]
    return Observed(trace, conceivable, texts, ends, places, heads, prose, sure, marked, inside)


def _plain(text: str) -> str:
    return " ".join(_WORDS.findall(text.casefold()))


def _fingerprints(
    blocks: Sequence[Block], seen: Sequence[bool], names: Iterable[str]
) -> tuple[list[int], list[tuple[int, int]]]:
    """Of each block's words without the article's own: its headline, its authors, numbers and dates; 0 for
    blocks not ``seen`` and for texts that say too little."""
    texts, ends = [0] * len(blocks), [(0, 0)] * len(blocks)
    places = [place for place, look in enumerate(seen) if look]
    if not places:
        return texts, ends
    whole = _MARK.join([blocks[place].text for place in places]).casefold()
    if whole.count(_MARK) != len(places) - 1:  # a page that holds this very character
        whole = _MARK.join([blocks[place].text.replace(_MARK, " ") for place in places]).casefold()
    names = {name.casefold() for name in names if _MARK not in name}
    own = sorted(names, key=lambda name: (-len(name), name))
    for name in own[:_MOST_NAMES]:
        if len(name) >= _SHORTEST_NAME:
            whole = whole.replace(name, " ")
    for place, text in zip(places, _without_numbers(whole).split(_BYTE_MARK), strict=True):
        if len(text.strip(_NO_LETTERS)) < _FEWEST_LETTERS:
            continue
        if b"#" in text:
            text = b" ".join([word for word in text.split() if word not in _MONTHS])
        else:
            text = text.strip()
        texts[place] = zlib.crc32(text)
        if len(text) >= 4 * _LONG_ENOUGH:
            ends[place] = _ends(text)
    return texts, ends


def _without_numbers(text: str) -> bytes:
    """In UTF-8, "#" in place of each number. Bytes are masked ten times as fast as characters."""
    data = text.encode("utf-8", "replace")
    if any(lead in data for lead in _OTHER_DIGITS):
        data = _NUMBERS.sub("#", text).encode("utf-8", "replace")
    else:
        data = data.translate(_MASKED_DIGITS)
        while b"##" in data:
            data = data.replace(b"##", b"#")
    return data


def _ends(text: bytes) -> tuple[int, int]:
    if text.count(b" ") < _LONG_ENOUGH:
        return 0, 0
    first, last = text.split(b" ", _END_WORDS)[:_END_WORDS], text.rsplit(b" ", _END_WORDS)[1:]
    return zlib.crc32(b" ".join(first)), zlib.crc32(b" ".join([_TO_THE_END, *last]))


def _place(frame: Frame | None, known: dict[int, int]) -> int:
    """The way down to a frame: tags and class names."""
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
        step = _step(inner.tag, inner.element.get("class"))
        found = known[inner.index] = zlib.crc32(step, found)
    return found


@lru_cache(maxsize=20_000)
def _step(tag: str, names: str | None) -> bytes:
    return (f"{tag}.{_CHANGING.sub('#', names)}" if names else tag).encode("utf-8", "replace")


def where(frame: Frame | None) -> str:
    """A place, for people: the innermost elements that lead to it."""
    steps: list[str] = []
    while frame is not None and len(steps) < 4:
        names = (frame.element.get("class") or "").split()
        steps.append(".".join([frame.tag, *names[:2]]))
        frame = frame.parent
    return " > ".join(reversed(steps))[:_SAMPLE]


def _heads(blocks: Sequence[Block], texts: Sequence[int]) -> list[Head]:
    """Headings and lines that stand like one; they reach as far as what holds them."""
    found = []
    for place, block in enumerate(blocks):
        rank = _rank(block) if texts[place] else 0
        if rank:
            around = block.frame.parent
            # one in a box of its own heads what is beside the box
            while around is not None and around.last - around.first < 2:
                around = around.parent
            end = around.last if around is not None else len(blocks)
            if rank == LINE:
                end = min(end, place + 1 + _REACH)
            if end > place + 1:
                found.append(Head(place, rank, end, block.text))
    return found


def _rank(block: Block) -> int:
    text = block.text
    if len(text) > _HEADING:
        return 0
    if block.level > 1:
        return block.level
    alone = block.kind == "paragraph" and not block.link_chars and not text.endswith(_NO_HEADING_ENDS)
    return LINE if alone else 0


def _sections(
    blocks: Sequence[Block], texts: Sequence[int], prose: Sequence[bool], heads: Sequence[Head]
) -> tuple[tuple[int, int], ...]:
    """Of each heading the first prose under it, before another of its rank."""
    found: dict[int, int] = {}
    for head in heads:
        first = 0
        for place in range(head.place + 1, head.end):
            if 0 < blocks[place].level <= min(head.rank, 6):
                break
            if prose[place]:
                first = texts[place]
                break
        found[texts[head.place]] = found.get(texts[head.place], 0) or first
    return tuple(sorted(found.items()))


def _mark(
    blocks: Sequence[Block],
    probabilities: Sequence[float],
    conceivable: Sequence[int],
    texts: Sequence[int],
    prose: Sequence[bool],
    authors: Sequence[str],
    marked_text: Iterable[str | None],
    marked: list[bool],
    inside: list[bool],
) -> None:
    """Fill ``marked`` and ``inside``; see ``Observed``."""
    told = "\x1f".join(["".join(text.split()) for text in marked_text if text])
    again = Counter(
        [
            texts[place]
            for place in conceivable
            if probabilities[place] >= _SURE and not blocks[place].link_chars
        ]
    )
    names = [author.casefold() for author in authors if len(author) >= _SHORTEST_NAME]
    frames: dict[int, bool] = {}
    for place in conceivable:
        block = blocks[place]
        text = block.text
        if not block.is_text:
            continue
        length = len(text)
        marked[place] = (
            (bool(told) and "".join(text.split()) in told)
            or (length >= _NOTE and _CORRECTION.match(text) is not None)
            or (length <= _BYLINE and _is_byline(text, names))
            or (length <= _DATELINE and any(prose[place + 1 : place + 2]) and _PLACES.match(text) is not None)
            or (again[texts[place]] > 1 and texts[place] != 0)
            or (block.frame.element.get("itemprop") in _STORY_PROPERTIES)
        )
        inside[place] = _is_inside(block.frame, frames)


def _is_byline(text: str, names: Sequence[str]) -> bool:
    if _BY.match(text) and len(text.split()) <= 6 and not text.endswith(_SENTENCE_ENDS):
        return True
    line = text.casefold() if names else ""
    return any(name in line for name in names)


def _is_inside(frame: Frame | None, known: dict[int, bool]) -> bool:
    climbed = []
    found = False
    while frame is not None:
        at = known.get(frame.index)
        if at is not None:
            found = at
            break
        climbed.append(frame.index)
        if frame.element.get("itemprop") in _STORY_PROPERTIES:
            found = True
            break
        frame = frame.parent
    known.update(dict.fromkeys(climbed, found))
    return found
