"""The articles that a section or home page lists, by selector or by the look of its links. No Scrapy."""

from __future__ import annotations

from pipelines.types import Entry


def read(
    body: bytes, *, url: str, selector: str | None = None, charset: str | None = None
) -> tuple[Entry, ...]:
    """The article links in page order, each once, with the best headline seen. Never raises.

    ``selector``: CSS of the links, or of what holds them; without it the look of the links decides.
    """
    raise NotImplementedError
