"""Articles as tables for other programs."""

from __future__ import annotations

import csv
import io
import json
import sys
from dataclasses import asdict
from typing import Any

import pytest

from exporters.tables import COLUMNS, write_csv, write_jsonl, write_parquet
from pipelines.errors import ConfigError
from pipelines.types import Author, Image


@pytest.fixture
def articles(store: Any, save: Any, make: Any) -> Any:
    save(
        make(
            title='A "quoted", \u2028 title',
            authors=(Author(name="Redaktion", kind="organization"),),
            tags=("a", "b"),
            image=Image(url="https://www.example.org/i.jpg"),
            dateline=("München",),
            published="2026-03-01",
        )
    )
    save(make("b", text="Another story.\n\n" * 20), 1)
    return lambda: store.articles()


def test_json_lines(articles: Any) -> None:
    out = io.StringIO()
    assert write_jsonl(articles(), out) == 2
    lines = out.getvalue().split("\n")
    assert lines[-1] == ""
    rows = [json.loads(line) for line in lines[:-1]]
    for row, article in zip(rows, articles(), strict=True):
        assert row == json.loads(json.dumps(asdict(article)))
        assert tuple(row) == COLUMNS
    assert rows[1]["authors"] == [{"name": "Redaktion", "kind": "organization"}]
    assert rows[1]["image"] == {"url": "https://www.example.org/i.jpg", "caption": None, "credit": None}
    assert "München" in lines[1]


def test_csv(articles: Any) -> None:
    out = io.StringIO(newline="")
    assert write_csv(articles(), out) == 2
    rows = list(csv.DictReader(io.StringIO(out.getvalue(), newline="")))
    for row, article in zip(rows, articles(), strict=True):
        assert (row["title"], row["text"], row["id"]) == (article.title, article.text, str(article.id))
        assert json.loads(row["tags"]) == list(article.tags)
    assert rows[0]["image"] == ""
    assert json.loads(rows[1]["authors"]) == [{"name": "Redaktion", "kind": "organization"}]


def test_nothing_is_a_header_and_no_rows() -> None:
    out = io.StringIO()
    assert (write_jsonl([], out), out.getvalue()) == (0, "")
    assert write_csv([], out) == 0
    assert out.getvalue() == ",".join(COLUMNS) + "\n"


def test_parquet_without_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ConfigError, match=r"pip install 'copydesk\[parquet\]'") as refused:
        write_parquet([], io.BytesIO())
    assert refused.value.exit_code == 2


def test_parquet(articles: Any) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    out = io.BytesIO()
    assert write_parquet(articles(), out) == 2
    rows = parquet.read_table(io.BytesIO(out.getvalue())).to_pylist()
    assert [json.dumps(row) for row in rows] == [json.dumps(asdict(article)) for article in articles()]
    assert tuple(rows[0]) == COLUMNS


def test_the_columns_are_the_dataset_s(store: Any) -> None:
    assert tuple(store.db.table("articles").columns_dict) == COLUMNS
