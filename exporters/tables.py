"""Articles as JSON Lines, CSV and Parquet: one row an article, the columns of docs/dataset.md."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO, TextIO

from exporters.store import StoredArticle


def write_jsonl(articles: Iterable[StoredArticle], out: TextIO) -> int:
    """One JSON object a line; authors, tags, image and dateline as JSON. Returns the number of rows."""
    raise NotImplementedError


def write_csv(articles: Iterable[StoredArticle], out: TextIO) -> int:
    """With a header line; the same columns, nested values as JSON text. ``out`` is opened with newline=""."""
    raise NotImplementedError


def write_parquet(articles: Iterable[StoredArticle], out: BinaryIO) -> int:
    """Typed columns, nested values as lists and structs. Raises ConfigError without the [parquet] extra."""
    raise NotImplementedError
