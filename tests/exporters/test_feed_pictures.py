"""Pictures and links of a page, relative and lazy ones, are whole addresses in every format."""

from __future__ import annotations

import re

import pytest

from bench.hostile import bodies_in, dangers
from exporters.feeds.model import Feed, Item
from pipelines.clean import clean
from pipelines.types import Page

WORDS = "The ferry crossed the river at dawn with twelve passengers and a dog, and nobody was in a hurry."
URL = "https://www.example.org/town/2026/ferry.html"


@pytest.mark.parametrize(
    ("picture", "address"),
    [
        ('<img src="/img/a.jpg" alt="a">', "https://www.example.org/img/a.jpg"),
        ('<img src="a.jpg" alt="a">', "https://www.example.org/town/2026/a.jpg"),
        ('<img src="//cdn.example.org/a.jpg" alt="a">', "https://cdn.example.org/a.jpg"),
        (
            '<img src="data:image/gif;base64,R0lG" data-src="/lazy.jpg" alt="a">',
            "https://www.example.org/lazy.jpg",
        ),
        ('<img src="/blank.gif" data-original="../b.png" alt="a">', "https://www.example.org/town/b.png"),
        ('<img srcset="s.jpg 300w, l.jpg 1200w" alt="a">', "https://www.example.org/town/2026/l.jpg"),
        (
            '<picture><source srcset="/p.webp"><img src="data:," alt="a"></picture>',
            "https://www.example.org/p.webp",
        ),
    ],
)
def test_addresses_are_whole(picture: str, address: str) -> None:
    figure = f"<figure>{picture}<figcaption>The ferry at dawn</figcaption></figure>"
    page = (
        "<!DOCTYPE html><html><head><title>The ferry sails again</title></head><body><article>"
        f"<h1>The ferry sails again</h1><p>{WORDS}</p>{figure}<p>{WORDS.replace('dawn', 'noon')}"
        ' <a href="../bridge?a=1&amp;b=2">The bridge</a> waits.</p>'
        f"<p>{WORDS.replace('dawn', 'night')}</p></article></body></html>"
    )
    article = clean(Page(url=URL, body=page.encode()))
    assert article.status == "article"
    item = Item(
        id="urn:uuid:1",
        url=article.url,
        title="x",
        html=article.html,
        published="2026-03-01",
        updated="2026-03-01",
    )
    feed = Feed(id="urn:uuid:0", title="x", link=URL, description="x", items=(item,))
    for form, html in bodies_in(feed):
        if form == "rss" and not html:  # there is no summary
            continue
        assert re.findall(r' src="([^"]*)"', html) == [address]
        assert 'href="https://www.example.org/town/bridge?a=1&amp;b=2"' in html
        assert dangers(html) == []
