"""The one place where all that is known of a block is weighed. Pure.

Known are the classifier's probabilities, what rules say, what the site's memory says, how the page's blocks
follow one another, and declared layouts.

A person's word wins. A rule is evidence with a confidence, and so is a memory. In the middle of the story a
cut needs two kinds of evidence: what the classifier says, what a rule says, what the site repeats, and how
the block stands there (another container, a list of links, a caption). Nothing empties an article.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from typing import Any, Final

from pipelines import pictures
from pipelines.boilerplate import neighbours, surroundings
from pipelines.boilerplate.counting import Recollection
from pipelines.boilerplate.memory import Recall
from pipelines.boilerplate.rules import Match
from pipelines.document import Document
from pipelines.layouts import declared
from pipelines.segment import Block, Frame
from pipelines.types import Layout, Verdict
from pipelines.wording import MEMORY, verdicts

#: From here on the classifier takes a block for the story's.
THRESHOLD: Final = 0.55
#: The classifier goes by form and place; against a rule's words it is no surer than this.
_BY_FORM: Final = 0.8
#: A paragraph so likely is part of the story whatever a rule's phrase says, if it stands in its middle.
_SURE: Final = 0.8
#: Rules may take this share of what the classifier kept; if they take more, they are about this story.
_MOST_CUT: Final = 0.6
#: A paragraph less likely goes from the story's middle on the classifier's word alone.
_DOUBTED: Final = 0.15
#: Shorter texts are lines, not paragraphs.
_PARAGRAPH: Final = 80
#: Less likely, and not even its place beside paragraphs makes a block the story's.
_HARDLY: Final = 0.1
#: A byline has at most so many words beside a name; or it is "By" and names.
_BESIDE: Final = 3
_BYLINE: Final = re.compile(
    r"(?:By|Von|Por|Par|Di) (?:[^\W\d_a-zß-ÿ][\w.'’-]+(?: (?:and|und|y|e|et|de|von|van|da|di|la))? ?){2,6}"
)
#: Where a site always has its story, a doubtful paragraph is at least so likely the story's.
_LIFTED: Final = 0.6
_WORDS: Final = re.compile(r"\w+")
#: A label over the headline has no more words.
_LABEL: Final = 5
#: A label between paragraphs is no longer, and a rule at least so sure of it.
_LABEL_CHARS: Final = 40
_CERTAIN: Final = 0.95
#: So long is no prompt above the story.
_LONG: Final = 150
#: A list's items and a table's cells stay together; by kind, what holds all of them.
_WHOLES: Final = {"item": ("ul", "ol", "dl"), "cell": ("table",)}
_LISTS: Final = frozenset(["li", "ul", "ol", "dl", "dt", "dd"])


def decide(
    blocks: Sequence[Block],
    probabilities: Sequence[float] | Any,
    matches: Sequence[Match | None],
    *,
    document: Document,
    layout: Layout | None = None,
    headlines: Sequence[str] = (),
    authors: Sequence[str] = (),
    recalled: Recall | None = None,
) -> list[Verdict]:
    """One verdict a block, in order. ``headlines``, ``authors``: the story's as the page names them;
    ``recalled``: what the site's memory knows of each block."""
    likely = list(map(float, probabilities))
    words = declared(blocks, document, layout)
    matches = surroundings.witnesses(blocks, likely, matches, headlines)
    for story in neighbours.other_stories(blocks, likely, headlines):
        matches[story.start : story.stop] = [surroundings.ANOTHER_STORY] * len(story)
        likely[story.start : story.stop] = [0.0] * len(story)  # a story, but not this one
    tail = surroundings.tail(blocks, likely, matches)
    seconds: set[int] = set()
    if recalled is not None:
        likely = _lifted(blocks, likely, recalled)
        matches, seconds = _remembered(blocks, likely, matches, recalled)
    names = _Names(headlines)
    first, last = _span(blocks[: tail.start], likely, matches, names)
    homes = _homes(blocks[: tail.start], likely)
    outside = _outside(blocks, matches, homes)

    kept: list[bool] = []
    rules: list[Match | None] = []  # of each block the rule that cut it
    for place, (block, probability, match) in enumerate(zip(blocks, likely, matches, strict=True)):
        rule = None
        keep = block.is_text and (
            probability >= THRESHOLD
            or place == first
            or (first < place < last and probability >= _DOUBTED and _stands_in(block, homes))
        )
        if keep and place <= first and _is_headline(block, names):
            keep = False
        elif match is not None and block.is_text:
            between = first <= place < last
            if match.confidence > min(probability, _BY_FORM) and not (
                between
                and keep
                and not (place in outside or place in seconds or _stands_out(block, homes, match))
            ):
                keep, rule = False, match
        elif keep and place in tail:
            keep, rule = False, surroundings.AMONG
        kept.append(keep)
        rules.append(rule)
    _spare(blocks, likely, kept, rules, tail.start if last >= 0 else len(blocks))
    _complete(blocks, kept, first, last)
    _subheadings(blocks, likely, kept, rules)
    _lead(blocks, kept, first, names, {_plain(author) for author in authors})
    _bare_headings(blocks, likely, kept)
    for place, word in enumerate(words):
        if word is not None:
            kept[place] = word and not (blocks[place].is_text and _is_headline(blocks[place], names))
    _never_empty(blocks, likely, kept, rules, words)
    pictures.follow(blocks, kept, words)
    return verdicts(blocks, kept, likely, rules, words, names)


