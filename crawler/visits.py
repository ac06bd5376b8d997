"""One source in one run: what its feeds, sitemaps and section pages say, and when it is done with.

An endpoint's validators (ETag, Last-Modified) are kept only when everything it listed is settled: after a run
that was killed, limited or half failed the next one must see the same listing again, not a 304.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from time import monotonic

from scrapy.http import Response

from crawler import ledger, polling, reasons
from crawler.discovery import feed, section, sitemap
from crawler.ledger import Stats
from crawler.listing import moment
from crawler.middlewares.retry import retry_after
from crawler.rechecks import Look, conditions
from crawler.sources import Source
from crawler.survey import Answer, survey
from exporters.store import Endpoint, EndpointKind, FetchState, Store
from exporters.store.connection import stamp
from pipelines.errors import FetchError
from pipelines.types import Entry

logger = logging.getLogger(__name__)

#: When nothing that was found can be read so many times, the site is surveyed anew, and again at every poll
#: from the later number on, when polls of what fails have become a day apart.
SURVEY_AFTER = 3
SURVEY_AGAIN = 9
#: Redirects that say that an address has another one from now on.
_FOR_GOOD = frozenset({301, 308})
#: A sitemap index is followed so deep.
MAX_DEPTH = 2

#: (address, extra headers) → response; FetchError when there is none.
Ask = Callable[[str, dict[str, str]], Awaitable[Response]]


@dataclass(slots=True)
class Visit:
    source: Source
    stats: Stats
    began: float = field(default_factory=monotonic)
    states: list[FetchState] = field(default_factory=list)
    #: Articles that were asked for and have no fate yet.
    outstanding: set[str] = field(default_factory=set)
    #: Of these, by address: articles that are looked at again.
    looks: dict[str, Look] = field(default_factory=dict)
    #: Everything it lists is known, and the requests are under way.
    listed: bool = False
    #: Something it lists is not settled in this run.
    unfinished: bool = False
    #: Kinds of endpoints that list more than one run asks for.
    left: set[str] = field(default_factory=set)
    broken: dict[str, str] = field(default_factory=dict)

    def count(self, name: str, reason: str | None = None, n: int = 1) -> None:
        ledger.count(self.stats, self.source.slug, name, reason, n)

    def is_broken(self, url: str, why: str) -> None:
        self.broken[url] = why
        ledger.put(self.stats, self.source.slug, "broken", dict(self.broken))
        logger.info("%s: %s: %s", self.source.slug, url, why)

    def tick(self) -> None:
        ledger.put(self.stats, self.source.slug, "seconds", monotonic() - self.began)

    def close(self, store: Store) -> None:
        for state in self.states:
            if self.unfinished:
                state = replace(state, etag=None, last_modified=None, next_poll=None)
            elif state.kind in self.left:
                state = polling.unsettled(state)
            store.save_fetch_state(state)
        self.states.clear()
        self.tick()


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads a source's endpoints; finds them first, if nobody ever did."""

    visit: Visit
    store: Store
    ask: Ask
    now: Callable[[], datetime]
    #: Without conditional requests: the whole listing is wanted.
    whole: bool = False
    #: Whatever the schedule says.
    at_once: bool = False

    async def entries(self) -> list[Entry]:
        source = self.visit.source
        declared: list[tuple[str, EndpointKind, str | None]] = [
            *((url, "feed", None) for url in source.feeds),
            *((url, "sitemap", None) for url in source.sitemaps),
            *((page.url, "section", page.selector) for page in source.sections),
        ]
        remembered = [] if declared else [(e.url, e.kind, None) for e in self.store.endpoints(source.slug)]
        entries: list[Entry] = []
        for url, kind, selector in declared or remembered:
            if self.at_once or self.whole or polling.is_due(self.store.fetch_state(url), self.now()):
                entries.extend(await self._read(url, kind, selector))
        if not declared and self._is_lost([url for url, _, _ in remembered]):
            found = await self._surveyed()
            if found is None and not remembered:  # not at every crawl again
                home = source.url
                self._save_failure(home, "section", self.store.fetch_state(home), None)
            entries.extend(found or [])
        return entries

    def _is_lost(self, remembered: list[str]) -> bool:
        """Whether it is time to look (again) where the site lists its articles: it may have been rebuilt."""
        if not remembered:
            home = self.store.fetch_state(self.visit.source.url)
            return self.at_once or self.whole or polling.is_due(home, self.now())
        if not self.visit.broken:
            return False
        failures = [s.failures if (s := self.store.fetch_state(url)) is not None else 0 for url in remembered]
        return all(n == SURVEY_AFTER or n >= SURVEY_AGAIN for n in failures)

    async def _surveyed(self) -> list[Entry] | None:
        """Looks at the site; what it read on the way is not read again. None: it lists no articles."""
        source, visit = self.visit.source, self.visit
        answers: dict[str, Response] = {}

        async def fetch(url: str) -> Answer:
            response = await self.ask(url, {})
            answers[url] = answers[response.url] = response
            return answer_of(response)

        try:
            found = await survey(source.url, fetch)
        except FetchError as error:
            visit.is_broken(source.url, error.message)
            return None
        chosen = [endpoint for endpoint in found.endpoints if endpoint.chosen]
        if not chosen:
            visit.is_broken(source.url, "no feed, sitemap or list of articles was found")
            return None
        self.store.add_endpoints(
            source.slug,
            [Endpoint(url=e.url, kind=e.kind, origin=e.origin, title=e.title) for e in chosen],
            now=self.now(),
        )
        for endpoint in chosen:
            response = answers.get(endpoint.url)
            if response is not None:
                own = [entry for entry in found.entries if entry.via == endpoint.url]
                state = self._state(endpoint.url, endpoint.kind, response, None)
                visit.states.append(self._scheduled(state, response, own))
        visit.count("endpoints", n=len(chosen))
        return list(found.entries)

    async def _read(self, url: str, kind: EndpointKind, selector: str | None, depth: int = 0) -> list[Entry]:
        before = self.store.fetch_state(url)
        try:
            where = before.moved_to or url if before is not None else url
            response = await self.ask(where, {} if self.whole or before is None else conditions(before))
        except FetchError as error:
            self.visit.is_broken(url, error.message)
            self._save_failure(url, kind, before, None)
            return []
        if response.status == 304 and before is not None:
            self.visit.count("not_modified")
            state = replace(before, status=304, last_checked=stamp(self.now()), failures=0)
            self.store.save_fetch_state(
                polling.answered(state, self.now(), listing=None, headers=_headers(response))
            )
            return []
        if response.status != 200:
            self.visit.is_broken(url, reasons.of_status(response.status).words)
            self._save_failure(url, kind, before, response)
            return []
        state = self._state(url, kind, response, before)
        entries: Sequence[Entry] | None = None
        children: Sequence[sitemap.Child] = ()
        ttl: int | None = None
        match kind:
            case "feed":
                posts = feed.read(response.body, url=response.url, headers=_headers(response))
                if posts is not None:
                    entries, ttl = posts.links, posts.ttl
            case "sitemap":
                pages = sitemap.read(response.body, url=response.url)
                if pages is not None:
                    entries, children = pages.entries, pages.children
            case "section":
                entries = section.read(response.body, url=response.url, selector=selector)
        if entries is None:
            self.visit.is_broken(url, f"it is no {kind}")
            self._save_failure(url, kind, before, response)
            return []
        if children:
            # An index may stay the same while what it names changes: it is always read.
            state = replace(state, etag=None, last_modified=None)
        self.visit.states.append(self._scheduled(state, response, entries, ttl))
        self.visit.count("endpoints")
        listed = list(entries)
        if depth < MAX_DEPTH:
            for child in sitemap.worth_reading(children):
                known = self.store.fetch_state(child.url)
                if not self.whole and not polling.is_worth_reading(known, child.lastmod, self.now()):
                    self.visit.count("not_modified")  # by the index's word, or it is not due
                    continue
                listed.extend(await self._read(child.url, "sitemap", None, depth + 1))
        return listed

    def _state(
        self, url: str, kind: EndpointKind, response: Response, before: FetchState | None
    ) -> FetchState:
        now = stamp(self.now())
        digest = hashlib.sha256(response.body).hexdigest()
        same = before is not None and before.body_hash == digest
        return FetchState(
            url=url,
            kind=kind,
            source=self.visit.source.slug,
            etag=header(response, "ETag"),
            last_modified=header(response, "Last-Modified"),
            body_hash=digest,
            status=response.status,
            last_checked=now,
            last_changed=before.last_changed if before is not None and same else now,
            listing=before.listing if before is not None else None,
            listing_changed=before.listing_changed if before is not None else None,
            changes_every=before.changes_every if before is not None else None,
            moved_to=self._moved_to(url, response, before),
        )

    def _moved_to(self, url: str, response: Response, before: FetchState | None) -> str | None:
        """Where the endpoint is to be asked for from now on, if not at ``url``."""
        known = before.moved_to if before is not None else None
        reasons = response.request.meta.get("redirect_reasons") if response.request is not None else None
        if not reasons or not _FOR_GOOD.issuperset(reasons):
            return known
        if response.url not in (url, known):
            logger.info("%s: %s moved for good to %s", self.visit.source.slug, url, response.url)
        return response.url if response.url != url else None

    def _scheduled(
        self, state: FetchState, response: Response, entries: Sequence[Entry], ttl: int | None = None
    ) -> FetchState:
        dates = (
            [when for e in entries if (when := moment(e.published) or moment(e.modified)) is not None]
            if state.kind == "sitemap"
            else []
        )
        return polling.answered(
            state,
            self.now(),
            listing=polling.digest(entries),
            headers=_headers(response),
            ttl=ttl,
            newest=max(dates, default=None),
        )

    def _save_failure(
        self, url: str, kind: EndpointKind, before: FetchState | None, response: Response | None
    ) -> None:
        state = before or FetchState(url=url, kind=kind, source=self.visit.source.slug)
        status = response.status if response is not None else None
        pause = retry_after(response.headers.get("Retry-After"), self.now()) if response is not None else None
        state = replace(state, status=status, last_checked=stamp(self.now()), failures=state.failures + 1)
        self.store.save_fetch_state(polling.failed(state, self.now(), pause=pause))


def answer_of(response: Response) -> Answer:
    return Answer(url=response.url, status=response.status, headers=_headers(response), body=response.body)


def _headers(response: Response) -> dict[str, str]:
    return {
        name.decode("latin-1").lower(): b", ".join(values).decode("latin-1")
        for name, values in response.headers.items()
    }


def header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None
