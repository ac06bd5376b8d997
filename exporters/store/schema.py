"""The dataset's tables and views, and how an older dataset becomes a newer one.

Migrations are append-only: a released one is never edited, a change is a new function at the end. What a
table, a column or a view means is said once, in the comment beside it: SQLite keeps the comments, so
``.schema`` shows them, and docs/dataset.md is made from them.

Columns added later carry their meaning inside the statement, where SQLite keeps it too::

    ALTER TABLE articles ADD COLUMN mood /* What it means. */ TEXT
"""

from __future__ import annotations

from sqlite_utils import Database, Migrations

migrations = Migrations("copydesk")

#: What articles are sorted by: the publisher's date, unless it is missing or in the future. An expression, so
#: that every query that spells it alike uses the indexes on it.
DATE = "min(coalesce(published, first_seen), first_seen)"

_TABLES = """
CREATE TABLE runs ( -- One row a crawl.
    -- Its number.
    id INTEGER PRIMARY KEY,
    -- When it began.
    started TEXT NOT NULL,
    -- When it ended; null: it is running, or it was killed.
    finished TEXT,
    -- `finished`; `stopped` by a time limit or a signal; null while it runs.
    outcome TEXT CHECK (outcome IN ('finished', 'stopped')),
    -- Copydesk's version.
    version TEXT NOT NULL
);

CREATE TABLE snapshots ( -- Where the answers that articles were cleaned from lie in the archive.
    -- Its number.
    id INTEGER PRIMARY KEY,
    -- WARC file, relative to the archive folder.
    file TEXT NOT NULL,
    -- Where its record begins, in bytes.
    offset INTEGER NOT NULL,
    -- Length of the compressed record, in bytes.
    length INTEGER NOT NULL,
    -- Digest of the body as it came, as WARC writes it: `sha1:` and base 32.
    digest TEXT NOT NULL,
    -- The address that answered.
    url TEXT NOT NULL,
    -- HTTP status.
    status INTEGER NOT NULL,
    -- When it was fetched.
    fetched TEXT NOT NULL,
    UNIQUE (file, offset)
);

-- Small columns first: SQLite reads the pages of a long row one after the other.
CREATE TABLE articles ( -- One row an article, through whatever door it was found.
    -- Its number.
    id INTEGER PRIMARY KEY,
    -- The article's name for good, `urn:uuid:…`: minted once, whatever becomes of title, address or scheme.
    guid TEXT NOT NULL UNIQUE,
    -- `article`; `rejected`: it is none; `gone`: the publisher took it down; `deleted`: we did, for good.
    status TEXT NOT NULL CHECK (status IN ('article', 'rejected', 'gone', 'deleted')),
    -- Why it is not an article: `consent`, `paywall`, `challenge`, `not_found`, `listing`, `too_short`, …
    reason TEXT,
    -- Slug of the source it was first found through.
    source TEXT NOT NULL,
    -- When it was published, by the publisher's word; only the day where only a day is given; null: not said.
    published TEXT,
    -- When it was last modified, by the publisher's word; null: not said.
    modified TEXT,
    -- When we first saw its page.
    first_seen TEXT NOT NULL,
    -- When we last saw it differ.
    last_changed TEXT NOT NULL,
    -- When we last looked.
    last_checked TEXT NOT NULL,
    -- Canonical form of its page's address; can be fetched. Of a rejected page: of the link that led there.
    url TEXT NOT NULL UNIQUE,
    -- The address as first fetched, after redirects.
    raw_url TEXT NOT NULL,
    -- The page's own canonical link, where it is believable.
    canonical_url TEXT,
    -- Version of the rules that made `url` from `raw_url`.
    canonicalizer_version TEXT NOT NULL,
    -- The headline a reader sees.
    title TEXT,
    -- Another headline that the page gives, where it differs.
    alternative_title TEXT,
    -- The paragraph under the headline; also the first paragraph of `text`.
    standfirst TEXT,
    -- JSON: `[{"name", "kind"}]`, kind `person` or `organization`.
    authors TEXT NOT NULL DEFAULT '[]',
    -- BCP 47 tag, lower case: `de`, `pt-br`.
    language TEXT,
    -- Section by the publisher's word.
    section TEXT,
    -- JSON: list of the publisher's tags.
    tags TEXT NOT NULL DEFAULT '[]',
    -- JSON: `{"url", "caption", "credit"}` of the lead picture; null: none.
    image TEXT,
    -- JSON: list of the dateline's places; the dateline itself stays in `text`.
    dateline TEXT NOT NULL DEFAULT '[]',
    -- JSON: list of robots directives of page and header: `noindex`, `noarchive`, `tdm-reservation`, …
    robots TEXT NOT NULL DEFAULT '[]',
    -- Words of `text`.
    word_count INTEGER NOT NULL,
    -- sha-256 of title and text; counters, ages and white space aside.
    content_hash TEXT NOT NULL,
    -- Number shared by copies of one story (one agency report in ten papers); null: no copy is known.
    cluster INTEGER,
    -- The article this is a copy of.
    duplicate_of INTEGER REFERENCES articles (id) ON DELETE SET NULL,
    -- Version of the cleaner that made the fields.
    cleaner_version TEXT NOT NULL,
    -- The answer that it was cleaned from.
    snapshot INTEGER REFERENCES snapshots (id) ON DELETE SET NULL,
    -- The run that stored it first; null: it was fetched by name.
    run INTEGER REFERENCES runs (id) ON DELETE SET NULL,
    -- The story without its headline, paragraphs parted by a blank line; of rejected pages too.
    text TEXT NOT NULL,
    -- The same as safe HTML with absolute links.
    html TEXT NOT NULL
);
CREATE INDEX articles_by_date ON articles (status, {DATE}, id);
CREATE INDEX articles_by_source ON articles (source, status, {DATE}, id);
CREATE INDEX articles_by_canonical ON articles (canonical_url) WHERE canonical_url IS NOT NULL;
CREATE INDEX articles_by_content ON articles (content_hash);
CREATE INDEX articles_by_original ON articles (duplicate_of) WHERE duplicate_of IS NOT NULL;

CREATE TABLE addresses ( -- Every address an article is known under; none ever moves to another article.
    -- The address without scheme, `www.`, mobile host, AMP, tracking parameters and last slash.
    key TEXT PRIMARY KEY,
    -- The article.
    article INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX addresses_by_article ON addresses (article);

CREATE TABLE entries ( -- What the feed, sitemap or section page said of an article: needed to clean it again.
    -- The article.
    article INTEGER PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE,
    -- `feed`, `sitemap` or `section`.
    kind TEXT NOT NULL CHECK (kind IN ('feed', 'sitemap', 'section')),
    -- Address of the feed, sitemap or section page.
    via TEXT NOT NULL,
    -- The feed's own id of the entry.
    feed_id TEXT,
    -- JSON: all it said, empty fields left out.
    said TEXT NOT NULL
);

CREATE TABLE revisions ( -- What an article said before it changed; what it says now is in `articles`.
    -- Its number.
    id INTEGER PRIMARY KEY,
    -- The article.
    article INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    -- When this version was first seen.
    since TEXT NOT NULL,
    -- When we saw that another had taken its place.
    replaced TEXT NOT NULL,
    -- Who changed it: the `publisher` the page, or our `cleaner` what it makes of the page.
    changed_by TEXT NOT NULL CHECK (changed_by IN ('publisher', 'cleaner')),
    title TEXT,
    alternative_title TEXT,
    standfirst TEXT,
    authors TEXT NOT NULL,
    published TEXT,
    modified TEXT,
    word_count INTEGER NOT NULL,
    content_hash TEXT NOT NULL,
    cleaner_version TEXT NOT NULL,
    snapshot INTEGER REFERENCES snapshots (id) ON DELETE SET NULL,
    text TEXT NOT NULL,
    html TEXT NOT NULL
);
CREATE INDEX revisions_by_article ON revisions (article, id);

CREATE TABLE removed_blocks ( -- Every block that was taken out of an article's page.
    -- The article.
    article INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    -- Its place among all blocks of the page, from 0.
    position INTEGER NOT NULL,
    -- What it said.
    text TEXT NOT NULL,
    -- What removed it: `classifier`, `rule:<name>`, `layout`, `memory:<kind>`.
    removed_by TEXT NOT NULL,
    -- Why, in words.
    why TEXT NOT NULL,
    -- How surely, 0 to 1.
    confidence REAL NOT NULL,
    PRIMARY KEY (article, position)
) WITHOUT ROWID;

CREATE TABLE evidence ( -- Where an article's fields came from, candidates that lost included.
    -- The article.
    article INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    -- Order in which the candidates were weighed, from 0.
    position INTEGER NOT NULL,
    -- Column of `articles`.
    field TEXT NOT NULL,
    -- `json-ld`, `meta:og:title`, `h1`, `feed`, `url`, `text`, …
    origin TEXT NOT NULL,
    -- The value as it stood there.
    raw TEXT NOT NULL,
    -- 1: this one was taken.
    chosen INTEGER NOT NULL CHECK (chosen IN (0, 1)),
    PRIMARY KEY (article, position)
) WITHOUT ROWID;

CREATE TABLE site_blocks ( -- A site's memory: what recurs over distinct articles and is not their story.
    -- The host.
    host TEXT NOT NULL,
    -- What recurs: a `text`, a `section` under its heading, a `place` in the template.
    kind TEXT NOT NULL CHECK (kind IN ('text', 'section', 'place')),
    -- The normalised text, heading or place.
    key TEXT NOT NULL,
    -- As it was first seen.
    example TEXT NOT NULL,
    -- Distinct articles that had it.
    articles INTEGER NOT NULL,
    -- When it was first seen.
    first_seen TEXT NOT NULL,
    -- When it was last seen.
    last_seen TEXT NOT NULL,
    -- A person's word: `accepted`, `rejected`; null: nobody has said.
    decision TEXT CHECK (decision IN ('accepted', 'rejected')),
    PRIMARY KEY (host, kind, key)
) WITHOUT ROWID;

CREATE TABLE endpoints ( -- Feeds, sitemaps and section pages that were found, not declared.
    -- Slug of the source.
    source TEXT NOT NULL,
    -- Its address.
    url TEXT NOT NULL,
    -- `feed`, `sitemap` or `section`.
    kind TEXT NOT NULL CHECK (kind IN ('feed', 'sitemap', 'section')),
    -- What named it: a `link rel=alternate`, robots.txt, a common path.
    origin TEXT NOT NULL,
    -- What it calls itself.
    title TEXT,
    -- When it was found.
    found TEXT NOT NULL,
    PRIMARY KEY (source, url)
);

CREATE TABLE fetch_state ( -- What the last answer of a feed, a sitemap or a section page was.
    -- Its address.
    url TEXT PRIMARY KEY,
    -- `feed`, `sitemap` or `section`.
    kind TEXT NOT NULL CHECK (kind IN ('feed', 'sitemap', 'section')),
    -- Slug of the source.
    source TEXT NOT NULL,
    -- The ETag header of its last good answer.
    etag TEXT,
    -- The Last-Modified header of its last good answer.
    last_modified TEXT,
    -- sha-256 of its last good body.
    body_hash TEXT,
    -- HTTP status of its last answer; null: it gave none.
    status INTEGER,
    -- When it was last asked for.
    last_checked TEXT,
    -- When its body last differed.
    last_changed TEXT,
    -- Failures in a row since its last good answer.
    failures INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX fetch_state_by_source ON fetch_state (source);

CREATE TABLE run_sources ( -- The ledger, one row a run and source. `found` is the sum of the fates after it.
    -- The run.
    run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    -- Slug of the source.
    source TEXT NOT NULL,
    -- Links that its feeds, sitemaps and section pages gave.
    found INTEGER NOT NULL,
    -- Already in the dataset: not requested.
    known INTEGER NOT NULL,
    -- Articles seen for the first time.
    new INTEGER NOT NULL,
    -- Articles that differed.
    changed INTEGER NOT NULL,
    -- Articles looked at again that did not differ.
    unchanged INTEGER NOT NULL,
    -- Pages that are no articles.
    rejected INTEGER NOT NULL,
    -- Links that gave no page.
    failed INTEGER NOT NULL,
    -- Left for the next run: over the limit, or out of time.
    postponed INTEGER NOT NULL,
    -- JSON: `rejected` by reason.
    rejected_by TEXT NOT NULL DEFAULT '{}',
    -- JSON: `failed` by reason.
    failed_by TEXT NOT NULL DEFAULT '{}',
    -- Seconds from its first request to its last answer.
    seconds REAL NOT NULL,
    -- 1: the source worked.
    healthy INTEGER NOT NULL CHECK (healthy IN (0, 1)),
    -- What is wrong, as a sentence.
    problem TEXT,
    -- `healthy` of its run before; null: this was its first.
    was_healthy INTEGER CHECK (was_healthy IN (0, 1)),
    PRIMARY KEY (run, source),
    CHECK (found = known + new + changed + unchanged + rejected + failed + postponed)
) WITHOUT ROWID;
CREATE INDEX run_sources_by_source ON run_sources (source, run);

CREATE TABLE failures ( -- Addresses that gave no page and are tried again; a good answer takes the row away.
    -- The address.
    url TEXT PRIMARY KEY,
    -- Slug of the source.
    source TEXT NOT NULL,
    -- The run that met it last; null: it was fetched by name.
    run INTEGER REFERENCES runs (id) ON DELETE SET NULL,
    -- `timeout`, `dns`, `http_404`, `robots`, `too_large`, …
    reason TEXT NOT NULL,
    -- What the server or the library said.
    detail TEXT,
    -- When it failed first since it last worked.
    first_failed TEXT NOT NULL,
    -- When it failed last.
    last_failed TEXT NOT NULL,
    -- How often since it last worked.
    tries INTEGER NOT NULL
);
CREATE INDEX failures_by_source ON failures (source, last_failed);
"""

