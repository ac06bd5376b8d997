"""What the reading room asks the dataset costs no more where that is large."""

from __future__ import annotations

from pathlib import Path

from crawler.room import stories
from exporters.store import Store


def test_copies_are_found_by_their_cluster_and_not_among_all_articles(tmp_path: Path) -> None:
    with Store.open(tmp_path / "news.db") as store:
        asked: list[str] = []
        with store.db.tracer(lambda sql, _: asked.append(sql)):
            stories.copies(store.db, 1, 2)
        [sql] = [sql for sql in asked if "cluster IN" in sql]
        plan = " ".join(row[3] for row in store.db.execute(f"EXPLAIN QUERY PLAN {sql}", ["[2]"]))
    assert "articles_by_cluster (cluster=?)" in plan
