"""Dates as they are written, read: ISO 8601, RFC 822, stamps, digits, months in words. Pure; no clock.

Nothing is invented: what is no day is None. A day without a time stays a day; so does midnight to the second,
which is how systems that keep days write them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import Any

from pipelines.metadata.months import MONTHS


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


def as_given(utc: str, offset: str | None) -> str:
    """A time in UTC as the publisher's clock showed it: ("2026-03-01T23:30:00Z", "+09:00") →
    "2026-03-02T08:30:00+09:00". A day, and a time without an offset, stay as they are."""
    if not offset or not utc.endswith("Z"):
        return utc
    shift = _offset(offset)
    try:
        return utc if shift is None else (datetime.fromisoformat(utc).astimezone(timezone(shift))).isoformat()
    except (ValueError, OverflowError):
        return utc


def offset_name(offset: timedelta | None) -> str | None:
    """ "+05:30"; None for UTC itself, which says nothing of the place."""
    if not offset:
        return None
    minutes = int(offset.total_seconds() // 60)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


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
#: Day and month in digits, which of them first is not said.
AMBIGUOUS = re.compile(r"(?<!\d)(?:0?[1-9]|1[0-2])[./-](?:0?[1-9]|1[0-2])[./-]\d{2,4}(?!\d)")
_WORD = r"[^\W\d_]{3,12}"
_DAY_MONTH = re.compile(
    rf"(?<![\d.,:])(\d{{1,2}})(?:st|nd|rd|th|er|º|\.)?[ -]{{0,2}}(?:de |of "
    rf"|d')?({_WORD})\.?,?[ -]{{0,2}}(?:de |del )?(\d{{4}})(?!\d)"
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
        ("Z UTC GMT WET", 0), ("CET MEZ BST WEST", 60), ("CEST MESZ EET SAST CAT", 120), ("EEST MSK EAT",
            180),
        ("WIB", 420), ("WITA HKT SGT AWST", 480), ("WIT JST KST", 540), ("AEST", 600), ("AEDT",
            660), ("NZST", 720),
        ("NZDT", 780), ("EST", -300), ("EDT", -240), ("CST", -360), ("CDT", -300), ("MST", -420), ("MDT",
            -360),
        ("PST", -480), ("PDT", -420), ("ET", -300), ("BRT ART", -180),
    )
    for name in names.split()
}  # fmt: skip
#: Where month comes before day in digits.
MONTH_FIRST = ("en-us", "en-ph", "en")


def parse(raw: str, *, language: str | None = None, month_first: bool | None = None) -> Moment | None:
    """The one date in ``raw``; None where there is none, where it cannot be (13 45) or lies outside
    1990–2100.

    ``month_first``: how 3/4/2026 is read; by default as ``language`` ("en", "en-us") does."""
    raw = " ".join(raw[:200].split())
    if not raw:
        return None
    if month_first is None:
        month_first = (language or "").lower() in MONTH_FIRST
    return _iso(raw) or _stamp(raw) or _rfc822(raw) or _unix(raw) or in_text(raw, month_first)


def _iso(raw: str) -> Moment | None:
    match = _ISO.search(raw)
    if not match:
        return None
    year, month, day, hour, minute, second, zone = match.groups()
    return moment_of(year, month, day, hour, minute, second, zone)


def _stamp(raw: str) -> Moment | None:
    """20260301T083000Z, and seconds or milliseconds since 1970."""
    match = _COMPACT.fullmatch(raw)
    if match and (moment := moment_of(*match.groups())):
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
    return moment_of(when.year, when.month, when.day, when.hour, when.minute, when.second, offset)


_UNIX = re.compile(
    r"^[A-Za-z]{3} ([A-Za-z]{3}) +(\d{1,2}) (\d{1,2}):(\d\d):(\d\d) (?:([A-Z]{1,5}|[+-]\d{4}) )?(\d{4})"
)


def _unix(raw: str) -> Moment | None:
    """Fri Apr 28 19:20:36 CEST 2023"""
    if not (match := _UNIX.match(raw)):
        return None
    month, day, hour, minute, second, zone, year = match.groups()
    return moment_of(year, MONTHS.get(month.lower(), 0), day, hour, minute, second, zone)


def moment_of(
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
    """The first full date (day, month and year) that a line of text names, with its time where one
    follows."""
    best: tuple[int, int, tuple[Any, Any, Any]] | None = None
    for found in _days(raw, month_first):
        if best is None or found[0] < best[0]:
            best = found
    if best is None:
        return None
    _, end, (year, month, day) = best
    clock = _CLOCK.search(raw, end, end + 40) or _CLOCK.search(raw)
    if clock is None:
        return moment_of(year, month, day)
    hour, minute, second, half, name, offset = clock.groups()
    hours = int(hour)
    if half and hours <= 12:
        hours = hours % 12 + (12 if half[0] in "pP" else 0)
    known = name.upper() if name and name.upper() in _ZONES else None
    return moment_of(year, month, day, hours, minute, second, offset or known) or moment_of(year, month, day)


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
    if (match := _DIGITS.search(raw)) and not _is_version(match, raw):
        first, mark, second, year = int(match[1]), match[2], int(match[3]), match[4]
        if len(year) == 2:
            year = ("20" if int(year) < 70 else "19") + year
        swap = second > 12 or (month_first and mark == "/" and first <= 12)
        day, month = (second, first) if swap else (first, second)
        yield match.start(), match.end(), (year, month, day)


def _is_version(match: re.Match[str], raw: str) -> bool:
    """ "Release 8.4.13 is out": a year of two digits needs full ones beside it, or a line of its own."""
    return len(match[4]) == 2 and match[2] == "." and len(match.group()) < 8 and len(raw) > 20
