"""The phrase language of the rules: what a block says, word for word, with gaps and choices. Pure.

A phrase is not a regular expression. It is written out into at most 64 readings, each a few runs of words
that must follow one another; a run is found with ``str.find``, so no phrase can hang on any text.

    Lesen Sie auch: …               the block begins so
    … (jetzt|hier) kostenlos …      it says one of the two somewhere
    [Jetzt] Newsletter abonnieren   this and no more, with "jetzt" or without
    Kommentare zu {title}           and then the page's headline
    12 Kommentare                   any number of them: a number stands for every number
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

#: Blocks of more characters are no prompt; they are not looked at.
LONGEST = 1_000
#: Readings of one phrase: (a|b) (c|d) has four.
MOST_READINGS = 64
#: Stands for the headline in normal text; no font and no page uses it.
TITLE = "\ue000"
#: A headline of fewer words may occur in any sentence.
_SHORTEST_TITLE = 3

_SIGNS = bytes(
    32 if code < 128 and code != 10 and not (chr(code).isalnum() or chr(code) == ":") else code
    for code in range(256)
)
_DIGITS = bytes.maketrans(b"123456789", b"0" * 9)
# UTF-8 of U+2000–U+2BFF: typographic quotes, dashes, arrows, stars, ticks. Then the signs of Latin-1 (© is a
# word here, it stays), variation selectors, byte order marks, CJK punctuation and emoji.
_TYPOGRAPHY = re.compile(rb"\xe2[\x80-\x82\x84-\xaf][\x80-\xbf]")
_LATIN_SIGNS = re.compile(rb"\xc2[\xa0-\xa8\xab\xac\xae-\xb4\xb6-\xb8\xbb\xbf]")
_RARE_SIGNS = re.compile(rb"\xef(?:\xb8[\x80-\x8f]|\xbb\xbf)|\xe3\x80[\x80-\xbf]|\xf0\x9f[\x80-\xbf]{2}")

_PARTS = re.compile(r"(…|\.\.\.|\{[^}]*\}|\([^)]*\)|\[[^\]]*\])")
_BRACKETS = re.compile(r"[(){}\[\]|]")

# Words that stand in any sentence: an open phrase of nothing else says nothing.
_COMMON = (
    "aber about ahora all alla alle alles also anche and aos aqui aquí are até auch auf aus aussi aux "
    "avec bei but can ces cette che chi com come comme como con dal dans das dei del della delle dem "
    "den der des desde die donde dos ein eine einen einer ela ele eles elle entre essa esse essere est "
    "esta estas este esto estos está foi for from fue für gli haben had han hanno has hasta hat have "
    "here hier ich ici ihr ils isso ist isto jetzt kann las les leur los mais man mas mehr mes mit more "
    "muito muy más nach nas nel nella nicht noch non nos not notre nous now nur não oder one only ont "
    "ora our par para pas pela pelo per pero più plus pode por pour puede può quando que quem questa "
    "queste questi questo qui sans senza ser será ses seu seus sich sie sin sind sobre solo son sono "
    "sont sua suas sul sulla suo sur sus são también também tem that the there these they this those "
    "todo todos tous tout toute tutte tutti tutto uma una unas und une uno unos unter vom von vos votre "
    "vous war was werden were what when which who wie will wir wird with wurde you your zum zur était "
    "été über "
)
_COMMON_WORDS = frozenset(_COMMON.split())


class PhraseError(ValueError):
    """A phrase that cannot be read, or says too little; the message says what to write instead."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Runs of words, each padded with a space on both sides, that follow one another."""

    runs: tuple[str, ...]
    #: The block begins with the first run, ends with the last.
    starts: bool
    ends: bool

    @property
    def words(self) -> list[str]:
        return [word for run in self.runs for word in run.split() if word != TITLE]

    def fits(self, text: str) -> bool:
        """``text`` is normal text, padded with a space on both sides."""
        runs = self.runs
        at = 0
        if self.starts:
            if not text.startswith(runs[0]):
                return False
            at = len(runs[0]) - 1
            runs = runs[1:]
        if self.ends:
            if not runs:
                return at == len(text) - 1
            if not text.endswith(runs[-1]):
                return False
            end = len(text) - len(runs[-1])
            runs = runs[:-1]
        else:
            end = len(text) - 1
        for run in runs:
            at = text.find(run, at)
            if at < 0:
                return False
            at += len(run) - 1
        return at <= end


