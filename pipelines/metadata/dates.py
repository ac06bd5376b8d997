"""When the publisher says the story appeared and was changed. Pure; no clock, nothing invented.

A date is read in the order: ISO 8601, RFC 822, a time stamp, day–month–year in digits or words, and only where
that fails, dateparser. The result is ISO 8601 in UTC, or only the day where only a day is named: also where the
time is midnight to the second, which is how systems that keep days write them. A time without a zone takes
the offset that the page's other dates have, else it counts as UTC.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from lxml import etree

from pipelines.metadata import jsonld
from pipelines.metadata.clues import Clues, text_of
from pipelines.metadata.months import MONTHS
from pipelines.types import Entry, Evidence


@dataclass(frozen=True, slots=True)
class Moment:
    """A date as written: a day, a local time without a zone, or a time with its zone."""

    when: datetime
    #: "day", "local" or "zoned"
    precision: str

    def utc(self, offset: timedelta | None = None) -> str:
        if self.precision == "day":
            return self.when.date().isoformat()
        when = self.when
        if self.precision == "local":
            when = when.replace(tzinfo=timezone(offset or timedelta(0)))
        try:
            return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        except OverflowError:
            return self.when.date().isoformat()


class Candidate(NamedTuple):
    moment: Moment | None
    origin: str
    raw: str


_EARLIEST, _LATEST = 1990, 2100

_ISO = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})"
    r"(?:[T ,]{1,3}(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?"
    r"[ ]?(Z|UTC|GMT|[+-]\d{2}:?\d{2}(?::\d{2})?|[+-]\d{2}|[A-Za-z]{2,5})?)?(?![\d-])"
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2})?(Z|[+-]\d{4})?)?")
_DIGITS = re.compile(r"(?<![\d.,/-])(\d{1,2})([./-])[ ]?(\d{1,2})\2[ ]?(\d{4}|\d{2})(?![\d/-])")
_YEAR_FIRST = re.compile(
    r"(?<!\d)(\d{4})(?:([./])(\d{1,2})\2(\d{1,2})(?!\d)|[年년][ ]?(\d{1,2})[月월][ ]?(\d{1,2})[日일])"
)
_WORD = r"[^\W\d_]{3,12}"
_DAY_MONTH = re.compile(
    rf"(?<![\d.,:])(\d{{1,2}})(?:st|nd|rd|th|er|º|\.)?[ -]{{0,2}}(?:de |of |d')?({_WORD})\.?,?[ -]{{0,2}}(?:de |del )?(\d{{4}})(?!\d)"
)
_MONTH_DAY = re.compile(rf"({_WORD})\.?[ ]{{0,2}}(\d{{1,2}})(?:st|nd|rd|th)?,?[ ]{{1,2}}(\d{{4}})(?!\d)")
_YEAR_MONTH_DAY = re.compile(rf"(?<!\d)(\d{{4}})[., -]{{1,2}}({_WORD})\.?[ -]{{1,2}}(\d{{1,2}})(?!\d)")
_CLOCK = re.compile(
    r"(?<![\d:.])(\d{1,2})(?:[:h]|[.](?=\d\d[ ]?(?:Uhr|h\b)))(\d{2})(?::(\d{2}))?[ ]?([ap]\.?m\b\.?)?"
    r"[ ]?(?:Uhr|h\b)?[ ]?\(?(UTC|GMT|[A-Z]{3,5}\b)?([+-]\d{1,2}:?\d{2})?",
    re.IGNORECASE,
)
#: Minutes from UTC. Names that mean different zones in different countries (IST, CST in China) are left out.
_ZONES = {
    name: minutes
    for names, minutes in (
        ("Z UTC GMT WET", 0), ("CET MEZ BST WEST", 60), ("CEST MESZ EET SAST CAT", 120), ("EEST MSK EAT", 180),
        ("WIB", 420), ("WITA HKT SGT AWST", 480), ("WIT JST KST", 540), ("AEST", 600), ("AEDT", 660), ("NZST", 720),
        ("NZDT", 780), ("EST", -300), ("EDT", -240), ("CST", -360), ("CDT", -300), ("MST", -420), ("MDT", -360),
        ("PST", -480), ("PDT", -420), ("ET", -300), ("BRT ART", -180),
    )
    for name in names.split()
}  # fmt: skip
#: Where month comes before day in digits.
_MONTH_FIRST = ("en-us", "en-ph", "en")
_DAY_FIRST_HOSTS = (".uk", ".au", ".nz", ".ie", ".za", ".in", ".eu")


def parse(raw: str, *, language: str | None = None, month_first: bool | None = None) -> Moment | None:
    """The one date in ``raw``; None where there is none, where it cannot be (13 45) or lies outside 1990–2100.

    ``month_first``: how 3/4/2026 is read; by default as ``language`` ("en", "en-us") does."""
    raw = " ".join(raw[:200].split())
    if not raw:
        return None
    if month_first is None:
        month_first = (language or "").lower() in _MONTH_FIRST
    return _iso(raw) or _stamp(raw) or _rfc822(raw) or _unix(raw) or in_text(raw, month_first)


def _iso(raw: str) -> Moment | None:
    match = _ISO.search(raw)
    if not match:
        return None
    year, month, day, hour, minute, second, zone = match.groups()
    return _moment(year, month, day, hour, minute, second, zone)


def _stamp(raw: str) -> Moment | None:
    """20260301T083000Z, and seconds or milliseconds since 1970."""
    match = _COMPACT.fullmatch(raw)
    if match and (moment := _moment(*match.groups())):
        return moment
    if raw.isascii() and raw.isdigit() and len(raw) in (10, 13):
        seconds = int(raw[:10])
        when = datetime.fromtimestamp(seconds, UTC)
        return Moment(when, "zoned") if _EARLIEST < when.year < _LATEST else None
    return None


def _rfc822(raw: str) -> Moment | None:
    if not re.match(r"(?:[A-Za-z]{3,9},? )?\d{1,2}[ -][A-Za-z]{3}", raw):
        return None
    if not re.search(r"\d:\d\d", raw):
        return None
    try:
        when = parsedate_to_datetime(raw)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    zone = raw.rsplit(" ", 1)[-1].strip("()").upper()
    offset: str | None = None
    if zone in _ZONES:
        offset = zone
    elif when.tzinfo is not None and zone != "-0000":
        total = when.utcoffset() or timedelta(0)
        minutes = int(total.total_seconds() // 60)
        offset = f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"
        if not re.search(r"[+-]\d{4}$", raw):
            offset = None
    return _moment(when.year, when.month, when.day, when.hour, when.minute, when.second, offset)


_UNIX = re.compile(
    r"^[A-Za-z]{3} ([A-Za-z]{3}) +(\d{1,2}) (\d{1,2}):(\d\d):(\d\d) (?:([A-Z]{1,5}|[+-]\d{4}) )?(\d{4})"
)


def _unix(raw: str) -> Moment | None:
    """Fri Apr 28 19:20:36 CEST 2023"""
    if not (match := _UNIX.match(raw)):
        return None
    month, day, hour, minute, second, zone, year = match.groups()
    return _moment(year, MONTHS.get(month.lower(), 0), day, hour, minute, second, zone)


def _moment(
    year: Any,
    month: Any,
    day: Any,
    hour: Any = None,
    minute: Any = None,
    second: Any = None,
    zone: str | None = None,
) -> Moment | None:
    try:
        if hour is None:
            when = datetime(int(year), int(month), int(day))  # noqa: DTZ001
        else:
            when = datetime(int(year), int(month), int(day), int(hour), int(minute), int(second or 0))  # noqa: DTZ001
    except ValueError:
        return None
    if not _EARLIEST <= when.year < _LATEST:
        return None
    if hour is None or (when.hour, when.minute, when.second) == (0, 0, 0):
        return Moment(when, "day")
    offset = _offset(zone)
    if offset is None:
        return Moment(when, "local")
    return Moment(when.replace(tzinfo=timezone(offset)), "zoned")


def _offset(zone: str | None) -> timedelta | None:
    """None for no zone, an unknown name and an offset that no place on earth has."""
    if not zone:
        return None
    if zone[0] in "+-":
        digits = zone[1:].replace(":", "")
        hours, minutes = int(digits[:-2] or 0) if len(digits) > 2 else int(digits), 0
        if len(digits) > 2:
            minutes = int(digits[-2:]) if len(digits) <= 4 else int(digits[2:4])
            hours = int(digits[:2]) if len(digits) > 4 else hours
        if hours > 14 or minutes > 59:
            return None
        return timedelta(minutes=(hours * 60 + minutes) * (-1 if zone[0] == "-" else 1))
    known = _ZONES.get(zone.upper().rstrip("."))
    return None if known is None else timedelta(minutes=known)


def in_text(raw: str, month_first: bool = False) -> Moment | None:
    """The first full date (day, month and year) that a line of text names, with its time where one follows."""
    best: tuple[int, int, tuple[Any, Any, Any]] | None = None
    for found in _days(raw, month_first):
        if best is None or found[0] < best[0]:
            best = found
    if best is None:
        return None
    _, end, (year, month, day) = best
    clock = _CLOCK.search(raw, end, end + 40) or _CLOCK.search(raw)
    if clock is None:
        return _moment(year, month, day)
    hour, minute, second, half, name, offset = clock.groups()
    hours = int(hour)
    if half and hours <= 12:
        hours = hours % 12 + (12 if half[0] in "pP" else 0)
    known = name.upper() if name and name.upper() in _ZONES else None
    return _moment(year, month, day, hours, minute, second, offset or known) or _moment(year, month, day)


def _days(raw: str, month_first: bool) -> Iterator[tuple[int, int, tuple[Any, Any, Any]]]:
    if match := _ISO.search(raw):
        yield match.start(), match.end(3), (match[1], match[2], match[3])
    if match := _YEAR_FIRST.search(raw):
        yield match.start(), match.end(), (match[1], match[3] or match[5], match[4] or match[6])
    for match in _DAY_MONTH.finditer(raw):
        if month := MONTHS.get(match[2].lower()):
            yield match.start(), match.end(), (match[3], month, match[1])
            break
    for match in _MONTH_DAY.finditer(raw):
        if month := MONTHS.get(match[1].lower()):
            yield match.start(), match.end(), (match[3], month, match[2])
            break
    if (match := _YEAR_MONTH_DAY.search(raw)) and (month := MONTHS.get(match[2].lower())):
        yield match.start(), match.end(), (match[1], month, match[3])
    if match := _DIGITS.search(raw):
        first, mark, second, year = int(match[1]), match[2], int(match[3]), match[4]
        if len(year) == 2:
            year = ("20" if int(year) < 70 else "19") + year
        swap = second > 12 or (month_first and mark == "/" and first <= 12)
        day, month = (second, first) if swap else (first, second)
        yield match.start(), match.end(), (year, month, day)


_PUBLISHED_META = (
    "article:published_time", "og:article:published_time", "og:published_time", "datepublished",
    "article:published", "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime",
    "cxenseparse:publishtime", "published_time", "published-time", "publish_date", "publish-date", "publishdate",
    "publication_date", "publication-date", "pubdate", "ptime", "dcterms.issued", "dcterms.created", "dc.date.issued",
    "dc.date.created", "citation_publication_date", "citation_online_date", "rnews:datepublished", "originalpublicationdate",
    "article_date_original", "article:publicationdate", "mrf:published", "vr:published_time", "article.published",
    "datecreated", "created", "article.created", "article_publication_date", "gtm-publisheddate", "bt:pubdate",
    "displaydate", "og:pubdate", "dcterms.date", "dc.date", "dc:date", "date", "dcsext.articlefirstpublished",
)  # fmt: skip
#: Names that some sites use for the day the page was made: only where nothing better speaks.
_VAGUE_META = ("og:release_date", "release_date", "timestamp", "article:date", "eomportal-lastupdate")
_MODIFIED_META = (
    "article:modified_time", "og:article:modified_time", "article:modified", "og:updated_time", "datemodified",
    "dcterms.modified", "dc.date.modified", "dc.modified", "article:updated_time", "article:updated", "last-modified",
    "modified_time", "lastmod", "updated_time", "revision_date", "last_modified", "mtime", "article.updated",
)  # fmt: skip
_SAYS_MODIFIED = re.compile(
    r"updated?|modif|aktualisier|geändert|stand:?\b|bearbeitet|mis à jour|màj|mise à jour|actualizad|atualizad"
    r"|aggiornat|bijgewerkt|gewijzigd|zaktualizowan|aktualizov|oppdatert|opdateret|uppdaterad|更新|обновлен|last-?mod"
    r"|reviewed|diperbarui|수정",
    re.IGNORECASE,
)
_SAYS_PUBLISHED = re.compile(
    r"publish|posted|veröffentlicht|erschienen|erstellt|publié|publicad|pubblicat|gepubliceerd|opublikowan|publicerad"
    r"|publisert|udgivet|公開|опубликован|入力|created|entry-date|pubdate",
    re.IGNORECASE,
)
_DATE_NAMES = (
    "date",
    "time",
    "publish",
    "posted",
    "datum",
    "fecha",
    "stand",
    "meta",
    "info",
    "byline",
    "data",
)
_NOT_THE_STORY = frozenset(("nav", "footer", "aside"))
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
    near: Sequence[etree._Element],
    *,
    entry: Entry | None,
    language: str | None,
    fetched: str | None = None,
) -> Dates:
    """The first believable candidate a field; a date later than a day after ``fetched`` is not believable."""
    first = _month_first(language, clues.document.url)
    published, modified = _declared(clues, articles, pages, entry, first)
    if not any(c.moment for c in published):
        seen, changed = _seen(clues, near, first)
        vague = _vague(clues, first)
        published += _agreeing(seen, vague) or _only_day(clues, first)
        modified += changed
    elif earlier := _earlier(published, modified, near, first):
        published.insert(0, earlier)
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
    if (language or "").lower() not in _MONTH_FIRST:
        return False
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return True
    return not host.endswith(_DAY_FIRST_HOSTS)


def _agreeing(seen: list[Candidate], vague: list[Candidate]) -> list[Candidate]:
    """Dates that are seen and not labelled may be another story's: where the address names a day, one of that
    day is believed before the address, and any other after it."""
    days = [c.moment.when.date() for c in vague if c.moment and c.origin == "url"]
    if not days:
        return seen + vague
    own = [c for c in seen if c.moment and abs((c.moment.when.date() - days[0]).days) <= 1]
    return own + vague + [c for c in seen if c not in own]


def _latest(fetched: str | None) -> datetime | None:
    moment = _iso(fetched) if fetched else None
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
    """The offset the page's dates are written with, for those that give none; UTC tells nothing of the place."""
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


