"""The sample newspaper itself: it is whole, it stays the same, and every trap is in it."""

from __future__ import annotations

import re

import pytest
from lxml import html

from crawler.discovery import feed, sitemap
from crawler.sample import Site, Story, differences, newspaper
from crawler.sample.markup import blocks, is_insert, text
from pipelines.types import Article

SITES = newspaper()
STORIES = [(site, story) for site in SITES for story in site.stories if story.truth.status == "article"]
#: Stories that stand on their own page with everything around them.
WHOLE = [(site, story) for site, story in STORIES if story.template in ("article.html", "old.html")]

#: Of each trap a piece by which to know it, in each language.
TRAPS = {
    "bitlotse": {
        "promotion": "Morgenbrief",
        "job heading": "Stellenangebote",
        "book": "Bestsellerautorin",
        "comment invitation": "Hast du eine Ergänzung oder eine Frage zum Beitrag „{title}“?",
        "policy": "behalten wir uns vor, Kommentare zu löschen, die daran",
        "manners": "am selben Tisch",
        "do not miss": "Möchtest du über Themen wie „{title}“ auf dem Laufenden bleiben?",
        "search engines": "»{title}« bei Google suchen",
        "cookies": "Wir verwenden Cookies",
    },
    "courier": {
        "promotion": "free morning email",
        "job heading": "Jobs near you",
        "book": "The Courier Bookshop",
        "comment invitation": "Do you have something to add to “{title}”?",
        "policy": "We remove those that are abusive",
        "manners": "a neighbour across the fence",
        "do not miss": "more on stories like “{title}”",
        "search engines": "Search Google for “{title}”",
        "readers' comments": "3 days ago",
    },
    "faro": {
        "promotion": "suscríbase gratis a nuestro boletín",
        "job heading": "Ofertas de empleo",
        "book": "autora superventas",
        "comment invitation": "¿Tiene algo que añadir a la noticia «{title}»?",
        "policy": "Nos reservamos el derecho de eliminar",
        "manners": "su vecino en la plaza",
        "do not miss": "más noticias como «{title}»",
        "search engines": "busque «{title}» en Google",
    },
}


def page(site: Site, path: str, visit: int = 1) -> html.HtmlElement:
    reply = site.answer(path, base=site.home, visit=visit)
    encoding = {"iso-8859-1": "cp1252"}.get(site.data["charset"], "utf-8")
    return html.document_fromstring(reply.body.decode(encoding))


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def test_three_newsrooms_with_eight_stories_and_more() -> None:
    assert [site.slug for site in SITES] == ["bitlotse", "courier", "faro"]
    assert {site.data["language"].partition("-")[0] for site in SITES} == {"de", "en", "es"}
    for site in SITES:
        assert sum(s is site for s, _ in STORIES) >= 8
        assert site.data["host"].endswith(".example")


@pytest.mark.parametrize(("site", "story"), STORIES, ids=lambda value: value.slug)
def test_a_story_is_a_real_one(site: Site, story: Story) -> None:
    truth = story.truth
    assert truth.title
    assert truth.authors
    assert truth.published
    assert 150 <= len(truth.text.split()) <= 500
    assert not re.search(r"\*|\]\(|^[#>|:-]", truth.text, re.M), "markup left in the truth"
    assert [s for s in site.stories if s.truth.path == truth.path] == [story]


@pytest.mark.parametrize(("site", "story"), WHOLE, ids=lambda value: value.slug)
def test_a_page_holds_its_story_and_every_trap(site: Site, story: Story) -> None:
    seen = words(page(site, story.truth.path))
    assert story.truth.title is not None
    for paragraph in story.truth.text.split("\n\n"):
        for cell in paragraph.split(" | "):
            assert cell in seen
    for name, phrase in TRAPS[site.slug].items():
        phrase = phrase.format(title=story.truth.title)
        assert phrase in seen, name
        if phrase != TRAPS[site.slug]["job heading"]:  # there are stories about that
            assert phrase not in story.truth.text, name


