"""The tables as first released."""

from __future__ import annotations

from exporters.store.schema.base import DATE

TABLES = """
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
    -- The address as it was fetched, after redirects.
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
""".replace("{DATE}", DATE)
