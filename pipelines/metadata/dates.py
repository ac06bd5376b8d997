"""When the publisher says the story appeared and was changed. Pure; no clock, nothing invented.

Declared dates come first (JSON-LD, meta tags, microdata, the feed), then what a reader sees, then vague
meta tags, the address and the page's scripts. A missing date is never replaced by the other one. Results
are ISO 8601 in UTC, or only the day where only a day is named; a time without a zone takes the offset that
the page's other dates have, else it counts as UTC.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from lxml import etree

from pipelines.metadata import jsonld
from pipelines.metadata.clues import Clues
from pipelines.metadata.moments import MONTH_FIRST, moment_of, parse
from pipelines.metadata.shown import Candidate, earlier, only_day, seen
from pipelines.types import Entry, Evidence

_DAY_FIRST_HOSTS = (".uk", ".au", ".nz", ".ie", ".za", ".in", ".eu")
_PUBLISHED_META = (
    "article:published_time", "og:article:published_time", "og:published_time", "datepublished",
    "article:published", "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime",
    "cxenseparse:publishtime", "published_time", "published-time", "publish_date", "publish-date",
    "publishdate",
    "publication_date", "publication-date", "pubdate", "ptime", "dcterms.issued", "dcterms.created",
    "dc.date.issued",
    "dc.date.created", "citation_publication_date", "citation_online_date", "rnews:datepublished",
    "originalpublicationdate",
    "article_date_original", "article:publicationdate", "mrf:published", "vr:published_time",
    "article.published",
    "datecreated", "created", "article.created", "article_publication_date", "gtm-publisheddate",
    "bt:pubdate",
    "displaydate", "og:pubdate", "dcterms.date", "dc.date", "dc:date", "date", "dcsext.articlefirstpublished",
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
_URL_DATE = re.compile(r"/((?:19|20)\d\d)[/-]?(0[1-9]|1[0-2])[/-]?(0[1-9]|[12]\d|3[01])(?=[/_.-]|$)")
_URL_DATE_LATE = re.compile(r"[-_/]((?:19|20)\d\d)-?(0[1-9]|1[0-2])-?(0[1-9]|[12]\d|3[01])(?=[/_.-]|$)")


@dataclass(frozen=True, slots=True)
class Dates:
    published: str | None
    modified: str | None
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
        published += _agreeing(visible, vague) or only_day(clues, first)
        modified += changed
    elif shown := earlier(published, modified, near, first):
        published.insert(0, shown)
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
        tuple(
            Evidence(field=field, origin=c.origin, raw=c.raw[:200], chosen=c is taken)
            for field, candidates, taken in (
                ("published", published, chosen),
                ("modified", modified, changed_by),
            )
            for c in candidates
        ),
    )


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
    for names, into in ((_PUBLISHED_META, published), (_MODIFIED_META, modified)):
        into.extend(candidate(c, f"meta:{name}") for name in names for c in clues.meta.get(name, ())[:2])
    for element in clues.times:
        prop = element.get("itemprop") or ""
        stamp = element.get("datetime") or element.get("content")
        if stamp and "datePublished" in prop:
            published.append(candidate(stamp, "microdata:datePublished"))
        elif stamp and "dateModified" in prop:
            modified.append(candidate(stamp, "microdata:dateModified"))
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


_SCRIPT_KEYS = ("datePublished", "publishedAt", "published_at", "publishDate", "publish_date",
    "publicationDate",
    "firstPublishedAt", "first_published_at", "published", "pubDate", "date")  # fmt: skip
_SCRIPT_VALUE = re.compile(r"""["']?\s*:\s*["']((?:19|20)\d\d-\d\d-\d\d[^"']{0,25})["']""")


def _scripted(clues: Clues, month_first: bool) -> list[Candidate]:
    """What the page's scripts call the date, where all of them agree on the day."""
    found: dict[str, Candidate] = {}
    for script in clues.document.root.iter("script"):
        text = script.text
        if not text or len(text) > 500_000:
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
        match = _URL_DATE.search(url) or _URL_DATE_LATE.search(url)
        if match:
            found.append(Candidate(moment_of(*match.groups()), "url", match.group().strip("/-_")))
            break
    return found if found else _scripted(clues, month_first)
