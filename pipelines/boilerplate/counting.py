"""How many of a site's articles have a text, a heading or a place, and what that says against it. Pure.

Whoever asks for an article asks all but this one: nothing repeats because it was seen before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from pipelines.boilerplate.traces import Kind, Trace

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
#: A text on such a share of a site's articles is a part of its template.
_TEMPLATE: Final = 0.8
#: Steps of confidence, by the share of articles: one more article rarely moves it.
_STEPS: Final = ((0.8, 0.95), (0.5, 0.9), (0.0, 0.75))
#: What is known only by its first and last words, is as sure as this.
_ALIKE: Final = 0.85
#: In words, how many articles a confidence stands for.
_MANY: Final = ((0.95, "nearly all"), (_ALIKE, "most"), (0.0, "several"))

#: By kind and key: True where a person has accepted the cut, False where the site may keep it.
Decisions = Mapping[tuple[Kind, str], bool]


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


class Count:
    """Of each fingerprint how many articles have it."""

    def __init__(self, traces: Sequence[Trace], of_all: Count | None = None) -> None:
        """``of_all``: the count of all traces, where ``traces`` are some of them."""
        self.number = len(traces)
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


class Others:
    """What all articles but one have in common."""

    def __init__(self, count: Count, own: Sequence[Trace], decisions: Decisions) -> None:
        """``count``: of all articles, ``number`` is that of the others; ``own``: the traces of that one."""
        self.number = count.number - len(own)
        self._all = count
        self._own = Count(own, count)
        self._decisions = decisions

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


def written(key: int) -> str:
    """A fingerprint as ``Decision.key`` and ``Recurrence.key`` have it."""
    return f"{key:08x}"
