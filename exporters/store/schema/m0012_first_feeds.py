"""What feeds hold, found without looking at the whole dataset."""

from __future__ import annotations

from sqlite_utils import Database

from exporters.store.schema.base import DATE, migrations, run

_FIRST_FEEDS = """
CREATE TABLE first_feeds ( -- The articles that a source's first feed held, whatever their age.
    -- The article.
    article INTEGER PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE,
    -- Slug of the source.
    source TEXT NOT NULL,
    -- The article's.
    first_seen TEXT NOT NULL
);
CREATE INDEX first_feeds_by_source ON first_feeds (source, first_seen, article);
CREATE INDEX first_feeds_by_arrival ON first_feeds (first_seen, article);
CREATE INDEX articles_arrived ON articles (first_seen, id)
WHERE status IN ('article', 'gone', 'deleted') AND coalesce(date({DATE}, '+30 days') >= date(first_seen), 1);
CREATE INDEX articles_arrived_by_source ON articles (source, first_seen, id)
WHERE status IN ('article', 'gone', 'deleted') AND coalesce(date({DATE}, '+30 days') >= date(first_seen), 1);
"""


@migrations(name="0012_first_feeds")
def first_feeds(db: Database) -> None:
    run(db, _FIRST_FEEDS.replace("{DATE}", DATE))
