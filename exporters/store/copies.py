"""Copies of one story, found as articles are saved. Every function is called inside a transaction.

``story_keys`` is an index over the keys of pipelines/copies.py; what it finds is compared by its text. A
cluster is led by its earliest article (published, or first seen); the others are its copies. What is looked
at for one article is bounded, whatever the dataset's size, and so is the index: it has the young articles.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import closing
from datetime import timedelta
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from sqlite_utils import Database

from exporters.store.schema import DATE
from pipelines.copies import SHARED_KEYS, Signature, is_copy, leaders, signature

#: Copies are looked for among articles that were first seen within this time. Papers print an agency's report
#: within days; what a new source brings along dates a month back at most, unless told otherwise.
WINDOW = timedelta(days=30)
#: Articles of which one transaction takes the keys away: about a tenth of a second.
RETIRED = 200
#: Of the articles that share a key, so many are looked at, the newest: a key that more have is a phrase of
#: everybody's, or the story of the day.
_POSTINGS = 64
#: Articles compared with one, those that share most keys.
_CANDIDATES = 12
#: A cluster that has as many members is not sorted anew when another one comes.
_MOST = 48


class _Story(NamedTuple):
    """An article that may be a copy."""

    id: int
    date: str
    first_seen: str
    url: str
    source: str
    cluster: int | None
    duplicate_of: int | None


#: Copies of one story come close together.
_signature = lru_cache(maxsize=256)(signature)

#: Articles that share keys with one, the most first; of each key's articles the newest.
_SHARING = """
SELECT found.article
FROM json_each(?) AS own
JOIN story_keys AS found ON found.key = own.value AND found.article >= coalesce(
    (SELECT article FROM story_keys WHERE key = own.value ORDER BY article DESC LIMIT 1 OFFSET ?), 0
)
WHERE found.article != ?
GROUP BY found.article
HAVING count(*) >= ?
ORDER BY count(*) DESC, found.article
LIMIT ?
"""

#: Articles in the index, those that were stored first before all others.
_OLDEST = """
SELECT m.article, m.keys, a.first_seen FROM story_marks AS m CROSS JOIN articles AS a ON a.id = m.article
ORDER BY m.article
"""

_COLUMNS = f"id, {DATE}, first_seen, url, source, cluster, duplicate_of"


def link(db: Database, id: int) -> None:
    """Find the copies of an article that is new, has changed, or is no article any more."""
    texts = _Texts(db)
    (status,) = db.execute("SELECT status FROM articles WHERE id = ?", [id]).fetchone()
    signed = texts.of(id) if status == "article" else None
    keys = signed.keys if signed else []
    _put_keys(db, id, keys)
    (story,) = _stories(db, "id = ?", [id])
    group = {story.id: story} if signed else {}
    group |= {member.id: member for member in _members(db, story.cluster) if member.id != id}
    for found in _candidates(db, id, keys):
        if found.id not in group and texts.alike(story, found):
            group |= {member.id: member for member in [found, *_members(db, found.cluster)]}
    if not signed:
        _assign(db, {story: story})
    if len(group) > _MOST:
        _join(db, story, group.values(), texts)
    else:
        _assign(db, leaders(sorted(group.values(), key=_rank), texts.alike))


def unlink(db: Database, id: int) -> None:
    """Take an article out that is about to be removed."""
    _put_keys(db, id, [])
    (story,) = _stories(db, "id = ?", [id])
    _assign(db, {story: story})
    rest = [member for member in _members(db, story.cluster) if member.id != id]
    _assign(db, leaders(sorted(rest, key=_rank), _Texts(db).alike))


def retire(db: Database, *, before: str, now: str) -> bool:
    """Take articles first seen ``before`` out of the index; they stay linked. False: none are left in it.

    Numbers follow time, so that the first young article ends the search. What a wrong clock dated ahead is no
    such end."""
    old: list[tuple[int, list[int]]] = []
    with closing(db.execute(_OLDEST)) as rows:
        for article, keys, first_seen in rows:
            if before <= first_seen <= now or len(old) == RETIRED:
                break
            if first_seen < before:
                old.append((article, _unpacked(keys)))
    _drop_keys(db, old)
    return len(old) == RETIRED


def _rank(story: _Story) -> tuple[str, str, str]:
    """Who leads: the earliest, in whatever order they came."""
    return story.date, story.first_seen, story.url


class _Texts:
    """Signatures of stored articles, each read once."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._known: dict[int, Signature | None] = {}

    def of(self, id: int) -> Signature | None:
        if id not in self._known:
            (text,) = self._db.execute("SELECT text FROM articles WHERE id = ?", [id]).fetchone()
            self._known[id] = _signature(text)
        return self._known[id]

    def alike(self, a: _Story, b: _Story) -> bool:
        one, other = self.of(a.id), self.of(b.id)
        return one is not None and other is not None and is_copy(one, other, same_source=a.source == b.source)


