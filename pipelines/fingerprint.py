"""What a reader would call the same text. Pure."""

from __future__ import annotations

import hashlib
import re
import unicodedata

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]")
_NUMBER = r"\d[\d.,\u00a0' ]{0,12}"
#: What a page counts beside its story, in the languages of the sources.
_COUNTED = (
    r"(?:comments?|repl(?:y|ies)|views?|shares?|likes?|reactions?|votes?"
    r"|kommentare?n?|aufrufe|mal geteilt|leserkommentare?|beiträge"
    r"|commentaires?|partages?|vues?|réactions?"
    r"|comentarios?|compartidos|visitas|lecturas|comentários?|partilhas|visualizações"
    r"|commenti|condivisioni|visualizzazioni|reacties|komentarzy|komentarze|kommentarer)"
)
_UNIT = (
    r"(?:s|sec|secs|seconds?|min|mins|minutes?|h|hrs?|hours?|days?|weeks?|months?|years?"
    r"|sekunden?|minuten?|stunden?|std\.?|tage?n?|wochen?|monate?n?|jahre?n?"
    r"|secondes?|heures?|jours?|semaines?|mois|ans?"
    r"|segundos?|minutos?|horas?|días?|dias?|semanas?|mes(?:es)?|años?|anos?"
    r"|second[oi]|minut[oi]|or[ae]|giorn[oi]|settiman[ae]|mes[ei]|ann[oi]"
    r"|uur|dagen|weken|maanden)"
)
#: Characters of a line that may hold a counter; what a paragraph of prose counts is part of the story.
_LONGEST_COUNTER = 300
_PASSING = re.compile(
    r"(?<!\w)(?:"  # only where a word begins: tried at every letter it takes longer than the cleaning
    rf"\(?\b{_NUMBER}[  ]?{_COUNTED}\b\)?"
    rf"|\b{_COUNTED}[  ]?(?:\({_NUMBER}\)|:[  ]?{_NUMBER})"
    rf"|\b(?:\d{{1,3}}|an?|one)[  ]?{_UNIT}[  ](?:ago|geleden|fa)\b"
    rf"|\b(?:vor|il y a|hace|há)[  ](?:etwa[  ]|environ[  ]|unos[  ])?"
    rf"(?:\d{{1,3}}|einer|einem|une?)[  ]?{_UNIT}\b"
    r"|\b(?:just now|gerade eben|à l'instant|ahora mismo|proprio ora)\b)",
    re.IGNORECASE,
)


def content_hash(title: str | None, text: str) -> str:
    """sha-256 in hex of title and text: what a reader would call the same text has the same hash.

    White space, invisible characters, counters ("12 comments") and ages ("2 hours ago") do not count."""
    hashed = hashlib.sha256()
    for part in (title or "", text):
        hashed.update(_plain(part).encode("utf-8", "replace"))
        hashed.update(b"\x00")
    return hashed.hexdigest()


def _plain(text: str) -> str:
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    lines = (" ".join(line.split()) for line in text.split("\n"))
    passing = (_PASSING.sub(" ", line) if len(line) <= _LONGEST_COUNTER else line for line in lines)
    return " ".join(" ".join(passing).split())