def _seen(
    clues: Clues, near: Sequence[etree._Element], month_first: bool
) -> tuple[list[Candidate], list[Candidate]]:
    """What a reader sees: a date by the headline, else a time element, else an element that is named as a date."""
    published: list[Candidate] = []
    modified: list[Candidate] = []
    implied: list[Candidate] = []

    def add(element: etree._Element, found: tuple[Moment, str], origin: str) -> None:
        moment, raw = found
        label = text_of(element, 80) if element.tag == "time" else raw
        if not (_SAYS_PUBLISHED.search(label) or _SAYS_MODIFIED.search(label)):
            label = _before(element)
        candidate = Candidate(moment, origin, raw)
        if _SAYS_PUBLISHED.search(label):
            published.insert(0, candidate)
        elif _SAYS_MODIFIED.search(label):
            modified.append(candidate)
        elif _SAYS_MODIFIED.search(_name(element)) and not _SAYS_PUBLISHED.search(_name(element)):
            # Templates name the only date they show "updated" because a microformat asks for the name.
            implied.append(candidate)
        else:
            published.append(candidate)

    for tagged in (True, False):
        for element in near:
            if (element.tag == "time") is not tagged:
                continue
            found = _time(element, month_first) if tagged else _dated_text(element, month_first)
            if found and not _beside(element):
                add(element, found, "time" if tagged else "text")
                if len(published) > 2:
                    break
        if published:
            break
    if not published and not implied:
        for element in clues.times[:60]:
            if not _elsewhere(element) and (found := _time(element, month_first)):
                add(element, found, "time")
                if published:
                    break
    if not published and not implied:
        for element in itertools.islice(_named_dates(clues), 60):
            if not _elsewhere(element) and (found := _dated_text(element, month_first)):
                add(element, found, "text")
                if published:
                    break
    return (published or implied), modified + (implied if published else [])


