from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.classify import classify, model
from pipelines.document import parse
from pipelines.features import WIDTH, describe
from pipelines.segment import Block, segment

SENTENCES = (
    "The council voted on Tuesday to rebuild the harbour bridge, which has been closed for two years. "
    "Work is to begin in spring and to cost forty million, the mayor said after the meeting."
)


def blocks(markup: str) -> list[Block]:
    return segment(parse(markup.encode(), url="https://a.example/"))


PAGE = (
    "<nav><ul><li><a href=/a>Home</a><li><a href=/b>Sport</a></ul></nav><article><h1>The bridge</h1>"
    + f"<p>{SENTENCES}</p><img src=/b.jpg><p>{SENTENCES} “At last,” she added.</p></article>"
    + "<div class=comments><p>Great news!</p></div><footer><a href=/imprint>Imprint</a></footer>"
)


def test_paragraphs_are_likelier_than_menus_and_pictures_are_not_judged() -> None:
    found = blocks(PAGE)
    likely = dict(zip([block.text for block in found], classify(found), strict=True))
    assert likely[SENTENCES] > 0.8
    assert likely["Home"] < 0.2
    assert likely["Imprint"] < 0.2
    assert likely[""] == 0  # the picture


@pytest.mark.parametrize("markup", ["", "<p>", "<img src=/a.jpg>", "<p>.</p>", "<pre> \n </pre>"])
def test_pages_with_hardly_anything(markup: str) -> None:
    found = blocks(markup)
    assert len(classify(found)) == len(found)


def test_the_weights_fit_the_features() -> None:
    features = describe(blocks(PAGE), model().vocabulary, headlines=["Bridge"], article_body=SENTENCES)
    assert features.numbers.shape == (len(features.places), WIDTH)
    inputs = model().weights["first.weight"].shape[0]
    assert inputs == WIDTH + 3 * model().weights["names"].shape[1] + model().weights["words"].shape[1]
    assert not model().weights["names"][0].any()  # a name in no vocabulary says nothing
    assert not model().weights["words"][0].any()


def test_what_the_page_says_of_itself_is_seen() -> None:
    found = blocks(f"<p>{SENTENCES}</p><p>Short.</p>")
    plain = classify(found)
    told = classify(found, headlines=["Short."], article_body=SENTENCES)
    assert not np.allclose(plain, told)


MARKUP = st.lists(
    st.sampled_from(
        ["<p>", "</p>", "<div class='teaser x'>", "</div>", "<a href=/x>", "</a>", "<li>", "<td>", SENTENCES]
    )
    | st.text(max_size=8),
    max_size=40,
).map("".join)


@given(MARKUP)
@settings(deadline=None)
def test_one_probability_a_block_the_same_each_time(markup: str) -> None:
    found = blocks(markup.replace("\ud800", ""))
    likely = classify(found)
    assert len(likely) == len(found)
    assert np.isfinite(likely).all()
    assert ((likely >= 0) & (likely <= 1)).all()
    assert (classify(found) == likely).all()
