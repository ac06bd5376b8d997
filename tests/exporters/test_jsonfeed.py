"""JSON Feed 1.1: every field that is required, none that is empty."""

from __future__ import annotations

import json

from exporters.feeds import jsonfeed
from exporters.feeds.model import Feed, Item, Origin
from pipelines.types import Image

FULL = Item(
    id="urn:uuid:6a1cf1f6-53a1-4bb9-9e16-0a4e2f7a6c01",
    url="https://www.example.org/politik/a?id=1&teil=2",
    title="Präsident & Sohn 😀",
    summary="Ein Satz über A & B.",
    html="<p>Ein <em>Wort</em><script>alert(1)</script></p>",
    published="2026-03-01",
    updated="2026-03-02T09:00:00Z",
    authors=("Ann Öhler",),
    tags=("Politik",),
    language="de",
    image=Image(url="https://cdn.example.org/a.jpg"),
)
LINK = Item(
    id="urn:uuid:6a1cf1f6-53a1-4bb9-9e16-0a4e2f7a6c02",
    url="https://www.example.org/b",
    title="Nur ein Verweis",
    published="2026-03-01T08:30:00Z",
    updated="2026-03-01T08:30:00Z",
)
FEED = Feed(
    id="urn:uuid:6a1cf1f6-53a1-4bb9-9e16-0a4e2f7a6c00",
    title="Beispiel",
    link="https://www.example.org/",
    description="Beispiel: www.example.org",
    language="de",
    address="https://feeds.example.org/beispiel.json",
    items=(FULL, LINK),
)


def test_all_of_it() -> None:
    assert json.loads(jsonfeed.render(FEED)) == {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Beispiel",
        "home_page_url": "https://www.example.org/",
        "feed_url": "https://feeds.example.org/beispiel.json",
        "description": "Beispiel: www.example.org",
        "language": "de",
        "items": [
            {
                "id": FULL.id,
                "url": FULL.url,
                "title": FULL.title,
                "content_html": "<p>Ein <em>Wort</em></p>",
                "summary": FULL.summary,
                "image": "https://cdn.example.org/a.jpg",
                "date_published": "2026-03-01T00:00:00Z",
                "date_modified": "2026-03-02T09:00:00Z",
                "authors": [{"name": "Ann Öhler"}],
                "tags": ["Politik"],
                "language": "de",
            },
            {
                "id": LINK.id,
                "url": LINK.url,
                "title": LINK.title,
                "content_text": LINK.title,
                "date_published": "2026-03-01T08:30:00Z",
            },
        ],
    }


def test_a_lone_surrogate_does_not_stop_the_press() -> None:
    item = Item(
        id="x", url="https://www.example.org/", title="a\ud800b", published="2026-03-01", updated="2026-03-01"
    )
    feed = Feed(id="x", title="x", link="https://www.example.org/", description="", items=(item,))
    assert json.loads(jsonfeed.render(feed))["items"][0]["title"] == "ab"


def test_an_item_of_another_newsroom_names_it_where_nobody_signed() -> None:
    origin = Origin(id="urn:uuid:1", name="Beispiel", home="https://www.example.org/")
    item = Item(
        id="x",
        url="https://www.example.org/",
        title="x",
        published="2026-03-01",
        updated="2026-03-01",
        origin=origin,
    )
    feed = Feed(id="x", title="x", link="https://www.example.org/", description="", items=(item,))
    assert json.loads(jsonfeed.render(feed))["items"][0]["authors"] == [
        {"name": "Beispiel", "url": "https://www.example.org/"}
    ]
