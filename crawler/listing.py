"""From what a source lists to what is asked for: pure decisions. No Scrapy, no store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Protocol

from pipelines.types import Entry, Layout
from pipelines.urls import Parameters, canonicalise, identity

#: More articles than this are not asked for of one source in one run; the next runs go on. A sitemap may list
#: 50,000, and one a second for a day is not news reading.
MAX_ARTICLES = 500
#: Of those that only a sitemap lists, and without any date, so many in one run: they may be of any age.
MAX_UNDATED = 100
#: The newest of what sitemaps list are wanted however old they are: a site that publishes once a month.
NEWEST = 50
#: While a sitemap lists more than a run asks for, it is read again after so long.
BACKLOG_PAUSE = timedelta(hours=1)

#: Failures that another try soon does not change.
LASTING = frozenset(
    {"http_404", "http_410", "home_page", "robots", "private_address", "too_large", "not_html", "redirects"}
)

#: What is asked first, and whose word counts where several say something.
_ORDER = {"feed": 0, "section": 1, "sitemap": 2}


class Wants(Protocol):
    @property
    def parameters(self) -> Parameters: ...
    def wants(self, url: str) -> bool: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The articles that a source lists now, each once, by the address to ask for."""

    entries: dict[str, Entry]
    #: Links that are not the source's articles: other hosts, unwanted patterns.
    excluded: int
    #: Articles that say they are older than was asked for.
    older: int = 0
    #: Articles that sitemaps date too early to be asked for, ever.
    past: int = 0


def listing(
    entries: Iterable[Entry], source: Wants, *, since: datetime | None, past: datetime | None = None
) -> Listing:
    """``since``: entries that say they are older are left out; those that say nothing stay. ``past``: what
    only a sitemap lists, with an earlier date, is left out but for the newest."""
    kept: dict[str, Entry] = {}
    addresses: dict[str, str] = {}
    parameters = source.parameters
    unwanted: set[str] = set()
    for entry in sorted(entries, key=lambda e: _ORDER[e.kind]):
        address = canonicalise(entry.url, parameters)
        key = identity(address, parameters)
        if key in addresses:
            address = addresses[key]
            kept[address] = merged(kept[address], entry)
        elif key in unwanted:
            continue
        elif not address.startswith(("http://", "https://")) or not source.wants(address):
            unwanted.add(key)
        else:
            addresses[key] = address
            kept[address] = entry
    if since is not None:
        old = [address for address, entry in kept.items() if _is_older(entry, since)]
        for address in old:
            del kept[address]
        return Listing(entries=kept, excluded=len(unwanted), older=len(old))
    gone_by = _past(kept, past) if past is not None else []
    for address in gone_by:
        del kept[address]
    return Listing(entries=kept, excluded=len(unwanted), past=len(gone_by))


def _past(kept: Mapping[str, Entry], past: datetime) -> list[str]:
    dated = [
        (when, address)
        for address, entry in kept.items()
        if entry.kind == "sitemap" and (when := _date(entry)) is not None
    ]
    dated.sort(reverse=True)
    return [address for when, address in dated[NEWEST:] if when < past]


def in_turn(fresh: Mapping[str, Entry], limit: int) -> dict[str, Entry]:
    """Those of ``fresh`` to ask for in this run: what feeds and pages list as they list it, then what only
    sitemaps list, the newest first, the undated last."""
    listed = [address for address, entry in fresh.items() if entry.kind != "sitemap"]
    dates = {a: _date(entry) for a, entry in fresh.items() if entry.kind == "sitemap"}
    dated = sorted((when, address) for address, when in dates.items() if when is not None)
    undated = [address for address, when in dates.items() if when is None]
    order = [*listed, *(address for _, address in reversed(dated)), *undated[:MAX_UNDATED]]
    return {address: fresh[address] for address in order[:limit]}


def merged(first: Entry, second: Entry) -> Entry:
    """``first``, with what only ``second`` says."""
    missing = {
        field.name: getattr(second, field.name)
        for field in fields(Entry)
        if not getattr(first, field.name) and getattr(second, field.name)
    }
    return replace(first, **missing) if missing else first


def _is_older(entry: Entry, since: datetime) -> bool:
    said = _date(entry)
    return said is not None and said < since


def _date(entry: Entry) -> datetime | None:
    return moment(entry.published) or moment(entry.modified)


def moment(text: str | None) -> datetime | None:
    """A machine's date, ISO 8601 or RFC 822; a day counts to its end. None for any other."""
    if not text:
        return None
    text = text.strip()
    try:
        try:
            when = datetime.fromisoformat(text)
            if len(text) <= 10:
                when += timedelta(days=1)
        except ValueError:
            when = parsedate_to_datetime(text)
        return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        return None


class Failed(Protocol):
    @property
    def reason(self) -> str: ...
    @property
    def last_failed(self) -> str: ...
    @property
    def tries(self) -> int: ...


def is_due(failure: Failed, now: datetime) -> bool:
    """Whether an address that failed is to be tried again: three runs in a row, then ever more seldom."""
    if failure.reason not in LASTING and failure.tries < 3:
        return True
    last = moment(failure.last_failed)
    wait = min(timedelta(hours=1) * 4 ** min(failure.tries - 1, 6), timedelta(days=7))
    # What failed in the future failed under a clock that was ahead.
    return last is None or last > now + timedelta(minutes=1) or now - last >= wait


def layout_of(layouts: Sequence[Layout], day: str) -> Layout | None:
    """The declared layout that holds on ``day`` ("2026-01-31"): the youngest that has begun."""
    begun = [layout for layout in layouts if (layout.since or "") <= day]
    return max(begun, key=lambda layout: layout.since or "") if begun else None
