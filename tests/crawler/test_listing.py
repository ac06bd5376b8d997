"""From what a source lists to what is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.listing import MAX_UNDATED, NEWEST, in_turn, is_due, layout_of, listing, moment
from pipelines.types import Entry, Layout
from pipelines.urls import PLAIN, Parameters

NOW = datetime(2026, 3, 8, 12, tzinfo=UTC)
SITE = "https://www.example.org"


def entry(path: str, kind: str = "feed", **fields: str) -> Entry:
    return Entry(url=f"{SITE}{path}", via=f"{SITE}/list", kind=kind, **fields)  # type: ignore[arg-type]


@dataclass
class Everything:
    parameters: Parameters = PLAIN

    def wants(self, url: str) -> bool:
        return url.startswith(SITE) and "/video/" not in url


@dataclass
class Failure:
    reason: str
    tries: int
    last_failed: str = "2026-03-08T11:00:00Z"


def test_variants_of_one_address_are_one_article_and_every_word_on_it_counts() -> None:
    found = listing(
        [
            entry("/a-story-of-note?utm_source=x", "sitemap", published="2026-03-08"),
            entry("/a-story-of-note#top", "section", title="Seen on the page"),
            entry("/a-story-of-note", "feed", title="As the feed says"),
            entry("/another", "feed"),
        ],
        Everything(),
        since=None,
    )
    assert list(found.entries) == [f"{SITE}/a-story-of-note", f"{SITE}/another"]
    story = found.entries[f"{SITE}/a-story-of-note"]
    assert (story.kind, story.title, story.published) == ("feed", "As the feed says", "2026-03-08")


def test_a_source_says_what_names_its_articles() -> None:
    said = Parameters(keep=frozenset({"at_id"}), drop=frozenset({"from"}))
    listed = [entry("/a?at_id=1&from=x"), entry("/a?at_id=1&from=y"), entry("/a?at_id=2")]
    found = listing(listed, Everything(said), since=None)
    assert list(found.entries) == [f"{SITE}/a?at_id=1", f"{SITE}/a?at_id=2"]
    assert found.entries[f"{SITE}/a?at_id=1"].url == f"{SITE}/a?at_id=1&from=x", "as it was given"
    assert list(listing(listed, Everything(), since=None).entries) == [
        f"{SITE}/a?from=x",
        f"{SITE}/a?from=y",
        f"{SITE}/a",
    ]


def test_the_unwanted_is_counted_once_each() -> None:
    entries = [entry("/video/1"), entry("/video/1#x"), entry("/fine")]
    entries.append(Entry(url="https://adverts.example/x", via=SITE, kind="feed"))
    entries.append(Entry(url="mailto:desk@example.org", via=SITE, kind="section"))
    found = listing(entries, Everything(), since=None)
    assert (len(found.entries), found.excluded) == (1, 3)


def test_old_means_what_it_says_and_silence_is_not_old() -> None:
    since = NOW - timedelta(days=7)
    found = listing(
        [
            entry("/new", published="2026-03-07T10:00:00Z"),
            entry("/day", published="2026-03-01"),
            entry("/old", published="Sat, 28 Feb 2026 10:00:00 GMT"),
            entry("/silent"),
            entry("/garbled", published="the other day"),
        ],
        Everything(),
        since=since,
    )
    paths = [url.removeprefix(SITE) for url in found.entries]
    assert paths == ["/new", "/day", "/silent", "/garbled"]
    assert found.older == 1


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2026-03-01T08:30:00+01:00", "2026-03-01T07:30:00+00:00"),
        ("Sun, 01 Mar 2026 08:30:00 +0100", "2026-03-01T07:30:00+00:00"),
        ("2026-03-01", "2026-03-02T00:00:00+00:00"),
        ("0001-01-01T00:00:00+14:00", None),
        ("9999-12-31", None),
        ("Sun, 01 Mar 99999999999999999999 08:30:00 +0100", None),
        ("2026-13-45", None),
        ("", None),
    ],
)
def test_dates_of_machines(text: str, iso: str | None) -> None:
    when = moment(text)
    assert (when.isoformat() if when else None) == iso


@given(st.text(max_size=60))
def test_no_date_is_too_strange(text: str) -> None:
    when = moment(text)
    assert when is None or when.tzinfo is UTC


def test_what_failed_is_tried_again_ever_more_seldom() -> None:
    assert is_due(Failure("timeout", 1), NOW)
    assert is_due(Failure("timeout", 2), NOW)
    assert not is_due(Failure("timeout", 3), NOW)
    assert is_due(Failure("timeout", 3), NOW + timedelta(hours=16))
    assert is_due(Failure("http_404", 1), NOW)
    assert not is_due(Failure("http_404", 1), NOW - timedelta(minutes=1))
    assert not is_due(Failure("http_404", 50), NOW + timedelta(days=6))
    assert is_due(Failure("http_404", 50), NOW + timedelta(days=7))


def test_the_youngest_layout_that_has_begun_holds() -> None:
    old, new, coming = Layout(body=("#old",)), Layout(since="2026-01-01"), Layout(since="2027-01-01")
    assert layout_of([coming, new, old], "2026-03-08") == new
    assert layout_of([coming, new, old], "2025-03-08") == old
    assert layout_of([coming], "2026-03-08") is None


def sitemap_of(days: list[int]) -> list[Entry]:
    return [
        entry(f"/{n}", "sitemap", modified=f"{NOW - timedelta(days=age):%Y-%m-%d}")
        for n, age in enumerate(days)
    ]


def test_what_a_sitemap_dates_long_ago_is_past_but_for_the_newest() -> None:
    past = NOW - timedelta(days=30)
    many = [
        *sitemap_of(list(range(20_000))),
        entry("/feed", published="2019-05-01"),
        entry("/bare", "sitemap"),
    ]
    found = listing(many, Everything(), since=None, past=past)
    assert len(found.entries) == NEWEST + 2, "a feed is short: all of it counts, and what says nothing stays"
    assert found.past == 20_000 - NEWEST
    assert f"{SITE}/{NEWEST - 1}" in found.entries
    # Where all is young, nothing is past; where all is old, the newest are wanted all the same.
    assert listing(sitemap_of([1] * 400), Everything(), since=None, past=past).past == 0
    assert listing(sitemap_of([900, 800, 700]), Everything(), since=None, past=past).past == 0
    # A story that its feed lists as well is none of the sitemap's.
    both = [*sitemap_of(list(range(100))), entry("/99", title="Found again")]
    assert f"{SITE}/99" in listing(both, Everything(), since=None, past=past).entries


def test_the_newest_comes_first_and_the_undated_last() -> None:
    fresh = listing(
        [
            *sitemap_of([9, 1, 5]),
            *(entry(f"/bare{n}", "sitemap") for n in range(3 * MAX_UNDATED)),
            entry("/page", "section"),
            entry("/feed", published="2019-05-01"),
        ],
        Everything(),
        since=None,
    ).entries
    paths = [url.removeprefix(SITE) for url in in_turn(fresh, 500)]
    assert paths[:6] == ["/feed", "/page", "/1", "/2", "/0", "/bare0"]
    assert len(paths) == 5 + MAX_UNDATED
    assert list(in_turn(fresh, 3)) == [f"{SITE}/feed", f"{SITE}/page", f"{SITE}/1"]
