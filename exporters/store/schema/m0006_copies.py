"""By what copies of a story are found."""

from __future__ import annotations

from sqlite_utils import Database

from exporters.store.schema.base import migrations, run

_STORY_KEYS = """
CREATE TABLE story_keys ( -- Index by which copies of a story are found; for Copydesk alone.
    -- Hash of four words in a row.
    key INTEGER NOT NULL,
    -- The article that has them.
    article INTEGER NOT NULL,
    PRIMARY KEY (key, article)
) WITHOUT ROWID;

CREATE TABLE story_marks ( -- The keys of an article in `story_keys`; for Copydesk alone.
    -- The article.
    article INTEGER PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE,
    -- Its keys, packed.
    keys BLOB NOT NULL
);
CREATE INDEX articles_by_cluster ON articles (cluster) WHERE cluster IS NOT NULL;
"""


@migrations(name="0006_copies")
def copies(db: Database) -> None:
    run(db, _STORY_KEYS)
