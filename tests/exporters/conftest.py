"""A store in a folder of its own, and articles to put into it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database, Migrations

from exporters.store import Store, schema
from pipelines.fingerprint import content_hash
from pipelines.types import Article

STORY = (
    "The town council voted on Tuesday to keep the old tram line and to pay for new rails.\n\n"
    "Twelve members were in favour, nine against; the work is to begin in spring and to take two years.\n\n"
    "Shopkeepers along the line had asked for a shorter closure, which the council promised to consider."
)
#: Another story.
OTHER = (
    "A storm tore the roof from the sports hall in the night, and nobody was hurt.\n\n"
    "Lessons will be held in the library until the roof is mended, the school wrote to parents.\n\n"
    "An expert is to say next week whether the walls have suffered as well."
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "news.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with Store.open(path) as store:
        yield store


@pytest.fixture
def at() -> Callable[[int], datetime]:
    """Minutes after the first crawl."""
    return lambda minutes: datetime(2026, 3, 1, 8, 30, tzinfo=UTC) + timedelta(minutes=minutes)


@pytest.fixture
def make() -> Callable[..., Article]:
    """An article; its hash and word count follow from its words."""

    def article(name: str = "tram-line-stays", **fields: Any) -> Article:
        url = fields.pop("url", f"https://www.example.org/town/{name}")
        title = fields.pop("title", f"About {name}")
        text = fields.pop("text", STORY)
        given = {
            "raw_url": url,
            "status": "article",
            "html": "".join(f"<p>{paragraph}</p>" for paragraph in text.split("\n\n")),
            "content_hash": content_hash(title, text),
            "word_count": len(text.split()),
            **fields,
        }
        return Article(url=url, title=title, text=text, **given)

    return article


@pytest.fixture
def save(store: Store, at: Callable[[int], datetime]) -> Callable[..., Any]:
    """``save(article, minutes, …)`` with the cleaner's version "1"."""

    def put(article: Article, minutes: int = 0, **options: Any) -> Any:
        return store.save(
            article, **{"source": "example", "now": at(minutes), "cleaner_version": "1", **options}
        )

    return put


@pytest.fixture
def steps(store: Store) -> Callable[[Callable[[], object]], int]:
    """``steps(work)``: what SQLite does for it, in steps of its machine."""

    def counted(work: Callable[[], object]) -> int:
        count = 0

        def tick() -> int:
            nonlocal count
            count += 1
            return 0

        store.db.conn.set_progress_handler(tick, 1)
        try:
            work()
        finally:
            store.db.conn.set_progress_handler(None, 0)
        return count

    return counted


@pytest.fixture
def older(path: Path) -> Callable[[str], Database]:
    """The dataset as it was before that migration."""

    def made(before: str) -> Database:
        migrations = Migrations("copydesk")
        for migration in schema.migrations.pending(Database(memory=True)):
            if migration.name < before:
                migrations(name=migration.name)(migration.fn)
        db = Database(path)
        migrations.apply(db)
        return db

    return made
