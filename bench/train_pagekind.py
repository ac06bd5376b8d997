"""Train ``data/models/page-kind.npz``: what kind of page it is, from the corpus's page types.

    COPYDESK_CORPUS=… python -m bench.train_pagekind

A network of one hidden layer over the numbers of ``pipelines.pagenumbers``; several are trained and laid side
by side. Every page is cut by the block weights of its fold, as an unknown site's is. The weights of the folds
(``bench/folds/page-kind*.npz``) and the printed figures are of pages whose site the model has not seen. News
pages of ``fundus`` and ``families`` teach as articles. Needs torch; the same corpus gives the same weights.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from bench import corpus
from pipelines import clean, compose
from pipelines.classify import load
from pipelines.decide import decide
from pipelines.pagekind import FURTHEST, KINDS, KindModel, features
from pipelines.resources import packaged
from pipelines.types import Page

#: The corpus's types under the names the judge gives; a collection lists things as a listing does.
TYPES = {"collection": "listing"}
#: A site's twelve pages share one template: three of them teach what all would.
FAMILY = ("__00", "__03", "__07")
PLACE = Path(__file__).parent / "folds"
NETS = 4
HIDDEN = 48
EPOCHS = 30
BATCH = 64

Array = np.ndarray[Any, Any]


def numbers_of(row: corpus.Row, fold: int, models: dict[int, Any]) -> dict[str, float]:
    if fold not in models:
        models[fold] = load(PLACE / f"fold{fold}.npz")
    reading = clean.read(Page(url=row.url, body=row.read()), classifier=models[fold])
    blocks, known = reading.blocks, reading.metadata
    verdicts = decide(
        blocks,
        reading.probabilities,
        clean.DEFAULT_RULES.match(blocks, title=known.title),
        document=reading.document,
        headlines=known.headlines,
        authors=[author.name for author in known.authors],
    )
    kept = [verdict.kept for verdict in verdicts]
    return features(reading.document, blocks, kept, compose.text(blocks, kept), known)


def fit(names: list[str], x: Array, y: Array) -> dict[str, Array]:
    """Weights in the form that ``pipelines.pagekind`` reads."""
    mean, spread = x.mean(axis=0), x.std(axis=0)
    scale = np.where(spread > 1e-6, 1 / np.maximum(spread, 1e-6), 0)
    given = torch.tensor(np.clip((x - mean) * scale, -FURTHEST, FURTHEST), dtype=torch.float32)
    wanted = torch.tensor(y)
    nets = [_net(given, wanted, seed) for seed in range(NETS)]
    first = np.concatenate([_array(net[1].weight).T for net in nets], axis=1)
    second = np.concatenate([_array(net[4].weight).T for net in nets]) / NETS
    return {
        "names": np.array(names),
        "mean": mean.astype(np.float32),
        "scale": scale.astype(np.float32),
        "first.weight": first.astype(np.float16),
        "first.bias": np.concatenate([_array(net[1].bias) for net in nets]),
        "second.weight": second.astype(np.float16),
        "second.bias": np.mean([_array(net[4].bias) for net in nets], axis=0),
    }


def _net(given: Any, wanted: Any, seed: int) -> Any:
    torch.manual_seed(seed)
    net = nn.Sequential(
        nn.Dropout(0.15),
        nn.Linear(given.shape[1], HIDDEN),
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.Linear(HIDDEN, len(KINDS)),
    )
    descent = torch.optim.AdamW(net.parameters(), lr=3e-3, weight_decay=0.5)
    steps = EPOCHS * -(-len(given) // BATCH)
    pace = torch.optim.lr_scheduler.OneCycleLR(descent, 6e-3, total_steps=steps)
    loss = nn.CrossEntropyLoss(label_smoothing=0.1)
    for _ in range(EPOCHS):
        for batch in torch.randperm(len(given)).split(BATCH):
            descent.zero_grad()
            loss(net(given[batch]), wanted[batch]).backward()
            descent.step()
            pace.step()
    return net


def _array(values: Any) -> Array:
    return np.asarray(values.detach().numpy(), np.float32)


def main() -> None:
    argparse.ArgumentParser(prog="python -m bench.train_pagekind", description=__doc__).parse_args()
    torch.set_num_threads(1)
    root = corpus.folder()
    dealt = corpus.folds(root)
    rows = [row for name in ("wcxb", "fundus", "families") for row in corpus.load(name, root)]
    rows = [row for row in rows if row.set != "families" or row.id.endswith(FAMILY)]
    folds = np.array([dealt[row.set, row.id] for row in rows])
    models: dict[int, Any] = {}
    described = [numbers_of(row, int(fold), models) for row, fold in zip(rows, folds, strict=True)]
    names = sorted({name for numbers in described for name in numbers})
    x = np.array([[numbers.get(name, 0.0) for name in names] for numbers in described])
    y = np.array(
        [KINDS.index(TYPES.get(row.page_type or "article", row.page_type or "article")) for row in rows]
    )
    unseen = np.zeros(len(rows))
    for fold in range(corpus.FOLDS):
        weights = fit(names, x[folds != fold], y[folds != fold])
        np.savez_compressed(PLACE / f"page-kind{fold}.npz", **weights)
        read = KindModel(tuple(names), {k: v.astype(np.float32) for k, v in weights.items() if k != "names"})
        for place in np.flatnonzero(folds == fold):
            unseen[place] = read.probabilities(described[place])["article"]
    _print(unseen, y, np.array([row.set == "wcxb" for row in rows]))
    np.savez_compressed(packaged("models") / "page-kind.npz", **fit(names, x, y))


def _print(unseen: Array, y: Array, own: Array) -> None:
    """Precision and recall on the pages of ``wcxb``, and the share of news pages taken, a line each."""
    for line in (0.04, 0.06, 0.08, 0.1, 0.12, 0.14, 0.16, 0.18, 0.2, 0.25, 0.3):
        taken = unseen >= line
        right = (taken & own & (y == 0)).sum()
        print(
            f"at {line:.2f}: recall {right / (own & (y == 0)).sum():.4f},"
            f" precision {right / (taken & own).sum():.4f},"
            f" news pages taken {taken[~own].mean():.4f}"
        )


if __name__ == "__main__":
    main()
