"""The feeds of a home: what is declared in it, brought to the exporters."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from crawler import ownfeeds
from crawler.home import Home
from crawler.sources import Source
from exporters.feeds.publish import Published, publish
from exporters.store import Store


def press(
    home: Home,
    store: Store,
    sources: Sequence[Source],
    *,
    only: Collection[str] | None = None,
    base_url: str | None = None,
    may_empty: bool = False,
) -> tuple[tuple[Published, ...], tuple[str, ...]]:
    """What became of each file, and what is wrong with the feeds that a person defined.

    The parameters are those of ``exporters.feeds.publish.publish``."""
    defined, problems = ownfeeds.read(home.path / ownfeeds.FILE, {source.slug for source in sources})
    results = publish(
        store,
        home.feeds,
        sources,
        only=only,
        defined=defined,
        all_defined=not problems,
        base_url=base_url,
        may_empty=may_empty,
    )
    return results, problems
