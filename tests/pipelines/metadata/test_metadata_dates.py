"""Dates: read as the publisher gives them, nothing invented, never one field for the other."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines import metadata
from pipelines.clean import clean
from pipelines.document import parse
from pipelines.metadata.moments import as_given, in_text
from pipelines.metadata.moments import parse as read_date
from pipelines.types import Entry, Page


def page(
    head: str = "", body: str = "", *, lang: str = "en", url: str = "https://example.org/a-story-of-bees"
) -> metadata.Metadata:
    markup = f'<html lang="{lang}"><head>{head}</head><body><h1>A story of bees</h1>{body}</body></html>'
    return metadata.read(parse(markup.encode(), url=url))


def meta(name: str, content: str) -> str:
    return f'<meta property="{name}" content="{content}">'


def ld(**fields: object) -> str:
    story = {"@type": "NewsArticle", "headline": "A story of bees", **fields}
    return f'<script type="application/ld+json">{json.dumps(story)}</script>'


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("2026-03-01T08:30:00Z", "2026-03-01T08:30:00Z"),
        ("2026-03-01T08:30:00.123456Z", "2026-03-01T08:30:00Z"),
        ("2026-03-01T09:30:00+01:00", "2026-03-01T08:30:00Z"),
        ("2026-03-01T09:30:00+0100", "2026-03-01T08:30:00Z"),
        ("2026-03-01 09:30 +01", "2026-03-01T08:30:00Z"),
        ("2026-03-01T00:30:00+01:00", "2026-02-28T23:30:00Z"),
        ("2026-03-01", "2026-03-01"),
        ("20260301", "2026-03-01"),
        ("20260301T083000Z", "2026-03-01T08:30:00Z"),
        ("2026-03-01T00:00:00+01:00", "2026-03-01"),
        ("Sun, 01 Mar 2026 08:30:00 GMT", "2026-03-01T08:30:00Z"),
        ("Sun, 01 Mar 2026 08:30:00 +0100", "2026-03-01T07:30:00Z"),
        ("Sun, 01 Mar 2026 03:30:00 EST", "2026-03-01T08:30:00Z"),
        ("Sun Mar 1 09:30:00 CET 2026", "2026-03-01T08:30:00Z"),
        ("1772353800", "2026-03-01T08:30:00Z"),
        ("1772353800000", "2026-03-01T08:30:00Z"),
        ("01.03.2026", "2026-03-01"),
        ("1. März 2026, 09:30 Uhr", "2026-03-01T09:30:00Z"),
        ("March 1, 2026", "2026-03-01"),
        ("Mar. 1st, 2026 at 8:30 p.m.", "2026-03-01T20:30:00Z"),
        ("1 de marzo de 2026", "2026-03-01"),
        ("1er mars 2026", "2026-03-01"),
        ("1 marzo 2026", "2026-03-01"),
        ("1 марта 2026", "2026-03-01"),
        ("2026年3月1日", "2026-03-01"),
        ("2026 Mar 1", "2026-03-01"),
    ],
)
def test_dates_as_written(raw: str, expected: str) -> None:
    moment = read_date(raw)
    assert moment is not None
    assert moment.utc() == expected


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "soon",
        "2026-13-45",
        "45.13.2026",
        "31 February 2026",
        "March 2026",
        "0000-00-00",
        "-1",
        "1 Foo 2026",
        "12:30",
        "1789-07-14",
    ],
)
def test_what_is_no_date_stays_none(raw: str) -> None:
    assert read_date(raw) is None


def test_an_unknown_zone_or_offset_is_none_and_not_guessed() -> None:
    for raw in ("2026-03-01T08:30:00+25:00", "2026-03-01 08:30:00 XYZ", "2026-03-01T08:30:00"):
        moment = read_date(raw)
        assert moment is not None
        assert moment.precision == "local"


def test_a_time_without_zone_takes_the_offset_of_the_pages_other_dates() -> None:
    seen = page(ld(datePublished="2026-03-01T09:30:00", dateModified="2026-03-01T11:00:00+01:00"))
    assert seen.published == "2026-03-01T08:30:00Z"
    assert seen.modified == "2026-03-01T10:00:00Z"
    assert page(ld(datePublished="2026-03-01T09:30:00")).published == "2026-03-01T09:30:00Z"


@pytest.mark.parametrize(
    ("lang", "url", "expected"),
    [
        ("en-US", "https://example.com/a", "2026-03-04"),
        ("en-GB", "https://example.com/a", "2026-04-03"),
        ("en", "https://example.com/a", "2026-03-04"),
        ("en", "https://example.co.uk/a", "2026-04-03"),
        ("fr", "https://example.com/a", "2026-04-03"),
    ],
)
def test_day_and_month_by_language(lang: str, url: str, expected: str) -> None:
    assert page(meta("article:published_time", "03/04/2026"), lang=lang, url=url).published == expected


def test_day_and_month_where_only_one_order_can_be() -> None:
    assert page(meta("article:published_time", "25/04/2026"), lang="en-US").published == "2026-04-25"
    assert page(meta("article:published_time", "04/25/2026"), lang="de").published == "2026-04-25"


def test_a_missing_date_is_not_replaced_by_the_other() -> None:
    assert page(ld(dateModified="2026-03-01T08:30:00Z")).published is None
    assert page(meta("article:modified_time", "2026-03-01T08:30:00Z")).published is None
    assert page(ld(datePublished="2026-03-01T08:30:00Z")).modified is None
    changed = page(body="<p>Last updated: March 1, 2026</p><p>Text.</p>")
    assert (changed.published, changed.modified) == (None, "2026-03-01")
    assert page().published is None


def test_a_stamp_of_the_system_gives_way_to_an_earlier_day_by_the_headline_but_not_a_newsrooms_word() -> None:
    shown = '<time datetime="2024-03-01">1 March 2024</time><p>Text.</p>'
    stamp = meta("article:published_time", "2026-03-01T08:00:00Z")
    assert page(stamp, shown).published == "2024-03-01"
    assert page(ld(datePublished="2026-03-01T08:00:00Z"), shown).published == "2026-03-01T08:00:00Z"


def test_a_change_before_publication_is_not_told() -> None:
    odd = page(ld(datePublished="2026-03-02T08:00:00Z", dateModified="2026-03-01T08:00:00Z"))
    assert (odd.published, odd.modified) == ("2026-03-02T08:00:00Z", None)
    assert any(
        e.field == "modified" and e.raw.startswith("2026-03-01") and not e.chosen for e in odd.evidence
    )


def test_a_date_in_the_future_gives_way_to_another() -> None:
    head = ld(datePublished="2031-01-01") + meta("article:published_time", "2026-03-01")
    markup = f"<html><head>{head}</head></html>"
    document = parse(markup.encode(), url="https://example.org/a")
    assert metadata.read(document, fetched="2026-03-02T10:00:00Z").published == "2026-03-01"
    assert metadata.read(document, fetched="2031-01-01T10:00:00Z").published == "2031-01-01"


def test_only_the_future_is_no_date() -> None:
    document = parse(
        f"<html><head>{ld(datePublished='2031-01-01')}</head></html>".encode(), url="https://example.org/a"
    )
    assert metadata.read(document, fetched="2026-03-02T10:00:00Z").published is None


def test_the_address_is_the_last_candidate() -> None:
    url = "https://example.org/2026/03/01/a-story-of-bees"
    assert page(url=url).published == "2026-03-01"
    assert page(meta("article:published_time", "2026-02-27"), url=url).published == "2026-02-27"
    assert page(url="https://example.org/2026/13/45/a").published is None


def test_what_a_reader_sees_by_the_headline() -> None:
    assert page(body='<p class="meta">Published 1 March 2026</p><p>Text.</p>').published == "2026-03-01"
    assert page(body='<time datetime="2026-03-01T08:30:00Z">today</time>').published == "2026-03-01T08:30:00Z"
    both = page(body="<div><span>Published: 1 March 2026</span> <span>Updated: 3 March 2026</span></div>")
    assert (both.published, both.modified) == ("2026-03-01", "2026-03-03")


def test_a_day_told_in_the_story_is_not_its_date() -> None:
    prose = "<p>The treaty, which both sides had signed on 1 March 2020 after long talks, has ended.</p>"
    assert page(body=prose).published is None


def test_the_feed_speaks_where_the_page_does_not() -> None:
    entry = Entry(
        url="https://example.org/a",
        via="https://example.org/feed",
        kind="feed",
        published="Sun, 01 Mar 2026 08:30:00 GMT",
    )
    document = parse(b"<html><body><h1>A story of bees</h1></body></html>", url="https://example.org/a")
    assert metadata.read(document, entry=entry).published == "2026-03-01T08:30:00Z"


@given(st.text(max_size=80))
def test_any_text_is_a_date_or_none(text: str) -> None:
    moment = read_date(text)
    if moment is not None:
        assert 1989 <= int(moment.utc()[:4]) <= 2100
    in_text(text, month_first=True)


@given(st.datetimes(min_value=datetime(1991, 1, 1), max_value=datetime(2098, 1, 1)))  # noqa: DTZ001
def test_iso_dates_read_back(when: datetime) -> None:
    text = when.strftime("%Y-%m-%dT%H:%M:%SZ")
    moment = read_date(text)
    assert moment is not None
    assert moment.utc() == (text[:10] if text.endswith("T00:00:00Z") else text)


@pytest.mark.parametrize(
    ("stamp", "utc", "offset", "given"),
    [
        ("2026-03-02T01:28:54+09:00", "2026-03-01T16:28:54Z", "+09:00", "2026-03-02T01:28:54+09:00"),
        ("2026-03-01T22:46:08-0330", "2026-03-02T02:16:08Z", "-03:30", "2026-03-01T22:46:08-03:30"),
        ("2026-03-01T22:46:08Z", "2026-03-01T22:46:08Z", None, "2026-03-01T22:46:08Z"),
        ("2026-03-01", "2026-03-01", None, "2026-03-01"),
    ],
)
def test_the_publishers_clock(stamp: str, utc: str, offset: str | None, given: str) -> None:
    found = page(meta("article:published_time", stamp))
    assert (found.published, found.published_offset) == (utc, offset)
    assert as_given(utc, found.published_offset) == given


def test_a_time_without_a_zone_takes_that_of_the_pages_other_dates() -> None:
    found = page(
        meta("article:published_time", "2026-03-01T09:00:00")
        + meta("article:modified_time", "2026-03-01T10:00:00+02:00")
    )
    assert (found.published, found.published_offset) == ("2026-03-01T07:00:00Z", "+02:00")


@pytest.mark.parametrize("offset", [None, "", "+99:00", "x"])
def test_an_offset_that_is_none(offset: str | None) -> None:
    assert as_given("2026-03-01T09:00:00Z", offset) == "2026-03-01T09:00:00Z"


@pytest.mark.parametrize("name", ["published", "published-date", "acme:publish_time", "acme.date-posted"])
def test_meta_names_of_other_systems(name: str) -> None:
    assert page(meta(name, "2026-03-01")).published == "2026-03-01"


def test_the_address_names_the_month() -> None:
    shown = "<p class='date'>03/10/2025</p>"
    for address in ("https://paper.example/2025/october/quay", "https://paper.example/2025/10/quay"):
        assert page(body=shown, lang="en-us", url=address).published == "2025-10-03"
    assert page(body=shown, lang="en-us", url="https://paper.example/quay").published == "2025-03-10"


def test_the_address_confirms_what_is_declared() -> None:
    head = meta("article:published_time", "2019-10-01")
    body = "<p>31 May 2016</p>"
    assert page(head, body, url="https://paper.example/2019/10/quay/").published == "2019-10-01"
    assert page(head, body, url="https://paper.example/quay/").published == "2016-05-31"


@pytest.mark.parametrize(
    "line",
    [
        "Since 4 August 2014 there has been a law against such things, which nobody had ever heard of.",
        "Current time: 14 October 2020, 12:18",
        "10. Release 8.4.13 is out",
    ],
)
def test_no_dates_of_publication(line: str) -> None:
    assert page(body=f"<div>{line}</div>").published is None


def test_an_article_keeps_the_offset() -> None:
    body = f"<html><head>{meta('article:published_time', '2026-03-02T01:28:54+09:00')}</head><p>Bees.</html>"
    article = clean(Page(url="https://example.org/bees", body=body.encode()))
    assert (article.published, article.published_offset) == ("2026-03-01T16:28:54Z", "+09:00")
