"""The part of Store about feeds, sitemaps and section pages, and about what gave no page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from exporters.store import fetching
from exporters.store.connection import in_words, stamp
from exporters.store.opened import Opened
from exporters.store.rows import Endpoint, Failure, FetchState, Robots


class Polled(Opened):
    def fetch_state(self, url: str) -> FetchState | None:
        with in_words(self.path):
            return fetching.fetch_state(self.db, url)

    def save_fetch_state(self, state: FetchState) -> None:
        with self.transaction():
            fetching.save_fetch_state(self.db, state)

    def robots(self, origin: str) -> Robots | None:
        """``origin``: scheme and host."""
        with in_words(self.path):
            return fetching.robots(self.db, origin)

    def save_robots(self, robots: Robots) -> None:
        with self.transaction():
            fetching.save_robots(self.db, robots)

    def endpoints(self, source: str) -> tuple[Endpoint, ...]:
        """What the source's first crawl found, oldest first."""
        with in_words(self.path):
            return fetching.endpoints(self.db, source)

    def add_endpoints(self, source: str, endpoints: Sequence[Endpoint], *, now: datetime) -> None:
        with self.transaction():
            fetching.add_endpoints(self.db, source, endpoints, stamp(now))

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
        with self.transaction():
            fetching.add_failure(
                self.db, url, source=source, reason=reason, now=stamp(now), run=run, detail=detail
            )

    def failures(self, *, source: str | None = None) -> tuple[Failure, ...]:
        """Newest first."""
        with in_words(self.path):
            return fetching.failures(self.db, source)
