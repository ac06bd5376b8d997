"""The phrase language of the rules: what a block says, word for word, with gaps and choices. Pure.

    Lesen Sie auch: …               the block begins so
    … (jetzt|hier) kostenlos …      it says one of the two somewhere
    [Jetzt] Newsletter abonnieren   this and no more, with "jetzt" or without
    Kommentare zu {title}           and then the page's headline
    12 Kommentare                   any number of them: a number stands for every number

Nobody writes a regular expression. A phrase becomes one that cannot run away: no loop but the gaps, each gap
atomic (found once, never tried again), and few readings between them; texts are short. So it is linear.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Sequence
from math import prod
from typing import NamedTuple

#: Blocks of more characters are no prompt; they are not looked at.
LONGEST = 700
#: Readings of one phrase: (a|b) (c|d) has four.
MOST_READINGS = 2_000
#: Stands for the headline in normal text; no font and no page uses it.
TITLE = "\ue000"
#: A headline of fewer words may occur in any sentence.
_SHORTEST_TITLE = 3

#: Parts the texts of a page; no page holds it, and a text that does loses it.
_PART = "\x1f"

_FOLDED = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ123456789", b"abcdefghijklmnopqrstuvwxyz000000000")
_NUMBER = re.compile(rb"0[0.,:]*0")
_SIGNS = bytes(
    32 if code < 128 and chr(code) != _PART and not (chr(code).isalnum() or chr(code) == ":") else code
    for code in range(256)
)
# UTF-8 of À–Þ without ×, which ASCII folding leaves; and of the letters of other scripts than Latin-1.
_CAPITALS = re.compile(rb"\xc3[\x80-\x96\x98-\x9e]")
_FOREIGN = re.compile(rb"[\xc4-\xdf\xe0\xe1]")
# UTF-8 of U+2000–U+2BFF: typographic quotes, dashes, arrows, stars, ticks. Then the signs of Latin-1 (© is a
# word here, it stays), variation selectors, byte order marks, CJK punctuation and emoji.
_TYPOGRAPHY = re.compile(rb"\xe2[\x80-\x82\x84-\xaf][\x80-\xbf]")
_LATIN_SIGNS = re.compile(rb"\xc2[\xa0-\xa8\xab\xac\xae-\xb4\xb6-\xb8\xbb\xbf]")
_RARE_SIGNS = re.compile(rb"\xef(?:\xb8[\x80-\x8f]|\xbb\xbf)|\xe3\x80[\x80-\xbf]|\xf0\x9f[\x80-\xbf]{2}")

_PARTS = re.compile(r"(…|\.\.\.|\([^)]*\)|\[[^\]]*\])")

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
#: Words that stand in any sentence: an open phrase of nothing else says nothing.
COMMON = frozenset(_COMMON.split())


class PhraseError(ValueError):
    """A phrase that cannot be read, or says too little; the message says what to write instead."""


class Unit(NamedTuple):
    """One place of a phrase. No options: a gap."""

    options: tuple[tuple[str, ...], ...] = ()
    optional: bool = False


_GAP = Unit()


class Phrase:
    """A phrase, ready to match."""

    __slots__ = ("_pattern", "firsts", "keys", "least", "most", "units")

    def __init__(self, units: tuple[Unit, ...]) -> None:
        self.units = units
        needed = [unit for unit in units if unit.options and not unit.optional]
        #: Sets of words; every fitting block holds one word of each.
        self.keys = [
            tuple(dict.fromkeys(max(option, key=len) for option in unit.options))
            for unit in needed
            if (TITLE,) not in unit.options
        ]
        #: Every fitting block begins with one of these words; empty: with any.
        self.firsts = _firsts(units)
        #: How few and how many words a fitting block has; the headline is one.
        self.least = sum(min(map(len, unit.options)) for unit in needed)
        self.most = None if _GAP in units else sum(max(map(len, unit.options)) for unit in units)
        self._pattern: re.Pattern[str] | None = None

    def holds(self, words: set[str]) -> bool:
        """Whether a block of these words could fit: cheap, where ``fits`` may have to compile first."""
        return not any(map(words.isdisjoint, self.keys))

    def fits(self, text: str) -> bool:
        """``text`` is normal text with a space after every word."""
        if self._pattern is None:  # most phrases of a run never meet a block that could fit
            self._pattern = re.compile(_pattern(self.units))
        return self._pattern.match(text) is not None

    @property
    def starts(self) -> bool:
        return self.units[0] is not _GAP

    @property
    def ends(self) -> bool:
        return self.units[-1] is not _GAP


def _firsts(units: tuple[Unit, ...]) -> frozenset[str]:
    firsts: set[str] = set()
    for unit in units:
        if not unit.options or (TITLE,) in unit.options:
            break
        firsts.update(option[0] for option in unit.options)
        if not unit.optional:
            return frozenset(firsts)
    return frozenset()


def _pattern(units: tuple[Unit, ...]) -> str:
    runs: list[str] = [""]
    for unit in units:
        if unit is _GAP:
            runs.append("")
            continue
        # The shortest first: what is left over is for the gap behind.
        options = sorted(unit.options, key=lambda option: (len(option), option))
        written = "|".join("".join(re.escape(word) + " " for word in option) for option in options)
        runs[-1] += f"(?:{written})" + ("??" if unit.optional else "")
    *before, last = runs
    if not before:
        return last + r"\Z"
    head, *middle = before
    gaps = "".join(rf"(?>(?:\S++ )*?{run})" for run in middle if run)
    return head + gaps + (rf"(?:\S++ )*?{last}\Z" if last else "")


def normal(texts: Sequence[str]) -> list[list[str]]:
    """Each text as words: small letters, no quotes and signs; a number is ``0``, ``:`` and ``©`` are words.

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
    joined = _PART.join(texts)
    if joined.count(_PART) != len(texts) - 1:
        joined = _PART.join(text.replace(_PART, " ") for text in texts)
    data = joined.encode("utf-8", "replace")
    if _FOREIGN.search(data):
        data = unicodedata.normalize("NFC", joined.lower()).encode("utf-8", "replace")
    data = _NUMBER.sub(b"0", data.translate(_FOLDED)).replace(b":", b" : ").translate(_SIGNS)
    if not data.isascii():
        data = _CAPITALS.sub(lambda found: bytes((0xC3, found[0][1] + 32)), data)
        data = data.replace(b"\xc2\xad", b"").replace(b"\xc2\xa9", b" \xc2\xa9 ")
        data = _LATIN_SIGNS.sub(b" ", _TYPOGRAPHY.sub(b" ", data))
        if b"\xf0" in data or b"\xef" in data or b"\xe3" in data:
            data = _RARE_SIGNS.sub(b" ", data)
    return [line.split() for line in data.decode("utf-8", "replace").split(_PART)]


