"""Authors: people one by one, organisations as such, and nothing that is no name."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines import metadata
from pipelines.document import parse
from pipelines.metadata.people import names
from pipelines.types import Author, Entry


def listed(raw: str, *, site: Sequence[str] = ()) -> list[str]:
    return [author.name for author in names(raw, site=site)]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("By Ann Example and Bob Sample", ["Ann Example", "Bob Sample"]),
        ("BY ANN EXAMPLE", ["ANN EXAMPLE"]),
        ("Von Anna Beispiel, Berlin", ["Anna Beispiel"]),
        ("Von Anna Beispiel, München", ["Anna Beispiel"]),
        ("Von Anna Beispiel und Karl Muster, Berlin", ["Anna Beispiel", "Karl Muster"]),
        ("Par Anne Exemple et Luc Modèle", ["Anne Exemple", "Luc Modèle"]),
        ("Por Ana Ejemplo y Luis Muestra", ["Ana Ejemplo", "Luis Muestra"]),
        ("Di Anna Esempio e Luca Prova", ["Anna Esempio", "Luca Prova"]),
        ("Door Anna Voorbeeld en Jan Proef", ["Anna Voorbeeld", "Jan Proef"]),
        ("Written by: Ann Example", ["Ann Example"]),
        ("Text: Anna Beispiel", ["Anna Beispiel"]),
        ("Ann Example, Bob Sample & Cid Third", ["Ann Example", "Bob Sample", "Cid Third"]),
        ("Example, Ann", ["Ann Example"]),
        ("Ann Example | 2 hours ago", ["Ann Example"]),
        ("Ann Example 2 hours ago", ["Ann Example"]),
        ("Anna Beispiel vor 3 Stunden", ["Anna Beispiel"]),
        ("Ann Example, March 1, 2026", ["Ann Example"]),
        ("Ann Example Updated 10:30", ["Ann Example"]),
        ("Ann Example, Senior Editor", ["Ann Example"]),
        ("Anna Beispiel, Redakteurin", ["Anna Beispiel"]),
        ("Ann Example, PhD", ["Ann Example"]),
        ("Ann Example (@annexample)", ["Ann Example"]),
        ("Ann Example, ann@example.org", ["Ann Example"]),
        ("https://example.org/authors/ann-example", []),
        ("https://www.facebook.com/example", []),
        ("@annexample", []),
        ("Email the author", []),
        ("2 hours ago", []),
        ("View all posts by", []),
        ("admin", []),
        ("Staff", []),
        ("Senior Editor", []),
        ("", []),
        ("<a href='/ann'>Ann Example</a>", ["Ann Example"]),
        ("Ann &amp; Bob", ["Ann", "Bob"]),
        ("Ann Example Ann Example", ["Ann Example"]),
        ("Jean-Luc d'Exemple", ["Jean-Luc d'Exemple"]),
        ("Ursula von der Beispiel", ["Ursula von der Beispiel"]),
        ("Di Maio", ["Di Maio"]),
        ("Foto: Anna Beispiel", []),
        ("© Ann Example", []),
    ],
)
def test_names_in_a_line(raw: str, expected: list[str]) -> None:
    assert listed(raw) == expected


@pytest.mark.parametrize(
    "raw",
    [
        "dpa",
        "Reuters",
        "Example Newsroom",
        "The Example Team",
        "Example Staff",
        "IT-Redaktion",
        "example.org",
    ],
)
def test_organisations_are_kept_as_such(raw: str) -> None:
    assert [author.kind for author in names(raw)] == ["organization"]


def test_an_agency_beside_a_person() -> None:
    assert names("Anna Beispiel (dpa)") == (
        Author(name="Anna Beispiel"),
        Author(name="dpa", kind="organization"),
    )


def test_the_site_is_an_organisation() -> None:
    assert names("Blue Meadow", site=["Blue Meadow"]) == (Author(name="Blue Meadow", kind="organization"),)
    assert listed("Ann Example, Blue Meadow", site=["Blue Meadow"]) == ["Ann Example"]


def page(head: str = "", body: str = "", entry: Entry | None = None) -> list[tuple[str, str]]:
    markup = f"<html><head>{head}</head><body><h1>A story of bees</h1>{body}</body></html>"
    read = metadata.read(parse(markup.encode(), url="https://example.org/a"), entry=entry)
    return [(author.name, author.kind) for author in read.authors]


def ld(author: object) -> str:
    story = {"@type": "NewsArticle", "headline": "A story of bees", "author": author}
    return f'<script type="application/ld+json">{json.dumps(story)}</script>'


@pytest.mark.parametrize(
    "author",
    [
        "Ann Example",
        ["Ann Example"],
        {"@type": "Person", "name": "Ann Example"},
        [{"@type": "Person", "name": "Ann Example"}],
        {"@type": "Person", "name": ["Ann Example"]},
        {"@type": "Person", "name": {"@value": "Ann Example"}},
        {"@type": "Person", "givenName": "Ann", "familyName": "Example"},
        [{"@type": "Person", "name": "Ann Example"}, {"@type": "Person", "name": ""}, {}, None],
        [{"@type": "Person", "name": "By Ann Example"}, {"@type": "Person", "url": "/ann"}],
        {"name": "Ann Example", "url": "https://example.org/ann"},
    ],
)
def test_json_ld_as_list_nested_or_half_empty(author: object) -> None:
    found = page(ld(author))
    assert ("Ann Example", "person") in found
    assert len(found) == 1


def test_a_person_in_the_byline_beats_the_site_as_its_own_author() -> None:
    head = ld({"@type": "Organization", "name": "The Example"})
    assert page(head) == [("The Example", "organization")]
    assert page(head, '<p class="byline">By <a rel="author" href="/ann">Ann Example</a></p>') == [
        ("Ann Example", "person")
    ]


@pytest.mark.parametrize(
    "byline",
    [
        '<span class="author">Ann Example</span>',
        '<div class="byline"><span>By</span> <a href="/author/ann">Ann Example</a> <i>Editor</i></div>',
        '<div class="article-author"><b>Written by</b><p>Ann Example</p><p>Covers bees since 2010</p></div>',
        "<p>By <b>Ann Example</b></p>",
        '<p itemprop="author" itemscope><span itemprop="name">Ann Example</span></p>',
    ],
)
def test_what_a_reader_sees(byline: str) -> None:
    assert page(body=byline) == [("Ann Example", "person")]


def test_prose_that_opens_with_by_is_no_byline() -> None:
    assert page(body="<p>By combining both methods, they saved the bees.</p>") == []


def test_names_in_the_sidebar_are_not_the_authors() -> None:
    aside = '<aside class="sidebar"><ul class="related-list"><li class="author">Zed Other</li></ul></aside>'
    assert page(body='<p class="byline">By Ann Example</p><p>Text.</p>' + aside) == [
        ("Ann Example", "person")
    ]
    assert (
        page(
            body="<p>Text.</p>" * 3
            + '<div class="comment-list"><span class="comment-author">Zed</span></div>'
        )
        == []
    )


def test_the_feed_speaks_where_the_page_does_not() -> None:
    entry = Entry(
        url="https://example.org/a",
        via="https://example.org/feed",
        kind="feed",
        authors=("ann@example.org (Ann Example)",),
    )
    assert page(entry=entry) == [("Ann Example", "person")]


@given(st.text(max_size=120))
def test_any_text_gives_clean_names(text: str) -> None:
    for author in names(text):
        assert author.name == " ".join(author.name.split())
        assert 2 <= len(author.name) <= 70
        assert "@" not in author.name


@given(
    st.lists(st.sampled_from(["Ann Example", "Bob Sample", "Cid Third"]), min_size=1, max_size=3, unique=True)
)
def test_lists_are_split(people: list[str]) -> None:
    assert listed("By " + ", ".join(people)) == people
    assert listed("; ".join(people)) == people
    assert listed(" and ".join(people)) == people


@pytest.mark.parametrize(
    "raw", ["Par", "Von", "By", "Nachrichten", "Latest News", "この記事を書いた人", "Autor:"]
)
def test_labels_are_nobody(raw: str) -> None:
    assert names(raw) == ()


def test_an_agency_and_the_place_it_writes_from() -> None:
    assert names("AFP, MANILA") == (Author(name="AFP", kind="organization"),)
    assert names("AFP, Manila") == (Author(name="AFP", kind="organization"),)
    head = '<head><meta name="author" content="Example Daily"></head>'
    page = f"<html>{head}<body><h1>The harbour opens</h1><ul><li><div>AFP, MANILA</div></li></ul>"
    read = metadata.read(parse(page.encode(), url="https://x.example/a"))
    assert read.authors == (Author(name="AFP", kind="organization"),)


@pytest.mark.parametrize(
    "byline",
    [
        '<div class="author"><a href="/news/category/29/mixed">Mixed</a></div>',
        '<p>Von <a rel="author" href="/author/harbour-news">harbour news</a></p>',
        '<p class="byline"><span>Par </span></p>',
    ],
)
def test_a_section_an_account_or_a_label_alone_is_nobody(byline: str) -> None:
    page = f"<html><body><h1>The harbour opens</h1>{byline}<p>Text.</p></body></html>"
    assert metadata.read(parse(page.encode(), url="https://x.example/a")).authors == ()


def test_the_name_after_the_label_of_an_authors_box() -> None:
    box = '<div class="author-box"><p>この記事を書いた人</p><p>山田花子</p><p>東京社会部</p></div>'
    page = f"<html><body><h1>港が開く</h1>{box}<p>本文。</p></body></html>"
    read = metadata.read(parse(page.encode(), url="https://x.example/a"))
    assert [author.name for author in read.authors] == ["山田花子"]
