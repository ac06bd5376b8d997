"""When the publisher says the story appeared and was changed. Pure; no clock, nothing invented.

Declared dates come first (JSON-LD, meta tags, microdata, the feed), then what a reader sees, then vague
meta tags, the address and the page's scripts. A missing date is never replaced by the other one. Results
are ISO 8601 in UTC, or only the day where only a day is named; a time without a zone takes the offset that
the page's other dates have, else it counts as UTC.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from lxml import etree

from pipelines.metadata import jsonld
from pipelines.metadata.clues import Clues
from pipelines.metadata.moments import AMBIGUOUS, MONTH_FIRST, Moment, moment_of, offset_name, parse
from pipelines.metadata.months import MONTHS
from pipelines.metadata.shown import Candidate, apart, earlier, only_day, seen
from pipelines.types import Entry, Evidence

_DAY_FIRST_HOSTS = (".uk", ".au", ".nz", ".ie", ".za", ".in", ".eu")
_PUBLISHED_META = (
    "article:published_time", "og:article:published_time", "og:published_time", "datepublished",
    "article:published", "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime",
    "cxenseparse:publishtime", "published-date", "published_date", "published_time", "published-time",
    "publish_date", "publish-date",
    "publishdate",
    "publication_date", "publication-date", "pubdate", "ptime", "dcterms.issued", "dcterms.created",
    "dc.date.issued",
    "dc.date.created", "citation_publication_date", "citation_online_date", "rnews:datepublished",
    "originalpublicationdate",
    "article_date_original", "article:publicationdate", "mrf:published", "vr:published_time",
    "article.published", "published", "article_publication_date", "gtm-publisheddate", "bt:pubdate",
    "displaydate", "og:pubdate", "dcsext.articlefirstpublished",
)  # fmt: skip
#: Names that some sites use for the making of the page.
_MADE_META = (
    "datecreated", "created", "article.created", "dcterms.date", "dc.date", "dc:date", "date",
)  # fmt: skip
#: Names that some sites use for the day the page was made: only where nothing better speaks.
_VAGUE_META = ("og:release_date", "release_date", "timestamp", "article:date", "eomportal-lastupdate")
_MODIFIED_META = (
    "article:modified_time", "og:article:modified_time", "article:modified", "og:updated_time",
    "datemodified",
    "dcterms.modified", "dc.date.modified", "dc.modified", "article:updated_time", "article:updated",
    "last-modified",
    "modified_time", "lastmod", "updated_time", "revision_date", "last_modified", "mtime", "article.updated",
)  # fmt: skip
_KNOWN_META = frozenset((*_PUBLISHED_META, *_MADE_META, *_VAGUE_META, *_MODIFIED_META))
#: What other systems call it, whatever they put before and after.
_NAMES_IT = re.compile(
    r"publi(?:sh(?:ed)?|cation)[-_.: ]?(?:date|time|on|at)\b|pub[-_]?date|date[-_.:]?(?:publi|posted|issued)"
)
_URL_DATE = re.compile(r"/((?:19|20)\d\d)[/-]?(0[1-9]|1[0-2])[/-]?(0[1-9]|[12]\d|3[01])(?=[/_.-]|$)")
_URL_MONTH = re.compile(
    r"/((?:19|20)\d\d)/(0?[1-9]|1[0-2]|[a-z]{3,9})/(?:(0?[1-9]|[12]\d|3[01])/)?", re.IGNORECASE
)
_URL_DATE_LATE = re.compile(r"[-_/]((?:19|20)\d\d)-?(0[1-9]|1[0-2])-?(0[1-9]|[12]\d|3[01])(?=[/_.-]|$)")


@dataclass(frozen=True, slots=True)
class Dates:
    published: str | None
    modified: str | None
    #: Their offsets from UTC, "+09:00": see ``moments.as_given``.
    published_offset: str | None
    modified_offset: str | None
    evidence: tuple[Evidence, ...]


def settle(
    clues: Clues,
    articles: Sequence[jsonld.Node],
    pages: Sequence[jsonld.Node],
    near: Iterable[etree._Element],
    *,
    entry: Entry | None,
    language: str | None,
    fetched: str | None = None,
) -> Dates:
    """The first believable candidate a field; a date later than a day after ``fetched`` is not believable."""
    first = _month_first(language, clues.document.url)
    published, modified = _declared(clues, articles, pages, entry, first)
    if not any(c.moment for c in published):
        visible, changed = seen(clues, near, first)
        vague = _vague(clues, first)
        published += _agreeing(visible, vague) or _scripted(clues, first) or only_day(clues, first)
        modified += changed
    elif not _is_news(articles) and (shown := _earlier(clues, published, modified, near, first)):
        published.insert(0, shown)
    published = [_turned(candidate, clues.document.url) for candidate in published]
    latest = _latest(fetched)
    offset = _page_offset(published + modified)
    chosen = _first(published, latest)
    changed_by = _first(modified, latest)
    day = chosen.moment.utc(offset) if chosen and chosen.moment else None
    last = changed_by.moment.utc(offset) if changed_by and changed_by.moment else None
    if last and day and last[: min(len(last), len(day))] < day[: min(len(last), len(day))]:
        last, changed_by = None, None
    return Dates(
        day,
        last,
        _offset_of(chosen, offset),
        _offset_of(changed_by, offset),
        tuple(
            Evidence(field=field, origin=c.origin, raw=c.raw[:200], chosen=c is taken)
            for field, candidates, taken in (
                ("published", published, chosen),
                ("modified", modified, changed_by),
            )
            for c in candidates
        ),
    )


def _address_day(url: str) -> Moment | None:
    """The day that an address names: /2026/03/01/, /2026/mar/1/, /20260301-…, …-2026-03-01."""
    if match := _URL_DATE.search(url) or _URL_DATE_LATE.search(url):
        return moment_of(*match.groups())
    if (match := _URL_MONTH.search(url)) and match[3]:
        return moment_of(match[1], MONTHS.get(match[2].lower(), match[2]), match[3])
    return None


def _is_news(articles: Sequence[jsonld.Node]) -> bool:
    """Newsrooms that say so date what they print: of recorded news pages none is stamped by its system."""
    return any(name.endswith("NewsArticle") for node in articles for name in jsonld.types(node))


def _earlier(
    clues: Clues,
    published: Sequence[Candidate],
    modified: Sequence[Candidate],
    near: Iterable[etree._Element],
    month_first: bool,
) -> Candidate | None:
    """A day before the declared one, where the declared one tells no publication from the last change: such a
    stamp is of the page's making, unless the address confirms it."""
    declared = next((c.moment for c in published if c.moment), None)
    changed = next((c.moment for c in modified if c.moment), None)
    if declared is None or (changed and abs(apart(changed, declared)) > 1):
        return None
    url = clues.document.url
    month = _URL_MONTH.search(url)
    if _address_day(url) or (month and declared.when.strftime("%Y/%m") == f"{month[1]}/{month[2].zfill(2)}"):
        return None
    return earlier(declared, near, month_first)


