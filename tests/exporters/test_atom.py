"""The Atom we write is read back by a feed reader as what was meant."""

from __future__ import annotations

import calendar
from dataclasses import replace
from io import BytesIO
from typing import Any

import feedparser
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from exporters.feeds import atom
from exporters.feeds.model import Feed, Item, Origin
from exporters.feeds.wire import moment
from pipelines.types import Image

ITEM = Item(
    id="urn:uuid:6a1cf1f6-53a1-4bb9-9e16-0a4e2f7a6c01",
    url="https://www.example.org/politik/a?id=1&teil=2",
    title="Präsident & Sohn <gemeinsam> 😀",
    summary="Ein Satz über A & B, wo a < b ist.",
    html="<p>Ein <em>Wort</em> mit ]]&gt; 😀</p>",
    published="2026-03-01T08:30:00Z",
    updated="2026-03-02T09:00:00Z",
    authors=("Ann Öhler", "Bob Li"),
    tags=("Politik", "A & B"),
    language="en",
)
FEED = Feed(
    id="urn:uuid:6a1cf1f6-53a1-4bb9-9e16-0a4e2f7a6c00",
    title="Beispiel & Co.",
    link="https://www.example.org/",
    description="Beispiel: www.example.org",
    language="de",
    address="https://feeds.example.org/beispiel.atom",
    updated="2026-03-02T09:00:00Z",
    items=(ITEM,),
)


def read(xml: bytes) -> Any:
    parsed = feedparser.parse(BytesIO(xml), sanitize_html=False, resolve_relative_uris=False)
    assert not parsed.bozo, parsed.get("bozo_exception")
    return parsed


def test_a_reader_gets_back_what_was_written() -> None:
    parsed = read(atom.render(FEED))
    assert parsed.version == "atom10"
    assert parsed.feed.id == FEED.id
    assert parsed.feed.title == FEED.title
    (entry,) = parsed.entries
    assert entry.id == ITEM.id
    assert entry.title == ITEM.title
    assert entry.title_detail.type == "text/plain"
    assert entry.link == ITEM.url
    assert entry.content[0].value == ITEM.html
    assert entry.content[0].language == "en"
    assert entry.summary == ITEM.summary
    assert calendar.timegm(entry.published_parsed) == calendar.timegm(moment(ITEM.published).timetuple())
    assert calendar.timegm(entry.updated_parsed) == calendar.timegm(moment(ITEM.updated).timetuple())
    assert [author.name for author in entry.authors] == list(ITEM.authors)
    assert [tag.term for tag in entry.tags] == list(ITEM.tags)


def test_an_empty_feed_has_the_date_it_must_have_and_no_clock() -> None:
    empty = replace(FEED, items=(), updated=None)
    assert atom.render(empty) == atom.render(empty)
    assert read(atom.render(empty)).feed.updated == "2000-01-01T00:00:00Z"


def test_an_item_of_another_newsroom_names_it_as_its_author() -> None:
    origin = Origin(
        id="urn:uuid:1", name="Beispiel", home="https://www.example.org/", feed="https://www.example.org/rss"
    )
    item = replace(ITEM, authors=(), origin=origin)
    (entry,) = read(atom.render(replace(FEED, items=(item,)))).entries
    assert entry.author == "Beispiel"
    assert (entry.source.title, entry.source.id, entry.source.link) == ("Beispiel", origin.id, origin.home)


def test_an_item_that_may_only_be_linked_says_whose_it_is() -> None:
    item = replace(ITEM, summary=None, html=None)
    (entry,) = read(atom.render(replace(FEED, items=(item,)))).entries
    assert entry.summary == "Beispiel & Co."
    assert "content" not in entry


def test_the_lead_picture_comes_with_its_type() -> None:
    image = Image(url="https://cdn.example.org/a.webp?w=1", caption="Ein Hund", credit="dpa")
    item = replace(ITEM, image=image)
    (entry,) = read(atom.render(replace(FEED, items=(item,)))).entries
    assert entry.media_content == [
        {"url": "https://cdn.example.org/a.webp?w=1", "medium": "image", "type": "image/webp"}
    ]
    assert entry.media_credit[0]["content"] == "dpa"


def test_a_style_sheet_is_named_before_the_root() -> None:
    assert (
        atom.render(replace(FEED, stylesheet="feeds.css"))
        .splitlines()[1]
        .startswith(b'<?xml-stylesheet type="text/css" href="feeds.css"?><feed')
    )


@given(st.text(st.characters() | st.sampled_from("<>&;\"'/]![-\x00\x01\ud800\uffff\r\n"), max_size=200))
def test_no_text_can_break_the_xml(text: str) -> None:
    item = replace(ITEM, title=text, summary=text, html=text, authors=(text,), tags=(text,), id=text)
    entries = etree.fromstring(atom.render(replace(FEED, title=text, items=(item, ITEM))))
    assert len(entries.findall(f"{{{atom.NAMESPACE}}}entry")) == 2
