"""The index of phrases: it leaves out no phrase that would fit, wherever a text's words stand."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.boilerplate.index import Entry, Index
from pipelines.boilerplate.phrases import PhraseError, line, normal, parse

PHRASES = [
    "Read also",
    "Read also: …",
    "[Now] (read|hear) our [free] newsletter",
    "… our newsletter …",
    "… (sign up|subscribe) … newsletter",
    "(Get it|Get) … it now",
    "12 comments",
    "More … newsletter on {title}",
    "© … rights reserved …",
]
SAID = "read also : our free newsletter sign up subscribe get it now 12 comments more on © rights reserved"
WORDS = st.sampled_from(SAID.split())


def entries(*phrases: str) -> list[Entry]:
    return [Entry(0, 99, rank, parse(phrase)) for rank, phrase in enumerate(phrases)]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.lists(WORDS, max_size=7).map(" ".join), max_size=4))
def test_a_phrase_that_fits_is_near(texts: list[str]) -> None:
    known = entries(*PHRASES)
    words, lines = normal(texts)
    near = Index(known).near(words)
    for at, said in enumerate(lines):
        fitting = {entry.rank for entry in known if entry.phrase.fits(said)}
        assert fitting <= {entry.rank for entry in near.get(at, ())}


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab (|)[]…", max_size=30), st.text(alphabet="ab ", max_size=20))
def test_so_is_any_phrase(phrase: str, text: str) -> None:
    try:
        known = entries(phrase)
    except PhraseError:
        return
    if known[0].phrase.fits(line(text)):
        assert Index(known).near(normal([text])[0])[0] == known


@pytest.mark.parametrize("text", ["The ferry is back", "Also read", ""])
def test_most_texts_are_near_nothing(text: str) -> None:
    words, _ = normal([text])
    assert not any(Index(entries("Read also: …", "… our newsletter …")).near(words).values())
