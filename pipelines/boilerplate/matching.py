"""Rules at work on a page: which blocks they speak of. Pure, and linear in the page.

What a rule is stands in ``rules.py``, how its phrases read in ``phrases.py``.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, Protocol, cast

from pipelines.boilerplate.phrases import COMMON, LONGEST, TITLE, Phrase, headline, normal, parse

Scope = Literal["block", "section"]
#: The fewest and the most words of a block that may fit, the rank of the rule, its phrase.
Entry = tuple[int, int, int, Phrase]
Holds = Literal["links", "lines", "prose"]

#: Between two prompts in one block: "What do you think? Leave a comment!"
_SEVERAL = re.compile(r"[.?!…][\s”“\"»]+|\n")
#: A heading, and only items under it.
_LISTED = re.compile(r"[^\n]{3,60}(?:\n[-–•*·»›▸] ?[^\n]+)+\Z")
#: No longer block says several prompts.
_MOST_SEVERAL = 60
#: A section ends here at the latest, so that one heading cannot take a page.
_LONGEST_SECTION = 80
#: A heading has no more words.
_LONGEST_HEADING = 12
#: Trees deeper than this below a heading's container are not climbed.
_DEEPEST = 100
#: In a box of its own, a section's links may have teasers: so many blocks of so many words.
_LONGEST_TEASER = 2
_TEASER = 40
#: A line of a list has fewer words, or is no sentence.
_SENTENCE = 8
#: Texts remembered; about a hundred pages' own.
_MOST_KNOWN = 10_000


class HasBlock(Protocol):
    """What a rule looks at; ``pipelines.segment.Block`` is one."""

    text: str
    kind: str
    #: 1–6 for a heading, else 0.
    level: int
    #: How many characters of the text are link text.
    link_chars: int
    #: The block's element, with ``getparent()``; None where no tree is known.
    container: Any


@dataclass(frozen=True, slots=True)
class Match:
    """A rule's word on one block."""

    rule: str
    why: str
    confidence: float
    #: "section": the block is the heading of such a section, or stands under it.
    scope: Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One declaration, as read."""

    name: str
    #: The file's name without ``.toml``.
    topic: str
    why: str
    scope: Scope
    confidence: float
    #: A block of more words is not meant; under a heading, it ends the section.
    max_words: int
    #: Only blocks of these kinds; empty: any. For a section, what its heading may be.
    kinds: tuple[str, ...] = ()
    #: At least this share of the text is link text.
    links: float = 0.0
    #: What stands under the heading; anything else ends the section.
    holds: Holds = "lines"
    #: By language; examples as written in the file.
    phrases: dict[str, tuple[str, ...]]
    drops: dict[str, tuple[str, ...]]
    keep: dict[str, tuple[str, ...]]
    #: Where it is declared.
    file: str = ""
    line: int = 0

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(self.phrases)


class Heard(NamedTuple):
    """What the rules make of a text, wherever it stands; the headline is not yet looked for."""

    length: int = 0
    #: Its words, spaces around, where a phrase could fit at all.
    words: str = ""
    #: The ranks of the rules that it fits, the surest first.
    ranks: tuple[int, ...] = ()


#: No phrase could fit so many words.
_SILENT = [Heard(length) for length in range(LONGEST + 1)]


class Rules:
    """Rules ready to match. Texts heard before are remembered, for a site says the same on every page."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = tuple(rules)
        # Stable: of two rules equally sure, the first one declared speaks.
        self._ranked = sorted(self.rules, key=lambda rule: -rule.confidence)
        self._matches = [Match(rule.name, rule.why, rule.confidence, rule.scope) for rule in self._ranked]
        self._firsts, self._index = _indexes(self._ranked)
        self._keys = frozenset(self._index)
        self._known: dict[str, Heard] = {}

    def match(self, blocks: Sequence[HasBlock], *, title: str | None = None) -> list[Match | None]:
        """One answer a block, in order: the surest rule that speaks of it, or None."""
        best: list[int | None] = [None] * len(blocks)
        swallowed: set[tuple[int, int]] = set()
        several: list[int] = []
        page = self._hear([block.text for block in blocks])
        quoted = headline(title)
        for at, heard in enumerate(page):
            if not heard.words:
                continue
            found = self._fitting(blocks[at], heard, quoted)
            for rank in found:
                rule = self._ranked[rank]
                if rule.scope == "block":
                    best[at] = _surer(best[at], rank)
                elif (at, rank) not in swallowed and (under := _section(blocks, page, at, rule)):
                    for member in (at, *under):
                        best[member] = _surer(best[member], rank)
                        swallowed.add((member, rank))
            if not found and heard.length <= _MOST_SEVERAL and _says_several(blocks[at].text):
                several.append(at)
        for at, rank in self._sentences(blocks, several, quoted):
            best[at] = _surer(best[at], rank)
        for at, rank in self._listed(blocks, several):
            best[at] = _surer(best[at], rank)
        return [None if rank is None else self._matches[rank] for rank in best]

    def _hear(self, texts: Sequence[str]) -> list[Heard]:
        known, firsts, none = self._known, self._firsts, self._keys.isdisjoint
        page = [known.get(text) if len(text) <= LONGEST else _SILENT[0] for text in texts]
        fresh = [at for at, heard in enumerate(page) if heard is None]
        if len(known) + len(fresh) > _MOST_KNOWN:
            known.clear()
        for at, words in zip(fresh, normal([texts[at] for at in fresh]), strict=True):
            heard = _SILENT[len(words)]
            if words and (words[0] in firsts or not none(words)):
                said = " ".join(words)
                heard = Heard(len(words), f" {said} ", self._ranks(words, said + " ", len(words)))
            page[at] = known[texts[at]] = heard
        return cast("list[Heard]", page)

    def _sentences(
        self, blocks: Sequence[HasBlock], places: Sequence[int], quoted: str | None
    ) -> Iterator[tuple[int, int]]:
        """Of blocks that say several things: where each sentence is a prompt, the rule of the least sure."""
        heads = self._hear([_SEVERAL.split(blocks[at].text, 1)[0] for at in places])
        for at, head in zip(places, heads, strict=True):
            if head.length and not self._fitting(blocks[at], head, quoted):
                continue  # most stop here
            ranks = []
            for heard in self._hear(_SEVERAL.split(blocks[at].text)):
                if not heard.length:
                    continue
                found = self._fitting(blocks[at], heard, quoted)
                if not found or self._ranked[found[0]].scope == "section":
                    break
                ranks.append(found[0])
            else:
                if ranks:
                    yield at, max(ranks)

    def _listed(self, blocks: Sequence[HasBlock], places: Sequence[int]) -> Iterator[tuple[int, int]]:
        """Of blocks that are a whole list between line breaks: where the first line heads such a section."""
        lists = [at for at in places if "\n" in blocks[at].text and _LISTED.match(blocks[at].text)]
        heads = self._hear([blocks[at].text.partition("\n")[0] for at in lists])
        for at, heard in zip(lists, heads, strict=True):
            for rank in heard.ranks:
                if self._ranked[rank].scope == "section":
                    yield at, rank

    def _fitting(self, block: HasBlock, heard: Heard, quoted: str | None) -> list[int]:
        """The ranks of the rules that fit and mean such a block, the surest first."""
        ranks = heard.ranks
        if quoted and quoted in heard.words:
            said = heard.words.replace(quoted, f" {TITLE} ")[1:]
            ranks = self._ranks(heard.words.split(), said, said.count(" "))
        return [rank for rank in ranks if _meant(self._ranked[rank], block)]

    def _ranks(self, words: Sequence[str], said: str, count: int) -> tuple[int, ...]:
        """The rules that fit what is said in so many words: the text's own, or with the headline replaced."""
        holds = set(words)
        entries = [self._index[key] for key in self._keys & holds]
        if words[0] in self._firsts:
            entries.append(self._firsts[words[0]])
        fitting = {
            rank
            for under in entries
            for least, most, rank, phrase in under
            if least <= count <= most and phrase.holds(holds) and phrase.fits(said)
        }
        return tuple(sorted(fitting))


