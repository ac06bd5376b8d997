"""How likely each block is the story's, by structure and text: a small network, run with numpy. Pure.

It gives probabilities; what becomes of a block is settled in ``decide.py``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from pipelines.features import Features, Vocabulary, describe
from pipelines.resources import packaged
from pipelines.segment import Block

__all__ = ["Model", "Probabilities", "classify", "load", "model"]

Probabilities = np.ndarray[Any, np.dtype[np.float32]]

#: Weights as ``bench.train`` writes them; data/models/README.md is their card.
_WEIGHTS: Final = "blocks.npz"


@dataclass(frozen=True, slots=True)
class Model:
    """A small network over the page's blocks, run with numpy: dilated convolutions, and means over blocks
    that stand alike."""

    vocabulary: Vocabulary
    weights: Mapping[str, Any]
    dilations: tuple[int, ...]

    def probabilities(self, features: Features) -> Probabilities:
        """How likely each described block is the story's."""
        w = self.weights
        if not features.places:
            return np.zeros(0, np.float32)
        hidden = self._inputs(features) @ w["first.weight"]
        hidden = _positive(hidden + w["first.bias"])
        hidden = _positive(hidden @ w["second.weight"] + w["second.bias"])
        half = len(self.dilations) // 2
        for layer, dilation in enumerate(self.dilations):
            if layer == half:
                hidden = hidden + self._context(hidden)
                alike = _means(hidden, features.groups) @ w["pool.weight"] + w["pool.bias"]
                hidden = hidden + _positive(alike)
            around = _shifted(hidden, dilation)
            hidden = hidden + _positive(around @ w[f"conv{layer}.weight"] + w[f"conv{layer}.bias"])
        hidden = _positive(hidden @ w["third.weight"] + w["third.bias"])
        scores = (hidden @ w["last.weight"] + w["last.bias"])[:, 0]
        found: Probabilities = 1.0 / (1.0 + np.exp(-np.clip(scores, -30, 30)))
        return found

    def _inputs(self, features: Features) -> Any:
        names, words = self.weights["names"], self.weights["words"]
        own = _bags(names, features.names)
        path = own.copy()  # of each frame: its names and those of all frames around it
        around = features.around
        for rows, outer in _generations(around):
            path[rows] += path[outer]
        frame = np.array(features.frame)
        zero = len(own)  # the row of nothing, around the outermost
        own = np.vstack([own, np.zeros((1, own.shape[1]), np.float32)])
        path = np.vstack([path, np.zeros((1, own.shape[1]), np.float32)])
        outer_of = np.array([*[zero if outer < 0 else outer for outer in around], zero])
        first = outer_of[frame]
        second = outer_of[first]
        return np.concatenate(
            [
                features.numbers,
                own[frame] + _bags(names, features.inline),
                own[first] + own[second],
                path[outer_of[second]],
                _bags(words, features.words),
            ],
            axis=1,
        )

    def _context(self, hidden: Any) -> Any:
        """What the page as a whole looks like: what it pays attention to, and the average."""
        w = self.weights
        attention = (hidden @ w["attention.weight"] + w["attention.bias"])[:, 0]
        attention = np.exp(attention - attention.max())
        seen = np.concatenate([attention @ hidden / attention.sum(), hidden.mean(axis=0)])
        return _positive(seen @ w["context.weight"] + w["context.bias"])


def _generations(around: Sequence[int]) -> list[tuple[list[int], list[int]]]:
    """The frames inside others, those around them first: (rows, rows of the frames around)."""
    depths: list[int] = []
    found: list[tuple[list[int], list[int]]] = []
    for row, outer in enumerate(around):
        depth = depths[outer] + 1 if outer >= 0 else 0
        depths.append(depth)
        if depth:
            if depth > len(found):
                found.append(([], []))
            found[depth - 1][0].append(row)
            found[depth - 1][1].append(outer)
    return found


def _positive(values: Any) -> Any:
    return np.maximum(values, 0, out=values)


def _means(hidden: Any, groups: Sequence[tuple[Any, int]]) -> Any:
    """Of each row what the rows of its groups are on average, side by side."""
    count, width = hidden.shape
    found = np.empty((count, len(groups) * width), np.float32)
    for at, (group, _) in enumerate(groups):
        order = np.argsort(group, kind="stable")
        starts = np.flatnonzero(np.diff(group[order], prepend=-1))
        counts = np.diff(starts, append=count)
        means = np.add.reduceat(hidden[order], starts, axis=0) / counts[:, None]
        found[order, at * width : (at + 1) * width] = np.repeat(means, counts, axis=0)
    return found


