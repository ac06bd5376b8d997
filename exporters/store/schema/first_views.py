"""The full-text index and the views as first released."""

from __future__ import annotations

from exporters.store.schema.base import DATE

FULL_TEXT = """
CREATE VIRTUAL TABLE articles_fts USING fts5 (
    title, text, content="articles", content_rowid="id", tokenize='unicode61 remove_diacritics 2'
);
CREATE TRIGGER articles_fts_insert AFTER INSERT ON articles BEGIN
    INSERT INTO articles_fts (rowid, title, text) VALUES (new.id, new.title, new.text);
END;
CREATE TRIGGER articles_fts_delete AFTER DELETE ON articles BEGIN
    INSERT INTO articles_fts (articles_fts, rowid, title, text)
    VALUES ('delete', old.id, old.title, old.text);
END;
CREATE TRIGGER articles_fts_update AFTER UPDATE OF title, text ON articles BEGIN
    INSERT INTO articles_fts (articles_fts, rowid, title, text)
    VALUES ('delete', old.id, old.title, old.text);
    INSERT INTO articles_fts (rowid, title, text) VALUES (new.id, new.title, new.text);
END;
"""

VIEWS = """
CREATE VIEW latest AS -- Articles one of each story, newest first: without the rejected, the gone, the copies.
SELECT
    -- What they are sorted by: `published`, or `first_seen` where that is missing or in the future.
    {DATE} AS date,
    articles.*
FROM articles
WHERE status = 'article' AND duplicate_of IS NULL
ORDER BY {DATE} DESC, id DESC;

CREATE VIEW today AS -- The part of `latest` whose date is today (UTC).
SELECT * FROM latest WHERE date >= date('now');

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
FROM (SELECT source, status, count(*) AS pages FROM articles GROUP BY source, status) AS counted
GROUP BY source
ORDER BY source;

CREATE VIEW rejected AS -- Pages that are no articles, with the reason, newest first.
SELECT id, source, reason, url, title, word_count, first_seen, last_checked, text
FROM articles
WHERE status = 'rejected'
ORDER BY first_seen DESC, id DESC;

CREATE VIEW changes AS -- Headlines and texts before and after, newest change first.
SELECT
    -- Row of `revisions`.
    r.id AS revision,
    r.article,
    a.source,
    a.url,
    -- When we saw the change.
    r.replaced AS seen,
    r.changed_by,
    -- The headline before the change.
    r.title AS old_title,
    -- The text before the change.
    r.text AS old_text,
    -- The headline after it: the next revision's, or the article's.
    CASE WHEN n.id IS NULL THEN a.title ELSE n.title END AS new_title,
    -- The text after it.
    CASE WHEN n.id IS NULL THEN a.text ELSE n.text END AS new_text
FROM revisions AS r
JOIN articles AS a ON a.id = r.article
LEFT JOIN revisions AS n
    ON n.id = (SELECT min(id) FROM revisions WHERE article = r.article AND id > r.id)
ORDER BY r.replaced DESC, r.id DESC;

CREATE VIEW removals AS -- What cuts how often, and in how many articles.
SELECT
    removed_by,
    -- Blocks it took out.
    count(*) AS blocks,
    -- Articles it took them from.
    count(DISTINCT article) AS articles,
    -- One of the blocks.
    min(text) AS example
FROM removed_blocks
GROUP BY removed_by
ORDER BY blocks DESC, removed_by;

CREATE VIEW health AS -- Each source as its last run left it.
SELECT r.started, s.*
FROM run_sources AS s
JOIN runs AS r ON r.id = s.run
WHERE s.run = (SELECT max(run) FROM run_sources WHERE source = s.source)
ORDER BY s.source;
""".replace("{DATE}", DATE)
