"""Full-text search: what people type, and what they find."""

from __future__ import annotations

import doctest
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from exporters.store import search
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


def test_newest_first_looks_at_a_window(
    store: Any, save: Any, make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "WINDOW", 3)
    for number in range(6):
        save(make(f"n{number}", text=f"tram number{number} " * 9, published=f"20{30 - number}-01-01"), number)
    assert len(store.search("tram", limit=2)) == 2
    assert len(store.search("tram", limit=6)) == 6


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