def _shifted(hidden: Any, by: int) -> Any:
    """Each row beside the rows ``by`` places before and after it."""
    count, width = hidden.shape
    around = np.zeros((count, 3 * width), np.float32)
    around[:, width : 2 * width] = hidden
    if by < count:
        around[by:, :width] = hidden[:-by]
        around[:-by, 2 * width :] = hidden[by:]
    return around


def _bags(table: Any, bags: Sequence[tuple[int, ...]]) -> Any:
    """Of each bag of indices the sum of their vectors."""
    flat: list[int] = []
    starts: list[int] = []
    for bag in bags:
        starts.append(len(flat))
        flat.append(0)  # the row of zeros: no bag is empty
        flat.extend(bag)
    return np.add.reduceat(table[flat], starts, axis=0)


def load(path: Path) -> Model:
    """The weights in a file; plain arrays, nothing that runs."""
    with np.load(path, allow_pickle=False) as stored:
        arrays = {name: stored[name] for name in stored.files}
    names = {str(name): i for i, name in enumerate(arrays.pop("names.list").tolist(), 1)}
    words = {str(word): i for i, word in enumerate(arrays.pop("words.list").tolist(), 1)}
    dilations = tuple(int(dilation) for dilation in arrays.pop("dilations"))
    weights = {name: np.ascontiguousarray(array, np.float32) for name, array in arrays.items()}
    return Model(Vocabulary(names, words, {}), weights, dilations)


@cache
def model() -> Model:
    """The weights that ship with Copydesk; read once."""
    return load(packaged("models") / _WEIGHTS)


def classify(
    blocks: Sequence[Block],
    *,
    headlines: Sequence[str] = (),
    description: str | None = None,
    article_body: str | None = None,
    authors: Sequence[str] = (),
    using: Model | None = None,
) -> Probabilities:
    """How likely each block is part of the story; 0 for images and embeds, which follow the text around, and
    for the inside of menus."""
    using = using or model()
    features = describe(
        blocks,
        using.vocabulary,
        headlines=headlines,
        description=description,
        article_body=article_body,
        authors=authors,
    )
    found = np.zeros(len(blocks), np.float32)
    found[features.places] = using.probabilities(features)
    _level(blocks, found)
    return found


#: What a sentence among its like is at least. On sites held out: F1 +0.0006 on news, +0.0004 elsewhere.
_AMONG_ITS_LIKE: Final = 0.6
_SURE: Final = 0.8
_FEWEST: Final = 3
#: Characters of a sentence with the story below it, and of a paragraph with the story right above it.
_SENTENCE: Final = 40
_PARAGRAPH: Final = 80
_ENDINGS: Final = tuple('.!?。؟।”"»“’')


def _level(blocks: Sequence[Block], found: Probabilities) -> None:
    """A sentence in the same container and the same markup as paragraphs that surely are the story's, and
    next to one of them, is the story's too."""
    alike: dict[tuple[int, str, str | None], list[int]] = {}
    for place, block in enumerate(blocks):
        if block.kind == "paragraph" or block.kind == "cell":
            frame = block.frame
            outer = frame.parent.index if frame.parent is not None else -1
            alike.setdefault((outer, frame.tag, frame.element.get("class")), []).append(place)
    for places in alike.values():
        if len(places) <= _FEWEST or sum(found[place] >= _SURE for place in places) < _FEWEST:
            continue
        for above, place, below in zip([-1, *places], places, [*places[1:], -1], strict=False):
            text = blocks[place].text
            if not 0.05 <= found[place] < 0.5 or not text.endswith(_ENDINGS):
                continue
            if blocks[place].link_chars * 4 >= len(text):
                continue
            told_above = above >= 0 and found[above] >= 0.5
            ends = told_above and place - above <= 2 and found[place] >= 0.1 and len(text) >= _PARAGRAPH
            begins = (told_above or above < 0) and below >= 0 and found[below] >= _SURE
            if ends or (begins and len(text) >= _SENTENCE):
                found[place] = _AMONG_ITS_LIKE
