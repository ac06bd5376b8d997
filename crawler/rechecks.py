"""Which articles to look at again in this run, and what they are asked with. Pure. No Scrapy, no store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from crawler.listing import moment
from exporters.store import Check, FetchState
from exporters.store.checks import said_of
from pipelines.types import Entry

#: So many articles of one source are looked at again in one run; the next runs go on.
MAX_LOOKS = 100
#: A feed or sitemap that calls an article changed is believed at once, and when that was in vain, less soon:
#: some sitemaps give the hour they were written as the date of every page.
_DOUBT = timedelta(hours=1)
_MOST_DOUBT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Look:
    check: Check
    #: What its feed or sitemap says of it now, if they list it.
    entry: Entry | None = None
    #: They say that it changed.
    told: bool = False

    @property
    def said(self) -> str | None:
        return said_of(self.entry) if self.told else None


def conditions(known: Check | FetchState) -> dict[str, str]:
    """Headers that make a 304 of an answer that is as it was."""
    validators = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: value for name, value in validators.items() if value}


def looks(
    due: Sequence[Check], listed: Mapping[str, Check], entries: Mapping[str, Entry], now: datetime
) -> list[Look]:
    """Each article once: first those that their listing calls changed, then those whose time has come.

    ``listed``: the articles among ``entries``, by address."""
    found: dict[int, Look] = {}
    for address, check in listed.items():
        if check.article not in found and is_told(entries[address], check, now):
            found[check.article] = Look(check, entries[address], told=True)
    at_hand = {check.article: entries[address] for address, check in listed.items()}
    for check in due:
        found.setdefault(check.article, Look(check, at_hand.get(check.article)))
    return list(found.values())


def is_told(entry: Entry, check: Check, now: datetime) -> bool:
    """Whether ``entry`` says that the article changed since it was last looked at."""
    said = said_of(entry)
    if said is None or said == check.said or check.status == "deleted":
        return False
    last = moment(check.last_checked)
    if last is None:
        return False
    if entry.modified:
        when = moment(entry.modified)
        if when is None or when <= last:
            return False
    elif check.said is None or not check.said.startswith("title "):
        return False  # nothing to compare the headline with
    return now - last >= _doubt(check.vain)


def _doubt(vain: int) -> timedelta:
    return min(_DOUBT * 4 ** min(vain - 1, 6), _MOST_DOUBT) if vain else timedelta(0)
