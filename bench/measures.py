"""The measures of the corpus, as its README and the published benchmarks define them. Pure."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

T = TypeVar("T")
_TOKEN = re.compile(r"\w+")


def shingles(text: str, size: int = 4) -> Counter[tuple[str, ...]]:
    """Multiset of n-grams; a text shorter than one n-gram is one."""
    words = _TOKEN.findall(text)
    if not words:
        return Counter()
    if len(words) < size:
        return Counter([tuple(words)])
    return Counter(tuple(words[i : i + size]) for i in range(len(words) - size + 1))


def four_gram(truth: str, text: str) -> tuple[float, float, float]:
    """tp, fp, fn of a page, each divided by their sum."""
    wanted, got = shingles(truth), shingles(text)
    tp = sum((wanted & got).values())
    fp, fn = sum(got.values()) - tp, sum(wanted.values()) - tp
    total = tp + fp + fn
    return (tp / total, fp / total, fn / total) if total else (0.0, 0.0, 0.0)


def precision_recall(counts: tuple[float, float, float]) -> tuple[float, float]:
    tp, fp, fn = counts
    if fp == fn == 0:
        return 1.0, 1.0
    return (tp / (tp + fp) if fp else 1.0, tp / (tp + fn) if fn else 1.0)


def f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def average_f1(pages: Sequence[tuple[float, float, float]]) -> tuple[float, float, float]:
    """F1, precision and recall: precision and recall are averaged over the pages, F1 is of the averages."""
    if not pages:
        return 0.0, 0.0, 0.0
    both = [precision_recall(page) for page in pages]
    precision = sum(p for p, _ in both) / len(both)
    recall = sum(r for _, r in both) / len(both)
    return f1(precision, recall), precision, recall


def word_f1(truth: str, text: str) -> float:
    wanted = Counter(word.lower() for word in _TOKEN.findall(truth))
    got = Counter(word.lower() for word in _TOKEN.findall(text))
    if not wanted and not got:
        return 1.0
    tp = sum((wanted & got).values())
    return f1(tp / max(1, sum(got.values())), tp / max(1, sum(wanted.values())))


def segments(text: str, required: Iterable[str], forbidden: Iterable[str]) -> tuple[int, int, int]:
    """tp, fp, fn over a page's snippets."""
    tp = fp = fn = 0
    for snippet in required:
        if snippet in text:
            tp += 1
        else:
            fn += 1
    for snippet in forbidden:
        if snippet in text:
            fp += 1
    return tp, fp, fn


def same_title(one: str | None, other: str | None) -> bool:
    return bool(one) and bool(other) and _plain(one or "") == _plain(other or "")


def _plain(text: str) -> str:
    return " ".join(_TOKEN.findall(text.lower()))


def names_f1(truth: Sequence[str], names: Sequence[str]) -> float:
    wanted, got = {_plain(n) for n in truth}, {_plain(n) for n in names}
    tp = len(wanted & got)
    return f1(tp / len(got) if got else 0.0, tp / len(wanted) if wanted else 0.0)


def interval(
    pages: Sequence[T], measure: Callable[[Sequence[T]], float], *, rounds: int = 500, seed: int = 1
) -> tuple[float, float]:
    """The middle 95 % of the measure over resampled pages."""
    if not pages:
        return 0.0, 0.0
    dice = random.Random(seed)
    values = sorted(measure(dice.choices(pages, k=len(pages))) for _ in range(rounds))
    return values[int(0.025 * rounds)], values[int(0.975 * rounds) - 1]
