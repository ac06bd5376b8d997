"""Removed blocks, each reason kept once: rows half as long."""

from __future__ import annotations

from sqlite_utils import Database

from exporters.store.schema.base import migrations, run

_CUTS = """
CREATE TABLE cut_reasons ( -- What `removed_blocks` gives as its reasons, each once.
    -- Its number.
    id INTEGER PRIMARY KEY,
    -- What removed the block.
    removed_by TEXT NOT NULL,
    -- Why, in words.
    why TEXT NOT NULL,
    UNIQUE (removed_by, why)
);

CREATE TABLE cut_blocks ( -- The blocks of `removed_blocks`.
    -- The article.
    article INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    -- Its place among all blocks of the page, from 0.
    position INTEGER NOT NULL,
    -- What it said.
    text TEXT NOT NULL,
    -- Row of `cut_reasons`; none is ever deleted.
    reason INTEGER NOT NULL,
    -- How surely, 0 to 1.
    confidence REAL NOT NULL,
    PRIMARY KEY (article, position)
) WITHOUT ROWID;

INSERT INTO cut_reasons (removed_by, why) SELECT DISTINCT removed_by, why FROM removed_blocks;
INSERT INTO cut_blocks (article, position, text, reason, confidence)
SELECT b.article, b.position, b.text, r.id, b.confidence
FROM removed_blocks AS b JOIN cut_reasons AS r ON r.removed_by = b.removed_by AND r.why = b.why
ORDER BY b.article, b.position;

DROP VIEW removals;
DROP TABLE removed_blocks;

CREATE VIEW removed_blocks AS -- Every block that was taken out of an article's page.
SELECT
    b.article,
    b.position,
    b.text,
    -- What removed it: `classifier`, `order`, `headline`, `rule:<name>`, `layout`, `memory:<kind>`.
    r.removed_by AS removed_by,
    -- Why, in words.
    r.why AS why,
    b.confidence
-- The order is fixed: from a reason no index leads to its blocks.
FROM cut_blocks AS b CROSS JOIN cut_reasons AS r ON r.id = b.reason;

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
"""


@migrations(name="0010_cuts")
def cuts(db: Database) -> None:
    run(db, _CUTS)