_DATE_CLASSES = ("date", "publi", "datum", "fecha", "time", "meta")


def _named_dates(clues: Clues) -> Iterator[etree._Element]:
    """Elements whose class or id says that they hold a date."""
    for element in clues.document.root.iter("span", "div", "p", "li", "small", "td", "em", "a"):
        name = element.get("class") or element.get("id")
        if name and any(word in name.lower() for word in _DATE_CLASSES):
            yield element


#: How far from the headline a date without a label still is the story's own.
_AT_HAND = 90


def _earlier(
    published: Sequence[Candidate],
    modified: Sequence[Candidate],
    near: Sequence[etree._Element],
    month_first: bool,
) -> Candidate | None:
    """The day shown by the headline, where it lies before the declared one and the declared one tells no
    publication from the last change: such a stamp is of the page's making."""
    declared = next((c.moment for c in published if c.moment), None)
    changed = next((c.moment for c in modified if c.moment), None)
    if declared is None or (changed and abs(_apart(declared, changed)) > 1):
        return None
    for element in near[:_AT_HAND]:
        tagged = element.tag == "time"
        found = _time(element, month_first) if tagged else _dated_text(element, month_first)
        if not found or _beside(element) or not (tagged or len(found[1]) < 40):
            continue
        distance = _apart(found[0], declared)
        turned = (found[0].when.day, found[0].when.month) == (declared.when.month, declared.when.day)
        if (
            abs(distance) <= 1
            or distance > 0
            or turned
            or _SAYS_MODIFIED.search(f"{_before(element)} {found[1]}")
        ):
            return None
        return Candidate(found[0], "time" if tagged else "text", found[1])
    return None


