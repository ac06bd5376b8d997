"""The dates that a reader sees: by the headline, in time elements, in a line of their own. Pure."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from typing import NamedTuple

from lxml import etree

from pipelines.metadata.around import may_be_date
from pipelines.metadata.clues import Clues, text_of
from pipelines.metadata.moments import Moment, in_text, parse
from pipelines.metadata.months import MONTHS


class Candidate(NamedTuple):
    moment: Moment | None
    origin: str
    raw: str


_SAYS_MODIFIED = re.compile(
    r"updated?|modif|aktualisier|geändert|stand:?\b|bearbeitet|mis à jour|màj|mise à jour|actualizad"
    r"|atualizad"
    r"|aggiornat|bijgewerkt|gewijzigd|zaktualizowan|aktualizov|oppdatert|opdateret|uppdaterad|更新|обновлен"
    r"|last-?mod"
    r"|reviewed|diperbarui|수정",
    re.IGNORECASE,
)
_SAYS_PUBLISHED = re.compile(
    r"publish|posted|veröffentlicht|erschienen|erstellt|publié|publicad|pubblicat|gepubliceerd|opublikowan"
    r"|publicerad"
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
#: The reader's own day.
_SAYS_NOW = re.compile(
    r"aktuelle zeit|es ist (?:jetzt|gerade)|current(?:ly| time)|it is (?:now|currently)|today is",
    re.IGNORECASE,
)
_NOT_THE_STORY = frozenset(("nav", "footer", "aside"))


def seen(
    clues: Clues, near: Iterable[etree._Element], month_first: bool
) -> tuple[list[Candidate], list[Candidate]]:
    """What a reader sees: a date by the headline, else a time element, else an element that is named as a
    date."""
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

    for tagged in (True, False) if clues.times else (False,):
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
        for element in clues.told.dates[:60]:
            if not _elsewhere(element) and (found := _dated_text(element, month_first)):
                add(element, found, "text")
                if published:
                    break
    return (published or implied), modified + (implied if published else [])


#: How far from the headline a date without a label still is the story's own.
_AT_HAND = 60


def earlier(declared: Moment, near: Iterable[etree._Element], month_first: bool) -> Candidate | None:
    """The day shown by the headline, where it lies before the declared one."""
    for element in itertools.islice(near, _AT_HAND):
        tagged = element.tag == "time"
        found = _time(element, month_first) if tagged else _dated_text(element, month_first)
        if not found or _beside(element) or not (tagged or len(found[1]) < 40):
            continue
        distance = apart(found[0], declared)
        turned = (found[0].when.day, found[0].when.month) == (declared.when.month, declared.when.day)
        # A time with a zone may lie on the neighbouring day of what is shown.
        same = 1 if declared.precision == "zoned" else 0
        if (
            abs(distance) <= same
            or distance > 0
            or turned
            or _SAYS_MODIFIED.search(f"{_before(element)} {found[1]}")
        ):
            return None
        return Candidate(found[0], "time" if tagged else "text", found[1])
    return None


def apart(a: Moment, b: Moment) -> int:
    return (a.when.date() - b.when.date()).days


def only_day(clues: Clues, month_first: bool) -> list[Candidate]:
    """The one day that the page names in a line of its own, where there is only one."""
    found: dict[str, Candidate] = {}
    for element, line in clues.told.lines:
        if (
            len(line) <= 60
            and not _SAYS_NOW.search(line)
            and (moment := in_text(line, month_first))
            and not _SAYS_MODIFIED.search(f"{line} {_before(element)}")
        ):
            found.setdefault(moment.when.date().isoformat(), Candidate(moment, "text", line))
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


def _dated_text(element: etree._Element, month_first: bool) -> tuple[Moment, str] | None:
    """A day named in the element's own text: where that is little else, opens with it or is named as a
    date."""
    own = element.text or ""
    if len(element):
        own = " ".join((own, *(tail for child in element if (tail := child.tail))))
    if len(own) > 600:
        own = own.lstrip()[:301]
    if not may_be_date(own):
        return None
    own = " ".join(own.split())
    if len(own) > 300:
        own = own[:24]
    name = _name(element).lower()
    if len(own) > 60 and not any(word in name for word in _DATE_NAMES):
        own = own[:24]
        opening = _OPENS.match(own)
        if opening is None or (opening[1] and opening[1].lower() not in MONTHS):
            return None
    if _SAYS_NOW.search(own):
        return None
    moment = in_text(own, month_first)
    return (moment, own) if moment else None


#: A line of prose that begins with its date: "Berlin, 29. November 2022.", "12.03.2024 – The quay …".
_OPENS = re.compile(
    r"(?:[^\W\d_][^\d,:|()–—]{1,20}[,:|(–—]\s*)?(?:\w{2,10}\.?,\s*)?(?:\d|([^\W\d_]{3,12})\.? \d)"
)
