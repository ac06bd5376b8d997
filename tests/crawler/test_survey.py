"""The survey finds what a person would find, and asks little. The sites are made of plain answers."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import pytest

from crawler.endpoints import Endpoint, choose
from crawler.survey import MAX_REQUESTS, Answer, Survey, survey
from pipelines.errors import FetchError
from pipelines.types import Entry

HOME = "https://www.example.org/"
PAGE = "text/html; charset=utf-8"


def story(i: int, where: str = HOME) -> str:
    return f"{where}2026/03/{i + 1:02d}/a-story-of-day-{i}/"


def feed(
    ids: range, *, title: str = "Gazette", where: str = HOME, extra: str = "", day: str = "Mar 2026"
) -> str:
    items = "".join(
        f"<item><title>Story of day {i}</title><link>{story(i, where)}</link>{extra}"
        f"<pubDate>Sun, {i + 1:02d} {day} 08:00:00 GMT</pubDate></item>"
        for i in ids
    )
    return f'<rss version="2.0"><channel><title>{title}</title><link>{where}</link>{items}</channel></rss>'


def comments(ids: range) -> str:
    items = "".join(
        f"<item><title>By a reader</title><link>{story(i)}#comment-{i}</link></item>" for i in ids
    )
    return f"<rss><channel><title>Gazette</title>{items}</channel></rss>"


def page(ids: range, head: str = "") -> str:
    stories = "".join(
        f'<article><h2><a href="{story(i)}">The story of day {i} here</a></h2></article>' for i in ids
    )
    return (
        f'<!doctype html><html lang="en-GB"><head><title>Gazette – home</title>{head}</head>'
        f"<body><nav><a href='/news/'>News</a></nav><main>{stories}</main></body></html>"
    )


def link(href: str, title: str = "", kind: str = "application/rss+xml") -> str:
    return f'<link rel="alternate" type="{kind}" title="{title}" href="{href}">'


def urlset(ids: range, *, news: bool = False) -> str:
    extra = "<n:news><n:publication_date>2026-03-01</n:publication_date></n:news>" if news else ""
    urls = "".join(f"<url><loc>{story(i)}</loc><lastmod>2026-03-01</lastmod>{extra}</url>" for i in ids)
    return f'<urlset xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">{urls}</urlset>'


class Site:
    """Answers by path; anything else is an error page, with status 404 or, as many sites do, 200."""

    def __init__(
        self, pages: Mapping[str, str], *, moved: Mapping[str, str] | None = None, missing: int = 404
    ) -> None:
        self.pages, self.moved, self.missing = pages, moved or {}, missing
        self.asked: list[str] = []

    async def fetch(self, url: str) -> Answer:
        self.asked.append(url)
        url = self.moved.get(url, url)
        body = self.pages.get(url.removeprefix(HOME.rstrip("/")))
        if body == "silence":
            raise FetchError(url, "does not answer")
        status = 200 if body is not None else self.missing
        body = body if body is not None else "<!doctype html><html><body><h1>Not here</h1></body></html>"
        return Answer(url=url, status=status, headers={"content-type": PAGE}, body=body.encode())

    def survey(self, url: str = HOME, **options: int) -> Survey:
        found = asyncio.run(survey(url, self.fetch, **options))
        assert found.requests == len(self.asked) <= MAX_REQUESTS
        assert len(set(self.asked)) == len(self.asked), "asked twice"
        return found


def urls(found: Survey) -> list[str]:
    return [entry.url for entry in found.entries]


def test_the_declared_posts_feed_and_not_the_comments() -> None:
    head = link("/feed/", "Gazette » Feed") + link("/comments/feed/", "Gazette » Comments Feed")
    site = Site({"/": page(range(3), head), "/feed/": feed(range(10)), "/comments/feed/": comments(range(3))})
    found = site.survey()
    assert found.feeds == (HOME + "feed/",)
    assert (found.sitemaps, found.sections) == ((), ())
    assert (found.name, found.language, found.status) == ("Gazette", "en-gb", 200)
    assert urls(found) == [story(i) for i in range(10)]
    assert HOME + "comments/feed/" not in site.asked
    first = found.endpoints[0]
    assert (first.format, first.articles, first.origin) == ("RSS 2.0", 10, "rel=alternate of the home page")
    why = {e.url: e.why for e in found.endpoints if not e.chosen}
    assert why[HOME + "comments/feed/"] == "readers' comments"


def test_a_comments_feed_that_does_not_say_so() -> None:
    site = Site(
        {"/": page(range(3), link("/a") + link("/b")), "/a": comments(range(5)), "/b": feed(range(5))}
    )
    found = site.survey()
    assert found.feeds == (HOME + "b",)
    assert next(e.why for e in found.endpoints if e.url == HOME + "a") == "readers' comments"


@pytest.mark.parametrize("missing", [404, 200])
def test_without_any_feed_the_page_is_read(missing: int) -> None:
    site = Site({"/": page(range(6))}, missing=missing)
    found = site.survey()
    assert (found.feeds, found.sitemaps, found.sections) == ((), (), (HOME,))
    assert urls(found) == [story(i) for i in range(6)]


def test_a_feed_at_a_common_address() -> None:
    site = Site({"/": page(range(3)), "/rss.xml": feed(range(9)), "/atom.xml": feed(range(9))})
    found = site.survey()
    assert found.feeds == (HOME + "rss.xml",)
    assert found.endpoints[0].origin == "a common address"
    assert HOME + "atom.xml" not in site.asked


def test_a_feed_that_is_only_linked() -> None:
    site = Site(
        {
            "/": page(range(3)).replace("</main>", '<a href="/service/rss">RSS</a></main>'),
            "/service/rss": feed(range(9)),
        }
    )
    found = site.survey()
    assert found.feeds == (HOME + "service/rss",)
    assert found.endpoints[0].origin == "a link on the home page"


def test_an_error_page_instead_of_the_declared_feed() -> None:
    site = Site({"/": page(range(6), link("/feed/"))}, missing=200)
    found = site.survey()
    assert found.feeds == ()
    assert found.sections == (HOME,)
    assert next(e.why for e in found.endpoints if e.url == HOME + "feed/") == "no feed, but a page"


def test_a_feed_that_moved_and_one_that_became_the_home_page() -> None:
    pages = {"/": page(range(6), link("/old") + link("/gone")), "/new": feed(range(9))}
    site = Site(pages, moved={HOME + "old": HOME + "new", HOME + "gone": HOME})
    found = site.survey()
    assert found.feeds == (HOME + "new",)
    assert next(e.why for e in found.endpoints if e.url == HOME + "gone") == "no feed, but a page"


def test_two_formats_of_one_feed() -> None:
    full = "<description>" + "A long story. " * 200 + "</description>"
    pages = {
        "/": page(range(3), link("/rss") + link("/full")),
        "/rss": feed(range(9)),
        "/full": feed(range(9), extra=full),
    }
    found = Site(pages).survey()
    assert found.feeds == (HOME + "full",)
    assert next(e.why for e in found.endpoints if e.url == HOME + "rss").startswith("lists little that")


def test_several_feeds_with_stories_of_their_own() -> None:
    pages = {"/": page(range(3), link("/a") + link("/b")), "/a": feed(range(10)), "/b": feed(range(6, 20))}
    found = Site(pages).survey()
    assert found.feeds == (HOME + "a", HOME + "b")
    assert urls(found) == [story(i) for i in range(20)]


def test_many_feeds_are_not_all_asked_for() -> None:
    head = "".join(link(f"/feeds/{i}") for i in range(40))
    site = Site({"/": page(range(3), head)} | {f"/feeds/{i}": feed(range(9)) for i in range(40)})
    found = site.survey()
    assert found.feeds == (HOME + "feeds/0",)
    assert len(site.asked) < 10
    assert sum(e.why == "not looked into: there are many" for e in found.endpoints) == 36


def test_a_podcast_and_another_papers_feed() -> None:
    sound = '<enclosure url="/a.mp3" type="audio/mpeg" length="1"/>'
    pages = {
        "/": page(range(6), link("/pod") + link("/theirs")),
        "/pod": feed(range(9), extra=sound),
        "/theirs": feed(range(9), where="https://other.example.com/"),
    }
    found = Site(pages).survey()
    assert found.feeds == ()
    why = {e.url: e.why for e in found.endpoints if not e.chosen}
    assert why[HOME + "pod"] == "sound or video"
    assert why[HOME + "theirs"] == "lists the articles of other.example.com"


def test_a_dead_feed() -> None:
    pages = {
        "/": page(range(6), link("/dead") + link("/live")),
        "/dead": feed(range(9), day="Mar 2019"),
        "/live": feed(range(9)),
    }
    found = Site(pages).survey()
    assert found.feeds == (HOME + "live",)
    assert (
        next(e.why for e in found.endpoints if e.url == HOME + "dead")
        == "its newest article is of 2019-03-09"
    )


def test_a_news_sitemap_that_lists_more_than_the_feed() -> None:
    pages = {
        "/": page(range(3), link("/feed/")),
        "/feed/": feed(range(5)),
        "/robots.txt": f"User-agent: *\nSitemap: {HOME}index.xml\nSITEMAP: https://elsewhere.example/x.xml",
        "/index.xml": f"<sitemapindex><sitemap><loc>{HOME}index.xml</loc></sitemap>"
        "<sitemap><loc>/pages.xml</loc></sitemap>"
        "<sitemap><loc>/news.xml</loc></sitemap></sitemapindex>",
        "/news.xml": urlset(range(20), news=True),
    }
    site = Site(pages)
    found = site.survey()
    assert (found.feeds, found.sitemaps, found.sections) == ((HOME + "feed/",), (HOME + "news.xml",), ())
    assert len(found.entries) == 20
    assert found.entries[0].title == "Story of day 0", "what the feed says is kept"
    assert next(e.origin for e in found.endpoints if e.kind == "sitemap") == "robots.txt, then its index"
    assert "https://elsewhere.example/x.xml" not in site.asked


def test_a_sitemap_is_the_last_resort() -> None:
    bare = "<html><body><div id=app></div></body></html>"
    found = Site({"/": bare, "/sitemap.xml": urlset(range(8))}).survey()
    assert (found.feeds, found.sitemaps, found.sections) == ((), (HOME + "sitemap.xml",), ())
    better = Site({"/": page(range(6)), "/sitemap.xml": urlset(range(8))}).survey()
    assert (better.sitemaps, better.sections) == ((), (HOME,))


def test_robots_that_is_a_page() -> None:
    site = Site({"/": page(range(6)), "/robots.txt": f"<html>Sitemap: {HOME}x.xml</html>"})
    site.survey()
    assert HOME + "x.xml" not in site.asked


def test_a_page_that_sends_on() -> None:
    onward = '<html><head><meta http-equiv="refresh" content="0; URL=/en/"></head></html>'
    site = Site({"/": onward, "/en/": page(range(6), link("/feed/")), "/feed/": feed(range(9))})
    found = site.survey()
    assert (found.url, found.home) == (HOME, HOME + "en/")
    assert found.feeds == (HOME + "feed/",)


def test_a_page_that_sends_in_circles() -> None:
    circle = '<html><head><meta http-equiv="refresh" content="0; URL=/{}"></head></html>'
    found = Site({"/": circle.format("a"), "/a": circle.format("")}).survey()
    assert not any(e.chosen for e in found.endpoints)


def test_a_feed_by_its_own_address() -> None:
    site = Site({"/": page(range(3)), "/feed/": feed(range(9), title="Gazette feed")})
    found = site.survey(HOME + "feed/")
    assert (found.home, found.feeds, found.name) == (HOME, (HOME + "feed/",), "Gazette")
    assert site.asked == [HOME + "feed/", HOME]


def test_a_comments_feed_by_its_own_address() -> None:
    site = Site({"/": page(range(3), link("/feed/")), "/feed/": feed(range(9)), "/c": comments(range(3))})
    assert site.survey(HOME + "c").feeds == (HOME + "feed/",)


def test_a_sitemap_by_its_own_address() -> None:
    site = Site({"/": page(range(3)), "/news.xml": urlset(range(9), news=True)})
    assert site.survey(HOME + "news.xml").sitemaps == (HOME + "news.xml",)


def test_a_section_by_its_address() -> None:
    site = Site({"/news/": page(range(6)), "/": page(range(3))})
    found = site.survey(HOME + "news/")
    assert (found.home, found.sections) == (HOME + "news/", (HOME + "news/",))


def test_silence_at_home_is_an_error() -> None:
    with pytest.raises(FetchError, match="does not answer"):
        Site({"/": "silence"}).survey()


def test_silence_elsewhere_is_noted() -> None:
    found = Site(
        {"/": page(range(6), link("/feed/")), "/feed/": "silence", "/robots.txt": "silence"}
    ).survey()
    assert found.sections == (HOME,)
    assert (HOME + "feed/", "does not answer") in found.problems


def test_an_error_at_home_is_noted() -> None:
    found = Site({"/feed/": feed(range(9))}).survey()
    assert found.status == 404
    assert found.problems == ((HOME, "answered with status 404"),)
    assert found.feeds == (HOME + "feed/",)


def test_the_budget_is_kept() -> None:
    head = "".join(link(f"/feeds/{i}") for i in range(40))
    site = Site({"/": page(range(6), head)})
    found = site.survey(max_requests=3)
    assert len(site.asked) == 3
    assert found.sections == (HOME,)


def test_the_same_site_gives_the_same_survey() -> None:
    pages = {"/": page(range(3), link("/a") + link("/b")), "/a": feed(range(10)), "/b": feed(range(6, 20))}
    assert Site(pages).survey() == Site(pages).survey()


def test_choosing_needs_no_dates() -> None:
    entries = tuple(Entry(url=story(i), via=HOME, kind="section") for i in range(3))
    endpoint = Endpoint(url=HOME, kind="section", format="page", origin="x", articles=3, entries=entries)
    assert choose([endpoint], None)[0].chosen
    assert choose([], None) == []
