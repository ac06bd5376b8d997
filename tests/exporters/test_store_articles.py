"""What becomes of an article's row as its page comes again."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.types import Author, Entry, Evidence, Image, Removal, Snapshot, Verdict

from .conftest import OTHER


def rows(store: Any, table: str) -> list[tuple[Any, ...]]:
    return list(store.db.execute(f"SELECT * FROM {table} ORDER BY 1, 2"))


def snapshot(offset: int, digest: str = "sha1:A") -> Snapshot:
    return Snapshot(
        file="crawl-20260301-001.warc.gz",
        offset=offset,
        length=100,
        digest=digest,
        url="https://www.example.org/town/tram-line-stays",
        status=200,
        fetched="2026-03-01T08:30:00Z",
    )


def test_everything_of_an_article_comes_back(store: Any, save: Any, make: Any) -> None:
    article = make(
        canonical_url="https://www.example.org/town/tram-line-stays",
        alternative_title="Tram",
        standfirst="The town council voted.",
        authors=(Author(name="Redaktion", kind="organization"),),
        published="2026-03-01",
        modified="2026-03-01T07:00:00Z",
        language="en",
        section="Town",
        tags=("tram", "council"),
        image=Image(url="https://www.example.org/tram.jpg", caption="A tram", credit=None),
        dateline=("Washington", "München"),
        robots=("noarchive",),
        verdicts=(
            Verdict(text="Story", kind="paragraph", kept=True, by="classifier", why="prose"),
            Verdict(text="Jobs", kind="heading", kept=False, by="rule:jobs", why="job ads", confidence=0.9),
        ),
        evidence=(
            Evidence(field="title", origin="h1", raw="About it", chosen=True),
            Evidence(field="title", origin="meta:og:title", raw="Tram", chosen=False),
        ),
    )
    entry = Entry(
        url="https://www.example.org/town/tram-line-stays?utm_source=feed",
        via="https://www.example.org/feed",
        kind="feed",
        id="4711",
        tags=("tram",),
        content="<p>Story</p>",
    )
    saved = save(article, entry=entry, snapshot=snapshot(0))
    assert (saved.outcome, saved.status, saved.reason) == ("new", "article", None)
    stored = store.article(saved.id)
    shared = {field.name for field in fields(stored)} & {field.name for field in fields(article)}
    assert len(shared) >= 20
    for name in shared:
        assert getattr(stored, name) == getattr(article, name), name
    assert stored.first_seen == stored.last_changed == stored.last_checked == "2026-03-01T08:30:00Z"
    assert (stored.source, stored.cleaner_version, stored.guid) == ("example", "1", saved.guid)
    assert store.removed(saved.id) == (
        Removal(text="Jobs", by="rule:jobs", why="job ads", position=1, confidence=0.9),
    )
    assert store.evidence(saved.id) == article.evidence
    assert store.entry(saved.id) == entry
    assert store.snapshot(stored.snapshot) == snapshot(0)
    assert store.article(saved.guid) == stored
    assert store.article("http://m.example.org/town/tram-line-stays/?utm_medium=x") == stored


def test_looking_again_changes_last_checked_and_no_other_byte(store: Any, save: Any, make: Any) -> None:
    article = make(tags=("a",), image=Image(url="https://www.example.org/tram.jpg?token=1"))
    save(article, 0)
    tables = ("articles", "addresses", "removed_blocks", "evidence", "entries", "revisions")
    before = {table: rows(store, table) for table in tables}
    # A rotating picture address and tags in another order are no edit.
    again = replace(article, tags=("b", "a"), image=Image(url="https://www.example.org/tram.jpg?token=2"))
    assert save(again, 15).outcome == "unchanged"
    checked = store.db.execute("SELECT last_checked FROM articles").fetchone()[0]
    assert checked == "2026-03-01T08:45:00Z"
    store.db.execute("UPDATE articles SET last_checked = first_seen")
    assert {table: rows(store, table) for table in tables} == before


def test_an_edit_is_a_revision_by_the_publisher(store: Any, save: Any, make: Any) -> None:
    first = make(title="Tram line stays")
    second = replace(
        make(title="Tram line stays for now", text=OTHER),
        verdicts=(Verdict(text="New box", kind="paragraph", kept=False, by="layout", why="box"),),
    )
    id = save(first, 0, snapshot=snapshot(0)).id
    saved = save(second, 60, snapshot=snapshot(100, "sha1:B"))
    assert (saved.id, saved.outcome) == (id, "changed")
    stored = store.article(id)
    assert (stored.title, stored.text, stored.last_changed) == (
        "Tram line stays for now",
        OTHER,
        "2026-03-01T09:30:00Z",
    )
    assert stored.first_seen == "2026-03-01T08:30:00Z"
    (revision,) = store.revisions(id)
    assert (revision.title, revision.text, revision.changed_by) == (
        "Tram line stays",
        first.text,
        "publisher",
    )
    assert (revision.since, revision.replaced) == ("2026-03-01T08:30:00Z", "2026-03-01T09:30:00Z")
    assert [removal.text for removal in store.removed(id)] == ["New box"]
    assert [found.id for found in store.search("shopkeepers")] == []
    assert [found.id for found in store.search("roof")] == [id]


def test_a_correction_of_the_byline_is_a_revision(store: Any, save: Any, make: Any) -> None:
    id = save(make(), 0).id
    assert save(make(authors=(Author(name="Redaktion"),)), 1).outcome == "changed"
    assert [revision.authors for revision in store.revisions(id)] == [()]


@pytest.mark.parametrize(
    ("version", "place", "by"),
    [("1", snapshot(100, "sha1:B"), "publisher"), ("2", snapshot(100, "sha1:B"), "cleaner")],
)
def test_no_edit_of_another_cleaner_is_laid_at_the_publishers_door(
    store: Any, save: Any, make: Any, version: str, place: Snapshot, by: str
) -> None:
    id = save(make(), 0, snapshot=snapshot(0)).id
    save(make(text=OTHER), 1, snapshot=place, cleaner_version=version)
    assert [revision.changed_by for revision in store.revisions(id)] == [by]


def test_cleaning_again_looks_at_nothing(store: Any, save: Any, make: Any) -> None:
    id = save(make(), 0, snapshot=snapshot(0)).id
    assert save(make(), 60, snapshot=snapshot(0), cleaner_version="2").outcome == "unchanged"
    stored = store.article(id)
    assert (stored.cleaner_version, stored.last_checked) == ("2", "2026-03-01T08:30:00Z")
    assert save(make(language="en"), 90, snapshot=snapshot(0), cleaner_version="3").outcome == "changed"
    assert [revision.changed_by for revision in store.revisions(id)] == ["cleaner"]
    # The rule that cut too much is taken back: the text is what it was.
    save(make(), 95, snapshot=snapshot(0), cleaner_version="4")
    assert store.article(id).text == stored.text


def test_a_wall_takes_nothing_from_a_stored_article(store: Any, save: Any, make: Any) -> None:
    id = save(make(), 0, snapshot=snapshot(0)).id
    wall = make(status="rejected", reason="consent", title="Before you go on", text="We value cookies")
    saved = save(wall, 15, snapshot=snapshot(100, "sha1:B"))
    assert (saved.outcome, saved.status, saved.reason, saved.id) == ("rejected", "article", "consent", id)
    assert store.article(id).title == "About tram-line-stays"
    # The cleaner, on the very same page, is another matter: it knows better now.
    saved = save(wall, 20, snapshot=snapshot(0), cleaner_version="2")
    assert (saved.status, store.article(id).reason) == ("rejected", "consent")
    assert [revision.title for revision in store.revisions(id)] == ["About tram-line-stays"]


def test_a_rejected_page_becomes_an_article(store: Any, save: Any, make: Any) -> None:
    wall = make(status="rejected", reason="consent", text="We value cookies")
    first = save(wall, 0)
    assert first.outcome == "rejected"
    assert save(wall, 10).outcome == "rejected"
    saved = save(make(), 15)
    assert (saved.id, saved.guid, saved.outcome) == (first.id, first.guid, "new")
    stored = store.article(first.id)
    assert (stored.reason, stored.first_seen) == (None, "2026-03-01T08:30:00Z")
    assert store.revisions(first.id) == ()


def test_a_deleted_article_stays_deleted(store: Any, save: Any, make: Any, at: Any) -> None:
    id = save(make(), 0).id
    store.set_status(id, "deleted", reason="asked for", now=at(5))
    for article in (make(), make(text=OTHER), make(url="https://m.example.org/town/tram-line-stays")):
        assert save(article, 10).status == "deleted"
    assert store.known(["https://www.example.org/town/tram-line-stays"])
    assert list(store.articles()) == []
    assert store.search("tram") == []


def test_a_gone_article_that_is_back_is_an_article(store: Any, save: Any, make: Any, at: Any) -> None:
    id = save(make(), 0).id
    store.set_status(id, "gone", reason="http_410", now=at(5))
    assert save(make(), 10).outcome == "changed"
    assert (store.article(id).status, store.article(id).reason) == ("article", None)


def test_a_good_answer_clears_the_failure(store: Any, save: Any, make: Any, at: Any) -> None:
    url = "https://www.example.org/town/tram-line-stays"
    for minute in (0, 1):
        store.add_failure(url, source="example", reason="timeout", detail="60 s", now=at(minute))
    (failure,) = store.failures()
    assert (failure.tries, failure.first_failed, failure.last_failed) == (
        2,
        "2026-03-01T08:30:00Z",
        "2026-03-01T08:31:00Z",
    )
    assert not store.known([url]), "a failure is tried again"
    save(make(), 2)
    assert store.failures() == ()


def test_one_article_is_stored_whole_or_not_at_all(store: Any, save: Any, make: Any) -> None:
    twice = Verdict(text="x", kind="paragraph", kept=False, by="b", why="w")
    good = save(make("good"))
    broken = replace(make("broken"), evidence=(Evidence(field="t", origin="o", raw=None, chosen=True),))  # type: ignore[arg-type]
    with pytest.raises(Exception, match="raw"):
        save(replace(broken, verdicts=(twice,)), 1)
    assert [article.id for article in store.articles(status=None)] == [good.id]
    assert rows(store, "removed_blocks") == []
    assert len(rows(store, "addresses")) == 1


def test_a_transaction_takes_all_or_nothing(store: Any, save: Any, make: Any) -> None:
    def half() -> None:
        with store.transaction():
            save(make("a"))
            save(make("b", text=OTHER))
            raise KeyError

    with pytest.raises(KeyError):
        half()
    assert list(store.articles()) == []


def test_newest_first_by_the_publishers_date_unless_it_lies_ahead(store: Any, save: Any, make: Any) -> None:
    texts = iter(f"{word} " * 20 for word in ("one", "two", "three", "four"))
    save(make("undated", text=next(texts)), 0)
    save(make("old", text=next(texts), published="2019-05-01"), 1)
    save(make("ahead", text=next(texts), published="2099-01-01T00:00:00Z"), 2)
    save(make("today", text=next(texts), published="2026-03-01T08:29:00Z"), 3, source="other")
    newest = [article.url.rpartition("/")[2] for article in store.articles()]
    assert newest == ["ahead", "undated", "today", "old"]
    view = [url.rpartition("/")[2] for (url,) in store.db.execute("SELECT url FROM latest")]
    assert view == newest
    assert [article.date for article in store.articles(limit=1)] == ["2026-03-01T08:32:00Z"]
    assert [article.source for article in store.articles(source="other")] == ["other"]


def test_what_sqlite_cannot_keep_is_kept_as_far_as_it_goes(store: Any, save: Any, make: Any, at: Any) -> None:
    odd = {"title": "A\ud800B\x00C", "tags": ("x\udfff",), "text": "word\x00s " * 9, "content_hash": "h"}
    id = save(
        make(**odd, raw_url="https://www.example.org/\ud800"), addresses=["https://x.example/\ud800"]
    ).id
    store.add_failure("https://x.example/\ud800", source="x", reason="dns", detail="\ud800", now=at(0))
    stored = store.article(id)
    assert (stored.title, stored.tags, stored.text[:7]) == ("A?BC", ("x?",), "words w")


STATES = st.sampled_from(["a1", "a2", "wall", "m", "amp", "gone", "deleted"])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(visits=st.lists(STATES, max_size=12))
def test_no_history_makes_two_rows_or_a_stale_index(
    tmp_path_factory: Any, make: Any, at: Any, visits: list[str]
) -> None:
    from exporters.store import Store

    pages = {
        "a1": make(),
        "a2": make(text=OTHER),
        "wall": make(status="rejected", reason="consent", text="We value cookies"),
        "m": make(url="https://m.example.org/town/tram-line-stays"),
        "amp": make(url="https://www.example.org/town/tram-line-stays/amp", text=OTHER),
    }
    with Store.open(tmp_path_factory.mktemp("history") / "news.db") as store:
        for minute, visit in enumerate(visits):
            if visit in pages:
                store.save(pages[visit], source="example", now=at(minute), cleaner_version="1")
            elif store.db.execute("SELECT count(*) FROM articles").fetchone()[0]:
                store.set_status(1, visit, reason=None, now=at(minute))
        kept = list(store.articles(status=None))
        assert len(kept) == (1 if any(visit in pages for visit in visits) else 0)
        if kept and "deleted" in visits[1:] and visits.index("deleted") > 0 and "gone" not in visits:
            assert kept[0].status == "deleted"
        store.db.execute("INSERT INTO articles_fts (articles_fts, rank) VALUES ('integrity-check', 1)")
        assert store.db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert store.db.execute("PRAGMA foreign_key_check").fetchall() == []
