"""Which phrases could fit a text at all, for all texts of a page at once. Pure.

Most blocks hold no phrase. So a phrase stands under the two words that every fitting text begins with or,
where it begins with any, under words that every fitting text holds: those that menus and prose hold least.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pipelines.boilerplate.phrases import COMMON, PART, Pair, Phrase

#: How often a word is one that stands in any sentence; any other; how often a text ends behind a word.
_ANY, _OTHER, _END = 0.02, 0.0005, 0.08


class Entry(NamedTuple):
    """A phrase of a rule: the fewest and the most words of a text that may fit, the rule's rank."""

    least: int
    most: int
    rank: int
    phrase: Phrase


#: By the word behind; PART where the text ends, None: whatever stands there.
_Under = dict[str | None, list[Entry]]


class Index:
    """Phrases by two words, at a text's beginning and anywhere in it."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._firsts: dict[str, _Under] = defaultdict(lambda: defaultdict(list))
        self._inside: dict[str, _Under] = defaultdict(lambda: defaultdict(list))
        for entry in entries:
            inside = min(entry.phrase.pairs, key=lambda pairs: (_seen(pairs), sorted(map(str, pairs))))
            begins = entry.phrase.begins
            anchored = bool(begins) and _tried(begins) <= _seen(inside)
            under = self._firsts if anchored else self._inside
            for word, behind in begins if anchored else inside:
                under[word][behind].append(entry)
        self._inner = frozenset(self._inside)

    def near(self, words: Sequence[str]) -> dict[int, list[Entry]]:
        """By their places the texts that hold a phrase's word, and the phrases that could fit; perhaps none.

        ``words``: those of all texts, as ``normal`` gives them."""
        found: dict[int, list[Entry]] = {}
        firsts, inside = self._firsts, self._inside
        wanted = {PART, *self._inner.intersection(words)}
        text = -1
        for place in [place for place, word in enumerate(words) if word in wanted]:
            word = words[place]
            if word != PART:
                under = inside[word]
            else:
                text += 1
                place += 1
                if place == len(words) or words[place] not in firsts:
                    continue
                under = firsts[words[place]]
            behind = words[place + 1]
            if behind == ":" and words[place + 2] == PART:
                behind = PART
            entries = found.setdefault(text, [])
            entries += under.get(behind, ())
            entries += under.get(None, ())
        return found


def _seen(pairs: Iterable[Pair]) -> float:
    """How many texts hold the first word of a pair: those are looked at."""
    return sum(map(_often, {word for word, _ in pairs}))


def _tried(pairs: Iterable[Pair]) -> float:
    """How many texts begin with one of the pairs: on those the phrase is tried."""
    return sum(
        _often(word) * (1 if behind is None else _END if behind == PART else _often(behind))
        for word, behind in pairs
    )


def _often(word: str) -> float:
    return _ANY if len(word) < 4 or word in COMMON else _OTHER
