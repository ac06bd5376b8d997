"""The language of the text: what the page declares, unless the text says otherwise. Pure.

A declaration is checked against the most frequent words of that language and against the script, which is
cheap;
the detector's model (117 MB) is loaded only where that check fails or nothing is declared.
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
    if sum(map(len, _WORD.findall(sample[:400]))) < _ENOUGH:
        return True
    for script, language in _SCRIPTS:
        if len(script.findall(sample[:400])) > 20:
            return primary == language
    frequent = _FREQUENT.get(primary)
    words = _WORD.findall(sample.lower())
    if frequent is None:
        # A language we have no words for is believed where the text is not plainly in one that we have.
        shares = [_hits(words, known) for known in _FREQUENT.values()]
        return not words or max(shares) / len(words) < 0.2
    hits = _hits(words, frequent)
    best = max(_hits(words, known) for known in _FREQUENT.values())
    return bool(words) and hits / len(words) >= 0.1 and hits >= 0.75 * best


def _hits(words: list[str], known: frozenset[str]) -> int:
    return sum(map(known.__contains__, words))


@cache
def _identifier() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def detect(text: str) -> str | None:
    """The text's language, or None where the text is too short to tell. Loads a model at its first use."""
    sample = " ".join(text[:3000].split())
    if sum(map(len, _WORD.findall(sample))) < _ENOUGH / (1 if _LATIN.search(sample) else 4):
        return None
    language, confidence = _identifier().classify(sample)
    return normal(language) if confidence >= 0.7 else None
