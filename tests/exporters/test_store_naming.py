"""How addresses are named, and what becomes of the stored ones when that changes."""

from __future__ import annotations

from typing import Any

import pytest

from exporters.store import naming, renaming
from exporters.store.renaming import Renamed
from pipelines import urls
from pipelines.types import Author, Entry, Evidence, Snapshot, Verdict
from pipelines.urls import Parameters

SITE = "https://www.example.org"
STORY = f"{SITE}/town/tram-line-stays"
OTHER = (
    "A storm tore the roof from the sports hall in the night, and nobody was hurt.\n\n"
    "Lessons will be held in the library until the roof is mended, the school wrote to parents."
)


def says(**said: set[str]) -> dict[str, Parameters]:
    given = {name: frozenset(names) for name, names in said.items()}
    return {"example.org": Parameters(**given)}


def urls_of(store: Any) -> list[tuple[Any, ...]]:
    return list(store.db.execute("SELECT url, canonicalizer_version FROM articles ORDER BY id"))


def test_what_a_source_keeps_names_articles(store: Any, save: Any, make: Any, at: Any) -> None:
    assert store.name_addresses(says(keep={"at_id"}), now=at(0)) is not None
    assert store.name_addresses(says(keep={"at_id"}), now=at(0)) is None, "nothing is new"
    for number, text in ((1, make().text), (2, OTHER)):
        url = f"{STORY}?at_id={number}&utm_source=feed"
        # The cleaner knows nothing of sources.
        saved = save(make(url=urls.canonicalise(url), raw_url=url, text=text), number, addresses=[url])
        assert saved.outcome == "new"
    assert [url for url, _ in urls_of(store)] == [f"{STORY}?at_id=1", f"{STORY}?at_id=2"]
    assert store.known([f"{STORY}?at_id=1&utm_medium=x", f"{STORY}?at_id=3", STORY]) == {
        f"{STORY}?at_id=1&utm_medium=x"
    }
    assert store.article(f"{STORY}?at_id=2&at_medium=x").text == OTHER
    assert set(store.checks(["http://m.example.org/town/tram-line-stays?at_id=1"])) != set()
    (version,) = {version for _, version in urls_of(store)}
    assert version.startswith(f"{urls.CANONICALIZER_VERSION}+")
    # Other sites are named as ever.
    elsewhere = make(url="https://paper.example/a", raw_url="https://paper.example/a?at_id=1", text=OTHER * 2)
    save(elsewhere, 3)
    assert urls_of(store)[-1] == ("https://paper.example/a", urls.CANONICALIZER_VERSION)
    renamed = store.name_addresses(says(keep={"at_id", "p"}), now=at(9))
    assert renamed == Renamed(articles=2), "and left alone when another site's parameters change"


def test_what_a_source_drops_says_nothing_of_the_article(store: Any, save: Any, make: Any, at: Any) -> None:
    store.name_addresses(says(drop={"from"}), now=at(0))
    first = save(make(url=f"{STORY}?from=home", raw_url=f"{STORY}?from=home"), 0)
    again = save(make(url=f"{STORY}?from=mail", raw_url=f"{STORY}?from=mail"), 1)
    assert (again.id, again.outcome) == (first.id, "unchanged")
    assert store.article(first.id).url == STORY


