"""What repeats on a site is not the story: counted over distinct articles, recalled block by block. Pure.

Every article leaves a ``Trace`` (``observing.py``). ``SiteMemory`` is counted (``counting.py``) from the
traces and nothing else, so it does not depend on the order of pages, and an article counts once however often
it is fetched or revised.

What is said here is evidence; ``decide.py`` weighs it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import chain
from typing import Final, Literal, NamedTuple
from urllib.parse import urlsplit

from pipelines.boilerplate.counting import (
    FEWEST_PLACES,
    FEWEST_TEXTS,
    Count,
    Others,
    Recollection,
    written,
)
from pipelines.boilerplate.traces import LINE, Head, Kind, Observed, Trace
from pipelines.urls import registered_domain

__all__ = [
    "FEWEST_TEXTS",
    "MOST_TRACES",
    "Decision",
    "Recall",
    "Recurrence",
    "SiteMemory",
    "newest",
    "site_of",
]

#: Traces that a site keeps: those of its newest articles. What a redesign took away is forgotten with them.
MOST_TRACES: Final = 150
#: Of the story's texts two pages with one headline share so many, or they are two articles.
_SAME: Final = 0.8
#: Rows that ``recurring`` gives at most.
_MOST_RECURRING: Final = 200


class Decision(NamedTuple):
    """A person's word on what memory found; it wins over everything that memory counts."""

    kind: Kind
    #: As ``Recurrence.key`` gives it.
    key: str
    #: True: cut it wherever it stands. False: the site may keep it.
    accepted: bool


class Recall(NamedTuple):
    """What memory knows of a page, block by block."""

    blocks: Sequence[Recollection | None]
    #: Of each block what its place says: 1: the story is always there, -1: never, 0: nothing.
    places: Sequence[int]
    #: Places of texts that a person lets stand: no rule speaks of them either.
    allowed: frozenset[int] = frozenset()


class Recurrence(NamedTuple):
    """What recurs on a site, for ``site_blocks`` and ``rules suggest``."""

    kind: Kind
    key: str
    #: A text, a heading, or a path of tags and class names, as an article has it.
    example: str
    #: Articles that have it, of how many.
    articles: int
    of: int
    confidence: float
    #: "cut": memory speaks against it. Else a person's word.
    verdict: Literal["cut", "accepted", "rejected"]
    #: Days of the oldest and the newest article that has it.
    first_day: str
    last_day: str


