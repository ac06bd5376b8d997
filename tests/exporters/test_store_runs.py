"""The ledger of runs, the state of feeds, what failed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from exporters.store import Endpoint, FetchState, SourceCounts, Store

FEED = FetchState(
    url="https://www.example.org/feed",
    kind="feed",
    source="example",
    etag='"1"',
    body_hash="abc",
    status=200,
    last_checked="2026-03-01T08:30:00Z",
    last_changed="2026-03-01T08:30:00Z",
)


def test_the_ledger_adds_up(store: Any, at: Any) -> None:
    run = store.begin_run(now=at(0), version="0.1.0")
    counts = SourceCounts(
        source="example",
        known=30,
        new=4,
        changed=1,
        unchanged=2,
        rejected={"paywall": 2, "consent": 1},
        failed={"timeout": 3},
        postponed=5,
        seconds=1.23456,
    )
    assert counts.found == 48
    (stored,) = store.finish_run(run, [counts], now=at(2))
    assert replace(counts, seconds=1.235) == SourceCounts(
        **{name: getattr(stored, name) for name in SourceCounts.__dataclass_fields__}
    )
    row = next(store.db.query("SELECT * FROM run_sources"))
    assert (row["found"], row["rejected"], row["failed"]) == (48, 3, 3)
    assert json.loads(row["rejected_by"]) == {"consent": 1, "paywall": 2}
    (last,) = store.runs()
    assert (last.started, last.finished, last.outcome, last.version) == (
        "2026-03-01T08:30:00Z",
        "2026-03-01T08:32:00Z",
        "finished",
        "0.1.0",
    )
    assert store.run_sources(run) == (stored,)


def test_a_run_that_was_killed_has_no_end(store: Any, at: Any) -> None:
    store.begin_run(now=at(0), version="0.1.0")
    run = store.begin_run(now=at(15), version="0.1.0")
    store.finish_run(run, [], now=at(16), outcome="stopped")
    assert [(run.finished, run.outcome) for run in store.runs()] == [
        ("2026-03-01T08:46:00Z", "stopped"),
        (None, None),
    ]


def test_only_a_change_of_health_is_news(store: Any, at: Any) -> None:
    def run(minute: int, healthy: bool, source: str = "example") -> Any:
        problem = None if healthy else "Its feed is an HTML page."
        counts = SourceCounts(source=source, healthy=healthy, problem=problem)
        (row,) = store.finish_run(
            store.begin_run(now=at(minute), version="0.1.0"), [counts], now=at(minute + 1)
        )
        return row.became_unhealthy, row.recovered

    assert run(0, healthy=True) == (False, False)
    assert run(15, healthy=False) == (True, False)
    assert run(30, healthy=False) == (False, False)
    assert run(45, healthy=True, source="other") == (False, False)
    assert run(60, healthy=False) == (False, False)
    assert run(75, healthy=True) == (False, True)
    assert run(90, healthy=False, source="ill-from-the-start") == (True, False)
    health = store.db.execute("SELECT source, healthy FROM health").fetchall()
    assert health == [("example", 1), ("ill-from-the-start", 0), ("other", 1)]


def test_the_state_of_a_feed_is_replaced(store: Any) -> None:
    assert store.fetch_state(FEED.url) is None
    store.save_fetch_state(FEED)
    assert store.fetch_state(FEED.url) == FEED
    later = replace(FEED, status=None, failures=1, last_checked="2026-03-01T08:45:00Z", etag=None)
    store.save_fetch_state(later)
    assert store.fetch_state(FEED.url) == later


def test_endpoints_keep_their_origin(store: Any, at: Any) -> None:
    first = Endpoint(
        url="https://www.example.org/feed", kind="feed", origin="link rel=alternate", title="News"
    )
    second = Endpoint(url="https://www.example.org/news.xml", kind="sitemap", origin="robots.txt")
    store.add_endpoints("example", [first], now=at(0))
    store.add_endpoints("example", [replace(first, origin="common path"), second], now=at(1))
    store.add_endpoints("example", [], now=at(2))
    assert store.endpoints("example") == (first, second)
    assert store.endpoints("other") == ()


def test_stats_name_every_source(store: Any, save: Any, make: Any, at: Any) -> None:
    save(make())
    save(make("wall", status="rejected", reason="consent", text=""))
    store.add_failure("https://failing.example/1", source="failing", reason="dns", now=at(0))
    run = store.begin_run(now=at(1), version="0.1.0")
    store.finish_run(run, [SourceCounts(source="quiet")], now=at(2))
    stats = {row.source: row for row in store.stats()}
    assert list(stats) == ["example", "failing", "quiet"]
    example = stats["example"]
    assert (example.articles, example.rejected, example.newest) == (1, 1, "2026-03-01T08:30:00Z")
    assert stats["failing"].failing == 1
    assert stats["quiet"].last.found == 0


def test_sources_are_counted_as_their_pages_come_and_go(
    older: Callable[[str], Database], path: Path, make: Any, at: Any
) -> None:
    db = older("0020")
    text = "guid url raw_url canonicalizer_version first_seen last_changed last_checked content_hash"
    for number, status in enumerate(("article", "article", "rejected")):
        values = dict.fromkeys((*text.split(), "cleaner_version", "text", "html"), f"{number}")
        db.table("articles").insert({**values, "source": "example", "status": status, "word_count": 1})
    db.conn.commit()
    db.close()
    with Store.open(path) as store:

        def counted() -> list[tuple[str, int, int, int]]:
            kept = "SELECT source, status, pages FROM source_counts WHERE pages > 0"
            fresh = "SELECT source, status, count(*) FROM articles GROUP BY source, status"
            assert store.db.execute(kept).fetchall() == store.db.execute(fresh).fetchall()
            return [(row.source, row.articles, row.rejected, row.gone) for row in store.stats()]

        assert counted() == [("example", 2, 1, 0)], "what was there before they were counted"
        save = partial(store.save, source="other", now=at(0), cleaner_version="1")
        wall = make("wall", status="rejected", reason="consent", text="We value cookies")
        for article in (make("a"), make("b", text="Another story. " * 20), wall):
            save(article)
        assert counted() == [("example", 2, 1, 0), ("other", 2, 1, 0)]
        save(make("wall", text="Behind the wall was a story. " * 9))
        assert counted()[1] == ("other", 3, 0, 0)
        first = store.article("https://www.example.org/town/a")
        assert first is not None
        store.set_status(first.id, "gone", reason="http_410", now=at(1))
        assert counted()[1] == ("other", 2, 0, 1)
        store.set_status(first.id, "deleted", reason=None, now=at(2))
        assert counted()[1] == ("other", 2, 0, 0)
        for name in ("a", "b", "wall"):
            store.forget(f"https://www.example.org/town/{name}", None, now=at(3))
        assert counted() == [("example", 2, 1, 0)], "a source without pages is none of the dataset's"


def test_the_end_of_a_run_empties_the_log(store: Any, save: Any, make: Any, at: Any) -> None:
    run = store.begin_run(now=at(0), version="0.1.0")
    save(make())
    log = store.path.with_name("news.db-wal")
    assert log.stat().st_size > 0
    store.finish_run(run, [], now=at(1))
    assert log.stat().st_size == 0
    assert store.db.execute("PRAGMA busy_timeout").fetchone() == (30000,)


def test_readers_do_not_hold_up_the_end_of_a_run(store: Any, save: Any, make: Any, at: Any) -> None:
    run = store.begin_run(now=at(0), version="0.1.0")
    save(make())
    save(make("b", text="Another story. " * 20))
    ours = store.articles()
    next(ours)
    with Store.open(store.path, read_only=True) as reader:
        theirs = reader.articles()
        next(theirs)
        store.finish_run(run, [], now=at(1))
        assert len([*ours, *theirs]) == 2, "and they read on"
        del theirs
    assert store.db.execute("PRAGMA busy_timeout").fetchone() == (30000,)
    store.checkpoint()
    assert store.path.with_name("news.db-wal").stat().st_size == 0


def test_history_is_what_was_last_and_what_is_usual(store: Any, at: Any) -> None:
    def run(day: int, **fields: Any) -> int:
        now = at(0) + timedelta(days=day)
        number: int = store.begin_run(now=now, version="0.1.0")
        store.finish_run(number, [SourceCounts(source="example", **fields)], now=now)
        return number

    ill = {"healthy": False, "problem": "cut", "trouble": None, "measured": 2, "words": 50.0}
    usual = [run(day, new=1, measured=1, words=300.5, removed_share=0.25) for day in range(3)]
    run(3, **ill)
    quiet = [run(day) for day in range(4, 20)]
    recent = run(21, **ill, missing={"image": 2})
    last = run(22)
    history = store.history("example", before=last, now=at(0) + timedelta(days=22))
    assert [row.run for row in history] == list(range(recent, 0, -1))
    assert (history[0].healthy, history[0].missing, history[0].words) == (False, {"image": 2}, 50.0)
    assert history[-1].removed_share == 0.25
    assert all(row.healthy for row in history[1:]), "an illness of weeks ago has become what is usual"
    for _ in range(60):
        last = run(23)
    history = store.history("example", before=last, now=at(0) + timedelta(days=23))
    assert {*usual, recent} <= {row.run for row in history}, "those with articles are not crowded out"
    assert not {*quiet} & {row.run for row in history}
    assert len(store.active_times("example", before=last)) == 3
    assert store.history("other", before=last, now=at(0)) == ()


def test_the_last_runs_are_found_without_reading_the_ledger(store: Any) -> None:
    plan = [row[3] for row in store.db.execute("EXPLAIN QUERY PLAN SELECT * FROM health")]
    assert [step for step in plan if step.startswith("SCAN")] == ["SCAN known", "SCAN known"], plan
    assert "SEARCH s USING PRIMARY KEY (run=? AND source=?)" in plan