def test_rows_that_are_one_article_become_one(store: Any, save: Any, make: Any, at: Any) -> None:
    """Both were edited, in turns, before the source said that ``from`` says nothing."""
    numbers = ("nine", "ten", "eleven", "twelve")
    texts = [make().text.replace("nine", number) for number in numbers]
    home, mail = f"{STORY}?from=home", f"{STORY}?from=mail"
    place = Snapshot(
        file="a.warc.gz",
        offset=0,
        length=9,
        digest="sha1:A",
        url=mail,
        status=200,
        fetched="2026-03-01T08:30:00Z",
    )
    entry = Entry(url=f"{mail}&utm_source=x", via=f"{SITE}/feed", kind="feed", id="4711")
    first = save(make(url=home, text=texts[0]), 0)
    second = save(
        make(
            url=mail,
            title="Tram, by mail",
            text=texts[1] + "\n\n" + OTHER,
            authors=(Author(name="Ada Holm"),),
            verdicts=(Verdict(text="Jobs", kind="heading", kept=False, by="rule:jobs", why="job ads"),),
            evidence=(Evidence(field="title", origin="h1", raw="Tram, by mail", chosen=True),),
        ),
        10,
        snapshot=place,
        entry=entry,
    )
    assert first.id != second.id, "an article of its own, as far as anybody knew"
    save(make(url=home, text=texts[2]), 20)
    save(make(url=mail, title="Tram, by mail", text=texts[3] + "\n\n" + OTHER), 30)
    save(make("storm", text=OTHER), 40)
    store.add_failure(f"{SITE}/b?from=x", source="example", reason="timeout", detail=None, now=at(1))

    renamed = store.name_addresses(says(drop={"from"}), now=at(60))
    assert renamed == Renamed(articles=3, merged=1)
    kept, storm = sorted(store.articles(status=None), key=lambda article: article.id)
    assert (kept.id, kept.guid, kept.url, kept.first_seen) == (
        first.id,
        first.guid,
        STORY,
        "2026-03-01T08:30:00Z",
    )
    assert (kept.title, kept.text) == ("Tram, by mail", texts[3] + "\n\n" + OTHER)
    assert (kept.last_changed, kept.last_checked) == ("2026-03-01T09:00:00Z", "2026-03-01T09:00:00Z")
    assert storm.url == f"{SITE}/town/storm"
    # Every version of either is still there, in the order of time.
    revisions = store.revisions(first.id)
    said = [next(n for n in numbers if f" {n} against" in r.text) for r in revisions]
    assert said == ["nine", "ten", "eleven"]
    assert [r.replaced for r in revisions] == sorted(r.replaced for r in revisions)
    # The other guid and all addresses lead there; what belongs to the newest text came with it.
    assert store.article(second.guid) == kept
    assert store.known([home, mail, STORY, f"{STORY}?from=elsewhere"]) == {
        home,
        mail,
        STORY,
        f"{STORY}?from=elsewhere",
    }
    assert store.entry(first.id) == entry
    checked = store.db.execute("SELECT url FROM checks WHERE article = ?", [first.id]).fetchall()
    assert checked == [(STORY,)]
    assert [found.id for found in store.search("mail")] == [first.id]
    assert [removal.text for removal in store.removed(first.id)] == []
    assert [failure.url for failure in store.failures()] == [f"{SITE}/b"]
    again = save(make(url=f"{STORY}?from=x", raw_url=f"{STORY}?from=x", text=OTHER), 70)
    assert again.id == first.id
    store.db.execute("INSERT INTO articles_fts (articles_fts, rank) VALUES ('integrity-check', 1)")
    assert store.db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert store.db.execute("PRAGMA foreign_key_check").fetchall() == []


def test_a_parameter_dropped_by_mistake_makes_no_article_of_all(
    store: Any, save: Any, make: Any, at: Any
) -> None:
    texts = [make().text, OTHER, OTHER[::-1]]
    for number, text in enumerate(texts):
        save(make(url=f"{SITE}/show?id={number}", title=f"Story {number}", text=text), number)
    before = [url for url, _ in urls_of(store)]
    renamed = store.name_addresses(says(drop={"id"}), now=at(10))
    assert (renamed.merged, renamed.apart > 0) == (0, True)
    assert sorted(article.text for article in store.articles()) == sorted(texts)
    # The mistake is taken back.
    assert store.name_addresses(says(), now=at(20)) is not None
    assert [url for url, _ in urls_of(store)] == before
    assert len(store.known(before)) == 3


def test_a_page_that_was_no_article_gives_way_to_the_one_that_is(
    store: Any, save: Any, make: Any, at: Any
) -> None:
    wall = save(make(url=f"{STORY}?from=a", status="rejected", reason="consent", text="Cookies"), 0)
    story = save(make(url=f"{STORY}?from=b"), 1)
    store.name_addresses(says(drop={"from"}), now=at(2))
    (kept,) = store.articles(status=None)
    assert (kept.id, kept.guid, kept.status, kept.text) == (wall.id, wall.guid, "article", make().text)
    assert store.article(story.guid) == kept
    assert store.revisions(kept.id) == ()


