"""Articles as JSON Lines, CSV and Parquet: one row an article, columns as in docs/dataset.md."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from dataclasses import asdict, fields
from importlib import import_module
from itertools import islice
from typing import Any, BinaryIO, TextIO

from exporters.store import StoredArticle
from pipelines.errors import ConfigError

COLUMNS = tuple(field.name for field in fields(StoredArticle))

#: Rows of one Parquet row group: enough to compress well, few enough to hold in memory.
_ROW_GROUP = 1000


def write_jsonl(articles: Iterable[StoredArticle], out: TextIO) -> int:
    """One JSON object a line, nested values as they are. Returns the number of rows."""
    rows = 0
    for article in articles:
        out.write(_json(asdict(article)) + "\n")
        rows += 1
    return rows


def write_csv(articles: Iterable[StoredArticle], out: TextIO) -> int:
    """With a header line; the same columns, nested values as JSON text. ``out`` is opened with newline=""."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    rows = 0
    for article in articles:
        values = asdict(article).values()
        writer.writerow(_json(value) if isinstance(value, (tuple, dict)) else value for value in values)
        rows += 1
    return rows


def write_parquet(articles: Iterable[StoredArticle], out: BinaryIO) -> int:
    """Typed columns, nested values as lists and structs. Raises ConfigError without the [parquet] extra."""
    try:
        arrow: Any = import_module("pyarrow")
        parquet: Any = import_module("pyarrow.parquet")
    except ImportError as error:
        raise ConfigError(
            "Parquet needs pyarrow: `pip install 'copydesk[parquet]'` brings it; jsonl and csv need nothing."
        ) from error
    schema = _schema(arrow)
    rows = 0
    iterator = iter(articles)
    with parquet.ParquetWriter(out, schema, compression="zstd") as writer:
        while group := [asdict(article) for article in islice(iterator, _ROW_GROUP)]:
            writer.write_table(arrow.Table.from_pylist(group, schema=schema))
            rows += len(group)
    return rows


def _schema(arrow: Any) -> Any:
    text, whole, texts = arrow.string(), arrow.int64(), arrow.list_(arrow.string())
    other = {
        "authors": arrow.list_(arrow.struct([("name", text), ("kind", text)])),
        "image": arrow.struct([("url", text), ("caption", text), ("credit", text)]),
        **dict.fromkeys(("tags", "dateline", "robots"), texts),
        **dict.fromkeys(("id", "word_count", "cluster", "duplicate_of", "snapshot", "run"), whole),
    }
    return arrow.schema([(name, other.get(name, text)) for name in COLUMNS])


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
