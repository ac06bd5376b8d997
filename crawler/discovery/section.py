"""The articles that a section or home page lists, by selector or by the look of its links. No Scrapy.

By their look: one pass over the tree notes every link with its place (headline, card, navigation) and its
text; the links of one address are judged together, so a picture, a headline and "3 comments" are one article.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import urldefrag

from lxml import etree
from lxml.cssselect import CSSSelector

from crawler.discovery import looks
from crawler.discovery.addresses import absolute, plain
from crawler.discovery.fragments import NO_TEXT, text_of
from pipelines.document import parse
from pipelines.types import Entry
from pipelines.urls import canonicalise, same_site

#: Links of one page that are looked at, and articles that one page may list.
MAX_LINKS = 5000
MAX_ENTRIES = 500
#: So many links with the same place in the template are a list.
REPEATED = 3
#: An <article> with more links is no card of one teaser.
CARD_LINKS = 8

_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_NAVIGATION_ROLES = frozenset({"navigation", "menu", "menubar", "contentinfo", "banner", "search", "dialog"})
_NAVIGATION = re.compile(
    r"(?:site|main|global|page|top|sub|foot|meta|primary|secondary|mobile|off-?canvas)?[-_]*"
    r"(?:nav|navi|navigation|navbar|menu|breadcrumbs?|footer|pagination|pager|toolbar|skip-?links?|cookie|consent"
    r"|share|sharing|social|comments|comment-list|login|newsletter)(?:[-_].*)?",
    re.IGNORECASE,
)
_HEADLINE = re.compile(
    r"(?:^|[-_ ])(?:headline|title|titel|titre|titulo|titolo|rubrik)(?:$|[-_ ])", re.IGNORECASE
)
#: Tickers put the time before the headline.
_CLOCK = re.compile(r"^(?:[01]?\d|2[0-3])[.:][0-5]\d(?: Uhr)?\s+(?=\S{3})")
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in the page an element stands."""

    in_heading: bool = False
    in_article: bool = False
    #: 0 in the page, 1 beside it (aside), 2 in something classed as navigation, 3 in the navigation itself.
    apart: int = 0
    skipped: bool = False
    #: Tags and classes around it: those of one list are alike.
    pattern: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Link:
    element: Any
    #: Without fragment.
    url: str
    text: str
    place: _Place
    #: The link leads to a part of the page behind it ("#comments").
    is_fragment: bool


def read(
    body: bytes,
    *,
    url: str,
    selector: str | None = None,
    charset: str | None = None,
    allows: Callable[[str], bool] | None = None,
) -> tuple[Entry, ...]:
    """The article links in page order, each once, with the best headline seen. Never raises.

    ``selector``: CSS of the links, or of what holds them; without it the look of the links decides.
    ``allows``: which addresses may be the source's; those of the page's own site where it is not given.
    """
    document = parse(body, url=url, charset=charset)
    links = list(_links(document.root, document.base))
    exact = False
    if selector is not None:
        links, exact = _selected(document.root, selector, links)
    own = {_key(url), _key(document.base)}
    targets: dict[str, list[_Link]] = {}
    for link in links:
        key = _key(link.url)
        if key in own or not (allows(link.url) if allows else same_site(url, link.url)):
            continue
        targets.setdefault(key, []).append(link)
    groups = list(targets.values())
    if selector is None:
        groups = _articles(groups)
    elif not exact:
        groups = [group for group in groups if looks.rate(group[0].url) >= 0]
    return tuple(
        Entry(url=group[0].url, via=url, kind="section", title=_title(group), published=_date(group))
        for group in groups[:MAX_ENTRIES]
    )


def _key(url: str) -> str:
    """Scheme and the last slash aside, one page links itself either way."""
    return canonicalise(url).partition("://")[2].rstrip("/")


def _links(root: Any, base: str) -> Iterator[_Link]:
    places = [_Place()]
    count = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if not isinstance(element.tag, str):
            continue
        if event == "end":
            places.pop()
            continue
        place = _within(places[-1], element)
        places.append(place)
        if element.tag != "a" or place.skipped or count >= MAX_LINKS:
            continue
        href = absolute(base, element.get("href"))
        if href is None or looks.is_file(href) or "sponsored" in (element.get("rel") or ""):
            continue
        count += 1
        address, fragment = urldefrag(href)
        text = text_of(element)
        heading = _headline_inside(element)
        if heading is not None:
            text = text_of(heading) or text
            place = _Place(True, place.in_article, place.apart, False, place.pattern)
        yield _Link(element, address, text, place, bool(fragment))