@pytest.mark.parametrize(("site", "story"), WHOLE, ids=lambda value: value.slug)
def test_the_traps_stand_in_the_story_s_own_container(site: Site, story: Story) -> None:
    tree = page(site, story.truth.path)
    last = story.truth.text.split("\n\n")[-1].split(" | ")[-1]
    holders = [e for e in tree.iter("div", "font") if last in words(e)]
    container = holders[-1] if len(holders[-1]) > 1 else holders[-1].getparent()
    inside = words(container)
    for name in ("promotion", "job heading", "book", "policy", "manners"):
        assert TRAPS[site.slug][name] in inside


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.slug)
def test_only_the_job_advertisements_change_from_visit_to_visit(site: Site) -> None:
    story = next(story for where, story in WHOLE if where is site)

    def lines(visit: int) -> list[str]:
        return [w for e in page(site, story.truth.path, visit).iter() if (w := words(e))]

    first, again, second = lines(1), lines(1), lines(2)
    assert first == again
    jobs = set(site.data["jobs"])
    assert {line for line in first if line in jobs}.isdisjoint(line for line in second if line in jobs)

    def bare(visit: int) -> str:
        body = site.answer(story.truth.path, base=site.home, visit=visit).body
        tree = html.document_fromstring(body)
        for link in list(tree.iter("a")):
            if any(part in link.get("href", "") for part in ("stellenmarkt/", "/jobs/", "/empleo/")):
                link.drop_tree()
        return words(tree)

    assert bare(1) == bare(2)


def test_what_is_no_page_does_not_depend_on_visits() -> None:
    for site in SITES:
        for path, route in site.data["routes"].items():
            if "type" in route:
                assert site.answer(path, base=site.home, visit=1) == site.answer(
                    path, base=site.home, visit=9
                )


def test_every_kind_of_paragraph_occurs() -> None:
    everything = [block for _, story in STORIES for block in story.blocks]
    for start in ("## ", "### ", "- ", "> ", "| ", "[", "**", ":: ", "„", "“", "«"):
        assert any(block.startswith(start) for block in everything), start
    assert any(story.truth.image and story.truth.image.credit for _, story in STORIES)
    assert any(story.truth.dateline for _, story in STORIES)
    assert any(len(story.truth.authors) > 1 for _, story in STORIES)


def test_stories_cut_in_the_middle() -> None:
    """By "read also" as a heading with a list, as one linked paragraph, and without a class name."""
    names = set()
    for site, story in STORIES:
        for number, block in enumerate(story.blocks):
            if is_insert(block):
                assert 0 < number < len(story.blocks) - 1
                names.add(block.split()[1])
                seen = words(page(site, story.truth.path))
                before, after = (text([story.blocks[n]]) for n in (number - 1, number + 1))
                between = seen[seen.index(before[-40:]) + 40 : seen.index(after[:40])]
                assert len(between.split()) > 0
    assert names == {"lesen", "dazu", "readmore", "related", "signup", "lee", "mas", "publicidad"}


def test_stories_about_what_is_cut_elsewhere() -> None:
    told = "\n".join(story.truth.text for _, story in STORIES)
    for phrase in (
        "Stellenangebote",
        "(m/w/d)",
        "Jetzt bewerben!",
        "Abonnieren Sie unseren Newsletter",
        "Alle Kommentare werden moderiert",
        "Jobs near you",
        "All comments are moderated",
        "Sign up for our newsletter",
        "Ofertas de empleo",
        "Suscríbase a nuestro boletín",
        "Todos los comentarios son revisados antes de su publicación",
    ):
        assert phrase in told


