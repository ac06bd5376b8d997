"""What the classifier sees of a page's text blocks: numbers, and the words of text and markup. Pure.

Numbers describe the block, the containers around it and the page. Words of class names, ids and tags
("article-body", "<aside>") and the first and last words of the text become indices into the model's
vocabularies; its weights know them in many languages.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from pipelines.segment import Block, Frame

Floats = np.ndarray[Any, np.dtype[np.float32]]
Integers = np.ndarray[Any, np.dtype[np.int64]]

#: Containers around a block that are described, innermost first, each holding more blocks than the last.
LEVELS: Final = 4
#: How much of a block's text is read for words.
_HEAD: Final = 90
_TAIL: Final = 50
_MOST_WORDS: Final = 12
_LAST_WORDS: Final = 5

_WORD: Final = re.compile(r"\w+")
_NAME: Final = re.compile(r"[A-Z]?[a-z]{2,}|[A-Z]{2,}|[^\W\d_a-zA-Z]{2,}")
_ATTRIBUTES: Final = frozenset(
    "class id itemprop role data-testid data-component data-module data-type aria-label".split()  # noqa: SIM905
)
#: Writing without spaces between words: pairs of characters stand for them.
_UNSPACED: Final = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]")
_OPENING: Final = frozenset("\"“„«»'‘「—–-")
_DIGIT: Final = re.compile("[0-9]")
_KINDS: Final = {"paragraph": 0, "heading": 1, "item": 2, "quote": 3, "cell": 4, "caption": 5, "code": 6}
_TAGS: Final = {
    "p": 0,
    "div": 1,
    "li": 2,
    "td": 3,
    "section": 4,
    "article": 5,
    "blockquote": 6,
    "figcaption": 7,
}
_INLINE_TAGS: Final = {
    "a": 0,
    "strong": 1,
    "b": 1,
    "em": 2,
    "i": 2,
    "span": 3,
    "time": 4,
    "label": 5,
    "font": 6,
}
_ENDS: Final = {
    **dict.fromkeys(".。।؟۔", 0),
    **dict.fromkeys("!?！？", 1),
    **dict.fromkeys(":：", 2),
    **dict.fromkeys("\"'”’»“„›」)", 3),
    **dict.fromkeys("…", 4),
}
_NOTHING: Final[tuple[int, ...]] = ()


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Words the model knows, from 1; 0 is none of them."""

    names: Mapping[str, int]
    words: Mapping[str, int]
    #: Markup seen before, as it was written: the same class names come with every page of a site.
    seen: dict[tuple[Any, ...], tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Features:
    """One row a text block."""

    #: The blocks described: places in the page's list of all blocks.
    places: list[int]
    numbers: Floats
    #: Names of each frame that holds a block, and the row of the frame around it (-1: none).
    names: list[tuple[int, ...]]
    around: list[int]
    #: The row of each block's own frame.
    frame: list[int]
    #: Names of the inline element that the block begins with.
    inline: list[tuple[int, ...]]
    words: list[tuple[int, ...]]


def describe(
    blocks: Sequence[Block],
    vocabulary: Vocabulary,
    *,
    headlines: Sequence[str] = (),
    description: str | None = None,
    article_body: str | None = None,
) -> Features:
    """The page's text blocks as the classifier sees them."""
    places = [place for place, block in enumerate(blocks) if block.is_text]
    told = [blocks[place] for place in places]
    frames, around, rows = _frames(told)
    spans = _spans(frames, places, len(blocks))
    own, words = _texts(told, places, blocks, vocabulary, headlines, description, article_body)
    names = [_names(frame.element, frame.tag, vocabulary) for frame in frames]
    inline = [_inline(block, vocabulary) for block in told]
    numbers = _numbers(own, rows, around, spans, frames) if told else np.zeros((0, WIDTH), np.float32)
    return Features(places, numbers, names, around, rows, inline, words)


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


def _spans(frames: Sequence[Frame], places: Sequence[int], count: int) -> Integers:
    """First and one past the last text block of each frame."""
    before = np.zeros(count + 1, np.int64)
    before[np.asarray(places, np.int64) + 1] = 1
    before = np.cumsum(before)
    ends = np.array([(frame.first, frame.last) for frame in frames], np.int64).reshape(-1, 2)
    spans: Integers = before[ends]
    return spans


#: Columns of what _texts gives, before anything is combined.
_OWN: Final = 38


def _texts(
    told: Sequence[Block],
    places: Sequence[int],
    blocks: Sequence[Block],
    vocabulary: Vocabulary,
    headlines: Sequence[str],
    description: str | None,
    article_body: str | None,
) -> tuple[Floats, list[tuple[int, ...]]]:
    find_words, find_digits, isdisjoint = _WORD.findall, _DIGIT.findall, set.isdisjoint
    headline_words = [set(find_words(headline.lower())) for headline in headlines[:3]]
    headline_words = [words for words in headline_words if words]
    described = set(find_words(description.lower())) if description else set()
    body = "".join(article_body.split()) if article_body else ""
    seen: dict[str, int] = {}
    rows: list[float] = []
    spoken: list[tuple[int, ...]] = []
    last = len(blocks) - 1
    for place, block in zip(places, told, strict=True):
        text = block.text
        length = len(text)
        plain = text.isascii()
        head = text[:_HEAD]
        words = find_words(head.lower())
        spoken.append(_known(text, words, plain, vocabulary.words))

        distinct = set(words)
        entitled = 0.0
        for wanted in headline_words:
            if not isdisjoint(wanted, distinct):
                share = len(wanted & distinct) / max(len(wanted), min(len(distinct), 30))
                entitled = max(entitled, share)
        count = len(distinct) or 1
        printed = 0.0
        if body and length > 15:
            printed = 1.0 if "".join(text[:60].split()) in body else -1.0
        again = seen.get(text, 0)
        seen[text] = again + 1
        runs = block.runs
        sentences = text.count(". ") + text.count("? ") + text.count("! ")
        commas = text.count(",")
        if not plain:
            sentences += text.count("。") + text.count("। ")
            commas += text.count("、") + text.count("،") + text.count("，")
        before = blocks[place - 1] if place else None
        after = blocks[place + 1] if place < last else None
        mark = _ENDS.get(text[-1], 5)
        rows.extend(
            (
                length,
                block.link_chars,
                text.count(" ") + 1,
                sentences,
                commas,
                mark,
                _KINDS.get(block.kind, 0),
                block.level,
                _TAGS.get(block.frame.tag, 8),
                _INLINE_TAGS.get(runs[0][1].tag, 7),
                block.frame.depth,
                entitled,
                len(described & distinct) / count if described else 0.0,
                printed,
                again,
                head.istitle(),
                len(find_digits(head)) / len(head),
                "©" in head,
                "|" in head or "•" in head or "·" in head,
                "@" in head or "http" in head or "www." in head,
                text[0] in _OPENING,
                "\n" in text,
                len(runs),
                head[-1] == ":" or ": " in text[:25],
                "(" in head and ")" in head,
                head[0].islower(),
                "/" in head,
                head.isupper(),
                "?" in text,
                "!" in text,
                count / (len(words) or 1),
                length > 80 and block.link_chars * 2 < length and mark in (0, 1, 3, 4),
                before is not None and before.kind == "image",
                before is not None and before.kind == "embed",
                after is not None and not after.is_text,
                before is not None and before.container is block.container,
                after is not None and after.container is block.container,
                len(runs) == 1 and runs[0][1] is not block.container,
            )
        )
    return np.array(array("f", rows)).reshape(-1, _OWN), spoken


def _known(text: str, words: list[str], plain: bool, vocabulary: Mapping[str, int]) -> tuple[int, ...]:
    """The words by which a block may be known: its first, its opening two and three together, its last."""
    get = vocabulary.get
    first = words[:_MOST_WORDS]
    ids = [*map(get, first)]
    if len(first) > 1:
        pair = f"{first[0]} {first[1]}"
        ids.append(get(pair))
        if len(first) > 2:
            ids.append(get(f"{pair} {first[2]}"))
    if len(text) > _HEAD:
        ids.extend(map(get, _WORD.findall(text[-_TAIL:].lower())[-_LAST_WORDS:]))
    elif len(words) > _MOST_WORDS:
        ids.extend(map(get, words[_MOST_WORDS:][-_LAST_WORDS:]))
    if not plain and _UNSPACED.search(text, 0, 8):
        for part in (text[:24], text[-10:]) if len(text) > 34 else (text[:34],):
            ids.extend([get(part[i : i + 2]) for i in range(len(part) - 1)])
    return tuple([i for i in ids if i])


_ONE_HOT: Final = ((5, 6), (6, 7), (8, 9), (9, 8))
#: Columns of what _texts gives that need no scaling.
_AS_THEY_ARE: Final = [*range(11, 14), *range(15, 22), *range(23, _OWN)]
_PER_LEVEL: Final = 7
WIDTH: Final = _OWN - 4 + sum(width for _, width in _ONE_HOT) + 2 + LEVELS * _PER_LEVEL + 10


def _numbers(
    own: Floats, rows: Sequence[int], around: Sequence[int], spans: Integers, frames: Sequence[Frame]
) -> Floats:
    count = len(own)
    length, linked = own[:, 0], own[:, 1]
    prose = length * own[:, 31]
    place = np.arange(count, dtype=np.float32)
    sums = np.zeros((count + 1, 4), np.float32)
    np.cumsum(np.stack([length, linked, prose, own[:, 31]], axis=1), axis=0, out=sums[1:])
    inside = sums[spans[:, 1]] - sums[spans[:, 0]]  # of each frame
    held = (spans[:, 1] - spans[:, 0]).astype(np.float32)
    total = sums[-1]

    # the next frame around that holds more than this one
    wider: list[int] = []
    size = held.tolist()
    for row, outer in enumerate(around):
        wider.append(outer if outer < 0 or size[outer] > size[row] else wider[outer])
    climb = np.array(wider, np.int64)

    main = _main(frames, around, inside, spans)
    first, last = (int(spans[main, 0]), int(spans[main, 1])) if main >= 0 else (0, count)

    numbers = np.zeros((count, WIDTH), np.float32)
    chars = np.maximum(inside[:, 0], 1)
    framed = np.stack(
        [
            np.log1p(inside[:, 0]) / 5,
            inside[:, 1] / chars,
            np.log1p(held) / 3,
            inside[:, 2] / chars,
            inside[:, 2] / max(1.0, float(total[2])),
            -spans[:, 0] / np.maximum(held, 1),
            np.log1p(inside[:, 3]) / 2,
        ],
        axis=1,
    )
    level: Any = np.array(rows, np.int64)
    for step in range(LEVELS):
        part = numbers[:, step * _PER_LEVEL : (step + 1) * _PER_LEVEL]
        part[:] = framed[level]
        part[:, 5] += place / np.maximum(held[level], 1)  # how far into the frame
        outer = climb[level]
        level = np.where(outer < 0, level, outer)
    column = LEVELS * _PER_LEVEL

    in_main = (place >= first) & (place < last)
    prose_places = np.flatnonzero(own[:, 31] * in_main)
    begin, end = (int(prose_places[0]), int(prose_places[-1])) if len(prose_places) else (first, last)
    titled = np.flatnonzero((own[:, 11] >= 0.75) & (place <= max(begin, 1)))
    headline = int(titled[-1]) if len(titled) else -1
    told = np.maximum(own[:, 2], 1)
    for values in (
        in_main,
        place < begin,
        place > end,
        np.clip((place - begin) / 10, -2, 2),
        np.clip((place - end) / 10, -2, 2),
        place / count,
        sums[:-1, 2] / max(1.0, float(total[2])),
        np.clip((place - headline) / 10, -2, 2) if headline >= 0 else 2.5,
        np.log1p(count) / 5,
        np.log1p(float(total[2])) / 8,
        np.log1p(length) / 4,
        linked / length,
        np.log1p(own[:, 2]) / 3,
        own[:, 3] / told * 5,
        own[:, 4] / told * 5,
        length / told / 10,
        np.minimum(own[:, 22], 20) / 10,
        np.log1p(own[:, 3]),
        own[:, 7] / 3,
        np.minimum(own[:, 10], 30) / 15,
        np.minimum(own[:, 14], 3),
    ):
        numbers[:, column] = values
        column += 1
    numbers[:, column : column + len(_AS_THEY_ARE)] = own[:, _AS_THEY_ARE]
    column += len(_AS_THEY_ARE)
    every = np.arange(count)
    for source, width in _ONE_HOT:
        numbers[every, own[:, source].astype(np.int64) + column] = 1
        column += width
    return np.clip(numbers, -4, 4, out=numbers)


def _main(frames: Sequence[Frame], around: Sequence[int], inside: Floats, spans: Integers) -> int:
    """The frame that most prose stands directly in, or nearly so: a first guess at the story's container."""
    if not len(frames):
        return -1
    direct = inside[:, 2].copy()
    outer = np.array(around, np.int64)
    score: Any = np.zeros(len(frames))
    leaf = np.ones(len(frames), bool)
    leaf[outer[outer >= 0]] = False
    prose = np.where(leaf, direct, 0)
    share: Any = prose
    inner = outer >= 0
    for weight in (0.3, 1.0, 0.7, 0.4):
        score += share * weight
        share = np.bincount(outer[inner], share[inner], len(frames))
    return int(np.argmax(score)) if float(score.max(initial=0)) > 0 else -1


def _names(element: Any, tag: str, vocabulary: Vocabulary) -> tuple[int, ...]:
    items = element.items()
    key = (tag, *[item for item in items if item[0] in _ATTRIBUTES]) if items else (tag,)
    found = vocabulary.seen.get(key)
    if found is None:
        get = vocabulary.names.get
        ids = {get(name, 0) for name in names_of(tag, items)}
        ids.discard(0)
        found = tuple(sorted(ids))
        if len(vocabulary.seen) > 20_000:  # a crawl of many sites; what comes again is learned again
            vocabulary.seen.clear()
        vocabulary.seen[key] = found
    return found


def _inline(block: Block, vocabulary: Vocabulary) -> tuple[int, ...]:
    """Where all of a block hangs in one inline element, its names say what the block is."""
    if not block.runs:
        return _NOTHING
    element = block.runs[0][1]
    return _NOTHING if element is block.container else _names(element, element.tag, vocabulary)


def names_of(tag: str, items: Sequence[tuple[str, str]]) -> list[str]:
    """An element in words: its tag, each class name whole and in parts, its id and roles."""
    found = [f"<{tag}>"]
    for attribute, value in items:
        if attribute not in _ATTRIBUTES:
            continue
        mark = "@" if attribute in ("itemprop", "role") else ""
        for name in value.split()[:12]:
            if len(name) > 60:
                continue
            whole = name.lower()
            parts = [part.lower() for part in _NAME.findall(name)]
            found.append(mark + whole)
            if len(parts) > 1 or (parts and parts[0] != whole):
                found.extend(parts)
    return found
