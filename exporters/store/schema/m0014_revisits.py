"""Answers kept without their body, and what is known of the bodies that the archive has."""

from __future__ import annotations

from sqlite_utils import Database

from exporters.store.schema.base import migrations, run

_BODIES = """
CREATE TABLE archived_bodies ( -- What the archive file being written has whole; for Copydesk alone.
    -- The address that answered.
    url TEXT PRIMARY KEY,
    -- Where its newest whole answer lies; as in `snapshots`.
    file TEXT NOT NULL,
    offset INTEGER NOT NULL,
    length INTEGER NOT NULL,
    digest TEXT NOT NULL,
    fetched TEXT NOT NULL
) WITHOUT ROWID;
"""


@migrations(name="0014_revisits")
def revisits(db: Database) -> None:
    db.execute(
        "ALTER TABLE snapshots ADD COLUMN original"
        " /* The snapshot that has the body, where this one came with the same one. */"
        " INTEGER REFERENCES snapshots (id) ON DELETE CASCADE"
    )
    db.execute("CREATE INDEX snapshots_by_original ON snapshots (original) WHERE original IS NOT NULL")
    # Without them each snapshot that goes would cost a look at every article.
    db.execute("CREATE INDEX articles_by_snapshot ON articles (snapshot)")
    db.execute("CREATE INDEX revisions_by_snapshot ON revisions (snapshot)")
    run(db, _BODIES)