def _apart(a: Moment, b: Moment) -> int:
    return (a.when.date() - b.when.date()).days


def _only_day(clues: Clues, month_first: bool) -> list[Candidate]:
    """The one day that the page names in a line of its own, where there is only one."""
    found: dict[str, Candidate] = {}
    for element in clues.document.root.iter(
        "time", "p", "span", "div", "small", "li", "h3", "h4", "h5", "td", "em"
    ):
        own = element.text
        if (
            own
            and len(own) <= 60
            and _MAY_BE_DATE.search(own)
            and (moment := in_text(own.strip(), month_first))
        ) and not _SAYS_MODIFIED.search(f"{own} {_before(element)}"):
            found.setdefault(moment.when.date().isoformat(), Candidate(moment, "text", own.strip()))
        if len(found) > 1:
            return []
    return list(found.values())


def _time(element: etree._Element, month_first: bool) -> tuple[Moment, str] | None:
    stamp = element.get("datetime") or ""
    for raw in (stamp, text_of(element, 120)):
        if raw and (moment := parse(raw, month_first=month_first)):
            return moment, raw
    return None


def _name(element: etree._Element) -> str:
    return f"{element.get('class') or ''} {element.get('itemprop') or ''} {element.get('id') or ''}"


def _before(element: etree._Element) -> str:
    """The few words that stand before an element: "Updated:" and its like."""
    parent = element.getparent()
    before = element.getprevious()
    lead = (before.tail if before is not None else parent.text if parent is not None else None) or ""
    if not lead.strip() and before is not None and before.tag != "time":
        lead = text_of(before, 40)
        lead = "" if any(char.isdigit() for char in lead) else lead
    return " ".join(lead.split())[-40:]


