"""What repeats on a site is not the story: counted over distinct articles, recalled block by block. Pure.

Every article leaves a ``Trace`` (``observing.py``). ``SiteMemory`` is counted from the traces and nothing
else, so it does not depend on the order of pages, and an article counts once however often it is fetched or
revised. ``recall`` leaves the article itself out: nothing repeats because it was seen before.

What is said here is evidence; ``decide.py`` weighs it.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import chain
from typing import Final, Literal, NamedTuple
from urllib.parse import urlsplit

from pipelines.boilerplate.traces import Head, Kind, Observed, Trace
from pipelines.urls import registered_domain

#: Traces that a site keeps: those of its newest articles. What a redesign took away is forgotten with them.
MOST_TRACES: Final = 150
#: Other articles that must have a text, and a place or a section, before memory speaks of it.
FEWEST_TEXTS: Final = 3
FEWEST_PLACES: Final = 4
#: Texts on a smaller share of a site's articles are a series' or an author's.
_SHARE: Final = 0.2
#: Places that held a story on at most, and at least, this share of the articles that have them.
_NEVER, _ALWAYS = 0.1, 0.9
#: Headings, and first and last words, on a smaller share are an article's own: "What we know".
_MOST_OF: Final = 0.5
#: How sure a place is: less than a classifier that is sure of what it reads.
_PLACE: Final = 0.7
#: Rank of a line that stands like a heading.
_LINE: Final = 7
#: A text on such a share of a site's articles is a part of its template.
_TEMPLATE: Final = 0.8
#: Of the story's texts two pages with one headline share so many, or they are two articles.
_SAME: Final = 0.8
#: Steps of confidence, by the share of articles: one more article rarely moves it.
_STEPS: Final = ((0.8, 0.95), (0.5, 0.9), (0.0, 0.75))
#: What is known only by its first and last words, is as sure as this.
_ALIKE: Final = 0.85
#: In words, how many articles a confidence stands for.
_MANY: Final = ((0.95, "nearly all"), (_ALIKE, "most"), (0.0, "several"))
#: Rows that ``recurring`` gives at most.
_MOST_RECURRING: Final = 200


class Decision(NamedTuple):
    """A person's word on what memory found; it wins over everything that memory counts."""

    kind: Kind
    #: As ``Recurrence.key`` gives it.
    key: str
    #: True: cut it wherever it stands. False: the site may keep it.
    accepted: bool


class Recollection(NamedTuple):
    """What memory knows of one block of a page, and holds against it."""

    kind: Kind
    key: str
    #: Other articles of the site that have it, of how many.
    articles: int
    of: int
    #: 0 to 1, in few steps.
    confidence: float
    #: A person has accepted it.
    accepted: bool = False
    #: Of a section the heading that it stands under; "" of the heading itself.
    heading: str = ""

    @property
    def share(self) -> float:
        return self.articles / self.of if self.of else 0.0

    @property
    def is_template(self) -> bool:
        """On nearly every article of the site: nothing that an article tells is."""
        return self.accepted or (
            self.kind == "text" and self.articles >= FEWEST_PLACES and self.share >= _TEMPLATE
        )

    @property
    def _many(self) -> str:
        """By the confidence, which an article is cleaned again for."""
        if self.accepted:
            return "some"
        return next(said for least, said in _MANY if self.confidence >= least)

    @property
    def why(self) -> str:
        """For a reader. No count: one more article on the site, and every stored sentence would be untrue;
        ``site_blocks`` has them."""
        if self.kind == "text":
            said = f"This text stands on {self._many} articles of the site."
        elif self.kind == "section":
            opens = f"Stands under “{self.heading}”, a" if self.heading else "A"
            articles = f"{self._many} articles of the site"
            said = f"{opens} heading that {articles} have, each with other lines under it."
        else:
            said = "Stands in a part of the page that other articles have and that never holds their story."
        return f"A person has accepted it: {said[0].lower()}{said[1:]}" if self.accepted else said


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
    #: "cut": memory speaks against it. "kept": it recurs, and reads like the story. Else a person's word.
    verdict: Literal["cut", "kept", "accepted", "rejected"]
    #: Days of the oldest and the newest article that has it.
    first_day: str
    last_day: str


class SiteMemory:
    """What a site's articles have in common. Built from traces; never changes."""

    def __init__(self, traces: Iterable[Trace], decisions: Iterable[Decision] = ()) -> None:
        """Of several traces of one article the newest counts; of all articles the ``MOST_TRACES`` newest."""
        self.traces: Final = tuple(newest(traces))
        self.decisions: Final = {(d.kind, d.key): d.accepted for d in decisions}
        self._count = _Count(self.traces)

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
        others = _Others(self, page.trace)
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
                and head.rank < _LINE
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
        ranks = {other.place: other.rank for other in page.heads if other.rank < _LINE}
        conceivable = set(page.conceivable)  # why the others go, their page says
        found[head.place] = found[head.place] or word
        under = word._replace(heading=head.text)
        for place in range(head.place + 1, head.end):
            if ranks.get(place, _LINE + 1) <= head.rank or found[place] is not None:
                return
            if page.prose[place] and leanings[place] >= 0:
                return
            if place in conceivable:
                found[place] = under

    def state(self, trace: Trace) -> str:
        """A digest of all that memory says of this article: where it changes, clean the article again."""
        others = _Others(self, trace)
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
        all_of_them = _Others(self, None)
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


