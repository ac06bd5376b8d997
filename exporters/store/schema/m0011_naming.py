"""What sources say of query parameters, and whether all addresses are named by today's rules."""

from __future__ import annotations

from sqlite_utils import Database

from exporters.store.schema.base import migrations, run

_NAMING = """
CREATE TABLE parameters ( -- Query parameters of sites, as their sources declare them.
    -- A host, its subdomains included.
    site TEXT NOT NULL,
    -- Name in lower case; a last `*` stands for any ending.
    name TEXT NOT NULL,
    -- `keep`: it names an article; `drop`: it only says where a click came from.
    verdict TEXT NOT NULL CHECK (verdict IN ('keep', 'drop')),
    PRIMARY KEY (site, name)
) WITHOUT ROWID;

CREATE TABLE naming ( -- One row: how far all addresses are named by the rules of the day.
    -- Version of the canonicaliser, with a digest of `parameters` where there are any.
    version TEXT NOT NULL,
    -- The last article whose addresses were named anew; null: all are.
    done INTEGER
);
INSERT INTO naming (version) VALUES ('1');

CREATE TABLE former_guids ( -- Rows that turned out to be another row's article and became one with it.
    -- The guid that is no more.
    guid TEXT PRIMARY KEY,
    -- The article.
    article INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    -- When that was found out.
    merged TEXT NOT NULL
) WITHOUT ROWID;
"""


@migrations(name="0011_naming")
def naming(db: Database) -> None:
    run(db, _NAMING)
