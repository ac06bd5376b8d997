"""How often endpoints are asked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.polling import (
    LONGEST,
    LONGEST_PAUSE,
    RETIRED,
    SHORTEST,
    answered,
    digest,
    failed,
    is_due,
    is_worth_reading,
    unsettled,
)
from exporters.store import FetchState
from pipelines.types import Entry

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
NEW = FetchState(url="https://x.example/feed", kind="feed", source="x")


def wait(state: FetchState, now: datetime) -> timedelta:
    assert state.next_poll is not None
    return datetime.fromisoformat(state.next_poll) - now


def polls_of(changes: timedelta, span: timedelta) -> int:
    """How often a feed is polled in ``span`` that changes so often."""
    state, now, polls = NEW, NOW, 0
    while now - NOW < span:
        state = answered(state, now, listing=str((now - NOW) // changes), headers={})
        polls, now = polls + 1, now + wait(state, now)
    return polls


@pytest.mark.parametrize(
    ("changes", "least", "most"),
    [
        (timedelta(minutes=5), 1000, 1010),  # every ten minutes of a week
        (timedelta(hours=2), 180, 400),
        (timedelta(hours=12), 40, 90),
        (timedelta(days=365), 15, 40),
    ],
)
def test_a_feed_is_polled_as_often_as_it_changes(changes: timedelta, least: int, most: int) -> None:
    assert least <= polls_of(changes, timedelta(days=7)) <= most


@given(
    gaps=st.lists(st.integers(0, 10**7), max_size=30),
    ttl=st.none() | st.integers(0, 10**12),
    control=st.sampled_from(["", "no-cache", "max-age=60", "public, max-age=999999999", "max-age=x"]),
    pause=st.none() | st.floats(0, 1e15),
)
def test_the_bounds_hold_whatever_is_asked_for(
    gaps: list[int], ttl: int | None, control: str, pause: float | None
) -> None:
    state, now = NEW, NOW
    for n, gap in enumerate(gaps):
        now += timedelta(seconds=gap)
        state = answered(state, now, listing=str(n // 2), headers={"cache-control": control}, ttl=ttl)
        assert SHORTEST <= wait(state, now) <= LONGEST
    state = failed(state, now, pause=pause)
    assert SHORTEST <= wait(state, now) <= LONGEST_PAUSE


def test_the_publisher_s_wishes_are_respected() -> None:
    assert wait(answered(NEW, NOW, listing="a", headers={}, ttl=90), NOW) == timedelta(minutes=90)
    control = {"cache-control": "public, max-age=7200"}
    assert wait(answered(NEW, NOW, listing="a", headers=control), NOW) == timedelta(hours=2)
    assert wait(failed(NEW, NOW, pause=100_000), NOW) == timedelta(seconds=100_000)


def test_what_fails_is_asked_ever_more_seldom() -> None:
    waits = [wait(failed(replace(NEW, failures=n), NOW, pause=None), NOW) for n in range(1, 12)]
    assert waits[0] == SHORTEST
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST


def test_a_sitemap_of_old_articles_is_retired() -> None:
    old = answered(NEW, NOW, listing="a", headers={}, newest=NOW - timedelta(days=400))
    assert wait(old, NOW) == RETIRED


def test_only_what_is_listed_counts_as_a_change() -> None:
    one = Entry(url="https://x.example/1", via="", kind="feed", title="One")
    two = Entry(url="https://x.example/2", via="", kind="feed", title="Two")
    assert digest([one, two]) == digest([two, one])
    assert digest([one]) != digest([one, two])


def test_children_of_an_index_go_by_their_date() -> None:
    state = answered(NEW, NOW, listing="a", headers={})
    seen = replace(state, last_checked="2026-03-01T12:00:00Z")
    later = NOW + timedelta(days=30)
    assert is_worth_reading(None, "2026-01-01", NOW)
    assert not is_worth_reading(seen, "2026-02-28T00:00:00Z", later)
    assert is_worth_reading(seen, "2026-03-01T12:00:01Z", NOW)
    assert is_worth_reading(seen, None, later)
    assert not is_worth_reading(seen, None, NOW)
    assert is_due(NEW, NOW)


def test_a_sitemap_that_lists_more_than_a_run_asks_for_is_read_again_after_an_hour() -> None:
    read = replace(NEW, kind="sitemap", etag='"one"', last_checked="2026-03-01T12:00:00Z")
    read = answered(read, NOW, listing="a", headers={"cache-control": "max-age=86400"})
    lastmod = "2026-02-01"
    assert not is_worth_reading(read, lastmod, NOW + timedelta(hours=3))
    left = unsettled(read)
    assert (left.etag, wait(left, NOW)) == (None, timedelta(hours=1))
    assert not is_worth_reading(left, lastmod, NOW + timedelta(minutes=50))
    assert is_worth_reading(left, lastmod, NOW + timedelta(hours=1))
    # A feed is short: at once.
    assert unsettled(replace(read, kind="feed")).next_poll is None
