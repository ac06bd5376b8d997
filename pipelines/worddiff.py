"""What became of a text, word for word, for a reader. Pure: two texts in, paragraphs with marked spans out.

``word_diff(old, new) -> tuple[Paragraph, ...]``: the paragraphs of both texts in order, each a tuple of spans
that are the same, gone or came. Nothing is lost: ``before`` and ``after`` give the texts back.
``html_of(paragraphs) -> str`` is the same as safe HTML with ``<del>`` and ``<ins>``; ``extent(paragraphs)``
counts the words that went and came.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from html import escape
from typing import Literal, NamedTuple

Kind = Literal["same", "gone", "came"]

#: A word with what holds it together (4.2, mother-in-law); a sign of scripts that put no spaces; white space.
_TOKEN = re.compile(
    r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]"
    r"|[^\W\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+"
    r"(?:[.,:'’/-][^\W\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+)*"
    r"|\s+|[^\w\s]"
)
#: Two paragraphs are one that was edited if they share so many of the words of the longer one.
_EDITED = 0.4
#: Between two changes, what stayed is shown as stayed from so many letters on; "the" alone is no island.
_ISLAND = 4
#: Beyond so many comparisons of paragraphs all of them count as exchanged: no text takes minutes.
_MOST_PAIRS = 10_000
#: Nor are more pairs aligned, of all paragraphs or of the words of one.
_MOST_PARAGRAPHS = 25_000_000
_MOST_WORDS = 4_000_000
#: Equal pairs, in all of a text: each match goes through those that are left. A paragraph of 1,700 words has
#: so many, or one of a single word said 220 times.
_MOST_EQUAL = 50_000


class Span(NamedTuple):
    kind: Kind
    text: str


class Paragraph(NamedTuple):
    """One paragraph: as it was, edited, or only in one of the texts."""

    spans: tuple[Span, ...]

    @property
    def is_same(self) -> bool:
        return all(span.kind == "same" for span in self.spans)

    @property
    def before(self) -> str | None:
        """As the old text has it; None where it does not."""
        return _side(self.spans, "came")

    @property
    def after(self) -> str | None:
        """As the new text has it; None where it does not."""
        return _side(self.spans, "gone")


def word_diff(old: str, new: str) -> tuple[Paragraph, ...]:
    """The paragraphs (parted by a blank line) of both texts in order, with what went and what came."""
    return tuple(_paragraphs(_parted(old), _parted(new)))


def html_of(paragraphs: Iterable[Paragraph]) -> str:
    """``<p>`` a paragraph, what went in ``<del>``, what came in ``<ins>``; safe to put into a page."""
    tags = {"same": ("", ""), "gone": ("<del>", "</del>"), "came": ("<ins>", "</ins>")}
    lines = []
    for paragraph in paragraphs:
        marked = (
            tags[span.kind][0] + escape(span.text).replace("\n", "<br>") + tags[span.kind][1]
            for span in paragraph.spans
        )
        lines.append(f"<p>{''.join(marked)}</p>")
    return "\n".join(lines)


def extent(paragraphs: Iterable[Paragraph]) -> tuple[int, int]:
    """How many words went and how many came."""
    count: Counter[Kind] = Counter()
    for paragraph in paragraphs:
        for span in paragraph.spans:
            count[span.kind] += len(_words(span.text))
    return count["gone"], count["came"]


def _words(text: str) -> list[str]:
    return [token for token in _TOKEN.findall(text) if token[0].isalnum()]


def _parted(text: str) -> list[str]:
    return text.split("\n\n") if text else []


def _side(spans: Sequence[Span], other: Kind) -> str | None:
    own = [span.text for span in spans if span.kind != other]
    return "".join(own) if own else None


class _Aligner:
    """Aligns while it does not take too long; after that, texts have in common how they begin and end."""

    def __init__(self, most: int) -> None:
        """``most``: pairs of one alignment."""
        self._most = most
        self._left = _MOST_EQUAL

    def opcodes(
        self, old: Sequence[str], new: Sequence[str], junk: Callable[[str], bool] | None = None
    ) -> list[tuple[str, int, int, int, int]]:
        times = Counter(new)
        equal = sum(times[token] for token in old if junk is None or not junk(token))
        if equal <= self._left and len(old) * len(new) <= self._most:
            self._left -= equal
            return [*SequenceMatcher(junk, old, new, autojunk=False).get_opcodes()]
        shorter = min(len(old), len(new))
        head = next((i for i in range(shorter) if old[i] != new[i]), shorter)
        tail = next((i for i in range(shorter - head) if old[-1 - i] != new[-1 - i]), shorter - head)
        i, j = len(old) - tail, len(new) - tail
        codes = [
            ("equal", 0, head, 0, head),
            ("replace", head, i, head, j),
            ("equal", i, len(old), j, len(new)),
        ]
        return [code for code in codes if code[1] < code[2] or code[3] < code[4]]


def _paragraphs(old: list[str], new: list[str]) -> Iterator[Paragraph]:
    words = _Aligner(_MOST_WORDS)
    for tag, i1, i2, j1, j2 in _Aligner(_MOST_PARAGRAPHS).opcodes(old, new):
        if tag == "equal":
            yield from (Paragraph((Span("same", text),)) for text in old[i1:i2])
        elif (i2 - i1) * (j2 - j1) <= _MOST_PAIRS:
            yield from _exchanged(old[i1:i2], new[j1:j2], words)
        else:
            yield from _apart(old[i1:i2], new[j1:j2])


def _exchanged(old: list[str], new: list[str], aligner: _Aligner) -> Iterator[Paragraph]:
    """Paragraphs of which none stayed as it was: those most alike are one that was edited."""
    words_old, words_new = [Counter(_words(p)) for p in old], [Counter(_words(p)) for p in new]
    alike = [
        (likeness, i, j)
        for i, a in enumerate(words_old)
        for j, b in enumerate(words_new)
        if (likeness := _alike(a, b)) >= _EDITED
    ]
    pairs: list[tuple[int, int]] = []
    for _, i, j in sorted(alike, key=lambda found: (-found[0], found[1:])):
        # In the order of both texts, none twice.
        if all((i < k and j < m) or (i > k and j > m) for k, m in pairs):
            pairs.append((i, j))
    i = j = 0
    for k, m in sorted(pairs):
        yield from _apart(old[i:k], new[j:m])
        yield Paragraph(tuple(_spans(old[k], new[m], aligner)))
        i, j = k + 1, m + 1
    yield from _apart(old[i:], new[j:])


def _apart(old: Iterable[str], new: Iterable[str]) -> Iterator[Paragraph]:
    yield from (Paragraph((Span("gone", text),)) for text in old)
    yield from (Paragraph((Span("came", text),)) for text in new)


def _alike(a: Counter[str], b: Counter[str]) -> float:
    return (a & b).total() / max(a.total(), b.total(), 1)


def _spans(old: str, new: str, aligner: _Aligner) -> Iterator[Span]:
    """What stayed, went and came within one paragraph."""
    a, b = _TOKEN.findall(old), _TOKEN.findall(new)
    gone = came = ""
    opcodes = aligner.opcodes(a, b, str.isspace)
    for number, (tag, i1, i2, j1, j2) in enumerate(opcodes):
        text = "".join(a[i1:i2])
        inside = 0 < number < len(opcodes) - 1
        if tag == "equal" and not (inside and sum(map(str.isalnum, text)) < _ISLAND):
            yield from _changed(gone, came)
            yield Span("same", text)
            gone = came = ""
        else:
            gone += text
            came += "".join(b[j1:j2])
    yield from _changed(gone, came)


def _changed(gone: str, came: str) -> Iterator[Span]:
    if gone:
        yield Span("gone", gone)
    if came:
        yield Span("came", came)
