"""What has been cleaned with what, and snapshots by what they hold."""

from __future__ import annotations

from sqlite_utils import Database

from exporters.store.schema.base import migrations, run

_CLEANINGS = """
CREATE TABLE cleanings ( -- Articles that `copydesk reclean` has seen to; without a row, one is due.
    -- The article.
    article INTEGER PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE,
    -- All that its cleaning depended on beside the page: version, rules, model, layout, the site's memory.
    cleaner TEXT NOT NULL
);
"""


@migrations(name="0002_cleanings")
def cleanings(db: Database) -> None:
    run(db, _CLEANINGS)
    db.execute("CREATE INDEX snapshots_by_digest ON snapshots (digest)")