def _turned(candidate: Candidate, url: str) -> Candidate:
    """With day and month the other way round, where only that is in the month that the address names."""
    moment, month = candidate.moment, _URL_MONTH.search(url)
    if moment is None or month is None or candidate.origin == "url":
        return candidate
    named = MONTHS.get(month[2].lower()) or (int(month[2]) if month[2].isdigit() else 0)
    when = moment.when
    if when.year != int(month[1]) or when.month == named or when.day != named or named > 12:
        return candidate
    if not AMBIGUOUS.search(candidate.raw):
        return candidate
    return candidate._replace(moment=replace(moment, when=when.replace(month=when.day, day=when.month)))


def _month_first(language: str | None, url: str) -> bool:
    if (language or "").lower() not in MONTH_FIRST:
        return False
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return True
    return not host.endswith(_DAY_FIRST_HOSTS)


def _agreeing(visible: list[Candidate], vague: list[Candidate]) -> list[Candidate]:
    """Dates that are seen and not labelled may be another story's: where the address names a day, one of that
    day is believed before the address, and any other after it."""
    days = [c.moment.when.date() for c in vague if c.moment and c.origin == "url"]
    if not days:
        return visible + vague
    own = [c for c in visible if c.moment and abs((c.moment.when.date() - days[0]).days) <= 1]
    return own + vague + [c for c in visible if c not in own]


def _latest(fetched: str | None) -> datetime | None:
    moment = parse(fetched) if fetched else None
    if moment is None:
        return None
    return moment.when.replace(tzinfo=moment.when.tzinfo or UTC) + timedelta(days=1)


def _first(candidates: Iterable[Candidate], latest: datetime | None) -> Candidate | None:
    for candidate in candidates:
        if candidate.moment is None:
            continue
        when = candidate.moment.when
        if latest is None or when.replace(tzinfo=when.tzinfo or UTC) <= latest:
            return candidate
    return None