def _within(outer: _Place, element: Any) -> _Place:
    tag = element.tag
    classes = element.get("class") or ""
    apart = outer.apart
    if tag == "aside":
        apart = max(apart, 1)
    elif (
        tag == "nav"
        or (tag in ("header", "footer") and not outer.in_article)
        or element.get("role") in _NAVIGATION_ROLES
    ):
        apart = 3
    elif tag not in ("html", "body", "main", "a") and any(map(_NAVIGATION.fullmatch, classes.split())):
        apart = max(apart, 2)
    first = _DIGITS.sub("", classes.split()[0]) if classes.split() else ""
    return _Place(
        in_heading=outer.in_heading or tag in _HEADINGS,
        in_article=outer.in_article or tag == "article",
        apart=apart,
        skipped=outer.skipped or tag in NO_TEXT,
        pattern=(*outer.pattern[-3:], f"{tag}.{first}"),
    )


def _selected(root: Any, selector: str, links: list[_Link]) -> tuple[list[_Link], bool]:
    """The links that ``selector`` names or holds, and whether it named links rather than what holds them."""
    try:
        matched: list[Any] = list(CSSSelector(selector)(root))  # type: ignore[arg-type]
    except Exception:  # noqa: BLE001 (a source's selector is checked when it is read; XPath may still refuse it)
        return [], True
    wanted: set[Any] = set()
    exact = True
    for element in matched:
        if element.tag == "a":
            wanted.add(element)
        elif (around := next(element.iterancestors("a"), None)) is not None:
            wanted.add(around)
        else:
            inside = list(element.iter("a"))
            exact = exact and len(inside) < 2
            wanted.update(inside)
    return [link for link in links if link.element in wanted], exact


def _articles(groups: list[list[_Link]]) -> list[list[_Link]]:
    alike = Counter(
        link.place.pattern
        for group in groups
        for link in {link.place.pattern: link for link in group}.values()
    )
    found = [group for group in groups if _is_article(group, alike, most=1)]
    if not found:  # a class name may lie: "nav-wrapper" around the whole page
        found = [group for group in groups if _is_article(group, alike, most=2)]
        found = found if len(found) >= REPEATED else []
    return found


def _is_article(group: list[_Link], alike: Counter[tuple[str, ...]], *, most: int) -> bool:
    """The more the place says, the less the address has to. ``most``: how far apart a link may stand."""
    named = [link for link in group if not link.is_fragment]
    rating = looks.rate(group[0].url)
    apart = min(link.place.apart for link in group)
    if not named or apart > most:
        return False
    texts = [link.text for link in named if not looks.says_more(link.text)]
    words = max((len(text.split()) for text in texts), default=0)
    headline = any(map(looks.is_headline, texts))
    if any(link.place.in_heading for link in named):
        return rating >= 0 and (headline or (rating >= 1 and words >= 1) or rating >= 3)
    if rating >= 2:
        return headline or words >= 2 or any(link.place.in_article for link in named) or rating >= 4
    if rating >= 0 and headline and apart != 1:
        in_card = any(link.place.in_article for link in named)
        repeated = any(alike[link.place.pattern] >= REPEATED for link in named)
        return in_card or (repeated and (rating > 0 or words >= 5))
    return False


def _title(group: list[_Link]) -> str | None:
    """The text of the headline's link, else the longest that is none of "more", "3 comments"."""
    texts = [
        (link.place.in_heading, looks.is_headline(text), len(text) <= 200, len(text), -i, text)
        for i, link in enumerate(group)
        if not link.is_fragment and (text := plain(link.text)) and not looks.says_more(text)
    ]
    if texts:
        return _CLOCK.sub("", max(texts)[-1])
    for link in group:
        card = _card(link.element)
        heading = _headline_inside(card) if card is not None else None
        if heading is not None and (text := text_of(heading)):
            return plain(text)
    for link in group:
        pictures = [image.get("alt") or "" for image in link.element.iter("img")]
        for text in (link.element.get("aria-label") or "", link.element.get("title") or "", *pictures):
            if text.strip() and not looks.says_more(text):
                return plain(text)
    return None


def _date(group: list[_Link]) -> str | None:
    """The one <time> of the link's card, as written for machines."""
    for link in group:
        card = _card(link.element)
        if card is not None:
            times = {stamp for time in card.iter("time") if (stamp := (time.get("datetime") or "").strip())}
            return times.pop() if len(times) == 1 else None
    return None


def _card(element: Any) -> Any:
    """The <article> or list item around a link, unless it holds a whole list or a story."""
    card = next(element.iterancestors("article", "li"), None)
    if card is None or len(list(islice(card.iter("a"), CARD_LINKS + 1))) > CARD_LINKS:
        return None
    return card


def _headline_inside(element: Any) -> Any:
    """The heading in a link or card that wraps a whole teaser."""
    for inner in element.iter(*_HEADINGS):
        return inner
    if element.tag == "a":
        for inner in element.iter("span", "div", "p", "strong"):
            if _HEADLINE.search(inner.get("class") or ""):
                return inner
    return None
