"""Archive files that another one has taken the place of."""

from __future__ import annotations

from sqlite_utils import Database

from exporters.store.schema.base import migrations, run

_SWAPS = """
CREATE TABLE archive_swaps ( -- Archive files that are to be deleted: what stays of them is elsewhere.
    -- Their name.
    file TEXT PRIMARY KEY
) WITHOUT ROWID;
"""


@migrations(name="0016_archive_swaps")
def archive_swaps(db: Database) -> None:
    run(db, _SWAPS)
