"""Copies of one story: the agency's report as ten papers print it. Pure.

A text is a set of shingles, runs of four words. Its ``keys`` are the smallest shingles by hash: two texts
that share much share keys, so an index over keys finds whom to compare with. What is then compared is all
shingles.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar
from zlib import crc32

import numpy as np
import numpy.typing as npt

#: Scripts without spaces between words: each character counts as one.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+")
#: The same words where no such script is, six times as fast.
_SPACED_WORD = re.compile(r"\w+")
_ANY_UNSPACED = re.compile(rf"[{_UNSPACED}]")

#: Words a shingle: runs of three are common phrases, of five too few are left of an edited text.
_SHINGLE = 4
#: A text of fewer words has the same words as another by chance.
MIN_WORDS = 30
#: What a story says is said by then; two copies of a longer one share its beginning.
_MAX_WORDS = 5_000
#: Keys a text. Of two copies, each with every tenth word changed and a third of its paragraphs cut, about a
#: fifth of all shingles are in both: then 24 keys share two or more in 97 of 100 cases.
KEYS = 24
#: Keys that two texts must share to be compared.
SHARED_KEYS = 2

#: Of the shorter text's shingles, so many are in the longer one. Each of two copies that were edited on their
#: own keeps two thirds of the agency's shingles and so four ninths of the other's. Stories of one event that
#: quote the same sentence share less than a fifth: see bench/copies.py.
_CONTAINED = 0.22
#: The same within one source: a newspaper says again in its own words what led up to a story, and prints
#: reports made from a template.
_CONTAINED_AT_HOME = 0.45
#: Of the longer text's shingles: the day's summary, which has every story in it, is a copy of none.
_FILLED = 0.1
#: Shingles shared, at least: a quotation or a notice under the story is no story.
_ENOUGH = 16
#: Reports made from a template differ in their figures: of the smaller set so many must be in the other.
_FIGURES, _SAME_FIGURES = 4, 0.4

#: Without a look at what stands before it, for which each letter of the text would be asked.
_FIGURE = re.compile(r"\d+(?:[.,:]\d+)*(?!\w)")
_Story = TypeVar("_Story", bound=Hashable)
_Hashes = npt.NDArray[np.uint64]
_MULTIPLIERS = np.array(
    [0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x27D4EB2F165667C5], dtype=np.uint64
)


@dataclass(frozen=True, slots=True, eq=False)
class Signature:
    """What of a text is compared."""

    #: Sorted, each once.
    shingles: _Hashes = field(repr=False)
    #: Numbers as they stand.
    figures: frozenset[str] = field(repr=False)

    @property
    def keys(self) -> list[int]:
        """By which copies are looked up: 31 bits each, ascending."""
        return sorted({*(self.shingles[:KEYS] >> np.uint64(33)).tolist()})


class _Hashes32(dict[str, int]):
    """crc32 by word: most words of a text were in the one before."""

    def __missing__(self, word: str) -> int:
        if len(self) >= 1 << 16:
            self.clear()
        self[word] = hashed = crc32(word.encode("utf-8", "replace"))
        return hashed


_hashes = _Hashes32()


def signature(text: str) -> Signature | None:
    """None: the text is too short to be told from others."""
    folded = text.casefold()
    word = _WORD if not folded.isascii() and _ANY_UNSPACED.search(folded) else _SPACED_WORD
    words = word.findall(folded)[:_MAX_WORDS]
    if len(words) < MIN_WORDS:
        return None
    hashes = np.fromiter(map(_hashes.__getitem__, words), dtype=np.uint64, count=len(words))
    runs = len(words) - _SHINGLE + 1
    mixed = np.zeros(runs, dtype=np.uint64)
    for place, multiplier in enumerate(_MULTIPLIERS):
        mixed = (mixed ^ hashes[place : place + runs]) * multiplier
        mixed ^= mixed >> np.uint64(29)
    mixed *= _MULTIPLIERS[1]
    mixed ^= mixed >> np.uint64(32)
    mixed.sort()
    distinct = np.ones(runs, dtype=bool)
    np.not_equal(mixed[1:], mixed[:-1], out=distinct[1:])
    figures = frozenset(
        found[0]
        for found in _FIGURE.finditer(text)
        if not (before := text[found.start() - 1 : found.start()]).isalnum() and before != "_"
    )
    return Signature(mixed[distinct], figures)


def is_copy(a: Signature, b: Signature, *, same_source: bool) -> bool:
    """Whether the two tell one story in mostly the same words."""
    shared = len(np.intersect1d(a.shingles, b.shingles, assume_unique=True))
    small, large = sorted((len(a.shingles), len(b.shingles)))
    contained = _CONTAINED_AT_HOME if same_source else _CONTAINED
    if shared < max(_ENOUGH, contained * small, _FILLED * large):
        return False
    fewer = min(len(a.figures), len(b.figures))
    return fewer < _FIGURES or len(a.figures & b.figures) >= _SAME_FIGURES * fewer


def leaders(stories: Iterable[_Story], alike: Callable[[_Story, _Story], bool]) -> dict[_Story, _Story]:
    """Of each story the one that it is a copy of, or itself. ``stories``: the one to lead first.

    A copy is like its leader itself, not only like another copy: else a story that goes on for weeks, each
    day's report like the day's before, would become one."""
    found: dict[_Story, _Story] = {}
    leading: list[_Story] = []
    for story in stories:
        leader = next((leader for leader in leading if alike(leader, story)), None)
        if leader is None:
            leading.append(story)
        found[story] = story if leader is None else leader
    return found
