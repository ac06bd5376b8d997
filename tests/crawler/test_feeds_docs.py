"""docs/feeds.md has every field of feeds.toml, with its default, and its example is right."""

from __future__ import annotations

import re
from pathlib import Path

from crawler import ownfeeds
from exporters.store import syndication

PAGE = (Path(__file__).parents[2] / "docs/feeds.md").read_text("utf-8")


def test_every_field_is_there() -> None:
    table = re.findall(r"^\| `(\w+)` \|[^|]*\| (.*?) \|", PAGE, re.MULTILINE)
    assert [name for name, _ in table] == list(ownfeeds.Definition.model_fields)
    assert dict(table)["max_age_days"] == f"`{syndication.MAX_AGE}`"
    assert dict(table)["copies"] == "`true`"


def test_the_numbers_are_the_code_s() -> None:
    assert f"at least the\n  last {syndication.LEAST}, at most {syndication.MOST}" in PAGE
    assert f"the {syndication.SEARCHED:,} articles" in PAGE
    assert f"the {syndication.SCANNED:,} that arrived last" in PAGE
    assert (syndication.FIRST, syndication.MAX_AGE, syndication.SPAN.days) == (20, 7, 2)


def test_the_example_is_right() -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    editions, problems = ownfeeds.parse(example, {"tagblatt", "courier"})
    assert problems == ()
    assert [edition.name for edition in editions] == ["trams", "town-hall"]
