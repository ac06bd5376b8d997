"""What every feed format is read into, before links are made absolute. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

#: Entries beyond this are not read. An archive that long is a sitemap's job.
MAX_ENTRIES = 2000
#: Text of this length is an article rather than a teaser.
FULL_TEXT = 1200


@dataclass(frozen=True, slots=True, kw_only=True)
class RawItem:
    """One item as its format names it; links still as written."""

    link: str | None
    id: str | None = None
    title: str | None = None
    authors: tuple[str, ...] = ()
    published: str | None = None
    modified: str | None = None
    language: str | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    image: str | None = None
    summary: str | None = None
    content: str | None = None
    #: It brings a sound or video file.
    is_media: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """A feed of any format."""

    kind: str
    items: tuple[RawItem, ...]
    title: str | None = None
    home: str | None = None
    language: str | None = None
    self_url: str | None = None
    next_url: str | None = None
    hub_url: str | None = None
    ttl: int | None = None
    problem: str | None = None


def unique(values: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))
