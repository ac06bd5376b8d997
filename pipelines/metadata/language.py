"""The language of the text: what the page declares, unless the text says otherwise. Pure.

A declaration is checked against the most frequent words of that language and against the script, which is
cheap; the detector's model (117 MB) is loaded only where that check fails or nothing is declared.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from pipelines.metadata.clues import Clues

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

_TAG = re.compile(r"^\s*([A-Za-z]{2,3})(?:[-_]([A-Za-z]{4}))?(?:[-_]([A-Za-z]{2}|\d{3}))?(?![A-Za-z])")
_WORD = re.compile(r"[^\W\d_]+")
#: Below this many letters a text does not tell its language.
_ENOUGH = 40
#: Words that make up much of any text in the language and little of its neighbours' texts.
_FREQUENT = {
    language: frozenset(words.split())
    for language, words in {
        "de": "der die und das ist nicht mit den von ein eine auch sich auf für im zu dem werden wird",
        "en": "the of and to in is that for was with on as by it are this from have you your be",
        "fr": "le la les des et est une que dans pour qui pas du au sur par ce plus avec sont",
        "es": "el la los las de que y en un una por con para del se no es su al lo",
        "it": "il di che la un una per non con del della sono gli le dei nel è si da alla",
        "pt": "o que de do da em um uma para não com os as dos no na por mais ao se",
        "nl": "de het een en van is dat niet op te zijn voor met die in er aan om ook",
        "sv": "och att det som en är på för av med inte den till har de ett om jag var",
        "da": "og at det som en er på for af med ikke den til har de et der jeg var i",
        "no": "og at det som en er på for av med ikke den til har de et jeg var i vi",
        "pl": "i w na z się nie do to że jest o jak ale po za od przez są dla tego",
        "cs": "a se na v je to že z s do o i jako by pro za ale jsou po jeho",
        "fi": "ja on ei se että hän oli mutta ovat kun myös sen joka ole niin mukaan tai jo vain kuin",
        "hu": "a az és hogy nem is egy van volt meg de ez már csak még ki mint lesz el azt",
        "tr": "ve bir bu da de için ile çok olarak daha olan gibi sonra kadar ne var ya en o ki",
        "ro": "și de în a la cu nu pe care să din este un o mai că pentru au fi sau",
        "id": "yang dan di dengan untuk dari ini itu dalam pada tidak ke akan juga adalah oleh telah bisa",
        "lt": "ir kad tai yra su į iš buvo ne bet kaip apie dėl jau taip kuris tik nuo jis po",
    }.items()
}
#: Scripts that belong to few languages: a declaration of another language is wrong.
_SCRIPTS = (
    (re.compile("[\u3040-\u30ff]"), "ja"),
    (re.compile("[\uac00-\ud7af]"), "ko"),
    (re.compile("[\u0e00-\u0e7f]"), "th"),
    (re.compile("[\u0590-\u05ff]"), "he"),
    (re.compile("[\u0370-\u03ff]"), "el"),
)
_LATIN = re.compile("[A-Za-zÀ-ž]")
_LANGUAGES_OF: dict[str, list[str]] = {}
for _language, _words in _FREQUENT.items():
    for _word in _words:
        _LANGUAGES_OF.setdefault(_word, []).append(_language)
#: Characters of a text that tell its language.
_TOLD_BY = 1500
#: Twice the hits of the next language are a clear answer.
_LEAD = 2


def normal(tag: str | None) -> str | None:
    """ "de_DE.UTF-8" → "de-de"; None for what is no language ("x-default", "und")."""
    match = _TAG.match(tag or "")
    if not match:
        return None
    primary = {"jp": "ja", "cz": "cs", "gr": "el", "iw": "he", "nb": "no", "in": "id"}.get(
        match[1].lower(), match[1].lower()
    )
    if primary in ("und", "mul", "zxx", "xx", "x"):
        return None
    return "-".join(part for part in (primary, (match[2] or "").lower(), (match[3] or "").lower()) if part)


def declared(
    clues: Clues, in_language: str | None, entry_language: str | None
) -> tuple[tuple[str, str], ...]:
    """(origin, raw) of all that the page declares, most trusted first."""
    found = (
        ("html", clues.lang),
        ("json-ld:inLanguage", in_language),
        ("meta:content-language", clues.first("http-equiv:content-language", "content-language", "language")),
        ("meta:og:locale", clues.first("og:locale")),
        ("feed", entry_language),
    )
    return tuple((origin, raw) for origin, raw in found if raw and normal(raw))


def of(declared: str | None, text: str) -> str | None:
    """Lower-case BCP 47: ``declared`` (Metadata.language) where ``text`` does not contradict it, else
    detected."""
    sample = text[:3000]
    if declared and _plausible(declared.partition("-")[0], sample):
        return declared
    found = detect(sample)
    if found is None or (declared and declared.partition("-")[0] == found):
        return declared
    return found


def _plausible(primary: str, sample: str) -> bool:
    head = sample[:400]
    if script := _script(head):
        return primary == script
    count, hits = _counted(sample)
    best = max(hits.values())
    if hits.get(primary) and hits[primary] == best and hits[primary] >= _LEAD * sorted(hits.values())[-2]:
        # Ahead of all others: languages of long words have few short ones.
        return hits[primary] >= 0.04 * count
    if hits.get(primary) and hits[primary] >= 0.1 * count and hits[primary] >= 0.75 * best:
        return True
    if sum(map(len, _WORD.findall(head))) < _ENOUGH:
        return True
    # A language we have no words for is believed where the text is not plainly in one that we have.
    return primary not in hits and best < 0.2 * max(count, 1)


def _script(head: str) -> str | None:
    """The language that the writing alone tells."""
    if head.isascii():
        return None
    return next((language for script, language in _SCRIPTS if len(script.findall(head)) > 20), None)


def _counted(sample: str) -> tuple[int, dict[str, int]]:
    """How many words its beginning has, and how many of them are frequent ones of each language.

    Marks on a word's ends make it miss: blanks part enough words to count."""
    words = sample[:_TOLD_BY].lower().split()
    hits = dict.fromkeys(_FREQUENT, 0)
    for word in words:
        for language in _LANGUAGES_OF.get(word, ()):
            hits[language] += 1
    return len(words), hits


@cache
def _identifier() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def detect(text: str) -> str | None:
    """The text's language, or None where the text is too short to tell. Loads a model at the first use that
    the frequent words do not settle."""
    count, hits = _counted(text)
    first, second = sorted(hits, key=hits.__getitem__)[:-3:-1]
    if count >= 20 and (
        (hits[first] >= 0.2 * count and hits[first] >= 1.5 * hits[second])
        or (hits[first] >= 0.12 * count and hits[first] >= 3 * hits[second])
    ):
        return first
    if script := _script(text[:400]):
        return script
    sample = " ".join(text[:3000].split())
    if sum(map(len, _WORD.findall(sample))) < _ENOUGH / (1 if _LATIN.search(sample) else 4):
        return None
    language, confidence = _identifier().classify(sample)
    return normal(language) if confidence >= 0.7 else None
