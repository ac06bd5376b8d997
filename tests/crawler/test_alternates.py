"""What a page says of its site."""

from __future__ import annotations

import pytest

from crawler.discovery import alternates
from pipelines.document import Document, parse

URL = "https://www.gazette.example.org/news/"


def page(markup: str) -> Document:
    return parse(markup.encode(), url=URL)


def test_declared_feeds() -> None:
    found = alternates.feeds(
        page(
            '<link rel="alternate" type="application/rss+xml" title="All &amp; more" href="/feed.xml">'
            '<link rel="Alternate Home" type="application/atom+xml; charset=utf-8" href="atom">'
            '<link rel="alternate" type="application/feed+json" href="/feed.json">'
            '<link rel="alternate" type="application/json" href="/feed.json?x=1">'
            '<link rel="alternate" type="application/json" href="/wp-json/wp/v2/pages/7">'
            '<link rel="alternate" hreflang="de" href="/de/">'
            '<link rel="alternate" type="application/rss+xml">'
            '<link rel="alternate" type="application/rss+xml" href="javascript:x">'
            '<link rel="stylesheet" type="text/css" href="/style.css">'
            '<link rel="alternate" type="application/rss+xml" href="/feed.xml">'
            '<link rel="feed" href="/h.feed">'
        )
    )
    assert [(feed.url, feed.format) for feed in found] == [
        ("https://www.gazette.example.org/feed.xml", "RSS"),
        ("https://www.gazette.example.org/news/atom", "Atom"),
        ("https://www.gazette.example.org/feed.json", "JSON Feed"),
        ("https://www.gazette.example.org/feed.json?x=1", "JSON Feed"),
        ("https://www.gazette.example.org/h.feed", "feed"),
    ]
    titled = page('<link rel="alternate" type="application/rss+xml" title="A &amp; B" href="/f">')
    assert alternates.feeds(titled)[0].title == "A & B"


def test_linked_feeds() -> None:
    found = alternates.feed_links(
        page(
            '<a href="/service/rss">RSS</a><a href="/feed/">Feed</a><a href="/news.rss">x</a>'
            '<a href="/rss-news.xml">x</a><a href="/feedback">Feedback</a><a href="/news/">News</a>'
            '<a href="https://reader.example/feed/">Reader</a>'
        )
    )
    assert [feed.url.rpartition(".org")[2] for feed in found] == [
        "/service/rss",
        "/feed/",
        "/news.rss",
        "/rss-news.xml",
    ]


@pytest.mark.parametrize(
    ("content", "target"),
    [
        ("0; URL=/en/", "https://www.gazette.example.org/en/"),
        ("0;url='https://www.example.org/x'", "https://www.example.org/x"),
        ("3.5, /en/", "https://www.gazette.example.org/en/"),
        ("600; url=/news/", None),
        ("0; url=" + URL, None),
        ("30", None),
        ("0; url=javascript:x", None),
        ("", None),
    ],
)
def test_refresh(content: str, target: str | None) -> None:
    assert alternates.refresh(page(f'<meta http-equiv="Refresh" content="{content}">')) == target


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ('<meta property="og:site_name" content="The Gazette"><title>Home – Gazette</title>', "The Gazette"),
        ("<title>Startseite | Harbour Gazette</title>", "Harbour Gazette"),
        ("<title>Latest news from the harbour - Gazette</title>", "Gazette"),
        ("<title>Gazette: all the news</title>", "Gazette"),
        ("<title>Home</title>", None),
        ("", None),
    ],
)
def test_name(head: str, name: str | None) -> None:
    assert alternates.site_name(page(head)) == name


@pytest.mark.parametrize(
    ("markup", "language"), [("de-DE", "de-de"), ("pt_BR", "pt-br"), ("", None), ("x y", None)]
)
def test_language(markup: str, language: str | None) -> None:
    assert alternates.language(page(f'<html lang="{markup}"><p>x</p>')) == language
