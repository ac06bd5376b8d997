"""A document → its Metadata: the fields in order, once, read from top to bottom. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.document import Document
from pipelines.types import Author, Entry, Evidence, Image


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What the page, its feed entry and its address say; what the story's text says comes later."""

    #: The headline a reader sees.
    title: str | None = None
    #: Another headline that the page gives, where it differs.
    alternative_title: str | None = None
    #: Every distinct headline the page gives for its story, cleaned; ``title`` first.
    headlines: tuple[str, ...] = ()
    authors: tuple[Author, ...] = ()
    published: str | None = None
    modified: str | None = None
    #: As declared (lower-case BCP 47), not yet compared with the text: see ``language.of``.
    language: str | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    image: Image | None = None
    #: The page's own teaser (meta description, og:description, JSON-LD).
    description: str | None = None
    #: JSON-LD ``articleBody`` as plain text: may be cut short, wrong, or another article's.
    article_body: str | None = None
    #: Types of the page's JSON-LD nodes, in order: ("NewsArticle", "BreadcrumbList").
    types: tuple[str, ...] = ()
    og_type: str | None = None
    #: JSON-LD ``isAccessibleForFree``, None where it says nothing.
    accessible_for_free: bool | None = None
    site_name: str | None = None
    #: The page's own canonical link where ``urls.believable_canonical`` believes it.
    canonical_url: str | None = None
    #: Robots directives of page and header, lower case: ("noindex", "noarchive", "tdm-reservation").
    robots: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()


def read(document: Document, *, entry: Entry | None = None, robots_header: str | None = None) -> Metadata:
    """``entry``: what led to the page. ``robots_header``: the answer's X-Robots-Tag."""
    return Metadata()