def _lifted(blocks: Sequence[Block], likely: Sequence[float], recalled: Recall) -> list[float]:
    """Where the site always has its story, a doubtful paragraph is the story's."""
    return [
        max(probability, _LIFTED)
        if leaning > 0 and probability >= _DOUBTED and block.is_text and not block.link_chars
        else probability
        for block, probability, leaning in zip(blocks, likely, recalled.places, strict=True)
    ]


def _remembered(
    blocks: Sequence[Block], likely: Sequence[float], matches: Sequence[Match | None], recalled: Recall
) -> tuple[list[Match | None], set[int]]:
    """The matches, with what memory says where no rule speaks; and where two kinds of evidence meet."""
    matches = [None if place in recalled.allowed else match for place, match in enumerate(matches)]
    heard = list(matches)
    seconds = set()
    for place, word in enumerate(recalled.blocks):
        if word is None or not blocks[place].is_text:
            continue
        match = matches[place]
        # a rule and a memory that both go by the heading above are one kind of evidence, not two
        same = match is not None and match.scope == "section" and word.kind == "section"
        if (
            (match is not None and not same)
            or word.is_template
            or likely[place] < THRESHOLD
            or (word.kind != "place" and recalled.places[place] < 0)
        ):
            seconds.add(place)
        heard[place] = heard[place] or _match(word)
    if not any(
        heard[place] is None and likely[place] >= THRESHOLD and len(block.text) >= _PARAGRAPH
        for place, block in enumerate(blocks)
    ):
        return matches, set()
    return heard, seconds


def _match(word: Recollection) -> Match:
    return Match(
        rule=f"{MEMORY}{word.kind}:{word.key}", why=word.why, confidence=word.confidence, scope="block"
    )


def _is_memory(rule: Match | None) -> bool:
    return rule is not None and rule.rule.startswith(MEMORY)


class _Names:
    """The page's headlines, to be told from other lines."""

    def __init__(self, headlines: Sequence[str]) -> None:
        self.plain = {_plain(headline) for headline in headlines}
        self.shortest = min(map(len, self.plain), default=300)
        self.known: dict[object, bool] = {}

    def __contains__(self, text: object) -> bool:
        found = self.known.get(text)
        if found is None:
            # in plain words a text is hardly longer: most lines of a page are shorter than a headline
            found = self.known[text] = (
                isinstance(text, str)
                and self.shortest <= 2 * len(text) < 600
                and len(text.lower()) >= self.shortest
                and _plain(text) in self.plain
            )
        return found


