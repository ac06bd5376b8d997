"""What became of a text, word for word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.worddiff import extent, html_of, word_diff

STORY = (
    "The council met on Monday and decided to build the bridge.\n\n"
    "It will cost 4.2 million, the mayor said.\n\n"
    "Critics pointed out that the ferry had never been late."
)


def marked(old: str, new: str) -> list[str]:
    """A line a paragraph: [-gone-] {+came+}."""
    signs = {"same": "{}", "gone": "[-{}-]", "came": "{{+{}+}}"}
    return ["".join(signs[s.kind].format(s.text) for s in p.spans) for p in word_diff(old, new)]


def test_words_that_changed_are_marked_and_nothing_else() -> None:
    new = STORY.replace("Monday", "Tuesday evening").replace("4.2", "4.3")
    assert marked(STORY, new) == [
        "The council met on [-Monday-]{+Tuesday evening+} and decided to build the bridge.",
        "It will cost [-4.2-]{+4.3+} million, the mayor said.",
        "Critics pointed out that the ferry had never been late.",
    ]
    assert extent(word_diff(STORY, new)) == (2, 3)


def test_paragraphs_come_and_go_as_a_whole() -> None:
    first, second, third = STORY.split("\n\n")
    appended = "Work begins in spring, provided that the water stays low."
    assert marked(STORY, f"{first}\n\n{third}\n\n{appended}") == [
        first,
        f"[-{second}-]",
        third,
        f"{{+{appended}+}}",
    ]


def test_an_edited_paragraph_is_found_beside_a_new_one() -> None:
    first = STORY.split("\n\n")[0]
    edited = first.replace("Monday", "Friday")
    assert marked(first, f"A correction was added to this report.\n\n{edited}") == [
        "{+A correction was added to this report.+}",
        "The council met on [-Monday-]{+Friday+} and decided to build the bridge.",
    ]


def test_a_small_word_between_two_changes_is_no_island() -> None:
    old = "Residents hoped that council of Oldtown would soon decide on the matter."
    new = "Residents hoped that mayor of Newtown would soon decide on the matter."
    assert marked(old, new) == [
        "Residents hoped that [-council of Oldtown-]{+mayor of Newtown+} would soon decide on the matter."
    ]


def test_scripts_without_spaces_are_compared_sign_by_sign() -> None:
    assert marked("市議会は月曜日に橋の建設を決めた。", "市議会は火曜日に橋の建設を決めた。") == [
        "市議会は[-月-]{+火+}曜日に橋の建設を決めた。"
    ]


def test_a_text_that_came_or_went_entirely() -> None:
    assert marked("", "") == []
    assert marked("", "One.\n\nTwo.") == ["{+One.+}", "{+Two.+}"]
    assert marked("One.", "") == ["[-One.-]"]


def test_html_is_safe() -> None:
    assert html_of(word_diff("A <b> & so on, as said", "A <i> & so on, as said")) == (
        "<p>A &lt;<del>b</del><ins>i</ins>&gt; &amp; so on, as said</p>"
    )
    assert html_of(word_diff("one\ntwo", "one\ntwo")) == "<p>one<br>two</p>"


def test_no_text_takes_minutes() -> None:
    """Every paragraph differs and all are alike; one paragraph of a hundred thousand words; one word, and two
    paragraphs, again and again."""
    old = "\n\n".join(f"the same words stand in every paragraph {n}" for n in range(400))
    assert extent(word_diff(old, old.replace("same", "very"))) == (3200, 3200)
    assert extent(word_diff("a b " * 50_000, "b c " * 50_000)) == (100_000, 100_000)
    assert extent(word_diff("a " * 950, "a " * 940 + "b")) == (10, 1)
    assert extent(word_diff("a\n\nb\n\n" * 20_000, "b\n\na\n\n" * 19_999)) == (40_000, 39_998)


def test_an_edit_in_a_text_that_repeats_itself_is_found() -> None:
    assert marked("a b " * 5_000 + "end", "a b " * 4_000 + "c " + "a b " * 1_000 + "end") == [
        "a b " * 4_000 + "{+c +}" + "a b " * 1_000 + "end"
    ]
    old = ["again"] * 1_000
    assert marked("\n\n".join(old), "\n\n".join([*old[:400], "New.", *old[400:]])) == [
        *old[:400],
        "{+New.+}",
        *old[400:],
    ]


TEXTS = st.text(st.sampled_from("ab. \n橋,-4ü"), max_size=60)


@pytest.mark.parametrize("text", ["", STORY, "a\n\n\n\nb", "\n\n"])
def test_the_same_text_is_the_same(text: str) -> None:
    assert all(paragraph.is_same for paragraph in word_diff(text, text))


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_out_of_it(old: str, new: str) -> None:
    paragraphs = word_diff(old, new)
    assert "\n\n".join(p.before for p in paragraphs if p.before is not None) == old
    assert "\n\n".join(p.after for p in paragraphs if p.after is not None) == new
