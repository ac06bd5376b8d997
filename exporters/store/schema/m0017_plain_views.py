"""Lists as rows, and the articles of a day: for programs that do without JSON."""

from __future__ import annotations

from sqlite_utils import Database

from exporters.store.schema.base import DATE, migrations, run

_VIEWS = """
CREATE VIEW bylines AS -- Who wrote what: one row an author of an article.
SELECT
    articles.id AS article /* The article. */,
    author.key AS position /* Its place in the byline, from 0. */,
    json_extract(author.value, '$.name') AS name /* The author's name. */,
    json_extract(author.value, '$.kind') AS kind /* `person` or `organization`. */
FROM articles, json_each(articles.authors) AS author
WHERE articles.status = 'article';

CREATE VIEW tagged AS -- What articles are about, by their publishers' tags: one row a tag of an article.
SELECT
    articles.id AS article /* The article. */,
    tag.value AS tag /* The tag, as the publisher spells it. */
FROM articles, json_each(articles.tags) AS tag
WHERE articles.status = 'article';

CREATE VIEW by_day AS -- What each source published a day, copies of one story counted once.
SELECT
    substr({DATE}, 1, 10) AS day /* The day (UTC). */,
    source,
    count(*) AS articles /* Its articles. */,
    sum(word_count) AS words /* Words in them. */
FROM articles
WHERE status = 'article' AND duplicate_of IS NULL
GROUP BY day, source
ORDER BY day DESC, source;
"""


@migrations(name="0017_plain_views")
def plain_views(db: Database) -> None:
    run(db, _VIEWS.replace("{DATE}", DATE))