def _span(
    blocks: Sequence[Block], likely: Sequence[float], matches: Sequence[Match | None], names: _Names
) -> tuple[int, int]:
    """The first and the last paragraph that the story surely has; what is between is its middle.

    A story may begin with the very words of a prompt that it is about: a long paragraph just above the first,
    of its kind and in its container, is the story's.
    """
    sure = [
        place
        for place, block in enumerate(blocks)
        if likely[place] >= _SURE
        and matches[place] is None
        and block.is_text
        and len(block.text) >= _PARAGRAPH
        and not _is_headline(block, names)
    ]
    if not sure:
        return len(blocks), -1
    first, last = sure[0], sure[-1]
    above = next((place for place in range(first - 1, -1, -1) if blocks[place].is_text), first)
    return (above if _opens(blocks[above], blocks[first], likely[above]) else first), last


def _opens(block: Block, first: Block, likely: float) -> bool:
    return (
        likely >= _HARDLY
        and len(block.text) >= _LONG
        and not block.link_chars
        and block.kind == first.kind
        and block.frame.tag == first.frame.tag
        and _home(block) == _home(first)
    )


def _homes(blocks: Sequence[Block], likely: Sequence[float]) -> set[int]:
    """The containers whose paragraphs are the story."""
    return {
        _home(block)
        for block, probability in zip(blocks, likely, strict=False)
        if probability >= _SURE and len(block.text) >= _PARAGRAPH
    }


def _home(block: Block) -> int:
    """What holds the block; of an item what holds its list."""
    frame = block.frame
    if block.kind == "item":
        while frame.parent is not None and frame.tag in _LISTS:
            frame = frame.parent
        return frame.index
    return frame.parent.index if frame.parent is not None else frame.index


def _stands_out(block: Block, homes: set[int], match: Match) -> bool:
    """The second kind of evidence, beside a rule's: how the block stands there."""
    if match is surroundings.QUOTES_HEADLINE or _linked(block) or _is_label(block, match):
        return True
    return match.scope == "block" and _home(block) not in homes


def _is_label(block: Block, match: Match) -> bool:
    """A few words between paragraphs, no sentence and no heading, that a rule is sure of: "Advertisement"."""
    return (
        match.confidence >= _CERTAIN
        and match.scope == "block"
        and block.kind != "heading"
        and len(block.text) <= _LABEL_CHARS
        and not block.text.endswith((".", "?", "!", ":", "”", '"', "»"))
    )


def _outside(blocks: Sequence[Block], matches: Sequence[Match | None], homes: set[int]) -> set[int]:
    """Places of sections that hold links or stand in a container of their own, as no story's list does."""
    found: set[int] = set()
    if not any(match is not None and match.scope == "section" for match in matches):
        return found
    named = [match.rule if match is not None and match.scope == "section" else None for match in matches]
    for rule, run in groupby(range(len(blocks)), key=named.__getitem__):
        places = list(run) if rule is not None else []
        if any(_linked(blocks[place]) or _home(blocks[place]) not in homes for place in places):
            found.update(places)
    return found


def _stands_in(block: Block, homes: set[int]) -> bool:
    """Whether nothing but the classifier speaks against a paragraph: it stands among the story's."""
    return (
        len(block.text) >= _PARAGRAPH
        and block.kind in ("paragraph", "quote")
        and not _linked(block)
        and _home(block) in homes
    )


def _linked(block: Block) -> bool:
    return block.link_chars * 2 > len(block.text)


def _is_headline(block: Block, names: _Names) -> bool:
    return block.level == 1 or block.text in names


def _plain(text: str) -> str:
    return " ".join(_WORDS.findall(text.lower()))


def _spare(
    blocks: Sequence[Block], likely: Sequence[float], kept: list[bool], rules: list[Match | None], end: int
) -> None:
    """Rules that would take most of the story (it ends at ``end``) speak of what it is about: not heard."""
    cut = [
        p
        for p, rule in enumerate(rules[:end])
        if rule is not None and likely[p] >= THRESHOLD and not _is_memory(rule)
    ]
    if not cut:
        return
    story = sum(
        len(b.text)
        for b, p, rule in zip(blocks[:end], likely, rules, strict=False)
        if p >= THRESHOLD and b.is_text and not _is_memory(rule)
    )
    left = sum(len(b.text) for b, keep in zip(blocks[:end], kept, strict=False) if keep)
    if story and left < (1 - _MOST_CUT) * story:
        for place in cut:
            kept[place] = True
            rules[place] = None


