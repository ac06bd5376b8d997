"""The dataset, news.db: SQLite through sqlite-utils. docs/dataset.md is its contract."""

from __future__ import annotations

from exporters.store.memory import SiteBlock
from exporters.store.rows import (
    Check,
    Door,
    Endpoint,
    EndpointKind,
    Failure,
    FetchState,
    Found,
    Outcome,
    Revision,
    Run,
    Saved,
    SourceCounts,
    SourceStats,
    StoredArticle,
    StoredCounts,
    StoredStatus,
)
from exporters.store.store import Store

__all__ = [
    "Check",
    "Door",
    "Endpoint",
    "EndpointKind",
    "Failure",
    "FetchState",
    "Found",
    "Outcome",
    "Revision",
    "Run",
    "Saved",
    "SiteBlock",
    "SourceCounts",
    "SourceStats",
    "Store",
    "StoredArticle",
    "StoredCounts",
    "StoredStatus",
]