_FULL_TEXT = """
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

#: A virtual table keeps no comments, so what it means is said here.
ARTICLES_FTS = (
    "Full-text index over `title` and `text` of `articles`; its rowid is the article's id. "
    "Case and diacritics do not count: Munchen finds München."
)

_VIEWS = """
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
"""


@migrations(name="0001_first")
def _first(db: Database) -> None:
    """The dataset as first released."""
    db.executescript(_TABLES.replace("{DATE}", DATE))
    db.executescript(_FULL_TEXT)
    db.executescript(_VIEWS.replace("{DATE}", DATE))


_CLEANINGS = """
CREATE TABLE cleanings ( -- Articles that `copydesk reclean` has seen to; without a row, one is due.
    -- The article.
    article INTEGER PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE,
    -- All that its cleaning depended on beside the page: version, rules, model, layout, the site's memory.
    cleaner TEXT NOT NULL
);
"""


@migrations(name="0002_cleanings")
def _cleanings(db: Database) -> None:
    """What has been cleaned with what, and snapshots by what they hold."""
    db.executescript(_CLEANINGS)
    db.execute("CREATE INDEX snapshots_by_digest ON snapshots (digest)")


_SITE_TRACES = """
CREATE TABLE site_traces ( -- What an article tells of its site's template; a site's newest articles have one.
    -- The article.
    article INTEGER PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE,
    -- The site: the registered domain of its address.
    site TEXT NOT NULL,
    -- The day it was published, or first seen. A site's oldest traces go first.
    day TEXT NOT NULL,
    -- Fingerprints of its texts, sections and places; packed, for Copydesk alone.
    trace BLOB NOT NULL,
    -- Digest of what the site's memory said of it when it was last cleaned; null: it was cleaned without.
    state TEXT,
    -- 1: nobody has looked yet whether the site's memory now says something else.
    due INTEGER NOT NULL DEFAULT 1 CHECK (due IN (0, 1))
);
CREATE INDEX site_traces_by_site ON site_traces (site, day);
CREATE INDEX site_traces_due ON site_traces (site) WHERE due = 1;
"""


@migrations(name="0003_site_memory")
def _site_memory(db: Database) -> None:
    """What sites' memories are counted from, and what a row of site_blocks rests on."""
    db.executescript(_SITE_TRACES)
    for column in (
        "of /* Articles of the site that memory is counted from. */ INTEGER",
        "confidence /* How surely it is not the story, 0 to 1. */ REAL",
        "verdict /* `cut`, or a person's `accepted` or `rejected`. */ TEXT",
    ):
        db.execute(f"ALTER TABLE site_blocks ADD COLUMN {column}")