def test_the_german_feed_carries_what_its_pages_do_not() -> None:
    site = SITES[0]
    reply = site.answer("/feed/", base=site.home)
    found = feed.read(reply.body, url=f"{site.home}/feed/", headers=reply.headers)
    assert found is not None
    assert not found.is_comments
    entries = {entry.url: entry for entry in found.links}
    assert len(entries) == len(site.stories)
    walls = [story for story in site.stories if story.template in ("stub.html", "consent.html")]
    assert len(walls) == 3
    for story in walls:
        content = entries[site.home + story.link].content or ""
        if story.truth.status == "article":
            assert story.truth.text.split("\n\n")[-1] not in words(page(site, story.truth.path))
            assert (
                html.document_fromstring(f"<div>{content}</div>").text_content().split()[:5]
                == (story.truth.text.split()[:5])
            )
    comments = site.answer("/comments/feed/", base=site.home)
    beside = feed.read(comments.body, url=f"{site.home}/comments/feed/", headers=comments.headers)
    assert beside is not None
    assert beside.is_comments


def test_the_english_page_that_needs_javascript() -> None:
    site = SITES[1]
    story = site.story("seal-count")
    assert len(words(page(site, story.truth.path).find("body")).split()) < 30
    reply = site.answer("/news.atom", base=site.home)
    found = feed.read(reply.body, url=f"{site.home}/news.atom", headers=reply.headers)
    assert found is not None
    entry = next(e for e in found.links if e.url.startswith(site.home + story.link))
    assert "utm_source" in entry.url
    assert "the lifeboat crew" in (entry.content or "")


def test_the_english_sitemap_has_news_dates() -> None:
    site = SITES[1]
    reply = site.answer("/sitemap-news.xml", base=site.home)
    found = sitemap.read(reply.body, url=f"{site.home}/sitemap-news.xml")
    assert found is not None
    assert len(found.entries) == len(site.stories)
    assert all(entry.published and entry.title for entry in found.entries)
    assert b"Sitemap:" in site.answer("/robots.txt", base=site.home).body


def test_the_spanish_site_has_no_feed_and_no_honest_404() -> None:
    site = SITES[2]
    front = site.answer("/", base=site.home)
    assert b"rel=" not in front.body.replace(b'rel="stylesheet"', b"")
    for path in ("/feed/", "/rss.xml", "/sitemap.xml", "/nada.html"):
        reply = site.answer(path, base=site.home)
        assert reply.status == 200
        assert "Página no encontrada" in reply.body.decode("cp1252")
    assert "charset" not in front.headers["Content-Type"]
    assert "«".encode("cp1252") in site.answer(site.story("regata").truth.path, base=site.home).body


def test_addresses_that_are_not_what_they_seem() -> None:
    german, english, _ = SITES
    moved = german.story("umgezogen")
    reply = german.answer(moved.link, base=german.home)
    assert (reply.status, reply.headers["Location"]) == (301, german.home + moved.truth.path)
    assert german.answer(german.story("zurueckgezogen").link, base=german.home).status == 404
    assert german.answer("/nichts/", base=german.home).status == 404
    home = english.answer(english.story("moved-away").link, base=english.home)
    assert (home.status, home.headers["Location"]) == (301, english.home + "/")


def test_differences_names_the_fields() -> None:
    truth = SITES[0].stories[0].truth
    article = Article(
        url="https://www.bitlotse.example/",
        raw_url="https://www.bitlotse.example/",
        status="article",
        title=truth.title,
        authors=truth.authors,
        published=truth.published,
        language=truth.language,
        text=truth.text + "!",
    )
    assert differences(truth, article) == ("dateline", "text")


def test_the_small_markdown() -> None:
    parts = (
        "One **two** [three](/3)\nfour.",
        ":: insert a",
        "- a\n- *b*",
        "| A | B |\n| 1 | 2 |",
        "## Head",
        "> Said.",
    )
    assert blocks("\n\n".join(parts)) == parts
    assert text(parts) == "One two three four.\n\na\n\nb\n\nA | B\n\n1 | 2\n\nHead\n\nSaid."
