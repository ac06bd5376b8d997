"""Feeds in a folder: replaced whole, left alone when nothing changed, kept when the new one is worse."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

import feedparser
import pytest

from exporters import files
from exporters.feeds import opml
from exporters.feeds import publish as press
from exporters.feeds.editions import Edition
from exporters.feeds.model import item
from exporters.feeds.publish import publish
from exporters.store.syndication import Selection
from pipelines.errors import ConfigError, StoreError
from pipelines.types import Author, Image


@dataclass(frozen=True, kw_only=True)
class Story:
    """As much of a stored article as a feed needs."""

    guid: str = "urn:uuid:1"
    source: str = "beispiel"
    url: str = "https://www.example.org/1"
    title: str | None = "Eins"
    standfirst: str | None = None
    authors: tuple[Author, ...] = ()
    published: str | None = "2026-03-01T08:00:00Z"
    modified: str | None = None
    first_seen: str = "2026-03-01T09:00:00Z"
    last_changed: str = "2026-03-01T09:00:00Z"
    language: str | None = "de"
    section: str | None = None
    tags: tuple[str, ...] = ()
    image: Image | None = None
    text: str = "Der erste Absatz.\n\nDer zweite."
    html: str = "<p>Der erste Absatz.</p><p>Der zweite.</p>"


@dataclass(frozen=True, kw_only=True)
class Source:
    slug: str = "beispiel"
    name: str = "Beispiel"
    url: str = "https://www.example.org/"
    feeds: tuple[str, ...] = ("https://www.example.org/rss",)
    syndicate: Literal["full", "summary", "link"] = "full"


class Shelf:
    """A store that holds what it is given, newest first."""

    def __init__(self, *stories: Story) -> None:
        self.stories = list(stories)

    def begin_feeds(self, sources: Iterable[str]) -> None:
        """It holds nothing that is old."""

    def syndicated(self, selection: Selection) -> list[Story]:
        return [story for story in self.stories if story.source in (selection.sources or (story.source,))]


ONE = Story()
TWO = Story(
    guid="urn:uuid:2", url="https://www.example.org/2", title="Zwei", last_changed="2026-03-03T10:00:00Z"
)
OTHER = Story(guid="urn:uuid:3", source="other", url="https://other.example/3", title="Three", language="en")
SOURCES = (Source(), Source(slug="other", name="Other", url="https://other.example/", feeds=()))


def entries(path: Path) -> list[Any]:
    parsed = feedparser.parse(BytesIO(path.read_bytes()), sanitize_html=False, resolve_relative_uris=False)
    assert not parsed.bozo
    return list(parsed.entries)


def outcomes(results: tuple[press.Published, ...]) -> dict[str, str]:
    """Of the RSS files; those of the other formats are the same."""
    found: dict[str, set[str]] = {}
    for result in results:
        found.setdefault(result.slug, set()).add(result.outcome)
    assert all(len(words) == 1 for words in found.values())
    return {slug: words.pop() for slug, words in found.items()}


def test_a_feed_for_each_source_and_one_of_all(tmp_path: Path) -> None:
    results = publish(Shelf(TWO, ONE, OTHER), tmp_path / "feeds", SOURCES)
    assert outcomes(results) == {"beispiel": "written", "other": "written", "all": "written"}
    assert [entry.title for entry in entries(tmp_path / "feeds/beispiel.xml")] == ["Zwei", "Eins"]
    assert [entry.title for entry in entries(tmp_path / "feeds/all.xml")] == ["Zwei", "Eins", "Three"]
    assert [entry.source.title for entry in entries(tmp_path / "feeds/all.xml")][-1] == "Other"
    assert b"<language>de</language>" in (tmp_path / "feeds/beispiel.xml").read_bytes()
    assert b"<language>" not in (tmp_path / "feeds/all.xml").read_bytes()


def test_unchanged_feeds_are_not_touched(tmp_path: Path) -> None:
    shelf = Shelf(TWO, ONE)
    publish(shelf, tmp_path, SOURCES)
    for file in tmp_path.iterdir():
        os.utime(file, (1_000_000_000, 1_000_000_000))
    before = {file.name: (file.read_bytes(), file.stat().st_ino) for file in tmp_path.iterdir()}
    assert set(outcomes(publish(shelf, tmp_path, SOURCES)).values()) == {"unchanged"}
    assert {file.name: (file.read_bytes(), file.stat().st_ino) for file in tmp_path.iterdir()} == before
    assert {file.stat().st_mtime for file in tmp_path.iterdir()} == {1_000_000_000}


def test_a_file_that_somebody_changed_is_made_again(tmp_path: Path) -> None:
    publish(Shelf(ONE), tmp_path, SOURCES)
    right = (tmp_path / "beispiel.atom").read_bytes()
    (tmp_path / "beispiel.atom").write_bytes(b"x" + right[1:])
    (tmp_path / "other.json").unlink()
    results = publish(Shelf(ONE), tmp_path, SOURCES)
    assert [r.path.name for r in results if r.outcome == "written"] == ["beispiel.atom", "other.json"]
    assert (tmp_path / "beispiel.atom").read_bytes() == right


def test_what_has_not_changed_is_not_even_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(Shelf(ONE), tmp_path, SOURCES)
    calls: list[str] = []
    render = press.rss.render
    monkeypatch.setattr(press.rss, "render", lambda feed: calls.append(feed.title) or render(feed))
    publish(Shelf(ONE), tmp_path, SOURCES)
    assert calls == []
    publish(Shelf(ONE), tmp_path, (Source(syndicate="link"), SOURCES[1]))
    assert calls == ["Beispiel", "Copydesk"]


@pytest.mark.parametrize("record", [None, b"{", b"[]", b'{"beispiel": 3, "all": ["x"]}'])
def test_without_a_record_feeds_are_made_again_to_the_same_bytes(
    tmp_path: Path, record: bytes | None
) -> None:
    publish(Shelf(ONE), tmp_path, SOURCES)
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    (tmp_path / ".made.json").unlink()
    if record is not None:
        (tmp_path / ".made.json").write_bytes(record)
    assert set(outcomes(publish(Shelf(ONE), tmp_path, SOURCES)).values()) == {"unchanged"}
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before


def test_the_build_date_is_the_newest_change_not_the_clock(tmp_path: Path) -> None:
    publish(Shelf(ONE, TWO), tmp_path, SOURCES)
    assert b"<lastBuildDate>Tue, 03 Mar 2026 10:00:00 +0000<" in (tmp_path / "beispiel.xml").read_bytes()


def test_an_edit_changes_one_item_and_keeps_its_id(tmp_path: Path) -> None:
    publish(Shelf(TWO, ONE), tmp_path, SOURCES)
    before = entries(tmp_path / "beispiel.xml")
    edited = replace(ONE, title="Eins, berichtigt", last_changed="2026-03-04T10:00:00Z")
    publish(Shelf(TWO, edited), tmp_path, SOURCES)
    after = entries(tmp_path / "beispiel.xml")
    assert [entry.id for entry in after] == [entry.id for entry in before]
    assert after[0] == before[0]
    assert after[1].title == "Eins, berichtigt"
    assert after[1].published == before[1].published
    assert after[1].updated == "2026-03-04T10:00:00Z"


def test_an_empty_feed_replaces_only_an_empty_one(tmp_path: Path) -> None:
    assert outcomes(publish(Shelf(), tmp_path, SOURCES))["beispiel"] == "written"
    publish(Shelf(ONE), tmp_path, SOURCES)
    full = (tmp_path / "beispiel.xml").read_bytes()
    results = publish(Shelf(), tmp_path, SOURCES)
    assert outcomes(results) == {"beispiel": "kept", "other": "unchanged", "all": "kept"}
    assert "empty" in (results[0].reason or "")
    assert (tmp_path / "beispiel.xml").read_bytes() == full


def test_what_is_not_well_formed_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(Shelf(ONE), tmp_path, SOURCES)
    full = (tmp_path / "beispiel.xml").read_bytes()
    monkeypatch.setattr(press.rss, "render", lambda feed: b"<rss><channel><item></channel></rss>")
    results = publish(Shelf(ONE, TWO), tmp_path, SOURCES)
    assert {result.path.suffix: result.outcome for result in results if result.slug == "beispiel"} == {
        ".xml": "kept",
        ".atom": "written",
        ".json": "written",
    }
    assert "not be well-formed XML" in str(results[0].reason)
    assert (tmp_path / "beispiel.xml").read_bytes() == full


def test_what_would_be_no_feed_is_not_written(tmp_path: Path) -> None:
    twins = Shelf(ONE, replace(TWO, guid=ONE.guid))
    results = publish(twins, tmp_path, SOURCES)
    assert outcomes(results) == {"beispiel": "kept", "other": "written", "all": "kept"}
    assert results[0].reason == "two items have the id urn:uuid:1"
    assert not (tmp_path / "beispiel.xml").exists()


def test_an_article_at_an_address_that_is_none_keeps_no_other_back(tmp_path: Path) -> None:
    publish(Shelf(ONE, replace(TWO, url="https://[::1")), tmp_path, SOURCES)
    assert [entry.title for entry in entries(tmp_path / "beispiel.xml")] == ["Eins"]


def test_what_is_to_be_seen_no_more_may_leave_a_feed_empty(tmp_path: Path) -> None:
    publish(Shelf(ONE), tmp_path, SOURCES)
    assert set(outcomes(publish(Shelf(), tmp_path, SOURCES, may_empty=True)).values()) == {
        "written",
        "unchanged",
    }
    assert not any(ONE.url.encode() in file.read_bytes() for file in tmp_path.iterdir())


def test_a_broken_old_file_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "beispiel.xml").write_bytes(b"<rss><channel><item>")
    assert outcomes(publish(Shelf(), tmp_path, SOURCES))["beispiel"] == "written"


def test_each_feed_comes_in_three_formats_that_name_their_own_place(tmp_path: Path) -> None:
    publish(Shelf(TWO, ONE), tmp_path, SOURCES, base_url="https://feeds.example.net/")
    atom = feedparser.parse(BytesIO((tmp_path / "beispiel.atom").read_bytes()), sanitize_html=False)
    document = json.loads((tmp_path / "beispiel.json").read_bytes())
    assert not atom.bozo
    assert [entry.id for entry in atom.entries] == [each["id"] for each in document["items"]]
    assert b'href="https://feeds.example.net/beispiel.atom"' in (tmp_path / "beispiel.atom").read_bytes()
    assert document["feed_url"] == "https://feeds.example.net/beispiel.json"
    for name in ("beispiel.xml", "all.atom"):
        assert b'<?xml-stylesheet type="text/css" href="feeds.css"?>' in (tmp_path / name).read_bytes()
    assert (tmp_path / "feeds.css").stat().st_size > 500


def test_a_feed_of_ones_own_says_what_its_sources_may(tmp_path: Path) -> None:
    others = Selection(sources=("other",))
    mine = Edition(name="mine", title="Mine", description="What I read", selection=others)
    sources = (SOURCES[0], replace(SOURCES[1], syndicate="link"))
    publish(Shelf(TWO, ONE, OTHER), tmp_path, sources, defined=[mine])
    (entry,) = entries(tmp_path / "mine.xml")
    assert (entry.title, entry.source.title, "content" in entry) == ("Three", "Other", False)
    parsed = feedparser.parse(BytesIO((tmp_path / "mine.xml").read_bytes()))
    assert (parsed.feed.title, parsed.feed.subtitle) == ("Mine", "What I read")
    with pytest.raises(ConfigError, match="'other'"):
        publish(Shelf(), tmp_path, sources, defined=[replace(mine, name="other")])


def test_the_list_of_all_feeds(tmp_path: Path) -> None:
    mine = Edition(name="mine", title="Mine & <yours>", description="x", selection=Selection())
    publish(Shelf(ONE), tmp_path, SOURCES, defined=[mine], base_url="https://feeds.example.net/")
    listed = opml.read((tmp_path / "feeds.opml").read_bytes())
    assert [(feed.name, feed.title) for feed in listed] == [
        ("all", "Copydesk"), ("mine", "Mine & <yours>"), ("beispiel", "Beispiel"), ("other", "Other"),
    ]  # fmt: skip
    assert listed[2].address == "https://feeds.example.net/beispiel.xml"
    assert [feed.home for feed in listed[1:3]] == ["https://feeds.example.net/", "https://www.example.org/"]
    found = opml.shelf(tmp_path)
    assert [feed.name for feed in found] == [feed.name for feed in listed]
    assert found[2].files == (
        (tmp_path / "beispiel.xml", "application/xml"),
        (tmp_path / "beispiel.atom", "application/xml"),
        (tmp_path / "beispiel.json", "application/feed+json"),
    )


def test_a_feed_whose_definition_cannot_be_read_stays_in_the_list(tmp_path: Path) -> None:
    mine = Edition(name="mine", title="Mine", description="x", selection=Selection())
    publish(Shelf(ONE), tmp_path, SOURCES, defined=[mine])
    before = (tmp_path / "feeds.opml").read_bytes()
    publish(Shelf(ONE), tmp_path, SOURCES, all_defined=False)
    assert sorted(feed.name for feed in opml.shelf(tmp_path)) == ["all", "beispiel", "mine", "other"]
    publish(Shelf(ONE), tmp_path, SOURCES)
    assert sorted(feed.name for feed in opml.shelf(tmp_path)) == ["all", "beispiel", "other"]
    publish(Shelf(ONE), tmp_path, SOURCES, defined=[mine])
    assert (tmp_path / "feeds.opml").read_bytes() == before


def test_nothing_is_on_a_shelf_that_is_not_there(tmp_path: Path) -> None:
    assert opml.shelf(tmp_path / "feeds") == ()
    (tmp_path / "feeds.opml").write_bytes(b"<opml>")
    assert opml.shelf(tmp_path) == ()


def test_a_write_that_fails_leaves_the_old_file_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(Shelf(ONE), tmp_path, SOURCES)
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}

    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", fail)
    with pytest.raises(StoreError, match="No space left"):
        publish(Shelf(TWO, ONE), tmp_path, SOURCES)
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before


def test_a_web_server_may_read_the_feeds(tmp_path: Path) -> None:
    publish(Shelf(ONE), tmp_path, SOURCES)
    assert (tmp_path / "all.xml").stat().st_mode & 0o777 == 0o644


def test_only_the_sources_named_and_all(tmp_path: Path) -> None:
    assert outcomes(publish(Shelf(ONE), tmp_path, SOURCES, only={"other"})) == {
        "other": "written",
        "all": "written",
    }


def test_no_source_takes_the_place_of_all(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"all\.xml"):
        publish(Shelf(), tmp_path, (Source(slug="all"),))


def test_the_base_address_is_where_the_feeds_are(tmp_path: Path) -> None:
    publish(Shelf(ONE), tmp_path, SOURCES, base_url="https://feeds.example.net/news")
    assert b'href="https://feeds.example.net/news/beispiel.xml"' in (tmp_path / "beispiel.xml").read_bytes()
    assert b"<link>https://feeds.example.net/news/</link>" in (tmp_path / "all.xml").read_bytes()


@pytest.mark.parametrize(
    ("syndicate", "body", "summary"), [("full", True, True), ("summary", False, True), ("link", False, False)]
)
def test_a_feed_carries_what_may_be_syndicated(
    tmp_path: Path, syndicate: Literal["full", "summary", "link"], body: bool, summary: bool
) -> None:
    publish(Shelf(ONE), tmp_path, (Source(syndicate=syndicate),))
    for name in ("beispiel.xml", "all.xml"):
        (entry,) = entries(tmp_path / name)
        assert ("content" in entry) == body
        assert ("summary" in entry) == summary
        assert entry.link == ONE.url
        assert entry.title == "Eins"


def test_an_article_without_a_date_has_the_one_it_was_first_seen() -> None:
    assert item(replace(ONE, published=None)).published == ONE.first_seen


def test_a_date_to_come_does_not_stand_on_top_until_it_comes() -> None:
    assert item(replace(ONE, published="2027-01-01T00:00:00Z")).published == ONE.first_seen


def test_what_the_publisher_calls_modified_counts_until_a_change_is_seen() -> None:
    modified = replace(ONE, modified="2026-03-01T08:30:00Z")
    assert item(modified).updated == "2026-03-01T08:30:00Z"
    assert item(replace(modified, last_changed="2026-03-05T00:00:00Z")).updated == "2026-03-05T00:00:00Z"
    assert item(replace(ONE, modified="2025-01-01")).updated == ONE.published


def test_the_summary_is_the_standfirst_or_the_beginning() -> None:
    assert item(replace(ONE, standfirst="Worum es geht.")).summary == "Worum es geht."
    assert item(ONE).summary == "Der erste Absatz."
    long = item(replace(ONE, text="Wort, " * 100)).summary
    assert long is not None
    assert len(long) <= 303
    assert long.endswith("Wort …")


def test_an_article_without_a_headline_is_called_by_its_address() -> None:
    assert item(replace(ONE, title=None)).title == ONE.url
