"""The store as its callers see it: one object, one connection, each method one short transaction.

Where a method takes ``now`` it is an aware UTC datetime: the store has no clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Literal

from exporters.store import (
    articles,
    checks,
    copies,
    finding,
    forgetting,
    memory,
    naming,
    reading,
    renaming,
    search,
)
from exporters.store.archived import Archived
from exporters.store.connection import in_words, stamp
from exporters.store.forgetting import Forgotten
from exporters.store.ledger import Ledger
from exporters.store.memory import SiteBlock, Word
from exporters.store.polled import Polled
from exporters.store.renaming import Renamed
from exporters.store.rows import Check, Door, Found, Revision, Saved, StoredArticle, StoredStatus
from exporters.store.syndication import Syndication
from pipelines.boilerplate.memory import SiteMemory, site_of
from pipelines.boilerplate.traces import Kind, Trace
from pipelines.types import Article, Entry, Evidence, Removal, Snapshot
from pipelines.urls import Parameters


class Store(Archived, Ledger, Polled, Syndication):
    """The dataset, ``news.db``. One a thread; any number of readers while one writes."""

    # Articles

    def known(self, urls: Iterable[str]) -> set[str]:
        """Those of ``urls`` (as given) that need no request: they are in the dataset, or to be forgotten."""
        with in_words(self.path):
            urls = tuple(urls)
            return finding.known(self.db, urls) | forgetting.among(self.db, urls)

    def save(
        self,
        article: Article,
        *,
        source: str,
        now: datetime,
        run: int | None = None,
        snapshot: Snapshot | None = None,
        entry: Entry | None = None,
        addresses: Iterable[str] = (),
        cleaner_version: str | None = None,
        trace: Trace | None = None,
        state: str | None = None,
        door: Door | None = None,
    ) -> Saved:
        """Store one cleaned page, whole or not at all.

        ``addresses``: further URLs that led here (the one asked for, redirects), so that ``known`` knows
        them. ``cleaner_version``: of the cleaner at hand, unless another made the article. ``trace``: what
        the page tells of its site; ``state``: what the memory that it was cleaned with says of it. ``door``:
        where the page was, with its validators, for the next look at it.
        """
        if cleaner_version is None:
            # Not at the top: readers of the dataset need no cleaner.
            from pipelines.clean import CLEANER_VERSION

            cleaner_version = CLEANER_VERSION
        addresses = tuple(addresses)
        with self.transaction():
            forgotten = forgetting.among(self.db, {article.url, article.raw_url, *addresses})
            if forgotten:
                if article.url in forgotten:
                    forgetting.remember(self.db, addresses, stamp(now))
                return Saved(id=0, guid="", outcome="unchanged", status="deleted")
            saved = articles.save(
                self.db,
                article,
                source=source,
                now=stamp(now),
                run=run,
                snapshot=snapshot,
                entry=entry,
                addresses=addresses,
                cleaner_version=cleaner_version,
                door=door,
            )
            if trace is not None and saved.outcome != "rejected" and saved.status == "article":
                memory.remember(self.db, saved.id, site_of(article.url), trace, state)
            if saved.outcome in ("new", "changed") or saved.status != "article":
                copies.link(self.db, saved.id)
            return saved

    def name_addresses(self, by_site: Mapping[str, Parameters], *, now: datetime) -> Renamed | None:
        """What sources say of their sites' query parameters. Where that, or the canonicaliser, is not what
        it was, all addresses are named anew, batch by batch; None: nothing was to be done."""
        with self.transaction():
            naming.declare(self.db, by_site)
            if not renaming.is_due(self.db):
                return None
            renaming.begin(self.db)
        renamed = Renamed()
        more = True
        while more:
            with self.transaction():
                more = renaming.batch(self.db, stamp(now), renamed)
        return renamed

    def set_status(self, article: int, status: StoredStatus, *, reason: str | None, now: datetime) -> None:
        """Mark an article as gone (by the publisher), deleted (by us, for good), or back."""
        with self.transaction():
            articles.set_status(self.db, article, status, reason, stamp(now))

    def forget(self, url: str | None, article: int | None, *, now: datetime) -> Forgotten:
        """Take an article out of all tables, for good; its addresses are known and never stored again."""
        with in_words(self.path):
            # What is deleted is overwritten, not only unlinked.
            self.db.execute("PRAGMA secure_delete = ON").fetchall()
        with self.transaction():
            urls = [url] if url is not None else []
            numbers = [article] if article is not None else []
            return forgetting.forget(self.db, urls, numbers, stamp(now))

    def article(self, key: int | str) -> StoredArticle | None:
        """By id, guid, or any address it is known under."""
        with in_words(self.path):
            return reading.article(self.db, key)

    def articles(
        self,
        *,
        source: str | None = None,
        status: StoredStatus | None = "article",
        limit: int | None = None,
    ) -> Iterator[StoredArticle]:
        """Newest first (``StoredArticle.date``, then id). ``status=None``: all of them."""
        with in_words(self.path):
            yield from reading.articles(self.db, source=source, status=status, limit=limit)

    def changed_since(self, run: int, *, source: str | None = None) -> Iterator[StoredArticle]:
        """The articles that are new or differ since that run ended, whoever changed them, by number; also
        those that are gone, deleted or rejected by now."""
        with in_words(self.path):
            yield from reading.changed_since(self.db, run, source=source)

    def removed(self, article: int) -> tuple[Removal, ...]:
        """What was cut from the article's page, in the page's order."""
        with in_words(self.path):
            return reading.removed(self.db, article)

    def evidence(self, article: int) -> tuple[Evidence, ...]:
        """Where each field came from, candidates that lost included."""
        with in_words(self.path):
            return reading.evidence(self.db, article)

    def entry(self, article: int) -> Entry | None:
        """What the feed, sitemap or section page said of it: needed to clean it again."""
        with in_words(self.path):
            return reading.entry(self.db, article)

    def revisions(self, article: int) -> tuple[Revision, ...]:
        """What it said before, oldest first."""
        with in_words(self.path):
            return reading.revisions(self.db, article)

    def search(
        self,
        query: str,
        *,
        limit: int = 20,
        source: str | None = None,
        since: str | None = None,
        order: Literal["newest", "relevance"] = "newest",
    ) -> list[Found]:
        """Articles with all the words of ``query``; ``"a phrase"``, ``prefix*`` and ``-without`` as typed.

        ``since``: a day or a time in UTC; nothing that is older."""
        with in_words(self.path):
            return search.search(self.db, query, limit=limit, source=source, since=since, order=order)

    # Articles looked at again

    def due_checks(self, source: str, *, now: datetime, limit: int) -> tuple[Check, ...]:
        """Articles and rejected pages of the source whose time has come, the longest overdue first."""
        with in_words(self.path):
            return checks.due(self.db, source, stamp(now), limit)

    def checks(self, urls: Iterable[str]) -> dict[str, Check]:
        """By those of ``urls`` (as given) that an article is known under."""
        with in_words(self.path):
            return checks.of_addresses(self.db, urls)

    def check_unchanged(self, article: int, *, now: datetime, said: str | None = None) -> None:
        """A look found the page as it was: a 304. ``said``: what asked for the look, if anything did."""
        with self.transaction():
            checks.unchanged(self.db, article, now=stamp(now), said=said)

    def check_missing(self, article: int, *, reason: str, now: datetime) -> bool:
        """A look found no page (404, 410). True: for the second time, and the article is ``gone``."""
        with self.transaction():
            gone = checks.missing(self.db, article, now=now)
            if gone:
                articles.set_status(self.db, article, "gone", reason, stamp(now))
            return gone

    def check_failed(self, article: int, *, now: datetime) -> None:
        """A look got no answer, or one that says nothing of the article."""
        with self.transaction():
            checks.failed(self.db, article, now=now)

    # Sites: what they repeat

    def site_memory(self, site: str) -> SiteMemory:
        """What is known of the site (``memory.site_of`` of an address), people's decisions included."""
        with in_words(self.path):
            return memory.site_memory(self.db, site)

    def sites(self) -> list[str]:
        """Those with a memory, by name."""
        with in_words(self.path):
            return memory.sites(self.db)

    def sites_due(self) -> list[str]:
        """Sites that have learned something since their articles were last looked at, by name."""
        with in_words(self.path):
            return memory.sites_due(self.db)

    def outdated(self, site: str, known: SiteMemory) -> dict[int, str]:
        """Articles of which ``known`` says something else than when they were cleaned, with its state now;
        the newest first."""
        with self.transaction():
            return memory.outdated(self.db, site, known)

    def site_blocks(self, site: str | None = None) -> list[SiteBlock]:
        """What recurs, as last counted: decisions first, then what most articles have."""
        with in_words(self.path):
            return memory.blocks(self.db, site)

    def decide(self, site: str, kind: Kind, key: str, decision: Word | None) -> bool:
        """A person's word on a row of ``site_blocks``; None takes it back. False: there is no such row."""
        with self.transaction():
            return memory.decide(self.db, site, kind, key, decision)

    def recount(self, site: str) -> SiteMemory:
        """Count the site's memory anew and write ``site_blocks``: at the end of a run, after a decision."""
        with self.transaction():
            return memory.recount(self.db, site)
