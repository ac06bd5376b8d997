"""Where a site lists its articles: looks as a person would, politely. No Scrapy: ``fetch`` is handed in.

Used by ``copydesk add`` and by the first crawl of a source that declares only its home. The order: the page
itself, the feeds it declares, those it links, a few common addresses, then the sitemaps of robots.txt.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urljoin, urlsplit

from crawler import endpoints
from crawler.discovery import alternates, feed, section, sitemap
from crawler.discovery.addresses import absolute
from crawler.discovery.alternates import Alternate
from crawler.discovery.comments import is_comments
from crawler.endpoints import Endpoint, choose
from crawler.listing import merged, moment
from pipelines.document import Document, parse
from pipelines.errors import FetchError
from pipelines.types import Entry
from pipelines.urls import identity, same_site

#: A survey never makes more requests than this.
MAX_REQUESTS = 15
#: Of the declared feeds so many are looked into; large sites declare one for every section.
MAX_FEEDS = 4
#: Where feeds lie that nobody declares; asked for only if the page gives none, up to the first that is one.
COMMON_FEEDS = ("/feed/", "/rss", "/rss.xml", "/feed.xml", "/atom.xml")
COMMON_SITEMAPS = ("/sitemap.xml", "/news-sitemap.xml")
_SITEMAP_LINE = re.compile(r"^\s*sitemap\s*:\s*(\S+)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer, redirects followed."""

    #: Where it came from in the end.
    url: str
    status: int
    #: Names in lower case.
    headers: Mapping[str, str]
    #: Without transfer and content encoding.
    body: bytes