def _stories(db: Database, where: str, parameters: list[Any]) -> list[_Story]:
    sql = f"SELECT {_COLUMNS} FROM articles WHERE {where}"  # noqa: S608 - where is ours
    return [_Story(*row) for row in db.execute(sql, parameters)]


def _members(db: Database, cluster: int | None) -> list[_Story]:
    """The leader among them; more than can be sorted anew are cut off behind it."""
    if cluster is None:
        return []
    where = "cluster = ? AND status = 'article' ORDER BY duplicate_of IS NOT NULL, id LIMIT ?"
    return _stories(db, where, [cluster, _MOST + 1])


def _candidates(db: Database, id: int, keys: list[int]) -> list[_Story]:
    """Whom to compare with, the likeliest first."""
    rows = db.execute(_SHARING, [json.dumps(keys), _POSTINGS - 1, id, SHARED_KEYS, _CANDIDATES])
    found = [article for (article,) in rows]
    by_id = {s.id: s for s in _stories(db, "id IN (SELECT value FROM json_each(?))", [json.dumps(found)])}
    return [by_id[article] for article in found if article in by_id]


def _join(db: Database, story: _Story, group: Iterable[_Story], texts: _Texts) -> None:
    """A cluster of so many stays as it is; a newcomer takes the first leader that it is like."""
    leading = sorted((member for member in group if member.duplicate_of is None), key=_rank)
    if any(leader.id == story.id and leader.cluster is not None for leader in leading):
        return
    leader = next((each for each in leading if each.id != story.id and texts.alike(each, story)), story)
    _assign(db, {story: leader} if leader is story else {leader: leader, story: leader})


def _assign(db: Database, leading: dict[_Story, _Story]) -> None:
    copied = {leader.id for story, leader in leading.items() if leader.id != story.id}
    for story, leader in leading.items():
        cluster = leader.id if leader.id in copied else None
        original = leader.id if leader.id != story.id else None
        if (story.cluster, story.duplicate_of) != (cluster, original):
            db.execute(
                "UPDATE articles SET cluster = ?, duplicate_of = ? WHERE id = ?",
                [cluster, original, story.id],
            )


def _put_keys(db: Database, id: int, keys: list[int]) -> None:
    row = db.execute("SELECT keys FROM story_marks WHERE article = ?", [id]).fetchone()
    before = _unpacked(row[0]) if row else []
    if before == keys:
        return
    _drop_keys(db, [(id, before)])
    if keys:
        db.conn.executemany("INSERT OR IGNORE INTO story_keys VALUES (?, ?)", [(k, id) for k in keys])
        packed = np.array(keys, dtype="<u4").tobytes()
        db.execute("INSERT INTO story_marks (article, keys) VALUES (?, ?)", [id, packed])


def _drop_keys(db: Database, several: list[tuple[int, list[int]]]) -> None:
    """All keys of these articles, in the order in which they lie."""
    places = sorted((key, article) for article, keys in several for key in keys)
    db.conn.executemany("DELETE FROM story_keys WHERE key = ? AND article = ?", places)
    db.conn.executemany("DELETE FROM story_marks WHERE article = ?", [(article,) for article, _ in several])


def _unpacked(keys: bytes) -> list[int]:
    found: list[int] = np.frombuffer(keys, dtype="<u4").tolist()
    return found