def _page_offset(candidates: Iterable[Candidate]) -> timedelta | None:
    """The offset the page's dates are written with, for those that give none; UTC tells nothing of the
    place."""
    for candidate in candidates:
        if (
            candidate.moment
            and candidate.moment.precision == "zoned"
            and (o := candidate.moment.when.utcoffset())
        ):
            return o
    return None


def _offset_of(chosen: Candidate | None, offset: timedelta | None) -> str | None:
    """The offset the chosen date is written with; that of the page's other dates where it names no zone."""
    if chosen is None or chosen.moment is None or chosen.moment.precision == "day":
        return None
    return offset_name(offset if chosen.moment.precision == "local" else chosen.moment.when.utcoffset())


def _declared(
    clues: Clues,
    articles: Sequence[jsonld.Node],
    pages: Sequence[jsonld.Node],
    entry: Entry | None,
    month_first: bool,
) -> tuple[list[Candidate], list[Candidate]]:
    def candidate(raw: object, origin: str) -> Candidate | None:
        plain = jsonld.text(raw) if not isinstance(raw, (int, float)) else str(int(raw))
        return Candidate(parse(plain, month_first=month_first), origin, plain) if plain else None

    published: list[Candidate | None] = []
    modified: list[Candidate | None] = []
    for node in articles:
        published.append(candidate(node.get("datePublished"), "json-ld:datePublished"))
        modified.append(candidate(node.get("dateModified"), "json-ld:dateModified"))

    def metas(names: Sequence[str]) -> Iterator[Candidate | None]:
        return (candidate(c, f"meta:{name}") for name in names for c in clues.meta.get(name, ())[:2])

    published.extend(metas(_PUBLISHED_META))
    modified.extend(metas(_MODIFIED_META))
    published.extend(
        metas([name for name in clues.meta if name not in _KNOWN_META and _NAMES_IT.search(name)])
    )
    for element in clues.times:
        prop = element.get("itemprop") or ""
        stamp = element.get("datetime") or element.get("content")
        if stamp and "datePublished" in prop:
            published.append(candidate(stamp, "microdata:datePublished"))
        elif stamp and "dateModified" in prop:
            modified.append(candidate(stamp, "microdata:dateModified"))
    published.extend(metas(_MADE_META))
    if entry:
        published.append(candidate(entry.published, entry.kind))
        modified.append(candidate(entry.modified, entry.kind))
    for node in pages:
        for key in ("datePublished", "uploadDate"):
            published.append(candidate(node.get(key), f"json-ld:{key}"))
        modified.append(candidate(node.get("dateModified"), "json-ld:dateModified"))
    for node in articles:
        published.append(candidate(node.get("dateCreated"), "json-ld:dateCreated"))
    return [c for c in published if c], [c for c in modified if c]


_SCRIPT_KEYS = (
    "datePublished", "publishedAt", "published_at", "publishedDate", "publishDate", "publish_date",
    "publicationDate", "first_publication_date", "firstPublishedAt", "first_published_at", "published",
    "pubDate", "date",
)  # fmt: skip
#: What a script without any such value lacks: one search in place of one a key.
_SCRIPT_DAY = re.compile(r""":\s*["'](?:19|20)\d\d-\d\d-\d\d""")
_SCRIPT_VALUE = re.compile(r"""["']?\s*:\s*["']((?:19|20)\d\d-\d\d-\d\d[^"']{0,25})["']""")


def _scripted(clues: Clues, month_first: bool) -> list[Candidate]:
    """What the page's scripts call the date, where all of them agree on the day."""
    found: dict[str, Candidate] = {}
    for script in clues.document.root.iter("script"):
        text = script.text
        if not text or len(text) > 500_000 or _SCRIPT_DAY.search(text) is None:
            continue
        for key in _SCRIPT_KEYS:
            at = text.find(key)
            for _ in range(20):
                if at < 0:
                    break
                match = _SCRIPT_VALUE.match(text, at + len(key))
                if match and (moment := parse(match.group(1), month_first=month_first)):
                    found.setdefault(
                        moment.when.date().isoformat(), Candidate(moment, "script", match.group(1))
                    )
                at = text.find(key, at + len(key))
    return list(found.values()) if len(found) == 1 else []


def _vague(clues: Clues, month_first: bool) -> list[Candidate]:
    found = [
        Candidate(parse(content, month_first=month_first), f"meta:{name}", content)
        for name in _VAGUE_META
        for content in clues.meta.get(name, ())[:1]
    ]
    for url in (clues.document.url, clues.links.get("canonical") or "", clues.first("og:url") or ""):
        if day := _address_day(url):
            found.append(Candidate(day, "url", url))
            break
    return found
