"""How many pages each source has, kept as they come and go: nobody counts the rows of a large dataset."""

from __future__ import annotations

from sqlite_utils import Database

from exporters.store.schema.base import DATE, migrations, run

_COUNTS = """
CREATE TABLE source_counts ( -- How many rows of `articles` each source has; what `by_source` shows.
    -- Slug of the source.
    source TEXT NOT NULL,
    -- `status` of these rows.
    status TEXT NOT NULL,
    -- Their number.
    pages INTEGER NOT NULL,
    PRIMARY KEY (source, status)
) WITHOUT ROWID;
INSERT INTO source_counts (source, status, pages)
SELECT source, status, count(*) FROM articles GROUP BY source, status;

CREATE TRIGGER source_counts_inserted AFTER INSERT ON articles BEGIN
    INSERT INTO source_counts (source, status, pages) VALUES (new.source, new.status, 1)
    ON CONFLICT (source, status) DO UPDATE SET pages = pages + 1;
END;
CREATE TRIGGER source_counts_updated AFTER UPDATE OF source, status ON articles
WHEN old.source != new.source OR old.status != new.status BEGIN
    UPDATE source_counts SET pages = pages - 1 WHERE source = old.source AND status = old.status;
    INSERT INTO source_counts (source, status, pages) VALUES (new.source, new.status, 1)
    ON CONFLICT (source, status) DO UPDATE SET pages = pages + 1;
END;
CREATE TRIGGER source_counts_deleted AFTER DELETE ON articles BEGIN
    UPDATE source_counts SET pages = pages - 1 WHERE source = old.source AND status = old.status;
END;

DROP VIEW by_source;
CREATE VIEW by_source AS -- Each source in numbers.
SELECT
    source,
    -- Stored articles.
    coalesce(sum(pages) FILTER (WHERE status = 'article'), 0) AS articles,
    -- Pages that are no articles.
    coalesce(sum(pages) FILTER (WHERE status = 'rejected'), 0) AS rejected,
    -- Articles that the publisher took down.
    coalesce(sum(pages) FILTER (WHERE status = 'gone'), 0) AS gone,
    -- Date of its newest article.
    (
        SELECT {DATE} FROM articles WHERE source = counted.source AND status = 'article'
        ORDER BY {DATE} DESC LIMIT 1
    ) AS newest
FROM source_counts AS counted
WHERE pages > 0
GROUP BY source
ORDER BY source;
"""


@migrations(name="0020_source_counts")
def source_counts(db: Database) -> None:
    run(db, _COUNTS.replace("{DATE}", DATE))
