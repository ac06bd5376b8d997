"""The places that open a story: "HAMBURG / KIEL (dpa) –". Pure. The text keeps its dateline."""

from __future__ import annotations

import re

_DASH = r"(?:–|—|--|-|―|:|\.[ ]?[-–—])"
_PLACE = r"[^\W\d_][^\W\d_'’.]*(?:[ \-'’.][^\W\d_][^\W\d_'’.]*){0,4}\.?"
_OPENING = re.compile(
    rf"^\s*({_PLACE}(?:\s*(?:/|,|;|und|and|et|y|e)\s*{_PLACE}){{0,4}})\s*"
    rf"(?:,\s*\d{{1,2}}\.?\s*[^\W\d_]{{3,12}}\.?(?:\s*\d{{4}})?|,?\s*[A-Z][a-z]{{2,8}}\.?\s+\d{{1,2}})?\s*"
    rf"(\([^()]{{2,40}}\)|\[[^\[\]]{{2,40}}\])?\s*{_DASH}(?=\s|[A-ZÄÖÜ„\"“«])",
)
_PARTS = re.compile(r"\s*[/;]\s*|\s*,\s*|\s+(?:und|and|et|y|e)\s+", re.IGNORECASE)
_SMALL = frozenset(
    [
        "am",
        "an",
        "der",
        "im",
        "in",
        "bei",
        "ob",
        "of",
        "the",
        "de",
        "la",
        "le",
        "les",
        "du",
        "del",
        "di",
        "da",
        "do",
        "dos",
        "sur",
        "sous",
        "and",
        "und",
        "y",
        "e",
        "upon",
        "el",
        "von",
        "vor",
    ]
)
#: Openings in capitals that are labels, not places.
_LABELS = re.compile(
    r"update|breaking|exklusiv|exclusive|live|kommentar|opinion|analysis|analyse|interview|video|foto|photo"
    r"|watch|editor|note|hinweis|anzeige"
    r"|advertisement|achtung|info|news|fakten|faktencheck|test|review|tl;?dr|spoiler|key points?|summary|top"
    r"|eilmeldung|kolumne|glosse",
    re.IGNORECASE,
)


def places(text: str) -> tuple[str, ...]:
    """The dateline's places in order, in normal case; () where the text opens with none.

    A dateline is in capitals, or names its agency in brackets before the dash: "Berlin (dpa) –".
    ``text`` is the story (a few hundred characters of its beginning are enough)."""
    for line in text[:600].split("\n")[:4]:
        found = _of_line(line)
        if found:
            return found
    return ()


def _of_line(line: str) -> tuple[str, ...]:
    line = line[:160]
    first = line.split(maxsplit=1)[:1]
    if not first or not ("(" in line or "[" in line or first[0].isupper()):
        return ()  # the usual paragraph, and the pattern is slow to give it up
    match = _OPENING.match(line)
    if not match:
        return ()
    named, bracket = match.group(1), match.group(2)
    parts = [part.strip(" .") for part in _PARTS.split(named) if part.strip(" .")]
    capitals = [part for part in parts if part.isupper() and len(part) > 2]
    if not bracket and not (parts and capitals and parts[0] in capitals):
        return ()
    if capitals and parts[0] in capitals:
        # "SACRAMENTO, Calif. —": what follows in small letters is the state.
        parts = capitals
    elif bracket and any(
        word[:1].islower() and word not in _SMALL for part in parts for word in part.split()
    ):
        return ()
    if any(_LABELS.search(part) for part in parts) or len(match.group(0)) > 110:
        return ()
    return tuple(dict.fromkeys(_normal_case(part) for part in parts))


def _normal_case(place: str) -> str:
    if not place.isupper():
        return place
    words = re.split(r"([ \-'’])", place.lower())
    return "".join(
        word if position and word in _SMALL else word[:1].upper() + word[1:]
        for position, word in enumerate(words)
    )
