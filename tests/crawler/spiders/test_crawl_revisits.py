"""A crawl's archive: what comes as before is kept without its body, files end where they are told to."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from exporters.archive import Archive
from exporters.store import Store

pytestmark = pytest.mark.slow


def test_an_unchanged_feed_and_an_unchanged_page_are_revisits(desk: Any, sites: Any) -> None:
    site = sites()
    site.stories("/alder", "/birch")
    desk.source("ferry", site)
    assert desk.run("crawl").returncode == 0
    with closing(sqlite3.connect(desk.path / "news.db")) as db, db:
        db.execute("UPDATE checks SET due = '2026-01-01T00:00:00Z', etag = NULL, last_modified = NULL")
        db.execute("UPDATE fetch_state SET etag = NULL, last_modified = NULL")
    before = {page: site.hits[page] for page in ("/alder", "/birch", "/feed.xml")}
    assert desk.run("crawl", "--all").returncode == 0
    assert all(site.hits[page] == hits + 1 for page, hits in before.items())
    (file,) = (desk.path / "archive").glob("*.warc.gz")
    with file.open("rb") as stream:
        again = [
            record.rec_headers.get_header("WARC-Target-URI").removeprefix(site.url)
            for record in ArchiveIterator(stream)
            if record.rec_type == "revisit"
        ]
    assert {"/alder", "/birch"} <= set(again)
    with Store.open(desk.path / "news.db", read_only=True) as store, Archive(file.parent) as archive:
        for (id,) in store.db.execute("SELECT id FROM snapshots").fetchall():
            snapshot = store.snapshot(id)
            assert snapshot is not None
            assert archive.read(snapshot).url == snapshot.url
        assert len(list(store.articles())) == 2
        assert store.db.execute("SELECT count(*) FROM revisions").fetchone() == (0,)


def test_a_size_that_is_none_is_said_before_any_request(desk: Any, sites: Any) -> None:
    site = sites()
    site.stories("/alder")
    desk.source("ferry", site)
    ended = desk.run("crawl", COPYDESK_WARC_MB="big")
    assert ended.returncode == 2
    assert "COPYDESK_WARC_MB=big: not a size" in ended.stderr
    assert not site.hits
