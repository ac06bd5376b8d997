"""Train ``data/models/page-kind.json``: what kind of page it is, from the corpus's page types.

    COPYDESK_CORPUS=… python -m bench.train_pagekind

A softmax regression with L2 over the numbers of ``pipelines.pagekind``; folds are by registered domain, and
the
printed figures are of pages whose site the model has not seen. News pages of ``fundus`` and ``families``
teach as
articles. Needs numpy only; the same corpus gives the same weights.
"""

from __future__ import annotations

import json
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from bench import corpus
from pipelines import compose, metadata
from pipelines.classify import classify, decide
from pipelines.document import parse
from pipelines.pagekind import KINDS, features
from pipelines.resources import packaged
from pipelines.segment import segment

#: The corpus's types under the names the judge gives; a collection lists things as a listing does.
TYPES = {"collection": "listing"}
PENALTY = 0.3
FOLDS = 5
STEPS = 400
#: A site's twelve pages share one template: three of them teach what all would.
FAMILY = ("__00", "__03", "__07")

Array = np.ndarray[Any, np.dtype[np.float64]]


def numbers_of(row: corpus.Row) -> dict[str, float]:
    document = parse(row.read(), url=row.url)
    known = metadata.read(document)
    blocks = segment(document)
    chances = classify(
        blocks, headlines=known.headlines, description=known.description, article_body=known.article_body
    )
    verdicts = decide(
        blocks, chances, [None] * len(blocks), document=document, layout=None, headlines=known.headlines
    )
    kept = [verdict.kept for verdict in verdicts]
    return features(document, blocks, kept, compose.text(blocks, kept), known)


def fit(x: Array, y: Array, penalty: float = PENALTY) -> Array:
    """Accelerated gradient descent at the step that the data's curvature allows."""
    wanted = np.eye(len(KINDS))[y.astype(int)]
    step = 1.0 / (0.5 * float(np.linalg.eigvalsh(x.T @ x)[-1]) + penalty)
    weights = np.zeros((len(KINDS), x.shape[1]))
    ahead, momentum = weights.copy(), 1.0
    for _ in range(STEPS):
        gradient = (chances_of(ahead, x) - wanted).T @ x + penalty * ahead
        following = ahead - step * gradient
        next_momentum = (1 + np.sqrt(1 + 4 * momentum**2)) / 2
        ahead = following + (momentum - 1) / next_momentum * (following - weights)
        weights, momentum = following, next_momentum
    return weights


def chances_of(weights: Array, x: Array) -> Array:
    scores = x @ weights.T
    scores = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(scores / scores.sum(axis=1, keepdims=True))


def main() -> None:
    root = corpus.folder()
    rows = [row for name in ("wcxb", "fundus", "families") for row in corpus.load(name, root)]
    rows = [row for row in rows if row.set != "families" or row.id.endswith(FAMILY)]
    described = [numbers_of(row) for row in rows]
    names = sorted({name for numbers in described for name in numbers})
    x = np.array([[numbers.get(name, 0.0) for name in names] for numbers in described])
    y = np.array(
        [KINDS.index(TYPES.get(row.page_type or "article", row.page_type or "article")) for row in rows]
    )
    folds = np.array([zlib.crc32(row.domain.encode()) % FOLDS for row in rows])
    unseen = np.zeros((len(rows), len(KINDS)))
    for fold in range(FOLDS):
        unseen[folds == fold] = chances_of(fit(x[folds != fold], y[folds != fold]), x[folds == fold])
    own = np.array([row.set == "wcxb" for row in rows])
    news = np.array([row.set == "fundus" for row in rows])
    for line in (0.05, 0.08, 0.1, 0.12, 0.14, 0.16, 0.2):
        taken = unseen[:, 0] >= line
        right = (taken & own & (y == 0)).sum()
        print(
            f"at {line:.2f}: recall {right / (own & (y == 0)).sum():.4f},"
            f" precision {right / (taken & own).sum():.4f},"
            f" news pages taken {taken[news].mean():.4f}"
        )
    weights = fit(x, y)
    path = packaged("models") / "page-kind.json"
    Path(path).write_text(
        json.dumps(
            {
                "features": names,
                "weights": {
                    kind: [round(float(w), 4) for w in row] for kind, row in zip(KINDS, weights, strict=True)
                },
            },
            indent=1,
        )
        + "\n",
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
