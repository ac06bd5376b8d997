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
    Robots,
    Run,
    Saved,
    SourceCounts,
    SourceDay,
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
    "Robots",
    "Run",
    "Saved",
    "SiteBlock",
    "SourceCounts",
    "SourceDay",
    "SourceStats",
    "Store",
    "StoredArticle",
    "StoredCounts",
    "StoredStatus",
]
