"""Every page of the room, asked for as a browser would."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from lxml import html

from crawler.home import Home
from exporters.store import Store

from .conftest import NOW, article

Ask = Callable[..., Any]
Number = Callable[[str], int]

TRAM = "https://tagblatt.example/stadt/tram-bleibt-10482"
STORM = "https://courier.example/2026/03/02/storm-takes-roof"
WALL = "https://courier.example/2026/03/02/members-only"
HARM = "https://courier.example/harm"

PAGES = (
    "/",
    "/?source=tagblatt",
    "/?language=de&section=Stadt",
    "/article/1",
    "/article/1/history",
    "/search",
    "/search?q=schule",
    "/sources",
    "/sources/tagblatt",
    "/feeds/",
)


def words(response: Any) -> str:
    return " ".join(html.fromstring(response.text).text_content().split())


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_html_that_can_run_and_load_nothing(ask: Ask, path: str) -> None:
    response = ask(path)
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/html")
    policy = response.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'; img-src 'self'; ")
    assert "script" not in policy
    assert "https:" not in policy
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] == "no-referrer"
    page = html.fromstring(response.text)
    assert not page.xpath("//script|//style|//*[@style]|//iframe|//object")
    loaded = [*page.xpath("//img/@src"), *page.xpath("//link/@href")]
    assert all(address.startswith("/") for address in loaded)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_can_be_found_ones_way_around_in(ask: Ask, path: str) -> None:
    page = html.fromstring(ask(path).text)
    assert page.get("lang") == "en"
    assert page.xpath("//title")[0].text.strip()
    assert len(page.xpath("//main[@id='main']")) == len(page.xpath("//h1")) == 1
    assert page.xpath("//body/*[1]/@href") == ["#main"]
    levels = [int(tag.tag[1]) for tag in page.xpath("//h1|//h2|//h3|//h4|//h5|//h6")]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    for control in page.xpath("//input|//select"):
        assert control.getparent().tag == "label" or page.xpath("//label[@for=$id]", id=control.get("id"))
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))


def test_the_front_page_has_each_story_once_the_newest_first(ask: Ask) -> None:
    page = html.fromstring(ask("/").text)
    titles = [h.text_content() for h in page.xpath("//article//h2")]
    assert titles == [
        "Die Bibliothek öffnet sonntags",
        "Die Straßenbahn bleibt – vorerst",
        "Storm takes the roof of a school",
        "<script>alert('title')</script>",
    ]


def test_copies_of_a_story_stand_below_the_first(ask: Ask, home: Home, number: Number) -> None:
    text = "\n\n".join(
        f"In the {n}th year the ferry crossed the river {n * 7} times and the bell of the town hall rang."
        for n in range(3, 12)
    )
    with Store.open(home.database) as store:
        for minute, (source, path) in enumerate(
            (("alpha", "ferry"), ("beta", "ferry"), ("gamma", "ferry"), ("beta", "ferry-again"))
        ):
            copied = article(
                f"https://{source}.example/{path}", f"The ferry, by {source}", text, language="en"
            )
            store.save(copied, source=source, now=NOW + timedelta(minutes=minute))
    page = html.fromstring(ask("/").text)
    teasers = [
        " ".join(a.text_content().split()) for a in page.xpath("//article") if "ferry" in a.text_content()
    ]
    assert len(teasers) == 1
    assert "The ferry, by alpha" in teasers[0]
    assert "Also in beta, gamma " in teasers[0] + " ", "each source once"
    assert "The ferry, by beta" in words(ask("/?source=beta"))
    copy = words(ask(f"/article/{number('https://beta.example/ferry')}"))
    assert "The same story in alpha, in gamma" in copy
    assert "The ferry, by alpha" in copy
    assert "the one that came first" in copy


@pytest.mark.parametrize(
    ("asked", "there", "not_there"),
    [
        ("/?source=courier", "Storm takes", "Straßenbahn"),
        ("/?language=de", "Straßenbahn", "Storm takes"),
        ("/?section=Nowhere", "No story here is of this kind.", "Storm takes"),
        ("/?section=%3Cb%3EBold%3C%2Fb%3E", "<script>alert('title')", "Storm takes"),
        ("/?before=2026-03-02T00:00:00Z,1", "<script>alert('title')", "Straßenbahn"),
        ("/?before=nonsense", "Straßenbahn", "There is nothing older"),
        ("/?before=0001,1", "There is nothing older", "Straßenbahn"),
    ],
)
def test_filters(ask: Ask, asked: str, there: str, not_there: str) -> None:
    shown = words(ask(asked))
    assert there in shown
    assert not_there not in shown


def test_a_story_reads_like_one(ask: Ask, number: Number) -> None:
    page = html.fromstring(ask(f"/article/{number(TRAM)}").text)
    assert page.xpath("//h1")[0].text_content() == "Die Straßenbahn bleibt – vorerst"
    assert page.xpath("//h1/@lang") == ["de"]
    story = page.find_class("copy")[0]
    assert story.get("lang") == "de"
    assert story.text_content().strip().startswith("MÜNCHEN – Der Stadtrat will")
    about = " ".join(page.xpath("//article/header")[0].text_content().split())
    assert "Stadtredaktion, Nordpress" in about
    assert "2 March 2026, 05:40 UTC" in about
    assert page.xpath("//header//a[.='Read the original']/@href") == [TRAM]
    shown = " ".join(page.text_content().split())
    assert "The publisher has changed it 1 time." in shown
    assert "meta:og:title Straßenbahn: Der Stadtrat hat entschieden" in shown


def test_what_was_cut_stands_in_its_place_with_its_reason(ask: Ask, number: Number) -> None:
    page = html.fromstring(ask(f"/article/{number(TRAM)}").text)
    (switch,) = page.xpath("//input[@type='checkbox']")
    assert switch.get("id") == "cuts"
    assert not switch.get("checked")
    assert page.xpath("//label[@for='cuts']")[0].text_content().split()[:4] == ["Show", "what", "was", "cut"]
    (cuts,) = page.find_class("cuts")
    assert cuts.getprevious().text_content().startswith("Im Frühjahr")
    assert "Lesen Sie auch" in cuts.text_content()
    assert "Rule read-also 97% sure" in " ".join(cuts.text_content().split())
    assert "points to another article" in cuts.text_content()


def test_pages_that_are_no_stories_say_so(ask: Ask, number: Number, home: Home) -> None:
    assert "Not a story, so no list and no feed shows it: paywall." in words(ask(f"/article/{number(WALL)}"))
    with Store.open(home.database) as store:
        store.set_status(number(STORM), "gone", reason="http_410", now=NOW)
    assert "has taken this story down" in words(ask(f"/article/{number(STORM)}"))
    with Store.open(home.database) as store:
        store.set_status(number(STORM), "deleted", reason=None, now=NOW)
    assert ask(f"/article/{number(STORM)}").status_code == 404
    assert ask("/article/999").status_code == 404
    assert "There is no such story in the dataset." in words(ask("/article/999"))


def test_the_history_is_a_word_diff(ask: Ask, number: Number) -> None:
    page = html.fromstring(ask(f"/article/{number(TRAM)}/history").text)
    (edit,) = page.find_class("edit")
    came = [ins.text_content() for ins in edit.xpath(".//div//ins")]
    assert " – vorerst" in "".join(came)
    assert any("nur zwei Jahre" in text for text in came)
    assert "⋯" not in edit.text_content()
    assert "Changed by the publisher" in edit.text_content()
    assert "It has not changed" in words(ask(f"/article/{number(STORM)}/history"))
    assert ask("/article/999/history").status_code == 404


def test_long_stretches_without_a_change_are_left_out(ask: Ask, home: Home, number: Number) -> None:
    url = "https://tagblatt.example/long"
    paragraphs = [f"Paragraph number {n} of the story stays as it has always been." for n in range(9)]
    with Store.open(home.database) as store:
        for minute, last in enumerate(("The end.", "The very end.")):
            long = article(url, "Long", "\n\n".join([*paragraphs, last]))
            store.save(long, source="tagblatt", now=NOW + timedelta(minutes=minute))
    shown = words(ask(f"/article/{number(url)}/history"))
    assert "Paragraph number 8" in shown
    assert "Paragraph number 3" not in shown
    assert "⋯" in shown


def test_search(ask: Ask, number: Number) -> None:
    page = html.fromstring(ask("/search?q=munich").text)
    (hit,) = page.find_class("hit")
    assert hit.xpath(".//h2/a/@href") == [f"/article/{number(STORM)}"]
    assert [mark.text for mark in hit.xpath(".//mark")] == ["Munich"]
    assert page.xpath("//form[@aria-label='Search in detail']//input/@value") == ["munich"]
    assert "No story contains all of this." in words(ask("/search?q=dragon"))
    assert "needs a word" in words(ask("/search?q=-storm"))
    assert "Storm takes" not in words(ask("/search?q=munich&source=tagblatt"))
    assert "Storm takes" in words(ask("/search?q=munich&order=best&n=99999999999"))


@pytest.mark.parametrize(
    "query", ['"', "*", "NEAR(", "a OR", "%22%22", "title:x", "'; DROP TABLE articles", "%00"]
)
def test_no_query_breaks_the_search(ask: Ask, query: str) -> None:
    assert ask("/search?q=" + query).status_code == 200


def test_an_address_finds_its_story(ask: Ask, number: Number) -> None:
    response = ask(f"/search?q={STORM}%3Futm_source%3Dx")
    assert response.status_code == 302
    assert response.headers["location"] == f"/article/{number(STORM)}"


def test_sources_with_their_health_over_time(ask: Ask) -> None:
    page = html.fromstring(ask("/sources").text)
    names = [h.text_content() for h in page.xpath("//main//h2")]
    assert names == ["courier", "tagblatt"]
    assert "Its feed answers with an HTML page." in page.text_content()
    assert len(page.xpath("//svg[@role='img'][@aria-label]")) == 2
    one = html.fromstring(ask("/sources/tagblatt").text)
    assert len(one.xpath("//svg[@role='img'][@aria-label]")) == 4
    assert "Die Bibliothek öffnet sonntags" in one.text_content()
    assert ask("/sources/nobody").status_code == 404


def test_a_hostile_story_is_only_words(ask: Ask, number: Number) -> None:
    for path in ("/", f"/article/{number(HARM)}", "/search?q=harmless", "/?section=%3Cb%3EBold%3C%2Fb%3E"):
        response = ask(path)
        page = html.fromstring(response.text)
        assert not page.xpath(
            "//script|//style|//iframe|//form[contains(@action, 'evil')]|//math|//svg|//b[.='Bold']"
        )
        assert not page.xpath("//*/@*[starts-with(name(), 'on')]|//@*[starts-with(., 'javascript:')]")
        assert not page.xpath("//img")
        assert "<script>alert('title')</script>" in page.text_content()
    story = html.fromstring(ask(f"/article/{number(HARM)}").text)
    assert "<script>alert('cut')</script>" in story.find_class("cuts")[0].text_content()
    assert story.xpath("//a[@class='picture']/@href") == ["https://evil.example/pixel.gif"]
    assert [h.tag for h in story.find_class("copy")[0].xpath(".//h2|.//h3|.//h4")] == ["h2"]


def test_pictures_only_if_they_are_asked_for(open_room: Callable[..., Ask], number: Number) -> None:
    response = open_room(images=True)(f"/article/{number(HARM)}")
    page = html.fromstring(response.text)
    assert page.xpath("//img/@src") == ["https://evil.example/lead.jpg", "https://evil.example/pixel.gif"]
    assert page.xpath("//img/@alt") == ["<i>lead</i>", 'a "pixel"']
    assert not page.xpath("//img/@onerror")
    assert "img-src 'self' https:;" in response.headers["content-security-policy"]


def test_an_empty_dataset_says_what_to_do(open_room: Callable[..., Ask], home: Home) -> None:
    for path in (home.database, *home.path.glob("news.db-*")):
        path.unlink()
    for path in (*home.feeds.iterdir(), *home.sources.iterdir()):
        path.unlink()
    Store.open(home.database).close()
    ask = open_room()
    assert "No stories yet" in words(ask("/"))
    assert "No source is declared yet" in words(ask("/sources"))
    assert "None is published yet" in words(ask("/feeds/"))
    assert ask("/search?q=x").status_code == 200


def test_stories_that_come_while_the_room_is_open_are_shown(ask: Ask, home: Home) -> None:
    assert "Fresh" not in words(ask("/"))
    with Store.open(home.database) as store, store.transaction():
        # Before the writer has committed, readers see what was.
        store.save(
            article("https://tagblatt.example/fresh", "Fresh", "New words."), source="tagblatt", now=NOW
        )
        assert "Fresh" not in words(ask("/"))
    assert "Fresh" in words(ask("/"))


def test_the_style_sheet_is_served_and_asks_for_nothing_elsewhere(ask: Ask) -> None:
    address = html.fromstring(ask("/").text).xpath("//link[@rel='stylesheet']/@href")[0]
    response = ask(address)
    assert response.headers["content-type"].startswith("text/css")
    assert not re.search(r"@import|url\(", response.text)
