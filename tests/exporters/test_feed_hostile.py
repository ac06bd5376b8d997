"""A thousand hostile bodies: nothing of them is left in a feed or in an article; feeds stay well-formed."""

from __future__ import annotations

import pytest

from bench import hostile


@pytest.fixture(scope="module")
def bodies() -> list[str]:
    return hostile.bodies(hostile.vectors(), 1000)


def test_the_look_finds_what_there_is_to_find(bodies: list[str]) -> None:
    assert len(set(bodies)) > 950
    harmless = [body for body in bodies if not hostile.dangers(body.replace("\x00", ""))]
    assert len(harmless) < 100  # a mutation may end in plain words
    assert hostile.dangers("<p>One <em>word</em> &amp; <a href='https://x.example/'>another</a></p>") == []


def test_nothing_hostile_is_left_in_any_format(bodies: list[str]) -> None:
    count = 0
    for form, html in hostile.bodies_in(hostile.feed_of(bodies)):
        assert hostile.dangers(html) == [], form
        assert hostile.STORY in html or form == "rss"  # its summary is text
        count += 1
    assert count == 4000


@pytest.mark.slow
def test_nothing_hostile_is_left_in_an_article(bodies: list[str]) -> None:
    told = 0
    for number, body in enumerate(bodies):
        html = hostile.article_html(body, number)
        assert hostile.dangers(html) == []
        told += "its engine has failed" in html
    assert told > 950
