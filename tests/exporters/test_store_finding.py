"""Which stored article a page is, by its addresses, its links and its words; and the name it keeps."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exporters.store.identity import mint_guid, same_story
from pipelines.types import Entry

from .conftest import OTHER


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


@pytest.mark.parametrize("key", ["\udcffabc", "https://a.example/\udcff", "urn:uuid:\udcff"])
def test_what_a_shell_passes_on_may_be_any_bytes(store: Any, key: str) -> None:
    assert store.article(key) is None
