"""Which article a page is, and what becomes of its row."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exporters.store.identity import mint_guid, same_story
from pipelines.types import Author, Entry, Evidence, Image, Removal, Snapshot, Verdict

OTHER = (
    "A storm tore the roof from the sports hall in the night, and nobody was hurt.\n\n"
    "Lessons will be held in the library until the roof is mended, the school wrote to parents.\n\n"
    "An expert is to say next week whether the walls have suffered as well."
)


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


def test_one_row_through_every_door(store: Any, save: Any, make: Any) -> None:
    id = save(make(), 0).id
    for url in (
        "http://www.example.org/town/tram-line-stays",
        "https://m.example.org/town/tram-line-stays",
        "https://www.example.org/town/tram-line-stays/amp",
    ):
        saved = save(make(url=url, text=OTHER + " It says so a little differently here."), 1)
        assert (saved.id, saved.outcome) == (id, "changed" if url.startswith("http:") else "unchanged"), url
    assert store.db.execute("SELECT count(*) FROM articles").fetchone() == (1,)


def test_a_canonical_link_ties_copies_of_one_story(store: Any, save: Any, make: Any) -> None:
    canonical = "https://www.example.org/town/tram-line-stays-10482"
    first = save(make(url="https://www.example.org/print/10482", canonical_url=canonical), 0)
    assert not store.known([canonical]), "it may be another article: nobody has looked yet"
    second = save(make(url=canonical, canonical_url=canonical), 1)
    assert (second.id, second.outcome) == (first.id, "unchanged")
    third = save(make(url="https://www.example.org/pdf/10482", canonical_url=canonical), 2)
    assert third.id == first.id
    assert store.known([canonical]) == {canonical}


def test_a_canonical_link_to_another_article_merges_nothing(store: Any, save: Any, make: Any) -> None:
    tram = save(make("tram-line-stays"), 0)
    storm = make("storm-takes-roof", text=OTHER, canonical_url="https://www.example.org/town/tram-line-stays")
    saved = save(storm, 1)
    assert saved.outcome == "new"
    assert saved.id != tram.id
    assert save(storm, 2).id == saved.id
    assert store.article(tram.id).title == "About tram-line-stays"


def test_one_article_under_many_slugs(store: Any, save: Any, make: Any) -> None:
    long = "\n\n".join([make().text, OTHER])
    first = save(make("a-10482", title="Tram", text=long), 0)
    assert save(make("b-10482", title="Tram", text=long), 1).id == first.id
    elsewhere = make(url="https://paper.example/tram", title="Tram", text=long)
    assert save(elsewhere, 2).id != first.id, "a copy in another paper is an article of its own"


def feed_entry(article: Any, id: str | None = None) -> Entry:
    return Entry(url=article.url, via="https://www.example.org/feed", kind="feed", id=id)


def test_an_edited_headline_gives_the_page_another_slug(store: Any, save: Any, make: Any) -> None:
    """The old address leads to the new one; or only the feed's id says that it is the same item."""
    before = make("tram-line-stays-10482", title="Tram line stays")
    after = make("tram-line-stays-for-now-10482", title="Tram line stays for now")
    first = save(before, 0, entry=feed_entry(before, "tag:10482"))
    saved = save(after, 60, addresses=[before.url, after.url])
    assert (saved.id, saved.guid, saved.outcome) == (first.id, first.guid, "changed")
    stored = store.article(first.id)
    assert (stored.url, stored.raw_url, stored.title) == (after.url, after.url, "Tram line stays for now")
    assert [(r.title, r.changed_by) for r in store.revisions(first.id)] == [("Tram line stays", "publisher")]
    assert store.known([before.url, after.url]) == {before.url, after.url}
    assert store.db.execute("SELECT url FROM checks").fetchall() == [(after.url,)]
    third = make("tram-line-stays-after-all-10482", title="Tram line stays after all")
    saved = save(third, 90, entry=feed_entry(third, "tag:10482"))
    assert (saved.id, store.article(first.id).url) == (first.id, third.url)
    # The same words under another address: it moved, and nobody changed a word.
    fourth = make("tram-10482", title="Tram line stays after all")
    assert save(fourth, 95, addresses=[third.url]).outcome == "unchanged"
    assert store.article(first.id).url == fourth.url
    assert len(store.revisions(first.id)) == 2
    assert store.db.execute("SELECT count(*) FROM articles").fetchone() == (1,)


