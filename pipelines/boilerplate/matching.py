"""Rules at work on a page: which blocks they speak of. Pure, and linear in the page.

What a rule is stands in ``rules.py``, how its phrases read in ``phrases.py``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from pipelines.boilerplate.index import Entry, Index
from pipelines.boilerplate.phrases import LONGEST, PART, TITLE, headline, normal, parse

Scope = Literal["block", "section"]
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


class Rules:
    """Rules ready to match. Texts heard before are remembered, for a site says the same on every page."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = tuple(rules)
        # Stable: of two rules equally sure, the first one declared speaks.
        self._ranked = sorted(self.rules, key=lambda rule: -rule.confidence)
        self._matches = [Match(rule.name, rule.why, rule.confidence, rule.scope) for rule in self._ranked]
        self._index = Index(_entries(self._ranked))
        # Of each text its line; of each that fits rules, or says several things, the ranks of the rules.
        self._lines: dict[str, str] = {}
        self._heard: dict[str, tuple[int, ...]] = {}

    @property
    def remembered(self) -> int:
        """Texts remembered: so many, and those of one page more, at most."""
        return len(self._lines)

    def match(self, blocks: Sequence[HasBlock], *, title: str | None = None) -> list[Match | None]:
        """One answer a block, in order: the surest rule that speaks of it, or None."""
        if len(self._lines) > _MOST_KNOWN:
            self._lines.clear()
            self._heard.clear()
        best: list[int | None] = [None] * len(blocks)
        swallowed: set[tuple[int, int]] = set()
        several: list[int] = []
        texts = [block.text for block in blocks]
        page = self._hear(texts)
        quoted = headline(title)
        heard = self._heard
        spoken = [at for at, text in enumerate(texts) if text in heard]
        if quoted:
            spoken += [at for at, line in enumerate(page) if quoted in line and texts[at] not in heard]
        for at in spoken:
            found = self._fitting(blocks[at], texts[at], page[at], quoted)
            for rank in found:
                rule = self._ranked[rank]
                if rule.scope == "block":
                    best[at] = _surer(best[at], rank)
                elif (at, rank) not in swallowed and (under := _section(blocks, page, at, rule)):
                    for member in (at, *under):
                        best[member] = _surer(best[member], rank)
                        swallowed.add((member, rank))
            if not found and _says_several(texts[at]) and _length(page[at]) <= _MOST_SEVERAL:
                several.append(at)
        for at, rank in self._sentences(blocks, several, quoted):
            best[at] = _surer(best[at], rank)
        for at, rank in self._listed(blocks, several):
            best[at] = _surer(best[at], rank)
        return [None if rank is None else self._matches[rank] for rank in best]

    def _hear(self, texts: Sequence[str]) -> list[str]:
        """Each text as a line of words; empty where it is too long for a prompt."""
        known = self._lines
        fresh = [text for text in dict.fromkeys(texts) if text not in known and len(text) <= LONGEST]
        if fresh:
            words, lines = normal(fresh)
            known.update(zip(fresh, lines, strict=True))
            for at, entries in self._index.near(words).items():
                ranks = _fit(lines[at], entries) if entries else ()
                if ranks or _says_several(fresh[at]):
                    self._heard[fresh[at]] = ranks
        return [known.get(text, "") for text in texts]

    def _sentences(
        self, blocks: Sequence[HasBlock], places: Sequence[int], quoted: str | None
    ) -> Iterator[tuple[int, int]]:
        """Of blocks that say several things: where each sentence is a prompt, the rule of the least sure."""
        heads = [_SEVERAL.split(blocks[at].text, 1)[0] for at in places]
        for at, head, line in zip(places, heads, self._hear(heads), strict=True):
            if _length(line) and not self._fitting(blocks[at], head, line, quoted):
                continue  # most stop here
            ranks = []
            parts = _SEVERAL.split(blocks[at].text)
            for part, line in zip(parts, self._hear(parts), strict=True):
                if not _length(line):
                    continue
                found = self._fitting(blocks[at], part, line, quoted)
                if not found or self._ranked[found[0]].scope == "section":
                    break
                ranks.append(found[0])
            else:
                if ranks:
                    yield at, max(ranks)

    def _listed(self, blocks: Sequence[HasBlock], places: Sequence[int]) -> Iterator[tuple[int, int]]:
        """Of blocks that are a whole list between line breaks: where the first line heads such a section."""
        lists = [at for at in places if "\n" in blocks[at].text and _LISTED.match(blocks[at].text)]
        heads = [blocks[at].text.partition("\n")[0] for at in lists]
        self._hear(heads)
        for at, head in zip(lists, heads, strict=True):
            for rank in self._heard.get(head, ()):
                if self._ranked[rank].scope == "section":
                    yield at, rank

    def _fitting(self, block: HasBlock, text: str, line: str, quoted: str | None) -> list[int]:
        """The ranks of the rules that fit a text of the block and mean such a block, the surest first."""
        ranks = self._heard.get(text, ())
        if quoted and quoted in line:
            said = line.replace(quoted, f" {TITLE} ")
            ranks = _fit(said, self._index.near([PART, *said.split(), PART]).get(0, ()))
        return [rank for rank in ranks if _meant(self._ranked[rank], block)]


def _entries(rules: Sequence[Rule]) -> Iterator[Entry]:
    for rank, rule in enumerate(rules):
        most = rule.max_words if rule.scope == "block" else _LONGEST_HEADING
        for phrases in rule.phrases.values():
            for text in phrases:
                phrase = parse(text, heading=rule.scope == "section")
                yield Entry(phrase.least, min(most, phrase.most or most), rank, phrase)


def _fit(line: str, entries: Sequence[Entry]) -> tuple[int, ...]:
    """The ranks of the phrases that fit a line, of those that could; the surest first."""
    count = _length(line)
    entries = [entry for entry in entries if entry[0] <= count <= entry[1]]
    if not entries:
        return ()
    holds = set(line.split())
    return tuple(sorted({e.rank for e in entries if e.phrase.holds(holds) and e.phrase.fits(line)}))


def _length(line: str) -> int:
    return max(line.count(" ") - 1, 0)


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


def _section(blocks: Sequence[HasBlock], page: Sequence[str], at: int, rule: Rule) -> list[int]:
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
        if _held(rule, block, _length(page[below])):
            taken.append(below)
            sure = len(taken)
        elif len(taken) - sure < _LONGEST_TEASER and (
            block.kind in ("image", "embed") or (own and sure and 0 < _length(page[below]) <= _TEASER)
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
