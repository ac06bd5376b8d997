"""What a reader would call the same text. Pure."""

from __future__ import annotations

import hashlib
import re
import unicodedata

_INVISIBLE = (
    "\u00ad\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e"
    "\u2060\u2061\u2062\u2063\u2064\ufeff"
)
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
_LONGEST_COUNTER = 160
#: A line without a digit says an age, if at all, with one of these.
_IN_WORDS = (
    "ago",
    "geleden",
    " fa",
    "vor ein",
    "il y a",
    "hace",
    "há ",
    "now",
    "eben",
    "instant",
    "mismo",
    "ora",
)
#: And with a digit also with one of these: the beginnings of all that is counted, and "vor 2 Tagen".
_WITH_DIGITS = (
    *("comment", "kommentar", "coment", "koment", "repl", "view", "share", "like", "react"),
    *("réaction", "vote", "aufruf", "mal geteilt", "beitr", "partage", "partilha", "vue", "compartid"),
    *("visit", "visual", "lectura", "condivision"),
    *("vor", "il", "hace", "há", "fa"),  # what parts their words may be any white space
)
_DIGIT = re.compile(r"\d")
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
    text = unicodedata.normalize("NFC", text)
    if not text.isascii():
        for sign in filter(text.__contains__, _INVISIBLE):
            text = text.replace(sign, "")
    lines = text.split("\n")
    passing = [_PASSING.sub(" ", " ".join(line.split())) if _may_pass(line) else line for line in lines]
    return " ".join("\n".join(passing).split())


def _may_pass(line: str) -> bool:
    """Whether a line could hold a counter or an age: most hold neither, and to search them takes long."""
    if len(line) > _LONGEST_COUNTER:
        return False
    small = line.lower()
    if _DIGIT.search(line) is not None and any(map(small.__contains__, _WITH_DIGITS)):
        return True
    return any(map(small.__contains__, _IN_WORDS))
