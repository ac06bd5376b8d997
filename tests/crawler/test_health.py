"""A source judged by its own history: what is an illness, and what is chance."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import health
from crawler.ledger import Counts
from exporters.store import StoredCounts

NOW = datetime(2026, 3, 30, 12, 0, tzinfo=UTC)
EVERY = timedelta(minutes=15)
FEED = {"https://x.example/feed": "the site answers 500"}


def row(ago: int, **fields: Any) -> StoredCounts:
    """A run so many polls ago; well, unless it says otherwise."""
    given: dict[str, Any] = {"source": "x", "run": 10_000 - ago, "was_healthy": True, "seconds": 1.0}
    return StoredCounts(started=stamp(NOW - ago * EVERY), **{**given, **fields})


def stamp(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def articles(ago: int, n: int = 1, words: float = 400, removed: float = 0.3, **fields: Any) -> StoredCounts:
    return row(ago, new=n, measured=n, words=words, removed_share=removed, **fields)


def usual(count: int, seed: int = 1, start: int = 1) -> list[StoredCounts]:
    """Runs of one to three articles, which scatter as those of a newspaper do."""
    dice = random.Random(seed)
    rows = []
    for ago in range(start, start + count):
        n = dice.randint(1, 3)
        words = math.exp(dice.gauss(math.log(400), 0.6 / math.sqrt(n)))
        removed = min(0.9, max(0.02, dice.gauss(0.3, 0.1 / math.sqrt(n))))
        missing = {"image": 1} if dice.random() < 0.1 else {}
        rows.append(articles(ago, n, words=words, removed=removed, missing=missing))
    return rows


def problem(counts: Counts, past: Sequence[StoredCounts] = (), **more: Any) -> str | None:
    return health.judge(counts, past, NOW, **more).problem


WELL = Counts(source="x", endpoints=1, found=1, known=1)
DOWN = Counts(source="x", broken=FEED)


def test_one_failed_poll_is_no_illness_and_three_are() -> None:
    past = [row(n) for n in range(1, 20)]
    verdict = health.judge(DOWN, past, NOW)
    assert verdict.problem is None
    assert verdict.trouble == "https://x.example/feed: the site answers 500", "the ledger has it all the same"
    failed = [row(n, trouble="down") for n in (1, 2)]
    assert problem(DOWN, [*failed[:1], *past[1:]]) is None
    assert problem(DOWN, [*failed, *past[2:]]) == verdict.trouble
    assert problem(WELL, [*failed, *past[2:]]) is None, "and well again at once"


def test_a_source_that_is_polled_seldom_need_not_fail_three_times() -> None:
    past = [row(96, trouble="down"), row(192), row(288)]
    assert problem(DOWN, past) is not None


def test_a_source_that_never_worked_is_ill_at_once() -> None:
    assert problem(DOWN) is not None
    assert problem(Counts(source="x", endpoints=1, found=3, failed={"http_404": 3})) is not None


def test_pages_without_an_article_are_summed_over_runs() -> None:
    past = [row(n) for n in range(4, 20)]
    bad = Counts(source="x", endpoints=1, found=3, rejected={"consent": 3})
    assert problem(bad, past) is None, "the wall of an hour"
    before = [row(1, failed={"http_404": 2}), row(2), row(3), *past]
    assert problem(bad, before) == "none of 5 pages gave an article (consent, http_404)"
    assert problem(WELL, [row(1, rejected={"consent": 3}), *before]) is not None, "no page says nothing"
    good = Counts(source="x", endpoints=1, found=3, new=1, rejected={"consent": 2})
    assert problem(good, before) is None


def test_a_source_that_is_normally_active_and_silent() -> None:
    past = [row(n) for n in range(1, 200)] + [articles(n) for n in range(200, 1500, 20)]
    known = health.silence([r.started for r in past if r.new])
    assert known is not None
    assert known.longest == timedelta(hours=5)
    said = problem(WELL, past, longest_silence=lambda: known)
    assert said is None, "13 days were watched, and it may be the first Easter"
    longer = past + [articles(n) for n in range(1500, 1700, 20)]
    known = health.silence([r.started for r in longer if r.new])
    assert problem(WELL, longer, longest_silence=lambda: known) == (
        "no new article for 2 days; before, never more than 5 hours"
    )
    new = Counts(source="x", endpoints=1, found=2, known=1, new=1)
    assert problem(new, longer, longest_silence=lambda: known) is None


def test_a_weekend_is_no_silence() -> None:
    """Three months of a paper that works from Monday to Friday, judged at every hour of a weekend."""
    monday = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
    days = [
        monday + timedelta(weeks=w, days=d, hours=h) for w in range(12) for d in range(5) for h in range(9)
    ]
    past = [
        StoredCounts(source="x", run=n, started=stamp(day), was_healthy=True, new=1)
        for n, day in enumerate(days)
    ][::-1]
    known = health.silence([r.started for r in past])
    for hour in range(63):
        now = days[-1] + timedelta(hours=hour)
        assert health.judge(WELL, past[:80], now, lambda: known).problem is None, hour
    later = days[-1] + timedelta(days=7)
    assert health.judge(WELL, past[:80], later, lambda: known).problem is not None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"words": 120}, "words instead of"),
        ({"words": 1800}, "words instead of"),
        ({"removed": 0.75}, "of its pages' text is cut instead of"),
        ({"removed": 0.01}, "of its pages' text is cut instead of"),
        ({"missing": {"authors": 2}}, "of its articles have no authors instead of 10%"),
    ],
)
def test_a_redesign_shows_within_a_day(change: dict[str, Any], said: str) -> None:
    """While every answer is 200."""
    now = [articles(n, 2, **change) for n in range(1, 17)]
    answer = problem(WELL, now + usual(100, start=20))
    assert answer is not None
    assert said in answer
    assert answer.endswith("was the site redesigned?")


def test_half_of_each_text_is_gone() -> None:
    before = usual(100, seed=5, start=60)
    after = [replace(run, words=(run.words or 0) / 2) for run in usual(30, seed=6)]
    assert "words instead of" in (problem(WELL, after + before) or "")


def test_it_stays_ill_until_the_pages_are_as_before() -> None:
    ill = [articles(n, 2, words=100, healthy=n > 25) for n in range(1, 35)]
    assert problem(WELL, ill + usual(100, start=40)) is not None
    well = usual(20, seed=3)
    assert problem(WELL, well + ill + usual(100, start=40)) is None


@pytest.mark.parametrize("seed", range(40))
def test_chance_is_no_redesign(seed: int) -> None:
    """Forty papers, each judged at sixty runs; none of them changed."""
    rows = usual(200, seed=seed)
    for newest in range(60):
        assert problem(WELL, rows[newest : newest + 130]) is None


def test_too_little_history_says_nothing() -> None:
    assert problem(WELL, [articles(n, words=10) for n in range(1, 9)]) is None
    assert problem(WELL, [articles(n, words=10 if n < 9 else 900) for n in range(1, 15)]) is None


def test_more_of_its_pages_fail_than_did() -> None:
    failing = [row(n, new=1, failed={"timeout": 3}) for n in range(1, 4)]
    past = failing + [row(n, new=2) for n in range(4, 40)]
    assert problem(WELL, past) == "75% of its pages fail or are no articles instead of 4%"
    assert problem(WELL, [row(n, new=1, failed={"timeout": 3}) for n in range(1, 40)]) is None, (
        "it always did"
    )


def test_it_became_slower() -> None:
    slow = Counts(source="x", endpoints=1, found=1, known=1, seconds=9)
    past = [row(n, seconds=9.0) for n in range(1, 5)] + [row(n, seconds=0.5) for n in range(5, 40)]
    assert problem(slow, past) == "a request takes 9.0 s instead of 0.5 s"
    assert problem(WELL, past) is None, "one quick run ends it"
    assert problem(slow, past[4:]) is None, "one slow run is none yet"


COUNTS = st.builds(
    Counts,
    source=st.just("x"),
    endpoints=st.integers(0, 1),
    not_modified=st.integers(0, 1),
    new=st.integers(0, 3),
    failed=st.dictionaries(st.sampled_from(["timeout", "dns"]), st.integers(0, 5)),
    measured=st.integers(0, 3),
    ln_words=st.floats(0, 30),
    removed=st.floats(0, 3),
    seconds=st.floats(0, 1000),
)
ROWS = st.lists(
    st.builds(
        row,
        st.integers(1, 400),
        new=st.integers(0, 3),
        measured=st.integers(0, 3),
        words=st.none() | st.floats(0, 5000),
        removed_share=st.none() | st.floats(0, 1),
        missing=st.dictionaries(st.sampled_from(["title", "image"]), st.integers(0, 3)),
        trouble=st.none() | st.just("down"),
        healthy=st.booleans(),
    ),
    max_size=60,
).map(lambda rows: sorted(rows, key=lambda r: -r.run))


@given(COUNTS, ROWS)
def test_no_history_is_too_odd_to_judge(counts: Counts, past: list[StoredCounts]) -> None:
    active = [r.started for r in past if r.new]
    verdict = health.judge(counts, past, NOW, lambda: health.silence(active))
    assert verdict.trouble == counts.trouble
    assert verdict.problem is None or verdict.problem.strip()
