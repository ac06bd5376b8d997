"""The one place where classifier, rules and declared layouts are weighed."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.boilerplate.rules import Match
from pipelines.decide import decide
from pipelines.document import parse
from pipelines.segment import segment
from pipelines.types import Layout, Verdict

LONG = "The council voted on Tuesday to rebuild the harbour bridge, which has been closed for two years. "
RULE = Match("newsletter-prompt", "Asks readers to subscribe.", 0.9, "block")
SECTION = Match("read-also-section", "Other articles.", 0.9, "section")


def decided(
    markup: str,
    probabilities: Sequence[float],
    matches: dict[int, Match] | None = None,
    *,
    layout: Layout | None = None,
    headlines: Sequence[str] = (),
) -> list[Verdict]:
    document = parse(markup.encode(), url="https://a.example/")
    blocks = segment(document)
    assert len(blocks) == len(probabilities), blocks
    rules = [(matches or {}).get(place) for place in range(len(blocks))]
    return decide(blocks, probabilities, rules, document=document, layout=layout, headlines=headlines)


def kept(verdicts: Sequence[Verdict]) -> list[bool]:
    return [verdict.kept for verdict in verdicts]


def paragraphs(*texts: str) -> str:
    return "<main>" + "".join(f"<p>{text}</p>" for text in texts) + "</main>"


def test_a_phrase_inside_the_story_survives() -> None:
    markup = paragraphs(LONG, "Sign up for our newsletter, the flyers said. " + LONG, LONG)
    assert kept(decided(markup, [0.99, 0.95, 0.99], {1: RULE})) == [True, True, True]


def test_the_same_phrase_below_the_story_goes_and_says_why() -> None:
    last = decided(paragraphs(LONG, LONG, "Sign up for our newsletter."), [0.99, 0.99, 0.8], {2: RULE})[2]
    assert (last.kept, last.by, last.why) == (False, "rule:newsletter-prompt", "Asks readers to subscribe.")


def test_inside_the_story_a_rule_and_a_link_are_two_kinds_of_evidence() -> None:
    markup = paragraphs(LONG, "<a href=/x>Read also: the old bridge</a>", LONG)
    assert kept(decided(markup, [0.99, 0.7, 0.99], {1: RULE})) == [True, False, True]


def test_inside_the_story_a_rule_and_the_classifier_are_two_kinds_of_evidence() -> None:
    markup = paragraphs(LONG, "Read also: the old bridge", LONG)
    verdict = decided(markup, [0.99, 0.3, 0.99], {1: RULE})[1]
    assert (verdict.kept, verdict.by) == (False, "rule:newsletter-prompt")


def test_inside_the_story_another_container_is_evidence() -> None:
    markup = f"<main><p>{LONG}</p><div><div><p>Sign up for it. {LONG}</p></div></div><p>{LONG}</p></main>"
    assert kept(decided(markup, [0.99, 0.7, 0.99], {1: RULE})) == [True, False, True]


def test_a_weak_rule_loses_against_the_classifier() -> None:
    weak = Match("follow-prompt", "Asks readers to follow.", 0.6, "block")
    assert kept(decided(paragraphs(LONG, LONG), [0.99, 0.7], {1: weak})) == [True, True]
    assert kept(decided(paragraphs(LONG, LONG), [0.99, 0.55], {1: weak})) == [True, False]


def test_rules_that_take_most_of_a_story_are_about_it() -> None:
    markup = paragraphs(*["Newsletters: " + LONG] * 5)
    verdicts = decided(markup, [0.7] * 5, dict.fromkeys(range(5), RULE))
    assert kept(verdicts) == [True] * 5


def test_nothing_empties_an_article() -> None:
    verdicts = decided(paragraphs(LONG, "short", LONG), [0.4, 0.02, 0.35])
    assert kept(verdicts) == [True, False, True]


def test_a_page_without_a_story_stays_empty() -> None:
    assert kept(decided(paragraphs("Home", "Contact"), [0.01, 0.02])) == [False, False]


def test_the_headline_is_no_paragraph_of_the_story() -> None:
    markup = f"<h1>Bridge reopens</h1><h3>Bridge reopens!</h3><p>{LONG}</p><p>Bridge reopens</p>"
    assert kept(decided(markup, [0.9, 0.9, 0.99, 0.9], headlines=["Bridge reopens"])) == [
        False,
        False,
        True,
        True,
    ]


def test_a_heading_with_nothing_under_it_goes() -> None:
    markup = f"<p>{LONG}</p><h2>More</h2><p>teaser</p><h2>Jobs</h2>"
    assert kept(decided(markup, [0.99, 0.6, 0.2, 0.6])) == [True, False, False, False]


def test_a_person_wins_over_everything() -> None:
    markup = f"<div id=a><p>{LONG}</p></div><div id=b><p>{LONG}</p><p class=x>{LONG}</p></div>"
    layout = Layout(body=("#b",), drop=(".x",))
    verdicts = decided(markup, [0.99, 0.01, 0.99], {1: RULE}, layout=layout)
    assert kept(verdicts) == [False, True, False]
    assert {verdict.by for verdict in verdicts} == {"layout"}


def test_a_layout_that_only_drops_leaves_the_rest_to_the_cleaner() -> None:
    markup = f"<p>{LONG}</p><p class=x>{LONG}</p><p>teaser</p>"
    verdicts = decided(markup, [0.99, 0.99, 0.1], layout=Layout(drop=(".x",)))
    assert kept(verdicts) == [True, False, False]
    assert [v.by for v in verdicts] == ["classifier", "layout", "classifier"]


def test_a_layout_that_matches_nothing_changes_nothing() -> None:
    markup = paragraphs(LONG)
    assert decided(markup, [0.99], layout=Layout(body=("#gone",))) == decided(markup, [0.99])


def test_pictures_follow_the_paragraphs_around_them() -> None:
    markup = (
        "<nav><img src=/menu.jpg></nav>"
        f"<main><p>{LONG}</p><figure><img src=/a.jpg><figcaption>The bridge</figcaption></figure>"
        f"<p>{LONG}</p></main>"
        "<footer><img src=/f.jpg></footer>"
    )
    verdicts = decided(markup, [0, 0.99, 0, 0.1, 0.99, 0])
    assert kept(verdicts) == [False, True, True, True, True, False]


def test_tracking_pixels_and_icons_are_no_pictures() -> None:
    markup = f"<p>{LONG}</p><img src=/pixel.gif><img src=/a.jpg width=1><img src=/a.jpg><p>{LONG}</p>"
    assert kept(decided(markup, [0.99, 0, 0, 0, 0.99])) == [True, False, False, True, True]


def test_every_verdict_says_why_in_words() -> None:
    markup = f"<nav><p>menu</p></nav><p>{LONG}</p><p><a href=/>home</a></p><img src=/x.jpg>"
    for verdict in decided(markup, [0.1, 0.9, 0.1, 0]):
        assert verdict.why.endswith(".")
        assert 0 <= verdict.confidence <= 1


def test_a_story_may_open_with_the_words_of_a_prompt() -> None:
    opening = "Sign up for our newsletter and never miss a thing: the judgment begins with this line. " + LONG
    verdicts = decided(paragraphs(opening, LONG, LONG), [0.2, 0.99, 0.99], {0: RULE})
    assert kept(verdicts) == [True, True, True]
    assert kept(decided(paragraphs("Sign up for it.", LONG, LONG), [0.9, 0.99, 0.99], {0: RULE}))[0] is False


def test_a_list_of_which_half_is_the_story_stays_whole() -> None:
    items = "<ul><li>Two pilots</li><li>Engineer (m/f/d)</li><li>A cook</li></ul>"
    markup = f"<main><p>{LONG}</p>{items}<p>{LONG}</p></main>"
    chances = [0.99, 0.8, 0.2, 0.9, 0.99]
    assert kept(decided(markup, chances, {2: RULE})) == [True] * 5
    assert kept(decided(markup.replace("A cook", "<a href=/>A cook</a>"), chances, {2: RULE}))[2] is False


def test_a_table_of_which_half_is_the_story_stays_whole() -> None:
    table = "<table><tr><th>Match</th><th>Score</th></tr><tr><td>Rovers – Town</td><td>2–1</td></tr></table>"
    markup = f"<main><p>{LONG}</p>{table}<p>{LONG}</p></main>"
    assert kept(decided(markup, [0.99, 0.9, 0.3, 0.9, 0.9, 0.99])) == [True] * 6


def test_a_section_inside_the_story_goes_if_it_holds_links() -> None:
    plain = f"<main><p>{LONG}</p><p>Jobs near you</p><ul><li>Harbour pilot</li></ul><p>{LONG}</p></main>"
    linked = plain.replace("Harbour pilot", "<a href=/j>Harbour pilot</a>")
    chances, rules = [0.99, 0.9, 0.9, 0.99], {1: SECTION, 2: SECTION}
    assert kept(decided(plain, chances, rules)) == [True] * 4
    assert kept(decided(linked, chances, rules)) == [True, False, False, True]


def test_a_bold_line_between_two_paragraphs_is_a_subheading() -> None:
    markup = f"<main><div>{LONG}</div><div><b>A voice that is inherited</b></div><div>{LONG}</div></main>"
    assert kept(decided(markup, [0.99, 0.3, 0.99])) == [True] * 3
    assert kept(decided(markup.replace("b>", "i>"), [0.99, 0.3, 0.99])) == [True, False, True]
    assert kept(decided(markup, [0.99, 0.01, 0.99])) == [True, False, True]


def test_labels_over_the_headline_and_bylines_are_no_text() -> None:
    markup = paragraphs("Region", "Bridge reopens", "By Ann Quill", "Ruth Lowe, Harbourtown", LONG, LONG)
    chances = [0.8, 0.9, 0.8, 0.8, 0.99, 0.99]
    document = parse(markup.encode(), url="https://a.example/")
    verdicts = decide(
        segment(document),
        chances,
        [None] * 6,
        document=document,
        headlines=["Bridge reopens"],
        authors=["Ruth Lowe"],
    )
    assert kept(verdicts) == [False, False, False, False, True, True]


def test_what_stands_among_prompts_below_the_story_goes() -> None:
    names = ("app-prompt", "donation-prompt", "search-prompt", "share-prompt")
    rules = dict(zip((2, 3, 4, 6), (Match(name, "A prompt.", 0.9, "block") for name in names), strict=True))
    markup = paragraphs(
        LONG, LONG, "Get our app", "Donate", "Search", "Be kind to each other. " + LONG, "Share"
    )
    verdicts = decided(markup, [0.99, 0.99, 0.3, 0.3, 0.3, 0.95, 0.3], rules)
    assert kept(verdicts) == [True, True, False, False, False, True, False]  # too few voices above it
    rules[1] = Match("comment-invitation", "A prompt.", 0.9, "block")
    more = paragraphs(
        LONG, "Comment", "Get our app", "Donate", "Search", "Be kind to each other. " + LONG, "Share"
    )
    verdicts = decided(more, [0.99, 0.3, 0.3, 0.3, 0.3, 0.95, 0.3], rules)
    assert kept(verdicts) == [True, False, False, False, False, False, False]
    assert verdicts[5].by == "order"
