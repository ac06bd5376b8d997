"""One file of ``stories/``: Markdown under TOML front matter, which is the story and its truth. Pure."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Protocol

from crawler.sample import markup
from pipelines.types import Author, Image, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What must come out of one address of the sample newspaper."""

    #: Path of the address that answers, after redirects.
    path: str
    status: Status
    reason: str | None
    title: str | None
    authors: tuple[Author, ...]
    #: As pipelines/types.py writes times.
    published: str | None
    language: str
    dateline: tuple[str, ...]
    standfirst: str | None
    #: ``url`` is a path on the site.
    image: Image | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A story, and how its address behaves."""

    slug: str
    truth: Truth
    published: datetime | date
    section: str
    tags: tuple[str, ...]
    #: The blocks of markup.py.
    blocks: tuple[str, ...]
    template: str = "article.html"
    #: Which of the site's ways to write paragraphs, lists and tables.
    markup: str = "default"
    #: HTTP status of its page.
    code: int = 200
    #: The address that feeds and lists give and that redirects, where it is not the story's own.
    listed_as: str | None = None
    #: Where its page redirects to, if there is no such story any more.
    moved_to: str | None = None
    #: The lists that name it; None is all of them.
    listed: tuple[str, ...] | None = None

    @property
    def link(self) -> str:
        return self.listed_as or self.truth.path

    @property
    def instant(self) -> datetime:
        """When it was published, in UTC; midnight where the newsroom names only a day."""
        if isinstance(self.published, datetime):
            return self.published.astimezone(UTC)
        return datetime(self.published.year, self.published.month, self.published.day, tzinfo=UTC)


def read(file: Path, *, language: str) -> Story:
    _, front, body = re.split(r"^\+\+\+$", file.read_text("utf-8"), maxsplit=2, flags=re.M)
    data = tomllib.loads(front)
    blocks = markup.blocks(body)
    how = {k: data[k] for k in ("template", "markup", "code", "listed_as", "moved_to") if k in data}
    return Story(
        slug=file.stem,
        truth=truth_of(data, blocks, language=language),
        published=data["published"],
        section=data.get("section", ""),
        tags=tuple(data.get("tags", ())),
        blocks=blocks,
        listed=tuple(data["listed"]) if "listed" in data else None,
        **how,
    )


def truth_of(data: Mapping[str, Any], blocks: tuple[str, ...] = (), *, language: str) -> Truth:
    """From a front matter, or from a site's word on a page that is no story."""
    image = data.get("image")
    return Truth(
        path=data["path"],
        status="rejected" if "reason" in data else "article",
        reason=data.get("reason"),
        title=data.get("title"),
        authors=tuple(Author(name=name) for name in data.get("authors", ())),
        published=_stamp(data["published"]) if "published" in data else None,
        language=language,
        dateline=tuple(data.get("dateline", ())),
        standfirst=markup.text(blocks[:1]) if data.get("standfirst") else None,
        image=Image(**image) if image else None,
        text=markup.text(blocks),
    )


def _stamp(when: datetime | date) -> str:
    if isinstance(when, datetime):
        return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return when.isoformat()


class Cleaned(Protocol):
    """An article as the cleaner gives it, or as the store gives it back."""

    @property
    def status(self) -> str: ...
    @property
    def reason(self) -> str | None: ...
    @property
    def title(self) -> str | None: ...
    @property
    def authors(self) -> tuple[Author, ...]: ...
    @property
    def published(self) -> str | None: ...
    @property
    def language(self) -> str | None: ...
    @property
    def dateline(self) -> tuple[str, ...]: ...
    @property
    def text(self) -> str: ...


#: What is compared of a story; of a page that is none, only the first two.
FIELDS = ("status", "reason", "title", "authors", "published", "language", "dateline", "text")


def differences(truth: Truth, article: Cleaned) -> tuple[str, ...]:
    """The names of the fields in which ``article`` is not ``truth``."""
    fields = FIELDS if truth.status == "article" else FIELDS[:2]
    return tuple(name for name in fields if getattr(truth, name) != getattr(article, name))
