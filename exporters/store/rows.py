"""What the store hands out and takes in: frozen values, one a concern. Pure: no SQLite here.

Times are ISO 8601 strings in UTC, ``2026-03-01T08:30:00Z``; ``published`` and ``modified`` may be a day
alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from pipelines.types import Author, Image

#: "article", "rejected": the judge's word; "gone": the publisher took it down; "deleted": by us, for good.
StoredStatus = Literal["article", "rejected", "gone", "deleted"]
Outcome = Literal["new", "changed", "unchanged", "rejected"]
EndpointKind = Literal["feed", "sitemap", "section"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What became of one page."""

    #: 0: the article is to be forgotten, nothing is stored.
    id: int
    guid: str
    #: "new": first seen as an article. "rejected": the page was no article; a good copy stored earlier stays.
    outcome: Outcome
    #: The row's status now.
    status: StoredStatus
    #: Why the page was rejected; None otherwise.
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredArticle:
    """One row of ``articles``; docs/dataset.md says what each field means."""

    id: int
    guid: str
    status: StoredStatus
    reason: str | None
    source: str
    published: str | None
    modified: str | None
    first_seen: str
    last_changed: str
    last_checked: str
    url: str
    raw_url: str
    canonical_url: str | None
    canonicalizer_version: str
    title: str | None
    alternative_title: str | None
    standfirst: str | None
    authors: tuple[Author, ...]
    language: str | None
    section: str | None
    tags: tuple[str, ...]
    image: Image | None
    dateline: tuple[str, ...]
    robots: tuple[str, ...]
    word_count: int
    content_hash: str
    cluster: int | None
    duplicate_of: int | None
    cleaner_version: str
    #: Row of ``snapshots`` with the answer it was cleaned from.
    snapshot: int | None
    #: The run that stored it first, if a run did.
    run: int | None
    text: str = field(repr=False)
    html: str = field(repr=False)

    @property
    def date(self) -> str:
        """What articles are sorted by: the publisher's date, unless it is missing or in the future."""
        return min(self.published or self.first_seen, self.first_seen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """What an article said before it changed."""

    id: int
    article: int
    #: When this version was first and last the current one: seen at, replaced at.
    since: str
    replaced: str
    changed_by: Literal["publisher", "cleaner"]
    title: str | None
    alternative_title: str | None
    standfirst: str | None
    authors: tuple[Author, ...]
    published: str | None
    modified: str | None
    word_count: int
    content_hash: str
    cleaner_version: str
    snapshot: int | None
    text: str = field(repr=False)
    html: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One hit of a search."""

    id: int
    source: str
    url: str
    title: str | None
    #: The publisher's date, else when it was first seen.
    date: str
    #: A few words around the hit; the words that matched stand between ``[`` and ``]``.
    snippet: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchState:
    """What is known of a feed, a sitemap or a section page since it was last asked for."""

    url: str
    kind: EndpointKind
    source: str
    etag: str | None = None
    last_modified: str | None = None
    #: sha-256 of the body, for servers that send neither.
    body_hash: str | None = None
    #: HTTP status of the last answer; None: no answer.
    status: int | None = None
    last_checked: str | None = None
    #: When the body last differed.
    last_changed: str | None = None
    #: In a row, since the last good answer.
    failures: int = 0
    #: When it is asked for again; None: in the next run.
    next_poll: str | None = None
    #: Digest of what it listed last, and when that last differed.
    listing: str | None = None
    listing_changed: str | None = None
    #: Seconds from one change to the next.
    changes_every: int | None = None
    #: Where it moved for good.
    moved_to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Robots:
    """What is known of a site's robots.txt."""

    origin: str
    #: When it was last answered, with what; None: never.
    checked: str | None = None
    status: int | None = None
    body: bytes | None = None
    #: When it last could not be read, if that was since.
    failed: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Where a page was fetched, and what to ask for it with the next time."""

    url: str
    etag: str | None = None
    last_modified: str | None = None
    #: What the feed or sitemap that led there says of the page (``checks.said_of``).
    said: str | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """An article that may be looked at again."""

    article: int
    #: The address to ask for.
    url: str
    etag: str | None
    last_modified: str | None
    #: What its feed or sitemap said of it when it was last looked at.
    said: str | None
    #: Looks since its last change that a feed or sitemap asked for and that found nothing.
    vain: int
    status: StoredStatus
    last_checked: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A feed, sitemap or section page that a source was found to have."""

    url: str
    kind: EndpointKind
    #: Where its address comes from: "link rel=alternate of https://…", "robots.txt", "common path".
    origin: str
    title: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCounts:
    """One source in one run. Every link found has exactly one fate, so the sums add up by construction."""

    source: str
    known: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    #: By reason.
    rejected: Mapping[str, int] = field(default_factory=dict)
    failed: Mapping[str, int] = field(default_factory=dict)
    #: Left for the next run: over the limit, or out of time.
    postponed: int = 0
    seconds: float = 0.0
    healthy: bool = True
    #: Why it is not healthy, as a sentence; None when healthy.
    problem: str | None = None
    #: What went wrong in this run, taken alone; one bad run is no illness.
    trouble: str | None = None
    #: Articles that were cleaned, the words of a typical one, the mean share of a page's text that was cut,
    #: and how many lack a field.
    measured: int = 0
    words: float | None = None
    removed_share: float | None = None
    missing: Mapping[str, int] = field(default_factory=dict)

    @property
    def found(self) -> int:
        fates = (self.known, self.new, self.changed, self.unchanged, self.postponed)
        return sum(fates) + sum(self.rejected.values()) + sum(self.failed.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCounts(SourceCounts):
    """A row of ``run_sources``."""

    run: int
    started: str
    #: Whether the source was healthy in its run before; None: this was its first.
    was_healthy: bool | None

    @property
    def became_unhealthy(self) -> bool:
        return not self.healthy and self.was_healthy is not False

    @property
    def recovered(self) -> bool:
        return self.healthy and self.was_healthy is False


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceDay:
    """A source's runs of one day (UTC) together."""

    source: str
    #: "2026-03-01".
    day: str
    new: int
    #: Pages that failed or were no articles.
    bad: int
    #: Words of a typical article, and the mean share of a page's text that was cut.
    words: float | None
    removed_share: float | None
    #: Of a run, on average.
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    id: int
    started: str
    #: None: still running, or killed.
    finished: str | None
    #: "finished", "stopped" (time limit or signal) or None.
    outcome: str | None
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """An address that gave no page."""

    url: str
    source: str
    #: "timeout", "dns", "http_404", … ; detail is what the other side or the library said.
    reason: str
    detail: str | None
    first_failed: str
    last_failed: str
    tries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceStats:
    """A source as the dataset knows it, for ``status``."""

    source: str
    articles: int
    rejected: int
    gone: int
    failing: int
    #: Date of its newest article.
    newest: str | None
    #: Its last run; None: never crawled.
    last: StoredCounts | None
