"""What an incremental export finds its rows by."""

from __future__ import annotations

from sqlite_utils import Database

from exporters.store.schema.base import migrations, run

# What fires a trigger overrides its OR REPLACE (a foreign key's SET NULL does), but not an upsert.
# A number, no time: writers take turns, so what a reader has not seen yet always has a higher one.
_ARTICLE_CHANGES = """
CREATE TABLE article_changes ( -- The order in which the rows of `articles` last changed.
    -- The article. Its row stays where the article is forgotten; then `articles` has no row of that number.
    article INTEGER PRIMARY KEY,
    -- Grows with every change, over all articles.
    number INTEGER NOT NULL UNIQUE
);

CREATE TRIGGER articles_inserted AFTER INSERT ON articles BEGIN
    INSERT INTO article_changes (article, number)
    VALUES (new.id, (SELECT coalesce(max(number), 0) + 1 FROM article_changes))
    ON CONFLICT (article) DO UPDATE SET number = excluded.number;
END;
CREATE TRIGGER articles_updated AFTER UPDATE OF {COLUMNS} ON articles BEGIN
    INSERT INTO article_changes (article, number)
    VALUES (new.id, (SELECT coalesce(max(number), 0) + 1 FROM article_changes))
    ON CONFLICT (article) DO UPDATE SET number = excluded.number;
END;
CREATE TRIGGER articles_deleted AFTER DELETE ON articles BEGIN
    INSERT INTO article_changes (article, number)
    VALUES (old.id, (SELECT coalesce(max(number), 0) + 1 FROM article_changes))
    ON CONFLICT (article) DO UPDATE SET number = excluded.number;
END;

ALTER TABLE runs ADD COLUMN change /* The highest `number` of `article_changes` at its end. */ INTEGER;
CREATE TRIGGER runs_finished AFTER UPDATE OF finished ON runs BEGIN
    UPDATE runs SET change = (SELECT coalesce(max(number), 0) FROM article_changes) WHERE id = new.id;
END;
"""

#: That we looked again, and with what, is no change.
_COLUMNS = (
    "status reason source published modified first_seen last_changed url raw_url canonical_url title"
    " alternative_title standfirst authors language section tags image dateline robots word_count"
    " content_hash cluster duplicate_of text html"
)


@migrations(name="0013_article_changes")
def article_changes(db: Database) -> None:
    run(db, _ARTICLE_CHANGES.replace("{COLUMNS}", ", ".join(_COLUMNS.split())))
