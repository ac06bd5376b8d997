"""Feeds of every format and in every state give their entries; nothing else gives any."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.discovery import feed, xmlfeed
from crawler.discovery.comments import is_comments
from crawler.discovery.raw import MAX_ENTRIES
from pipelines.types import Entry

DATA = Path(__file__).parent / "data"
URL = "https://gazette.example/feed.xml"


def read(body: str | bytes, url: str = URL, **headers: str) -> feed.FeedResult:
    found = feed.read(body.encode() if isinstance(body, str) else body, url=url, headers=headers)
    assert found is not None
    return found


def rss(items: str, head: str = "<title>News</title><link>https://gazette.example/</link>") -> str:
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{head}{items}</channel></rss>'


def test_rss() -> None:
    found = read((DATA / "posts.rss").read_bytes())
    assert (found.kind, found.title, found.home) == (
        "rss20",
        "Harbour & Hill Gazette",
        "https://gazette.example/",
    )
    assert (found.ttl, found.self_url, found.hub_url) == (30, URL, "https://hub.example/")
    assert found.problem is None
    assert not found.is_comments
    assert found.links == (
        Entry(
            url="https://gazette.example/2026/03/01/ferry-anna-back/?id=1&ref=rss",
            via=URL,
            kind="feed",
            id="gazette-1",
            title='Ferry "Anna" back in service',
            authors=("Mara Lind", "Jon Reed"),
            published="Sun, 01 Mar 2026 08:30:00 +0100",
            language="en-GB",
            tags=("Harbour", "Traffic"),
            image="https://gazette.example/pictures/ferry.jpg",
            summary="The ferry sails again.",
            content='<p>The ferry sails again\u00a0after <a href="/story">repairs</a>.</p>',
        ),
        Entry(
            url="https://xn--bcher-kva.example/stra%C3%9Fe%20nach%20norden",
            via=URL,
            kind="feed",
            title="Straße gesperrt",
            published="2026-13-45",  # as written: nobody makes a day of it here
            language="en-GB",
        ),
        Entry(
            url="https://gazette.example/p/77",
            via=URL,
            kind="feed",
            id="https://gazette.example/p/77",
            title="By its guid",
            published="yesterday",
            language="en-GB",
        ),
    )


def test_rdf_in_its_own_charset() -> None:
    found = read((DATA / "posts.rdf").read_bytes(), url="https://bote.example/rdf")
    assert found.kind == "rss10"
    (entry,) = found.links
    assert entry.title == "Brücke fertig"
    assert entry.published == "2026-03-01T10:00:00+01:00"
    assert entry.modified is None
    assert (entry.authors, entry.tags) == (("Ute Kern",), ("Verkehr",))


def test_atom_with_a_base() -> None:
    found = read((DATA / "posts.atom").read_bytes(), url="https://courrier.example/feeds/atom")
    assert (found.kind, found.title, found.language) == ("atom10", "Le Courrier", "fr")
    assert found.next_url == "https://courrier.example/blog/archive.atom"
    bridge, only = found.links
    assert bridge.url == "https://courrier.example/blog/un-pont"
    assert bridge.title == "Un pont < deux rives"
    assert (bridge.published, bridge.modified) == ("2026-03-01T08:00:00Z", "2026-03-02T08:00:00Z")
    assert (bridge.authors, bridge.tags, bridge.id) == (("Ana Duval",), ("Ville",), "urn:courrier:1")
    assert bridge.content == "<p>Le pont est <em>ouvert</em>.</p>"
    assert bridge.summary is None
    # a missing date is not silently replaced by another
    assert (only.published, only.modified, only.language) == (None, "2026-03-02T08:00:00Z", "en")


def test_json_feed() -> None:
    found = read((DATA / "posts.json").read_bytes(), url="https://gaceta.example/feed.json")
    assert (found.kind, found.title, found.hub_url) == ("json11", "La Gaceta", "https://hub.example/")
    assert found.next_url == "https://gaceta.example/feed.json?page=2"
    first, second, third = found.links
    assert first.url == "https://gaceta.example/noticias/12"
    assert (first.id, first.title, first.authors) == ("12", "Puerto & mar", ("Eva Soto",))
    assert first.tags == ("Puerto", "Mar")
    assert first.content == "<p>Primera línea con &lt;signos&gt;.</p><p>Segunda.</p>"
    assert first.summary == "Un resumen &amp; nada más"
    assert (first.published, first.modified) == ("2026-03-01T08:30:00+01:00", "2026-03-01T09:00:00+01:00")
    assert (second.url, second.authors) == ("https://gaceta.example/noticias/13", ("Luis Paz",))
    assert third.url == "https://other.example/14"


@pytest.mark.parametrize("version", ["0.91", "0.92", "2.0", "3.7", ""])
def test_rss_of_any_version(version: str) -> None:
    found = read(
        f'<rss version="{version}"><channel><title>T</title><item><title>A</title>'
        "<link>https://gazette.example/a</link></item></channel></rss>"
    )
    assert found.kind.startswith("rss")
    assert [entry.url for entry in found.links] == ["https://gazette.example/a"]


@pytest.mark.parametrize(
    "body",
    [
        rss("<item><title>Fish & chips</title><link>https://gazette.example/a?x=1&y=2</link></item>"),
        rss("<item><title>Bell\x07</title><link>https://gazette.example/a?x=1&amp;y=2</link></item>"),
        rss(
            "<item><title>Half&nbsp;<b>bold</title><link>https://gazette.example/a?x=1&amp;y=2</link></item>"
        ),
        rss("<item><title>Cut</title><link>https://gazette.example/a?x=1&amp;y=2</link></item>")[:-20],
        "\n\n " + rss("<item><link>https://gazette.example/a?x=1&amp;y=2</link></item>"),
        "<br />\n<b>Warning</b>: something in <b>/srv/x.php</b>\n"
        + rss("<item><link>https://gazette.example/a?x=1&amp;y=2</link></item>"),
        '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/x.dtd">'
        '<rss version="0.91"><channel><title>T</title><item><link>https://gazette.example/a?x=1&amp;y=2</link>'
        "</item></channel></rss>",
    ],
)
def test_malformed_feeds_are_read(body: str) -> None:
    assert [entry.url for entry in read(body).links] == ["https://gazette.example/a?x=1&y=2"]


def test_what_is_wrong_is_said() -> None:
    assert "not well-formed" in (read(rss("<item><title>a & b</title></item>")).problem or "")
    assert read(rss("")).problem is None


@pytest.mark.parametrize(
    ("body", "content_type", "title"),
    [
        (rss("<item><title>Köln</title><link>/a</link></item>").encode(), "text/xml", "Köln"),
        (
            rss("<item><title>Köln</title><link>/a</link></item>").encode(),
            "text/xml; charset=iso-8859-1",
            "Köln",
        ),
        (
            rss("<item><title>Köln</title><link>/a</link></item>").encode("latin-1"),
            "text/xml; charset=latin1",
            "Köln",
        ),
        (rss("<item><title>Köln</title><link>/a</link></item>").encode("latin-1"), "", "Köln"),
        (rss("<item><title>Köln</title><link>/a</link></item>").encode("utf-16"), "text/xml", "Köln"),
        (
            rss("<item><title>“Köln”</title><link>/a</link></item>").encode("cp1252"),
            "x; charset=iso-8859-1",
            "“Köln”",
        ),
        (b"\xef\xbb\xbf" + rss("<item><title>Köln</title><link>/a</link></item>").encode(), "", "Köln"),
        (
            rss("<item><title>北京</title><link>/a</link></item>").encode("gbk"),
            "text/xml; charset=gb2312",
            "北京",
        ),
        (
            rss("<item><title>Köln</title><link>/a</link></item>").encode(),
            "text/xml; charset=no-such",
            "Köln",
        ),
    ],
)
def test_charsets(body: bytes, content_type: str, title: str) -> None:
    found = feed.read(body, url=URL, headers={"Content-Type": content_type})
    assert found is not None
    assert found.links[0].title == title


def test_one_broken_byte_spoils_no_other() -> None:
    body = rss("<item><title>Köln und Würzburg</title><link>/a</link></item>" * 20).encode()
    found = read(body.replace("ö".encode(), b"\xf6", 1))
    assert found.links[1].title == "Köln und Würzburg"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"   ",
        b"/etc/passwd",
        b"file:///etc/passwd",
        b"https://gazette.example/feed.xml",
        b"<!doctype html><html><head><title>Not found</title></head><body>404</body></html>",
        b"<html><body><rss><channel><item><link>https://a.example/</link></item></channel></rss></body></html>",
        b'<?xml version="1.0"?><urlset><url><loc>https://a.example/</loc></url></urlset>',
        b'{"items": [{"url": "https://a.example/"}]}',
        b'{"version": "https://jsonfeed.org/version/1.1"}',
        b'{"version": "https://jsonfeed.org/version/1.1", "items": ',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"just words",
    ],
)
def test_what_is_no_feed(body: bytes) -> None:
    assert feed.read(body, url=URL, headers={"content-type": "application/rss+xml"}) is None


def test_an_empty_feed_is_a_feed() -> None:
    assert read(rss("")).links == ()


def test_links() -> None:
    links = (
        "relative.html",
        "/rooted",
        "//gazette.example/no-scheme",
        "  https://gazette.example/blanks  ",
        "https://gazette.example/100%25",
        "mailto:desk@gazette.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://[broken/",
        "https://gazette.example:port/",
        "https://gazette.example/" + "a" * 3000,
    )
    found = read(rss("".join(f"<item><link>{link}</link></item>" for link in links)))
    assert [entry.url for entry in found.links] == [
        "https://gazette.example/relative.html",
        "https://gazette.example/rooted",
        "https://gazette.example/no-scheme",
        "https://gazette.example/blanks",
        "https://gazette.example/100%25",
    ]


def test_the_original_link_behind_a_counting_service() -> None:
    found = read(
        '<rss version="2.0" xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"><channel><title>T</title>'
        "<item><link>https://count.example/~r/1</link>"
        "<feedburner:origLink>https://gazette.example/a</feedburner:origLink></item></channel></rss>"
    )
    assert found.links[0].url == "https://gazette.example/a"


def test_the_whole_text_in_the_description() -> None:
    story = "&lt;p&gt;" + "A long story. " * 200 + "&lt;/p&gt;"
    found = read(rss(f"<item><link>/a</link><description>{story}</description></item>"))
    assert found.has_full_text
    assert found.links[0].content is not None
    assert found.links[0].summary is None
    assert not read(rss("<item><link>/a</link><description>A teaser.</description></item>")).has_full_text


def test_podcasts() -> None:
    item = '<item><link>/a</link><enclosure url="/a.mp3" type="audio/mpeg" length="1"/></item>'
    assert read(rss(item * 2)).is_podcast
    assert not read(rss(item + "<item><link>/b</link></item>" * 2)).is_podcast


def test_a_comments_feed() -> None:
    assert read(
        (DATA / "comments.rss").read_bytes(), url="https://gazette.example/comments/feed/"
    ).is_comments
    assert read((DATA / "comments.rss").read_bytes(), url=URL).is_comments


@pytest.mark.parametrize(
    ("title", "url", "comments"),
    [
        ("Gazette » Comments Feed", "https://a.example/x", True),
        ("Gazette » Ferry back Comments Feed", "https://a.example/ferry/feed/", True),
        ("Gazette » Kommentar-Feed", "https://a.example/x", True),
        ("La Gaceta » Feed de los comentarios", "https://a.example/x", True),
        ("Le Courrier » Un pont Flux des commentaires", "https://a.example/x", True),
        ("Kommentare zu: Gazette", "https://a.example/x", True),
        ("Commentaires sur : Le Courrier", "https://a.example/x", True),
        ("Comentarios en: La Gaceta", "https://a.example/x", True),
        (None, "https://a.example/comments/feed/", True),
        (None, "https://a.example/?feed=comments-rss2", True),
        (None, "https://a.example/feeds/860/comments/default", True),
        ("Gazette", "https://a.example/feed/", False),
        ("Kommentare - Gazette", "https://a.example/meinung/rss", False),
        ("Comment is free", "https://a.example/commentisfree/rss", False),
        ("Opinion and comment", "https://a.example/comment/rss", False),
        (None, "https://a.example/feed/", False),
    ],
)
def test_comments_by_title_and_address(title: str | None, url: str, comments: bool) -> None:
    assert is_comments(title, url) is comments


def test_an_opinion_section_is_no_comments_feed() -> None:
    assert not is_comments("Kommentare zu Wirtschaft", URL, ["https://a.example/kommentare/1"] * 3)


def test_entities_cannot_grow() -> None:
    bomb = (
        '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaaaaaaaaa">'
        + "".join(f'<!ENTITY {chr(98 + i)} "{("&" + chr(97 + i) + ";") * 10}">' for i in range(9))
        + "]>"
        + rss("<item><link>/a</link><title>&j;</title></item>", head="<title>&j;</title>")[21:]
    )
    found = read(bomb)
    assert len(found.links[0].title or "") < 100


def test_files_stay_closed(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text(rss("<item><link>/leak</link></item>"))
    assert feed.read(str(secret).encode(), url=URL) is None
    entity = f'<!DOCTYPE r [<!ENTITY x SYSTEM "{secret.as_uri()}">]>' + rss(
        "<item><link>/a</link><title>&x;</title></item>"
    )
    assert "leak" not in str(read(entity))


def test_more_entries_than_anyone_reads() -> None:
    found = read(rss("<item><link>/a</link></item>" * (MAX_ENTRIES + 50)))
    assert len(found.links) == MAX_ENTRIES
    assert "entries" in (found.problem or "")
    many = {"version": "https://jsonfeed.org/version/1", "items": [{"url": "/a"}] * (MAX_ENTRIES + 50)}
    assert len(read(json.dumps(many)).links) == MAX_ENTRIES


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece", ["<a>", "<a ", '<a b="', "<![CDATA[", "<!--", "&a;", "<", "<item><category>"]
)
def test_no_feed_takes_long(piece: str) -> None:
    began = time.process_time()
    read(rss(f"<item><link>/a</link><description>{piece * 150_000}"))
    assert time.process_time() - began < 60  # a bound against hanging, not a measure of speed


@given(
    st.binary(max_size=400),
    st.sampled_from([b"", b"<rss><channel><item>", b"<feed><entry>", b'{"version"', b"<?xml "]),
)
@settings(max_examples=300, deadline=None)
def test_any_bytes(tail: bytes, head: bytes) -> None:
    found = feed.read(head + tail, url=URL)
    for entry in found.links if found else ():
        assert entry.url.startswith(("http://", "https://"))


@given(
    st.lists(
        st.sampled_from(
            [
                "<item>",
                "</item>",
                "<title>",
                "</title>",
                "<link>",
                "</link>",
                "/a",
                "<b>",
                "&amp;",
                "&x;",
                "<![CDATA[",
                "]]>",
                "<!--",
                "-->",
                "<entry>",
                "<content type='xhtml'>",
                "<guid>",
                "\x00",
                "é",
                "<media:content url='x'/>",
                "<dc:date>",
            ]
        ),
        max_size=40,
    )
)
@settings(max_examples=300, deadline=None)
def test_any_soup_of_tags(pieces: list[str]) -> None:
    feed.read(rss("".join(pieces)).encode(), url=URL)


def test_the_parser_failing_is_no_feed(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise AssertionError("expected name token")

    monkeypatch.setattr(xmlfeed.feedparser, "parse", fails)
    assert feed.read(rss("<item><link>/a</link></item>").encode(), url=URL) is None
