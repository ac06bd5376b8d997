"""Sources: one TOML file each, validated as a whole before the first request. No Scrapy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel

from pipelines.types import Layout

#: Names that mean something else: the spider for single addresses, and everything.
RESERVED = frozenset({"article", "all"})


class Section(BaseModel):
    """A page that lists articles; ``selector``: CSS of its article links, else their look decides."""

    url: str
    selector: str | None = None


class Source(BaseModel):
    slug: str
    url: str
    name: str
    enabled: bool = True
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    allowed_hosts: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    delay: float | None = None
    concurrency: int = 1
    syndicate: Literal["full", "summary", "link"] = "full"
    allow_private: bool = False
    cookies: Mapping[str, str] = {}
    headers: Mapping[str, str] = {}
    layout: tuple[Layout, ...] = ()

    @property
    def declares_endpoints(self) -> bool:
        """Whether it names a feed, a sitemap or a section; if not, the first crawl surveys the site."""
        raise NotImplementedError

    def allows_host(self, url: str) -> bool:
        """Whether ``url`` lies on the source's site or on one of ``allowed_hosts``."""
        raise NotImplementedError

    def wants(self, url: str) -> bool:
        """Whether an article at ``url`` belongs to the source: host allowed, included, not excluded."""
        raise NotImplementedError

    def request_headers(self, environ: Mapping[str, str]) -> dict[str, str]:
        """The declared headers with their values; SourceError names a variable that is not set."""
        raise NotImplementedError

    def request_cookies(self, environ: Mapping[str, str]) -> dict[str, str]:
        raise NotImplementedError


def load(folder: Path) -> tuple[Source, ...]:
    """All sources of a folder by slug, disabled ones too; SourceError with all problems of all files."""
    raise NotImplementedError


def parse(text: str, *, file: str) -> Source:
    """One source; the slug is the file's name. SourceError with all of its problems."""
    raise NotImplementedError


def select(sources: Iterable[Source], names: Iterable[str]) -> tuple[Source, ...]:
    """The named sources, or the enabled ones if none is named; SourceError with the nearest name."""
    raise NotImplementedError


def nearest(name: str, names: Iterable[str]) -> str | None:
    raise NotImplementedError


def slug_of(url: str) -> str:
    """A slug for a new source: "https://www.it-boltwise.de/" is "it-boltwise"."""
    raise NotImplementedError


def write(source: Source, path: Path, *, origins: Mapping[str, str] | None = None) -> None:
    """Writes ``source`` for a person to read; ``origins`` says of an address how it was found."""
    raise NotImplementedError
