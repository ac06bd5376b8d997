"""Whatever happens to a page, cleaning it gives an article that holds together: never an exception, and
nothing that grows beyond the page."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines import compose, judge
from pipelines.clean import clean
from pipelines.markdown import markdown_of
from pipelines.resources import packaged
from pipelines.types import Article, Page

URL = "https://paper.example/news/trees"
SAMPLES = [
    path.read_bytes()
    for path in sorted(Path(str(packaged("sample"))).glob("*/*.html"))
    if path.stat().st_size
]
PIECES = [
    b"<div>", b"</div>", b"<p>", b"</p>", b"<table><tr><td>", b"</table>", b"<article>", b"</article>",
    b"<a>",
    b"<script>", b"</script>", b"<!--", b"-->", b"<![CDATA[", b"<br><br>", b"<body>", b"</html>", b"\x00",
    b"<base href='//['>", b"\x1b$B", b"\xff\xfe", b"\xed\xa0\x80", b"&#x110000;", b"&", b"<svg>", b"<select>",
    b"<plaintext>", b"<h1>", b"<td colspan=999999999>", b"<li>", b"<meta charset=utf-7>", b"<template>",
    b'<script type="application/ld+json">{"@graph": [', b"<img srcset=','>", b"<time datetime='2026-99-99'>",
]  # fmt: skip
CHARSETS = [None, "utf-8", "utf-16", "iso-2022-jp", "gb18030", "koi8-r", "hz", "nonsense"]

PLACE = st.integers(0, 10_000)
ACCIDENT = st.tuples(st.integers(0, 5), PLACE, PLACE, st.sampled_from(PIECES), st.integers(1, 4))


def mutated(body: bytes, other: bytes, accidents: list[tuple[int, int, int, bytes, int]]) -> bytes:
    for kind, one, two, piece, times in accidents:
        at, to = sorted((one % (len(body) + 1), two % (len(body) + 1)))
        if kind == 0:
            body = body[:at]
        elif kind == 1:
            body = body[:at] + other[to:]
        elif kind == 2:
            body = body[:at] + body[at:to][:5_000] * times + body[to:]
        elif kind == 3:
            body = body[:at] + piece * times + body[at:]
        elif kind == 4:
            body = body[:at] + bytes(byte ^ 0x55 for byte in body[at : at + 20]) + body[at + 20 :]
        else:
            body = body[:at] + body[to:]
    return body


def holds_together(article: Article) -> None:
    assert article.status in ("article", "rejected")
    assert (article.reason is None) == (article.status == "article")
    assert article.word_count == judge.count_words(article.text)
    assert compose.sanitise(article.html) == article.html
    for value in (article.text, article.html, article.title or ""):
        value.encode("utf-8")  # no half surrogates
        assert "\0" not in value
    assert all(verdict.text or verdict.kept or verdict.by for verdict in article.verdicts)
    assert markdown_of(article.html) is not None


@given(
    st.sampled_from(SAMPLES),
    st.sampled_from(SAMPLES),
    st.lists(ACCIDENT, max_size=5),
    st.sampled_from(CHARSETS),
)
@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
def test_accidents(
    body: bytes, other: bytes, accidents: list[tuple[int, int, int, bytes, int]], charset: str | None
) -> None:
    page = Page(url=URL, body=mutated(body, other, accidents), charset=charset)
    article = clean(page)
    holds_together(article)
    assert clean(page) == article


@given(st.binary(max_size=500), st.sampled_from(CHARSETS), st.text(max_size=60))
@settings(deadline=None, max_examples=60)
def test_any_bytes_from_anywhere(body: bytes, charset: str | None, url: str) -> None:
    holds_together(clean(Page(url=url, body=body, charset=charset)))


@given(st.text(st.characters(codec=None), max_size=200))
@settings(deadline=None, max_examples=60)
def test_any_characters_in_a_story(text: str) -> None:
    body = f"<article><h1>The trees</h1><p>{text}</p></article>".encode("utf-8", "surrogatepass")
    holds_together(clean(Page(url=URL, body=body)))


PROSE = "The council of the town decided on Monday evening to keep the old trees on the market square. "


@pytest.mark.slow
@pytest.mark.parametrize(
    "inside",
    [
        pytest.param("<div>" * 100_000 + PROSE, id="100,000 tags in each other"),
        pytest.param("<ul><li>a" * 20_000, id="lists in lists"),
        pytest.param("<table><tr><td>a" * 20_000, id="tables in tables"),
        pytest.param("<table>" + "<tr><td>a<td>b" * 5_000 + "</table>", id="a table of 10,000 cells"),
        pytest.param("<p>" + PROSE * 30_000, id="a paragraph of 3 MB"),
        pytest.param("<p>x</p>" * 10_000, id="10,000 tiny elements"),
        pytest.param("<script>" + "var a = '<p>x</p>';" * 150_000 + "</script>", id="a script of 3 MB"),
        pytest.param("<p>" + "&amp;&bogus&#0;" * 100_000, id="entities"),
        pytest.param("<div class='" + "abc " * 500_000 + "'>x</div>", id="an attribute of 2 MB"),
        pytest.param("<div " + " ".join(f"a{i}=x" for i in range(100_000)) + ">x</div>", id="attributes"),
        pytest.param("<h1>The trees stay</h1>" * 3_000, id="headlines"),
        pytest.param(
            '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "x"}</script>' * 5_000,
            id="JSON-LD",
        ),
        pytest.param('<script type="application/ld+json">' + '{"a":' * 50_000, id="deep JSON-LD"),
        pytest.param("<td colspan=1000000000 rowspan=1000000000>x</td>" * 10, id="a span of a billion"),
        pytest.param("\0\x01\x0b\x1f" * 100_000, id="control characters"),
    ],
)
def test_giants(inside: str) -> None:
    """Kept and cut are still the page, and nothing is larger than it."""
    body = (
        f"<html><head><title>The trees stay</title></head><body><article><h1>The trees stay</h1>"
        f"<p>{PROSE * 3}</p>{inside}</article></body></html>"
    )
    article = clean(Page(url=URL, body=body.encode(), charset="utf-8"))
    holds_together(article)
    assert any(PROSE.strip() in verdict.text for verdict in article.verdicts)
    assert len(article.text) <= len(body)
    assert len(article.html) <= 3 * len(body)
    assert sum(len(verdict.text) for verdict in article.verdicts) <= len(body)
