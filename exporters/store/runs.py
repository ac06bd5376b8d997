"""The ledger: what each run found at each source, and what became of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal

from sqlite_utils import Database

from exporters.store.rows import Run, SourceCounts, SourceDay, SourceStats, StoredCounts

_COLUMNS = (
    "started, run, source, known, new, changed, unchanged, postponed, rejected_by, failed_by, seconds,"
    " healthy, problem, was_healthy, trouble, measured, words, removed_share, missing"
)
_COUNTS = f"{_COLUMNS} FROM run_sources AS s JOIN runs AS r ON r.id = s.run"


def begin_run(db: Database, *, now: str, version: str) -> int:
    id = db.table("runs").insert({"started": now, "version": version}, pk="id").last_pk
    assert isinstance(id, int)
    return id


def finish_run(
    db: Database,
    run: int,
    counts: Sequence[SourceCounts],
    *,
    now: str,
    outcome: Literal["finished", "stopped"],
) -> None:
    db.table("run_sources").insert_all(
        [
            {
                "run": run,
                "source": count.source,
                "found": count.found,
                "known": count.known,
                "new": count.new,
                "changed": count.changed,
                "unchanged": count.unchanged,
                "rejected": sum(count.rejected.values()),
                "failed": sum(count.failed.values()),
                "postponed": count.postponed,
                "rejected_by": json.dumps(dict(sorted(count.rejected.items()))),
                "failed_by": json.dumps(dict(sorted(count.failed.items()))),
                "seconds": round(count.seconds, 3),
                "healthy": int(count.healthy),
                "problem": count.problem,
                "was_healthy": _was_healthy(db, count.source, run),
                "trouble": count.trouble,
                "measured": count.measured,
                "words": None if count.words is None else round(count.words, 1),
                "removed_share": None if count.removed_share is None else round(count.removed_share, 4),
                "missing": json.dumps(dict(sorted(count.missing.items()))),
            }
            for count in counts
        ]
    )
    db.execute("UPDATE runs SET finished = ?, outcome = ? WHERE id = ?", [now, outcome, run])


def _was_healthy(db: Database, source: str, before: int) -> int | None:
    row = db.execute(
        "SELECT healthy FROM run_sources WHERE source = ? AND run < ? ORDER BY run DESC LIMIT 1",
        [source, before],
    ).fetchone()
    return row[0] if row else None


#: Rows of a source that its health is judged by: its last runs, those of them that cleaned articles, and such
#: as are usual for it.
_LAST, _USUAL = 40, 110

_HISTORY = f"""
SELECT {_COUNTS} WHERE s.source = :source AND s.run < :run AND s.run IN (
    SELECT run FROM (
        SELECT run FROM run_sources WHERE source = :source AND run < :run ORDER BY run DESC LIMIT {_LAST})
    UNION SELECT run FROM (
        SELECT run FROM run_sources WHERE source = :source AND run < :run AND measured > 0
        ORDER BY run DESC LIMIT {_LAST})
    UNION SELECT run FROM (
        SELECT run FROM run_sources
        WHERE source = :source AND run < :run AND measured > 0 AND (healthy = 1 OR run <= :long_ago)
        ORDER BY run DESC LIMIT {_USUAL})
) ORDER BY s.run DESC"""  # noqa: S608


def history(db: Database, source: str, run: int, long_ago: int) -> tuple[StoredCounts, ...]:
    rows = db.execute(_HISTORY, {"source": source, "run": run, "long_ago": long_ago})
    # What was ill for so long has become what is usual.
    return tuple(
        counts if counts.run > long_ago else replace(counts, healthy=True) for counts in map(_counts, rows)
    )


def run_before(db: Database, time: str) -> int:
    """The last run that began before ``time``; 0 if none did."""
    row = db.execute("SELECT id FROM runs WHERE started < ? ORDER BY id DESC LIMIT 1", [time]).fetchone()
    return row[0] if row else 0


def days(db: Database, since: str) -> tuple[SourceDay, ...]:
    rows = db.execute(
        "SELECT s.source, substr(r.started, 1, 10) AS day, sum(s.new), sum(s.rejected + s.failed),"
        " sum(s.measured * s.words) / sum(s.measured) FILTER (WHERE s.words IS NOT NULL),"
        " sum(s.measured * s.removed_share) / sum(s.measured) FILTER (WHERE s.removed_share IS NOT NULL),"
        " avg(s.seconds)"
        " FROM runs AS r JOIN run_sources AS s ON s.run = r.id"
        " WHERE r.id > ? GROUP BY s.source, day ORDER BY s.source, day",
        [run_before(db, since)],
    )
    return tuple(
        SourceDay(
            source=source,
            day=day,
            new=new,
            bad=bad,
            words=words,
            removed_share=removed_share,
            seconds=seconds,
        )
        for source, day, new, bad, words, removed_share, seconds in rows
    )


def active_times(db: Database, source: str, run: int, limit: int) -> list[str]:
    """When the runs before ``run`` began that brought a new article, the newest first."""
    rows = db.execute(
        "SELECT r.started FROM run_sources AS s JOIN runs AS r ON r.id = s.run"
        " WHERE s.source = ? AND s.run < ? AND s.new > 0 ORDER BY s.run DESC LIMIT ?",
        [source, run, limit],
    )
    return [started for (started,) in rows]


def runs(db: Database, limit: int) -> tuple[Run, ...]:
    rows = db.execute(
        "SELECT id, started, finished, outcome, version FROM runs ORDER BY id DESC LIMIT ?", [limit]
    )
    return tuple(
        Run(id=id, started=started, finished=finished, outcome=outcome, version=version)
        for id, started, finished, outcome, version in rows
    )


def last_finished(db: Database) -> int | None:
    row = db.execute("SELECT id FROM runs WHERE finished IS NOT NULL ORDER BY id DESC LIMIT 1").fetchone()
    return row[0] if row else None


def run_sources(db: Database, run: int) -> tuple[StoredCounts, ...]:
    rows = db.execute(f"SELECT {_COUNTS} WHERE s.run = ? ORDER BY s.source", [run])
    return tuple(_counts(row) for row in rows)


def stats(db: Database) -> tuple[SourceStats, ...]:
    rows = db.execute("SELECT source, articles, rejected, gone, newest FROM by_source")
    articles = {source: numbers for source, *numbers in rows}
    failing = dict(db.execute("SELECT source, count(*) FROM failures GROUP BY source").fetchall())
    ended = db.execute(f"SELECT {_COLUMNS} FROM health")  # noqa: S608 - a constant
    last = {counts.source: counts for counts in map(_counts, ended)}
    found = []
    for source in sorted({*articles, *failing, *last}):
        stored, rejected, gone, newest = articles.get(source, (0, 0, 0, None))
        found.append(
            SourceStats(
                source=source,
                articles=stored,
                rejected=rejected,
                gone=gone,
                failing=failing.get(source, 0),
                newest=newest,
                last=last.get(source),
            )
        )
    return tuple(found)


def _counts(row: tuple[Any, ...]) -> StoredCounts:
    started, run, source, known, new, changed, unchanged, postponed, rejected, failed, *rest = row
    seconds, healthy, problem, was_healthy, trouble, measured, words, removed_share, missing = rest
    return StoredCounts(
        started=started,
        run=run,
        source=source,
        known=known,
        new=new,
        changed=changed,
        unchanged=unchanged,
        postponed=postponed,
        rejected=_by_reason(rejected),
        failed=_by_reason(failed),
        seconds=seconds,
        healthy=bool(healthy),
        problem=problem,
        was_healthy=None if was_healthy is None else bool(was_healthy),
        trouble=trouble,
        measured=measured,
        words=words,
        removed_share=removed_share,
        missing=_by_reason(missing),
    )


def _by_reason(text: str) -> dict[str, int]:
    numbers: dict[str, int] = {} if text == "{}" else json.loads(text)
    return numbers
