"""Copies of a story in the dataset: who leads, and what happens when articles come, change and go."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from exporters.store import Store, copies, ledger
from pipelines.types import Article

FERRY = """\
The ferry between the two banks of the river will stop running at the end of the month because the company \
that owns it has found nobody to steer it, the district said on Monday after a meeting with the mayors.

Some four hundred people cross the river by ferry each day, most of them pupils on their way to the grammar \
school, and the next bridge is eleven kilometres upstream. A bus is to take the pupils there from May on.

The owner, a family that has run the ferry for five generations, had looked for a master with the right \
licence for two years. Two candidates signed and left again when the shipyards offered them better wages.

The district offered to pay for the training of a crew of its own. That would take until the autumn of next \
year at the earliest, a spokeswoman said, and nobody had applied by the weekend."""

MUSEUM = """\
The museum of clocks reopens on Saturday with a gallery that nobody has entered since the flood, and with \
a pendulum that is three storeys high. Visitors are asked to book a time because the stairs are narrow.

Restorers spent nine winters on the movements that had stood in muddy water for a week. Of sixty clocks \
fifty-two go again; the others are shown open, so that one sees what rust does to a wheel of brass.

The town paid a third of the costs, a foundation the rest. Entrance is free until the end of the year, and \
on the first Sunday of each month the oldest clock is wound by whoever comes first in the morning."""


def edited(text: str, seed: int, *, cut: int = 1) -> str:
    """Every tenth word another one, a paragraph fewer, the others in another order, with a dateline."""
    dice = random.Random(seed)
    paragraphs = text.split("\n\n")
    for _ in range(cut):
        paragraphs.pop(dice.randrange(len(paragraphs)))
    dice.shuffle(paragraphs)
    changed = [
        " ".join(f"other{dice.randrange(999)}" if dice.random() < 0.1 else word for word in p.split())
        for p in paragraphs
    ]
    return "TOWN (WIRE) – " + "\n\n".join(changed)


@pytest.fixture
def printed(make: Callable[..., Article], save: Callable[..., Any]) -> Callable[..., int]:
    """``printed("paper", text, minutes)``: saved under the paper's only address; gives its number."""

    def put(paper: str, text: str, minutes: int = 0, **fields: Any) -> int:
        title = f"What {paper} says"
        article = make(url=f"https://{paper}.example/story", text=text, title=title, **fields)
        return int(save(article, minutes, source=paper).id)

    return put


def links(store: Store) -> dict[str, str | None]:
    """Of each paper whose copy its article is."""
    sql = (
        "SELECT a.source, b.source FROM articles AS a LEFT JOIN articles AS b ON b.id = a.duplicate_of"
        " ORDER BY a.source"
    )
    return dict(store.db.execute(sql).fetchall())


def test_copies_are_linked_to_the_first(store: Store, printed: Callable[..., int]) -> None:
    first = printed("agency", FERRY, 0)
    for number in range(1, 9):
        printed(f"paper{number}", edited(FERRY, number), number)
    alone = printed("museum", MUSEUM, 20)
    found = links(store)
    assert found.pop("agency") is None
    assert found.pop("museum") is None
    assert set(found.values()) == {"agency"}
    clusters = dict(store.db.execute("SELECT id, cluster FROM articles").fetchall())
    assert clusters.pop(alone) is None
    assert set(clusters.values()) == {first}
    latest = [source for (source,) in store.db.execute("SELECT source FROM latest")]
    assert latest == ["museum", "agency"]


def test_the_order_does_not_matter(tmp_path: Path, make: Callable[..., Article]) -> None:
    told = [("agency", FERRY, "2026-02-28T08:00:00Z"), ("museum", MUSEUM, "2026-02-28T09:00:00Z")]
    told += [(f"paper{n}", edited(FERRY, n), f"2026-02-28T1{n}:00:00Z") for n in (1, 2)]
    results = []
    for number, order in enumerate(permutations(told)):
        with Store.open(tmp_path / f"{number}.db") as store:
            for paper, text, published in order:
                article = make(url=f"https://{paper}.example/story", text=text, published=published)
                store.save(
                    article,
                    source=paper,
                    now=datetime.fromisoformat("2026-03-01T00:00:00Z"),
                    cleaner_version="1",
                )
            results.append(links(store))
    assert results[0] == {"agency": None, "museum": None, "paper1": "agency", "paper2": "agency"}
    assert all(result == results[0] for result in results)


def test_one_published_earlier_takes_the_lead(store: Store, printed: Callable[..., int]) -> None:
    printed("paper", edited(FERRY, 1), 0)
    printed("agency", FERRY, 5, published="2026-02-27T08:00:00Z")
    assert links(store) == {"agency": None, "paper": "agency"}


def test_a_changed_article_is_linked_anew(store: Store, printed: Callable[..., int]) -> None:
    printed("agency", FERRY, 0)
    printed("paper", edited(FERRY, 1), 1)
    printed("museum", MUSEUM, 2)
    printed("paper", edited(MUSEUM, 2), 30)
    found = links(store)
    assert found["agency"] is None
    # First seen before the museum's, and a copy of it now: the earlier one leads.
    assert (found["museum"], found["paper"]) == ("paper", None)
    clusters = dict(store.db.execute("SELECT source, cluster FROM articles").fetchall())
    assert clusters["agency"] is None
    assert clusters["museum"] == clusters["paper"]


