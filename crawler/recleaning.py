"""The archive through today's cleaner: no request, every core, source by source.

What is made of a source's articles is kept aside until all of them have been looked at, so that a source that
would lose too much is left as it is. Whoever is interrupted goes on where that was: an article is due as long
as the dataset does not say that it was cleaned with what is at hand now.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

from crawler.archived import Layouts, page_of
from crawler.changes import Report
from crawler.desk import rules_of
from crawler.home import Home
from crawler.memories import Memories, newest_of, opened, site_of_kept
from crawler.processes import Lost, Team
from exporters.archive import Archive
from exporters.store import Store, recleaning
from exporters.store.connection import stamp
from exporters.store.galley import Galley
from exporters.store.recleaning import Cleaned, Kept
from pipelines.boilerplate.memory import MOST_TRACES
from pipelines.boilerplate.rules import Rule, Rules
from pipelines.clean import CLEANER_VERSION, finish, read
from pipelines.errors import ArchiveError
from pipelines.resources import packaged
from pipelines.types import Entry, Layout

#: A cleaning that takes more of a source's words than this is a mistake until a person says otherwise.
MOST_LOST = 0.1
#: Articles a transaction: some 50 ms, in which a crawl waits.
_AT_ONCE = 25
#: A write-ahead log larger than this is moved into the dataset, where nobody else has it open.
_LARGE_LOG = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One article, and all that its cleaning depends on but rules and archive."""

    source: str
    kept: Kept
    entry: Entry | None
    layout: Layout | None
    #: Where its site's memory is; None: it has none.
    memory: Path | None
    #: Fingerprint of the cleaner, see ``Cleaner.fingerprint``.
    cleaner: str


# In a worker


@dataclass(slots=True)
class _Tools:
    archive: Archive
    rules: Rules


_tools: _Tools | None = None


def prepare(archive: Path, rules: Sequence[Rule]) -> None:
    global _tools
    _tools = _Tools(Archive(archive), Rules(rules))


def do(task: Task) -> Cleaned | str:
    """In words why there is nothing: one page must not stop ten thousand."""
    assert _tools is not None
    try:
        answer = _tools.archive.read(task.kept.snapshot)
        page = page_of(answer, url=task.kept.snapshot.url, entry=task.entry)
        reading = read(page)
        memory = opened(task.memory) if task.memory is not None else None
        article = finish(reading, rules=_tools.rules, layout=task.layout, memory=memory)
        trace = reading.trace if task.kept.has_trace else None
    except ArchiveError as error:
        return str(error)
    except Exception as error:  # noqa: BLE001 - a fault of ours on one page; the report names it
        return f"{task.kept.snapshot.url}: {type(error).__name__}: {error}"
    return Cleaned.of(
        task.kept,
        article,
        cleaner=task.cleaner,
        version=CLEANER_VERSION,
        trace=trace.packed() if trace is not None else None,
        state=memory.state(trace) if trace is not None and memory is not None else None,
    )


# In the process that writes


class Cleaner:
    """Today's cleaner of a home, and its name: what it makes of a page depends on nothing else."""

    def __init__(self, home: Home) -> None:
        self.rules = rules_of(home)()
        self.layouts = Layouts.declared(home)
        self._base = f"{CLEANER_VERSION}-{_digest(self.rules)}"

    def layout(self, source: str, kept: Kept) -> Layout | None:
        return self.layouts.of(source, kept.snapshot.fetched[:10])

    def fingerprint(self, source: str, kept: Kept, state: str) -> str:
        """``state``: of the site's memory, as far as the article is concerned."""
        layout = self.layout(source, kept)
        return "-".join([self._base, state, *([_short(repr(layout))] if layout else [])])


def _digest(rules: Rules) -> str:
    """Of the rules and the model: of all that is the same for every page."""
    said = [
        (r.name, r.why, r.scope, r.confidence, r.max_words, r.kinds, r.links, r.holds, r.phrases)
        for r in rules.rules
    ]
    return _short(repr(said) + _models())


@cache
def _models() -> str:
    files = sorted(path for path in packaged("models").iterdir() if path.suffix != ".md")
    return "".join(hashlib.sha256(path.read_bytes()).hexdigest() for path in files)


def _short(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:12]


