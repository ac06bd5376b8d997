"""Which articles are looked at again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crawler.rechecks import is_told, looks
from exporters.store import Check
from exporters.store.checks import LOOKS, TRIES, next_look, said_of
from pipelines.types import Entry

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SEEN = "2026-03-02T12:00:00Z"


def check(article: int = 1, *, said: str | None = None, vain: int = 0, hours: float = 2) -> Check:
    last = f"{NOW - timedelta(hours=hours):%Y-%m-%dT%H:%M:%SZ}"
    return Check(article, f"https://x.example/{article}", None, None, said, vain, "article", last)


def entry(**fields: str) -> Entry:
    return Entry(url="https://x.example/1", via="https://x.example/feed", kind="feed", **fields)


def test_looks_come_ever_more_seldom_and_end() -> None:
    for status, steps in (("article", LOOKS), ("rejected", TRIES)):
        at, times = SEEN, []
        while (when := next_look(status, SEEN, None, at)) is not None:
            assert when > at
            times.append(datetime.fromisoformat(when) - NOW)
            at = when
        assert tuple(times) == steps
        # A look that came late is one look.
        late = f"{NOW + steps[2]:%Y-%m-%dT%H:%M:%SZ}"
        assert next_look(status, SEEN, None, late) == f"{NOW + steps[3]:%Y-%m-%dT%H:%M:%SZ}"


@pytest.mark.parametrize(
    ("published", "looked_at"),
    [("2026-03-02T09:00:00Z", True), ("2026-02-24", True), ("2026-02-20", False), ("2027-01-01", True)],
)
def test_what_was_old_when_it_was_found_is_left_alone(published: str, looked_at: bool) -> None:
    assert (next_look("article", SEEN, published, SEEN) is not None) == looked_at


def test_what_is_gone_or_deleted_is_left_alone() -> None:
    assert next_look("gone", SEEN, None, SEEN) is None
    assert next_look("deleted", SEEN, None, SEEN) is None


@pytest.mark.parametrize(
    ("said", "now_says", "told"),
    [
        ("title Old", entry(title="New"), True),
        ("title Old", entry(title="Old"), False),
        ("title Old", entry(), False),
        (None, entry(title="New"), False),
        ("modified 2026-03-01", entry(title="New"), False),
        ("modified 2026-03-01", entry(modified="2026-03-02T11:00:00Z"), True),
        ("modified 2026-03-02T11:00:00Z", entry(modified="2026-03-02T11:00:00Z"), False),
        ("modified 2026-03-01", entry(modified="2026-03-02T09:00:00Z"), False),  # seen since then
        (None, entry(modified="Mon, 02 Mar 2026 11:00:00 GMT"), True),
        (None, entry(modified="yesterday"), False),
    ],
)
def test_a_listing_says_that_an_article_changed(said: str | None, now_says: Entry, told: bool) -> None:
    assert is_told(now_says, check(said=said), NOW) == told


def test_a_listing_that_was_wrong_is_believed_less_soon() -> None:
    claim = entry(modified="2099-01-01")
    waits = [
        next(hours for hours in range(2000) if is_told(claim, check(vain=vain, hours=hours), NOW))
        for vain in range(8)
    ]
    assert waits == [0, 1, 4, 16, 64, 256, 720, 720]


def test_the_headline_counts_only_in_feeds_and_without_a_date() -> None:
    assert said_of(entry(title="A", modified="2026-03-01")) == "modified 2026-03-01"
    assert said_of(Entry(url="https://x.example/1", via="", kind="section", title="A")) is None
    assert said_of(None) is None


def test_each_article_once_the_changed_first() -> None:
    one, two = check(1), check(2, said="title Old")
    listed = {"https://x.example/2": two, "https://m.x.example/2": two}
    entries = dict.fromkeys(listed, entry(title="New"))
    chosen = looks([one, two], listed, entries, NOW)
    assert [(look.check.article, look.told) for look in chosen] == [(2, True), (1, False)]
    assert chosen[0].said == "title New"
    assert chosen[1].said is None
