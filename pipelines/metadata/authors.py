"""Who wrote it: what JSON-LD, meta tags, the byline and the feed say, and who of them is believed. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree

from pipelines.metadata import byline, jsonld
from pipelines.metadata.clues import Clues
from pipelines.metadata.people import MAX_AUTHORS, is_agency, merge, names
from pipelines.metadata.subject import plain
from pipelines.types import Author, Entry, Evidence

_META = (
    "author", "article:author", "article:author_name", "og:article:author", "parsely-author",
    "sailthru.author",
    "dc.creator", "dcterms.creator", "dc:creator", "cxenseparse:author", "citation_author", "byl", "authors",
    "dc.author",
    "article.author", "mrf:authors", "vr:author", "creator", "book:author", "og:author", "rnews:author",
    "shareaholic:article_author_name",
)  # fmt: skip
_WRITTEN_BY = re.compile(
    r"^(?:written by|verfasst von|geschrieben von|écrit par|escrito por|scritto da|geschreven door"
    r"|skrevet av|skriven av|author|autor\w*)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Authors:
    authors: tuple[Author, ...]
    evidence: tuple[Evidence, ...]


def settle(
    clues: Clues,
    stories: Sequence[jsonld.Node],
    pages: Sequence[jsonld.Node],
    near: Iterable[etree._Element],
    *,
    site: Sequence[str],
    entry: Entry | None,
) -> Authors:
    """JSON-LD, then meta tags, then what a reader sees. A person named anywhere of these, then an agency,
    beats the site as its own author."""
    groups: list[tuple[str, str, tuple[Author, ...]]] = []

    def add(origin: str, raw: str, found: tuple[Author, ...]) -> None:
        if found or raw:
            groups.append((origin, raw, found))

    for node in stories:
        value = node.get("author") or node.get("creator")
        if value:
            add("json-ld:author", _raw(value), of_json(value, site))
    for name in _META:
        contents = clues.meta.get(name)
        if contents:
            merged = merge(names(c, site=site) for c in contents[:MAX_AUTHORS])
            add(f"meta:{name}", " | ".join(contents)[:300], merged)
    for number in "1234":
        label, value = clues.first(f"twitter:label{number}"), clues.first(f"twitter:data{number}")
        if label and value and _WRITTEN_BY.match(label.strip(" :")):
            add(f"meta:twitter:data{number}", value, names(value, site=site))
    if not any(_people(found) for _, _, found in groups):
        raw, found = byline.find(near, site)
        if not found and not any(found for _, _, found in groups):
            raw, found = byline.anywhere(clues.told.bylines, site)
        add("byline", raw, found)
    if entry and entry.authors:
        add(entry.kind, " | ".join(entry.authors)[:300], merge(names(a, site=site) for a in entry.authors))
    for node in pages:
        value = node.get("author")
        if value:
            add("json-ld:page:author", _raw(value), of_json(value, site))
    chosen = (
        next((g for g in groups if _people(g[2])), None)
        or next((g for g in groups if g[2] and all(is_agency(a.name) for a in g[2])), None)
        or next((g for g in groups if g[2]), None)
    )
    if chosen and all(_is_slug(author.name) for author in chosen[2]):
        # "chuck-ross" where another source spells the name out.
        keys = {plain(author.name) for author in chosen[2]}
        chosen = next(
            (g for g in groups if g[2] and {plain(a.name) for a in g[2]} == keys and " " in g[1]), chosen
        )
    return Authors(
        chosen[2] if chosen else (),
        tuple(Evidence(field="authors", origin=g[0], raw=g[1][:300], chosen=g is chosen) for g in groups),
    )


def _is_slug(name: str) -> bool:
    return " " not in name and ("-" in name or "_" in name) and name.islower()


def _people(found: Iterable[Author]) -> bool:
    return any(author.kind == "person" for author in found)


def _raw(value: Any) -> str:
    return " | ".join(jsonld.strings(value))[:300]


def of_json(value: Any, site: Sequence[str]) -> tuple[Author, ...]:
    """A JSON-LD author: a string, an object, a list of either, nested and half empty."""
    found = []
    for item in (value if isinstance(value, list) else [value])[:MAX_AUTHORS]:
        if isinstance(item, dict):
            name = item.get("name")
            if isinstance(name, dict):
                name = jsonld.text(name)
            if isinstance(name, list):
                found.append(of_json(name, site))
                continue
            if not isinstance(name, str) or not name.strip():
                first, last = item.get("givenName"), item.get("familyName")
                name = " ".join(part for part in (first, last) if isinstance(part, str))
            kinds = jsonld.types(item)
            found.append(names(name, site=site, organization=any("Organization" in kind for kind in kinds)))
        elif isinstance(item, str):
            found.append(names(item, site=site))
    return merge(found)
