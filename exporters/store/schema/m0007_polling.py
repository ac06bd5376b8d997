"""Endpoints are polled as often as they change, robots.txt is read once a day."""

from __future__ import annotations

from sqlite_utils import Database

from exporters.store.schema.base import migrations, run

_ROBOTS = """
CREATE TABLE robots ( -- robots.txt of each site, asked for at most once a day (RFC 9309).
    -- Scheme and host: `https://www.example.org`.
    origin TEXT PRIMARY KEY,
    -- When it was last answered; null: never.
    checked TEXT,
    -- HTTP status of that answer; 404 and its like: the site has none.
    status INTEGER,
    -- Its first 512 KiB.
    body BLOB,
    -- When it last could not be read, if that was since `checked`.
    failed TEXT
) WITHOUT ROWID;
"""


@migrations(name="0007_polling")
def polling(db: Database) -> None:
    for column in (
        "next_poll /* When it is asked for again; null: in the next run. */ TEXT",
        "listing /* Digest of what it listed last: links, headlines, dates of change. */ TEXT",
        "listing_changed /* When that last differed. */ TEXT",
        "changes_every /* Seconds from one change to the next, the latest counting most. */ INTEGER",
        "moved_to /* Where it moved for good (301, 308); asked for there. */ TEXT",
    ):
        db.execute(f"ALTER TABLE fetch_state ADD COLUMN {column}")
    run(db, _ROBOTS)
