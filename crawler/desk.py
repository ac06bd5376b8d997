"""What a crawl holds while it runs: the lock, the dataset, the archive, and its row in ``runs``."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from crawler import health, ledger, lock
from crawler.home import Home
from crawler.ledger import Counts
from crawler.settings import VERSION
from crawler.sources import Source, parameters, read
from exporters.archive import Archive, max_file
from exporters.store import SourceCounts, Store
from exporters.store.renaming import Renamed
from pipelines.boilerplate import rules as boilerplate
from pipelines.errors import StoreError
from pipelines.resources import packaged

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    #: At most so many articles are requested a source.
    limit: int | None = None
    #: Links that say that they are older are left out.
    since: timedelta | None = None
    max_time: timedelta | None = None
    #: Polls every source now, whatever its schedule, and tries again what failed.
    all: bool = False
    publish: bool = True
    #: Sources that were named one by one: if one of them fails, that is worth an exit code.
    named: frozenset[str] = frozenset()
    #: Asked for when the crawl has come to its end.
    ping: str | None = None
    #: The listed articles are wanted, the known ones too: nothing is asked conditionally.
    export: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    home: Home
    #: Those to crawl.
    sources: tuple[Source, ...]
    #: All that are declared, these among them, as they were when the crawl began.
    declared: tuple[Source, ...]
    options: Options
    store: Store
    archive: Archive
    #: What to clean with.
    rules: Callable[[], boilerplate.Rules]
    run: int
    began: datetime
    #: What became of the addresses, if all were named anew before the first request.
    renamed: Renamed | None = None

    def begin(self) -> None:
        """Once the log is open."""
        if self.renamed is not None:
            logger.info(
                "The addresses of %d articles are named by today's rules: %d became one with another,"
                " %d stay apart because their texts differ",
                self.renamed.articles,
                self.renamed.merged,
                self.renamed.apart,
            )

    def finish(self, stats: Mapping[str, Any], *, stopped: bool) -> tuple[Counts, ...]:
        """Closes the run in the dataset. What is returned knows who fell ill and who recovered."""
        counts = {
            counted.source: counted
            for counted in ledger.read(stats).values()
            if counted.endpoints or counted.broken or counted.not_modified or counted.found
        }
        now = datetime.now(UTC)
        verdicts = {slug: self._judge(c, now) for slug, c in counts.items()}
        rows = self.store.finish_run(
            self.run,
            [
                SourceCounts(
                    source=c.source,
                    known=c.known,
                    new=c.new,
                    changed=c.changed,
                    unchanged=c.unchanged,
                    rejected=c.rejected,
                    failed=c.failed,
                    postponed=c.postponed,
                    seconds=round(c.seconds, 2),
                    healthy=verdicts[c.source].problem is None,
                    problem=verdicts[c.source].problem,
                    trouble=verdicts[c.source].trouble,
                    measured=c.measured,
                    words=c.words,
                    removed_share=c.removed_share,
                    missing=c.missing,
                )
                for c in counts.values()
            ],
            now=now,
            outcome="stopped" if stopped else "finished",
        )
        return tuple(
            counts[row.source].judged(
                row.problem, "unhealthy" if row.became_unhealthy else "healthy" if row.recovered else None
            )
            for row in rows
        )

    def _judge(self, counts: Counts, now: datetime) -> health.Verdict:
        source = counts.source

        def silence() -> health.Silence | None:
            return health.silence(self.store.active_times(source, before=self.run))

        return health.judge(counts, self.store.history(source, before=self.run, now=now), now, silence)


def rules_of(home: Home) -> Callable[[], boilerplate.Rules]:
    """The built-in rules and the home's own. RuleError at once where one of these is wrong; the built-in ones
    alone are sound, and are read once the first page has to be cleaned."""
    builtin = packaged("rules")
    # In a checkout ./data is a home, and its rules are the built-in ones.
    if not any(home.rules.glob("*.toml")) or home.rules.samefile(builtin):
        return boilerplate.builtin
    rules = boilerplate.load([builtin, home.rules])
    return lambda: rules


@contextmanager
def open_desk(home: Home, sources: Sequence[Source], options: Options) -> Iterator[Desk]:
    """Before any request: LockHeldError, StoreError, RuleError, SourceError for a secret that is not set."""
    rules = rules_of(home)
    for source in sources:
        source.request_headers(os.environ)
        source.request_cookies(os.environ)
    declared = {source.slug: source for source in (*read(home.sources)[0], *sources)}
    began = datetime.now(UTC)
    try:
        home.path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{home.path}: {error.strerror}") from error
    with (
        lock.hold(home.lock, began),
        Store.open(home.database) as store,
        Archive(home.archive, max_file=max_file(), bodies=store) as archive,
    ):
        archive.prepare()
        # As today's canonicaliser and all sources have it, those that are not crawled now, too.
        renamed = store.name_addresses(parameters(declared.values()), now=began)
        yield Desk(
            home=home,
            sources=tuple(sources),
            declared=tuple(declared.values()),
            options=options,
            store=store,
            archive=archive,
            rules=rules,
            run=store.begin_run(now=began, version=VERSION),
            began=began,
            renamed=renamed,
        )
