"""Each source's last run, found from source to source: not by reading the ledger of years."""

from __future__ import annotations

from sqlite_utils import Database

from exporters.store.schema.base import migrations, run

_LAST_RUNS = """
DROP VIEW health;
CREATE VIEW health AS -- Each source as its last run left it.
WITH RECURSIVE known (source) AS (
    SELECT min(source) FROM run_sources
    UNION ALL
    SELECT (SELECT min(source) FROM run_sources WHERE source > known.source) FROM known
    WHERE known.source IS NOT NULL
)
SELECT r.started, s.*
FROM known
CROSS JOIN run_sources AS s
    ON s.source = known.source AND s.run = (SELECT max(run) FROM run_sources WHERE source = known.source)
JOIN runs AS r ON r.id = s.run
ORDER BY s.source;
"""


@migrations(name="0019_last_runs")
def last_runs(db: Database) -> None:
    run(db, _LAST_RUNS)