def test_what_was_deleted_stays_deleted_under_every_name(store: Any, save: Any, make: Any, at: Any) -> None:
    first = save(make(url=f"{STORY}?from=a"), 0)
    store.set_status(first.id, "deleted", reason="asked for", now=at(1))
    save(make(url=f"{STORY}?from=b", text=make().text + " More."), 2)
    store.name_addresses(says(drop={"from"}), now=at(3))
    assert [article.status for article in store.articles(status=None)] == ["deleted"]
    assert save(make(url=f"{STORY}?from=c", raw_url=f"{STORY}?from=c"), 4).status == "deleted"


def test_what_is_forgotten_stays_forgotten_when_names_change(
    store: Any, save: Any, make: Any, at: Any
) -> None:
    url = f"{STORY}?at_id=7"
    save(make(url=STORY, raw_url=url), 0, addresses=[url])
    store.forget(url, None, now=at(1))
    store.name_addresses(says(keep={"at_id"}), now=at(2))
    assert store.known([url, f"{STORY}?at_id=8"]) == {url}
    assert save(make(url=STORY, raw_url=url), 3).status == "deleted"


@pytest.fixture
def older(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Until the test says otherwise, the canonicaliser is an older one that knows no ``fbclid``."""
    version, tracking = urls.CANONICALIZER_VERSION, urls._TRACKING
    for module in (urls, naming):
        monkeypatch.setattr(module, "CANONICALIZER_VERSION", "0.9")
    monkeypatch.setattr(urls, "_TRACKING", tracking - {"fbclid"})

    def now() -> None:
        for module in (urls, naming):
            monkeypatch.setattr(module, "CANONICALIZER_VERSION", version)
        monkeypatch.setattr(urls, "_TRACKING", tracking)

    return now


def test_rows_of_an_older_canonicaliser_are_named_anew(
    store: Any, save: Any, make: Any, at: Any, older: Any
) -> None:
    store.name_addresses({}, now=at(0))
    shared = save(make(url=f"{STORY}?fbclid=1"), 0)
    storm = save(make(url=f"{SITE}/town/storm?fbclid=2", text=OTHER), 1)
    link = f"{SITE}/r/9?fbclid=3"
    wall = save(make("wall", status="rejected", reason="login", text=""), 2, addresses=[link])
    assert {version for _, version in urls_of(store)} == {"0.9"}
    older()
    assert store.name_addresses({}, now=at(3)) == Renamed(articles=3)
    version = urls.CANONICALIZER_VERSION
    assert urls_of(store) == [
        (STORY, version),
        (f"{SITE}/town/storm", version),
        (f"{SITE}/r/9", version),
    ]
    assert store.known([f"{STORY}?fbclid=8", f"{SITE}/town/storm", f"{SITE}/r/9"]) == {
        f"{STORY}?fbclid=8",
        f"{SITE}/town/storm",
        f"{SITE}/r/9",
    }
    assert [store.article(saved.guid).id for saved in (shared, storm, wall)] == [1, 2, 3]
    assert store.name_addresses({}, now=at(4)) is None
    raw = store.db.execute("SELECT raw_url FROM articles WHERE id = 1").fetchone()
    assert raw == (f"{STORY}?fbclid=1",), "as it was fetched"


def test_renaming_goes_on_where_it_was_stopped(
    store: Any, save: Any, make: Any, at: Any, older: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.name_addresses({}, now=at(0))
    for number in range(7):
        save(make(url=f"{STORY}-{number}?fbclid={number}", text=f"{number} {OTHER[number:]}"), number)
    older()
    monkeypatch.setattr(renaming.batch, "__defaults__", (2,))
    rename, calls = renaming._rename, []

    def stopped(*args: Any, **more: Any) -> None:
        calls.append(args)
        if len(calls) == 6:
            raise KeyboardInterrupt
        rename(*args, **more)

    monkeypatch.setattr(renaming, "_rename", stopped)
    with pytest.raises(KeyboardInterrupt):
        store.name_addresses({}, now=at(10))
    assert sum("fbclid" not in url for url, _ in urls_of(store)) == 4, "two batches, each whole"
    assert store.name_addresses({}, now=at(11)).articles == 3
    assert not any("fbclid" in url for url, _ in urls_of(store))
