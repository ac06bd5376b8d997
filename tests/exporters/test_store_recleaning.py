"""Cleaning again in the dataset: what is due, what differs, and that a cleaner's change is no news."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from exporters.store import recleaning
from exporters.store.recleaning import Cleaned
from pipelines.fingerprint import content_hash
from pipelines.types import Article, Evidence, Snapshot, Verdict

JOBS = Verdict(text="Jobs", kind="heading", kept=False, by="rule:jobs", why="job ads", confidence=0.9)


def snapshot(offset: int = 0) -> Snapshot:
    return Snapshot(
        file="crawl-20260301-001.warc.gz",
        offset=offset,
        length=100,
        digest=f"sha1:{offset}",
        url="https://www.example.org/town/tram-line-stays",
        status=200,
        fetched="2026-03-01T08:30:00Z",
    )


def again(store: Any, article: Article, *, cleaner: str = "wiser") -> Cleaned:
    """The first stored article, cleaned to ``article``."""
    (kept,) = recleaning.kept(store.db, "example")
    return Cleaned.of(kept, article, cleaner=cleaner, version="1")


def put(store: Any, cleaned: Cleaned, now: str = "2026-03-02T00:00:00Z") -> bool:
    with store.transaction():
        return recleaning.put(store.db, cleaned, now)


def told(article: Article, text: str, **fields: Any) -> Article:
    return replace(
        article,
        text=text,
        html=f"<p>{text}</p>",
        content_hash=content_hash(article.title, text),
        word_count=len(text.split()),
        **fields,
    )


def rows(store: Any) -> list[list[tuple[Any, ...]]]:
    tables = ("articles", "removed_blocks", "evidence", "addresses", "entries")
    return [store.db.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall() for table in tables]


def test_a_change_and_its_way_back_leave_no_trace_but_two_revisions(store: Any, save: Any, make: Any) -> None:
    article = make(evidence=(Evidence(field="title", origin="h1", raw="About it", chosen=True),))
    id = save(article, snapshot=snapshot()).id
    before = rows(store)
    shorter = told(article, "The tram stays.", verdicts=(JOBS,))
    assert put(store, again(store, shorter))
    stored = store.article(id)
    assert (stored.text, stored.last_changed, stored.last_checked) == (
        "The tram stays.",
        "2026-03-01T08:30:00Z",
        "2026-03-01T08:30:00Z",
    )
    assert [removal.by for removal in store.removed(id)] == ["rule:jobs"]
    assert store.search("shopkeepers") == [], "the index follows"
    assert put(store, again(store, article, cleaner="as before"), "2026-03-03T00:00:00Z")
    assert rows(store) == before
    assert [(r.changed_by, r.since, r.replaced) for r in store.revisions(id)] == [
        ("cleaner", "2026-03-01T08:30:00Z", "2026-03-02T00:00:00Z"),
        ("cleaner", "2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z"),
    ]
    store.db.execute("INSERT INTO articles_fts (articles_fts, rank) VALUES ('integrity-check', 1)")


def test_what_only_the_record_says_is_no_revision(store: Any, save: Any, make: Any) -> None:
    id = save(make(tags=("tram",)), snapshot=snapshot()).id
    cleaned = again(store, make(tags=("tram", "council"), verdicts=(JOBS,)))
    difference = recleaning.difference(store.db, cleaned)
    assert difference is not None
    assert not difference.is_seen
    assert put(store, cleaned)
    assert (store.article(id).tags, len(store.removed(id)), store.revisions(id)) == (
        ("tram", "council"),
        1,
        (),
    )


def test_what_comes_out_the_same_is_marked_and_nothing_else(store: Any, save: Any, make: Any) -> None:
    save(make(), snapshot=snapshot())
    before = rows(store)
    cleaned = again(store, make())
    assert recleaning.difference(store.db, cleaned) is None
    with store.transaction():
        recleaning.mark(store.db, cleaned)
    assert rows(store) == before
    assert [kept.cleaner for kept in recleaning.kept(store.db, "example")] == ["wiser"]


def test_a_newer_page_makes_it_due_again(store: Any, save: Any, make: Any) -> None:
    save(make(), snapshot=snapshot())
    cleaned = again(store, told(make(), "The tram stays."))
    assert put(store, cleaned)
    save(told(make(), "The tram stays, and so does the bus."), 15, snapshot=snapshot(100))
    (kept,) = recleaning.kept(store.db, "example")
    assert kept.cleaner is None
    # What was made of the page before is out of date, and does not come over the newer one.
    assert recleaning.difference(store.db, cleaned) is None
    assert not put(store, cleaned)
    assert store.article(kept.id).text.endswith("so does the bus.")
    (revision,) = [r for r in store.revisions(kept.id) if r.changed_by == "publisher"]
    assert revision.text == "The tram stays."


def test_a_page_that_is_none_after_all_and_is_one_again(store: Any, save: Any, make: Any) -> None:
    id = save(make(), snapshot=snapshot()).id
    wall = told(make(), "We value cookies.", status="rejected", reason="consent")
    assert put(store, again(store, wall))
    assert (store.article(id).status, store.article(id).reason) == ("rejected", "consent")
    assert store.revisions(id)[0].text == make().text
    assert put(store, again(store, make()))
    assert (store.article(id).status, store.article(id).reason) == ("article", None)
    assert store.article(id).last_changed == "2026-03-01T08:30:00Z"


def test_a_rejected_page_takes_its_own_address_unless_another_has_it(
    store: Any, save: Any, make: Any
) -> None:
    link = "https://www.example.org/go/17"
    wall = make(status="rejected", reason="listing")
    id = save(wall, snapshot=snapshot(), addresses=[link]).id
    assert store.article(id).url == link
    cleaned = again(store, make())
    other = save(make(), 1).id
    assert put(store, cleaned)
    assert (store.article(id).status, other != id) == ("rejected", True)
    store.db.execute("DELETE FROM articles WHERE id = ?", [other])
    assert put(store, cleaned)
    assert (store.article(id).status, store.article(id).url) == ("article", make().url)


def test_what_is_gone_stays_gone_and_what_is_deleted_is_left_alone(
    store: Any, save: Any, make: Any, at: Any
) -> None:
    id = save(make(), snapshot=snapshot()).id
    store.set_status(id, "gone", reason="http_410", now=at(5))
    assert put(store, again(store, told(make(), "The tram stays.")))
    assert (store.article(id).status, store.article(id).reason) == ("gone", "http_410")
    assert store.article(id).text == "The tram stays."
    assert put(store, again(store, told(make(), "Cookies.", status="rejected", reason="consent")))
    assert (store.article(id).status, store.article(id).text) == ("gone", "The tram stays.")
    store.set_status(id, "deleted", reason=None, now=at(6))
    assert recleaning.kept(store.db, "example") == []


def test_a_packed_cleaning_is_the_same(store: Any, save: Any, make: Any) -> None:
    save(make(), snapshot=snapshot())
    cleaned = again(store, make(verdicts=(JOBS,), authors=()))
    packed = Cleaned.unpacked(cleaned.article, cleaned.place, cleaned.cleaner, cleaned.packed())
    assert packed == cleaned


@pytest.mark.parametrize("count", [1, 3])
def test_all_of_a_source_and_nothing_else(store: Any, save: Any, make: Any, count: int) -> None:
    with store.transaction():
        for number in range(count):
            save(make(f"n{number}", text=f"word{number} " * 60), snapshot=snapshot(number))
        save(make("other", text="other " * 60), snapshot=snapshot(count), source="other")
        save(make("unarchived", text="lost " * 60))
    assert [kept.id for kept in recleaning.kept(store.db, "example", most=count + 9)] == [
        *range(1, count + 1)
    ]
    assert [kept.id for kept in recleaning.kept(store.db, "example", after=1, most=1)] == [2][: count - 1]
    assert recleaning.sources(store.db) == ["example", "other"]
    assert recleaning.words(store.db, "other") == 60
    assert recleaning.without_page(store.db, "example") == 1
