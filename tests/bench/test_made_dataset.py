"""The made-up dataset is one as a crawl would leave it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import made_dataset
from exporters.store import Store


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, value in {"WORDS": 2000, "SENTENCES": 200, "CHUNK": 100}.items():
        monkeypatch.setattr(made_dataset, name, value)
    path = tmp_path / "news.db"
    made_dataset.make(path, 250, words=60, told=200)
    return path


def test_it_is_whole_and_read_as_any_other(path: Path) -> None:
    with Store.open(path) as store:
        assert store.db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert store.db.execute("PRAGMA foreign_key_check").fetchall() == []
        store.db.execute("INSERT INTO articles_fts (articles_fts, rank) VALUES ('integrity-check', 1)")
        urls = [url for (url,) in store.db.execute("SELECT url FROM articles")]
        assert len(urls) == 250
        assert store.known(urls) == set(urls)
        article = store.article(urls[41])
        assert article is not None
        assert article.date <= article.first_seen
        assert len(store.removed(article.id)) > 50
        assert article.id in {hit.id for hit in store.search(article.text.split()[0], limit=250)}


def test_texts_that_come_again_are_articles_of_their_own(path: Path) -> None:
    with Store.open(path) as store:
        first, again = store.article(13), store.article(213)
        assert first is not None
        assert again is not None
        assert (first.text, first.source) == (again.text, again.source)
        assert first.guid != again.guid
        assert first.url != again.url
        assert first.first_seen < again.first_seen


def test_the_same_number_makes_the_same_articles(path: Path, tmp_path: Path) -> None:
    made_dataset.make(tmp_path / "other.db", 100, words=60)
    with Store.open(path) as one, Store.open(tmp_path / "other.db") as other:
        sql = "SELECT guid, url, text, first_seen, published FROM articles WHERE id <= 100 ORDER BY id"
        assert one.db.execute(sql).fetchall() == other.db.execute(sql).fetchall()
