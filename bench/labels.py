"""Which blocks of a page are in its truth: block texts and truth aligned in order. For training only."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

_TOKEN = re.compile(r"\w+")
#: Places in the truth that one block is tried at.
_TRIES = 6


def tokens(text: str) -> list[str]:
    return _TOKEN.findall(text)


def align(texts: Sequence[str], body: str) -> list[float]:
    """Of each text the share that is the truth's, from 0 to 1.

    The chain of matches in the order of both that explains most of the truth; after it, long exact matches
    out of order where the truth is not explained yet (a standfirst above the picture)."""
    truth = tokens(body)
    size = len(truth)
    places: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for n in (1, 3):
        for i in range(size - n + 1):
            places[tuple(truth[i : i + n])].append(i)

    candidates: list[tuple[int, int, int, float]] = []  # block, start, end, matched
    lengths = []
    for block, text in enumerate(texts):
        words = tokens(text)
        lengths.append(len(words))
        for start, end, matched in _matches(words, truth, places):
            candidates.append((block, start, end, matched))

    best = [(0.0, -1)] * (size + 2)  # Fenwick tree: best chain that ends at or before a place of the truth

    def upto(end: int) -> tuple[float, int]:
        found = (0.0, -1)
        end += 1
        while end > 0:
            if best[end][0] > found[0]:
                found = best[end]
            end -= end & -end
        return found

    def note(end: int, value: tuple[float, int]) -> None:
        end += 1
        while end < len(best):
            if value[0] > best[end][0]:
                best[end] = value
            end += end & -end

    chains: list[tuple[float, int]] = []
    at = 0
    while at < len(candidates):
        block = candidates[at][0]
        group = []
        while at < len(candidates) and candidates[at][0] == block:
            _, start, end, matched = candidates[at]
            value, before = upto(start)
            group.append((value + matched, before, at, end))
            chains.append((value + matched, before))
            at += 1
        for value, _, index, end in group:
            note(end, (value, index))

    shares = [0.0] * len(texts)
    covered = bytearray(size)
    index = upto(size)[1]
    while index >= 0:
        block, start, end, matched = candidates[index]
        shares[block] = min(1.0, matched / max(1, lengths[block]))
        covered[start:end] = b"\x01" * (end - start)
        index = chains[index][1]
    for block, start, end, matched in sorted(candidates, key=lambda c: -c[3]):
        if shares[block] or lengths[block] < 8 or matched < 0.8 * lengths[block]:
            continue
        if sum(covered[start:end]) < 0.2 * (end - start):
            shares[block] = min(1.0, matched / lengths[block])
            covered[start:end] = b"\x01" * (end - start)
    return shares


def _matches(
    words: list[str], truth: list[str], places: dict[tuple[str, ...], list[int]]
) -> list[tuple[int, int, float]]:
    """Where the words may stand in the truth: (start, end, how many of them do)."""
    count = len(words)
    if not count:
        return []
    if count <= 3:
        found = []
        for start in places.get((words[0],), ())[:40]:
            if truth[start : start + count] == words:
                found.append((start, start + count, float(count)))
        return found[:_TRIES]
    votes: dict[int, int] = defaultdict(int)
    for i in range(count - 2):
        for place in places.get(tuple(words[i : i + 3]), ())[:30]:
            votes[place - i] += 1
    found = []
    for offset, _ in sorted(votes.items(), key=lambda vote: (-vote[1], vote[0]))[:_TRIES]:
        if votes[offset] == count - 2:
            found.append((offset, offset + count, float(count)))
            continue
        # diagonals near each other are one match with an insertion
        near = [o for o in votes if abs(o - offset) <= max(3, count // 10)]
        hit: set[int] = set()
        low, high = len(truth), 0
        for o in near:
            for i in range(count - 2):
                place = o + i
                if place >= 0 and place + 3 <= len(truth) and truth[place : place + 3] == words[i : i + 3]:
                    hit.update((i, i + 1, i + 2))
                    low, high = min(low, place), max(high, place + 3)
        if hit and len(hit) >= 0.3 * count and high - low <= 2 * count + 6:
            found.append((low, high, float(len(hit))))
    return list(dict.fromkeys(found))
