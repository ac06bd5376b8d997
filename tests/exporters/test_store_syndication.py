"""Which articles a feed holds: nobody is flooded, nothing is missed, nothing comes back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from exporters.store import Store
from exporters.store.syndication import FIRST, LEAST, MOST, Selection
from pipelines.types import Article

DAY = 24 * 60
Make = Callable[..., Article]
Save = Callable[..., Any]
At = Callable[[int], datetime]

ALL = Selection()
EXAMPLE = Selection(sources=("example",))


@pytest.fixture
def arrive(save: Save, make: Make, at: At) -> Callable[..., Any]:
    """``arrive("name", minutes, days=2)``: first seen then, and published so many days before."""

    def put(name: str, minutes: int, *, days: float = 0, source: str = "example", **fields: Any) -> Any:
        said = (at(minutes) - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")
        fields = {"published": said, "text": f"The story of {name}.\n\nIt has no twin.", **fields}
        return save(make(name, **fields), minutes, source=source)

    return put


def names(store: Store, selection: Selection = EXAMPLE) -> list[str]:
    return [article.url.rpartition("/")[2] for article in store.syndicated(selection)]


def test_a_first_publish_holds_the_newest_whatever_their_age(
    store: Store, arrive: Callable[..., Any]
) -> None:
    for n in range(FIRST + 5):
        arrive(f"old-{n:02}", 0, days=400 + n)
    assert names(store) == []
    store.begin_feeds(["example", "nobody"])
    newest = [f"old-{n:02}" for n in range(FIRST)]
    assert names(store) == newest == names(store, ALL)
    store.begin_feeds(["example"])
    assert names(store) == newest


def test_a_backfill_floods_nobody(store: Store, arrive: Callable[..., Any]) -> None:
    arrive("first", 0)
    store.begin_feeds(["example"])
    for n in range(30):
        arrive(f"backfill-{n}", 60, days=8 + n)
    arrive("a-week-late", 61, days=7)
    arrive("today", 62)
    arrive("undated", 63, published=None)
    store.begin_feeds(["example"])
    assert names(store) == ["undated", "today", "first", "a-week-late"]


def test_what_arrives_is_in_the_feed_however_many_have_a_later_date(
    store: Store, arrive: Callable[..., Any]
) -> None:
    for n in range(LEAST):
        arrive(f"day-{n:02}", n)
    arrive("late", 5 * DAY, days=6)
    assert names(store)[-1] == "late"


def test_a_feed_holds_all_of_two_days_and_fifty_at_least(store: Store, arrive: Callable[..., Any]) -> None:
    for n in range(LEAST + 20):
        arrive(f"monday-{n:02}", n)
    assert len(names(store)) == LEAST + 20
    arrive("thursday", 3 * DAY)
    assert len(names(store)) == LEAST
    assert names(store)[0] == "thursday"


def test_a_feed_has_an_end(store: Store, arrive: Callable[..., Any]) -> None:
    for n in range(MOST + 3):
        arrive(f"flood-{n:03}", n)
    assert len(names(store)) == MOST
    assert len(names(store, Selection(limit=7))) == 7


def test_what_was_taken_down_is_not_replaced_by_what_had_left(
    store: Store, arrive: Callable[..., Any], at: At
) -> None:
    saved = [arrive(f"n-{n:02}", n * DAY) for n in range(LEAST + 1)]
    assert "n-00" not in names(store)
    store.set_status(saved[-1].id, "gone", reason="http_410", now=at(99 * DAY))
    assert "n-00" not in names(store)
    assert len(names(store)) == LEAST - 1


def test_a_page_that_is_no_article_is_in_no_feed(store: Store, arrive: Callable[..., Any]) -> None:
    arrive("wall", 0, status="rejected", reason="paywall")
    store.begin_feeds(["example"])
    assert names(store, ALL) == []


def test_a_feed_takes_what_it_was_made_for(store: Store, arrive: Callable[..., Any]) -> None:
    arrive("tram", 1, section="Stadt", tags=("Verkehr", "Tram"), language="de-at", title="Die Straßenbahn")
    arrive("goal", 2, section="Sport", tags=("Fußball",), language="de", title="Das Tor")
    arrive("vote", 3, section="Politics", language="en", source="other", title="The tram vote")
    arrive("match", 4, section="sport", language="en", source="other", title="The match")
    assert names(store, ALL) == ["match", "vote", "goal", "tram"]
    assert names(store, Selection(sources=("other", "example"))) == ["match", "vote", "goal", "tram"]
    assert names(store, Selection(sections=("Sport",))) == ["match", "goal"]
    assert names(store, Selection(tags=("FUSSBALL", "verkehr"))) == ["goal", "tram"]
    assert names(store, Selection(languages=("de",))) == ["goal", "tram"]
    assert names(store, Selection(languages=("de",), sources=("other",))) == []
    assert names(store, Selection(search="tram")) == ["vote", "tram"]
    assert names(store, Selection(search="story tram OR goal")) == []
    assert names(store, Selection(search="stor* -tram")) == ["match", "goal"]
    assert names(store, Selection(search="?!")) == []
    assert names(store, Selection(max_age_days=1, limit=2)) == ["match", "vote"]


def test_an_age_of_its_own(store: Store, arrive: Callable[..., Any]) -> None:
    for days in (0, 1, 3, 10, 29, 40):
        arrive(f"old-{days}", 1, days=days)
    assert names(store, Selection(max_age_days=1)) == ["old-0", "old-1"]
    assert names(store, Selection(max_age_days=30)) == ["old-0", "old-1", "old-3", "old-10", "old-29"]
    assert names(store, Selection(max_age_days=30, search="story")) == names(
        store, Selection(max_age_days=30)
    )


def test_a_story_comes_once_and_the_copy_that_came_first_stays(
    store: Store, arrive: Callable[..., Any]
) -> None:
    words = " ".join(f"word{n} of the report" for n in range(60))
    once = Selection(copies=False)
    arrive("quick", 10, days=0, source="quick", text=words, tags=("a",))
    assert names(store, once) == ["quick"]
    arrive("agency", 20, days=1, source="agency", text=words)  # published earlier: it leads from now on
    copies = store.db.execute("SELECT count(*) FROM articles WHERE duplicate_of IS NOT NULL").fetchone()
    assert copies == (1,)
    assert names(store, once) == ["quick"]
    assert names(store, ALL) == ["quick", "agency"]
    assert names(store, Selection(copies=False, sources=("agency",))) == ["agency"]


@pytest.mark.parametrize("selection", [ALL, EXAMPLE, Selection(sources=("other",)), Selection(limit=30)])
def test_the_work_does_not_grow_with_the_dataset(
    store: Store,
    arrive: Callable[..., Any],
    steps: Callable[[Callable[[], object]], int],
    selection: Selection,
) -> None:
    def publish() -> None:
        store.begin_feeds(["example", "other"])
        store.syndicated(selection)

    def fill(since: int, days: float) -> None:
        for n in range(since, since + 150):
            arrive(f"n-{n}", n * 60, days=days, source="other" if n % 3 == 0 else "example")

    fill(0, 0)
    store.begin_feeds(["example", "other"])
    fill(150, 0)
    small = steps(publish)
    fill(300, 0)
    fill(450, 60)  # a backfill
    fill(600, 0)
    assert steps(publish) <= small * 1.1 + 100
