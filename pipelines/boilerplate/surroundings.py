"""What a page's own order says of its blocks where no phrase does: prompts that quote the headline, comments
of readers, whatever stands among prompts below the story. Pure, and linear in the page.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Protocol

from pipelines.boilerplate.matching import Match

#: From here on the classifier takes a block for the story's.
_LIKELY: Final = 0.5
#: And from here on it is sure.
_SURE: Final = 0.8
#: Shorter texts are lines, not paragraphs.
_PARAGRAPH: Final = 80
#: How a sentence ends.
_ENDS: Final = (".", "?", "…", ":", "”", "“", '"', "»", ")")
#: A headline of fewer words is a phrase that a story may quote.
_SHORTEST_HEADLINE: Final = 4
#: No longer block is a prompt.
_LONGEST_PROMPT: Final = 900
#: What a rule's word, and a paragraph that reads like the story, weigh when the story's end is looked for.
_HOUSE, _STORY, _LINE = 1.0, -2.0, -0.5
#: From this weight on, what is below is the house's own voice; of at least so many different rules.
_TAIL, _VOICES = 2.0, 2
#: One rule is heard so often: "Read more" under each of thirty teasers is one voice.
_HEARD: Final = 1
#: Blocks between two prompts that both quote the headline, of which none is the story's.
_AMONG: Final = 8
#: Blocks of one comment: a name, a date, some paragraphs, a line to answer.
_COMMENT: Final = 8
#: The line under a comment has no more words, and one of them is this.
_ANSWER_WORDS: Final = 6
_ANSWER_STEMS: Final = "repl antwo respon répon repon rispon respos svar".split()
_ANSWER: Final = re.compile(
    r"\b(?:reply|antworten|antwort|responder|répondre|repondre|rispondi|resposta|beantwoorden|svara|svar)\b",
    re.I,
)

QUOTES_HEADLINE: Final = Match(
    rule="quotes-the-headline",
    why="Quotes the page's own headline, as prompts to comment, to search and to subscribe do.",
    confidence=0.95,
    scope="block",
)
THREAD: Final = Match(
    rule="comments-of-readers",
    why="One of several texts that each have a line to answer under them: readers' comments.",
    confidence=0.93,
    scope="block",
)
BETWEEN: Final = Match(
    rule="between-prompts",
    why="Stands between two prompts that quote the page's own headline.",
    confidence=0.93,
    scope="block",
)
AMONG: Final = Match(
    rule="among-prompts",
    why="Stands among the newsroom's prompts below the story.",
    confidence=0.7,
    scope="block",
)
ANOTHER_STORY: Final = Match(
    rule="another-story",
    why="Belongs to another story, printed below this one under a headline of its own.",
    confidence=0.95,
    scope="section",
)
#: The page's own order says these, no rule that somebody wrote.
ALL: Final = frozenset([QUOTES_HEADLINE, THREAD, BETWEEN, AMONG, ANOTHER_STORY])

_WORDS: Final = re.compile(r"\w+")
#: Marks of quotation around a headline; French ones stand apart from it.
_OPEN: Final = ('"', '" ')
_CLOSE: Final = ('"', ' "')
_MARKS: Final = str.maketrans(dict.fromkeys("«»„“”‟‚‘’‛'›‹『』「」", '"') | {"\xa0": " ", "\u202f": " "})


class HasText(Protocol):
    """What is looked at; ``pipelines.segment.Block`` is one."""

    @property
    def text(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def link_chars(self) -> int: ...
    @property
    def is_text(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Tail:
    """Below the story: places where nearly all that is not a scrap is a prompt that a rule knows."""

    start: int
    stop: int

    def __contains__(self, place: int) -> bool:
        return self.start <= place < self.stop


def witnesses(
    blocks: Sequence[HasText],
    likely: Sequence[float],
    matches: Sequence[Match | None],
    headlines: Sequence[str],
) -> list[Match | None]:
    """The rules' matches, and what the page's order says of blocks that no rule speaks of."""
    heard = list(matches)
    quoting = _quoting(blocks, likely, headlines)
    for place in quoting:
        heard[place] = QUOTES_HEADLINE
    for one, other in pairwise(quoting):
        if other - one <= _AMONG:
            for place in range(one + 1, other):
                heard[place] = heard[place] or BETWEEN
    for place in _threads(blocks):
        heard[place] = heard[place] or THREAD
    return heard


def _quoting(blocks: Sequence[HasText], likely: Sequence[float], headlines: Sequence[str]) -> list[int]:
    """Places below the first paragraph that hold a headline of the page, word for word in quotation marks."""
    # a quotation, and a word of it that no mark of quotation cuts: most blocks lack it
    quoted = [
        (name, max(_WORDS.findall(name), key=len, default=""))
        for name in {_marked(headline) for headline in headlines}
        # a headline that is all a quotation is quoted by the story, too
        if len(name.split()) >= _SHORTEST_HEADLINE and not (name[0] == name[-1] == '"')
    ]
    if not quoted:
        return []
    shortest = min(len(name) for name, _ in quoted)
    telling = {word for _, word in quoted}
    found = []
    begun = False
    for place, block in enumerate(blocks):
        if not begun:
            begun = likely[place] >= _LIKELY and len(block.text) >= _PARAGRAPH
        elif (
            shortest < len(block.text) <= _LONGEST_PROMPT
            and block.is_text
            and any(map(block.text.__contains__, telling))
        ):
            text = _marked(block.text)
            if any(start + name + end in text for name, _ in quoted for start in _OPEN for end in _CLOSE):
                found.append(place)
    return found


def _marked(text: str) -> str:
    return " ".join(text.translate(_MARKS).split())


def _threads(blocks: Sequence[HasText]) -> list[int]:
    """Places of comments: texts between lines that say the same and offer to answer."""
    short = [place for place, block in enumerate(blocks) if len(block.text) <= 60]
    said = "\n".join([blocks[place].text for place in short]).casefold()
    if not any(map(said.__contains__, _ANSWER_STEMS)):  # as on most pages
        return []
    lines: dict[str, list[int]] = {}
    for place in short:
        text = blocks[place].text
        if len(text.split()) <= _ANSWER_WORDS and _ANSWER.search(text):
            lines.setdefault(re.sub(r"\d+", "0", text.lower()), []).append(place)
    found: set[int] = set()
    for places in lines.values():
        near = [(before, after) for before, after in pairwise(places) if 2 <= after - before <= _COMMENT]
        if not near:
            continue
        for before, after in near:
            found.update(range(before, after + 1))
        # the first comment has no such line above it: it is as long as the shortest, and begins with a name
        top = near[0][0]
        first = max(0, top + 1 - min(after - before for before, after in near))
        while first < top and len(blocks[first].text) >= _PARAGRAPH:
            first += 1
        found.update(range(first, top))
    return sorted(found)


def tail(blocks: Sequence[HasText], likely: Sequence[float], matches: Sequence[Match | None]) -> Tail:
    """From the block where the rules' words outweigh the paragraphs most, to the last that a rule knows.

    A prompt inside the story is followed by paragraphs that no rule knows, prompts below it by more prompts:
    a moderation policy between a comment invitation and a sign-up is no story, however well written.
    """
    if len({match.rule for match in matches if match is not None}) < _VOICES:
        return Tail(len(blocks), len(blocks))
    start, stop = len(blocks), 0
    weight = heaviest = 0.0
    voices: Counter[str] = Counter()
    section: str | None = None  # the rule whose section the blocks just below stand in
    for place in range(len(blocks) - 1, -1, -1):
        block, match = blocks[place], matches[place]
        if not block.is_text:
            continue
        if match is not None:
            stop = stop or place + 1
            if match.scope == "block" or match.rule != section:  # a long list says no more than a short one
                voices[match.rule] += 1
                weight += _HOUSE * match.confidence if voices[match.rule] <= _HEARD else 0.0
            section = match.rule if match.scope == "section" else None
            if weight > heaviest and len(voices) >= _VOICES:
                start, heaviest = place, weight
        elif stop and likely[place] >= _LIKELY:
            weight += _STORY if len(block.text) >= _PARAGRAPH else _LINE
    if heaviest < _TAIL:
        return Tail(len(blocks), len(blocks))
    for above in range(start - 1, 0, -1):
        if not _is_slogan(blocks[above], blocks[start], likely[above]):
            break
        start = above
    return Tail(start, stop)


def _is_slogan(block: HasText, below: HasText, likely: float) -> bool:
    """A line right above the prompts that is no sentence: of their kind, or not surely the story's."""
    return (
        block.is_text
        and len(block.text) < _PARAGRAPH
        and not block.text.endswith(_ENDS)
        and (likely < _SURE or (block.kind == below.kind and len(below.text) < _PARAGRAPH))
    )
