"""The places that open a story."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.metadata import dateline


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("WASHINGTON / MÜNCHEN (BITLOTSE) – In einem Schritt", ("Washington", "München")),
        ("BERLIN (dpa) - Die Stadt", ("Berlin",)),
        ("Berlin (dpa) - Die Stadt", ("Berlin",)),
        ("LONDON — The city", ("London",)),
        ("NEW YORK (AP) — The city", ("New York",)),
        ("SACRAMENTO, Calif. (AP) — The state", ("Sacramento",)),
        ("FRANKFURT AM MAIN (Reuters) - Die Bank", ("Frankfurt am Main",)),
        ("PARIS, 3 mars (AFP) – La ville", ("Paris",)),
        ("MADRID/BARCELONA (EFE) – La ciudad", ("Madrid", "Barcelona")),
        ("The city of London – a place of trade – was quiet.", ()),
        ("UPDATE – The city was quiet.", ()),
        ("", ()),
    ],
)
def test_datelines(text: str, expected: tuple[str, ...]) -> None:
    assert dateline.places(text) == expected


@given(st.text(max_size=300))
def test_any_text_has_a_dateline_or_none(text: str) -> None:
    for place in dateline.places(text):
        assert place.strip() == place
        assert place


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Essen. Die Stadt baut am Hafen eine neue Brücke.", ("Essen",)),
        ("Riad. „Das ist ein Anfang“, sagt der Trainer am Abend.", ("Riad",)),
        ("Musterhausen. Die Stadt baut am Hafen eine neue Brücke.", ("Musterhausen",)),
        ("Bad Musterau. Die Stadt baut am Hafen eine neue Brücke.", ("Bad Musterau",)),
        ("Stille. Dann fällt im Saal der erste laute Satz des Abends.", ()),
        ("Nein. Die Stadt baut am Hafen keine neue Brücke.", ()),
        ("Der Hafen. Die Stadt baut dort eine neue Brücke.", ()),
        ("Geburtstag. Die Stadt feiert am Hafen die neue Brücke.", ()),
        ("Zuerst ein Satz.\nEssen. Die Stadt baut am Hafen eine neue Brücke.", ()),
    ],
)
def test_german_datelines_before_a_full_stop(text: str, expected: tuple[str, ...]) -> None:
    assert dateline.places(text, language="de-DE") == expected
    assert dateline.places(text) == ()


@pytest.mark.parametrize("label", ["HARBOUR ROW", "WARNING GRAPHIC DETAIL", "STRIKE"])
def test_capitals_before_a_colon_are_a_label(label: str) -> None:
    assert dateline.places(f"{label}: The city has closed the quay.") == ()
    assert dateline.places("HAMBURG (dpa): Die Stadt hat den Kai gesperrt.") == ("Hamburg",)
