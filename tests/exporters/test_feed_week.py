"""A week of crawls, read as a feed reader reads: no story twice, none missed, none back after it had left."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

import feedparser
import pytest

from exporters.feeds.publish import publish
from exporters.store import Store
from pipelines.fingerprint import content_hash
from pipelines.types import Article, Entry

START = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
CRAWLS = 28
APART = timedelta(hours=6)


@dataclass(frozen=True)
class Newsroom:
    slug: str
    feeds: tuple[str, ...] = ()
    syndicate: Literal["full", "summary", "link"] = "full"

    @property
    def name(self) -> str:
        return self.slug.title()

    @property
    def url(self) -> str:
        return f"https://www.{self.slug}.example/"


ROOMS = (Newsroom("ferry"), Newsroom("harbour", syndicate="summary"), Newsroom("silent"))


@dataclass
class Story:
    """What really happened, against which the reader is held."""

    number: int
    room: Newsroom
    published: datetime
    #: Old when it was found: it is in no feed.
    backfill: bool = False
    edits: int = 0
    moves: int = 0

    @property
    def url(self) -> str:
        return f"{self.room.url}story/{self.number}" + (f"-moved-{self.moves}" if self.moves else "")

    @property
    def mark(self) -> str:
        return f"story{self.number}of"

    def article(self) -> Article:
        # Enough words of its own, so that no two are copies and a moved one is known again.
        own = random.Random(self.number)
        words = " ".join(f"{own.choice('bcdfgklmn')}{own.randrange(10**6)}" for _ in range(70))
        title = f"The {self.mark} {self.room.slug}" + (f", edited {self.edits} times" if self.edits else "")
        text = f"{self.mark} {words}." + (f"\n\nEdit {self.edits}." if self.edits else "")
        return Article(
            url=self.url,
            raw_url=self.url,
            status="article",
            title=title,
            text=text,
            html="".join(f"<p>{paragraph}</p>" for paragraph in text.split("\n\n")),
            published=self.published.strftime("%Y-%m-%dT%H:%M:%SZ"),
            word_count=len(text.split()),
            content_hash=content_hash(title, text),
        )


@dataclass
class Reader:
    """Asks for one feed; remembers every id, and which ones were there the last time."""

    seen: dict[str, str] = field(default_factory=dict)
    present: set[str] = field(default_factory=set)
    #: The last that it saw of each item.
    items: dict[str, Any] = field(default_factory=dict)

    def poll(self, path: Path) -> None:
        parsed = feedparser.parse(BytesIO(path.read_bytes()), sanitize_html=False)
        assert not parsed.bozo
        ids = [entry.id for entry in parsed.entries]
        assert len(ids) == len(set(ids))
        for entry in parsed.entries:
            mark = next(word for word in entry.title.split() if word.startswith("story"))
            assert self.seen.setdefault(entry.id, mark) == mark, "an id names another story"
            before = self.items.get(entry.id)
            if before is None:
                continue
            assert entry.id in self.present, "it had left, and is back"
            assert entry.published == before.published, "it looks new"
            if entry.title != before.title:
                assert _changed(entry) > _changed(before)
            else:
                assert _unmoved(entry) == _unmoved(before), "nobody edited it"
        self.present = set(ids)
        self.items |= {entry.id: entry for entry in parsed.entries}

    @property
    def marks(self) -> list[str]:
        return sorted(self.seen.values())


def _unmoved(entry: Any) -> dict[str, Any]:
    """All but its address, which may follow the story."""
    return {key: value for key, value in entry.items() if key not in ("link", "links")}


def _changed(entry: Any) -> Any:
    return entry.updated_parsed if "updated" in entry else entry.published_parsed


class World:
    """The newsrooms, a crawl every six hours, and what befalls their stories."""

    def __init__(self, store: Store, seed: int) -> None:
        self.store = store
        self.chance = random.Random(seed)
        self.stories: list[Story] = []
        self.now = START

    def crawl(self, number: int) -> None:
        self.now = START + number * APART
        if number == 0:
            for age in range(40):  # the site as it is found: the newest of it begin the feed
                self._publish(ROOMS[0], days=age * 3 + self.chance.random(), backfill=age >= 20)
            return
        for room in ROOMS[:2]:
            for _ in range(self.chance.choice((0, 1, 2, 3, 5))):
                self._publish(room, days=self.chance.random() * self.chance.choice((0.2, 1, 6)))
        if self.chance.random() < 0.15:  # the archive of a site comes in
            for _ in range(30):
                self._publish(
                    self.chance.choice(ROOMS[:2]), days=9 + 300 * self.chance.random(), backfill=True
                )
        if number == CRAWLS // 2:  # a day on which everything happens
            for _ in range(90):
                self._publish(ROOMS[0], days=self.chance.random() / 2)
        for story in self.chance.sample(self.stories, k=min(6, len(self.stories))):
            self._befall(story)

    def _befall(self, story: Story) -> None:
        what = self.chance.choice(("edit", "edit", "move", "look"))
        if what == "edit" and not story.moves:
            story.edits += 1
        elif what == "move":
            story.moves += 1
        self._save(story)

    def _publish(self, room: Newsroom, *, days: float, backfill: bool = False) -> None:
        story = Story(len(self.stories), room, self.now - timedelta(days=days), backfill)
        self.stories.append(story)
        self._save(story)

    def _save(self, story: Story) -> None:
        # Every tenth story comes with a feed id that another one had.
        entry = Entry(
            url=story.url,
            via=f"{story.room.url}feed",
            kind="feed",
            id=f"{story.room.slug}-{story.number % 10}",
        )
        self.store.save(
            story.article(), source=story.room.slug, now=self.now, entry=entry, cleaner_version="1"
        )

    def due(self, room: Newsroom | None = None) -> list[str]:
        """What a reader must have met."""
        return sorted(
            story.mark for story in self.stories if not story.backfill and story.room in (room or story.room,)
        )


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.open(":memory:") as store:
        yield store


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_a_reader_meets_each_story_once(store: Store, tmp_path: Path, seed: int) -> None:
    world = World(store, seed)
    readers = {
        name: Reader()
        for name in ("all.xml", "all.atom", "ferry.xml", "ferry.atom", "harbour.xml", "silent.atom")
    }
    for number in range(CRAWLS):
        world.crawl(number)
        publish(store, tmp_path, ROOMS)
        if number % 9 == 0:
            before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
            assert {result.outcome for result in publish(store, tmp_path, ROOMS)} == {"unchanged"}
            assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
        for name, reader in readers.items():
            # Somebody who looks at least every other day; the others look as they like.
            if number % 7 == 0 or number == CRAWLS - 1 or world.chance.random() < 0.3:
                reader.poll(tmp_path / name)
    assert len(world.stories) > 150
    assert any(story.edits for story in world.stories)
    assert any(story.moves for story in world.stories)
    assert any(story.backfill for story in world.stories[40:])
    for name in ("all.xml", "all.atom"):
        assert readers[name].marks == world.due()
    for name in ("ferry.xml", "ferry.atom"):
        assert readers[name].marks == world.due(ROOMS[0])
    assert readers["harbour.xml"].marks == world.due(ROOMS[1])
    assert readers["silent.atom"].marks == []
