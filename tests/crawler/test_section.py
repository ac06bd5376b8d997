"""Article links are told from all the others by their place and their look, on many kinds of page."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.discovery import looks, section

HOME = "https://www.example.org/"

#: What surrounds the stories of a home page.
FRAME = """<!doctype html><html lang="en"><head><title>Gazette</title></head><body class="has-menu">
<header><a href="/"><img alt="Gazette" src="/logo.png"></a>
<nav><a href="/news/">News</a> <a href="/tag/economy/">Economy</a> <a href="/video/">Video</a>
<a href="/a-very-long-landing-page-of-the-house/">
A very long landing page of the house</a></nav></header>
<main>{}</main>
<aside><h3>Jobs</h3><a href="https://jobs.example/1">Editor wanted in our Harbour office</a>
<a href="javascript:void(0)">more</a></aside>
<div class="newsletter-box">
<a href="/newsletter/briefing-by-mail">Our briefing every morning by mail</a></div>
<footer><a href="/imprint">Imprint</a>
<a href="/privacy-policy-for-our-readers">Privacy policy for our readers</a>
<a href="mailto:desk@example.org">Write to us by mail</a>
<a href="/terms.pdf">Terms and conditions of use</a></footer></body></html>"""


def listed(stories: str, selector: str | None = None, frame: str = FRAME) -> list[tuple[str, str | None]]:
    found = section.read(frame.replace("{}", stories).encode(), url=HOME, selector=selector)
    return [(entry.url.removeprefix(HOME.rstrip("/")), entry.title) for entry in found]


SHAPES = [
    "/2026/03/01/ferry-back/",
    "/2026-03-01/ferry",
    "/news/ferry-anna-sails-again-after-repairs",
    "/news/local/ferry-anna-sails-again-12345678.html",
    "/article/1234567",
    "/artikel/474126.ferry-anna.html",
    "/stories/3376705/",
    "/story/ferry-anna",
    "/news/articles/clymn8zyrp9o",
    "/articles/AST1F4445T1FUTIL02SM.html",
    "/news,142489.html",
    "/a/141e61e9-8a07-42e4-a527-2f03f45e7ef0",
    "/index.php?id=48213",
    "/?p=4821",
    "/view.asp?idxno=48213",
    "/Ferry-Anna-faehrt-wieder-article25136526.html",
    "/nyheter/a/Ard8wM/anna-seglar",
    "/doc.gazette.B2LA2G3",
    "/news/lifestyle/898682/%D8%B4%D8%B9%D8%B1-%D9%88%D8%B1%D8%AF%D9%8A/ar",
    "/news/ferry-anna-sails-again-after-repairs/amp",
    "/%D8%B4%D8%B9%D8%B1-%D9%88%D8%B1%D8%AF%D9%8A",
    "/ferry",
]


@pytest.mark.parametrize("shape", SHAPES)
def test_headlines_of_any_address(shape: str) -> None:
    story = (
        f'<article><a href="{shape}"><img src="/ferry.jpg" alt=""></a>'
        f'<h2><a href="{shape}">Ferry Anna sails again</a></h2>'
        f'<p>After repairs. <a href="{shape}#comments">3 comments</a></p>'
        '<span>by <a href="/author/mara-lind/">Mara Lind</a> in <a href="/harbour/">Harbour</a></span>'
        "</article>"
    )
    assert listed(story) == [(shape, "Ferry Anna sails again")]


@pytest.mark.parametrize("shape", [s for s in SHAPES if looks.rate(HOME.rstrip("/") + s) >= 2])
def test_lists_without_headings(shape: str) -> None:
    story = f'<ul><li><a href="{shape}">Ferry Anna sails again after repairs</a></li></ul>'
    assert listed(story) == [(shape, "Ferry Anna sails again after repairs")]


def test_most_shapes_need_no_heading() -> None:
    assert sum(looks.rate(HOME.rstrip("/") + shape) >= 2 for shape in SHAPES) >= len(SHAPES) - 3


@pytest.mark.parametrize(
    "url",
    [
        "/",
        "/index.html",
        "/politics/",
        "/sport/football/",
        "/tag/ferry-service-in-the-harbour/",
        "/topics/the-war-at-sea",
        "/author/mara-lind/",
        "/autoren/mara-lind,1f5be522-a64d-4f2b-8978-46172eb8e76b",
        "/journalist/123131/mara-lind",
        "/category/local-news/",
        "/video/ferry-anna-sails-again-after-repairs-12345678.html",
        "/mediathek/ferry-anna-sails-again-12345678",
        "/jobs/harbour-pilot-full-time-at-the-port-authority",
        "/clasificados/empleo/dependiente-a-de-panaderia-media-jornada.html",
        "/privacy-policy",
        "/terms-of-use",
        "/datenschutz.html",
        "/impressum",
        "/abo/angebote",
        "/newsletter",
        "/login?return=%2Fnews%2F12345678",
        "/search?q=ferry",
        "/news/page/2",
        "/feed/",
        "/wp-content/uploads/2026/03/ferry",
    ],
)
def test_addresses_of_other_things(url: str) -> None:
    assert looks.rate("https://www.example.org" + url) < 2


def test_headings_of_sections_are_no_headlines() -> None:
    assert (
        listed(
            '<h2><a href="/politics/">Politics</a></h2><h2><a href="/sport/football/">All football</a></h2>'
        )
        == []
    )


def test_off_site_fragments_and_the_page_itself() -> None:
    stories = (
        '<h2><a href="https://other.example/2026/03/01/theirs/">A story of another paper here</a></h2>'
        '<h2><a href="#top">Back to the top of the page</a></h2>'
        '<h2><a href="/?">Our home page for every day</a></h2>'
        '<h2><a href="https://example.org/2026/03/01/ours/">A story that is our own one</a></h2>'
    )
    assert [url for url, _ in listed(stories)] == ["https://example.org/2026/03/01/ours/"]


def test_other_hosts_where_they_are_allowed() -> None:
    page = b'<h2><a href="https://magazine.example/2026/03/01/ferry">The ferry in our own magazine</a></h2>'
    assert section.read(page, url=HOME) == ()
    found = section.read(page, url=HOME, allows=lambda url: "magazine" in url)
    assert [entry.url for entry in found] == ["https://magazine.example/2026/03/01/ferry"]


def test_cards_that_are_one_link() -> None:
    story = (
        '<a class="card" href="/news/ferry-anna-sails-again"><img alt="Ferry">'
        '<span class="kicker">Harbour</span>'
        "<h3>Ferry <em>Anna</em> sails again</h3><p>After long repairs the ferry is back in service.</p></a>"
    )
    assert listed(story) == [("/news/ferry-anna-sails-again", "Ferry Anna sails again")]


def test_headlines_by_class() -> None:
    story = (
        '<a href="/news/ferry-anna-sails-again"><span class="kicker">Harbour</span>'
        '<span class="teaser__headline title">Ferry Anna sails again</span></a>'
    )
    assert listed(story) == [("/news/ferry-anna-sails-again", "Ferry Anna sails again")]


def test_a_link_laid_over_the_card() -> None:
    story = (
        '<article><h3>Ferry Anna sails again</h3><a class="overlay" href="/news/ferry-anna-sails-again"></a>'
        '<a href="/news/ferry-anna-sails-again">Read more</a></article>'
    )
    assert listed(story) == [("/news/ferry-anna-sails-again", "Ferry Anna sails again")]


def test_a_picture_alone() -> None:
    story = '<article><a href="/news/ferry-anna-sails-again"><img alt="Ferry Anna at the pier"></a></article>'
    assert listed(story) == [("/news/ferry-anna-sails-again", "Ferry Anna at the pier")]


def test_a_repeated_list_of_headlines_with_plain_addresses() -> None:
    items = "".join(
        f'<li class="row"><a href="/item/{c}">Headline {c} of an old news site</a></li>' for c in "abcd"
    )
    assert len(listed(f"<ul>{items}</ul>")) == 4
    assert listed('<p>See <a href="/item/a">the rules of this old site</a></p>') == []


def test_duplicates_keep_the_first_place_and_the_best_headline() -> None:
    stories = (
        '<article><a href="/2026/03/01/ferry/?utm_source=top"><img alt="x"></a></article>'
        '<h2><a href="/2026/03/02/road/">The road is closed again</a></h2>'
        '<h2><a href="https://www.example.org/2026/03/01/ferry/">Ferry Anna sails again today</a></h2>'
    )
    assert listed(stories) == [
        ("/2026/03/01/ferry/?utm_source=top", "Ferry Anna sails again today"),
        ("/2026/03/02/road/", "The road is closed again"),
    ]


def test_the_time_of_a_ticker_is_no_headline() -> None:
    story = '<ul><li><a href="/news/ferry-anna-sails-again">18.47 Ferry Anna sails again</a></li></ul>'
    assert listed(story) == [("/news/ferry-anna-sails-again", "Ferry Anna sails again")]


def test_the_date_of_a_card() -> None:
    page = (
        '<article><h2><a href="/2026/03/01/ferry/">Ferry Anna sails again</a></h2>'
        '<time datetime="2026-03-01T08:30:00+01:00">today</time></article>'
    )
    (entry,) = section.read(page.encode(), url=HOME)
    assert (entry.published, entry.kind, entry.via) == ("2026-03-01T08:30:00+01:00", "section", HOME)


def test_a_page_inside_a_form() -> None:
    story = (
        '<form action="/x"><h2><a href="/news/ferry-anna-sails-again">Ferry Anna sails again</a></h2></form>'
    )
    assert len(listed(story)) == 1


def test_a_class_name_that_lies() -> None:
    stories = "".join(f'<h2><a href="/2026/03/0{i}/story/">The story of day {i}</a></h2>' for i in (1, 2, 3))
    assert len(listed(f'<div class="nav-wrapper">{stories}</div>')) == 3
    assert listed(f"<nav>{stories}</nav>") == []


def test_bases_and_relative_links() -> None:
    page = b'<base href="/news/2026/"><h2><a href="ferry-anna-sails-again">Ferry Anna sails again</a></h2>'
    assert [e.url for e in section.read(page, url=HOME)] == [
        "https://www.example.org/news/2026/ferry-anna-sails-again"
    ]


def test_japanese_headlines() -> None:
    story = '<li><a href="/articles/AST1F4445T1F.html">宮崎県で震度5弱、津波注意報</a></li>'
    assert listed(story) == [("/articles/AST1F4445T1F.html", "宮崎県で震度5弱、津波注意報")]


def test_selectors() -> None:
    stories = (
        '<div class="top"><h2><a href="/x/1">One</a></h2>'
        '<p>by <a href="/author/mara-lind/">Mara Lind</a></p></div>'
        '<div class="top"><h2><a href="/x/2">Two</a></h2><a href="/tag/harbour/">Harbour</a></div>'
        '<h2><a href="/2026/03/01/ferry/">Ferry Anna sails again</a></h2>'
    )
    assert listed(stories, "div.top h2 a") == [("/x/1", "One"), ("/x/2", "Two")]
    assert listed(stories, "div.top") == [("/x/1", "One"), ("/x/2", "Two")]
    assert listed(stories, "div.none") == []
    assert listed(stories, "div >") == []
    wrapped = '<a href="/x/3"><span class="t">Three</span></a>'
    assert listed(wrapped, "span.t") == [("/x/3", "Three")]


def test_a_huge_page_is_bounded() -> None:
    story = '<h2><a href="/2026/03/01/story-{0}/">Story number {0} of this day</a></h2>'
    stories = "".join(story.format(i) for i in range(3000))
    assert len(listed(stories)) == section.MAX_ENTRIES


@pytest.mark.parametrize(
    "text",
    ["Read more", "Mehr", "weiterlesen …", "3 comments", "1.204 Kommentare", "Lire la suite", "»", "42"],
)
def test_words_that_name_nothing(text: str) -> None:
    assert looks.says_more(text)


@pytest.mark.parametrize(
    "text", ["Ferry sails", "More trains for the harbour", "Mehr Züge", "Kommentar: Die Fähre"]
)
def test_words_that_name_something(text: str) -> None:
    assert not looks.says_more(text)


@given(st.binary(max_size=400))
@settings(max_examples=200, deadline=None)
def test_any_bytes(body: bytes) -> None:
    assert isinstance(section.read(b"<a href='" + body, url=HOME), tuple)
    assert isinstance(section.read(body, url=HOME), tuple)


@given(st.text(max_size=80))
@settings(max_examples=200, deadline=None)
def test_any_address(path: str) -> None:
    href = path.replace("&", "&amp;").replace('"', "&quot;").encode("utf-8", "replace")
    page = b'<h2><a href="' + href + b'">Ferry Anna sails again</a></h2>'
    for entry in section.read(page, url=HOME):
        assert entry.url.startswith(("https://", "http://"))