@migrations(name="0004_health")
def _health(db: Database) -> None:
    """What each run tells of a source's pages, so that its health is judged by its own history."""
    for column in (
        "trouble /* What went wrong in this run, taken alone; one bad run is no illness. */ TEXT",
        "measured /* Articles that were cleaned in it. */ INTEGER NOT NULL DEFAULT 0",
        "words /* Words of a typical one: their geometric mean. */ REAL",
        "removed_share /* Share of a page's text that was cut, on average. */ REAL",
        "missing /* JSON: articles that lack a field, by field. */ TEXT NOT NULL DEFAULT '{}'",
    ):
        db.execute(f"ALTER TABLE run_sources ADD COLUMN {column}")
    db.execute("UPDATE run_sources SET trouble = problem WHERE healthy = 0")
    db.execute("CREATE INDEX run_sources_measured ON run_sources (source, run) WHERE measured > 0")
    db.execute("CREATE INDEX run_sources_active ON run_sources (source, run) WHERE new > 0")


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
def _checks(db: Database) -> None:
    """Articles are looked at again while they are young, and rejected pages tried again."""
    db.executescript(_CHECKS)


_STORY_KEYS = """
CREATE TABLE story_keys ( -- Index by which copies of a story are found; for Copydesk alone.
    -- Hash of four words in a row.
    key INTEGER NOT NULL,
    -- The article that has them.
    article INTEGER NOT NULL,
    PRIMARY KEY (key, article)
) WITHOUT ROWID;

CREATE TABLE story_marks ( -- The keys of an article in `story_keys`; for Copydesk alone.
    -- The article.
    article INTEGER PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE,
    -- Its keys, packed.
    keys BLOB NOT NULL
);
CREATE INDEX articles_by_cluster ON articles (cluster) WHERE cluster IS NOT NULL;
"""


