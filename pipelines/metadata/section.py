"""The section that a story stands in, and its tags. Pure."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from urllib.parse import urlsplit

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
#: Words that say of a story only that it is one; a section made of nothing else is none.
GENERIC = frozenset(
    """
    article articles artikel articulo artículo articolo
    articoli news newsartikel tag tags nachrichten
    nachricht aktuell aktuelles aktuelle meldungen
    meldung latest headlines headline schlagzeilen story
    stories post posts frontpage front page detail
    default all alle blog category categories kategorie
    content nyheter nyhed nyheder noticias notícias notizie actualités actualité
    actu nieuws uutiset
    haberler haber güncel ニュース 新闻 新聞 أخبار
    новости новини vijesti wiadomości zprávy breaking general misc
    other others sonstiges uncategorised
    """.split()
)
_APART = re.compile(r"[\W_]+")


def is_generic(name: str) -> bool:
    """ "news_news", "Latest News": no word in it names a subject."""
    words = [word for word in _APART.split(name.lower()) if word]
    return name.lower() in GENERIC or all(word in GENERIC or word in _HOME for word in words)


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
            if not _says_the_title(_tidy(name), title):
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
            and not is_generic(name)
            and not (item[0] == "json-ld:breadcrumb" and _says_the_title(name, title))
        ) and (
            name.lower() not in ("uncategorized", "allgemein", "unkategorisiert", "none", "undefined")
            and not name.isdigit()
        ):
            chosen = item
            break
    evidence = tuple(
        Evidence(field="section", origin=o, raw=raw[:200], chosen=(o, raw) == chosen) for o, raw in found
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
    return " ".join((html.unescape(text) if "&" in text else text).split()).strip(" ,;|>›»/-–—")


def _says_the_title(name: str, title: str | None) -> bool:
    key, own = plain(name), plain(title)
    return bool(own) and (key == own or (len(key) > 20 and (key in own or own in key)))


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
    own = (clues.document.url, clues.links.get("canonical") or "", clues.first("og:url") or "")
    hosts = {host for url in own if (host := _host(url))}
    evidence = []
    for origin, raw in groups:
        found = tuple(tag for tag in _split(raw) if not _is_internal(tag, hosts))
        taken = bool(found) and not chosen
        if taken:
            chosen = found
        evidence.append(Evidence(field="tags", origin=origin, raw=" | ".join(raw)[:500], chosen=taken))
    return chosen, tuple(evidence)


#: What editors' systems note for themselves: "NLP Category: X", "isFree:true", "topic/x", "comments-enabled".
_INTERNAL = re.compile(
    r"(?:[A-Za-z]+ )?(?:(?i:NLP)\b[\w ]*|(?i:categor(?:y|ies)|kategorie|sections?|tokens?|channel|template"
    r"|content[- ]?type|page[- ]?type|layout|source|author))\s*:.*"
    r"|[A-Za-z][\w.-]*:[\w.-]+"
    r"|(?:sections?|topics?|tags?|categor\w+|organi[sz]ations?|persons?|people|places?|stor(?:y|ies)|authors?)/\S.*"
    r"|_\w*|\{.*\}"
    r"|[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}|(?=\w*\d)[0-9a-f]{16,}"
    r"|[a-z0-9]+(?:-[a-z0-9]+){4,}"
    r"|https?:.*|www\.\S+"
)
#: Words of a slug that switch something on the page.
_SWITCHES = frozenset(
    """
    comments enabled disabled enable disable noads noindex paywall startseite homepage featured reach
    stats hide show sponsored syndication
    """.split()
)


def _is_internal(tag: str, hosts: set[str]) -> bool:
    if _INTERNAL.fullmatch(tag):
        return True
    if " " in tag:
        return False
    key = tag.lower()
    if "." in key and any(f".{host}".endswith(f".{key}") or key.endswith(f".{host}") for host in hosts):
        return True
    words = re.split(r"[-_]", key)
    return len(words) > 1 and any(word in _SWITCHES for word in words)


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


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
