"""docs/dataset.md says what the schema says, and its queries answer what it shows."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlite_utils import Database

from exporters.store import Store, example
from exporters.store.describe import QUERIES, Query, page, relations

DOCS = Path(__file__).parents[2] / "docs" / "dataset.md"

#: The contract: what programs downstream rely on. Names may be added here, never taken away.
PROMISED = {
    "articles": "id guid status reason source url raw_url canonical_url canonicalizer_version title"
    " alternative_title standfirst authors published modified first_seen last_changed last_checked language"
    " section tags image dateline robots word_count content_hash cluster duplicate_of cleaner_version"
    " snapshot run text html",
    "revisions": "id article since replaced changed_by title text html content_hash",
    "removed_blocks": "article position text removed_by why confidence",
    "cut_blocks": "article position text reason confidence",
    "cut_reasons": "id removed_by why",
    "evidence": "article position field origin raw chosen",
    "snapshots": "id file offset length digest url status fetched",
    "site_blocks": "host kind key example articles of confidence verdict first_seen last_seen decision",
    "site_traces": "article site day trace state due",
    "checks": "article source url etag last_modified said vain missing tries due",
    "first_feeds": "article source first_seen",
    "forgotten": "key since",
    "article_changes": "article number",
    "former_guids": "guid article merged",
    "archived_bodies": "url file offset length digest fetched",
    "archive_swaps": "file",
    "parameters": "site name verdict",
    "naming": "version done",
    "story_keys": "key article",
    "story_marks": "article keys",
    "source_counts": "source status pages",
    "fetch_state": "url kind source etag last_modified body_hash status last_checked last_changed failures",
    "robots": "origin checked status body failed",
    "endpoints": "source url kind origin title found",
    "runs": "id started finished outcome version change",
    "run_sources": "run source found known new changed unchanged rejected failed postponed rejected_by"
    " failed_by seconds healthy problem was_healthy",
    "failures": "url source run reason detail first_failed last_failed tries",
    "addresses": "key article",
    "cleanings": "article cleaner",
    "entries": "article kind via feed_id said",
    "latest": "date id source title url text",
    "today": "date id source title url text",
    "by_source": "source articles rejected gone newest",
    "rejected": "id source reason url title",
    "changes": "revision article source url seen changed_by old_title old_text new_title new_text",
    "removals": "removed_by blocks articles example",
    "bylines": "article position name kind",
    "tagged": "article tag",
    "by_day": "day source articles words",
    "health": "started run source found healthy problem",
    "articles_fts": "title text",
}


@pytest.fixture
def db() -> Iterator[Database]:
    with Store.open(":memory:") as store:
        example.fill(store)
        yield store.db


def test_the_page_is_the_schema_s() -> None:
    assert DOCS.read_text(encoding="utf-8") == page(), "run `make docs`"


@pytest.mark.slow
def test_the_module_writes_the_page() -> None:
    made = subprocess.run(
        [sys.executable, "-m", "exporters.store.describe"], capture_output=True, check=True, timeout=60
    )
    assert made.stdout.decode() == DOCS.read_text(encoding="utf-8")


def test_nothing_that_was_promised_is_missing(db: Database) -> None:
    for name, columns in PROMISED.items():
        there = [column for (_, column, *_) in db.execute(f"PRAGMA table_info({name})")]
        assert set(columns.split()) <= set(there), name


def test_everything_has_a_meaning(db: Database) -> None:
    described = relations(db)
    assert described.keys() | {"articles_fts"} == PROMISED.keys()
    for relation in described.values():
        assert relation.meaning.endswith("."), relation.name
        for name, _, meaning in relation.columns:
            assert meaning.endswith((".", "…")), f"{relation.name}.{name}"


def test_a_column_without_a_meaning_is_refused(db: Database) -> None:
    db.execute("ALTER TABLE articles ADD COLUMN mood /* What it means. */ TEXT")
    assert ("mood", "text", "What it means.") in relations(db)["articles"].columns
    db.execute("ALTER TABLE articles ADD COLUMN humour TEXT")
    with pytest.raises(KeyError, match=r"articles\.humour"):
        relations(db)


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.question)
def test_every_question_has_an_answer(db: Database, query: Query) -> None:
    assert db.execute(query.sql).fetchall()
    # As a person would paste it into a shell that may only read.
    db.execute("PRAGMA query_only = ON")
    assert db.execute(query.sql).fetchall()


def test_there_are_ten_questions() -> None:
    assert len(QUERIES) == 10


def test_the_views_use_the_indexes(db: Database) -> None:
    def plan(sql: str) -> str:
        return " ".join(row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {sql}"))

    for sql in ("SELECT * FROM latest LIMIT 5", "SELECT * FROM latest WHERE source = 'x' LIMIT 5"):
        assert "USING INDEX articles_by_" in plan(sql), plan(sql)
        assert "TEMP B-TREE" not in plan(sql), plan(sql)
    assert "articles_by_date (status=? AND <expr>>?)" in plan("SELECT * FROM today")
    # A million articles are not counted; of each source the newest is looked at.
    numbers = plan("SELECT * FROM by_source")
    assert "SEARCH articles USING INDEX articles_by_source (source=? AND status=?)" in numbers
    assert "SCAN articles" not in numbers
    assert "TEMP B-TREE" not in numbers
