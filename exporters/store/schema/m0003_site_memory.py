"""What sites' memories are counted from, and what a row of site_blocks rests on."""

from __future__ import annotations

from sqlite_utils import Database

from exporters.store.schema.base import migrations, run

_SITE_TRACES = """
CREATE TABLE site_traces ( -- What an article tells of its site's template; a site's newest articles have one.
    -- The article.
    article INTEGER PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE,
    -- The site: the registered domain of its address.
    site TEXT NOT NULL,
    -- The day it was published, or first seen. A site's oldest traces go first.
    day TEXT NOT NULL,
    -- Fingerprints of its texts, sections and places; packed, for Copydesk alone.
    trace BLOB NOT NULL,
    -- Digest of what the site's memory said of it when it was last cleaned; null: it was cleaned without.
    state TEXT,
    -- 1: nobody has looked yet whether the site's memory now says something else.
    due INTEGER NOT NULL DEFAULT 1 CHECK (due IN (0, 1))
);
CREATE INDEX site_traces_by_site ON site_traces (site, day);
CREATE INDEX site_traces_due ON site_traces (site) WHERE due = 1;
"""


@migrations(name="0003_site_memory")
def site_memory(db: Database) -> None:
    run(db, _SITE_TRACES)
    for column in (
        "of /* Articles of the site that memory is counted from. */ INTEGER",
        "confidence /* How surely it is not the story, 0 to 1. */ REAL",
        "verdict /* `cut`, or a person's `accepted` or `rejected`. */ TEXT",
    ):
        db.execute(f"ALTER TABLE site_blocks ADD COLUMN {column}")