def _complete(blocks: Sequence[Block], kept: list[bool], first: int, last: int) -> None:
    """The rest of a list or of a table of short cells stays where half of it does, inside the story."""
    done: set[int] = set()
    for place in range(first, last):
        block = blocks[place]
        if not kept[place] or block.kind not in _WHOLES:
            continue
        frame: Frame | None = block.frame
        while frame is not None and frame.tag not in _WHOLES[block.kind]:
            frame = frame.parent
        if frame is None or frame.index in done or not first <= frame.first < frame.last <= last + 1:
            continue
        done.add(frame.index)
        parts = [i for i in range(frame.first, frame.last) if blocks[i].kind == block.kind]
        if 2 * sum(kept[i] for i in parts) >= len(parts) and all(
            len(blocks[i].text) <= _PARAGRAPH and not blocks[i].link_chars for i in parts
        ):
            for i in parts:
                kept[i] = True


def _subheadings(
    blocks: Sequence[Block], likely: Sequence[float], kept: list[bool], rules: Sequence[Match | None]
) -> None:
    """A bold line of its own, right between two of the story's paragraphs, heads the second."""
    told = [place for place, block in enumerate(blocks) if block.is_text]
    for above, place, below in zip(told, told[1:], told[2:], strict=False):
        block = blocks[place]
        if (
            kept[above]
            and not kept[place]
            and kept[below]
            and rules[place] is None
            and likely[place] >= _HARDLY
            and len(blocks[below].text) >= _PARAGRAPH
            and len(block.text) < _PARAGRAPH
            and not block.link_chars
            and not block.text.endswith((".", ":"))
            and _home(block) == _home(blocks[below])
            and block.is_bold
        ):
            kept[place] = True


def _lead(blocks: Sequence[Block], kept: list[bool], first: int, names: _Names, authors: set[str]) -> None:
    """Labels above the headline are not the story's, nor are bylines above its first paragraph."""
    above = range(min(first, len(blocks)))
    lines = [place for place in above if kept[place] and len(blocks[place].text) < _PARAGRAPH]
    if not lines:
        return
    headline = next((place for place in reversed(above) if _is_headline(blocks[place], names)), -1)
    for place in lines:
        text = blocks[place].text
        label = place < headline and len(text.split()) <= _LABEL
        kept[place] = not label and not _is_byline(text, authors)


def _is_byline(text: str, authors: set[str]) -> bool:
    line = _plain(text)
    most = {author: len(author.split()) + _BESIDE for author in authors if author}
    return bool(_BYLINE.fullmatch(text)) or any(
        author in line and len(line.split()) <= most[author] for author in most
    )


def _bare_headings(blocks: Sequence[Block], likely: Sequence[float], kept: list[bool]) -> None:
    """A short heading with nothing of the story under it goes."""
    below = 7  # level of the heading just below; 7 for the end, 0 for text
    for place in reversed([place for place, keep in enumerate(kept) if keep]):
        block = blocks[place]
        if block.kind != "heading" or not block.level or len(block.text) > _PARAGRAPH:
            below = 0
        elif below == 7 or (below and below < block.level and likely[place] < _SURE):
            kept[place] = False
        else:
            below = block.level


def _never_empty(
    blocks: Sequence[Block],
    likely: Sequence[float],
    kept: list[bool],
    rules: list[Match | None],
    declared: Sequence[bool | None],
) -> None:
    """Where nothing is left, the likeliest blocks stay, as long as they are likely at all."""
    if any(kept) or not blocks:
        return
    free = [p for p, word, b in zip(likely, declared, blocks, strict=True) if word is None and b.is_text]
    best = max(free, default=0.0)
    if best < 0.1:
        return
    for place, word in enumerate(declared):
        if word is None and likely[place] >= 0.6 * best and blocks[place].is_text:
            kept[place] = True
            rules[place] = None