@migrations(name="0006_copies")
def _copies(db: Database) -> None:
    """By what copies of a story are found."""
    db.executescript(_STORY_KEYS)


_ROBOTS = """
CREATE TABLE robots ( -- robots.txt of each site, asked for at most once a day (RFC 9309).
    -- Scheme and host: `https://www.example.org`.
    origin TEXT PRIMARY KEY,
    -- When it was last answered; null: never.
    checked TEXT,
    -- HTTP status of that answer; 404 and its like: the site has none.
    status INTEGER,
    -- Its first 512 KiB.
    body BLOB,
    -- When it last could not be read, if that was since `checked`.
    failed TEXT
) WITHOUT ROWID;
"""


@migrations(name="0007_polling")
def _polling(db: Database) -> None:
    """Endpoints are polled as often as they change, robots.txt is read once a day."""
    for column in (
        "next_poll /* When it is asked for again; null: in the next run. */ TEXT",
        "listing /* Digest of what it listed last: links, headlines, dates of change. */ TEXT",
        "listing_changed /* When that last differed. */ TEXT",
        "changes_every /* Seconds from one change to the next, the latest counting most. */ INTEGER",
        "moved_to /* Where it moved for good (301, 308); asked for there. */ TEXT",
    ):
        db.execute(f"ALTER TABLE fetch_state ADD COLUMN {column}")
    db.executescript(_ROBOTS)


_FORGOTTEN = """
CREATE TABLE forgotten ( -- Addresses of articles that are to be forgotten: never asked for, never stored.
    -- sha-256 of the address as `addresses` has it, in hex.
    key TEXT PRIMARY KEY,
    -- Since when.
    since TEXT NOT NULL
) WITHOUT ROWID;
"""


@migrations(name="0009_forgotten")
def _forgotten(db: Database) -> None:
    """What `copydesk forget` leaves."""
    db.executescript(_FORGOTTEN)
