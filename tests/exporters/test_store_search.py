"""Full-text search: what people type, and what they find."""

from __future__ import annotations

import doctest
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from exporters.store import Store, search
from exporters.store.search import fts_query

pytestmark = pytest.mark.filterwarnings("error")

TEXTS = {
    "münchen": "In München wird die Straßenbahn verlängert; das Café am Platz bleibt offen.",
    "troops": "The president's offer of troops was refused; the offer of help was not.",
    "help": "An offer came late: troops of volunteers cleared the snow with an e-mail list.",
    "istanbul": "İstanbul'da yağmur yağdı. Београд чека снег. 東京で会談。",
}


@pytest.fixture
def found(store: Any, save: Any, make: Any) -> Any:
    for minute, (name, text) in enumerate(TEXTS.items()):
        save(make(url=f"https://www.example.org/{minute}", title=name, text=text), minute)
    return lambda query, **options: [hit.title for hit in store.search(query, **options)]


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("Munchen", ["münchen"]),
        ("MÜNCHEN cafe", ["münchen"]),
        ("munch*", ["münchen"]),
        ("munch", []),
        ("offer troops", ["help", "troops"]),
        ('"offer of troops"', ["troops"]),
        ("„offer of troops“", ["troops"]),
        ('"offer of troops', ["troops"]),
        ("offer -refused", ["help"]),
        ("e-mail", ["help"]),
        ("president's", ["troops"]),
        ("Београд", ["istanbul"]),
        ("-offer", []),
        ("", []),
        ('"" * - ( )', []),
        ("title:troops", []),
        ("troops NEAR(offer)", []),
    ],
)
def test_queries(found: Any, query: str, titles: list[str]) -> None:
    assert found(query) == titles


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.text(alphabet=st.sampled_from(list("aä \"'*^:(){}[]+-|&~<>,.;„“\\\0AND")), max_size=20))
@example(query='a" OR b')
@example(query="NEAR(a b)")
@example(query="AND OR NOT")
def test_no_query_is_a_mistake(store: Any, query: str) -> None:
    assert store.search(query) == []


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.text(max_size=30))
def test_no_letter_is_a_mistake(store: Any, query: str) -> None:
    store.search(query)
    store.search(query, order="relevance", source="x", limit=1)


def test_newest_first_or_best_first(store: Any, save: Any, make: Any) -> None:
    save(make("a", title="Tram tram tram", text="tram " * 30, published="2020-01-01"), 0)
    save(make("b", title="Other", text="one tram among " + "many other words " * 30), 1, source="other")
    assert [hit.title for hit in store.search("tram")] == ["Other", "Tram tram tram"]
    assert [hit.title for hit in store.search("tram", order="relevance")] == ["Tram tram tram", "Other"]
    assert [hit.title for hit in store.search("tram", limit=1)] == ["Other"]
    assert [hit.date for hit in store.search("tram", source="example")] == ["2020-01-01"]


def test_old_articles_that_come_late_do_not_hide_the_newest(store: Any, save: Any, make: Any) -> None:
    for number in range(6):
        save(make(f"n{number}", text=f"tram number{number} " * 9), number)
    for number in range(30):
        save(
            make(f"o{number}", text=f"tram old{number} " * 9, published=f"19{number + 10}-01-01"), 90 + number
        )
    assert [hit.url[-2:] for hit in store.search("tram", limit=3)] == ["n5", "n4", "n3"]
    assert [hit.date[:4] for hit in store.search("tram", limit=8)][5:] == ["2026", "1939", "1938"]


def test_what_came_in_last_is_looked_at_first_and_so_much_of_it(
    store: Any, save: Any, make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "LOOKED_AT", 3)
    for number in range(6):
        save(make(f"n{number}", text=f"tram number{number} " * 9, published=f"20{20 - number}-01-01"), number)
    assert [hit.date[:4] for hit in store.search("tram", limit=2)] == ["2017", "2016"]
    assert len(store.search("tram", limit=6)) == 6


