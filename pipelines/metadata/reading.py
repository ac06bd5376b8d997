"""A document → its Metadata: the fields in order, once, read from top to bottom. Pure."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from pipelines.document import Document
from pipelines.metadata import authors, dates, image, jsonld, robots, subject
from pipelines.metadata import language as languages
from pipelines.metadata import section as sections
from pipelines.metadata import title as titles
from pipelines.metadata.around import Around
from pipelines.metadata.clues import Clues, collect
from pipelines.metadata.title import tidy
from pipelines.types import Author, Entry, Evidence, Image
from pipelines.urls import believable_canonical, registered_domain


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
    #: The offsets from UTC that the publisher's clock had, "+09:00"; None for days, UTC, and where none is
    #: known. ``moments.as_given`` puts time and offset together again.
    published_offset: str | None = None
    modified_offset: str | None = None
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


def read(
    document: Document,
    *,
    entry: Entry | None = None,
    robots_header: str | None = None,
    fetched: str | None = None,
) -> Metadata:
    """``entry``: what led to the page. ``robots_header``: the answer's X-Robots-Tag. ``fetched``: when it
    came (ISO 8601, UTC), against which a date in the future is told; without it none is."""
    clues = collect(document)
    canonical = believable_canonical(document.url, clues.links.get("canonical") or clues.first("og:url"))
    shown = titles.raw_headlines(clues)
    stories, pages = subject.choose(clues.nodes, page_url=document.url, canonical=canonical, headlines=shown)
    site = _site_names(clues, stories)
    headline = titles.settle(clues, stories, pages, site=site, entry=entry)
    around = Around(headline.element)

    spoken = languages.declared(
        clues,
        jsonld.text(stories[0].get("inLanguage")) if stories else None,
        entry.language if entry else None,
    )
    language = languages.normal(spoken[0][1]) if spoken else None
    when = dates.settle(
        clues, stories, pages, around, entry=entry, language=_regional(language, spoken), fetched=fetched
    )
    who = authors.settle(clues, stories, pages, around, site=site, entry=entry)
    picture, picture_evidence = image.settle(clues, stories, pages, entry=entry)
    section, section_evidence = sections.section(clues, stories, site=site, title=headline.title, entry=entry)
    tags, tags_evidence = sections.tags(clues, stories, entry=entry)
    return Metadata(
        title=headline.title,
        alternative_title=headline.alternative,
        headlines=headline.headlines,
        authors=who.authors,
        published=when.published,
        modified=when.modified,
        published_offset=when.published_offset,
        modified_offset=when.modified_offset,
        language=language,
        section=section,
        tags=tags,
        image=picture,
        description=_description(clues, stories),
        article_body=_article_body(stories),
        types=tuple(kind for node in clues.nodes[:60] for kind in jsonld.types(node))[:100],
        og_type=(clues.first("og:type") or "").lower() or None,
        accessible_for_free=_free(stories),
        site_name=site[0] if site else None,
        canonical_url=canonical,
        robots=robots.directives(clues, robots_header),
        evidence=(
            *headline.evidence,
            *who.evidence,
            *when.evidence,
            *(
                Evidence(field="language", origin=origin, raw=raw, chosen=position == 0)
                for position, (origin, raw) in enumerate(spoken)
            ),
            *section_evidence,
            *tags_evidence,
            *picture_evidence,
        ),
    )


def _site_names(clues: Clues, stories: Sequence[jsonld.Node]) -> list[str]:
    """What the site is called: its own words first, then its host's name."""
    names = [clues.first("og:site_name"), clues.first("application-name", "apple-mobile-web-app-title")]
    names.extend(jsonld.text(node.get("publisher")) for node in stories[:1])
    names.extend(jsonld.text(node.get("name")) for node in clues.nodes if _NAMING & set(jsonld.types(node)))
    host = (urlsplit(clues.document.url).hostname or "") if "://" in clues.document.url else ""
    domain = registered_domain(host) if host else ""
    names.extend((domain, domain.partition(".")[0], host.removeprefix("www.")))
    return list(dict.fromkeys(name.strip() for name in names if name and 1 < len(name.strip()) < 80))


_NAMING = frozenset(("WebSite", "NewsMediaOrganization"))


def _regional(language: str | None, spoken: Sequence[tuple[str, str]]) -> str | None:
    """The declaration with a country, where one of them has it: it decides how 3/4/2026 is read."""
    for _, raw in spoken:
        tag = languages.normal(raw)
        if tag and language and tag.startswith(language + "-"):
            return tag
    return language


def _description(clues: Clues, stories: Sequence[jsonld.Node]) -> str | None:
    candidates = [
        clues.first("og:description"),
        clues.first("description"),
        clues.first("twitter:description"),
    ]
    candidates.extend(jsonld.text(node.get("description")) for node in stories[:1])
    return next((text for raw in candidates if raw and (text := tidy(raw))), None)


def _article_body(stories: Sequence[jsonld.Node]) -> str | None:
    for node in stories:
        body = node.get("articleBody")
        body = "\n".join(jsonld.strings(body)) if isinstance(body, list) else jsonld.text(body)
        if body and len(body) > 20:
            if "<" in body or "&" in body:
                body = html.unescape(_TAG.sub(" ", html.unescape(body)))
            return body[:_MAX_BODY].strip() or None
    return None


_TAG = re.compile(r"<[^<>]{1,500}>")
_MAX_BODY = 200_000


def _free(stories: Sequence[jsonld.Node]) -> bool | None:
    for node in stories:
        value = node.get("isAccessibleForFree")
        value = value.lower() if isinstance(value, str) else value
        if value in (True, "true", "yes", "http://schema.org/true", "https://schema.org/true"):
            return True
        if value in (False, "false", "no", "http://schema.org/false", "https://schema.org/false"):
            return False
    return None
