"""The classifier while it is trained: the same network as ``pipelines.classify.Model``, in torch."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional

DILATIONS = (1, 2, 4, 8)
#: Rows of nothing between the pages of a batch: no page sees the next.
_GAP = max(DILATIONS)
#: The longest part of a page that is trained on; it holds the story's heaviest paragraph.
_LONGEST = 250

Array = np.ndarray[Any, Any]
#: Flat indices, and how many of them each row has.
Bag = tuple[Array, Array]


@dataclass(slots=True)
class Example:
    """A page, ready to be learned from."""

    key: tuple[str, str]
    fold: int
    numbers: Array
    #: Names of each frame; of each block the names of its first inline element, and its words.
    bags: list[Bag]
    #: Rows of the frames of each block: its own, the two around it, all further out.
    around: list[Bag]
    labels: Array
    weights: Array
    #: Always trained on; of the others a part an epoch.
    always: bool
    texts: list[str]
    #: Groups of blocks that stand alike, as ``pipelines.features`` finds them.
    groups: list[tuple[Array, int]]


class Batch:
    """Pages laid end to end."""

    def __init__(self, examples: Sequence[Example], dice: random.Random | None = None) -> None:
        numbers, labels, weights, places, pages = [], [], [], [], []
        bags: list[list[Bag]] = [[], [], []]
        around: list[list[Bag]] = [[], [], []]
        groups: list[list[Array]] = [[], [], []]
        self.sizes = [0, 0, 0]
        at = frames = 0
        for page, example in enumerate(examples):
            start, count = _part(example, dice)
            numbers.append(example.numbers[start : start + count])
            labels.append(example.labels[start : start + count])
            weights.append(example.weights[start : start + count])
            bags[0].append(example.bags[0])
            for kind in (1, 2):
                bags[kind].append(_cut(example.bags[kind], start, count))
            for kind in range(3):
                flat, counts = _cut(example.around[kind], start, count)
                around[kind].append((flat + frames, counts))
            frames += len(example.bags[0][1])
            for kind, (group, size) in enumerate(example.groups):
                groups[kind].append(group[start : start + count] + self.sizes[kind])
                self.sizes[kind] += size
            places.append(np.arange(at, at + count))
            pages.append(np.full(count, page))
            at += count + _GAP
        self.numbers = torch.from_numpy(np.concatenate(numbers))
        self.labels = torch.from_numpy(np.concatenate(labels))
        self.weights = torch.from_numpy(np.concatenate(weights))
        self.places = torch.from_numpy(np.concatenate(places))
        self.pages = torch.from_numpy(np.concatenate(pages))
        self.bags = [_joined(parts) for parts in bags]
        self.around = [_joined(parts) for parts in around]
        self.groups = [torch.from_numpy(np.concatenate(parts)) for parts in groups]
        self.rows = at
        self.size = len(examples)


def _cut(bag: Bag, start: int, count: int) -> Bag:
    flat, counts = bag
    ends = np.concatenate([[0], np.cumsum(counts)])
    return flat[ends[start] : ends[start + count]], counts[start : start + count]


def _joined(parts: Sequence[Bag]) -> tuple[torch.Tensor, torch.Tensor]:
    """Flat indices, and where each row's begin."""
    counts = np.concatenate([counts for _, counts in parts])
    offsets = np.concatenate([[0], np.cumsum(counts)[:-1]])
    return torch.from_numpy(np.concatenate([flat for flat, _ in parts])), torch.from_numpy(offsets)


def _part(example: Example, dice: random.Random | None) -> tuple[int, int]:
    count = len(example.labels)
    if dice is None or count <= _LONGEST:
        return 0, count
    start = dice.randrange(0, count - _LONGEST + 1)
    story = example.weights * example.labels
    if story.sum() > 0:
        start = int(np.argmax(story)) - dice.randrange(0, _LONGEST)
    return min(max(0, start), count - _LONGEST), _LONGEST


