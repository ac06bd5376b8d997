"""Sites' memories for one run over the archive: what each site's articles have in common, as of now.

Articles that were stored before a site was remembered, or by an import, are read once for what they tell.
"""

from __future__ import annotations

import hashlib
import pickle
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from crawler.archived import page_of
from crawler.processes import Team
from exporters.archive import Archive
from exporters.store import Store, memory
from exporters.store.recleaning import Kept
from pipelines.boilerplate.memory import MOST_TRACES, SiteMemory, site_of
from pipelines.boilerplate.traces import Trace
from pipelines.clean import read
from pipelines.errors import ArchiveError
from pipelines.types import Entry

#: Traces a transaction.
_AT_ONCE = 50
#: Memories at hand at a time. A source's articles are of one or two sites.
_AT_HAND = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """An article that has told nobody yet."""

    kept: Kept
    entry: Entry | None


_archive: Archive | None = None


def _prepare(archive: Path) -> None:
    global _archive
    _archive = Archive(archive)


def _trace(task: _Told) -> Trace | None:
    """None: there is no page, or no reading it; its cleaning will say so."""
    assert _archive is not None
    try:
        answer = _archive.read(task.kept.snapshot)
        return read(page_of(answer, url=task.kept.snapshot.url, entry=task.entry)).trace
    except ArchiveError:
        return None
    except Exception:  # noqa: BLE001 - as above
        return None


class Memories:
    """``folder``: where workers find them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        #: Of each site its memory, and what it rests on by article.
        self._known: dict[str, tuple[SiteMemory, dict[int, Trace]]] = {}
        self._unkept: dict[str, dict[int, Trace]] = {}

    def learn(
        self,
        store: Store,
        untold: Mapping[str, Iterable[Kept]],
        *,
        archive: Path,
        jobs: int,
        keep: bool,
        tick: Callable[[], None] = lambda: None,
    ) -> None:
        """Read what the newest of the sites' ``untold`` articles tell. ``keep``: also for later runs."""
        chosen = [
            (site, _Told(kept=kept, entry=store.entry(kept.id)))
            for site, several in untold.items()
            for kept in _newest(memory.traces(store.db, site), several)
        ]
        sites = {told.kept.id: site for site, told in chosen}
        found: dict[str, dict[int, Trace]] = defaultdict(dict)
        team = Team(do=_trace, jobs=jobs, prepare=_prepare, given=(archive,))
        for told, trace in team.each(told for _, told in chosen):
            tick()
            if isinstance(trace, Trace):
                found[sites[told.kept.id]][told.kept.id] = trace
        if not keep:
            self._unkept = found
            return
        for site, traces in found.items():
            several = list(traces.items())
            for at in range(0, len(several), _AT_ONCE):
                with store.transaction():
                    for article, trace in several[at : at + _AT_ONCE]:
                        memory.remember(store.db, article, site, trace, None)
            with store.transaction():
                memory.recount(store.db, site)

    def of(self, store: Store, site: str) -> SiteMemory:
        """As of the run's beginning, whatever a crawl learns beside it."""
        if site not in self._known:
            traces = {**memory.traces(store.db, site), **self._unkept.get(site, {})}
            found = SiteMemory(traces.values(), memory.decisions(store.db, site))
            while len(self._known) >= _AT_HAND:
                del self._known[next(iter(self._known))]
            self._known[site] = found, traces
            partial = self._file(site).with_suffix(".partial")
            partial.write_bytes(pickle.dumps(found))
            partial.replace(self._file(site))
        return self._known[site][0]

    def state(self, store: Store, site: str, article: int) -> str:
        """What the article's cleaning depends on, of all that memory knows."""
        found = self.of(store, site)
        trace = self._known[site][1].get(article)
        # Of an article that is not remembered itself nobody knows what memory says before it is read.
        return found.state(trace) if trace is not None else found.digest

    def path(self, site: str) -> Path | None:
        """Where a worker finds it; None: there is nothing to know."""
        found, _ = self._known[site]
        return self._file(site) if len(found) or found.decisions else None

    def _file(self, site: str) -> Path:
        return self._folder / hashlib.sha256(site.encode()).hexdigest()[:24]


@lru_cache(maxsize=4)
def opened(path: Path) -> SiteMemory:
    """In a worker, what ``Memories.path`` names."""
    found: SiteMemory = pickle.loads(path.read_bytes())  # noqa: S301 - written by this run, for nobody else
    return found


def _newest(known: Mapping[int, Trace], untold: Iterable[Kept]) -> list[Kept]:
    """Those that the site's memory would keep."""
    several = newest_of(untold)
    days = sorted([*(trace.day for trace in known.values()), *(kept.day for kept in several)], reverse=True)
    oldest = days[MOST_TRACES - 1] if len(days) >= MOST_TRACES else ""
    return [kept for kept in several if kept.day >= oldest]


def newest_of(several: Iterable[Kept]) -> list[Kept]:
    """As many as a site's memory keeps."""
    return sorted(several, key=lambda kept: (kept.day, kept.id), reverse=True)[:MOST_TRACES]


def site_of_kept(kept: Kept) -> str:
    return site_of(kept.snapshot.url)
