"""The headline a reader sees: without site name, kicker or section."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines import metadata
from pipelines.document import parse
from pipelines.metadata.title import tidy, without_site

HEADLINE = "Council votes to keep the old trees"


def page(head: str = "", body: str = "") -> metadata.Metadata:
    markup = f"<html><head>{head}</head><body>{body}</body></html>"
    return metadata.read(parse(markup.encode(), url="https://www.bluemeadow.example/a"))


SITE = '<meta property="og:site_name" content="Blue Meadow">'


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("", f"<h1>{HEADLINE}</h1>"),
        (SITE + f"<title>{HEADLINE} | Blue Meadow</title>", ""),
        (SITE + f"<title>{HEADLINE} - Politics - Blue Meadow</title>", f"<h1>{HEADLINE}</h1>"),
        (SITE + f'<meta property="og:title" content="{HEADLINE} – Blue Meadow">', ""),
        (SITE + f'<meta property="og:title" content="Blue Meadow: {HEADLINE}">', f"<h1>{HEADLINE}</h1>"),
        (
            SITE + f'<meta property="og:title" content="{HEADLINE}">',
            f"<h1>Blue Meadow</h1><h2>{HEADLINE}</h2>",
        ),
        ("", f'<h1><span class="kicker">Politics</span> <span>{HEADLINE}</span></h1>'),
        (f'<meta property="og:title" content="{HEADLINE}">', f"<h1>Politics: {HEADLINE}</h1>"),
        (f'<meta property="og:title" content="{HEADLINE}">', f"<h1>Our newsletter</h1><h1>{HEADLINE}</h1>"),
        ("", "<h1>Council votes to keep the old\u00ad trees</h1>"),
        ("", "<h1>\n  Council <em>votes</em> to keep\n the old trees<script>x()</script></h1>"),
        (f'<meta property="og:title" content="{HEADLINE}">', "<h1>Subscribe now</h1>"),
        (f"<title>{HEADLINE} | bluemeadow.example</title>", ""),
    ],
)
def test_the_headline(head: str, body: str) -> None:
    assert page(head, body).title == HEADLINE


def test_another_headline_is_kept_beside_it() -> None:
    seen = page(
        '<meta property="og:title" content="Why the old trees stay">' + SITE,
        f"<h1>{HEADLINE}: the old trees stay</h1>",
    )
    assert seen.title == f"{HEADLINE}: the old trees stay"
    assert seen.alternative_title == "Why the old trees stay"
    assert seen.headlines[0] == seen.title
    assert "Why the old trees stay" in seen.headlines


def test_the_same_headline_is_no_alternative() -> None:
    seen = page(f'<meta property="og:title" content="{HEADLINE.upper()}!">', f"<h1>{HEADLINE}</h1>")
    assert seen.alternative_title is None


def test_a_kicker_that_all_titles_have_is_part_of_the_headline() -> None:
    full = f"Trees: {HEADLINE}"
    head = f'<meta property="og:title" content="{full}">'
    assert page(head, f'<h1><span class="kicker">Trees:</span> {HEADLINE}</h1>').title == full


def test_of_several_stories_in_json_ld_the_pages_own_counts() -> None:
    stories = [
        {"@type": "NewsArticle", "headline": "Another story", "url": "https://www.bluemeadow.example/b"},
        {
            "@type": "NewsArticle",
            "headline": HEADLINE,
            "url": "https://www.bluemeadow.example/a",
            "datePublished": "2026-03-01",
        },
    ]
    seen = page(f'<script type="application/ld+json">{json.dumps(stories)}</script>', f"<h1>{HEADLINE}</h1>")
    assert seen.published == "2026-03-01"
    assert "Another story" not in seen.headlines


def test_evidence_keeps_the_raw_value_and_names_what_was_taken() -> None:
    seen = page(SITE + f'<meta property="og:title" content="{HEADLINE} | Blue Meadow">', "")
    taken = [e for e in seen.evidence if e.field == "title" and e.chosen]
    assert [(e.origin, e.raw) for e in taken] == [("meta:og:title", f"{HEADLINE} | Blue Meadow")]


def test_no_headline_is_none() -> None:
    assert page().title is None
    assert page(SITE + "<title>Blue Meadow</title>", "<h1>Blue Meadow</h1>").title in (None, "Blue Meadow")


@given(st.text(max_size=100))
def test_tidying_is_stable(text: str) -> None:
    once = tidy(text.replace("&", "").replace("<", ""))
    assert tidy(once) == once


@given(st.text(max_size=100), st.sets(st.sampled_from(["bluemeadow", "example"])))
def test_taking_the_site_off_never_empties_a_title(text: str, names: set[str]) -> None:
    if text.strip():
        assert without_site(text.strip(), names, guess=True)


def test_an_h1_that_is_the_sites_name_is_no_headline() -> None:
    head = "<title>El Faro: La lonja vuelve a cantar</title>"
    body = "<h1>El Faro</h1><h2>La lonja vuelve a cantar</h2><p>Texto.</p>"
    assert page(head, body).title == "La lonja vuelve a cantar"


def test_a_closing_quote_parts_no_title() -> None:
    head = "<title>El «Santa Brígida» gana la regata de mayo</title>"
    assert page(head, "<p>Texto.</p>").title == "El «Santa Brígida» gana la regata de mayo"


def test_the_byline_stands_by_a_headline_that_is_only_bold() -> None:
    body = "<div><font><b>La lonja vuelve a cantar</b></font><br><font>Por Lucía Manzanares</font></div>"
    read = page("<title>La lonja vuelve a cantar</title>", body)
    assert [author.name for author in read.authors] == ["Lucía Manzanares"]


HALVES = (
    '<h1><span class="subline">The old trees<span class="visually-hidden">:</span></span>'
    ' <span class="topline">Council votes to keep them all</span></h1>'
)
WHOLE = "The old trees: Council votes to keep them all"


def test_a_part_named_as_kicker_may_be_half_of_the_headline() -> None:
    other = '<meta property="og:title" content="The old trees: all are kept, says the council">'
    assert page(other, HALVES).title == WHOLE


@pytest.mark.parametrize(
    "told",
    [
        f'<meta property="og:title" content="{HEADLINE}">',
        f"<title>{HEADLINE}</title>",
        f'<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "{HEADLINE}"}}</script>',
    ],
)
def test_a_kicker_goes_where_another_title_is_the_rest(told: str) -> None:
    body = f'<h1><span class="kicker">Town hall</span> <span>{HEADLINE}</span></h1>'
    assert page(told, body).title == HEADLINE


def test_what_is_hidden_or_a_badge_goes_in_any_case() -> None:
    head = '<meta property="og:title" content="Why the old trees stay">'
    assert page(head, f'<h1><i class="premium-badge">Plus</i> {HEADLINE}</h1>').title == HEADLINE


@pytest.mark.parametrize(
    ("h1", "expected"),
    [
        ("<span>Town hall</span>Trees stay for good", "Town hall Trees stay for good"),
        ("<span>Town hall</span><span>Trees stay for good</span>", "Town hall Trees stay for good"),
        ("<em>M</em><em>Cdonough wins the race</em>", "MCdonough wins the race"),
        ("The <b>i</b>Pad at school", "The iPad at school"),
        ("Inter<b>nationale</b> Woche", "Internationale Woche"),
    ],
)
def test_elements_that_only_style_keeps_apart(h1: str, expected: str) -> None:
    assert page("", f"<h1>{h1}</h1>").title == expected


def test_no_blank_before_a_colon_but_in_french() -> None:
    h1 = "<h1><div>Town hall</div><span>: </span><span>{}</span></h1>".format("Trees stay for good")
    for lang, expected in (
        ("de", "Town hall: Trees stay for good"),
        ("fr", "Town hall : Trees stay for good"),
    ):
        markup = f'<html lang="{lang}"><body>{h1}</body></html>'
        read = metadata.read(parse(markup.encode(), url="https://www.bluemeadow.example/a"))
        assert read.title == expected
    score = b'<html lang="de"><body><h1>Bremen gewinnt 3 : 1 im Pokal</h1></body></html>'
    assert metadata.read(parse(score, url="https://x.example/a")).title == "Bremen gewinnt 3 : 1 im Pokal"


@pytest.mark.parametrize(
    "suffix",
    [
        " - The Bluemeadow",
        " | Blue Meadow",
        " * The Blue Meadow * by Ann Example",
        " - National",
        "｜Meadow News",
    ],
)
def test_a_headline_with_a_suffix_is_no_alternative(suffix: str) -> None:
    head = f'{SITE}<title>{HEADLINE}{suffix}</title><meta property="og:title" content="{HEADLINE}{suffix}">'
    read = page(head, f"<h1>{HEADLINE}</h1>")
    assert (read.title, read.alternative_title) == (HEADLINE, None)


def test_a_last_part_that_only_one_title_has_stays() -> None:
    head = f'<title>{HEADLINE}</title><meta property="og:title" content="{HEADLINE} – all of them">'
    assert page(head, f"<h1>{HEADLINE}</h1>").alternative_title == f"{HEADLINE} – all of them"
