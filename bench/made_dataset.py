"""A dataset of any size, made up: as a crawl of a hundred sources would leave it after days or years.

The tables are those of the migrations. Words follow Zipf's law, articles are as long and lose as many blocks
as those of the corpus (median and spread), 2,000 arrive a day, some of them copies of others, with a crawl
every hour. What a reader of the dataset looks at is plausible, the words mean nothing. The same seed
makes the same dataset; the first articles of a larger one are not those of a smaller one.

Rows are inserted in bulk, not through ``Store.save``: what that does is measured afterwards (million.py).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from exporters.store import Store, copies
from exporters.store.connection import stamp
from pipelines.copies import KEYS
from pipelines.urls import CANONICALIZER_VERSION

SOURCES = 100
A_DAY = 2000
BEGAN = datetime(2024, 1, 1, tzinfo=UTC)
RUN_EVERY = timedelta(hours=1)
#: The latest articles, of which copies may still come.
INDEXED = copies.WINDOW.days * A_DAY
#: Rows of a transaction.
CHUNK = 5000

#: Distinct words: names and misprints go on coming for ever.
WORDS = 400_000
#: Of an article's words: median and spread of the logarithm (mean 530, as in the corpus).
LENGTH, SPREAD = 433, 0.62
#: Words come in sentences, and these come again: making up each word of a million articles takes hours.
SENTENCE, SENTENCES = 17, 50_000
#: Blocks around the stories of a source; a page has about CUT of them.
BLOCKS, CUT = 600, 200
#: Articles of a run.
A_RUN = 80
#: One article of so many is a copy of an earlier one; comes with a revision; is no article; came years late.
COPY, REVISED, REJECTED, LATE = 12, 30, 10, 50

REASONS = [("classifier", f"It stands in part {n} of the page, outside the story.") for n in range(12)] + [
    (f"rule:made-{n}", f"Says what rule {n} looks for: a prompt, a list or a notice of the house.")
    for n in range(40)
]
_ORIGINS = ("h1", "meta:og:title", "meta:twitter:title", "json-ld:headline", "title", "json-ld:author")
_FIELDS = (
    ("title",) * 6
    + ("authors",) * 3
    + ("published",) * 4
    + ("modified", "language", "section")
    + ("image",) * 4
)
_FOUND = [(at, field, _ORIGINS[at % 6]) for at, field in enumerate(_FIELDS)]
_PATH = str.maketrans({" ": "-", "ö": "oe", ".": "", ",": ""})
_BREAK = "\n\n"


def slug(source: int) -> str:
    return f"paper{source:03}"


def vocabulary() -> npt.NDArray[np.object_]:
    """Words by rank: short ones first, each once."""
    onsets = ["", *"bdfghjklmnprstvwz", "st", "br", "kr", "sch", "tr", "gl"]
    rhymes = ["a", "e", "i", "o", "u", "en", "er", "an", "el", "ing", "ung", "ö", "ei", "au", "es", "ist"]
    syllables = sorted((onset + rhyme for onset in onsets for rhyme in rhymes), key=lambda s: (len(s), s))
    shuffled = np.random.default_rng(7).permutation(len(syllables))
    words: dict[str, None] = {}
    number = 0
    while len(words) < WORDS:
        rest, word = number, ""
        while True:
            rest, place = divmod(rest, len(syllables))
            word += syllables[shuffled[place]]
            if not rest:
                break
            rest -= 1
        words[word] = None
        number += 1
    return np.array(list(words), dtype=object)


class Maker:
    """Makes articles, one chunk after the other."""

    def __init__(self, articles: int, length: int = LENGTH, detailed: int = 1, seed: int = 1) -> None:
        self.articles = articles
        self._length = length
        self._detailed = detailed
        self.words = vocabulary()
        self._dice = np.random.default_rng(seed)
        weights = 1 / (np.arange(SOURCES) + 30)
        self._weights = weights / weights.sum()
        self._sentences = [self.sentence() for _ in range(SENTENCES)]
        #: Texts that later articles copy.
        self._recent: list[tuple[int, str, list[int]]] = []

    def ranks(self, many: int) -> npt.NDArray[np.int64]:
        """Words by Zipf's law: the most frequent is every twentieth, as in real text."""
        return (np.power(float(WORDS), self._dice.random(many))).astype(np.int64) - 1

    def sentence(self, words: int = SENTENCE) -> str:
        said: str = " ".join(self.words[self.ranks(words)].tolist())
        return said.capitalize() + "."

    def blocks(self) -> Iterator[tuple[int, int, str, int, float]]:
        """What the pages of each source show beside the story: source, place, text, reason, confidence."""
        dice = self._dice
        for source in range(SOURCES):
            sizes = np.clip(dice.lognormal(1.0, 0.9, BLOCKS), 1, 40).astype(int).tolist()
            reasons = dice.integers(1, len(REASONS) + 1, BLOCKS).tolist()
            for place, (size, reason) in enumerate(zip(sizes, reasons, strict=True)):
                yield source, place, self.sentence(size), reason, 1.0 if place % 10 < 7 else 0.92

    def chunks(self, told: int) -> Iterator[dict[str, list[tuple[Any, ...]]]]:
        """Rows by table."""
        for first in range(1, told + 1, CHUNK):
            yield self._chunk(first, min(CHUNK, told + 1 - first))

    def _chunk(self, first: int, many: int) -> dict[str, list[tuple[Any, ...]]]:
        dice = self._dice
        rows: dict[str, list[tuple[Any, ...]]] = {name: [] for name in _INSERTS}
        lengths = (
            np.clip(dice.lognormal(np.log(self._length / SENTENCE), SPREAD, many), 2, 400)
            .astype(int)
            .tolist()
        )
        told = dice.integers(0, SENTENCES, sum(lengths)).tolist()
        names = self.words[dice.integers(0, WORDS, (many, 4))].tolist()
        sources = dice.choice(SOURCES, many, p=self._weights).tolist()
        lags = dice.exponential(1800, many).tolist()
        keys = np.sort(dice.integers(0, 2**31, (many, KEYS), dtype=np.int64), axis=1)
        noise = dice.bytes(52 * many).hex()
        end = 0
        for place in range(many):
            id = first + place
            sentences = [self._sentences[number] for number in told[end : end + lengths[place]]]
            end += lengths[place]
            # Words that hardly anybody else has: names.
            sentences[0] = f"{' '.join(names[place]).title()} {sentences[0]}"
            text = "\n\n".join(" ".join(sentences[at : at + 3]) for at in range(0, len(sentences), 3))
            seen = BEGAN + timedelta(seconds=id * 86400 / A_DAY)
            kind = "rejected" if id % REJECTED == 7 else "article"
            own, original = keys[place].tolist(), None
            if id % COPY == 5 and self._recent and kind == "article":
                original, text, shared = self._recent[id % len(self._recent)]
                own = sorted({*shared[:8], *own[:-8]})
            elif kind == "article":
                self._recent = [*self._recent[-99:], (id, text, own)]
            published = seen - timedelta(seconds=lags[place])
            if id % LATE == 3:
                published -= timedelta(days=400 + id % 1000)
            hexed = noise[place * 104 : place * 104 + 104]
            self._add(
                rows, id, sources[place], kind, stamp(seen), stamp(published), text, own, original, hexed
            )
        return rows

    def _add(
        self,
        rows: dict[str, list[tuple[Any, ...]]],
        id: int,
        source: int,
        kind: str,
        seen: str,
        published: str,
        text: str,
        keys: list[int],
        original: int | None,
        noise: str,
    ) -> None:
        title = text[: 50 + id % 25].rpartition(" ")[0]
        host = f"{slug(source)}.example"
        address = f"{host}/{seen[:4]}/{seen[5:7]}/{title.lower().translate(_PATH)}-{id}.html"
        url = f"https://www.{address}"
        said = None if id % 20 == 11 else published[:10] if id % 33 == 5 else published
        picture = f"https://static.{host}/i/{id * 2654435761 % 2**40:x}/16x9_1600.jpg"
        image = f'{{"url":"{picture}","caption":"{text[:90]}","credit":null}}'
        rows["articles"].append(
            (
                *(
                    id,
                    f"urn:uuid:{noise[:36]}",
                    kind,
                    "listing" if kind == "rejected" else None,
                    slug(source),
                ),
                *(said, said if id % 3 else None, seen, seen, seen, url, url, url if id % 2 else None),
                *(CANONICALIZER_VERSION, title, None, text[:160], _AUTHORS[id % len(_AUTHORS)], "de"),
                *(_SECTIONS[id % 12], _TAGS[id % len(_TAGS)], image, "[]", '["max-image-preview:large"]'),
                *(text.count(" ") + 1, noise[40:104], original, original, "made", id, id // A_RUN + 1, text),
                f"<p>{text.replace(_BREAK, '</p><p>')}</p>",
            )
        )
        if original is not None:
            rows["leaders"].append((original, original))
        place = (f"crawl-{id // 5000}.warc.gz", id % 5000 * 21000, 19000, f"sha1:{noise[:32].upper()}")
        rows["snapshots"].append((id, *place, url, 200, seen))
        rows["addresses"].append((address, id))
        entry = f'{{"url":"{url}","title":"{title}","published":"{published}","summary":"{text[:200]}"}}'
        rows["entries"].append((id, "feed", f"https://www.{host}/feed.xml", url, entry.replace(_BREAK, " ")))
        young = id > self.articles - 7 * A_DAY
        rows["checks"].append(
            (id, slug(source), url, f'"{noise[:16]}"', f"title {title}", seen if young else None)
        )
        if kind == "article":
            if id > self.articles - INDEXED:
                _index(rows, id, keys)
            found = _FOUND if id % self._detailed == 0 else []
            raw = (title, title, title, title, f"{title} – {slug(source)}", "by the desk", published)
            rows["evidence"] += [
                (id, at, field, origin, raw[at % 7], int(at == 0)) for at, field, origin in found
            ]
        if id % REVISED == 1:
            words = text.count(" ")
            hashed = ("publisher", title, "[]", words, noise[:64], "made", text, f"<p>{text}</p>")
            rows["revisions"].append((id, seen, seen, *hashed))


def _index(rows: dict[str, list[tuple[Any, ...]]], id: int, keys: list[int]) -> None:
    """By what copies of an article are found."""
    rows["story_keys"] += [(key, id) for key in keys]
    rows["story_marks"].append((id, np.array(keys, dtype="<u4").tobytes()))


_AUTHORS = [json.dumps([{"name": f"Writer {n:03}", "kind": "person"}]) for n in range(997)]
_SECTIONS = [f"Section {n}" for n in range(12)]
_TAGS = [json.dumps([f"Topic {n}", f"Topic {n * 7 % 500}", f"Place {n % 90}"]) for n in range(500)]

_INSERTS = {
    "articles": "INSERT INTO articles (id, guid, status, reason, source, published, modified, first_seen,"
    " last_changed, last_checked, url, raw_url, canonical_url, canonicalizer_version, title,"
    " alternative_title, standfirst, authors, language, section, tags, image, dateline, robots, word_count,"
    " content_hash, cluster, duplicate_of, cleaner_version, snapshot, run, text, html)"
    f" VALUES ({', '.join('?' * 33)})",
    "leaders": "UPDATE articles SET cluster = ? WHERE id = ? AND cluster IS NULL",
    "snapshots": "INSERT INTO snapshots (id, file, offset, length, digest, url, status, fetched)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    "addresses": "INSERT INTO addresses (key, article) VALUES (?, ?)",
    "entries": "INSERT INTO entries (article, kind, via, feed_id, said) VALUES (?, ?, ?, ?, ?)",
    "checks": "INSERT INTO checks (article, source, url, etag, said, due) VALUES (?, ?, ?, ?, ?, ?)",
    "story_keys": "INSERT OR IGNORE INTO story_keys (key, article) VALUES (?, ?)",
    "story_marks": "INSERT INTO story_marks (article, keys) VALUES (?, ?)",
    "evidence": "INSERT INTO evidence (article, position, field, origin, raw, chosen)"
    " VALUES (?, ?, ?, ?, ?, ?)",
    "revisions": "INSERT INTO revisions (article, since, replaced, changed_by, title, authors, word_count,"
    " content_hash, cleaner_version, text, html) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
}


def make(
    path: Path,
    articles: int,
    *,
    words: int = LENGTH,
    detailed: int = 1,
    told: int | None = None,
    seed: int = 1,
) -> None:
    """A dataset at ``path``, where nothing may be yet.

    ``words``: of an article, their median. ``detailed``: one article of so many comes with its removed blocks
    and its evidence, which are looked up by the article alone and take most of the time to make. ``told``:
    after so many articles the same texts come again, under other addresses and days; by their words they are
    found like all others, as copies of each other they are not."""
    Store.open(path).close()
    db = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -1500000", "foreign_keys = OFF"):
        db.execute(f"PRAGMA {pragma}")
    db.execute("ATTACH ':memory:' AS made")
    db.execute(
        "CREATE TABLE made.blocks (source, place, text, reason, confidence, PRIMARY KEY (source, place))"
        " WITHOUT ROWID"
    )
    maker = Maker(articles, words, detailed, seed)
    db.execute("BEGIN")
    db.executemany("INSERT INTO cut_reasons (removed_by, why) VALUES (?, ?)", REASONS)
    db.executemany(
        "INSERT INTO made.blocks VALUES (?, ?, ?, ?, ?)",
        ((slug(source), *rest) for source, *rest in maker.blocks()),
    )
    _runs(db, articles)
    db.execute("COMMIT")
    for rows in maker.chunks(told or articles):
        db.execute("BEGIN")
        for table, sql in _INSERTS.items():
            db.executemany(sql, rows[table])
        db.execute(_CUTS, [rows["articles"][0][0], rows["articles"][-1][0], detailed])
        db.execute("COMMIT")
    repeat(db, articles)
    db.execute("PRAGMA journal_mode = WAL").fetchall()
    db.close()


def repeat(db: sqlite3.Connection, articles: int) -> None:
    """Further articles with the texts of those that are there, until there are so many."""
    (told,) = db.execute("SELECT max(id) FROM articles").fetchone()
    assert told == articles or told % CHUNK == 0
    for first in range(told + 1, articles + 1, CHUNK):
        later = (first - 1) // told * told
        given = {
            "later": later,
            "from": first - later,
            "to": min(told, first + CHUNK - 1 - later, articles - later),
            "seconds": f"+{later * 86400 // A_DAY} seconds",
            "young": articles - 7 * A_DAY,
        }
        db.execute("BEGIN")
        for sql in _AGAIN:
            db.execute(sql, given)
        _index_again(db, range(max(first, articles - INDEXED + 1), min(first + CHUNK, articles + 1)))
        db.execute("COMMIT")


def _index_again(db: sqlite3.Connection, ids: range) -> None:
    """Their own keys: as copies of those with the same text they are not to be found."""
    dice = np.random.default_rng(ids.start)
    rows: dict[str, list[tuple[Any, ...]]] = {"story_keys": [], "story_marks": []}
    for id in ids:
        if id % REJECTED != 7:
            _index(rows, id, np.sort(dice.integers(0, 2**31, KEYS, dtype=np.int64)).tolist())
    for table, added in rows.items():
        db.executemany(_INSERTS[table], added)


_LATER = "strftime('%Y-%m-%dT%H:%M:%SZ', {0}, :seconds)"
_SAID = "CASE length({0}) WHEN 10 THEN date({0}, :seconds) ELSE " + _LATER + " END"
_URL = "replace({}, '-' || id || '.', '-' || (id + :later) || '.')"
_AGAIN = (
    "INSERT INTO articles (id, guid, status, reason, source, published, modified, first_seen, last_changed,"
    " last_checked, url, raw_url, canonical_url, canonicalizer_version, title, standfirst, authors,"
    " language, section, tags, image, robots, word_count, content_hash, cluster, duplicate_of,"
    " cleaner_version, snapshot, run, text, html)"
    " SELECT id + :later, 'urn:uuid:' || lower(hex(randomblob(18))), status, reason, source,"
    f" {_SAID.format('published')}, {_SAID.format('modified')}, {_LATER.format('first_seen')},"
    f" {_LATER.format('last_changed')}, {_LATER.format('last_checked')}, {_URL.format('url')},"
    f" {_URL.format('url')}, {_URL.format('canonical_url')}, canonicalizer_version, title, standfirst,"
    " authors, language, section, tags, image, robots, word_count, lower(hex(randomblob(32))),"
    " cluster + :later, duplicate_of + :later, cleaner_version, id + :later,"
    f" (id + :later) / {A_RUN} + 1, text, html"
    " FROM articles WHERE id BETWEEN :from AND :to",
    "INSERT INTO snapshots (id, file, offset, length, digest, url, status, fetched)"
    " SELECT id + :later, 'again-' || (id + :later), offset, length, digest, url, status, fetched"
    " FROM snapshots WHERE id BETWEEN :from AND :to",
    "INSERT INTO addresses (key, article)"
    " SELECT replace(key, '-' || article || '.', '-' || (article + :later) || '.'), article + :later"
    " FROM addresses WHERE article BETWEEN :from AND :to",
    "INSERT INTO checks (article, source, url, etag, said, due)"
    f" SELECT id + :later, source, {_URL.format('url')}, guid, title,"
    " CASE WHEN id + :later > :young THEN last_checked END FROM articles WHERE id BETWEEN :from AND :to",
)


#: A run of its source's blocks for each article: from 75 to 325 of them.
_CUTS = f"""
INSERT INTO cut_blocks (article, position, text, reason, confidence)
SELECT a.id, b.place, b.text, b.reason, b.confidence
FROM articles AS a CROSS JOIN made.blocks AS b
    ON b.source = a.source AND b.place >= a.id % 270 AND b.place < a.id % 270 + {CUT} - 125 + a.id % 251
WHERE a.id BETWEEN ? AND ? AND a.id % ? = 0
ORDER BY a.id, b.place
"""


def _runs(db: sqlite3.Connection, articles: int) -> None:
    """The ledger: every source in every run."""
    many = articles // A_RUN + 1
    times = [stamp(BEGAN + number * RUN_EVERY) for number in range(many)]
    db.executemany(
        "INSERT INTO runs (id, started, finished, outcome, version) VALUES (?, ?, ?, 'finished', 'made')",
        [(number, time, time) for number, time in enumerate(times, 1)],
    )
    db.execute(
        "INSERT INTO run_sources (run, source, found, known, new, changed, unchanged, rejected, failed,"
        " postponed, seconds, healthy, measured, words, removed_share)"
        " SELECT r.id, s.source, 30 + r.id % 2, 30, r.id % 2, 0, 0, 0, 0, 0, 1.5, 1, r.id % 2, 500, 0.6"
        " FROM runs AS r CROSS JOIN (SELECT DISTINCT source FROM made.blocks) AS s ORDER BY 1, 2"
    )
    db.executemany(
        "INSERT INTO fetch_state (url, kind, source, etag, status, last_checked)"
        " VALUES (?, 'feed', ?, ?, 200, ?)",
        [
            (f"https://www.{slug(n)}.example/{kind}.xml", slug(n), f'"{n}"', times[-1])
            for n in range(SOURCES)
            for kind in ("feed", "sport", "culture")
        ],
    )
