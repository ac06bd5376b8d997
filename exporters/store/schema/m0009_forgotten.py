"""What `copydesk forget` leaves."""

from __future__ import annotations

from sqlite_utils import Database

from exporters.store.schema.base import migrations, run

_FORGOTTEN = """
CREATE TABLE forgotten ( -- Addresses of articles that are to be forgotten: never asked for, never stored.
    -- sha-256 of the address as `addresses` has it, in hex.
    key TEXT PRIMARY KEY,
    -- Since when.
    since TEXT NOT NULL
) WITHOUT ROWID;
"""


@migrations(name="0009_forgotten")
def forgotten(db: Database) -> None:
    run(db, _FORGOTTEN)