def test_a_feed_id_used_again_for_another_story_is_a_new_article(store: Any, save: Any, make: Any) -> None:
    tram, storm = make("tram"), make("storm", text=OTHER)
    first = save(tram, 0, entry=feed_entry(tram, "top-story"))
    second = save(storm, 60, entry=feed_entry(storm, "top-story"))
    assert (second.outcome, second.id != first.id) == ("new", True)
    assert store.article(first.id).url == tram.url
    # The same id in another feed says nothing.
    elsewhere = make("tram-again", title="Tram, once more", canonical_url=None)
    entry = replace(feed_entry(elsewhere, "top-story"), via="https://other.example/feed")
    assert save(elsewhere, 70, entry=entry).outcome == "new"


def test_a_link_that_leads_to_another_story_now_is_no_move(store: Any, save: Any, make: Any) -> None:
    tram = make("tram")
    first = save(tram, 0)
    saved = save(make("storm", text=OTHER), 60, addresses=[tram.url])
    assert (saved.outcome, saved.id != first.id) == ("new", True)
    assert store.article(first.id).url == tram.url
    assert store.revisions(first.id) == ()


def test_known_answers_for_all_addresses(store: Any, save: Any, make: Any) -> None:
    entry = Entry(url="https://www.example.org/r/1", via="https://www.example.org/feed", kind="feed")
    save(make(), entry=entry, addresses=["https://short.example/x"])
    save(make("wall", status="rejected", reason="consent", text=""), 1)
    asked = [
        "https://www.example.org/town/tram-line-stays?utm_source=feed",
        "http://example.org/r/1",
        "https://short.example/x",
        "https://www.example.org/town/wall",
        "https://www.example.org/town/never-seen",
    ]
    assert store.known(asked) == set(asked[:4])
    assert store.known([]) == set()


def test_a_link_that_leads_to_a_wall_today_may_lead_to_the_story_tomorrow(
    store: Any, save: Any, make: Any
) -> None:
    links = [f"https://www.example.org/r/{number}" for number in (1, 2)]
    wall = make(url="https://consent.example/ask", status="rejected", reason="consent", text="Cookies")
    ids = [save(wall, addresses=[link, "https://www.example.org/hop"]).id for link in links]
    assert len(set(ids)) == 2, "each link is tried again by itself"
    stored = store.article(ids[0])
    assert (stored.url, stored.raw_url) == (links[0], "https://consent.example/ask")
    assert store.known([*links, "https://consent.example/ask", "https://www.example.org/hop"]) == set(links)
    assert save(wall, 15, addresses=[links[0]]).id == ids[0]
    saved = save(make(), 30, addresses=[links[0]])
    assert (saved.id, saved.outcome) == (ids[0], "new")
    stored = store.article(links[0])
    assert stored.url == stored.raw_url == "https://www.example.org/town/tram-line-stays"
    assert save(wall, 45, addresses=[links[0]]).status == "article", "a wall takes nothing from it"
    assert store.db.execute("SELECT count(*) FROM articles").fetchone() == (2,)


def test_an_address_never_moves(store: Any, save: Any, make: Any) -> None:
    """It once led to the tram, and now shows the storm."""
    address = "https://www.example.org/today"
    tram = save(make(), addresses=[address])
    storm = save(make(url=address, text=OTHER), 1)
    assert (storm.outcome, storm.id != tram.id) == ("new", True)
    assert save(make(url=address, text=OTHER), 2).id == storm.id
    assert store.db.execute("SELECT article FROM addresses WHERE key = 'example.org/today'").fetchone() == (
        tram.id,
    )


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


WORDS = st.lists(st.sampled_from(["tram", "roof", "rain", "vote", "school", "storm"]), max_size=30)


@given(WORDS, WORDS)
def test_being_the_same_story_works_both_ways(a: list[str], b: list[str]) -> None:
    one, other = " ".join(a), " ".join(b)
    assert same_story("t", one, "t", other) == same_story("t", other, "t", one)
    assert same_story("t", one, "t", one)


def test_edits_and_cuts_are_the_same_story_and_a_shared_sentence_is_not(make: Any) -> None:
    story = make().text
    paragraphs = story.split("\n\n")
    assert same_story("a", story, "b", paragraphs[0])
    assert same_story("a", story, "b", story.replace("Tuesday", "Wednesday").replace("nine", "ten"))
    assert not same_story("a", story, "b", OTHER + "\n\n" + paragraphs[0].partition(",")[0])
    assert not same_story("a", story, "b", OTHER)
    assert not same_story("a", "Watch the video", "b", "See the pictures")


def test_a_guid_is_a_name_of_its_own() -> None:
    guid = mint_guid("https://www.example.org/a", "2026-03-01T08:30:00Z")
    assert guid == mint_guid("https://www.example.org/a", "2026-03-01T08:30:00Z")
    assert guid.startswith("urn:uuid:")
    assert guid != mint_guid("https://www.example.org/a", "2031-03-01T08:30:00Z")


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
