"""What each run tells of a source's pages, so that its health is judged by its own history."""

from __future__ import annotations

from sqlite_utils import Database

from exporters.store.schema.base import migrations


@migrations(name="0004_health")
def health(db: Database) -> None:
    for column in (
        "trouble /* What went wrong in this run, taken alone; one bad run is no illness. */ TEXT",
        "measured /* Articles that were cleaned in it. */ INTEGER NOT NULL DEFAULT 0",
        "words /* Words of a typical one: their geometric mean. */ REAL",
        "removed_share /* Share of a page's text that was cut, on average. */ REAL",
        "missing /* JSON: articles that lack a field, by field. */ TEXT NOT NULL DEFAULT '{}'",
    ):
        db.execute(f"ALTER TABLE run_sources ADD COLUMN {column}")
    db.execute("UPDATE run_sources SET trouble = problem WHERE healthy = 0")
    db.execute("CREATE INDEX run_sources_measured ON run_sources (source, run) WHERE measured > 0")
    db.execute("CREATE INDEX run_sources_active ON run_sources (source, run) WHERE new > 0")
