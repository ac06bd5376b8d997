"""What a crawl learns of its sites: memories to clean with, and the articles that look different for it.

While a crawl runs, a site's memory is read again each time that it has grown by half, so that most pages are
cleaned once. At the end it is counted anew, and the articles of which it now says something else are cleaned
again from the archive, so many of them a run, the others in the next: what comes out does not depend on the
order of answers.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import monotonic

from crawler.archived import Layouts, page_of
from crawler.desk import Desk
from exporters.archive import Archive
from exporters.store import Store, memory, recleaning
from exporters.store.connection import stamp
from exporters.store.recleaning import Cleaned
from pipelines.boilerplate.memory import FEWEST_TEXTS, SiteMemory, site_of
from pipelines.boilerplate.rules import Rules
from pipelines.errors import ArchiveError, StoreError

logger = logging.getLogger(__name__)

#: Seconds that cleaning again may take at the end of a run, and after a long run the share of its time.
AGAIN_SECONDS = 60.0
AGAIN_SHARE = 0.25
#: Articles a transaction: some 50 ms.
_AT_ONCE = 10
#: Pages of a site before its memory is read again, at least: it says nothing of fewer.
_FEWEST_NEW = FEWEST_TEXTS + 1
#: Memories held at a time.
_MOST_HELD = 24


@dataclass(slots=True)
class Remembered:
    """Sites' memories, not much older than the page to be cleaned: reading one again costs a tenth of a
    cleaning, cleaning a page again costs one. Few are held: one takes up to 4 MB."""

    store: Store
    #: Told where the store cannot be read; its pages are cleaned without a memory.
    give_up: Callable[[StoreError], None]
    _held: dict[str, SiteMemory] = field(default_factory=dict)
    #: Pages until a site's memory is read again.
    _left: dict[str, int] = field(default_factory=dict)

    def of(self, url: str) -> SiteMemory | None:
        """Of the site that the address belongs to, for one page."""
        site = site_of(url)
        if not site:
            return None
        memory = self._held.pop(site, None)
        if memory is None or not self.is_current(url):
            try:
                memory = self.store.site_memory(site)
            except StoreError as error:
                self.give_up(error)
                return None
            self._left[site] = max(_FEWEST_NEW, len(memory) // 2) - 1
        self._held[site] = memory  # the last one asked for
        if len(self._held) > _MOST_HELD:
            del self._held[next(iter(self._held))]
        return memory

    def is_current(self, url: str) -> bool:
        """Whether what ``of`` gave last for this site will do for one page more."""
        site = site_of(url)
        left = self._left.get(site, 0)
        self._left[site] = max(0, left - 1)
        return left > 0


@dataclass(slots=True)
class Again:
    """What became of the articles that memory says something new of."""

    cleaned: int = 0
    changed: int = 0
    #: For the next run.
    left: int = 0


def clean_again(
    desk: Desk,
    *,
    seconds: float = AGAIN_SECONDS,
    clock: Callable[[], float] = monotonic,
) -> Again:
    """Count the memories of all sites that learned something, and clean what they change. StoreError."""
    done, end = Again(), clock() + seconds
    store = desk.store
    layouts = Layouts(desk.declared)
    for site in store.sites_due():
        known = store.recount(site)
        outdated = list(store.outdated(site, known).items())
        for at in range(0, len(outdated), _AT_ONCE):
            several = outdated[at : at + _AT_ONCE]
            if clock() > end:
                done.left += len(several)
                continue
            # cleaned before the transaction, which must be short
            made = [
                (article, state, _cleaned(store, desk.archive, desk.rules(), layouts, article, known))
                for article, state in several
            ]
            with store.transaction():
                for article, state, cleaned in made:
                    done.cleaned += 1
                    if cleaned is not None and recleaning.difference(store.db, cleaned) is not None:
                        recleaning.put(store.db, cleaned, stamp(datetime.now(UTC)))
                        done.changed += 1
                    memory.settle(store.db, article, state)
    if done.cleaned or done.left:
        logger.info(
            "memory: %d articles cleaned again, %d changed, %d left for the next run",
            *(done.cleaned, done.changed, done.left),
        )
    return done


def _cleaned(
    store: Store, archive: Archive, rules: Rules, layouts: Layouts, article: int, known: SiteMemory
) -> Cleaned | None:
    """None: there is no page of it any more, or no cleaning it."""
    # Not at the top: most crawls learn nothing, and load no cleaner.
    from pipelines.clean import CLEANER_VERSION, finish, read

    stored = store.article(article)
    if stored is None or stored.status not in ("article", "rejected"):
        return None
    kept = recleaning.one(store.db, article)
    if kept is None:
        return None
    try:
        answer = archive.read(kept.snapshot)
        page = page_of(answer, url=kept.snapshot.url, entry=store.entry(article))
        layout = layouts.of(stored.source, kept.snapshot.fetched[:10])
        made = finish(read(page), rules=rules, layout=layout, memory=known)
    except ArchiveError as error:
        logger.warning("%s: %s", stored.url, error)
        return None
    except Exception:
        logger.exception("%s: not cleaned again", stored.url)
        return None
    return Cleaned.of(kept, made, cleaner="", version=CLEANER_VERSION)
