"""The plots of a source."""

from __future__ import annotations

from datetime import date

from crawler import statuspage
from exporters.store import SourceDay

DATES = statuspage.dates(date(2026, 3, 30))


def test_what_the_colours_mean_and_what_failed_is_said_in_words() -> None:
    day = SourceDay(source="x", day="2026-03-30", new=2, bad=1, words=300, removed_share=None, seconds=0.0)
    drawn = statuspage.bars("new articles a day", {day.day: day}, DATES)
    assert '<p class="key">blue: 2 new, red: 1 failed</p>' in drawn
    assert 'aria-label="new articles a day: 2 in 30 days; blue: 2 new, red: 1 failed"' in drawn


def test_where_nothing_is_drawn_there_are_no_colours() -> None:
    assert 'class="key"' not in statuspage.bars("new articles a day", {}, DATES)
