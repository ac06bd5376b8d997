"""The store as its callers see it: one object, one connection, each method one short transaction.

Where a method takes ``now`` it is an aware UTC datetime: the store has no clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from exporters.store.rows import (
    Endpoint,
    Failure,
    FetchState,
    Found,
    Revision,
    Run,
    Saved,
    SourceCounts,
    SourceStats,
    StoredArticle,
    StoredCounts,
    StoredStatus,
)
from pipelines.types import Article, Entry, Evidence, Removal, Snapshot


class Store:
    """The dataset, ``news.db``. One a thread; any number of readers while one writes."""

    @classmethod
    def open(cls, path: Path | str, *, read_only: bool = False, timeout: float = 30.0) -> Self:
        """Open the dataset, making or migrating it where that is needed.

        ``timeout``: seconds to wait for another writer. Raises StoreError, which says what to do.
        """
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def transaction(self) -> AbstractContextManager[None]:
        """Several writes as one: all or none. Keep it short; other writers wait."""
        raise NotImplementedError

    def checkpoint(self) -> None:
        """Move the write-ahead log into the database file: once, at the end of a run."""
        raise NotImplementedError

    # Articles

    def known(self, urls: Iterable[str]) -> set[str]:
        """Those of ``urls`` (as given, canonical or not) that need no request: their page is in the dataset."""
        raise NotImplementedError

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
    ) -> Saved:
        """Store one cleaned page, whole or not at all.

        ``addresses``: further URLs that led here (the one asked for, redirects), so that ``known`` knows them.
        """
        raise NotImplementedError

    def set_status(self, article: int, status: StoredStatus, *, reason: str | None, now: datetime) -> None:
        """Mark an article as gone (by the publisher), deleted (by us, for good), or back."""
        raise NotImplementedError

    def article(self, key: int | str) -> StoredArticle | None:
        """By id, guid, or any address it is known under."""
        raise NotImplementedError

    def articles(
        self,
        *,
        source: str | None = None,
        status: StoredStatus | None = "article",
        limit: int | None = None,
    ) -> Iterator[StoredArticle]:
        """Newest first (``StoredArticle.date``, then id). ``status=None``: all of them."""
        raise NotImplementedError

    def removed(self, article: int) -> tuple[Removal, ...]:
        """What was cut from the article's page, in the page's order."""
        raise NotImplementedError

    def evidence(self, article: int) -> tuple[Evidence, ...]:
        """Where each field came from, candidates that lost included."""
        raise NotImplementedError

    def entry(self, article: int) -> Entry | None:
        """What the feed, sitemap or section page said of it: needed to clean it again."""
        raise NotImplementedError

    def revisions(self, article: int) -> tuple[Revision, ...]:
        """What it said before, oldest first."""
        raise NotImplementedError

    def search(
        self,
        query: str,
        *,
        limit: int = 20,
        source: str | None = None,
        order: Literal["newest", "relevance"] = "newest",
    ) -> list[Found]:
        """Articles with all the words of ``query``; ``"a phrase"``, ``prefix*`` and ``-without`` as one types them."""
        raise NotImplementedError

    # Snapshots: where the answers lie in the archive

    def add_snapshot(self, snapshot: Snapshot) -> int:
        """Its row; the same place in the archive is the same row. ``save`` does this itself."""
        raise NotImplementedError

    def snapshot(self, id: int) -> Snapshot | None:
        raise NotImplementedError

    # Feeds, sitemaps, section pages

    def fetch_state(self, url: str) -> FetchState | None:
        raise NotImplementedError

    def save_fetch_state(self, state: FetchState) -> None:
        raise NotImplementedError

    def endpoints(self, source: str) -> tuple[Endpoint, ...]:
        """What the source's first crawl found, oldest first."""
        raise NotImplementedError

    def add_endpoints(self, source: str, endpoints: Sequence[Endpoint], *, now: datetime) -> None:
        raise NotImplementedError

    # Runs

    def begin_run(self, *, now: datetime, version: str) -> int:
        raise NotImplementedError

    def finish_run(
        self,
        run: int,
        counts: Sequence[SourceCounts],
        *,
        now: datetime,
        outcome: Literal["finished", "stopped"] = "finished",
    ) -> tuple[StoredCounts, ...]:
        """Close the ledger and checkpoint. The rows returned know who became unhealthy and who recovered."""
        raise NotImplementedError

    def runs(self, *, limit: int = 20) -> tuple[Run, ...]:
        """Newest first."""
        raise NotImplementedError

    def run_sources(self, run: int) -> tuple[StoredCounts, ...]:
        raise NotImplementedError

    def add_failure(
        self,
        url: str,
        *,
        source: str,
        reason: str,
        now: datetime,
        run: int | None = None,
        detail: str | None = None,
    ) -> None:
        """An address gave no page. Its next good answer, saved, takes the row away."""
        raise NotImplementedError

    def failures(self, *, source: str | None = None) -> tuple[Failure, ...]:
        """Newest first."""
        raise NotImplementedError

    def stats(self) -> tuple[SourceStats, ...]:
        """Every source that the dataset knows, by name."""
        raise NotImplementedError