def test_when_the_leader_goes_the_next_one_leads(
    store: Store, printed: Callable[..., int], at: Callable[[int], datetime]
) -> None:
    first = printed("agency", FERRY, 0)
    for number in (1, 2):
        printed(f"paper{number}", edited(FERRY, number, cut=0), number)
    store.set_status(first, "gone", reason="http_410", now=at(9))
    assert links(store) == {"agency": None, "paper1": None, "paper2": "paper1"}
    assert store.db.execute("SELECT count(*) FROM latest").fetchone() == (1,)
    printed("agency", FERRY, 10)
    assert links(store) == {"agency": None, "paper1": "agency", "paper2": "agency"}


def test_a_crowd_of_copies_stays_bounded(store: Store, printed: Callable[..., int]) -> None:
    printed("agency", FERRY, 0)
    for number in range(copies._MOST + 10):
        printed(f"paper{number:02}", edited(FERRY, number, cut=0), number + 1)
    found = links(store)
    assert found.pop("agency") is None
    assert set(found.values()) == {"agency"}
    count = len(store.db.execute("SELECT DISTINCT article FROM story_keys").fetchall())
    assert count == len(found) + 1


@pytest.fixture
def end_run(store: Store, at: Callable[[int], datetime]) -> Callable[[float], set[str]]:
    """``end_run(days)``: a run that ends so long after the first crawl; the papers in the index then."""

    def end(days: float) -> set[str]:
        now = at(0) + timedelta(days=days)
        store.finish_run(store.begin_run(now=now, version="0.1.0"), [], now=now)
        sql = "SELECT DISTINCT source FROM {} JOIN articles ON id = article"
        keys, marks = (set(store.db.execute(sql.format(name))) for name in ("story_keys", "story_marks"))
        assert keys == marks
        return {paper for (paper,) in keys}

    return end


DAY = 24 * 60


def test_a_copy_is_linked_as_long_as_copies_come(
    store: Store, printed: Callable[..., int], end_run: Callable[[float], set[str]]
) -> None:
    printed("agency", FERRY, 0)
    assert end_run(29) == {"agency"}
    printed("paper1", edited(FERRY, 1), 29 * DAY)
    assert links(store) == {"agency": None, "paper1": "agency"}
    # The agency's own report is out of the index, its copy leads to it.
    assert end_run(31) == {"paper1"}
    printed("paper2", edited(FERRY, 2, cut=0), 31 * DAY)
    assert links(store) == {"agency": None, "paper1": "agency", "paper2": "agency"}


def test_the_index_keeps_the_young_alone_and_links_stay(
    store: Store, printed: Callable[..., int], end_run: Callable[[float], set[str]]
) -> None:
    printed("agency", FERRY, 0)
    printed("paper", edited(FERRY, 1), 1)
    printed("museum", MUSEUM, 20 * DAY)
    assert end_run(20) == {"agency", "paper", "museum"}
    assert end_run(31) == {"museum"}
    assert links(store) == {"agency": None, "museum": None, "paper": "agency"}
    printed("late", edited(FERRY, 2), 31 * DAY)
    assert links(store)["late"] is None
    # An edit is compared with what is young, and its own copies stay with it.
    printed("agency", FERRY + " It will be missed.", 31 * DAY)
    assert links(store) == {"agency": None, "late": "agency", "museum": None, "paper": "agency"}
    assert end_run(31) == {"museum", "late"}


def test_many_go_in_short_transactions(
    store: Store,
    printed: Callable[..., int],
    end_run: Callable[[float], set[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(copies, "RETIRED", 2)
    for number in range(5):
        printed(f"paper{number}", MUSEUM, number)
    printed("agency", FERRY, 31 * DAY)
    monkeypatch.setattr(ledger, "_RETIRING", 1)
    assert len(end_run(31)) == 4, "what is left over waits"
    monkeypatch.undo()
    assert end_run(31) == {"agency"}


def test_an_article_dated_ahead_by_a_wrong_clock_keeps_no_other_in_the_index(
    store: Store, printed: Callable[..., int], end_run: Callable[[float], set[str]]
) -> None:
    printed("ahead", MUSEUM, 365 * DAY)
    printed("agency", FERRY, 0)
    assert end_run(31) == {"ahead"}
    assert end_run(-10_000) == {"ahead"}, "nor does a clock that is behind empty it"


def test_looking_for_the_old_costs_the_same_however_many_are_young(
    store: Store, printed: Callable[..., int], steps: Callable[[Callable[[], object]], int]
) -> None:
    def look() -> None:
        with store.transaction():
            assert not copies.retire(store.db, before="2026-02-01T00:00:00Z", now="2027-01-01T00:00:00Z")

    printed("agency", FERRY)
    printed("museum", MUSEUM)
    few = steps(look)
    for number in range(100):
        printed(f"paper{number}", edited(MUSEUM, number), number)
    assert steps(look) == few
