"""The section that a story stands in, and its tags. Pure."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from pipelines.metadata import jsonld
from pipelines.metadata.clues import Clues
from pipelines.metadata.subject import plain
from pipelines.types import Entry, Evidence

_SECTION_META = (
    "article:section", "og:section", "og:article:section", "section", "parsely-section",
    "cxenseparse:section", "article.section",
    "mrf:sections", "vr:category", "category",
)  # fmt: skip
_TAGS_META = (
    "article:tag",
    "og:article:tag",
    "news_keywords",
    "parsely-tags",
    "sailthru.tags",
    "keywords",
    "mrf:tags",
)
#: Breadcrumbs that name no section.
_HOME = frozenset(
    (
        "home",
        "homepage",
        "startseite",
        "start",
        "accueil",
        "inicio",
        "início",
        "portada",
        "hjem",
        "etusivu",
        "forside",
        "news",
        "main",
        "index",
        "hem",
        "strona główna",
        "voorpagina",
        "ホーム",
        "トップ",
        "top",
    )
)
MAX_TAGS = 40
_ENOUGH_TO_SPLIT = re.compile(r"[,;|]")


def section(
    clues: Clues,
    stories: Sequence[jsonld.Node],
    *,
    site: Sequence[str],
    title: str | None,
    entry: Entry | None,
) -> tuple[str | None, tuple[Evidence, ...]]:
    """What meta tags and JSON-LD name, else the last breadcrumb before the story."""
    found: list[tuple[str, str]] = []
    for name in _SECTION_META[:-1]:
        found.extend((f"meta:{name}", content) for content in clues.meta.get(name, ())[:1])
    for node in stories[:2]:
        listed = list(jsonld.strings(node.get("articleSection")))
        if listed:
            found.append(("json-ld:articleSection", listed[0]))
    for crumbs in (_breadcrumb(node) for node in clues.nodes if "BreadcrumbList" in jsonld.types(node)):
        for name in reversed(crumbs):
            if plain(name) != plain(title):
                found.append(("json-ld:breadcrumb", name))
                break
    found.extend(
        (f"meta:{_SECTION_META[-1]}", content) for content in clues.meta.get(_SECTION_META[-1], ())[:1]
    )
    if entry and entry.section:
        found.append((entry.kind, entry.section))
    own = {plain(name) for name in site}
    chosen = None
    for item in found:
        name = _tidy(item[1])
        if (
            name
            and len(name) <= 60
            and name.lower() not in _HOME
            and plain(name) not in own
            and "/" not in name[:1]
        ) and (
            name.lower() not in ("uncategorized", "allgemein", "unkategorisiert", "none", "undefined")
            and not name.isdigit()
        ):
            chosen = item
            break
    evidence = tuple(
        Evidence(field="section", origin=o, raw=raw[:200], chosen=(o, raw) is chosen or (o, raw) == chosen)
        for o, raw in found
    )
    return (_tidy(chosen[1]) if chosen else None), evidence


def _breadcrumb(node: jsonld.Node) -> list[str]:
    items = node.get("itemListElement")
    names = []
    for item in items[:12] if isinstance(items, list) else []:
        if isinstance(item, dict):
            name = jsonld.text(item.get("name")) or jsonld.text(item.get("item"))
            if name and not name.startswith(("http:", "https:")):
                names.append(name)
    return names


def _tidy(text: str) -> str:
    return " ".join((html.unescape(text) if "&" in text else text).split()).strip(" ,;|>›»/")


def tags(
    clues: Clues, stories: Sequence[jsonld.Node], *, entry: Entry | None
) -> tuple[tuple[str, ...], tuple[Evidence, ...]]:
    """The first source that names any: meta article:tag, JSON-LD keywords, keyword meta tags, the feed."""
    groups: list[tuple[str, list[str]]] = []
    for name in _TAGS_META[:2]:
        if contents := clues.meta.get(name):
            groups.append((f"meta:{name}", contents))
    for node in stories[:2]:
        if node.get("keywords"):
            groups.append(("json-ld:keywords", list(jsonld.strings(_flat(node["keywords"])))))
            break
    for name in _TAGS_META[2:]:
        if contents := clues.meta.get(name):
            groups.append((f"meta:{name}", contents))
    if entry and entry.tags:
        groups.append((entry.kind, list(entry.tags)))
    chosen: tuple[str, ...] = ()
    evidence = []
    for origin, raw in groups:
        found = _split(raw)
        taken = bool(found) and not chosen
        if taken:
            chosen = found
        evidence.append(Evidence(field="tags", origin=origin, raw=" | ".join(raw)[:500], chosen=taken))
    return chosen, tuple(evidence)


def _flat(value: object) -> object:
    return (
        [v for item in value for v in (item if isinstance(item, list) else [item])]
        if isinstance(value, list)
        else value
    )


def _split(raw: Sequence[str]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for text in raw[: 4 * MAX_TAGS]:
        pieces = _ENOUGH_TO_SPLIT.split(text) if len(raw) == 1 or len(text) > 60 else [text]
        for piece in pieces:
            tag = _tidy(piece).strip("#\"' ")
            if tag and len(tag) <= 80 and ":" not in tag[:12].replace(": ", ""):
                found.setdefault(tag.lower(), tag)
    return tuple(found.values())[:MAX_TAGS]
