"""What a page's own order says of its blocks: quoted headlines, comments, what stands among prompts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.boilerplate.matching import Match
from pipelines.boilerplate.surroundings import AMONG, BETWEEN, QUOTES_HEADLINE, THREAD, tail, witnesses

TITLE = "Weather station on the pier goes back to paper"
STORY = (
    "The weather station on the pier has gone back to pencil and paper, the harbour office said on Monday."
)


@dataclass
class Line:
    text: str
    link_chars: int = 0
    is_text: bool = True
    kind: str = "paragraph"


def rule(name: str, scope: str = "block") -> Match:
    return Match(name, "A prompt.", 0.9, "section" if scope == "section" else "block")


def heard(*texts: str, headlines: Sequence[str] = (TITLE,)) -> list[str | None]:
    blocks = [Line(text) for text in texts]
    found = witnesses(blocks, [0.9] * len(blocks), [None] * len(blocks), headlines)
    return [match.rule if match is not None else None for match in found]


@pytest.mark.parametrize(
    "prompt",
    [
        f"Anything to add to “{TITLE}”? Tell us.",
        f'Suche nach "{TITLE}" im Netz.',
        f"Qué opina de «{TITLE}»",
        f"Réagissez à « {TITLE} »",
        f"Meer over ‘{TITLE}’ lezen",
        f"„{TITLE}“ kommentieren",
    ],
)
def test_a_block_that_quotes_the_headline_is_a_prompt_in_any_language(prompt: str) -> None:
    assert heard(STORY, prompt) == [None, QUOTES_HEADLINE.rule]


@pytest.mark.parametrize(
    "title",
    [
        "“It never rains here”: a talk with the keeper of the weather station",
        "The 'Northern Star' comes home after six winters away",
        "Storm over the pier: what we know, and what we do not",
    ],
)
def test_headlines_may_hold_quotes_and_colons(title: str) -> None:
    assert heard(STORY, f"Write to us about “{title}”.", headlines=[title]) == [None, QUOTES_HEADLINE.rule]
    assert heard(STORY, f"Escríbanos sobre «{title}».", headlines=[title]) == [None, QUOTES_HEADLINE.rule]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (f"Nobody had expected that the {TITLE.lower()}, and yet it did.", TITLE),
        ("They called the boat “Northern Star”, after the café.", "Northern Star"),
        (
            "“We shall certainly not leave this pier”, she said again.",
            "“We shall certainly not leave this pier”",
        ),
        (STORY, STORY),
    ],
)
def test_stories_may_say_what_their_headline_says(text: str, title: str) -> None:
    assert heard(STORY, text, headlines=[title]) == [None, None]


def test_above_the_first_paragraph_nothing_is_a_prompt() -> None:
    assert heard(f"You read “{TITLE}”.", STORY) == [None, None]


def test_what_stands_between_two_such_prompts_is_one() -> None:
    ask, search = f"Comment on “{TITLE}”.", f"Search for “{TITLE}” on the web."
    manners = (
        "We like it calm here. Whoever stays polite may say what they like, at any hour of the day and night."
    )
    assert heard(STORY, ask, manners, search) == [
        None,
        QUOTES_HEADLINE.rule,
        BETWEEN.rule,
        QUOTES_HEADLINE.rule,
    ]


def test_the_story_between_two_such_prompts_far_apart_stays() -> None:
    ask, search = f"Comment on “{TITLE}”.", f"Search for “{TITLE}” on the web."
    assert heard(STORY, ask, *[STORY] * 12, search)[2:-1] == [None] * 12


@pytest.mark.parametrize(
    "answer", ["Reply", "Reply Report", "Antworten", "Responder · 3", "Répondre", "Rispondi"]
)
def test_texts_with_a_line_to_answer_are_comments(answer: str) -> None:
    comments = ["gullfan 3 days ago", "Typical, that is all I will say about it.", answer]
    comments += ["Old Pier 2 days ago", "My aunt worked there. They never had paper.", answer]
    assert heard(STORY, STORY, *comments) == [None, None, *[THREAD.rule] * 6]


def test_the_last_paragraph_above_the_first_comment_stays() -> None:
    assert heard(STORY, "gullfan", "Typical.", "Reply", "Pier", "Not at all.", "And more.", "Reply")[:1] == [
        None
    ]
    assert heard(STORY, "Typical.", "Reply", "Not at all.", "Indeed.", "Reply")[0] is None


def test_one_line_to_answer_is_no_thread() -> None:
    assert heard(STORY, "The ministry did not answer.", "Reply", STORY) == [None] * 4


def found_tail(*blocks: tuple[str, float, Match | None]) -> tuple[int, int]:
    found = tail([Line(text) for text, _, _ in blocks], [p for _, p, _ in blocks], [m for _, _, m in blocks])
    return found.start, found.stop


def test_a_paragraph_among_enough_prompts_is_below_the_story() -> None:
    page = [(STORY, 0.99, None)] * 3
    prompts = [("prompt", 0.2, rule(name)) for name in ("app", "newsletter", "donation", "comments", "c")]
    below = [*prompts[:3], (STORY, 0.99, None), *prompts[3:]]
    assert found_tail(*page, *below) == (3, 9)


def test_a_prompt_inside_the_story_is_no_tail() -> None:
    prompt = ("Sign up", 0.2, rule("newsletter"))
    assert found_tail((STORY, 0.99, None), prompt, (STORY, 0.99, None), (STORY, 0.99, None)) == (4, 4)


def test_one_rule_said_often_is_one_voice() -> None:
    teaser = [("Read more", 0.2, rule("read-also-line")), (STORY, 0.9, None)]
    assert found_tail((STORY, 0.99, None), *teaser * 20, ("©", 0.1, rule("copyright"))) == (42, 42)


def test_a_story_with_a_box_above_its_last_paragraph_keeps_it() -> None:
    box = [(text, 0.3, rule("read-also", "section")) for text in ("Read also", "One", "Two", "Three")]
    end = [("©", 0.1, rule("copyright")), *box, ("Sign up", 0.2, rule("newsletter"))]
    start, _ = found_tail((STORY, 0.99, None), *box, (STORY, 0.99, None), *end)
    assert start == 6


@given(
    st.lists(
        st.tuples(st.text(max_size=120), st.floats(0, 1), st.sampled_from(["a", "b", "c", ""])), max_size=30
    )
)
def test_any_page_has_a_tail_within_it_and_keeps_its_matches(page: list[tuple[str, float, str]]) -> None:
    blocks = [Line(text) for text, _, _ in page]
    likely = [probability for _, probability, _ in page]
    matches = [rule(name) if name else None for _, _, name in page]
    found = witnesses(blocks, likely, matches, [TITLE])
    assert [a for a, m in zip(found, matches, strict=True) if m is not None] == [
        m for m in matches if m is not None
    ]
    below = tail(blocks, likely, matches)
    assert 0 <= below.start <= len(blocks)
    assert below.stop <= len(blocks) or below.start == len(blocks)


def test_each_says_why_in_a_sentence() -> None:
    for match in (QUOTES_HEADLINE, THREAD, BETWEEN, AMONG):
        assert match.why.endswith(".")


def test_a_slogan_above_the_prompts_is_one_of_them() -> None:
    page = [(STORY, 0.99, None), ("Our books of the month", 0.9, None)]
    prompts = [(name, 0.2, rule(name)) for name in ("app", "newsletter", "donation")]
    assert found_tail(*page, *prompts) == (1, 5)
    assert found_tail(page[0], ("He said no.", 0.9, None), *prompts) == (2, 5)
