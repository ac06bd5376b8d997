"""The RSS we write is read back by a feed reader as what was meant, whatever the articles contain."""

from __future__ import annotations

import calendar
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import feedparser
import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from exporters.feeds import rss
from exporters.feeds.model import Feed, Item, Origin
from exporters.feeds.wire import as_html, moment, safe_html
from pipelines.types import Image

ITEM = Item(
    id="urn:uuid:6a1cf1f6-53a1-4bb9-9e16-0a4e2f7a6c01",
    url="https://www.example.org/politik/a?id=1&teil=2",
    title="Präsident & Sohn: „Das ist ]]> kein Witz“ 😀",
    summary="Ein Satz über A & B, wo a < b ist.",
    html='<p>Ein <em>Wort</em> mit ]]&gt;, <a href="https://www.example.org/x?a=1&amp;b=2">Link</a> 😀</p>',
    published="2026-03-01T08:30:00Z",
    updated="2026-03-02T09:00:00Z",
    authors=("Ann Öhler", "Bob Li"),
    tags=("Politik", "A & B"),
    language="de",
    image=Image(url="https://cdn.example.org/a.jpg?w=1&h=2", caption="Zwei Leute & ein Hund", credit="dpa"),
    origin=Origin(
        id="urn:uuid:6a1cf1f6-53a1-4bb9-9e16-0a4e2f7a6c02",
        name="Beispiel",
        home="https://www.example.org/",
        feed="https://www.example.org/feed.xml",
    ),
)
FEED = Feed(
    id="urn:uuid:6a1cf1f6-53a1-4bb9-9e16-0a4e2f7a6c00",
    title="Beispiel & Co.",
    link="https://www.example.org/",
    description="Beispiel: www.example.org",
    language="de",
    address="https://feeds.example.org/beispiel.xml",
    updated="2026-03-02T09:00:00Z",
    items=(ITEM,),
)


def read(xml: bytes) -> Any:
    parsed = feedparser.parse(BytesIO(xml), sanitize_html=False, resolve_relative_uris=False)
    assert not parsed.bozo, parsed.get("bozo_exception")
    return parsed


def seconds(iso: str) -> int:
    return calendar.timegm(moment(iso).timetuple())


def test_a_reader_gets_back_what_was_written() -> None:
    parsed = read(rss.render(FEED))
    assert parsed.version == "rss20"
    assert parsed.feed.title == FEED.title
    assert parsed.feed.link == FEED.link
    assert parsed.feed.language == "de"
    assert calendar.timegm(parsed.feed.updated_parsed) == seconds("2026-03-02T09:00:00Z")
    (entry,) = parsed.entries
    assert entry.id == ITEM.id
    assert not entry.guidislink
    assert entry.title == ITEM.title
    assert entry.link == ITEM.url
    assert entry.content[0].value == ITEM.html
    assert entry.summary == "Ein Satz über A & B, wo a &lt; b ist."  # HTML, as the specification has it
    assert calendar.timegm(entry.published_parsed) == seconds(ITEM.published)
    assert calendar.timegm(entry.updated_parsed) == seconds(ITEM.updated)
    assert [author.name for author in entry.authors] == list(ITEM.authors)
    assert [tag.term for tag in entry.tags] == list(ITEM.tags)
    assert entry.source.title == "Beispiel"
    assert entry.source.href == "https://www.example.org/feed.xml"
    assert entry.media_content[0] == {
        "url": "https://cdn.example.org/a.jpg?w=1&h=2",
        "medium": "image",
        "type": "image/jpeg",
    }


def test_the_same_feed_is_the_same_bytes() -> None:
    assert rss.render(FEED) == rss.render(replace(FEED))


def test_a_feed_names_its_own_address_where_it_has_one() -> None:
    atom = {"atom": rss.ATOM}
    with_address = etree.fromstring(rss.render(FEED)).find("channel/atom:link", atom)
    assert with_address is not None
    assert with_address.get("href") == FEED.address
    assert with_address.get("rel") == "self"
    assert etree.fromstring(rss.render(replace(FEED, address=None))).find("channel/atom:link", atom) is None


def test_an_empty_feed_is_a_feed() -> None:
    parsed = read(rss.render(replace(FEED, items=(), updated=None)))
    assert parsed.entries == []
    assert b"lastBuildDate" not in rss.render(replace(FEED, items=(), updated=None))


def test_a_day_without_a_time_is_its_midnight() -> None:
    xml = rss.render(replace(FEED, items=(replace(ITEM, published="2026-03-01", updated="2026-03-01"),)))
    assert b"<pubDate>Sun, 01 Mar 2026 00:00:00 +0000</pubDate>" in xml
    assert b"dcterms:modified>" not in xml


def test_a_link_only_item_carries_no_story() -> None:
    (entry,) = read(
        rss.render(replace(FEED, items=(replace(ITEM, html=None, summary=None, image=None),)))
    ).entries
    assert "content" not in entry
    assert "summary" not in entry
    assert entry.title == ITEM.title
    assert entry.link == ITEM.url