def normal(texts: Sequence[str]) -> list[list[str]]:
    """Each text as words: case folded, quotes and signs gone, a number is ``0``, ``:`` and ``©`` are words.

    Works on all texts of a page at once, on bytes, because a page has hundreds of blocks. A colon at the end
    goes too: "Read also:" is "Read also".
    """
    rows = _words(texts)
    for row in rows:
        if row and row[-1] == ":":
            row.pop()
    return rows


def _words(texts: Sequence[str]) -> list[list[str]]:
    if not texts:
        return []
    joined = "\n".join(texts)
    if joined.count("\n") != len(texts) - 1:
        joined = "\n".join(" ".join(text.split("\n")) for text in texts)
    joined = joined.casefold()
    if not joined.isascii() and not unicodedata.is_normalized("NFC", joined):
        joined = unicodedata.normalize("NFC", joined)
    data = joined.encode("utf-8", "replace").translate(_DIGITS)
    for several in (b"0000", b"000", b"00", b"0.0", b"0,0", b"0:0", b"00"):
        data = data.replace(several, b"0")
    data = data.replace(b":", b" : ").translate(_SIGNS)
    if not data.isascii():
        data = data.replace(b"\xc2\xad", b"").replace(b"\xc2\xa9", b" \xc2\xa9 ")
        data = _LATIN_SIGNS.sub(b" ", _TYPOGRAPHY.sub(b" ", data))
        if b"\xf0" in data or b"\xef" in data or b"\xe3" in data:
            data = _RARE_SIGNS.sub(b" ", data)
    return [line.split() for line in data.decode("utf-8", "replace").split("\n")]


def headline(title: str | None) -> str | None:
    """The headline as it stands in padded normal text; None where it is too short to be told from prose."""
    words = normal([title])[0] if title else []
    return f" {' '.join(words)} " if len(words) >= _SHORTEST_TITLE else None


def readings(phrase: str) -> tuple[Reading, ...]:
    """The phrase written out. Raises PhraseError, also where it would match ordinary prose."""
    parts = [part for part in _PARTS.split(phrase) if part.strip()]
    choices: list[list[list[str]]] = []
    for part in parts:
        if part in ("…", "..."):
            choices.append([["…"]])
        elif part[0] == "{" and part[-1] == "}":
            if part != "{title}":
                raise PhraseError(f"{part} is unknown; {{title}}, the page's headline, is the only one")
            choices.append([[TITLE]])
        else:
            group = part[0] + part[-1]
            inner = part[1:-1] if group in ("()", "[]") else part
            if _BRACKETS.search(inner.replace("|", "") if group in ("()", "[]") else inner):
                raise PhraseError(
                    f"a bracket or | stands alone in {part.strip()!r}; write (this|that) or [perhaps]"
                )
            options = _words(inner.split("|"))
            if group == "()" and (len(options) < 2 or not all(options)):
                raise PhraseError(
                    f"{part} is no choice; write (this|that), or [perhaps] for what may be missing"
                )
            choices.append([*options, []] if group == "[]" else options)
    if prod(len(options) for options in choices) > MOST_READINGS:
        raise PhraseError(f"{phrase!r} has more than {MOST_READINGS} readings; write it as several phrases")
    found = tuple(
        dict.fromkeys(
            _reading([word for option in choice for word in option]) for choice in product(*choices)
        )
    )
    for reading in found:
        _refuse_broad(phrase, reading)
    return found


def _reading(words: list[str]) -> Reading:
    starts = not words or words[0] != "…"
    ends = not words or words[-1] != "…"
    if ends and words and words[-1] == ":":
        words = words[:-1]
    runs = " ".join(words).split("…")
    return Reading(tuple(f" {run.strip()} " for run in runs if run.strip()), starts, ends)


def _refuse_broad(phrase: str, reading: Reading) -> None:
    words = reading.words
    if not any(any(c.isalpha() for c in word) or word == "©" for word in words):
        raise PhraseError(f"{phrase!r} has a reading without a word; every block would match")
    whole = reading.starts and reading.ends
    if whole and len(reading.runs) == 1:
        if len(words) == 1 and (words[0] in _COMMON_WORDS or len(words[0]) < 3):
            raise PhraseError(f"{phrase!r} is a single common word; write the whole prompt")
        return
    telling = [word for word in words if word == "©" or (len(word) > 3 and word not in _COMMON_WORDS)]
    if len(words) < 2 or not telling:
        raise PhraseError(
            f"{phrase!r} would match ordinary prose; write at least two words, one of them telling, beside …"
        )
