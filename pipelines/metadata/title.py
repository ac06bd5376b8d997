"""The headline a reader sees, and another one where the page gives another. Pure.

The page's own h1 is what a reader sees; which h1, and whether it is a headline at all, is told by og:title,
JSON-LD and the window's title. Site name, kicker and section are taken off.
"""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from lxml import etree

from pipelines.metadata import jsonld
from pipelines.metadata.clues import Clues, text_of
from pipelines.metadata.subject import plain
from pipelines.types import Entry, Evidence

_TAG = re.compile(r"<[^<>]{1,200}>")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_SEPARATOR = re.compile(r"\s+[|·•»›:*–—-]+\s+|\s*[|｜]\s*|\s::\s|(?<=\w)\s+-\s+")
_WORD = re.compile(r"\w+")
_KICKER_NAMES = re.compile(
    r"kicker|overline|topline|eyebrow|dachzeile|roofline|rubrik|rubric|category|section|tag\b"
    r"|pretitle|headline-?intro"
    r"|spitzmarke|vorspann|antetitulo|occhiello",
    re.IGNORECASE,
)
#: Parts that are never the headline's words.
_BADGE_NAMES = re.compile(
    r"hidden|sr-only|screen-?reader|paywall|plus-?icon|premium|badge|label", re.IGNORECASE
)
MAX_CHARS = 400


class Candidate(NamedTuple):
    text: str
    origin: str
    raw: str


@dataclass(frozen=True, slots=True)
class Titles:
    title: str | None
    alternative: str | None
    #: All distinct ones, ``title`` first.
    headlines: tuple[str, ...]
    #: The h1 that was taken, or the one that comes nearest to the title.
    element: etree._Element | None
    evidence: tuple[Evidence, ...]


def tidy(text: str | None) -> str:
    """One line of plain text: entities and tags resolved, invisible characters dropped."""
    if not text:
        return ""
    text = text[: 4 * MAX_CHARS]
    if "&" in text:
        text = html.unescape(text)
    if "<" in text:
        text = _TAG.sub("", text)
    if not text.isascii():
        text = _INVISIBLE.sub("", text)
    return " ".join(text.split())[:MAX_CHARS].strip()


def raw_headlines(clues: Clues) -> list[str]:
    """What the page calls itself before anything is weighed, for telling which JSON-LD object is its
    story."""
    found = list(clues.h1_texts[:3])
    found.extend(filter(None, (clues.first("og:title"), clues.first("twitter:title"))))
    return [tidy(text) for text in found]


def settle(
    clues: Clues,
    stories: Sequence[jsonld.Node],
    pages: Sequence[jsonld.Node],
    *,
    site: Sequence[str],
    entry: Entry | None,
) -> Titles:
    """``site``: names the site goes by."""
    window = tidy(clues.window_title)
    names = {plain(name) for name in (*site, _banner(clues, window)) if name}
    told = [c for c in _told(clues, stories, entry) if c.text]
    bare = {text: without_site(text, names) for text in {c.text for c in told}}  # most are the same
    told = [c._replace(text=bare[c.text]) for c in told]
    told = _without_shared_suffix(told, clues, window)
    told = [c for c in told if plain(c.text) not in names and c.text]
    seen = _seen(clues, told, names, window)
    pageish = [
        Candidate(
            without_site(tidy(jsonld.text(n.get("headline") or n.get("name"))), names), "json-ld:page", ""
        )
        for n in pages[:2]
    ]
    last = Candidate(without_site(window, names, guess=True), "title", window)
    ordered = [*([seen[0]] if seen else []), *told, last, *(c for c in pageish if c.text)]
    ordered = [c for c in ordered if plain(c.text)]
    chosen = ordered[0] if ordered else None
    headlines: dict[str, str] = {}
    for candidate in ordered:
        headlines.setdefault(plain(candidate.text), candidate.text)
    others = [c for c in told if chosen and plain(c.text) != plain(chosen.text)]
    element = seen[1] if seen else (_heading(clues, chosen.text) if chosen else None)
    return Titles(
        chosen.text if chosen else None,
        others[0].text if others else None,
        tuple(headlines.values()),
        element,
        tuple(
            Evidence(field="title", origin=c.origin, raw=c.raw[:MAX_CHARS], chosen=c is chosen)
            for c in ordered
        ),
    )


