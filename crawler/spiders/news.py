"""The crawl: many sources, one spider, because politeness is a matter of the whole crawl.

Each source is visited by one task: its endpoints are read, what is new is asked for. Each article has
one fate.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from urllib.parse import urlsplit

from scrapy import Request, signals
from scrapy.http import HtmlResponse, Response, XmlResponse
from twisted.python.failure import Failure
from w3lib.encoding import http_content_type_encoding

from crawler import ledger, reasons
from crawler.cleaning import Cleaners
from crawler.desk import Desk
from crawler.listing import LASTING, MAX_ARTICLES, in_turn, is_due, layout_of, listing, merged
from crawler.reasons import Reason
from crawler.rechecks import MAX_LOOKS, Look, conditions, looks
from crawler.remembering import Remembered
from crawler.sources import Source
from crawler.spiders.base import BaseSpider, StoppedError
from crawler.visits import Reader, Visit, header
from exporters.store import Saved, StoredArticle
from exporters.store.checks import said_of
from pipelines.components import Copy
from pipelines.errors import StoreError
from pipelines.types import Entry, Page
from pipelines.urls import identity

logger = logging.getLogger(__name__)

#: So many sources are listed at a time; their articles are another matter.
VISITS = 16
#: An error page may still be worth cleaning where the feed carried the text.
_WALLS = frozenset({401, 402, 403, 405, 406, 451, 503})
#: There is no such page.
_MISSING = frozenset({404, 410})


class NewsSpider(BaseSpider):
    name = "news"

    def __init__(self, desk: Desk, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.desk = desk
        self.sources = desk.sources
        self.store = desk.store
        self.archive = desk.archive
        self.run: int | None = desk.run
        self._cleaners = Cleaners(desk.rules, Remembered(desk.store, self.give_up), waiting=self._waiting)
        self.clean_with = self._cleaners.cleaned
        #: What a feed of the crawl is a feed of.
        self.newsroom = desk.sources[0] if len(desk.sources) == 1 else None
        #: Identities of what was asked for in this run, whichever source lists it.
        self._requested: set[str] = set()
        self._visits: dict[str, Visit] = {}

    @classmethod
    def from_crawler(cls, crawler: Any, *args: Any, **kwargs: Any) -> NewsSpider:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.request_dropped, signals.request_dropped)
        crawler.signals.connect(spider.item_error, signals.item_error)
        crawler.signals.connect(spider._cleaners.close, signals.spider_closed)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        """Whatever the visits want to ask for, and known articles where they are to be exported."""
        self.desk.begin()
        if self.desk.options.max_time is not None:
            loop = asyncio.get_running_loop()
            loop.call_later(self.desk.options.max_time.total_seconds(), self.stop, "max-time")
        wanted: asyncio.Queue[Request | StoredArticle | None] = asyncio.Queue()
        gate = asyncio.Semaphore(VISITS)
        tasks = [asyncio.ensure_future(self._guarded(s, gate, wanted)) for s in self.sources]
        everything = asyncio.gather(*tasks, return_exceptions=True)
        everything.add_done_callback(lambda _: wanted.put_nowait(None))
        self._tasks = tasks
        try:
            while (item := await wanted.get()) is not None:
                yield item
        finally:
            for task in tasks:
                task.cancel()

    def stop(self, reason: str) -> None:
        for task in getattr(self, "_tasks", ()):
            task.cancel()
        super().stop(reason)

    async def _guarded(self, source: Source, gate: asyncio.Semaphore, wanted: asyncio.Queue[Any]) -> None:
        """A visit whose errors are its own."""
        async with gate:
            visit = self._visits[source.slug] = Visit(source, self.crawler.stats)
            try:
                await self._visit(visit, wanted)
            except StoreError as error:
                self.give_up(error)
            except Exception:
                logger.exception("%s: the visit failed", source.slug)
                visit.unfinished = True
                visit.is_broken(source.url, "an error of Copydesk itself; the log has it")
            visit.tick()

    async def _visit(self, visit: Visit, wanted: asyncio.Queue[Any]) -> None:
        options, source = self.desk.options, visit.source

        async def ask(url: str, headers: dict[str, str]) -> Response:
            return await self.ask(url, headers, source=source, allow_private=source.allow_private)

        at_once = options.all or source.slug in options.named
        # Who names a time wants all of it, also what lists of long ago have.
        whole = options.export or options.since is not None
        reader = Reader(visit, self.store, ask, now, whole=whole, at_once=at_once)
        entries = await reader.entries()
        since = now() - options.since if options.since is not None else None
        past = now() - timedelta(days=source.backfill) if since is None else None
        listed = listing(entries, source, since=since, past=past)
        visit.count("excluded", n=listed.excluded + listed.older + listed.past)
        visit.count("found", n=len(listed.entries))
        fresh = self._fresh(visit, listed.entries)
        visit.count("known", n=len(listed.entries) - len(fresh))
        for address in listed.entries.keys() - fresh.keys() if options.export else ():
            article = self.store.article(address)
            if article is not None and article.status == "article":
                wanted.put_nowait(article)
        limit = MAX_ARTICLES if options.limit is None else options.limit
        chosen = in_turn(fresh, limit)
        visit.left = {entry.kind for address, entry in fresh.items() if address not in chosen}
        if listed.older:
            visit.unfinished = True
        for address, entry in chosen.items():
            self._requested.add(identity(address, source.parameters))
            visit.outstanding.add(address)
            wanted.put_nowait(self._request(visit, address, entry))
        if not options.export:
            for look in self._looks(visit, listed.entries, room=limit - len(chosen)):
                wanted.put_nowait(self._second_look(visit, look))
        visit.listed = True
        self._close_if_done(visit)

    def _fresh(self, visit: Visit, entries: dict[str, Entry]) -> dict[str, Entry]:
        """The entries to ask for; the others are known."""
        known = self.store.known(entries)
        parameters = visit.source.parameters
        failures = {failure.url: failure for failure in self.store.failures(source=visit.source.slug)}
        fresh = {}
        for address, entry in entries.items():
            failure = failures.get(address)
            if not (
                address in known
                or identity(address, parameters) in self._requested
                or (failure is not None and not self.desk.options.all and not is_due(failure, now()))
            ):
                fresh[address] = entry
        return fresh

    def _looks(self, visit: Visit, entries: dict[str, Entry], *, room: int) -> list[Look]:
        """The known articles to ask for again, ``room`` of them at most."""
        listed = self.store.checks(entries)
        parameters = visit.source.parameters
        due = self.store.due_checks(visit.source.slug, now=now(), limit=MAX_LOOKS)
        every = [
            look
            for look in looks(due, listed, entries, now())
            if identity(look.check.url, parameters) not in self._requested
        ]
        chosen = every[: max(0, min(room, MAX_LOOKS))]
        if any(look.told for look in every[len(chosen) :]):
            visit.unfinished = True  # only its listing knows that they changed
        here = {check.article for check in listed.values()}
        for look in chosen:
            # An article that is listed is found already, and has another fate than to be known.
            visit.count("known", n=-1) if look.check.article in here else visit.count("found")
        return chosen

    def _second_look(self, visit: Visit, look: Look) -> Request:
        address = look.check.url
        self._requested.add(identity(address, visit.source.parameters))
        visit.outstanding.add(address)
        visit.looks[address] = look
        stored = self.store.entry(look.check.article)
        # What the page is cleaned with stays, but for what the listing says now.
        entry = merged(look.entry, stored) if look.entry and stored else look.entry or stored
        return self._request(visit, address, entry, conditions(look.check))

    def _request(
        self, visit: Visit, address: str, entry: Entry | None, headers: dict[str, str] | None = None
    ) -> Request:
        return Request(
            address,
            headers=headers,
            callback=self.parse_article,
            errback=self.no_article,
            cb_kwargs={"visit": visit, "address": address, "entry": entry},
            meta={"source": visit.source, "allow_private": visit.source.allow_private},
        )

    def parse_article(
        self, response: Response, visit: Visit, address: str, entry: Entry | None
    ) -> Iterator[Copy]:
        look = visit.looks.get(address)
        if look is not None and self._is_answered(response, visit, look):
            return
        reason = self._unfit(response, visit.source, address, entry if look is None else None)
        if reason is not None:
            self._failed(visit, address, reason)
            return
        request = cast("Request", response.request)
        yield Copy(
            page=page_of(response, entry),
            source=visit.source.slug,
            addresses=(address, *request.meta.get("redirect_urls", ()), response.url),
            layout=layout_of(visit.source.layouts, f"{now():%Y-%m-%d}"),
            snapshot=request.meta.get("snapshot"),
            etag=header(response, "ETag"),
            last_modified=header(response, "Last-Modified"),
            said=look.said if look is not None else said_of(entry),
        )

    def _is_answered(self, response: Response, visit: Visit, look: Look) -> bool:
        """Whether the answer's status says it all: the page is as it was, or there is none any more."""
        article, address = look.check.article, look.check.url
        try:
            if response.status == 304:
                self.store.check_unchanged(article, now=now(), said=look.said)
                visit.count("unchanged")
            elif response.status in _MISSING:
                reason = reasons.of_status(response.status)
                if self.store.check_missing(article, reason=reason.name, now=now()):
                    logger.info("%s: %s: gone", visit.source.slug, address)
                    visit.count("changed")
                else:
                    visit.count("failed", reason.name)
            else:
                return False
        except StoreError as error:
            self.give_up(error)
            return True
        self._settled(visit, address)
        return True

    def _unfit(self, response: Response, source: Source, address: str, entry: Entry | None) -> Reason | None:
        """Why the answer is no page of the source; None if it is one to clean."""
        if response.status != 200 and not (response.status in _WALLS and entry is not None and entry.content):
            return reasons.of_status(response.status)
        if not source.allows_host(response.url):
            return Reason(name="other_site", detail=urlsplit(response.url).hostname)
        if _is_home(response.url) and not _is_home(address):
            return Reason(name="home_page")
        if not is_web_page(response):
            kind = content_type(response)
            return Reason(name="not_html", detail=kind)
        return None

    def no_article(self, failure: Failure) -> None:
        request: Request = failure.request  # type: ignore[attr-defined]
        visit, address = request.cb_kwargs["visit"], request.cb_kwargs["address"]
        if isinstance(failure.value, StoppedError):
            visit.unfinished = visit.unfinished or address not in visit.looks
            return
        assert failure.value is not None
        self._failed(visit, address, reasons.of_error(failure.value, request.url))

    def request_dropped(self, request: Request) -> None:
        """A redirect led to what was asked for already in this run: another's article, or in circles."""
        visit, address = request.cb_kwargs.get("visit"), request.cb_kwargs.get("address")
        if visit is None or address is None:
            return
        if request.url in request.meta.get("redirect_urls", ()):
            self._failed(visit, address, Reason(name="redirects"))
            return
        visit.count("known")
        self._look_failed(visit, address)
        self._settled(visit, address)

    def _waiting(self) -> int:
        """Pages that are still to come."""
        return sum(len(visit.outstanding) for visit in self._visits.values())

    def filed(self, copy: Copy, saved: Saved) -> None:
        """The store has the page."""
        visit, address = self._visits[copy.source], copy.addresses[0]
        if saved.outcome == "rejected" and copy.page.status != 200:
            self._failed(visit, address, reasons.of_status(copy.page.status))
            return
        visit.count(saved.outcome, saved.reason if saved.outcome == "rejected" else None)
        if saved.outcome != "rejected" and copy.article is not None:
            ledger.measure(visit.stats, copy.source, copy.article)
        look = visit.looks.get(address)
        if look is not None and look.check.article != saved.id:
            self._look_failed(visit, address)  # the address now leads to another article
        self._settled(visit, address)

    def item_error(self, item: Any, failure: Failure) -> None:
        if isinstance(item, Copy):
            detail = f"{failure.type.__name__ if failure.type else ''}: {failure.value}"
            self._failed(
                self._visits[item.source], item.addresses[0], Reason(name="error", detail=detail[:300])
            )

    def _failed(self, visit: Visit, address: str, reason: Reason) -> None:
        visit.count("failed", reason.name)
        logger.info("%s: %s: %s", visit.source.slug, address, reason.words)
        if address in visit.looks:
            self._look_failed(visit, address)
            self._settled(visit, address)
            return
        if reason.name not in LASTING:
            visit.unfinished = True
        try:
            self.store.add_failure(
                address,
                source=visit.source.slug,
                reason=reason.name,
                now=now(),
                run=self.run,
                detail=reason.detail,
            )
        except StoreError as error:
            self.give_up(error)
            return
        self._settled(visit, address)

    def _look_failed(self, visit: Visit, address: str) -> None:
        """A look, if it was one, said nothing of its article: another one comes."""
        look = visit.looks.get(address)
        if look is None:
            return
        try:
            self.store.check_failed(look.check.article, now=now())
        except StoreError as error:
            self.give_up(error)

    def _settled(self, visit: Visit, address: str) -> None:
        visit.outstanding.discard(address)
        self._close_if_done(visit)

    def _close_if_done(self, visit: Visit) -> None:
        if not visit.listed or visit.outstanding:
            return
        try:
            visit.close(self.store)
        except StoreError as error:
            self.give_up(error)


def page_of(response: Response, entry: Entry | None) -> Page:
    """``response`` with its redirects followed and its encoding undone, as cleaning wants it."""
    kind = content_type(response)
    robots = b", ".join(response.headers.getlist("X-Robots-Tag")).decode("latin-1")
    snapshot = response.request.meta.get("snapshot") if response.request is not None else None
    return Page(
        url=response.url,
        body=response.body,
        charset=http_content_type_encoding(kind),
        status=response.status,
        robots_header=robots or None,
        entry=entry,
        fetched=snapshot.fetched if snapshot is not None else None,
    )


def is_web_page(response: Response) -> bool:
    """By its type or, where that is missing, by its look; a feed or a picture is none."""
    if isinstance(response, XmlResponse):
        return b"<html" in response.body[:2000].lower()
    return not response.body or isinstance(response, HtmlResponse)


def content_type(response: Response) -> str:
    return (response.headers.get("Content-Type") or b"").decode("latin-1")


def _is_home(url: str) -> bool:
    parts = urlsplit(url)
    return parts.path in ("", "/") and not parts.query


def now() -> datetime:
    return datetime.now(UTC)
