"""Every address of the sample newspaper comes out exactly as its truth says, without a crawl."""

from __future__ import annotations

from functools import cache

import pytest
from w3lib.encoding import http_content_type_encoding

from crawler.discovery import feed, section
from crawler.sample import Site, Truth, differences, newspaper
from pipelines.boilerplate.memory import SiteMemory
from pipelines.clean import clean, finish, read
from pipelines.types import Entry, Page

CASES = [
    pytest.param(site, truth, id=f"{site.slug}{truth.path}")
    for site in newspaper()
    for truth in site.truths()
]


@cache
def entries(slug: str) -> dict[str, Entry]:
    """What a site's feed or list says of its stories, by path: what a crawl knows of a page beforehand."""
    site = next(site for site in newspaper() if site.slug == slug)
    path = {"bitlotse": "/feed/", "courier": "/news.atom", "faro": "/ultimas/"}[slug]
    reply = site.answer(path, base=site.home)
    if slug == "faro":
        listed = section.read(reply.body, url=site.home + path)
    else:
        found = feed.read(reply.body, url=site.home + path, headers=reply.headers)
        assert found is not None
        listed = found.links
    return {entry.url.removeprefix(site.home).partition("?")[0]: entry for entry in listed}


@pytest.mark.parametrize(("site", "truth"), CASES)
def test_comes_out_as_its_truth(site: Site, truth: Truth) -> None:
    reply = site.answer(truth.path, base=site.home)
    link = next((s.link for s in site.stories if s.truth is truth), truth.path)
    article = clean(
        Page(
            url=site.home + truth.path,
            body=reply.body,
            charset=http_content_type_encoding(reply.headers["Content-Type"]),
            entry=entries(site.slug).get(link),
        )
    )
    wrong = differences(truth, article)
    assert {name: getattr(article, name) for name in wrong} == {name: getattr(truth, name) for name in wrong}


@pytest.mark.parametrize("site", newspaper(), ids=lambda site: site.slug)
def test_memory_takes_nothing_from_stories_known_by_their_pages_alone(site: Site) -> None:
    """As ``extract --learn`` and ``import`` know them: no feed says what the story's text is."""
    truths = [truth for truth in site.truths() if truth.status == "article"]
    pages = [
        Page(url=site.home + t.path, body=site.answer(t.path, base=site.home).body, charset=_charset(site, t))
        for t in truths
    ]
    readings = [read(page) for page in pages]
    memory = SiteMemory([reading.trace for reading in readings])
    whole = 0
    for reading, truth in zip(readings, truths, strict=True):
        if finish(reading).text == truth.text:
            whole += 1
            assert finish(reading, memory=memory).text == truth.text
    assert whole >= 5  # some pages are stubs and walls, and their text is in the feed


def _charset(site: Site, truth: Truth) -> str | None:
    return http_content_type_encoding(site.answer(truth.path, base=site.home).headers["Content-Type"])


PICTURED = [
    pytest.param(site, truth, id=f"{site.slug}{truth.path}")
    for site in newspaper()
    for truth in site.truths()
    if truth.image
]


@pytest.mark.parametrize(("site", "truth"), PICTURED)
def test_the_picture_of_a_story(site: Site, truth: Truth) -> None:
    reply = site.answer(truth.path, base=site.home)
    image = clean(Page(url=site.home + truth.path, body=reply.body)).image
    assert truth.image is not None
    assert image is not None
    assert image.url == site.home + truth.image.url
    assert (image.caption, image.credit) == (truth.image.caption, truth.image.credit)


@pytest.mark.parametrize("site", newspaper(), ids=lambda site: site.slug)
def test_job_advertisements_change_and_the_article_does_not(site: Site) -> None:
    story = next(s for s in site.stories if s.truth.status == "article")
    articles = [
        clean(
            Page(
                url=site.home + story.truth.path,
                body=site.answer(story.truth.path, base=site.home, visit=visit).body,
            )
        )
        for visit in (1, 2, 3)
    ]
    assert len({article.content_hash for article in articles}) == 1
    assert len({tuple(v.text for v in article.verdicts) for article in articles}) == 3