def _banner(clues: Clues, window: str) -> str | None:
    """The h1 that is the site's name: beside it, the window's title holds what a lower heading shows."""
    if len(clues.h1) != 1:
        return None
    name = tidy(clues.h1_texts[0])
    if not name or name == window:
        return None
    if window.startswith(name):
        rest = window[len(name) :]
    elif window.endswith(name):
        rest = window[: -len(name)]
    else:
        return None
    key = plain(rest)
    lower = itertools.islice(clues.document.root.iter("h2", "h3"), 20)
    return name if key and any(plain(text_of(heading, MAX_CHARS)) == key for heading in lower) else None


def _heading(clues: Clues, title: str) -> etree._Element | None:
    """The heading of a lower rank that shows the title, on a page whose h1 is a banner or missing; on a page
    without headings, what else shows it."""
    key = plain(title)
    for heading in itertools.islice(clues.document.root.iter("h2", "h3", "h4"), 60):
        if plain(text_of(heading, MAX_CHARS)) == key:
            return heading
    if clues.h1:
        return clues.h1[0]
    shown = itertools.islice(clues.document.root.iter("b", "strong", "font", "p", "div", "td", "span"), 400)
    return next((e for e in shown if e.text and tidy(e.text) == title), None)


def _told(clues: Clues, stories: Sequence[jsonld.Node], entry: Entry | None) -> Iterable[Candidate]:
    for name in ("og:title", "twitter:title"):
        for content in clues.meta.get(name, ())[:1]:
            yield Candidate(tidy(content), f"meta:{name}", content)
    for node in stories[:2]:
        for key in ("headline", "name", "alternativeHeadline"):
            raw = jsonld.text(node.get(key))
            if raw:
                yield Candidate(tidy(raw), f"json-ld:{key}", raw)
    for name in (
        "headline",
        "sailthru.title",
        "parsely-title",
        "dc.title",
        "dcterms.title",
        "cxenseparse:title",
    ):
        for content in clues.meta.get(name, ())[:1]:
            yield Candidate(tidy(content), f"meta:{name}", content)
    if entry and entry.title:
        yield Candidate(tidy(entry.title), entry.kind, entry.title)


def _seen(
    clues: Clues, told: Sequence[Candidate], names: set[str], window: str
) -> tuple[Candidate, etree._Element] | None:
    """The h1 that agrees best with what the page calls itself; the first where none does."""
    best: tuple[float, Candidate, etree._Element] | None = None
    others = [c.text for c in told if c.origin != "feed"] + [window]
    exact = {plain(c.text) for c in told}
    for position, h1 in enumerate(clues.h1[:12]):
        whole = text = _closed_up(tidy(clues.h1_texts[position]), clues.lang)
        if shorter := _after_kicker(whole, told):
            text = shorter
        elif plain(whole) not in exact:
            # Where another of the page's titles has it too, a kicker is part of the headline.
            text = without_site(_without_kicker(h1, whole, others), names) or whole
        if not plain(text) or plain(text) in names:
            continue
        agreement = max((overlap(text, other) for other in others), default=0.0)
        score = agreement - position * 0.01
        if best is None or score > best[0]:
            best = (score, Candidate(text, "h1", whole), h1)
    if best is None:
        return None
    if best[0] < 0.2 and told:
        # An h1 that shares no word with any of the page's own titles is a banner.
        return None
    return best[1], best[2]


_KICKER_END = re.compile(r"\s*[:|–—+-]+\s+")


_SUFFIX = re.compile(r"\s+[|·•»›*–—-]+\s+|\s*[|｜：]\s*")


def _without_shared_suffix(told: Sequence[Candidate], clues: Clues, window: str) -> list[Candidate]:
    """Without the last part where the rest is another of the page's titles and the window's title has that
    part too: a section or an edition of the site that its names do not tell."""
    keys = {plain(c.text) for c in told} | {plain(text) for text in clues.h1_texts[:3]}
    found = []
    for candidate in told:
        text = candidate.text
        for match in _SUFFIX.finditer(text):
            rest, last = text[: match.start()], text[match.end() :]
            if plain(rest) in keys and 0 < len(_WORD.findall(last)) <= 4 and last in window:
                text = rest.strip()
                break
        found.append(candidate._replace(text=text))
    return found


def _after_kicker(whole: str, told: Sequence[Candidate]) -> str | None:
    """The headline after a kicker and its colon, where another of the page's titles is just that."""
    match = _KICKER_END.search(whole, 0, 60)
    if not match or len(_WORD.findall(whole[match.end() :])) < 2:
        return None
    rest = whole[match.end() :]
    key = plain(rest)
    return rest if any(plain(c.text) == key for c in told if c.origin == "meta:og:title") else None


