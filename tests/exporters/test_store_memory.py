"""What the dataset keeps of a site's memory."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from exporters.store import Store
from pipelines.boilerplate.memory import MOST_TRACES
from pipelines.boilerplate.traces import Trace, fingerprint
from pipelines.types import Article, Status

NOW = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
PROMPT = fingerprint("prompt")


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.open(":memory:") as store:
        yield store


def save(store: Store, number: int, *, status: Status = "article", day: str = "", state: str = "old") -> int:
    url = f"https://www.tagblatt.example/{number}"
    own = fingerprint(f"story {number}")
    return store.save(
        Article(
            url=url,
            raw_url=url,
            status=status,
            title=f"Story {number}",
            text=f"The story number {number}.",
            content_hash=str(number),
        ),
        source="tagblatt",
        now=NOW + timedelta(minutes=number % 1000),
        trace=Trace(
            article=url,
            day=day,
            title=own,
            told=tuple(sorted((own, PROMPT))),
            untold=(),
            ends=(),
            sections=(),
            places=(),
            story=(),
            samples=((PROMPT, "Read more of us"),),
        ),
        state=state,
    ).id


def test_a_stored_article_leaves_its_trace(store: Store) -> None:
    for number in range(5):
        save(store, number)
    assert store.sites() == ["tagblatt.example"]
    assert len(store.site_memory("tagblatt.example")) == 5


def test_an_article_counts_once_however_often_it_is_stored(store: Store) -> None:
    for _ in range(5):
        save(store, 1)
    assert len(store.site_memory("tagblatt.example")) == 1


def test_a_page_that_is_no_article_leaves_nothing(store: Store) -> None:
    save(store, 1, status="rejected")
    assert store.sites() == []


def test_what_recurs_is_written_down(store: Store) -> None:
    for number in range(6):
        save(store, number, day=f"2026-02-0{number + 1}")
    store.recount("tagblatt.example")
    (block,) = store.site_blocks()
    assert (block.host, block.kind, block.example) == ("tagblatt.example", "text", "Read more of us")
    assert (block.articles, block.of, block.verdict, block.decision) == (6, 6, "cut", None)
    assert (block.first_seen, block.last_seen) == ("2026-02-01", "2026-02-06")


def test_a_decision_stays_when_nothing_recurs_any_more(store: Store) -> None:
    ids = [save(store, number) for number in range(6)]
    store.recount("tagblatt.example")
    (block,) = store.site_blocks()
    assert store.decide(block.host, block.kind, block.key, "rejected")
    with store.transaction():
        store.db.execute("DELETE FROM site_traces WHERE article != ?", [ids[0]])
    memory = store.recount("tagblatt.example")
    assert memory.decisions == {("text", block.key): False}
    (kept,) = store.site_blocks("tagblatt.example")
    assert (kept.decision, kept.verdict) == ("rejected", "rejected")


def test_a_decision_can_be_taken_back(store: Store) -> None:
    for number in range(6):
        save(store, number)
    store.recount("tagblatt.example")
    (block,) = store.site_blocks()
    store.decide(block.host, block.kind, block.key, "accepted")
    store.decide(block.host, block.kind, block.key, None)
    (again,) = store.site_blocks()
    assert again == block


def test_nobody_decides_on_what_is_not_there(store: Store) -> None:
    assert not store.decide("tagblatt.example", "text", "00000000", "accepted")


def test_a_site_keeps_so_many_traces(store: Store) -> None:
    for number in range(MOST_TRACES + 5):
        save(store, number, day=f"2026-01-{1 + number // 10:02}")
    memory = store.recount("tagblatt.example")
    (kept,) = store.db.execute("SELECT count(*) FROM site_traces").fetchone()
    assert kept == len(memory) == MOST_TRACES
    assert min(trace.day for trace in memory.traces) == "2026-01-01"
    oldest = sum(trace.day == "2026-01-01" for trace in memory.traces)
    assert oldest == 5


def test_a_date_in_the_future_is_not_remembered_for_ever(store: Store) -> None:
    save(store, 1, day="2099-01-01")
    assert [trace.day for trace in store.site_memory("tagblatt.example").traces] == ["2026-03-02"]
