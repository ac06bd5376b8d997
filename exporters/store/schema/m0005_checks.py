"""Articles are looked at again while they are young, and rejected pages tried again."""

from __future__ import annotations

from sqlite_utils import Database

from exporters.store.schema.base import migrations, run

_CHECKS = """
CREATE TABLE checks ( -- When an article's page is looked at again, and what it is asked with.
    -- The article.
    article INTEGER PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE,
    -- Slug of the source that looks.
    source TEXT NOT NULL,
    -- The address to ask for.
    url TEXT NOT NULL,
    -- The ETag header of its last page.
    etag TEXT,
    -- The Last-Modified header of its last page.
    last_modified TEXT,
    -- What its feed or sitemap said of it when it was last looked at: a date of change, else a headline.
    said TEXT,
    -- Looks since its last change that its feed or sitemap asked for and that found nothing.
    vain INTEGER NOT NULL DEFAULT 0,
    -- Answers in a row that there is no such page.
    missing INTEGER NOT NULL DEFAULT 0,
    -- Looks in a row that got no answer.
    tries INTEGER NOT NULL DEFAULT 0,
    -- When it is looked at; null: only when its feed or sitemap says that it changed.
    due TEXT
);
CREATE INDEX checks_due ON checks (source, due) WHERE due IS NOT NULL;
INSERT INTO checks (article, source, url, due)
SELECT id, source, url, CASE
    WHEN status = 'rejected' THEN strftime('%Y-%m-%dT%H:%M:%SZ', last_checked, '+7 days')
    WHEN status = 'article' AND first_seen > newest.week
        THEN strftime('%Y-%m-%dT%H:%M:%SZ', first_seen, '+7 days')
    END
FROM articles
JOIN (SELECT strftime('%Y-%m-%dT%H:%M:%SZ', max(last_checked), '-7 days') AS week FROM articles) AS newest;
"""


@migrations(name="0005_checks")
def checks(db: Database) -> None:
    run(db, _CHECKS)
