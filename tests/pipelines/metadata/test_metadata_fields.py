"""Language, image, section and tags, robots, standfirst; and any page at all."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines import metadata
from pipelines.document import parse
from pipelines.metadata import language, standfirst
from pipelines.types import Entry, Image


def page(
    head: str = "", body: str = "", *, html: str = "", entry: Entry | None = None, robots: str | None = None
) -> metadata.Metadata:
    markup = f"<html{html}><head>{head}</head><body>{body}</body></html>"
    return metadata.read(
        parse(markup.encode(), url="https://example.org/news/a"), entry=entry, robots_header=robots
    )


def ld(*objects: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(objects)}</script>'


# Language

GERMAN = "Der Rat der Stadt hat am Montag beschlossen, dass die alten Bäume am Fluss nicht gefällt werden."
ENGLISH = "The council of the town decided on Monday that the old trees by the river will not be felled."
SPANISH = "El consejo de la ciudad decidió el lunes que los árboles viejos junto al río no serán talados."


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("de", "de"),
        ("de_DE.UTF-8", "de-de"),
        ("EN-us", "en-us"),
        ("zh-Hant-TW", "zh-hant-tw"),
        ("jp", "ja"),
        ("x-default", None),
        ("", None),
    ],
)
def test_language_tags(tag: str, expected: str | None) -> None:
    assert language.normal(tag) == expected


def test_declared_language() -> None:
    assert page(html=' lang="de-AT"').language == "de-at"
    assert page(ld({"@type": "NewsArticle", "inLanguage": "fr"})).language == "fr"
    assert page('<meta property="og:locale" content="es_MX">').language == "es-mx"
    assert page().language is None


def test_a_declaration_that_the_text_bears_out_stays() -> None:
    assert language.of("de-at", GERMAN) == "de-at"
    assert language.of("en", ENGLISH) == "en"
    assert language.of("de", "Kurz.") == "de"
    assert language.of("gsw", "Grüezi mitenand.") == "gsw"


@pytest.mark.parametrize(("text", "expected"), [(GERMAN, "de"), (ENGLISH, "en"), (SPANISH, "es")])
def test_a_wrong_or_missing_declaration_gives_way_to_the_text(text: str, expected: str) -> None:
    assert language.of(None, text * 3) == expected
    assert language.of("it", text * 3) == expected


def test_scripts_tell() -> None:
    text = "市議会は月曜日に川沿いの古い木を切らないことを決めた。" * 4
    assert language.of("en", text) == "ja"


def test_too_little_to_tell() -> None:
    assert language.detect("OK") is None
    assert language.of(None, "42") is None


def test_a_plain_text_needs_no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    def load() -> None:
        raise AssertionError("the model was loaded")

    monkeypatch.setattr(language, "_identifier", load)
    assert language.of(None, GERMAN * 3) == "de"
    assert language.of("en", GERMAN * 3) == "de"
    assert language.of(None, "今日は天気がいいですね。川の橋は来年まで閉鎖されます。" * 3) == "ja"


def test_a_language_of_long_words_is_believed() -> None:
    text = "Köprü gelecek yıla kadar kapatılacak; onarım çalışmaları için belediye meclisi karar aldı ve " * 3
    assert language.of("tr", text) == "tr"


# Image


def test_image_with_caption_and_credit() -> None:
    figure = (
        '<figure><img src="/pictures/old-trees-800x600.jpg"><figcaption>The old trees by the river.'
        ' <span class="credit">Photo: Ann Example</span></figcaption></figure>'
    )
    seen = page('<meta property="og:image" content="/pictures/old-trees.jpg">', figure)
    assert seen.image == Image(
        url="https://example.org/pictures/old-trees.jpg",
        caption="The old trees by the river.",
        credit="Ann Example",
    )


def test_a_credit_at_the_end_of_a_caption() -> None:
    caption = "<figcaption>Old trees. (Foto: Anna Beispiel/dpa)</figcaption>"
    figure = f'<figure><img src="/pictures/old-trees.jpg">{caption}</figure>'
    image = page('<meta property="og:image" content="/pictures/old-trees.jpg">', figure).image
    assert image is not None
    assert (image.caption, image.credit) == ("Old trees.", "Anna Beispiel/dpa")


@pytest.mark.parametrize(
    "value",
    [
        "https://example.org/b.jpg",
        ["https://example.org/b.jpg"],
        {"url": "https://example.org/b.jpg"},
        [{"contentUrl": "https://example.org/b.jpg"}],
    ],
)
def test_image_of_json_ld(value: object) -> None:
    seen = page(ld({"@type": "NewsArticle", "image": value}))
    assert seen.image == Image(url="https://example.org/b.jpg")


@pytest.mark.parametrize(
    "url", ["javascript:x()", "data:image/png;base64,AAAA", "http://[", "/img/logo.png", ""]
)
def test_what_is_no_picture_of_the_story(url: str) -> None:
    assert page(f'<meta property="og:image" content="{url}">').image is None


# Section and tags


def test_section() -> None:
    assert page('<meta property="article:section" content="Politics">').section == "Politics"
    assert page(ld({"@type": "NewsArticle", "articleSection": ["Politik", "Inland"]})).section == "Politik"
    crumbs = {
        "@type": "BreadcrumbList",
        "itemListElement": [{"name": "Home"}, {"item": {"name": "Sport"}}, {"name": "Bees win"}],
    }
    assert page(ld(crumbs), "<h1>Bees win</h1>").section == "Sport"
    assert page('<meta property="article:section" content="Uncategorized">').section is None


def test_tags() -> None:
    assert page(
        '<meta property="article:tag" content="bees"><meta property="article:tag" content="trees">'
    ).tags == ("bees", "trees")
    assert page('<meta name="keywords" content="bees, Trees ,bees, ">').tags == ("bees", "Trees")
    assert page(ld({"@type": "NewsArticle", "keywords": ["bees", ["trees"]]})).tags == ("bees", "trees")
    assert page(ld({"@type": "NewsArticle", "keywords": "bees;trees"})).tags == ("bees", "trees")


# Robots


@pytest.mark.parametrize(
    ("head", "header", "expected"),
    [
        ("", None, ()),
        (
            '<meta name="robots" content="index, follow, max-image-preview:large">',
            None,
            ("max-image-preview:large",),
        ),
        ('<meta name="ROBOTS" content="NOINDEX,NoArchive">', None, ("noarchive", "noindex")),
        ('<meta name="robots" content="none">', None, ("nofollow", "noindex")),
        ("", "noindex", ("noindex",)),
        ("", "googlebot: nofollow, noarchive", ()),
        ("", "noai, googlebot: noindex", ("noai",)),
        ('<meta name="tdm-reservation" content="1">', None, ("tdm-reservation",)),
        ('<meta name="tdm-reservation" content="0">', None, ()),
        ('<meta name="googlebot" content="noindex">', None, ()),
    ],
)
def test_robots(head: str, header: str | None, expected: tuple[str, ...]) -> None:
    assert page(head, robots=header).robots == expected


# Standfirst

FIRST = "The town keeps its old trees: the council has changed its mind after months of protest."
SECOND = (
    "When the council met on Monday evening, the hall was full. People stood in the doors and on the stairs."
)


def test_standfirst_by_its_name_weight_or_description() -> None:
    assert standfirst.find([FIRST, SECOND], names="article__standfirst") == FIRST
    assert standfirst.find([FIRST, SECOND], bold=True) == FIRST
    assert standfirst.find([FIRST, SECOND], description=FIRST) == FIRST


def test_no_standfirst() -> None:
    assert standfirst.find([]) is None
    assert standfirst.find([FIRST]) is None
    assert standfirst.find([FIRST, SECOND]) is None
    assert standfirst.find([SECOND, FIRST], description=SECOND[:60] + "…") is None


# What the classifier and the judge ask for


def test_hints() -> None:
    story = {
        "@type": "NewsArticle",
        "articleBody": "<p>The council met &amp; decided.</p>",
        "isAccessibleForFree": "False",
    }
    seen = page(
        ld(story)
        + '<meta property="og:type" content="Article"><meta name="description" content="Trees stay.">'
    )
    assert seen.types == ("NewsArticle",)
    assert seen.article_body == "The council met & decided."
    assert seen.accessible_for_free is False
    assert seen.og_type == "article"
    assert seen.description == "Trees stay."


def test_canonical() -> None:
    assert (
        page('<link rel="canonical" href="https://example.org/news/a?utm_source=x">').canonical_url
        == "https://example.org/news/a"
    )
    assert page('<link rel="canonical" href="https://example.org/">').canonical_url is None


def test_one_candidate_a_field_is_chosen() -> None:
    head = (
        '<meta property="og:title" content="Trees stay"><meta name="author" content="Ann Example">'
        '<meta property="article:published_time" content="2026-03-01"><meta name="date" content="2026-03-02">'
    )
    chosen = [e.field for e in page(head, "<h1>Trees stay</h1>").evidence if e.chosen]
    assert sorted(chosen) == ["authors", "published", "title"]


_TAGS = st.sampled_from(
    ["h1", "p", "time", "span", "div", "meta", "title", "a", "figure", "img", "figcaption", "aside", "script"]
)
_ATTRIBUTES = st.dictionaries(
    st.sampled_from(
        ["class", "id", "itemprop", "datetime", "content", "property", "name", "href", "rel", "type", "src"]
    ),
    st.sampled_from(
        [
            "author",
            "byline",
            "date",
            "og:title",
            "article:published_time",
            "application/ld+json",
            "2026-03-01",
            "//[",
            "%",
            "canonical",
            "headline",
        ]
    )
    | st.text(max_size=8),
    max_size=4,
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(_TAGS, _ATTRIBUTES, st.text(max_size=30), st.booleans()), max_size=25))
def test_any_page_is_read(parts: list[tuple[str, dict[str, str], str, bool]]) -> None:
    markup = ""
    for tag, attributes, text, closed in parts:
        named = "".join(f' {name}="{value}"' for name, value in attributes.items())
        markup += f"<{tag}{named}>{text}" + (f"</{tag}>" if closed else "")
    document = parse(markup.encode("utf-8", "replace"), url="https://example.org/a")
    assert metadata.read(document) == metadata.read(document)


def test_hostile_pages_are_read_in_time() -> None:
    deep = "<div class='author'>" * 20_000 + "<h1>Deep</h1>"
    assert metadata.read(parse(deep.encode(), url="https://example.org/a")) is not None
    wide = "<h1>Wide</h1>" + "<span class='byline'>By 1 2 3 4</span><time>x</time>" * 5_000
    assert metadata.read(parse(wide.encode(), url="https://example.org/a")).title == "Wide"
    many = '<meta name="author" content="A B">' * 5_000
    assert len(metadata.read(parse(many.encode(), url="https://example.org/a")).authors) == 1


# What the house keeps for itself


@pytest.mark.parametrize(
    "tag",
    [
        "26157981-b4f7-4929-adc1-e860c6f03636",
        "NLP Entity Tokens: Harbour park",
        "NLP Category: General",
        "Category: Travel",
        "stats-reach-team-all-articles",
        "comments-enabled",
        "example.org",
        "www.other.example",
        "isRepublished:false",
        "topic/harbours",
        "_commerce",
    ],
)
def test_machine_tags_are_no_tags(tag: str) -> None:
    head = f'<meta property="article:tag" content="Harbour"><meta property="article:tag" content="{tag}">'
    assert page(head).tags == ("Harbour",)


@pytest.mark.parametrize(
    "tag", ["Star Harbour: Part Two", "AC/DC", "by-laws", "nord-korea", "node.js", "50 Mbit/s", "2021 unrest"]
)
def test_unusual_tags_stay(tag: str) -> None:
    assert page(f'<meta property="article:tag" content="{tag}">').tags == (tag,)


@pytest.mark.parametrize(
    "word", ["Article", "tags", "news_news", "nachrichten", "Latest News", "ニュース", "Aktuell"]
)
def test_a_generic_word_is_a_section_for_want_of_none(word: str) -> None:
    head = f'<meta property="article:section" content="{word}">'
    assert page(head).section is None
    assert page(head + ld({"@type": "NewsArticle", "articleSection": "Harbour"})).section == "Harbour"


def test_the_storys_own_breadcrumb_is_no_section() -> None:
    crumbs = {
        "@type": "BreadcrumbList",
        "itemListElement": [{"name": "Sport"}, {"name": "Bees &#8222;win&#8220; the cup in May"}],
    }
    assert page(ld(crumbs), "<h1>Bees „win“ the cup in May</h1>").section == "Sport"


@pytest.mark.parametrize(
    ("line", "credit"),
    [
        ("Ann Example (Getty)", "Ann Example (Getty)"),
        ("(Ann Example)", "Ann Example"),
        ("(Ann Example (Getty))", "Ann Example (Getty)"),
        ("Ann Example (Getty", "Ann Example (Getty"),
        ("Photo: Ann Example)", "Ann Example"),
        ("[Ann Example]", "Ann Example"),
    ],
)
def test_brackets_of_a_credit_pair(line: str, credit: str) -> None:
    figure = (
        '<figure><img src="/harbour-quay.jpg"><figcaption>The quay. '
        f'<span class="credit">{line}</span></figcaption></figure>'
    )
    image = page('<meta property="og:image" content="/harbour-quay.jpg">', f"<h1>A</h1>{figure}").image
    assert image is not None
    assert image.credit == credit
