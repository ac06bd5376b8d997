"""What one article leaves in its site's memory: fingerprints of its texts, sections and places. Pure, light.

``observing.py`` makes a trace of a page, ``memory.py`` counts.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Final, Literal, NamedTuple

Kind = Literal["text", "section", "place"]

#: Raised whenever a page may leave another trace: older ones are not compared with newer ones.
_VERSION: Final = 2
#: Version, and how many fingerprints there are of each kind.
_HEAD: Final = struct.Struct("<B7I")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """What an article leaves in its site's memory: the same with any rules and any memory."""

    #: Which article it is: one trace each.
    article: str
    #: The day it was published, else first seen; "" if unknown. The oldest are forgotten first.
    day: str
    #: Fingerprint of the headline.
    title: int
    #: Fingerprints of the texts that the classifier takes for the story's, and of the others; in order.
    told: tuple[int, ...]
    untold: tuple[int, ...]
    #: Fingerprints of the first and last words of long texts.
    ends: tuple[int, ...]
    #: (heading, the first prose under it that reads like the story's; 0: there is none)
    sections: tuple[tuple[int, int], ...]
    #: Places that hold text; and those of them that hold the story.
    places: tuple[int, ...]
    story: tuple[int, ...]
    #: How texts read and where places are, by fingerprint: for people.
    samples: tuple[tuple[int, str], ...] = ()

    @property
    def texts(self) -> tuple[int, ...]:
        return self.told + self.untold

    def packed(self) -> bytes:
        """For storing; ``Trace.unpacked`` reads it. Equal traces have equal bytes.

        Fingerprints cannot be compressed: a site's 150 traces are read in a few milliseconds."""
        headings, prose = zip(*self.sections, strict=True) if self.sections else ((), ())
        kinds = (self.told, self.untold, self.ends, headings, prose, self.places, self.story)
        lengths = [len(kind) for kind in kinds]
        numbers = struct.pack(f"<{sum(lengths)}I", *chain.from_iterable(kinds))
        words = json.dumps([self.article, self.day, self.title, self.samples], separators=(",", ":"))
        return _HEAD.pack(_VERSION, *lengths) + numbers + zlib.compress(words.encode(), 1)

    @classmethod
    def unpacked(cls, data: bytes) -> Trace | None:
        """None where another version of Copydesk wrote it: the article's next cleaning leaves a new one."""
        if data[:1] != bytes([_VERSION]):
            return None
        _, *lengths = _HEAD.unpack_from(data)
        numbers = iter(struct.unpack_from(f"<{sum(lengths)}I", data, _HEAD.size))
        told, untold, ends, headings, prose, places, story = (tuple(islice(numbers, n)) for n in lengths)
        words = zlib.decompress(memoryview(data)[_HEAD.size + 4 * sum(lengths) :])
        article, day, title, samples = json.loads(words)
        return cls(
            article=article,
            day=day,
            title=title,
            told=told,
            untold=untold,
            ends=ends,
            sections=tuple(zip(headings, prose, strict=True)),
            places=places,
            story=story,
            samples=tuple((key, sample) for key, sample in samples),
        )


#: Rank of a line that stands like a heading.
LINE: Final = 7


class Head(NamedTuple):
    """A heading, or a line that stands like one, and how far it may reach."""

    place: int
    #: 2 to 6 of headings, ``LINE`` of lines.
    rank: int
    #: One past the last block of what it may head.
    end: int
    #: As the page has it.
    text: str


class Observed(NamedTuple):
    """One page as memory sees it: its trace, and what memory may know each block by; 0: nothing."""

    trace: Trace
    #: The blocks that may be the story's: what is known of the others changes nothing.
    conceivable: Sequence[int]
    texts: Sequence[int]
    #: First and last words.
    ends: Sequence[tuple[int, int]]
    places: Sequence[int]
    heads: Sequence[Head]
    #: Blocks that read like the story: sentences, and no links.
    prose: Sequence[bool]
    #: Prose that the classifier is sure of.
    sure: Sequence[bool]
    #: Blocks that may recur: marked as text by the publisher; datelines, bylines, corrections, refrains.
    marked: Sequence[bool]
    #: Blocks in a container that is marked as the story's: they may recur above it.
    inside: Sequence[bool]


def fingerprint(text: str) -> int:
    """32 bits: a site's memory holds some thousand texts, of which a few hundred recur."""
    return zlib.crc32(text.encode("utf-8", "replace"))