def _without_kicker(h1: etree._Element, whole: str, others: Sequence[str]) -> str:
    """The h1's text without the elements that are named as kicker or badge, where something is left.

    What is named so may be half of the headline: it goes only where what is left is another of the page's
    titles, or where no other tells."""
    rest = _without(h1, whole, _BADGE_NAMES)
    shorter = _without(h1, rest, _KICKER_NAMES)
    if shorter == rest:
        return rest
    keys = {plain(other) for other in others if plain(other)}
    return shorter if not keys or plain(shorter) in keys else rest


def _without(h1: etree._Element, whole: str, names: re.Pattern[str]) -> str:
    rest = whole
    for child in itertools.islice(h1.iter("*"), 1, 60):
        if not names.search(f"{child.get('class') or ''} {child.get('id') or ''}"):
            continue
        part = tidy(text_of(child, MAX_CHARS))
        if not plain(part):
            continue  # a colon for those who listen
        if rest.startswith(part):
            rest = rest[len(part) :].lstrip(" :|–—-•·/")
        elif rest.endswith(part):
            rest = rest[: -len(part)].rstrip(" :|–—-•·/")
    enough = len(_WORD.findall(rest)) >= 2 or (plain(rest) and len(plain(rest)) >= len(plain(whole)) / 2)
    return rest if enough else whole


_BLANK_BEFORE_COLON = re.compile(r"(?<=[^\W\d]) (?=:\s+\D)")


def _closed_up(text: str, language: str | None) -> str:
    """Without the blank that the end of an element leaves before a colon; French sets one."""
    if not language or language.lower().startswith("fr"):
        return text
    return _BLANK_BEFORE_COLON.sub("", text)


def overlap(a: str, b: str) -> float:
    """Shared words as a share of the shorter text's words."""
    words_a, words_b = _words(a), _words(b)
    if not words_a or not words_b:
        return 0.0
    return len(words_a & words_b) / min(len(words_a), len(words_b))


@lru_cache(maxsize=512)
def _words(text: str) -> frozenset[str]:
    words = frozenset(_WORD.findall(text.lower()))
    if len(words) == 1 and not text.isascii():
        # Scripts that are written without blanks: pairs of characters are their words.
        solid = plain(text)
        return frozenset(solid[i : i + 2] for i in range(len(solid) - 1)) or words
    return words


def without_site(text: str, names: set[str], *, guess: bool = False) -> str:
    """Without a first or last part that is the site's name. ``guess``: also without a short last part.

    A name before a colon goes only where it is just that: many headlines begin with one."""
    before, colon, after = text.partition(": ")
    if colon and plain(before) in names and after.strip():
        text = after.strip()
    parts = _parts(text)
    while len(parts) > 1 and _is_site(parts[-1][1], names):
        text = text[: parts[-2][2]].strip()
        parts.pop()
    for position in range(1, len(parts) - 1):
        # "The headline * The Site * by A Meier"
        if _is_site(parts[position][1], names) and len(_WORD.findall(text[: parts[position][0]])) > 3:
            text = text[: parts[position - 1][2]].strip()
            parts = parts[:position]
            break
    if len(parts) > 1 and _is_site(parts[0][1], names):
        text = text[parts[1][0] :].strip()
        parts = parts[1:]
    if guess and len(parts) > 1:
        last = parts[-1][1]
        if len(_WORD.findall(last)) <= 4 and len(plain(last)) < len(plain(text)) / 2:
            text = text[: parts[-2][2]].strip()
    return text


def _parts(text: str) -> list[tuple[int, str, int]]:
    """(start, text, end) of the parts between separators."""
    parts = []
    start = 0
    for match in _SEPARATOR.finditer(text):
        parts.append((start, text[start : match.start()], match.start()))
        start = match.end()
    parts.append((start, text[start:], len(text)))
    return [part for part in parts if part[1].strip()]


_ARTICLE = re.compile(r"^(?:the|der|die|das|le|la|les|el|il|de|o|a)\s+", re.IGNORECASE)
_FOLDED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def _is_site(part: str, names: set[str]) -> bool:
    key = plain(part)
    if not key:
        return True
    # "The Mirror" on mirror.example, "Börsen-Zeitung" on boersen-zeitung.example
    if plain(_ARTICLE.sub("", part)) in names or key.translate(_FOLDED) in names:
        return True
    return any(
        key == name
        or (
            len(name) > 3
            and len(key) > 3
            and (key.startswith(name) or name.startswith(key))
            and len(key) < 3 * len(name)
        )
        for name in names
        if name
    )
