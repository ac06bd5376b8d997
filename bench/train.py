"""``python -m bench.train``: the classifier's weights, from the corpus, reproducibly.

Writes data/models/blocks.npz ("shipped"), trained on everything, and bench/folds/fold*.npz, each trained
without the sites of its fold: by these ``python -m bench`` scores every page with a model that never saw its
site.
"""

from __future__ import annotations

import argparse
import pickle
import random
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.nn import functional

from bench import corpus
from bench.labels import align, tokens
from bench.network import Bag, Batch, Example, Network
from pipelines import metadata
from pipelines.document import parse
from pipelines.features import WIDTH, Features, Vocabulary, describe
from pipelines.resources import packaged
from pipelines.segment import Block, segment

FOLDS = Path(__file__).parent / "folds"
EPOCHS = 14
RATE = 2e-3
#: The weights that ship are a moving average of the last hundreds of steps'.
AVERAGE = 0.995
#: Blocks in a batch.
BATCH = 4000
#: A name or word is learned if it occurs on so many sites.
NAME_SITES, WORD_SITES = 4, 6
#: What a page counts, and what share of the pages that are not always read is read in an epoch.
FAMILY, OTHER, SEGMENTS, PART = 0.3, 0.3, 0.06, 0.45
SEED = 0


class _Growing(dict[str, int]):
    """Numbers every word it is asked for."""

    def get(self, key: str, default: Any = None) -> int:
        return self.setdefault(key, len(self) + 1)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.train", description=__doc__)
    parts = ["shipped", *map(str, range(corpus.FOLDS))]
    parser.add_argument("parts", nargs="*", default=parts, help="some of %(default)s; all unless told")
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--examples", type=Path, help="keep what was collected here, and begin with it")
    options = parser.parse_args()
    root = corpus.folder()
    if options.examples and options.examples.exists():
        examples, names, words = pickle.loads(options.examples.read_bytes())
    else:
        examples, names, words = collect(root)
        if options.examples:
            options.examples.write_bytes(pickle.dumps((examples, names, words)))
    _say(f"{len(examples)} pages, {sum(len(e.labels) for e in examples)} blocks; {len(names)} names")
    torch.set_num_threads(1)  # small matrices: threads wait for each other longer than they work
    FOLDS.mkdir(exist_ok=True)
    for part in options.parts:
        fold = None if part == "shipped" else int(part)
        chosen = examples if fold is None else _without(examples, fold)
        network = train(chosen, len(names), len(words), options.epochs, SEED if fold is None else SEED + fold)
        file = packaged("models") / "blocks.npz" if fold is None else FOLDS / f"fold{fold}.npz"
        np.savez_compressed(file, **network.arrays(names, words))
        _say(f"{file.name} written")


def collect(root: Path) -> tuple[list[Example], list[str], list[str]]:
    """Every page as an example, and the vocabularies."""
    growing = Vocabulary(_Growing(), _Growing(), {})
    dealt = corpus.folds(root)
    read: list[tuple[corpus.Row, Features, Example]] = []
    for name in corpus.SETS:
        for row in corpus.load(name, root):
            document = parse(row.read(), url=row.url)
            blocks = segment(document)
            known = metadata.read(document)
            features = describe(
                blocks,
                growing,
                headlines=known.headlines,
                description=known.description,
                article_body=known.article_body,
                authors=[author.name for author in known.authors],
            )
            if features.places:
                fold = dealt[row.set, row.id]
                read.append(
                    (
                        row,
                        features,
                        _example(row, features, fold, [blocks[i] for i in features.places]),
                    )
                )
        _say(f"{name} read")
    names = _common(
        growing.names,
        [(row, features.names + features.inline) for row, features, _ in read],
        NAME_SITES,
    )
    words = _common(growing.words, [(row, features.words) for row, features, _ in read], WORD_SITES)
    for _, features, example in read:
        example.bags = _bags(features, names, words)
    return (
        [example for *_, example in read],
        _listed(growing.names, names),
        _listed(growing.words, words),
    )


def _example(row: corpus.Row, features: Features, fold: int, blocks: Sequence[Block]) -> Example:
    texts = [block.text for block in blocks]
    lengths = np.array([len(tokens(text)) for text in texts], np.float32)
    if row.body is not None:
        labels = np.array(align(texts, row.body), np.float32)
        weights = lengths**0.75 + 1
        weights /= max(1.0, float((weights * labels).sum()))
        weights *= min(1.0, 4 / max(1e-6, float(weights.sum())))
    else:
        labels, weights = _by_segments(row, texts)
        weights *= SEGMENTS
    always = row.set in ("fundus", "bbaw") or (row.set == "wcxb" and row.page_type == "article")
    if not always:
        weights *= (FAMILY if row.set == "families" else OTHER) / PART
    return Example(
        (row.set, row.id),
        fold,
        features.numbers,
        [],
        _around(features),
        labels,
        weights.astype(np.float32),
        always,
        texts,
        [(group, size) for group, size in features.groups],
    )


