"""The values that pass between the stages: frozen, plain, complete. Pure. No Scrapy, no lxml.

Times are ISO 8601 strings in UTC (``2026-03-01T08:30:00Z``), or only the day (``2026-03-01``) where the
publisher names only a day.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

Status = Literal["article", "rejected"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    name: str
    kind: Literal["person", "organization"] = "person"


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    #: Absolute address of the image file.
    url: str
    caption: str | None = None
    #: Photographer or agency, without "Photo:" and its like.
    credit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a feed, a sitemap or a section page says of one article: evidence, not yet truth."""

    #: Absolute address of the article, as it was given.
    url: str
    #: Address of the feed, sitemap or section page that lists it.
    via: str
    kind: Literal["feed", "sitemap", "section"]
    #: The feed's own id (RSS guid, Atom id, JSON Feed id).
    id: str | None = None
    title: str | None = None
    authors: tuple[str, ...] = ()
    #: Dates as written; metadata/dates.py reads them.
    published: str | None = None
    modified: str | None = None
    language: str | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    image: str | None = None
    #: HTML of the teaser and of the full text, as the feed carries them.
    summary: str | None = None
    content: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One answer, ready to be cleaned."""

    #: Where the answer came from, after redirects; absolute.
    url: str
    #: The body without transfer and content encoding.
    body: bytes
    #: The charset of the Content-Type header, if any.
    charset: str | None = None
    status: int = 200
    #: The X-Robots-Tag header.
    robots_header: str | None = None
    #: What led here, if anything did.
    entry: Entry | None = None
    #: When the answer came, if that is known: no date of the page can be much later.
    fetched: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """A block that was taken out."""

    text: str
    #: Who cut it: "classifier", "rule:<name>", "order" (how the page's blocks follow one another), "layout",
    #: "memory:<kind>"; "headline": it is not in the text because it is the title.
    by: str
    #: Why, in words an editor understands.
    why: str
    #: Its place among all blocks of the page, from 0.
    position: int
    #: 0 to 1.
    confidence: float = 1.0


class Verdict(NamedTuple):
    """What happened to one visible block. The verdicts of a page, in order, are the page.

    A tuple, because a page has hundreds: a frozen dataclass takes three times as long to make."""

    text: str
    #: "heading", "paragraph", "item", "quote", "cell", "caption", "code", "image", "embed".
    kind: str
    kept: bool
    by: str
    why: str
    confidence: float = 1.0

    @property
    def is_title(self) -> bool:
        """Taken out of the text, but not cut: it is the title."""
        return self.by == "headline"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One candidate for one field: where it came from, what it said, whether it was taken."""

    field: str
    #: Such as "json-ld", "meta:og:title", "h1", "feed", "url", "text".
    origin: str
    raw: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """What cleaning makes of a page. The same page, cleaner and memory give an equal Article."""

    #: Canonical form of the page's address (urls.py).
    url: str
    #: The page's own canonical link where it is believable, else None.
    canonical_url: str | None = None
    #: The page's address as fetched.
    raw_url: str
    status: Status
    #: Why it was rejected: "consent", "paywall", "challenge", "login", "not_found", "listing", "forum",
    #: "product", "video", "needs_javascript", "too_short", "empty", … ; None for an article.
    reason: str | None = None
    #: The headline a reader sees.
    title: str | None = None
    #: Another headline that the page gives (og:title, JSON-LD), where it differs.
    alternative_title: str | None = None
    #: The paragraph under the headline; also the first paragraph of ``text``.
    standfirst: str | None = None
    authors: tuple[Author, ...] = ()
    published: str | None = None
    modified: str | None = None
    #: The offsets from UTC of the publisher's clock, "+09:00", where the page gives them: they tell on which
    #: day its readers saw the story. ``metadata.moments.as_given`` puts time and offset together.
    published_offset: str | None = None
    modified_offset: str | None = None
    #: BCP 47, lower-case primary tag: "de", "pt-br".
    language: str | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    image: Image | None = None
    #: The places of the dateline: ("Washington", "München"). The dateline itself stays in ``text``.
    dateline: tuple[str, ...] = ()
    #: The story without its headline, paragraphs parted by a blank line; filled for rejected pages too.
    text: str = ""
    #: The same as safe HTML with absolute links.
    html: str = ""
    #: Every visible block of the page in order, kept or cut.
    verdicts: tuple[Verdict, ...] = field(default=(), repr=False)
    evidence: tuple[Evidence, ...] = field(default=(), repr=False)
    #: Robots directives of page and header, lower case: ("noindex", "noarchive", "tdm-reservation").
    robots: tuple[str, ...] = ()
    #: sha-256 of what a reader would call the article: title and text, comment counts and the like aside.
    content_hash: str = ""
    word_count: int = 0

    @property
    def removed(self) -> tuple[Removal, ...]:
        return tuple(
            Removal(text=v.text, by=v.by, why=v.why, position=i, confidence=v.confidence)
            for i, v in enumerate(self.verdicts)
            if not v.kept
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A person's word on a source's template; wins over everything else (design: declared layouts)."""

    #: First day it holds, "2026-01-31", or None for always.
    since: str | None = None
    #: CSS selectors of the containers that hold the story; empty: the cleaner decides.
    body: tuple[str, ...] = ()
    #: CSS selectors of what never belongs to it.
    drop: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Where an answer lies in the archive."""

    #: WARC file name, relative to the archive folder.
    file: str
    #: Bytes from its start, and length of the compressed record.
    offset: int
    length: int
    #: "sha1:BASE32" of the payload, as WARC writes it.
    digest: str
    url: str
    status: int
    #: When it was fetched.
    fetched: str
    #: The answer that has the body, where this one came with the same one and is kept without it.
    original: Snapshot | None = None
