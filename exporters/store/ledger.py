"""The part of Store about runs: what each did, source by source."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from exporters.store import copies, runs
from exporters.store.connection import in_words, stamp
from exporters.store.opened import Opened
from exporters.store.rows import Run, SourceCounts, SourceDay, SourceStats, StoredCounts

#: Transactions at the end of a run for articles that are too old for further copies: as many articles as the
#: largest run brings. What is left over (an older Copydesk kept everything) has to wait for the next run.
_RETIRING = 100


class Ledger(Opened):
    def begin_run(self, *, now: datetime, version: str) -> int:
        """From here on this connection is the one that moves the write-ahead log into the file."""
        self.checkpoint_as_written()
        with self.transaction():
            return runs.begin_run(self.db, now=stamp(now), version=version)

    def finish_run(
        self,
        run: int,
        counts: Sequence[SourceCounts],
        *,
        now: datetime,
        outcome: Literal["finished", "stopped"] = "finished",
    ) -> tuple[StoredCounts, ...]:
        """Close the ledger, let go of what no new article is compared with any more, and checkpoint. The rows
        returned know who became unhealthy and who recovered."""
        with self.transaction():
            runs.finish_run(self.db, run, counts, now=stamp(now), outcome=outcome)
        for _ in range(_RETIRING):
            with self.transaction():
                if not copies.retire(self.db, before=stamp(now - copies.WINDOW), now=stamp(now)):
                    break
        self.checkpoint()
        return self.run_sources(run)

    def history(self, source: str, *, before: int, now: datetime) -> tuple[StoredCounts, ...]:
        """The source's runs before that run, the newest first, as health.py wants them: the last ones, and
        those that cleaned articles; ill runs of more than two weeks ago count as well ones."""
        with in_words(self.path):
            long_ago = runs.run_before(self.db, stamp(now - timedelta(days=14)))
            return runs.history(self.db, source, before, long_ago)

    def active_times(self, source: str, *, before: int, limit: int = 5000) -> list[str]:
        """When its runs before that run began that brought a new article, the newest first."""
        with in_words(self.path):
            return runs.active_times(self.db, source, before, limit)

    def days(self, *, since: datetime) -> tuple[SourceDay, ...]:
        """The ledger day by day, from the day of ``since`` on."""
        with in_words(self.path):
            return runs.days(self.db, stamp(since)[:10])

    def runs(self, *, limit: int = 20) -> tuple[Run, ...]:
        """Newest first."""
        with in_words(self.path):
            return runs.runs(self.db, limit)

    def last_finished_run(self) -> int | None:
        """Whoever reads now has all that it brought."""
        with in_words(self.path):
            return runs.last_finished(self.db)

    def run_sources(self, run: int) -> tuple[StoredCounts, ...]:
        with in_words(self.path):
            return runs.run_sources(self.db, run)

    def stats(self) -> tuple[SourceStats, ...]:
        """Every source that the dataset knows, by name."""
        with in_words(self.path):
            return runs.stats(self.db)