def _indexes(rules: Sequence[Rule]) -> tuple[dict[str, list[Entry]], dict[str, list[Entry]]]:
    """Phrases by the word that a block begins with; others by a word that it must hold somewhere.

    Most blocks have neither: of the words that a phrase needs, it stands under the least frequent.
    """
    firsts: dict[str, list[Entry]] = defaultdict(list)
    index: dict[str, list[Entry]] = defaultdict(list)
    read = [
        (rank, rule, parse(phrase, heading=rule.scope == "section"))
        for rank, rule in enumerate(rules)
        for phrases in rule.phrases.values()
        for phrase in phrases
    ]
    shared = Counter(word for _, _, phrase in read for keys in phrase.keys for word in keys)

    def cost(keys: tuple[str, ...]) -> tuple[int, int, tuple[str, ...]]:
        frequent = sum(word in COMMON or _short(word) for word in keys)
        return frequent, sum(shared[word] for word in keys), keys

    for rank, rule, phrase in read:
        most = rule.max_words if rule.scope == "block" else _LONGEST_HEADING
        entry = (phrase.least, min(most, phrase.most or most), rank, phrase)
        keys = min(phrase.keys, key=cost)
        # A word begins a block far more seldom than it stands in one; but "the" and "wir" begin many.
        if phrase.firsts and (cost(keys)[0] or not any(map(_short, phrase.firsts))):
            for word in phrase.firsts:
                firsts[word].append(entry)
        else:
            for word in keys:
                index[word].append(entry)
    return dict(firsts), dict(index)


