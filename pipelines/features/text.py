"""What can be said of a block's own text: some numbers, and its words as indices into a vocabulary. Pure."""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from pipelines.segment import Block

Floats = np.ndarray[Any, np.dtype[np.float32]]

#: How much of a block's text is read for words.
_HEAD: Final = 90
_TAIL: Final = 50
_MOST_WORDS: Final = 12
_LAST_WORDS: Final = 5
#: Authors of a page whose names are looked for.
_MOST_AUTHORS: Final = 8

_WORD: Final = re.compile(r"\w+")
_DIGIT: Final = re.compile("[0-9]")
#: Writing without spaces between words: pairs of characters stand for them.
_UNSPACED: Final = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]")
_OPENING: Final = frozenset("\"“„«»'‘「—–-")
_ENDS: Final = {
    **dict.fromkeys(".。।؟۔", 0),
    **dict.fromkeys("!?！？", 1),
    **dict.fromkeys(":：", 2),
    **dict.fromkeys("\"'”’»“„›」)", 3),
    **dict.fromkeys("…", 4),
}
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

#: Counts, to be scaled before they are of use.
COUNTS: Final = "length linked words sentences commas level depth pieces again".split()
#: Which of some; with how many there are.
CHOICES: Final = {"mark": 6, "kind": 7, "tag": 9, "inline": 8}
#: Shares, and 0 or 1.
SHARES: Final = """
    entitled described printed written capitals digits copyright bars address quotes broken labelled bracketed
    lowercase slash shouting asks exclaims distinct prose after_image after_embed before_picture same_before
    same_after wrapped
    """.split()
#: The columns of ``texts``.
COLUMNS: Final = {name: at for at, name in enumerate([*COUNTS, *CHOICES, *SHARES])}


def texts(
    told: Sequence[Block],
    places: Sequence[int],
    blocks: Sequence[Block],
    vocabulary: Mapping[str, int],
    headlines: Sequence[str],
    description: str | None,
    article_body: str | None,
    authors: Sequence[str],
) -> tuple[Floats, list[tuple[int, ...]]]:
    """COLUMNS of each block told, and its words. ``places``: where it stands among all ``blocks``."""
    find_words, find_digits, isdisjoint = _WORD.findall, _DIGIT.findall, set.isdisjoint
    headline_words = [set(find_words(headline.lower())) for headline in headlines[:3]]
    headline_words = [words for words in headline_words if words]
    described = set(find_words(description.lower())) if description else set()
    body = "".join(article_body.split()) if article_body else ""
    written = set(find_words(" ".join(authors[:_MOST_AUTHORS]).lower()))
    said = Counter([block.text for block in told])
    rows: list[float] = []
    spoken: list[tuple[int, ...]] = []
    last = len(blocks) - 1
    for place, block in zip(places, told, strict=True):
        text = block.text
        length = len(text)
        plain = text.isascii()
        head = text[:_HEAD]
        words = find_words(head.lower())
        spoken.append(_known(text, words, plain, vocabulary))

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
        runs = block.runs
        sentences = text.count(". ") + text.count("? ") + text.count("! ")
        commas = text.count(",")
        if not plain:
            sentences += text.count("。") + text.count("। ")
            commas += text.count("、") + text.count("،") + text.count("，")
        before = blocks[place - 1] if place else None
        after = blocks[place + 1] if place < last else None
        mark = _ENDS.get(text[-1], 5)
        linked = block.link_chars
        rows.extend(
            (
                length,
                linked,
                text.count(" ") + 1,
                sentences,
                commas,
                block.level,
                block.frame.depth,
                len(runs),
                said[text] - 1,
                mark,
                _KINDS.get(block.kind, 0),
                _TAGS.get(block.frame.tag, 8),
                _INLINE_TAGS.get(runs[0][1].tag, 7),
                entitled,
                len(described & distinct) / count if described else 0.0,
                printed,
                len(written & distinct) / count if written else 0.0,
                head.istitle(),
                len(find_digits(head)) / len(head),
                "©" in head,
                "|" in head or "•" in head or "·" in head,
                "@" in head or "http" in head or "www." in head,
                text[0] in _OPENING,
                "\n" in text,
                head[-1] == ":" or ": " in text[:25],
                "(" in head and ")" in head,
                head[0].islower(),
                "/" in head,
                head.isupper(),
                "?" in text,
                "!" in text,
                count / (len(words) or 1),
                length > 80 and linked * 2 < length and mark in (0, 1, 3, 4),
                before is not None and before.kind == "image",
                before is not None and before.kind == "embed",
                after is not None and not after.is_text,
                before is not None and before.container is block.container,
                after is not None and after.container is block.container,
                len(runs) == 1 and runs[0][1] is not block.container,
            )
        )
    return np.array(array("f", rows)).reshape(-1, len(COLUMNS)), spoken


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