@pytest.fixture
def library(store: Any, save: Any, make: Any) -> Any:
    """Articles of three sources in no order of dates."""
    dates = ("2026-02-28T10:00:00Z", "2020-05-05", None, "2026-03-01", "2031-01-01", "2026-02-28T22:00:00Z")
    for number in range(40):
        source = ("evening", "evening-post", "courier")[number % 3]
        words = f"tram story{number} " + ("snow " if number % 2 else "ice ")
        published = dates[number * 7 % len(dates)]
        save(make(f"a{number}", text=words * 9, published=published), number * 600, source=source)
    return store


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    query=st.sampled_from(["tram", "snow", "tr* -ice", '"tram story7"', "story1*", "evening"]),
    limit=st.integers(1, 45),
    source=st.sampled_from([None, "evening", "evening-post", "courier", "nobody", "--", 'a"b']),
    since=st.sampled_from([None, "2020", "2026-02-28", "2026-02-28T12:00:00Z", "2026-03-09", "2040-01-01"]),
)
def test_the_newest_are_the_newest(
    library: Any, query: str, limit: int, source: str | None, since: str | None
) -> None:
    found = library.search(query, limit=limit, source=source, since=since)
    everything = library.search(query, limit=1000, order="relevance")
    wanted = [
        hit
        for hit in everything
        if (source is None or hit.source == source) and (since is None or hit.date >= since)
    ]
    assert found == sorted(wanted, key=lambda hit: (hit.date, hit.id), reverse=True)[:limit]
    best = library.search(query, limit=100, source=source, since=since, order="relevance")
    assert {hit.id for hit in best} == {hit.id for hit in wanted}


def test_the_name_of_a_source_is_no_word_of_its_articles(library: Any) -> None:
    assert library.search("courier") == []
    assert len(library.search("tram", source="evening", limit=100)) == 14


@pytest.mark.parametrize("source", [None, "evening"])
@pytest.mark.parametrize("order", ["rowid DESC", "rank"])
def test_no_search_reads_all_articles(store: Any, source: str | None, order: str) -> None:
    given = {"match": fts_query("tram", source), "source": source, "since": "", "from": 0}
    sql = f"EXPLAIN QUERY PLAN {search._HITS} ORDER BY f.{order}"
    plan = [row[3] for row in store.db.execute(sql, given)]
    assert [step.split(" VIRTUAL TABLE ")[0] for step in plan] == [
        "SCAN f",
        "SEARCH a USING INTEGER PRIMARY KEY (rowid=?)",
    ]


def test_an_older_index_is_made_anew(path: Any, older: Any) -> None:
    values = dict.fromkeys(("guid", "url", "raw_url", "canonicalizer_version", "cleaner_version"), "x")
    times = dict.fromkeys(("first_seen", "last_changed", "last_checked"), "2026-03-01T08:30:00Z")
    also = {"status": "article", "source": "courier", "word_count": 2, "content_hash": "x", "html": ""}
    db = older("0015")
    db.table("articles").insert({**values, **times, **also, "title": "Rails", "text": "The tram stays."})
    db.close()
    with Store.open(path) as store:
        assert [hit.title for hit in store.search("tram", source="courier")] == ["Rails"]
        store.db.execute("INSERT INTO articles_fts (articles_fts, rank) VALUES ('integrity-check', 1)")


def test_a_hit_shows_the_words_around_it(store: Any, save: Any, make: Any) -> None:
    save(make(text="word " * 100 + "the tram came late " + "word " * 100))
    (hit,) = store.search("tram")
    assert "[tram] came late" in hit.snippet
    assert len(hit.snippet) < 200


def test_rejected_pages_are_not_found(store: Any, save: Any, make: Any) -> None:
    save(make(status="rejected", reason="listing"))
    assert store.search("tram") == []


def test_the_examples_hold() -> None:
    assert doctest.testmod(search).attempted > 0
    assert doctest.testmod(search).failed == 0
    assert fts_query("*") is None
