"""What kind of page it is (article, forum, listing, product, service, documentation), by its shape. Pure.

A page is described by numbers (``pagenumbers.py``); a network of one hidden layer gives a probability a kind.
Its weights lie in ``data/models/page-kind.npz``; ``bench.train_pagekind`` makes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from pipelines.pagenumbers import features
from pipelines.resources import packaged

__all__ = ["KINDS", "KindModel", "features", "load", "model"]

KINDS: Final = ("article", "forum", "listing", "product", "service", "documentation")
_WEIGHTS: Final = "page-kind.npz"
#: Standard deviations from the mean; a page further out is described as if it were so far.
FURTHEST: Final = 4.0


@dataclass(frozen=True, slots=True)
class KindModel:
    """One hidden layer over the page's numbers."""

    #: Names of the numbers, in the order of the weights' rows.
    names: tuple[str, ...]
    weights: Mapping[str, Any]

    def probabilities(self, numbers: Mapping[str, float]) -> dict[str, float]:
        """How likely each kind is; the sum is 1."""
        w = self.weights
        given = np.array([numbers.get(name, 0.0) for name in self.names], np.float32)
        given = np.clip((given - w["mean"]) * w["scale"], -FURTHEST, FURTHEST)
        hidden = np.maximum(given @ w["first.weight"] + w["first.bias"], 0)
        scores = hidden @ w["second.weight"] + w["second.bias"]
        scores = np.exp(scores - scores.max())
        return {kind: float(p) for kind, p in zip(KINDS, scores / scores.sum(), strict=True)}


def load(path: Path) -> KindModel:
    """The weights in a file; plain arrays, nothing that runs."""
    with np.load(path, allow_pickle=False) as stored:
        arrays = {name: stored[name] for name in stored.files}
    names = tuple(str(name) for name in arrays.pop("names"))
    return KindModel(names, {name: array.astype(np.float32) for name, array in arrays.items()})


@cache
def model() -> KindModel:
    """The weights that ship with Copydesk; read once."""
    return load(packaged("models") / _WEIGHTS)
