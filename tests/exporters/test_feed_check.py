"""What the last look at a feed finds: each thing that a specification asks for, broken one at a time."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from exporters.feeds import atom, check, jsonfeed, rss
from exporters.feeds.model import Feed, Item, Origin
from pipelines.types import Image

ITEM = Item(
    id="urn:uuid:1",
    url="https://www.example.org/a?b=1&c=2",
    title="Eins & zwei",
    summary="Ein Satz.",
    html="<p>Ein Absatz.</p>",
    published="2026-03-01T08:30:00Z",
    updated="2026-03-02T09:00:00Z",
    authors=("Ann Öhler",),
    tags=("Politik",),
    language="de",
    image=Image(url="https://cdn.example.org/a.jpg", caption="Ein Hund"),
    origin=Origin(id="urn:uuid:9", name="Beispiel", home="https://www.example.org/"),
)
FEED = Feed(
    id="urn:uuid:0",
    title="Beispiel",
    link="https://www.example.org/",
    description="Beispiel: www.example.org",
    address="https://feeds.example.org/beispiel.xml",
    updated="2026-03-02T09:00:00Z",
    items=(ITEM, replace(ITEM, id="urn:uuid:2", html=None, image=None, published="2026-03-01")),
)
EMPTY = replace(FEED, items=(), updated=None)


def test_what_we_write_is_right() -> None:
    assert check.rss(rss.render(FEED)) == check.atom(atom.render(FEED)) == 2
    assert check.jsonfeed(jsonfeed.render(FEED)) == 2
    assert check.rss(rss.render(EMPTY)) == check.atom(atom.render(EMPTY)) == 0
    assert check.jsonfeed(jsonfeed.render(EMPTY)) == 0


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("</item>", "", "not be well-formed XML"),
        ('version="2.0"', 'version="0.91"', "not RSS 2.0"),
        ("<title>Beispiel</title>", "", "the channel has no title"),
        ("<link>https://www.example.org/<", "<link>/<", "channel's link is no web address"),
        ("urn:uuid:2<", "urn:uuid:1<", "two items have the id urn:uuid:1"),
        (">urn:uuid:2</guid>", "></guid>", "an item has no guid"),
        ("Sun, 01 Mar 2026 08:30:00 +0000", "2026-03-01", "date of item urn:uuid:1 is none"),
        ("Sun, 01 Mar 2026 08:30:00 +0000", "Sun, 41 Mar 2026 08:30:00 +0000", "is none"),
        ("https://www.example.org/a?", "javascript:a?", "link of item urn:uuid:1 is no web address"),
        ("<title>Eins &amp; zwei</title>\n", "", None),
        ("<pubDate>", "<link>https://x.example/</link><pubDate>", "two dates or links"),
    ],
)
def test_rss(old: str, new: str, says: str | None) -> None:
    said = check.rss(rss.render(FEED).decode().replace(old, new).encode())
    assert says in str(said) if says else said == 2


def test_an_rss_item_says_something() -> None:
    xml = rss.render(replace(FEED, items=(replace(ITEM, summary=None),))).decode()
    assert "neither title nor" in str(check.rss(xml.replace("<title>Eins &amp; zwei</title>", "").encode()))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("</entry>", "", "not be well-formed XML"),
        ("2005/Atom", "2005/Atoms", "not Atom 1.0"),
        ("<id>urn:uuid:0</id>", "", "the feed has no id"),
        ("<id>urn:uuid:2</id>", "<id>urn:uuid:1</id>", "two items have the id"),
        ("<updated>2026-03-02T09:00:00Z", "<updated>2026-03-02", "updated of the feed is none"),
        ("<published>2026-03-01T08:30:00Z", "<published>2026-13-01T08:30:00Z", "published of entry"),
        ('href="https://www.example.org/a', 'href="/a', "link of entry urn:uuid:1 is no web address"),
        ('rel="alternate" type="text/html" href="https://www.example.org/a', 'href="/a', "has 0 links"),
    ],
)
def test_atom(old: str, new: str, says: str) -> None:
    assert says in str(check.atom(atom.render(FEED).decode().replace(old, new).encode()))


def test_an_atom_entry_is_signed() -> None:
    xml = atom.render(FEED).decode()
    start, end = xml.index("<author>"), xml.index("</author>") + len("</author>")
    assert check.atom((xml[:start] + xml[end:]).encode()) == 2  # each entry has its own
    nobody = atom.render(replace(FEED, items=(replace(ITEM, authors=(), origin=None),))).decode()
    start, end = nobody.index("<author>"), nobody.index("</author>") + len("</author>")
    assert "has no author" in str(check.atom((nobody[:start] + nobody[end:]).encode()))


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        (("version",), "https://jsonfeed.org/version/1", "not JSON Feed 1.1"),
        (("title",), None, "the feed has no title"),
        (("homepage",), "x", "a field 'homepage'"),
        (("_ours",), 1, None),
        (("feed_url",), "/feed.json", "feed_url of the feed is no web address"),
        (("items",), {}, "items of the feed is no list"),
        (("items", 0), "x", "an item is no object"),
        (("items", 0, "id"), 7, "id of item 7 is no str"),
        (("items", 0, "id"), "", "empty id"),
        (("items", 0, "id"), "urn:uuid:2", "two items have the id"),
        (("items", 0, "content_html"), None, "neither content_html nor content_text"),
        (("items", 0, "date_published"), "2026-03-01", "date_published of item urn:uuid:1 is none"),
        (("items", 0, "authors"), [{}], "neither name nor url"),
        (("items", 0, "authors"), [{"mail": "x"}], "a field 'mail'"),
        (("items", 0, "tags"), [1], "no text"),
        (("items", 0, "url"), "javascript:x", "url of item urn:uuid:1 is no web address"),
        (("items", 0, "attachments"), [{"url": "https://x.example/a"}], "has no mime_type"),
        (("items", 0, "attachments"), [{"url": "https://x.example/a", "mime_type": "a/b"}], None),
    ],
)
def test_json_feed(path: tuple[str | int, ...], value: Any, says: str | None) -> None:
    document: Any = json.loads(jsonfeed.render(FEED))
    place = document
    for key in path[:-1]:
        place = place[key]
    if value is None:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    said = check.jsonfeed(json.dumps(document).encode())
    assert says in str(said) if says else said == 2


def test_what_is_no_json_is_no_json_feed() -> None:
    assert "not be JSON" in str(check.jsonfeed(b"{"))
    assert check.jsonfeed(b"[]") == "it is not JSON Feed 1.1"
