"""When a feed, sitemap or section page is asked for again: as often as it changes. Pure. No Scrapy."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from crawler.endpoints import DEAD_AFTER
from crawler.listing import BACKLOG_PAUSE, moment
from exporters.store import FetchState
from exporters.store.connection import stamp
from pipelines.types import Entry

#: No endpoint is asked more often, none that works more seldom.
SHORTEST = timedelta(minutes=10)
LONGEST = timedelta(days=1)
#: Four polls to one change: a new article waits a quarter of the usual time between two.
POLLS_A_CHANGE = 4
#: How much the last gap between two changes counts beside those before it.
_NEWEST = 0.3
#: A server may ask for a longer pause than LONGEST, but not for ever.
LONGEST_PAUSE = timedelta(days=7)
#: A sitemap without an article of the last year is looked into once a month.
RETIRED = timedelta(days=30)
#: A timer is never exact: what is due within a minute is due.
SLACK = timedelta(minutes=1)


def is_due(state: FetchState | None, now: datetime) -> bool:
    when = moment(state.next_poll) if state is not None else None
    last = moment(state.last_checked) if state is not None else None
    # A poll in the future: the clock was ahead, and what it said of the next one is worth nothing.
    return when is None or when <= now + SLACK or (last is not None and last > now + SLACK)


def is_worth_reading(state: FetchState | None, lastmod: str | None, now: datetime) -> bool:
    """Whether to ask for a sitemap that an index names with the date of its last change."""
    changed = moment(lastmod)
    if state is None or state.next_poll is None or state.listing is None or changed is None:
        return is_due(state, now)
    last = moment(state.last_checked)
    return last is None or changed > last


def digest(entries: Iterable[Entry]) -> str:
    """What is listed: a feed that only moves its own date has not changed."""
    said = sorted(f"{e.url}\n{e.title}\n{e.modified}" for e in entries)
    return hashlib.sha256("\0".join(said).encode("utf-8", "replace")).hexdigest()


def answered(
    state: FetchState,
    now: datetime,
    *,
    listing: str | None,
    headers: Mapping[str, str],
    ttl: int | None = None,
    newest: datetime | None = None,
) -> FetchState:
    """``state`` after a good answer. ``listing``: digest of what it lists; None: not modified (304). ``ttl``:
    minutes that the feed asks for; ``newest``: date of a sitemap's newest article."""
    last = moment(state.listing_changed)
    every = state.changes_every
    changed = listing is not None and listing != state.listing
    if changed:
        if last is not None and state.listing is not None:
            gap = (now - last).total_seconds()
            every = int(gap if every is None else _NEWEST * gap + (1 - _NEWEST) * every)
        last = now
    silence = now - last if last is not None else timedelta(0)
    usual = max(timedelta(seconds=every or 0), silence)
    wait = min(max(usual / POLLS_A_CHANGE, SHORTEST), LONGEST)
    wished = max(timedelta(minutes=min(ttl or 0, 1_000_000)), _max_age(headers))
    wait = max(wait, min(wished, LONGEST))
    if newest is not None and now - newest > DEAD_AFTER:
        wait = RETIRED
    return replace(
        state,
        listing=listing if listing is not None else state.listing,
        listing_changed=stamp(last) if last is not None else None,
        changes_every=every,
        next_poll=stamp(now + wait),
    )


def failed(state: FetchState, now: datetime, *, pause: float | None) -> FetchState:
    """``state``, with its failures counted, after a bad answer or none. ``pause``: seconds of Retry-After."""
    wait = min(SHORTEST * 2 ** min(max(state.failures - 1, 0), 10), LONGEST)
    if pause is not None:
        wait = max(wait, min(timedelta(seconds=min(pause, 1e7)), LONGEST_PAUSE))
    # It may have moved back.
    return replace(state, next_poll=stamp(now + wait), moved_to=None)


def unsettled(state: FetchState) -> FetchState:
    """``state`` after a good answer that lists more than one run asks for: the next must see it again, at
    once where it is small, a sitemap after a while."""
    state = replace(state, etag=None, last_modified=None, listing=None)
    last = moment(state.last_checked)
    if state.kind != "sitemap" or last is None:
        return replace(state, next_poll=None)
    return replace(state, next_poll=stamp(last + BACKLOG_PAUSE))


def _max_age(headers: Mapping[str, str]) -> timedelta:
    match = re.search(
        r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,9})", headers.get("cache-control", ""), re.IGNORECASE
    )
    return timedelta(seconds=int(match[1])) if match else timedelta(0)
