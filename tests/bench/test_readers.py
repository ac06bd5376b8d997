"""Readers beside a writer: what the bench says of them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bench.readers import stories, trial, varied


def test_each_article_is_another_one() -> None:
    (story, _), *_ = stories()
    one, other = varied(story, 1), varied(story, 2)
    assert one.url != other.url
    assert one.content_hash != other.content_hash
    assert sorted(one.text.split()) == sorted(story.text.split())


@pytest.mark.slow
@pytest.mark.filterwarnings(
    "ignore:.*fork:DeprecationWarning"
)  # of a process with threads, as pytest's may be
def test_readers_and_writer_all_come_through(tmp_path: Path) -> None:
    path = tmp_path / "news.db"
    alone, beside, told = trial(path, readers=2, rate=20, seconds=0.3, rounds=1, articles=40)
    assert alone[0] > 0
    assert beside[0] > 0
    assert [one.errors for one in told] == [[], []]
    assert all(one.seconds for one in told)
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT count(*) > 40 FROM articles").fetchone() == (1,)