def _by_segments(row: corpus.Row, texts: Sequence[str]) -> tuple[Any, Any]:
    """Where the truth is a few snippets: labels of the blocks that hold one; the others weigh nothing."""
    plain = [" ".join(text.split()) for text in texts]
    labels, weights = np.zeros(len(texts), np.float32), np.zeros(len(texts), np.float32)
    for snippet in row.required:
        held = [i for i, text in enumerate(plain) if " ".join(snippet.split()) in text]
        if len(held) == 1:
            labels[held] = weights[held] = 1
    for snippet in row.forbidden:
        for i, text in enumerate(plain):
            if " ".join(snippet.split()) in text and not labels[i]:
                weights[i] = 1
    return labels, weights


def _common(
    known: dict[str, int] | Any, pages: Sequence[tuple[corpus.Row, Any]], sites: int
) -> dict[int, int]:
    """Old index → new, of what occurs on enough sites."""
    seen: dict[int, set[str]] = defaultdict(set)
    for row, bags in pages:
        site = row.id.partition("__")[0] if row.set == "families" else row.domain
        for index in {index for bag in bags for index in bag}:
            seen[index].add(site)
    return {old: new for new, old in enumerate(sorted(i for i, s in seen.items() if len(s) >= sites), 1)}


def _listed(known: Any, kept: dict[int, int]) -> list[str]:
    return [word for word, index in known.items() if index in kept]


def _bags(features: Features, names: dict[int, int], words: dict[int, int]) -> list[Bag]:
    def kept(bag: tuple[int, ...], common: dict[int, int]) -> tuple[int, ...]:
        return tuple(common[index] for index in bag if index in common)

    named = [[kept(bag, names) for bag in bags] for bags in (features.names, features.inline)]
    return [
        _flat(named[0]),
        _flat(named[1]),
        _flat([kept(bag, words) for bag in features.words]),
    ]


def _around(features: Features) -> list[Bag]:
    """Of each block the rows of its own frame, of the two around it, and of all further out."""
    rings: list[list[tuple[int, ...]]] = [[], [], []]
    for frame in features.frame:
        path = []
        outer = features.around[frame]
        while outer >= 0:
            path.append(outer)
            outer = features.around[outer]
        for ring, part in zip(rings, ((frame,), path[:2], path[2:]), strict=True):
            ring.append(tuple(part))
    return [_flat(ring) for ring in rings]


def _flat(bags: Sequence[tuple[int, ...]]) -> Bag:
    flat = np.array([index for bag in bags for index in bag], np.int64)
    return flat, np.array([len(bag) for bag in bags], np.int64)


def _without(examples: Sequence[Example], fold: int) -> list[Example]:
    """The pages of other folds; of a family also without the paragraphs that pages of this fold hold."""
    held_out = {
        text
        for example in examples
        if example.fold == fold
        for text in example.texts
        if len(tokens(text)) >= 6
    }
    kept = []
    for example in examples:
        if example.fold == fold:
            continue
        weights = example.weights
        if example.key[0] == "families":
            weights = weights * np.array([text not in held_out for text in example.texts], np.float32)
        kept.append(
            Example(
                example.key,
                example.fold,
                example.numbers,
                example.bags,
                example.around,
                example.labels,
                weights,
                example.always,
                example.texts,
                example.groups,
            )
        )
    return kept


def train(examples: Sequence[Example], names: int, words: int, epochs: int, seed: int) -> Network:
    torch.manual_seed(seed)
    dice = random.Random(seed)
    network = Network(WIDTH, names + 1, words + 1)
    network.forget_unseen(examples)
    tables = [p for name, p in network.named_parameters() if name.startswith(("names", "words"))]
    layers = [p for name, p in network.named_parameters() if not name.startswith(("names", "words"))]
    optimiser = torch.optim.AdamW(
        [
            {"params": tables, "weight_decay": 0.06},
            {"params": layers, "weight_decay": 0.02},
        ],
        lr=RATE,
    )
    plan = [_batches(examples, dice) for _ in range(epochs)]
    steps = sum(map(len, plan))
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, RATE, total_steps=steps, pct_start=0.15, final_div_factor=100
    )
    network.train()
    averaged = torch.optim.swa_utils.AveragedModel(
        network, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(AVERAGE)
    )
    for epoch, batches in enumerate(plan):
        started, total = time.monotonic(), 0.0
        for pages in batches:
            batch = Batch(pages, dice)
            optimiser.zero_grad()
            losses = functional.binary_cross_entropy_with_logits(
                network(batch), batch.labels, reduction="none"
            )
            loss = (losses * batch.weights).sum() / batch.size
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 2.0)
            optimiser.step()
            schedule.step()
            averaged.update_parameters(network)
            total += loss.item()
        _say(f"  epoch {epoch}: loss {total / len(batches):.4f}, {time.monotonic() - started:.0f} s")
    smooth: Network = averaged.module
    smooth.eval()
    return smooth


def _batches(examples: Sequence[Example], dice: random.Random) -> list[list[Example]]:
    read = [example for example in examples if example.always or dice.random() < PART]
    dice.shuffle(read)
    batches: list[list[Example]] = [[]]
    size = 0
    for example in read:
        if size > BATCH:
            batches.append([])
            size = 0
        batches[-1].append(example)
        size += min(250, len(example.labels))
    return batches


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
