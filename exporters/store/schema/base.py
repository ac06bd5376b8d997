"""What the migrations share."""

from __future__ import annotations

import sqlite3

from sqlite_utils import Database, Migrations

migrations = Migrations("copydesk")

#: What articles are sorted by: the publisher's date, unless it is missing or in the future. An expression, so
#: that every query that spells it alike uses the indexes on it.
DATE = "min(coalesce(published, first_seen), first_seen)"

#: How the full-text index takes words.
TOKENIZE = "unicode61 remove_diacritics 2"

#: A virtual table keeps no comments, so what it means is said here.
ARTICLES_FTS = (
    "Full-text index over `title`, `text` and `source` of `articles`; its rowid is the article's id. "
    "Case and diacritics do not count: Munchen finds München. `{title text} : tram` leaves the names of "
    "sources out, `tram AND source : courier` asks one source."
)


def run(db: Database, script: str) -> None:
    """Statement by statement, within the migration's transaction. ``Database.executescript`` does that, too,
    but asks after each character whether a statement ends there: a fifth of a second a new dataset."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if line.rstrip().endswith(";") and sqlite3.complete_statement(statement):
            db.execute(statement.strip())
            statement = ""
    if statement.strip():
        db.execute(statement.strip())