#: Raises FetchError when there is no answer at all; an error status is an answer.
Fetch = Callable[[str], Awaitable[Answer]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    #: As asked for, and the home page after redirects.
    url: str
    home: str
    #: Status of the answer at ``url``.
    status: int
    name: str | None = None
    language: str | None = None
    #: The chosen first.
    endpoints: tuple[Endpoint, ...] = ()
    requests: int = 0
    #: What went wrong on the way: (address, what).
    problems: tuple[tuple[str, str], ...] = ()

    @property
    def feeds(self) -> tuple[str, ...]:
        return self._chosen("feed")

    @property
    def sitemaps(self) -> tuple[str, ...]:
        return self._chosen("sitemap")

    @property
    def sections(self) -> tuple[str, ...]:
        return self._chosen("section")

    @property
    def entries(self) -> tuple[Entry, ...]:
        """What the chosen endpoints list: each article once, with all that any of them says."""
        found: dict[str, Entry] = {}
        for entry in (entry for endpoint in self.endpoints if endpoint.chosen for entry in endpoint.entries):
            key = identity(entry.url)
            found[key] = merged(found[key], entry) if key in found else entry
        return tuple(found.values())

    def _chosen(self, kind: str) -> tuple[str, ...]:
        return tuple(e.url for e in self.endpoints if e.chosen and e.kind == kind)


async def survey(url: str, fetch: Fetch, *, max_requests: int = MAX_REQUESTS) -> Survey:
    """Finds the feeds, sitemaps and section pages of the site at ``url`` (its home, a section, or a feed).

    Raises FetchError only when ``url`` itself does not answer.
    """
    visit = _Visit(fetch, max_requests)
    first = await visit.first(url if urlsplit(url).path else urljoin(url, "/"))
    if given := _given(first):
        # Whoever names a feed wants that feed; its home page tells the name, and the rest if it is no good.
        endpoint, home = given
        page = await visit.page(home)
        if page is None:
            return _survey(url, home, first.status, None, choose([endpoint], None), visit)
        document = _document(page)
        chosen = choose([endpoint], None)
        if chosen[0].chosen:
            return _survey(url, page.url, first.status, document, chosen, visit)
        return await _around(url, first.status, page, document, visit, [endpoint])
    page, document = first, _document(first)
    for _ in range(2):
        target = alternates.refresh(document)
        if target is None or (onward := await visit.page(target)) is None:
            break
        page, document = onward, _document(onward)
    if page.status >= 400:
        visit.problems.append((page.url, f"answered with status {page.status}"))
    return await _around(url, first.status, page, document, visit, [])


async def _around(
    url: str, status: int, page: Answer, document: Document, visit: _Visit, found: list[Endpoint]
) -> Survey:
    """The survey of the site that ``page`` is of; ``found``: endpoints known already."""
    found += await _feeds(page, document, visit)
    found += await _sitemaps(page, visit)
    if page.status < 400:
        entries = section.read(page.body, url=page.url, charset=_charset(page))
        found.append(endpoints.of_page(page.url, entries, title=alternates.site_name(document)))
    return _survey(url, page.url, status, document, choose(found, moment(page.headers.get("date"))), visit)


def _survey(
    url: str, home: str, status: int, document: Document | None, found: list[Endpoint], visit: _Visit
) -> Survey:
    titles = (e.title for e in found if e.kind == "feed" and e.chosen and e.title)
    return Survey(
        url=url,
        home=home,
        status=status,
        name=(alternates.site_name(document) if document is not None else None) or next(titles, None),
        language=alternates.language(document) if document is not None else None,
        endpoints=tuple(found),
        requests=visit.requests,
        problems=tuple(visit.problems),
    )


class _Visit:
    """Counts the requests, asks for nothing twice, and notes what went wrong."""

    def __init__(self, fetch: Fetch, budget: int) -> None:
        self._fetch = fetch
        self._budget = budget
        self._asked: set[str] = set()
        self.requests = 0
        self.problems: list[tuple[str, str]] = []

    async def first(self, url: str) -> Answer:
        self.requests += 1
        self._asked.add(url)
        answer = await self._fetch(url)
        self._asked.add(answer.url)
        return answer

    async def ask(self, url: str) -> Answer | None:
        """The answer, or None: asked already, no requests left, or no answer."""
        if url in self._asked or self.requests >= self._budget:
            return None
        try:
            answer = await self.first(url)
        except FetchError as error:
            self.problems.append((url, str(error).removeprefix(f"{url}: ")))
            return None
        return answer

    async def page(self, url: str) -> Answer | None:
        answer = await self.ask(url)
        return answer if answer is not None and answer.status < 400 else None


async def _feeds(page: Answer, document: Document, visit: _Visit) -> list[Endpoint]:
    found: list[Endpoint] = []
    where = "the home page" if urlsplit(page.url).path in ("", "/") else "the page"
    await _look_into(alternates.feeds(document), f"rel=alternate of {where}", found, visit, page.url)
    if not any(_is_usable(endpoint) for endpoint in found):
        await _look_into(
            alternates.feed_links(document), f"a link on {where}", found, visit, page.url, limit=2
        )
    for path in COMMON_FEEDS:
        if any(_is_usable(endpoint) for endpoint in found):
            break
        asked = urljoin(page.url, path)
        answer = await visit.page(asked)
        if answer and (endpoint := _feed(answer, asked=asked, origin="a common address", site=page.url)):
            found.append(endpoint)
    return found


async def _look_into(
    candidates: Iterable[Alternate],
    origin: str,
    found: list[Endpoint],
    visit: _Visit,
    site: str,
    limit: int = MAX_FEEDS,
) -> None:
    looked = 0
    for candidate in candidates:
        declared = Endpoint(
            url=candidate.url, kind="feed", format=candidate.format, origin=origin, title=candidate.title
        )
        if is_comments(candidate.title, candidate.url):
            found.append(replace(declared, why="readers' comments"))
            continue
        if looked >= limit:
            found.append(replace(declared, why="not looked into: there are many"))
            continue
        looked += 1
        answer = await visit.ask(candidate.url)
        if answer is None:
            found.append(replace(declared, why="no answer"))
        elif answer.status >= 400:
            found.append(replace(declared, why=f"status {answer.status}"))
        elif endpoint := _feed(answer, asked=candidate.url, origin=origin, site=site):
            found.append(replace(endpoint, title=endpoint.title or candidate.title))
        else:
            found.append(replace(declared, why="no feed, but a page"))


async def _sitemaps(page: Answer, visit: _Visit) -> list[Endpoint]:
    found: list[Endpoint] = []
    robots = await visit.page(urljoin(page.url, "/robots.txt"))
    named: list[str] = []
    if robots is not None and not robots.body.lstrip().startswith(b"<"):
        text = robots.body[:500_000].decode("utf-8", "replace")
        named = [link for said in _SITEMAP_LINE.findall(text) if (link := absolute(robots.url, said))]
    named = list(dict.fromkeys(link for link in named if same_site(page.url, link)))
    children = sitemap.worth_reading([sitemap.Child(url=link) for link in named], limit=3)
    origins = {child.url: "robots.txt" for child in children}
    if not origins:
        origins = {urljoin(page.url, path): "a common address" for path in COMMON_SITEMAPS}
    queue = list(origins)
    read = 0
    while queue and read < 4:
        link = queue.pop(0)
        answer = await visit.page(link)
        result = sitemap.read(answer.body, url=answer.url) if answer else None
        if answer is None or result is None:
            continue
        read += 1
        if result.kind == "index":
            for child in sitemap.worth_reading(result.children, limit=2):
                if child.url not in origins:
                    origins[child.url] = f"{origins[link]}, then its index"
                    queue.append(child.url)
            continue
        found.append(endpoints.of_sitemap(link, result, origin=origins[link]))
        if result.is_news or origins[link] == "a common address":
            break
    return found


def _is_usable(endpoint: Endpoint) -> bool:
    return not endpoint.why and endpoint.articles > 0


def _given(answer: Answer) -> tuple[Endpoint, str] | None:
    """The feed or sitemap that ``answer`` is, with its site's home; None for a page."""
    if answer.status >= 400:
        return None
    home, origin = urljoin(answer.url, "/"), "the address given"
    if result := feed.read(answer.body, url=answer.url, headers=answer.headers):
        home = result.home or home
        return endpoints.of_feed(answer.url, result, origin=origin, site=home), home
    if (listed := sitemap.read(answer.body, url=answer.url)) and listed.kind != "index":
        return endpoints.of_sitemap(answer.url, listed, origin=origin), home
    return None


def _feed(answer: Answer, *, asked: str, origin: str, site: str) -> Endpoint | None:
    result = feed.read(answer.body, url=answer.url, headers=answer.headers) if answer.status < 400 else None
    if result is None:
        return None
    # A feed that moved within the site has a new address; one that a service serves keeps the site's own.
    url = answer.url if same_site(asked, answer.url) else asked
    return endpoints.of_feed(url, result, origin=origin, site=site)


def _document(answer: Answer) -> Document:
    return parse(answer.body, url=answer.url, charset=_charset(answer))


def _charset(answer: Answer) -> str | None:
    said = re.search(r"charset\s*=\s*[\"']?([\w.:-]+)", answer.headers.get("content-type", ""), re.IGNORECASE)
    return said[1] if said else None
