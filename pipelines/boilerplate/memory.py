"""What repeats on a site is not the story: counted over distinct articles, recalled block by block. Pure.

Every article leaves a ``Trace``: fingerprints of what its blocks say, of the sections on it, and of the
places of the template they stand in. ``SiteMemory`` is counted from a site's traces and nothing else, so it
does not depend on the order of pages, and an article counts once however often it is fetched or revised.
``recall`` leaves the article itself out: nothing repeats because it was seen before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from pipelines.segment import Block

Kind = Literal["text", "section", "place"]

#: Traces that a site keeps: those of its newest articles.
MOST_TRACES = 150


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """What one article tells of its site; small, and free of rules: only page and classifier speak."""

    #: Which article it is: one trace each.
    article: str
    #: The day it was published, else first seen; "" if unknown. The oldest are forgotten first.
    day: str

    def packed(self) -> bytes:
        """For storing; ``Trace.unpacked`` reads it."""
        raise NotImplementedError

    @classmethod
    def unpacked(cls, data: bytes) -> Trace:
        """Raises ValueError where another version wrote it."""
        raise NotImplementedError


class Decision(NamedTuple):
    """A person's word on what memory found; it wins over everything that memory counts."""

    kind: Kind
    #: As ``Recurrence.key`` gives it.
    key: str
    #: True: cut it wherever it stands. False: the site may keep it.
    accepted: bool


class Recollection(NamedTuple):
    """What memory knows of one block of a page."""

    kind: Kind
    key: str
    #: Other articles of the site that have it, of how many.
    articles: int
    of: int
    #: 0 to 1, in few steps: one more article moves it rarely.
    confidence: float
    #: For a reader: "This text stands on 11 of 12 articles of the site."
    why: str
    #: A person has accepted it.
    accepted: bool = False


class Recurrence(NamedTuple):
    """What recurs on a site, for ``site_blocks`` and ``rules suggest``."""

    kind: Kind
    key: str
    #: A text, a heading, or a path of tags and class names, as an article has it.
    example: str
    articles: int
    of: int
    confidence: float
    verdict: Literal["cut", "kept", "accepted", "rejected"]


class Observed(NamedTuple):
    """One page as memory sees it: its trace, and of each block what memory may know it by."""

    trace: Trace


def observe(
    blocks: Sequence[Block],
    probabilities: Sequence[float],
    *,
    article: str,
    day: str,
    headlines: Sequence[str] = (),
    authors: Sequence[str] = (),
    article_body: str | None = None,
) -> Observed:
    """Look at a page. ``article``: its identity; ``article_body``: what the publisher marks as its text."""
    raise NotImplementedError


class SiteMemory:
    """What a site's articles have in common. Built from traces; immutable."""

    def __init__(self, traces: Iterable[Trace], decisions: Iterable[Decision] = ()) -> None:
        """Of several traces of one article the newest counts; of all articles the ``MOST_TRACES`` newest."""

    def recall(self, page: Observed) -> Sequence[Recollection | None]:
        """What is known of each block, in order; the page itself is left out of the count."""
        raise NotImplementedError

    def state(self, trace: Trace) -> str:
        """A digest of all that memory says of this article: where it changes, clean the article again."""
        raise NotImplementedError

    def recurring(self) -> list[Recurrence]:
        """What recurs, most articles first."""
        raise NotImplementedError


def site_of(url: str) -> str:
    """The site whose memory a page shares: the registered domain of its address; "" where it has none."""
    raise NotImplementedError


def newest(traces: Iterable[Trace], most: int = MOST_TRACES) -> list[Trace]:
    """The traces that a site keeps, one an article; the same whatever the order they come in."""
    raise NotImplementedError