def _short(word: str) -> bool:
    return len(word) < 4 or word == "this"


def _says_several(text: str) -> bool:
    return ". " in text or "! " in text or "? " in text or "\n" in text


def _surer(one: int | None, other: int) -> int:
    return other if one is None or other < one else one


def _meant(rule: Rule, block: HasBlock) -> bool:
    if rule.kinds and block.kind not in rule.kinds:
        return False
    if rule.links and block.link_chars < rule.links * len(block.text):
        return False
    if rule.scope == "block" or block.level:
        return True
    # An item or a cell heads nothing, whatever it says: "Jobs" in a menu. Nor does a sentence.
    return block.kind not in ("item", "cell") and not block.text.endswith(".")


def _section(blocks: Sequence[HasBlock], page: Sequence[Heard], at: int, rule: Rule) -> list[int]:
    """The blocks under a heading, up to the next of its rank, the end of its box, or what it cannot hold."""
    if at + 1 == len(blocks):
        return []
    heading = blocks[at]
    rank = heading.level or 7
    box = _common(heading.container, blocks[at + 1].container)
    own = at > 0 and box is not None and not _within(blocks[at - 1].container, box)
    taken: list[int] = []
    sure = 0  # so many of them for certain; the rest hangs between
    for below in range(at + 1, min(len(blocks), at + 1 + _LONGEST_SECTION)):
        block = blocks[below]
        card = rule.holds != "prose" and _linked(block)  # another story's headline
        if 0 < block.level <= rank and not card:
            break
        if box is not None and not _within(block.container, box):
            sure = len(taken) if own and sure else sure
            break
        if _held(rule, block, page[below].length):
            taken.append(below)
            sure = len(taken)
        elif len(taken) - sure < _LONGEST_TEASER and (
            block.kind in ("image", "embed") or (own and sure and 0 < page[below].length <= _TEASER)
        ):
            taken.append(below)
        else:
            # A lone plain line before a paragraph, unlike the links above it, is that paragraph's heading.
            if sure > 1 and sure == len(taken) and _linked(blocks[taken[0]]) and _plain(blocks[taken[-1]]):
                sure -= 1
            break
    return taken[:sure]


def _held(rule: Rule, block: HasBlock, words: int) -> bool:
    if not words and len(block.text) > LONGEST:
        return False
    if _linked(block):
        return True
    if rule.holds == "links" or words > rule.max_words:
        return False
    if rule.holds == "prose":
        return True
    return words < _SENTENCE or not block.text.rstrip("\"'»«”’“ )").endswith((".", "!", "?", "…"))


def _linked(block: HasBlock) -> bool:
    return 2 * block.link_chars >= len(block.text) > 0


def _plain(block: HasBlock) -> bool:
    return not block.link_chars and block.kind != "item"


def _common(one: Any, other: Any) -> Any:
    """The nearest element that holds both, or None."""
    if one is None or other is None:
        return None
    above = []
    for _ in range(_DEEPEST):
        above.append(one)
        one = one.getparent()
        if one is None:
            break
    for _ in range(_DEEPEST):
        if any(element is other for element in above):
            return other
        other = other.getparent()
        if other is None:
            break
    return None


def _within(element: Any, box: Any) -> bool:
    for _ in range(_DEEPEST):
        if element is box:
            return True
        if element is None:
            return False
        element = element.getparent()
    return False
