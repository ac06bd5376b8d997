"""A page carries the time of its answer, so that no date far beyond it is believed."""

from __future__ import annotations

import pytest
from scrapy.http import HtmlResponse, Request

from crawler.archived import page_of as page_of_answer
from crawler.spiders.news import page_of
from exporters.warc import Answer
from pipelines.clean import clean
from pipelines.types import Snapshot

URL = "https://paper.example/news/trees"
FETCHED = "2026-03-02T08:00:00Z"


def body(day: str) -> bytes:
    return (
        '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "The old trees stay", '
        f'"datePublished": "{day}T08:30:00Z"}}</script><article><h1>The old trees stay</h1></article>'
    ).encode()


@pytest.mark.parametrize(("day", "published"), [("2026-03-01", "2026-03-01T08:30:00Z"), ("2031-03-01", None)])
def test_the_archive_hands_the_time_over(day: str, published: str | None) -> None:
    answer = Answer(url=URL, status=200, headers=(), body=body(day), fetched=FETCHED)
    page = page_of_answer(answer, url=URL, entry=None)
    assert page.fetched == FETCHED
    assert clean(page).published == published


def test_the_crawl_hands_the_time_over() -> None:
    snapshot = Snapshot(
        file="a.warc.gz", offset=0, length=1, digest="sha1:A", url=URL, status=200, fetched=FETCHED
    )
    for meta, fetched in (({"snapshot": snapshot}, FETCHED), ({}, None)):
        response = HtmlResponse(URL, body=body("2026-03-01"), request=Request(URL, meta=meta))
        assert page_of(response, None).fetched == fetched
