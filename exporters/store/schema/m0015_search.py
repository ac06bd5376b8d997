"""The source in the full-text index: one newsroom is searched without looking at all others."""

from __future__ import annotations

from sqlite_utils import Database

from exporters.store.schema.base import migrations, run

_SEARCH = """
DROP TRIGGER articles_fts_insert;
DROP TRIGGER articles_fts_delete;
DROP TRIGGER articles_fts_update;
DROP TABLE articles_fts;
CREATE VIRTUAL TABLE articles_fts USING fts5 (
    title, text, source, content="articles", content_rowid="id", tokenize='unicode61 remove_diacritics 2'
);
CREATE TRIGGER articles_fts_insert AFTER INSERT ON articles BEGIN
    INSERT INTO articles_fts (rowid, title, text, source) VALUES (new.id, new.title, new.text, new.source);
END;
CREATE TRIGGER articles_fts_delete AFTER DELETE ON articles BEGIN
    INSERT INTO articles_fts (articles_fts, rowid, title, text, source)
    VALUES ('delete', old.id, old.title, old.text, old.source);
END;
CREATE TRIGGER articles_fts_update AFTER UPDATE OF title, text, source ON articles BEGIN
    INSERT INTO articles_fts (articles_fts, rowid, title, text, source)
    VALUES ('delete', old.id, old.title, old.text, old.source);
    INSERT INTO articles_fts (rowid, title, text, source) VALUES (new.id, new.title, new.text, new.source);
END;
INSERT INTO articles_fts (articles_fts) VALUES ('rebuild');
"""


@migrations(name="0015_search")
def search(db: Database) -> None:
    run(db, _SEARCH)
