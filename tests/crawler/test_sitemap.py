"""Sitemaps in every dress, within the protocol's limits."""

from __future__ import annotations

import gzip
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.discovery import sitemap
from crawler.discovery.sitemap import Child
from pipelines.types import Entry

DATA = Path(__file__).parent / "data"
URL = "https://gazette.example/sitemap.xml"


def read(body: str | bytes) -> sitemap.SitemapResult:
    found = sitemap.read(body.encode() if isinstance(body, str) else body, url=URL)
    assert found is not None
    return found


def test_google_news() -> None:
    found = read((DATA / "news-sitemap.xml").read_bytes())
    assert (found.kind, found.is_news, found.truncated) == ("urlset", True, False)
    assert found.entries == (
        Entry(
            url="https://gazette.example/news/ferry?a=1&b=2",
            via=URL,
            kind="sitemap",
            title='Ferry "Anna" back',
            published="2026-03-01T08:30:00+01:00",
            modified="2026-03-01T10:00:00+01:00",
            language="en",
            tags=("Harbour", "Traffic"),
            image="https://gazette.example/ferry.jpg",
        ),
        Entry(url="https://gazette.example/relative/road", via=URL, kind="sitemap"),
    )


def test_an_index_that_contains_itself() -> None:
    found = read(
        '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        f"<sitemap><loc>{URL}</loc></sitemap>"
        "<sitemap><loc> /a.xml </loc><lastmod>2026-03-01</lastmod></sitemap>"
        "<sitemap><loc>https://gazette.example/a.xml</loc></sitemap></sitemapindex>"
    )
    assert found.kind == "index"
    assert found.children == (Child(url="https://gazette.example/a.xml", lastmod="2026-03-01"),)


@pytest.mark.parametrize("times", [1, 2])
def test_gzip_whatever_the_label(times: int) -> None:
    body = (DATA / "news-sitemap.xml").read_bytes()
    packed = body
    for _ in range(times):
        packed = gzip.compress(packed)
    assert read(packed) == read(body)


def test_gzip_cut_short_gives_what_it_has() -> None:
    body = "<urlset>" + "".join(f"<url><loc>/news/{i * 7919}</loc></url>" for i in range(5000))
    packed = gzip.compress(body.encode())
    assert len(read(packed[: len(packed) // 2]).entries) > 1000


def test_a_compression_bomb() -> None:
    packed = gzip.compress(b"<urlset><url><loc>/a</loc></url>" + b" " * (sitemap.MAX_BYTES + 1000))
    found = read(packed)
    assert found.truncated
    assert len(found.entries) == 1


def test_text() -> None:
    found = read(
        "\ufeffhttps://gazette.example/a\r\n\r\nhttps://gazette.example/b\nhttps://gazette.example/a\n"
    )
    assert found.kind == "text"
    assert [entry.url for entry in found.entries] == [
        "https://gazette.example/a",
        "https://gazette.example/b",
    ]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<!doctype html><html><body><url><loc>https://gazette.example/</loc></url></body></html>",
        b"<rss><channel><item><link>https://gazette.example/</link></item></channel></rss>",
        b"User-agent: *",
        b"words\nhttps://gazette.example/",
        b"\x1f\x8bno gzip at all",
    ],
)
def test_what_is_no_sitemap(body: bytes) -> None:
    assert sitemap.read(body, url=URL) is None


@pytest.mark.parametrize(
    "body",
    [
        "<urlset><url><loc>/a</loc></url><url><loc>/b</loc>",
        "<urlset><url><loc>/a</loc></url><url><loc>/b?x=1&y=2</loc></url></urlset>",
        "\n\n<urlset><url><loc>/a</loc></url></urlset> trailing words",
        "\ufeff<urlset><url><loc>/a</loc></url></urlset>",
        "<URLSET><URL><LOC>/a</LOC></URL></URLSET>",
        '<s:urlset xmlns:s="urn:x"><s:url><s:loc>/a</s:loc></s:url></s:urlset>',
    ],
)
def test_malformed_and_oddly_named(body: str) -> None:
    assert read(body).entries[0].url == "https://gazette.example/a"


def test_utf_16() -> None:
    body = '<?xml version="1.0" encoding="utf-16"?><urlset><url><loc>/ä</loc></url></urlset>'
    assert read(body.encode("utf-16")).entries[0].url == "https://gazette.example/%C3%A4"


def test_fifty_thousand() -> None:
    one = "<url><loc>https://gazette.example/2026/03/01/a-story-of-a-day-{}</loc><lastmod>2026-03-01</lastmod></url>"
    body = "<urlset>" + "".join(one.format(i) for i in range(sitemap.MAX_URLS + 5)) + "</urlset>"
    began = time.process_time()
    found = read(body)
    assert len(found.entries) == sitemap.MAX_URLS
    assert found.truncated
    assert time.process_time() - began < 30


def test_entities_cannot_grow() -> None:
    bomb = (
        '<!DOCTYPE l [<!ENTITY a "'
        + "x" * 1000
        + '"><!ENTITY b "'
        + "&a;" * 1000
        + '"><!ENTITY c "'
        + "&b;" * 1000
        + '">]><urlset><url><loc>/a&c;</loc></url></urlset>'
    )
    found = sitemap.read(bomb.encode(), url=URL)
    assert all(len(entry.url) < 200 for entry in found.entries) if found else True


def test_which_children_are_worth_reading() -> None:
    def named(*paths: str, **dates: str) -> list[str]:
        children = [
            Child(url=f"https://gazette.example/{path}", lastmod=dates.get(path.split(".")[0]))
            for path in paths
        ]
        return [child.url.rpartition("/")[2] for child in sitemap.worth_reading(children)]

    assert named("post_tag-sitemap.xml", "post-sitemap.xml", "page-sitemap.xml", "author-sitemap.xml") == [
        "post-sitemap.xml"
    ]
    assert named("a.xml", "b.xml", "news.xml", a="2026-01-01", b="2026-02-01")[:2] == ["news.xml", "b.xml"]
    assert (
        named("sitemap-2024-12.xml", "sitemap-2026-02.xml", "sitemap-2025-03.xml")[0] == "sitemap-2026-02.xml"
    )
    assert named("video-sitemap.xml", "image-sitemap.xml", "sitemap-articles-1.xml") == [
        "sitemap-articles-1.xml"
    ]
    assert len(named(*(f"s{i}.xml" for i in range(20)))) == 3


@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"<urlset><url><loc>", b"\x1f\x8b\x08", b"<sitemapindex>", b"https://"]),
)
@settings(max_examples=300, deadline=None)
def test_any_bytes(tail: bytes, head: bytes) -> None:
    found = sitemap.read(head + tail, url=URL)
    for entry in found.entries if found else ():
        assert entry.url.startswith(("http://", "https://"))