def test_an_image_that_is_no_web_address_is_left_out() -> None:
    xml = rss.render(replace(FEED, items=(replace(ITEM, image=Image(url="data:image/gif;base64,R0lG")),)))
    assert b"media:content>" not in xml
    assert b"data:" not in xml


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        '<img src="x" onerror="alert(1)">',
        '<a href="javascript:alert(1)">x</a>',
        '<a href="jAvAsCrIpT&colon;alert(1)">x</a>',
        '<a href="&#106;avascript:alert(1)">x</a>',
        "<svg><script>alert(1)</script></svg>",
        "<svg onload=alert(1)>",
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
        '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
        '<p style="background:url(javascript:alert(1))">x</p>',
        '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
        '<form action="https://evil.example"><input name=q></form>',
        "<template><script>alert(1)</script></template>",
        "<base href='https://evil.example/'>",
        "<meta http-equiv=refresh content='0;url=https://evil.example'>",
        "]]><script>alert(1)</script>",
        "<p>&#0;&#1;&#xFFFE;\x00\x0b\ud800</p>",
        "<!--<p>--><![CDATA[x]]><?xml version='1.0'?>",
    ],
)
def test_hostile_bodies_become_harmless(hostile: str) -> None:
    (entry,) = read(rss.render(replace(FEED, items=(replace(ITEM, html=f"<p>Story</p>{hostile}"),)))).entries
    body = entry.content[0].value.lower()
    assert "story" in body
    for word in ("script", "onerror", "onload", "srcdoc", "style", "evil.example", "<base", "<meta", "\x00"):
        assert word not in body


anything = st.text(
    st.characters() | st.sampled_from("<>&;\"'/]![-\x00\x01\x0b\x1f\ud800\udfff\ufffe\uffff\r\n😀"),
    max_size=200,
)


@given(
    title=anything,
    summary=anything,
    html=anything,
    author=anything,
    tag=anything,
    guid=anything,
    url=anything,
)
def test_no_text_can_break_the_xml(
    title: str, summary: str, html: str, author: str, tag: str, guid: str, url: str
) -> None:
    item = replace(
        ITEM, title=title, summary=summary, html=html, authors=(author,), tags=(tag,), id=guid,
        url=f"https://www.example.org/{url}", image=Image(url=f"https://example.org/{url}", caption=title),
    )  # fmt: skip
    feed = replace(FEED, title=title, description=summary, items=(item, ITEM))
    items = etree.fromstring(rss.render(feed)).findall("channel/item")
    assert len(items) == 2
    assert items[1].findtext("title") == ITEM.title


@pytest.mark.parametrize(
    "base", ["", "nonsense", "https://", "https://x.example:99999/", "https://[::1", "\ud800"]
)
def test_a_base_that_is_none_takes_the_relative_links_away(base: str) -> None:
    assert safe_html('<a href="/x">x</a><a href="https://y.example/">y</a>', base=base) == (
        '<a>x</a><a href="https://y.example/">y</a>'
    )


@given(html=anything)
def test_sanitising_twice_changes_nothing(html: str) -> None:
    once = safe_html(html, base=ITEM.url)
    assert safe_html(once, base=ITEM.url) == once


@pytest.mark.parametrize(
    ("plain", "html"),
    [
        ("A & B", "A & B"),
        ("AT&T &copy it", "AT&amp;T &amp;copy it"),
        ("&lt;b&gt;", "&amp;lt;b&amp;gt;"),
        ("a<b>c", "a&lt;b>c"),
    ],
)
def test_a_plain_summary_is_read_as_it_was_said(plain: str, html: str) -> None:
    assert as_html(plain) == html
    assert lxml.html.fromstring(f"<p>{html}</p>").text == plain


def test_a_picture_without_an_address_is_none() -> None:
    body = safe_html('<p><img alt="a > b"><img src="data:x" alt=""><img src="/i.png"></p>', base=ITEM.url)
    assert body == '<p><img src="https://www.example.org/i.png"></p>'


def test_addresses_in_a_body_are_absolute() -> None:
    body = safe_html(
        '<p><a href="/b">x</a> <a href="c">y</a> <img src="//cdn.example.org/i.png" alt="i"></p>',
        base=ITEM.url,
    )
    assert 'href="https://www.example.org/b"' in body
    assert 'href="https://www.example.org/politik/c"' in body
    assert 'src="https://cdn.example.org/i.png"' in body


@given(st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2090, 1, 1)))  # noqa: DTZ001
def test_dates_are_read_back(naive: datetime) -> None:
    iso = naive.replace(microsecond=0, tzinfo=UTC).isoformat().replace("+00:00", "Z")
    (entry,) = read(rss.render(replace(FEED, items=(replace(ITEM, published=iso, updated=iso),)))).entries
    assert calendar.timegm(entry.published_parsed) == seconds(iso)
