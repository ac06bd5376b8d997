"""Articles by the id that their feed gives them."""

from __future__ import annotations

from sqlite_utils import Database

from exporters.store.schema.base import migrations


@migrations(name="0018_feed_ids")
def feed_ids(db: Database) -> None:
    db.execute("CREATE INDEX entries_by_feed_id ON entries (feed_id) WHERE feed_id IS NOT NULL")
