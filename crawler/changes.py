"""What cleaning again makes of a source's texts: sentences gained and lost. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from exporters.store.recleaning import Difference

#: After a full stop and its like, with the marks that close a quotation; and at the end of every line.
_END = re.compile(r"(?:(?<=[.!?…])|(?<=[.!?…][\"'”“’»)\]]))\s+|(?<=[。！？])|\n+")

#: Sentences shown of a source.
SAMPLES = 5


@dataclass(frozen=True, slots=True)
class Sample:
    """One sentence that came or went."""

    article: int
    text: str
    #: What took it and why; None where it came.
    by: str | None = None
    why: str | None = None


@dataclass(slots=True)
class Report:
    """One source: what would change, or did."""

    source: str
    #: Words of its articles before.
    words: int = 0
    #: Articles that were due, and how many of them differ for a reader, or only in what is recorded.
    due: int = 0
    changed: int = 0
    recorded: int = 0
    #: Pages that are no articles any more, and such that now are.
    rejected: int = 0
    accepted: int = 0
    #: Sentences, and words of the sentences that are lost.
    gained: int = 0
    lost: int = 0
    words_lost: int = 0
    #: Too much would go; nothing was written.
    stopped: bool = False
    #: Articles whose page could not be read or cleaned, with the first one's reason.
    failed: int = 0
    failure: str | None = None
    #: Articles that the archive has no page of.
    without_page: int = 0
    sentences_gained: list[Sample] = field(default_factory=list)
    sentences_lost: list[Sample] = field(default_factory=list)

    @property
    def share_lost(self) -> float:
        return self.words_lost / self.words if self.words else 0.0

    def add(self, difference: Difference) -> None:
        if not difference.is_seen:
            self.recorded += 1
            return
        self.changed += 1
        self.rejected += difference.was == "article" and difference.becomes == "rejected"
        self.accepted += difference.was == "rejected" and difference.becomes == "article"
        came, went = changed(difference.old_text, difference.new_text)
        self.gained += len(came)
        self.lost += len(went)
        if difference.was == "article":
            self.words_lost += sum(len(sentence.split()) for sentence in went)
        if len(self.sentences_gained) < SAMPLES:
            self._show(self.sentences_gained, [Sample(difference.article, sentence) for sentence in came])
        if len(self.sentences_lost) < SAMPLES and went:
            causes = _Causes(difference)
            self._show(
                self.sentences_lost,
                [Sample(difference.article, sentence, *causes.of(sentence)) for sentence in went],
            )

    def fail(self, reason: str) -> None:
        self.failed += 1
        self.failure = self.failure or reason

    @staticmethod
    def _show(shown: list[Sample], samples: Sequence[Sample]) -> None:
        """Of different sentences, as many as are shown."""
        known = {sample.text for sample in shown}
        for sample in samples:
            if sample.text not in known and len(shown) < SAMPLES:
                known.add(sample.text)
                shown.append(sample)


class _Causes:
    """What took the sentences that an article lost."""

    def __init__(self, difference: Difference) -> None:
        self._difference = difference
        self._cut = {sentence: (by, why) for text, by, why in difference.cut for sentence in sentences(text)}
        self._headline = sentences(difference.old_text.partition("\n")[0])

    def of(self, sentence: str) -> tuple[str, str]:
        """By what and why, for a person."""
        if self._difference.becomes == "rejected":
            reason = self._difference.changes.get("reason") or "unknown"
            return f"rejected:{reason}", "The page is no article any more."
        if sentence in self._cut:
            return self._cut[sentence]
        for text, by, why in self._difference.cut:
            if sentence in " ".join(text.split()):
                return by, why
        if sentence in self._headline:
            return "headline", "The headline is another one."
        return "reading", "Nothing was cut: these words are put together differently, or stand elsewhere."


def sentences(text: str) -> list[str]:
    """Its sentences with single spaces; an abbreviation may part one in two, in both texts alike."""
    return [" ".join(part.split()) for part in _END.split(text) if part and not part.isspace()]


def changed(old: str, new: str) -> tuple[list[str], list[str]]:
    """The sentences that ``new`` gained and those it lost, each as often and in the order it stands there."""
    before, after = sentences(old), sentences(new)
    return _beyond(after, before), _beyond(before, after)


def _beyond(these: list[str], those: list[str]) -> list[str]:
    left = Counter(those)
    found = []
    for sentence in these:
        if left[sentence]:
            left[sentence] -= 1
        else:
            found.append(sentence)
    return found