class SiteMemory:
    """What a site's articles have in common. Built from traces; never changes."""

    def __init__(self, traces: Iterable[Trace], decisions: Iterable[Decision] = ()) -> None:
        """Of several traces of one article the newest counts; of all articles the ``MOST_TRACES`` newest."""
        self.traces: Final = tuple(newest(traces))
        self.decisions: Final = {(d.kind, d.key): d.accepted for d in decisions}
        self._count = Count(self.traces)

    def __len__(self) -> int:
        return len(self.traces)

    @cached_property
    def digest(self) -> str:
        """Of all that recall depends on: equal memories have equal digests."""
        hashed = hashlib.sha256()
        for trace in self.traces:
            hashed.update(hashlib.sha256(trace.packed()).digest())
        for kind, key in sorted(self.decisions):
            hashed.update(f"{kind} {key} {self.decisions[kind, key]}\n".encode())
        return hashed.hexdigest()[:16]

    def recall(self, page: Observed) -> Recall:
        """What is known of each block, in order; the page itself is left out of the count."""
        others = self._others(page.trace)
        found: list[Recollection | None] = [None] * len(page.texts)
        leanings = [0] * len(page.texts)
        leaning_of = {place: others.leaning(place) for place in {page.places[i] for i in page.conceivable}}
        words_of = {place: others.place(place) for place in leaning_of}
        for at in page.conceivable:
            found[at] = others.text(page.texts[at], page.ends[at], own=page.sure[at])
            leanings[at] = leaning_of[page.places[at]]
        told_texts = set(page.trace.told)
        for head in page.heads:
            text, known = page.texts[head.place], found[head.place]
            word = others.section(text)
            if word is not None:
                self._recall_section(page, head, word, found, leanings)
            elif (
                known is not None
                and not known.accepted
                and head.rank < LINE
                and leanings[head.place] > 0
                and text in told_texts
                and others.heads_stories(text)
            ):
                found[head.place] = None  # "Background": a heading that this newsroom's stories have
        told = False  # the story has begun
        for at in page.conceivable:
            word = found[at]
            if word is None:
                word = found[at] = words_of[page.places[at]]
            elif page.inside[at] and page.prose[at] and not told and not word.accepted:
                found[at] = None  # a standing introduction
            told = told or (page.prose[at] and word is None)
            if page.marked[at] and word is not None and not word.accepted:
                found[at] = None
        allowed = [at for at in page.conceivable if self._lets_stand(page.texts[at])]
        return Recall(found, leanings, frozenset(allowed))

    def _others(self, trace: Trace) -> Others:
        """All articles but the trace's own, whatever address led to it."""
        own = [other for other in self.traces if _is_same(other, trace)]
        return Others(self._count, own, self.decisions)

    def _lets_stand(self, text: int) -> bool:
        return bool(self.decisions) and self.decisions.get(("text", written(text))) is False

    def _recall_section(
        self,
        page: Observed,
        head: Head,
        word: Recollection,
        found: list[Recollection | None],
        leanings: Sequence[int],
    ) -> None:
        """From the heading to the next one, to a text that recurs by itself, or to prose that may be the
        story's again."""
        ranks = {other.place: other.rank for other in page.heads if other.rank < LINE}
        conceivable = set(page.conceivable)  # why the others go, their page says
        found[head.place] = found[head.place] or word
        under = word._replace(heading=head.text)
        for place in range(head.place + 1, head.end):
            if ranks.get(place, LINE + 1) <= head.rank or found[place] is not None:
                return
            if page.prose[place] and leanings[place] >= 0:
                return
            if place in conceivable:
                found[place] = under

    def state(self, trace: Trace) -> str:
        """A digest of all that memory says of this article: where it changes, clean the article again."""
        others = self._others(trace)
        conceivable = self._spoken.intersection([key for key, _ in trace.samples])
        headings = self._spoken.intersection([heading for heading, _ in trace.sections])
        words = [
            *(others.text(text, (0, 0)) for text in conceivable.intersection(trace.texts)),
            *(others.section(heading) for heading in headings),
            *(others.place(place) for place in conceivable.intersection(trace.places)),
        ]
        said = [
            *(
                (word.kind, word.key, word.confidence, word.accepted, word.is_template)
                for word in words
                if word is not None
            ),
            *(("told", written(text)) for text in trace.told if others.tell(text)),
            *(("end", written(end), others.ends_template(end)) for end in trace.ends if others.recurs(end)),
            *(("heads", written(key)) for key, _ in trace.sections if others.heads_stories(key)),
            *(
                ("story", written(place))
                for place in self._spoken.intersection(trace.places)
                if others.leaning(place) > 0
            ),
        ]
        return hashlib.sha256(repr(sorted(said)).encode()).hexdigest()[:16]

    @cached_property
    def _spoken(self) -> frozenset[int]:
        """Texts, sections and places that memory may have a word for, whoever asks."""
        count = self._count
        return frozenset(
            [
                *(int(key, 16) for _, key in self.decisions),
                *(text for text, seen in count.texts.items() if seen >= FEWEST_TEXTS),
                *(heading for heading, seen in count.sections.items() if seen >= FEWEST_PLACES),
                *(place for place, seen in count.places.items() if seen >= FEWEST_PLACES),
            ]
        )

    def recurring(self) -> list[Recurrence]:
        """What recurs near the story or is a person's concern, most articles first; bounded."""
        all_of_them = Others(self._count, (), self.decisions)
        samples: dict[int, str] = {}
        days: dict[int, list[str]] = {}
        for trace in self.traces:
            for key, sample in trace.samples:
                samples.setdefault(key, sample)
            headings = (heading for heading, _ in trace.sections)
            for key in self._spoken.intersection(chain(trace.texts, headings, trace.places)):
                days.setdefault(key, []).append(trace.day)
        found = []
        for kind, counted in self._count.by_kind.items():
            for key in self._spoken.intersection(counted):
                decision = self.decisions.get((kind, written(key)))
                word = all_of_them.any(kind, key)
                if decision is None and (word is None or key not in samples):
                    continue
                found.append(
                    Recurrence(
                        kind=kind,
                        key=written(key),
                        example=samples.get(key, ""),
                        articles=counted[key],
                        of=len(self.traces),
                        confidence=word.confidence if word is not None else 0.0,
                        verdict="cut" if decision is None else "accepted" if decision else "rejected",
                        first_day=min(days[key]),
                        last_day=max(days[key]),
                    )
                )
        found.sort(key=lambda one: (one.verdict == "cut", -one.articles, one.kind, one.key))
        return found[:_MOST_RECURRING]


def _is_same(one: Trace, other: Trace) -> bool:
    return one.article == other.article or (one.title == other.title and _tell_the_same(one, other))


def _tell_the_same(one: Trace, other: Trace) -> bool:
    """Whether two pages under one headline are one article: an AMP copy, another address."""
    shared = len(set(one.told) & set(other.told))
    return shared >= _SAME * max(1, min(len(one.told), len(other.told)))


def newest(traces: Iterable[Trace], most: int = MOST_TRACES) -> list[Trace]:
    """The traces that a site keeps, one an article; the same whatever the order they come in."""
    by_article: dict[str, Trace] = {}
    for trace in traces:
        before = by_article.get(trace.article)
        if before is None or (trace.day, trace.packed()) > (before.day, before.packed()):
            by_article[trace.article] = trace
    kept: list[Trace] = []
    titles: dict[int, list[Trace]] = {}
    for trace in sorted(by_article.values(), key=_age, reverse=True):
        alike = titles.setdefault(trace.title, [])
        if not any(_tell_the_same(trace, other) for other in alike):
            alike.append(trace)
            kept.append(trace)
        if len(kept) == most:
            break
    return kept


def _age(trace: Trace) -> tuple[str, str]:
    """The day, and within a day an order that no clock decides."""
    return trace.day, hashlib.sha256(trace.article.encode("utf-8", "replace")).hexdigest()


def site_of(url: str) -> str:
    """The site whose memory a page shares: the registered domain of its address; "" where it has none.

    A machine without a domain may serve a site at each port."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").removeprefix("www."), parts.port
    except ValueError:
        return ""
    domain = registered_domain(host)
    return f"{host}:{port}" if port and domain == host else domain