def headline(title: str | None) -> str | None:
    """The headline as it stands in normal text, spaces around; None if too short to be told from prose."""
    words = normal([title])[0] if title else []
    return f" {' '.join(words)} " if len(words) >= _SHORTEST_TITLE else None


@functools.cache
def parse(phrase: str, *, heading: bool = False) -> Phrase:
    """Raises PhraseError, also where the phrase would match ordinary prose; a heading may say less."""
    units: list[Unit] = []
    text = phrase.replace("{title}", f" {TITLE} ")
    for part in filter(str.strip, _PARTS.split(text)):
        if part in ("…", "..."):
            if units[-1:] != [_GAP]:
                units.append(_GAP)
            continue
        group = part[0] + part[-1]
        inner = part[1:-1] if group in ("()", "[]") else part
        if found := re.search(r"[(){}\[\]]", inner) or (inner is part and re.search(r"\|", inner)):
            raise PhraseError(
                f"{phrase!r}: {found[0]} stands where it means nothing;"
                " write (this|that), [perhaps] or {title}, one not inside the other"
            )
        options = tuple(tuple(words) for words in _words(inner.split("|")))
        if inner is part:
            units.extend(Unit(((word,),)) for word in options[0])
        elif not all(options) or (group == "()" and len(options) < 2):
            raise PhraseError(f"{part} is no choice; write (this|that), or [perhaps] for what may be missing")
        else:
            units.append(Unit(options, optional=group == "[]"))
    if units and units[-1].options == ((":",),):
        units.pop()
    _refuse_broad(phrase, units, heading=heading)
    if prod(len(unit.options) + unit.optional for unit in units if unit.options) > MOST_READINGS:
        raise PhraseError(f"{phrase!r} has more than {MOST_READINGS} readings; write it as several phrases")
    return Phrase(tuple(units))


def _refuse_broad(phrase: str, units: Sequence[Unit], *, heading: bool) -> None:
    needed = [unit for unit in units if unit.options and not unit.optional and unit.options != ((TITLE,),)]
    if not any(all(any(map(_says, option)) for option in unit.options) for unit in needed):
        raise PhraseError(f"{phrase!r} has a reading without a word; every block would match")
    words = sum(min(len(option) for option in unit.options) for unit in needed)
    if _GAP not in units:
        alone = needed[0].options if words == 1 else ()
        if any(len(option) == 1 and (option[0] in COMMON or len(option[0]) < 2) for option in alone):
            raise PhraseError(f"{phrase!r} is a single common word; write the whole prompt")
        return
    if words < 2 or not (heading or any(all(map(_telling, unit.options)) for unit in needed)):
        raise PhraseError(
            f"{phrase!r} would match ordinary prose; beside … write two words or more, one of them telling"
        )


def _says(word: str) -> bool:
    return word == "©" or any(char.isalpha() for char in word)


def _telling(option: tuple[str, ...]) -> bool:
    if sum(len(word) == 1 for word in option) > 1 and len(option) > 2:
        return True  # "m w d" of a job title is no prose
    return any(word == "©" or (len(word) > 2 and _says(word) and word not in COMMON) for word in option)