class Recleaning:
    """One run over some sources. A context: it has the dataset open."""

    def __init__(
        self,
        home: Home,
        *,
        jobs: int,
        dry_run: bool = False,
        force: bool = False,
        tick: Callable[[], None] = lambda: None,
    ) -> None:
        """``dry_run``: nothing is written at all. ``tick`` is called after each article."""
        self._home = home
        self._store = Store.open(home.database, read_only=dry_run)
        self._galley = None if dry_run else Galley(home.galley)
        self._jobs = jobs
        self._force = force
        self._tick = tick
        self._cleaner = Cleaner(home)
        self._folder = TemporaryDirectory(prefix="copydesk-")
        self._memories = Memories(Path(self._folder.name))
        self._reports: dict[str, Report] = {}
        #: Of each source the articles that are kept aside.
        self._aside: dict[str, list[int]] = {}
        self._unchanged: list[Cleaned] = []
        self._changed: list[Cleaned] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._galley is not None:
            self._galley.close()
        self._store.close()
        self._folder.cleanup()

    def sources(self) -> list[str]:
        """Those that the dataset has articles of."""
        return recleaning.sources(self._store.db)

    def run(self, sources: Sequence[str]) -> Iterator[Report]:
        """A report a source, in their order, as soon as it is done."""
        self._learn(sources)
        team = Team(
            do=do,
            jobs=self._jobs,
            prepare=prepare,
            given=(self._home.archive, self._cleaner.rules.rules),
        )
        left = list(sources)
        for task, result in team.each(self._tasks(sources)):
            while left[0] != task.source:
                yield self._close(left.pop(0))
            self._take(self._report(task.source), result)
            self._tick()
        for source in left:
            yield self._close(source)
        stopped = any(report.stopped for report in self._reports.values())
        if self._galley is not None and not stopped and self._reports.keys() >= set(self.sources()):
            self._galley.drop_all()

    def _report(self, source: str) -> Report:
        if source not in self._reports:
            self._aside[source] = []
            self._reports[source] = Report(
                source=source,
                words=recleaning.words(self._store.db, source),
                without_page=recleaning.without_page(self._store.db, source),
            )
        return self._reports[source]

    def _tasks(self, sources: Sequence[str]) -> Iterator[Task]:
        for source in sources:
            report = self._report(source)
            for kept in recleaning.every(lambda: self._store.db, source):
                site = site_of_kept(kept)
                state = self._memories.state(self._store, site, kept.id)
                cleaner = self._cleaner.fingerprint(source, kept, state)
                if kept.cleaner == cleaner:
                    continue
                report.due += 1
                if self._galley is not None and self._galley.has(kept.id, kept.place, cleaner):
                    self._aside[source].append(kept.id)
                    continue
                yield Task(
                    source=source,
                    kept=kept,
                    entry=self._store.entry(kept.id),
                    layout=self._cleaner.layout(source, kept),
                    memory=self._memories.path(site),
                    cleaner=cleaner,
                )

    def _learn(self, sources: Sequence[str]) -> None:
        """What the articles tell that have told nobody yet: all of it before the first is cleaned."""
        untold: dict[str, list[Kept]] = defaultdict(list)
        for source in sources:
            for kept in recleaning.every(lambda: self._store.db, source):
                if kept.status == "article" and not kept.has_trace:
                    several = untold[site_of_kept(kept)]
                    several.append(kept)
                    if len(several) > 2 * MOST_TRACES:
                        several[:] = newest_of(several)
        self._memories.learn(
            self._store,
            untold,
            archive=self._home.archive,
            jobs=self._jobs,
            keep=self._galley is not None,
        )

    def _take(self, report: Report, result: Cleaned | str | Lost) -> None:
        if isinstance(result, Lost):
            report.fail("a page brought its process down")
            return
        if isinstance(result, str):
            report.fail(result)
            return
        difference = recleaning.difference(self._store.db, result)
        if difference is None:
            self._unchanged.append(result)
        elif self._galley is None:
            report.add(difference)
        else:
            self._changed.append(result)
            self._aside[report.source].append(result.article)
        if len(self._unchanged) + len(self._changed) >= _AT_ONCE:
            self._flush()

    def _flush(self) -> None:
        if self._galley is not None:
            if self._unchanged:
                with self._store.transaction():
                    for cleaned in self._unchanged:
                        recleaning.mark(self._store.db, cleaned)
            if self._changed:
                self._galley.add(self._changed)
            self._shorten_log()
        self._unchanged.clear()
        self._changed.clear()

    def _close(self, source: str) -> Report:
        """All of the source has been looked at: put it in place, unless too much of it would go."""
        self._flush()
        report = self._report(source)
        if self._galley is None:
            report.stopped = not self._force and report.share_lost > MOST_LOST
            return report
        aside = sorted(self._aside.pop(source))
        for cleaned in self._galley.of(aside):
            difference = recleaning.difference(self._store.db, cleaned)
            if difference is not None:
                report.add(difference)
        if report.share_lost > MOST_LOST and not self._force:
            report.stopped = True
            return report
        for several in (aside[i : i + _AT_ONCE] for i in range(0, len(aside), _AT_ONCE)):
            now = stamp(datetime.now(UTC))
            with self._store.transaction():
                for cleaned in self._galley.of(several):
                    recleaning.put(self._store.db, cleaned, now)
            self._galley.drop(several)
            self._shorten_log()
        return report

    def _shorten_log(self) -> None:
        """The last one to close the dataset moves its log into the file, and nobody else may."""
        log = self._store.path.with_name(self._store.path.name + "-wal")
        if log.exists() and log.stat().st_size > _LARGE_LOG:
            self._store.close()
            self._store = Store.open(self._store.path)
