"""The dataset as first released."""

from __future__ import annotations

from sqlite_utils import Database

from exporters.store.schema.base import migrations
from exporters.store.schema.first_tables import TABLES
from exporters.store.schema.first_views import FULL_TEXT, VIEWS


@migrations(name="0001_first")
def first(db: Database) -> None:
    db.executescript(TABLES)
    db.executescript(FULL_TEXT)
    db.executescript(VIEWS)
