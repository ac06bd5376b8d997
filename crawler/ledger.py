"""What became of every article a source lists: counters in Scrapy's stats, and the sums over them. No Scrapy.

Every article found in a run has exactly one fate, so ``found`` is their sum. What the run did not come to,
over a limit or out of time, is ``postponed``; the next run goes on there.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Protocol

from pipelines.types import Article

Fate = Literal["new", "changed", "unchanged", "known", "rejected", "failed"]

PREFIX = "copydesk"
#: Fields that most newsrooms give: where they go missing the site was rebuilt.
WATCHED = ("title", "published", "authors", "image")
#: So many pages without one article among them are an illness, fewer may be chance.
MIN_PAGES = 3


class Stats(Protocol):
    """The part of Scrapy's stats collector that is used here."""

    def inc_value(self, key: str, count: int = 1, start: int = 0) -> None: ...
    def set_value(self, key: str, value: Any) -> None: ...
    def get_value(self, key: str, default: Any = None) -> Any: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """One source in one run."""

    source: str
    #: Articles that its feeds, sitemaps and section pages list now, each once.
    found: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    #: In the dataset already (or known to fail), and not requested.
    known: int = 0
    rejected: Mapping[str, int] = field(default_factory=dict)
    failed: Mapping[str, int] = field(default_factory=dict)
    #: Links that are none of its articles: other hosts, unwanted patterns, too old. Not in ``found``.
    excluded: int = 0
    #: Feeds, sitemaps and section pages that were read, and that were not changed since (304).
    endpoints: int = 0
    not_modified: int = 0
    #: Those that could not be read: address and why.
    broken: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    #: Articles that were cleaned, and sums over them: logarithm of words, share of the page's text that was
    #: cut, how many lack a field.
    measured: int = 0
    ln_words: float = 0.0
    removed: float = 0.0
    missing: Mapping[str, int] = field(default_factory=dict)
    #: Why the source is ill, judged by its history (health.py); None while it is well.
    unhealthy: str | None = None
    #: Whether that is news since the run before: it fell ill, it recovered.
    became: Literal["unhealthy", "healthy"] | None = None

    @property
    def postponed(self) -> int:
        fates = (self.new, self.changed, self.unchanged, self.known)
        return self.found - sum(fates) - sum(self.rejected.values()) - sum(self.failed.values())

    @property
    def articles(self) -> int:
        """Pages that were requested and gave an article."""
        return self.new + self.changed + self.unchanged

    @property
    def bad(self) -> int:
        """Pages that were requested and gave none."""
        return sum(self.rejected.values()) + sum(self.failed.values())

    @property
    def words(self) -> float | None:
        """Words of a typical article: their geometric mean."""
        return math.expm1(self.ln_words / self.measured) if self.measured else None

    @property
    def removed_share(self) -> float | None:
        return self.removed / self.measured if self.measured else None

    @property
    def unread(self) -> str | None:
        """Why its articles are not known: no endpoint can be read, or they list nothing."""
        if not self.endpoints and not self.not_modified:
            why = "; ".join(f"{url}: {reason}" for url, reason in self.broken.items())
            # Articles that were looked at again need no endpoint: none was due.
            return why or (None if self.found else "it was not read")
        if not self.found and not self.excluded and not self.not_modified:
            return "it lists no articles"
        return None

    @property
    def trouble(self) -> str | None:
        """What went wrong in this run, in words, whatever was before."""
        if self.unread is not None:
            return self.unread
        if self.bad >= MIN_PAGES and not self.articles:
            reasons = sorted({**self.rejected, **self.failed})
            return f"none of {self.bad} pages gave an article ({', '.join(reasons)})"
        return None

    def judged(self, problem: str | None, became: Literal["unhealthy", "healthy"] | None) -> Counts:
        return replace(self, unhealthy=problem, became=became)


def count(stats: Stats, source: str, name: str, reason: str | None = None, n: int = 1) -> None:
    """``name``: a Fate, or "found", "excluded", "endpoints", "not_modified"."""
    if n:
        stats.inc_value(f"{PREFIX}/{source}/{name}" + (f"/{reason}" if reason else ""), n)


def measure(stats: Stats, source: str, article: Article) -> None:
    """Adds what tells a redesign: how long the article is, how much of its page was cut, what it lacks."""
    kept = sum(len(verdict.text) for verdict in article.verdicts if verdict.kept)
    cut = sum(len(verdict.text) for verdict in article.verdicts if not verdict.kept)
    count(stats, source, "measured")
    for name, value in (("ln_words", math.log1p(article.word_count)), ("removed", cut / max(kept + cut, 1))):
        key = f"{PREFIX}/{source}/{name}"
        stats.set_value(key, stats.get_value(key, 0.0) + value)
    for name in WATCHED:
        if not getattr(article, name):
            count(stats, source, "missing", name)


def put(stats: Stats, source: str, name: str, value: Any) -> None:
    stats.set_value(f"{PREFIX}/{source}/{name}", value)


def read(stats: Mapping[str, Any]) -> dict[str, Counts]:
    """The counters of a run by source, in the order in which the sources began."""
    raw: dict[str, dict[str, Any]] = {}
    for key, value in stats.items():
        prefix, _, rest = key.partition("/")
        if prefix != PREFIX:
            continue
        source, _, rest = rest.partition("/")
        name, _, reason = rest.partition("/")
        fields = raw.setdefault(source, {})
        if reason:
            fields.setdefault(name, {})[reason] = value
        else:
            fields[name] = value
    return {source: Counts(source=source, **fields) for source, fields in raw.items()}
