"""Removed blocks: a view with the promised columns over rows that name their reason by number."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from exporters.store import Store
from pipelines.types import Removal, Verdict

COLUMNS = "article, position, text, removed_by, why, confidence"


def cut(
    text: str, by: str = "classifier", why: str = "A link, not text.", confidence: float = 1.0
) -> Verdict:
    return Verdict(text=text, kind="paragraph", kept=False, by=by, why=why, confidence=confidence)


def test_what_was_removed_reads_back(store: Store, save: Any, make: Any) -> None:
    verdicts = (cut("Share this"), cut("Subscribe now", "rule:prompt", "Sells.", 0.9), cut("Print this"))
    id = save(make(verdicts=verdicts)).id
    assert store.removed(id) == (
        Removal(position=0, text="Share this", by="classifier", why="A link, not text.", confidence=1.0),
        Removal(position=1, text="Subscribe now", by="rule:prompt", why="Sells.", confidence=0.9),
        Removal(position=2, text="Print this", by="classifier", why="A link, not text.", confidence=1.0),
    )
    assert store.db.execute(f"SELECT {COLUMNS} FROM removed_blocks ORDER BY position").fetchall()[1] == (
        *(id, 1, "Subscribe now", "rule:prompt", "Sells.", 0.9),
    )


def test_a_reason_is_stored_once(store: Store, save: Any, make: Any) -> None:
    for name in ("a", "b"):
        save(make(name, text=f"{name} " * 60, verdicts=(cut("Share"), cut("Print"))))
    assert store.db.execute("SELECT removed_by, why FROM cut_reasons").fetchall() == [
        ("classifier", "A link, not text.")
    ]
    assert store.db.execute("SELECT * FROM removals").fetchall() == [("classifier", 4, 2, "Print")]


def test_older_rows_stay_what_they_were(path: Path, at: Any, older: Callable[[str], Database]) -> None:
    named = ("guid", "source", "url", "raw_url", "first_seen", "last_changed", "last_checked")
    article = (*named, "content_hash", "text", "html")
    rows = [
        (1, 0, "Share", "classifier", "A link, not text.", 1.0),
        (1, 7, "Subscribe now", "rule:prompt", "Sells.", 0.9),
        (2, 0, "Share", "classifier", "It stands in a footer.", 0.75),
    ]
    db = older("0010")
    for number in (1, 2):
        values = dict.fromkeys(article, f"{number}")
        also = {"status": "article", "word_count": 1, "canonicalizer_version": "1", "cleaner_version": "1"}
        db.table("articles").insert({"id": number, **values, **also})
    db.conn.executemany(f"INSERT INTO removed_blocks ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)", rows)
    db.conn.commit()
    db.close()
    with Store.open(path) as store:
        assert store.db.execute(f"SELECT {COLUMNS} FROM removed_blocks ORDER BY 1, 2").fetchall() == rows
        store.forget(None, 1, now=at(0))
        assert store.db.execute("SELECT article FROM cut_blocks").fetchall() == [(2,)]


def test_the_blocks_of_an_article_are_found_by_its_number(store: Store) -> None:
    def plan(sql: str) -> list[str]:
        return [row[3] for row in store.db.execute(f"EXPLAIN QUERY PLAN {sql}")]

    assert plan("SELECT * FROM removed_blocks WHERE article = 1") == [
        "SEARCH b USING PRIMARY KEY (article=?)",
        "SEARCH r USING INTEGER PRIMARY KEY (rowid=?)",
    ]
    # Whatever else is asked, each block is read once, in order.
    assert plan("SELECT text FROM removed_blocks WHERE removed_by = 'order'") == [
        "SCAN b",
        "SEARCH r USING INTEGER PRIMARY KEY (rowid=?)",
    ]