class Network(nn.Module):
    def __init__(
        self,
        width: int,
        names: int,
        words: int,
        *,
        hidden: int = 48,
        first: int = 64,
        drop: float = 0.25,
    ) -> None:
        super().__init__()
        self.names = nn.EmbeddingBag(names, 12, mode="sum", padding_idx=0)
        self.words = nn.EmbeddingBag(words, 16, mode="sum", padding_idx=0)
        nn.init.normal_(self.names.weight, std=0.02)
        nn.init.normal_(self.words.weight, std=0.02)
        self.first = nn.Linear(width + 3 * 12 + 16, first)
        self.second = nn.Linear(first, hidden)
        self.convs = nn.ModuleList([nn.Linear(3 * hidden, hidden) for _ in DILATIONS])
        self.attention = nn.Linear(hidden, 1)
        self.context = nn.Linear(2 * hidden, hidden)
        self.pool = nn.Linear(3 * hidden, hidden)
        self.third = nn.Linear(hidden, 32)
        self.last = nn.Linear(32, 1)
        self.hidden = hidden
        self.drop = drop
        #: Share of names and words that an epoch does not see, so that none is leaned on alone.
        self.forget = 0.3

    def forget_unseen(self, examples: Sequence[Example]) -> None:
        """Vectors of what these pages do not hold are zero, as they are for what is in no vocabulary."""
        with torch.no_grad():
            for table, which in ((self.names, (0, 1)), (self.words, (2,))):
                seen = torch.zeros(table.weight.shape[0], 1)
                for example in examples:
                    for index in which:
                        seen[example.bags[index][0]] = 1
                seen[0] = 0
                table.weight *= seen

    def forward(self, batch: Batch) -> torch.Tensor:
        frames = self._bag(self.names, batch.bags[0])
        bags = [functional.embedding_bag(flat, frames, offsets, mode="sum") for flat, offsets in batch.around]
        bags[0] = bags[0] + self._bag(self.names, batch.bags[1])
        bags.append(self._bag(self.words, batch.bags[2]))
        rows = functional.relu(self.first(torch.cat([batch.numbers, *bags], dim=-1)))
        rows = functional.relu(self.second(self._dropped(rows)))
        for layer, (convolve, dilation) in enumerate(zip(self.convs, DILATIONS, strict=True)):
            if layer == len(DILATIONS) // 2:
                rows = rows + functional.relu(self.context(self._context(rows, batch)))[batch.pages]
                rows = rows + self._dropped(functional.relu(self.pool(self._pooled(rows, batch))))
            line = torch.zeros(batch.rows + 2 * dilation, self.hidden)
            line = line.index_copy(0, batch.places + dilation, rows)
            around = torch.cat([line[batch.places], rows, line[batch.places + 2 * dilation]], dim=-1)
            rows = rows + self._dropped(functional.relu(convolve(around)))
        scores: torch.Tensor = self.last(self._dropped(functional.relu(self.third(rows))))
        return scores.squeeze(-1)

    def _pooled(self, rows: torch.Tensor, batch: Batch) -> torch.Tensor:
        means = []
        for group, size in zip(batch.groups, batch.sizes, strict=True):
            counts = torch.zeros(size).index_add(0, group, torch.ones(len(group))).clamp(min=1)
            sums = torch.zeros(size, self.hidden).index_add(0, group, rows)
            means.append((sums / counts.unsqueeze(-1))[group])
        return torch.cat(means, dim=-1)

    def _context(self, rows: torch.Tensor, batch: Batch) -> torch.Tensor:
        scores = self.attention(rows).squeeze(-1)
        highest = torch.full((batch.size,), -1e9).scatter_reduce(0, batch.pages, scores.detach(), "amax")
        shares = torch.exp(scores - highest[batch.pages])
        shares = shares / torch.zeros(batch.size).index_add(0, batch.pages, shares)[batch.pages]
        zero = torch.zeros(batch.size, self.hidden)
        attended = zero.index_add(0, batch.pages, rows * shares.unsqueeze(-1))
        counts = torch.zeros(batch.size).index_add(0, batch.pages, torch.ones_like(scores))
        mean = zero.index_add(0, batch.pages, rows) / counts.unsqueeze(-1)
        return torch.cat([attended, mean], dim=-1)

    def _bag(self, table: nn.EmbeddingBag, bag: tuple[torch.Tensor, torch.Tensor]) -> torch.Tensor:
        flat, offsets = bag
        if not self.training:
            summed: torch.Tensor = table(flat, offsets)
            return summed
        kept = (torch.rand(flat.shape) > self.forget).float() / (1 - self.forget)
        thinned: torch.Tensor = table(flat, offsets, per_sample_weights=kept)
        return thinned

    def _dropped(self, rows: torch.Tensor) -> torch.Tensor:
        return functional.dropout(rows, self.drop, self.training)

    def arrays(self, names: Sequence[str], words: Sequence[str]) -> dict[str, np.ndarray[Any, Any]]:
        """The weights as ``pipelines.classify.load`` reads them. Vectors that say nothing are left out."""
        found: dict[str, np.ndarray[Any, Any]] = {"dilations": np.array(DILATIONS)}
        layers = {
            name: getattr(self, name)
            for name in ("first", "second", "attention", "context", "pool", "third", "last")
        }
        layers |= {f"conv{i}": layer for i, layer in enumerate(self.convs)}
        for name, layer in layers.items():
            found[f"{name}.weight"] = layer.weight.detach().numpy().T.astype(np.float16)
            found[f"{name}.bias"] = layer.bias.detach().numpy().astype(np.float16)
        for name, table, known in (
            ("names", self.names, names),
            ("words", self.words, words),
        ):
            vectors = table.weight.detach().numpy()
            telling = [i for i in range(1, len(vectors)) if np.abs(vectors[i]).max() > 0.02]
            found[name] = np.vstack([np.zeros_like(vectors[:1]), vectors[telling]]).astype(np.float16)
            found[f"{name}.list"] = np.array([known[i - 1] for i in telling])
        return found
