"""Where a block stands: in containers, on the page, in the tree. Numbers for all blocks at once. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np

from pipelines.features.text import CHOICES, COLUMNS, SHARES, Floats
from pipelines.segment import Frame

Integers = np.ndarray[Any, np.dtype[np.int64]]
Numbers = np.ndarray[Any, Any]

#: Containers around a block that are described, innermost first, each holding more blocks than the last.
LEVELS: Final = 4
_PER_LEVEL: Final = 7
#: Numbers of the page and the block; of its distance in the tree to the story's container and to the
#: headline; of the blocks with the same markup, in the same container and on the page.
_PLACES, _DISTANCES, _LIKE_IT = 24, 8, 10
WIDTH: Final = LEVELS * _PER_LEVEL + _PLACES + _DISTANCES + _LIKE_IT + len(SHARES) + sum(CHOICES.values())
_SHARES: Final = [COLUMNS[name] for name in SHARES]


def spans(frames: Sequence[Frame], places: Sequence[int], count: int) -> Integers:
    """First and one past the last described block of each frame."""
    before = np.zeros(count + 1, np.int64)
    before[np.asarray(places, np.int64) + 1] = 1
    before = np.cumsum(before)
    ends = np.array([(frame.first, frame.last) for frame in frames], np.int64).reshape(-1, 2)
    found: Integers = before[ends]
    return found


def numbers(
    own: Floats,
    rows: Sequence[int],
    around: Sequence[int],
    spans: Integers,
    groups: Sequence[tuple[Integers, int]],
    skipped: Sequence[int],
) -> Floats:
    """WIDTH numbers of each block, between -4 and 4.

    ``own``: what ``text.texts`` gives; ``rows``: each block's frame; ``around``: each frame's parent;
    ``groups``: what ``alike`` gives; ``skipped``: links left out beside it."""
    count = len(own)
    of = dict(zip(COLUMNS, own.T, strict=True))
    length, linked, prose = of["length"], of["linked"], of["length"] * of["prose"]
    sums = np.zeros((count + 1, 4), np.float32)
    np.cumsum(np.stack([length, linked, prose, of["prose"]], axis=1), axis=0, out=sums[1:])
    inside = sums[spans[:, 1]] - sums[spans[:, 0]]  # of each frame
    total = sums[-1]
    every = np.arange(count)
    place = every.astype(np.float32)
    frame = np.array(rows, np.int64)

    main = _main(around, inside)
    first, last = (int(spans[main, 0]), int(spans[main, 1])) if main >= 0 else (0, count)
    in_main = (place >= first) & (place < last)
    prose_places = np.flatnonzero(of["prose"] * in_main)
    begin, end = (int(prose_places[0]), int(prose_places[-1])) if len(prose_places) else (first, last)
    titled = np.flatnonzero((of["entitled"] >= 0.75) & (place <= max(begin, 1)))
    headline = int(titled[-1]) if len(titled) else -1
    words = np.maximum(of["words"], 1)
    heads = of["level"] == 1

    found = np.zeros((count, WIDTH), np.float32)
    column = LEVELS * _PER_LEVEL
    _containers(found, frame, around, spans, inside, place, total)
    for values in (
        in_main,
        place < begin,
        place > end,
        np.clip((place - begin) / 10, -2, 2),
        np.clip((place - end) / 10, -2, 2),
        place / count,
        sums[:-1, 2] / max(1.0, float(total[2])),
        np.clip((place - headline) / 10, -2, 2) if headline >= 0 else 2.5,
        np.log1p(count) / 5,
        np.log1p(float(total[2])) / 8,
        np.log1p(length) / 4,
        linked / length,
        np.log1p(of["words"]) / 3,
        of["sentences"] / words * 5,
        of["commas"] / words * 5,
        length / words / 10,
        np.minimum(of["pieces"], 20) / 10,
        np.log1p(of["sentences"]),
        of["level"] / 3,
        np.minimum(of["depth"], 30) / 15,
        np.minimum(of["again"], 3),
        np.log1p(np.array(skipped, np.float32)) / 2,
        # headlines of the first rank so far, the page's own left out: below another one stands another story
        np.minimum(np.maximum(np.cumsum(heads) - np.cumsum(heads)[max(headline, 0)], 0), 3),
        np.minimum(heads.sum(), 5) / 3,
        *_distances(main, frame, around, inside, total),
        *_distances(rows[headline] if headline >= 0 else -1, frame, around, inside, total),
        *_like_it(*groups[0], of, prose, total),
        *_like_it(*groups[2], of, prose, total),
    ):
        found[:, column] = values
        column += 1
    found[:, column : column + len(_SHARES)] = own[:, _SHARES]
    column += len(_SHARES)
    for name, width in CHOICES.items():
        found[every, of[name].astype(np.int64) + column] = 1
        column += width
    return np.clip(found, -4, 4, out=found)


def _containers(
    found: Floats,
    frame: Integers,
    around: Sequence[int],
    spans: Integers,
    inside: Floats,
    place: Numbers,
    total: Numbers,
) -> None:
    """Fills the first columns: of each block the LEVELS containers around it."""
    held = (spans[:, 1] - spans[:, 0]).astype(np.float32)
    wider: list[int] = []  # the next frame around that holds more than this one
    size = held.tolist()
    for row, outer in enumerate(around):
        wider.append(outer if outer < 0 or size[outer] > size[row] else wider[outer])
    climb = np.array(wider, np.int64)
    chars = np.maximum(inside[:, 0], 1)
    framed = np.stack(
        [
            np.log1p(inside[:, 0]) / 5,
            inside[:, 1] / chars,
            np.log1p(held) / 3,
            inside[:, 2] / chars,
            inside[:, 2] / max(1.0, float(total[2])),
            -spans[:, 0] / np.maximum(held, 1),
            np.log1p(inside[:, 3]) / 2,
        ],
        axis=1,
    )
    level: Any = frame
    for step in range(LEVELS):
        part = found[:, step * _PER_LEVEL : (step + 1) * _PER_LEVEL]
        part[:] = framed[level]
        part[:, 5] += place / np.maximum(held[level], 1)  # how far into the frame
        outer = climb[level]
        level = np.where(outer < 0, level, outer)


def _distances(
    target: int, frame: Integers, around: Sequence[int], inside: Floats, total: Numbers
) -> Iterator[Any]:
    """From each block to a frame: steps up to what holds both, steps from there, the share of text in it."""
    if target < 0:
        yield from (-1.0, -1.0, 0.0, 0.0)
        return
    steps: dict[int, int] = {}
    row = target
    while row >= 0:
        steps[row] = len(steps)
        row = around[row]
    down: list[int] = []
    up: list[int] = []
    shared: list[int] = []
    for row, outer in enumerate(around):
        own = steps.get(row)
        if own is not None:
            down.append(0)
            up.append(own)
            shared.append(row)
        else:
            down.append(down[outer] + 1)
            up.append(up[outer])
            shared.append(shared[outer])
    both = inside[np.array(shared)[frame]]
    yield np.minimum(np.array(down)[frame], 10) / 4
    yield np.minimum(np.array(up)[frame], 10) / 4
    yield both[:, 0] / max(1.0, float(total[0]))
    yield both[:, 2] / max(1.0, float(total[2]))


def alike(
    frames: Sequence[Frame], frame: Integers, around: Sequence[int]
) -> tuple[tuple[Integers, int], ...]:
    """Which blocks belong together, and how many such groups there are: those in one container and the same
    markup; in one container; in the same markup anywhere."""
    near: dict[Any, int] = {}
    wide: dict[Any, int] = {}
    groups: list[tuple[int, int]] = []
    for one, outer in zip(frames, around, strict=True):
        markup = (one.tag, one.element.get("class"))
        groups.append((near.setdefault((markup, outer), len(near)), wide.setdefault(markup, len(wide))))
    found = np.array(groups, np.int64)[frame]
    holder = np.maximum(np.array(around, np.int64), 0)[frame]
    return (found[:, 0], len(near)), (holder, len(around)), (found[:, 1], len(wide))


def _like_it(
    group: Integers, size: int, of: dict[str, Floats], prose: Floats, total: Numbers
) -> Iterator[Any]:
    """The blocks of each one's group: how many, how much prose and links."""
    chars = np.maximum(np.bincount(group, of["length"], size), 1)
    told = np.bincount(group, prose, size)
    many = np.maximum(np.bincount(group, minlength=size), 1)
    yield (np.log1p(many) / 3)[group]
    yield (np.bincount(group, of["linked"], size) / chars)[group]
    yield (told / chars)[group]
    yield (told / max(1.0, float(total[2])))[group]
    yield (np.bincount(group, of["prose"], size) / many)[group]


def _main(around: Sequence[int], inside: Floats) -> int:
    """The frame that most prose stands directly in, or nearly so: a first guess at the story's container."""
    outer = np.array(around, np.int64)
    score: Any = np.zeros(len(around))
    leaf = np.ones(len(around), bool)
    leaf[outer[outer >= 0]] = False
    share: Any = np.where(leaf, inside[:, 2], 0)
    inner = outer >= 0
    for weight in (0.3, 1.0, 0.7, 0.4):
        score += share * weight
        share = np.bincount(outer[inner], share[inner], len(around))
    return int(np.argmax(score)) if float(score.max(initial=0)) > 0 else -1
