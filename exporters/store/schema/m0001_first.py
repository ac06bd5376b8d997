"""The dataset as first released."""

from __future__ import annotations

from sqlite_utils import Database

from exporters.store.schema.base import migrations, run
from exporters.store.schema.first_tables import TABLES
from exporters.store.schema.first_views import FULL_TEXT, VIEWS


@migrations(name="0001_first")
def first(db: Database) -> None:
    run(db, TABLES)
    run(db, FULL_TEXT)
    run(db, VIEWS)
