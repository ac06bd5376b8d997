"""What became of every link a source lists: counters in Scrapy's stats, and the sums over them. No Scrapy.

Every link that a source lists in a run gets exactly one outcome, so ``found`` is their sum. What a run that was
stopped did not come to is ``left``; the next run goes on there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

Outcome = Literal["new", "changed", "unchanged", "known", "rejected", "failed", "excluded"]

OUTCOMES: tuple[Outcome, ...] = ("new", "changed", "unchanged", "known", "rejected", "failed", "excluded")
PREFIX = "copydesk"


class Stats(Protocol):
    """The part of Scrapy's stats collector that is used here."""

    def inc_value(self, key: str, count: int = 1) -> None: ...
    def set_value(self, key: str, value: Any) -> None: ...
    def get_value(self, key: str, default: Any = None) -> Any: ...
    def get_stats(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """One source in one run."""

    source: str
    #: Links to articles that its feeds, sitemaps and section pages list now, each once.
    found: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    #: In the store already, and not requested.
    known: int = 0
    rejected: Mapping[str, int] = field(default_factory=dict)
    failed: Mapping[str, int] = field(default_factory=dict)
    #: Other hosts, unwanted patterns, too old, over the limit, forbidden by robots.txt.
    excluded: Mapping[str, int] = field(default_factory=dict)
    #: Feeds, sitemaps and section pages that were read, and that were not changed since (304).
    endpoints: int = 0
    not_modified: int = 0
    #: Those that could not be read: address and why.
    broken: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    #: Why it is ill, in words; None while it is well.
    unhealthy: str | None = None
    #: Whether that is news since the run before: it fell ill, it recovered.
    became: Literal["unhealthy", "healthy"] | None = None

    @property
    def settled(self) -> int:
        return (
            self.new
            + self.changed
            + self.unchanged
            + self.known
            + sum(self.rejected.values())
            + sum(self.failed.values())
            + sum(self.excluded.values())
        )

    @property
    def left(self) -> int:
        """What the run did not come to."""
        return self.found - self.settled

    @property
    def articles(self) -> int:
        """Pages that were requested and gave an article."""
        return self.new + self.changed + self.unchanged


def count(stats: Stats, source: str, outcome: str, reason: str | None = None, n: int = 1) -> None:
    """``outcome``: one of OUTCOMES, or ``found``, ``endpoints``, ``not_modified``."""
    if n:
        stats.inc_value(
            "/".join((PREFIX, source, outcome, *((reason.replace("/", "∕"),) if reason else ()))), n
        )


def put(stats: Stats, source: str, key: str, value: Any) -> None:
    stats.set_value(f"{PREFIX}/{source}/{key}", value)


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