class _Count:
    """Of each fingerprint how many articles have it."""

    def __init__(self, traces: Sequence[Trace], of_all: _Count | None = None) -> None:
        """``of_all``: the count of all traces, where ``traces`` are some of them."""
        self.texts: Counter[int] = Counter()
        #: … as their story, by the classifier.
        self.texts_told: Counter[int] = Counter()
        self.ends: Counter[int] = Counter()
        self.sections: Counter[int] = Counter()
        #: … under which prose of an article's own stands.
        self.sections_told: Counter[int] = Counter()
        self.places: Counter[int] = Counter()
        self.places_told: Counter[int] = Counter()
        for trace in traces:
            self.texts.update(trace.told)
            self.texts.update(trace.untold)
            self.texts_told.update(trace.told)
            self.ends.update(trace.ends)
            self.places.update(trace.places)
            self.places_told.update(trace.story)
        recurring = (of_all or self).texts
        for trace in traces:
            for heading, prose in trace.sections:
                self.sections[heading] += 1
                self.sections_told[heading] += prose != 0 and recurring[prose] < FEWEST_TEXTS

    @property
    def by_kind(self) -> dict[Kind, Counter[int]]:
        return {"text": self.texts, "section": self.sections, "place": self.places}


class _Others:
    """What all articles but one have in common."""

    def __init__(self, memory: SiteMemory, trace: Trace | None) -> None:
        self._all = memory._count
        self._decisions = memory.decisions
        own = [] if trace is None else _same_as(trace, memory)
        self._own = _Count(own, memory._count)
        self.number = len(memory) - len(own)

    def any(self, kind: Kind, key: int) -> Recollection | None:
        if kind == "text":
            return self.text(key, (0, 0))
        return self.section(key) if kind == "section" else self.place(key)

    def tell(self, text: int) -> bool:
        """Whether it reads like the story on another article, too."""
        return self._all.texts_told[text] > self._own.texts_told[text]

    def text(self, text: int, ends: tuple[int, int], *, own: bool = False) -> Recollection | None:
        """``own``: it surely reads like this article's story; where like no other's, the others quote it."""
        if not text:
            return None
        seen = self._all.texts[text] - self._own.texts[text]
        decided = self._decided("text", text)
        if decided is not None:
            return Recollection("text", written(text), seen, self.number, 1.0, True) if decided else None
        if own and seen and not self.tell(text):
            return None
        if self._is_enough(seen):
            return Recollection("text", written(text), seen, self.number, self._confidence(seen))
        head, tail = ends
        if head and self.recurs(head) and self.recurs(tail):  # a prompt with something else in its middle
            seen = min(self._all.ends[end] - self._own.ends[end] for end in ends)
            confidence = min(_ALIKE, self._confidence(seen))
            return Recollection("text", written(text), seen, self.number, confidence)
        return None

    def _decided(self, kind: Kind, key: int) -> bool | None:
        return self._decisions.get((kind, written(key))) if self._decisions else None

    def recurs(self, end: int) -> bool:
        """On most articles: reports of one kind, of matches or from courts, begin and end alike, too."""
        seen = self._all.ends[end] - self._own.ends[end]
        return seen >= FEWEST_PLACES and seen >= _MOST_OF * self.number

    def ends_template(self, end: int) -> bool:
        """On so many that a text known by it is a part of the template."""
        seen = self._all.ends[end] - self._own.ends[end]
        return seen >= FEWEST_PLACES and seen >= _TEMPLATE * self.number

    def section(self, heading: int) -> Recollection | None:
        """A heading on most articles, and hardly ever prose of the story's under it."""
        decided = self._decided("section", heading)
        seen = self._all.sections[heading] - self._own.sections[heading]
        if decided is not None:
            return (
                Recollection("section", written(heading), seen, self.number, 1.0, True) if decided else None
            )
        if seen < FEWEST_PLACES or seen < _MOST_OF * self.number:
            return None
        told = self._all.sections_told[heading] - self._own.sections_told[heading]
        if told > _NEVER * seen:
            return None
        return Recollection("section", written(heading), seen, self.number, self._confidence(seen))

    def heads_stories(self, heading: int) -> bool:
        """Whether prose of the articles' own stands under it on most of those that have it."""
        seen = self._all.sections[heading] - self._own.sections[heading]
        return 2 * (self._all.sections_told[heading] - self._own.sections_told[heading]) > seen

    def place(self, place: int) -> Recollection | None:
        decided = self._decided("place", place)
        if decided is None and self.leaning(place) >= 0:
            return None
        seen = self._all.places[place] - self._own.places[place]
        if decided is not None:
            return Recollection("place", written(place), seen, self.number, 1.0, True) if decided else None
        return Recollection("place", written(place), seen, self.number, _PLACE)

    def leaning(self, place: int) -> int:
        """What a place holds: 1 the story on nearly every article that has it, -1 on hardly any, else 0."""
        seen = self._all.places[place] - self._own.places[place]
        if seen < FEWEST_PLACES:
            return 0
        told = self._all.places_told[place] - self._own.places_told[place]
        return 1 if told >= _ALWAYS * seen else -1 if told <= _NEVER * seen else 0

    def _is_enough(self, seen: int) -> bool:
        return seen >= FEWEST_TEXTS and seen >= _SHARE * self.number

    def _confidence(self, seen: int) -> float:
        for least, confidence in _STEPS:
            if seen >= least * self.number:
                return confidence
        return 0.0


def _same_as(trace: Trace, memory: SiteMemory) -> list[Trace]:
    """The traces of this very article, also where another address led to it."""
    return [
        other
        for other in memory.traces
        if other.article == trace.article or (other.title == trace.title and _tell_the_same(other, trace))
    ]


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


def written(key: int) -> str:
    """A fingerprint as ``Decision.key`` and ``Recurrence.key`` have it."""
    return f"{key:08x}"
