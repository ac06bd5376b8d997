"""One crawl: from sources to a dataset and feeds, in one Scrapy crawl for all of them.

Scrapy's reactor starts once a process. Whoever crawls twice starts a process each time
(``python -m crawler.cli crawl``), which is what ``copydesk demo`` and the tests do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from crawler.home import Home
from crawler.ledger import Counts
from crawler.sources import Source
from crawler.survey import Survey
from pipelines.types import Page, Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    #: At most so many articles are requested a source.
    limit: int | None = None
    #: Links that say that they are older are left out.
    since: timedelta | None = None
    max_time: timedelta | None = None
    #: Polls every source now, whatever its schedule.
    all: bool = False
    publish: bool = True
    #: Sources that were named one by one: failing is then worth an exit code.
    named: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlResult:
    sources: tuple[Counts, ...]
    seconds: float
    #: "finished", "max-time", or "shutdown" (a signal).
    reason: str
    #: Id of the run in the dataset.
    run: int
    exit_code: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What became of one address that was asked for by name."""

    url: str
    page: Page | None = None
    snapshot: Snapshot | None = None
    #: Why there is no page, in words.
    error: str | None = None


def crawl(home: Home, sources: Sequence[Source], options: Options, *, progress: bool = False) -> CrawlResult:
    """Crawls ``sources`` and publishes. Holds the crawl lock: LockHeldError, StoreError before any request."""
    raise NotImplementedError


def fetch_pages(urls: Sequence[str], *, allow_private: bool = False, archive: Any = None) -> list[Fetched]:
    """The pages named, in order. Nothing is stored; with an ``archive`` every answer is kept there."""
    raise NotImplementedError


def survey_site(url: str, *, allow_private: bool = False) -> Survey:
    """Looks at a site for ``copydesk add``. FetchError where it does not answer."""
    raise NotImplementedError