_BESIDE = re.compile(r"related|recommend|popular|latest", re.IGNORECASE)


def _beside(element: etree._Element) -> bool:
    return any(
        _BESIDE.search(f"{a.get('class') or ''} {a.get('id') or ''}")
        for a in itertools.islice(element.iterancestors(), 3)
    )


_ELSEWHERE = re.compile(
    r"comment|related|teaser|sidebar|widget|footer|recommend|popular|latest|more-|kommentar|replies",
    re.IGNORECASE,
)


def _elsewhere(element: etree._Element) -> bool:
    """Whether it stands in a comment, a teaser or beside the story."""
    for ancestor in itertools.islice(element.iterancestors(), 12):
        if ancestor.tag in _NOT_THE_STORY:
            return True
        if ancestor.tag in ("body", "article", "main"):
            return False
        if _ELSEWHERE.search(f"{ancestor.get('class') or ''} {ancestor.get('id') or ''}"):
            return True
    return False


_MAY_BE_DATE = re.compile(
    r"\d{1,2}\D{1,14}(?:19|20)\d\d|\d{1,2}[./-]\d{1,2}[./-]\d\d\b|(?:19|20)\d\d\D{1,12}\d{1,2}"
)


def _dated_text(element: etree._Element, month_first: bool) -> tuple[Moment, str] | None:
    """A day named in the element's own text: where that is little else, opens with it or is named as a date."""
    own = element.text or ""
    if len(element):
        own = " ".join((own, *(child.tail or "" for child in element)))
    if not own or not _MAY_BE_DATE.search(own):
        return None
    own = " ".join(own.split())
    if len(own) > 300:
        own = own[:24]
    name = _name(element).lower()
    if len(own) > 60 and not any(word in name for word in _DATE_NAMES):
        own = own[:24]
    moment = in_text(own, month_first)
    return (moment, own) if moment else None


_SCRIPT_KEYS = ("datePublished", "publishedAt", "published_at", "publishDate", "publish_date", "publicationDate",
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
            found.append(Candidate(_moment(*match.groups()), "url", match.group().strip("/-_")))
            break
    return found if found else _scripted(clues, month_first)
