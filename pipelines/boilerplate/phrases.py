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

#: Parts the texts of a page; no page holds it, and a text that does loses it. No white space for Python.
PART = "\x02"

_FOLDED = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ123456789", b"abcdefghijklmnopqrstuvwxyz000000000")
_NUMBER = re.compile(rb"0[0.,:]*0")
_SIGNS = bytes(
    32 if code < 128 and chr(code) != PART and not (chr(code).isalnum() or chr(code) == ":") else code
    for code in range(256)
)
_ASCII = bytes(range(128))
#: Categories of signs that part words: punctuation, symbols, white space, emoji, what cannot be seen.
_BLANKS = frozenset("Pc Pd Ps Pe Pi Pf Po Sm Sc Sk So Zs Zl Zp Cf Cc".split())

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

#: A word and the one behind it: PART where the text ends, None where any may stand.
Pair = tuple[str, str | None]


class Phrase:
    """A phrase, ready to match."""

    __slots__ = ("_keys", "_pattern", "begins", "least", "most", "pairs", "units")

    def __init__(self, units: tuple[Unit, ...]) -> None:
        self.units = units
        needed = [unit for unit in units if unit.options and not unit.optional]
        # sets of words; every fitting block holds one word of each
        self._keys = [
            tuple(dict.fromkeys(max(option, key=len) for option in unit.options))
            for unit in needed
            if (TITLE,) not in unit.options
        ]
        #: Sets of pairs; every fitting block holds one pair of each.
        self.pairs = [
            _pairs(units, place)
            for place, unit in enumerate(units)
            if unit.options and not unit.optional and (TITLE,) not in unit.options
        ]
        self.pairs += [{(word, None) for word in words} for words in self._keys]
        #: Every fitting block begins with one of these pairs; empty: with any words.
        self.begins = _beginnings(units)
        #: How few and how many words a fitting block has; the headline is one.
        self.least = sum(min(map(len, unit.options)) for unit in needed)
        self.most = None if _GAP in units else sum(max(map(len, unit.options)) for unit in units)
        self._pattern: re.Pattern[str] | None = None

    def holds(self, words: set[str]) -> bool:
        """Whether a block of these words could fit: cheap, where ``fits`` may have to compile first."""
        return not any(map(words.isdisjoint, self._keys))

    def fits(self, line: str) -> bool:
        """``line`` as ``normal`` writes it."""
        if self._pattern is None:  # most phrases of a run never meet a block that could fit
            self._pattern = re.compile(_pattern(self.units))
        return self._pattern.match(line, 1) is not None

    @property
    def starts(self) -> bool:
        return self.units[0] is not _GAP

    @property
    def ends(self) -> bool:
        return self.units[-1] is not _GAP


def _pairs(units: Sequence[Unit], place: int) -> set[Pair]:
    """The first two words of what may stand at a place of a phrase."""
    behind = _behind(units, place)
    return {(option[0], word) for option in units[place].options for word in (option[1:2] or behind)}


def _behind(units: Sequence[Unit], place: int) -> set[str | None]:
    words: set[str | None] = set()
    for unit in units[place + 1 :]:
        if unit is _GAP:
            return {None}
        words.update(option[0] for option in unit.options)
        if not unit.optional:
            return words
    return words | {PART}


def _beginnings(units: Sequence[Unit]) -> set[Pair]:
    pairs: set[Pair] = set()
    for place, unit in enumerate(units):
        if unit is _GAP or (TITLE,) in unit.options:
            return set()
        pairs |= _pairs(units, place)
        if not unit.optional:
            break
    return pairs


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


def normal(texts: Sequence[str]) -> tuple[list[str], list[str]]:
    """All words of the texts, PART before each text and behind the last; and each text as a line of words.

    Words have small letters, no quotes and signs; a number is ``0``, ``:`` and ``©`` are words. A line has a
    space before and behind every word; a colon at its end goes: "Read also:" is "Read also".

    Works on all texts of a page at once, on bytes, because a page has hundreds of blocks.
    """
    joined = f" {PART} ".join(texts)
    if joined.count(PART) != len(texts) - 1:
        joined = f" {PART} ".join(text.replace(PART, " ") for text in texts)
    data = f"{PART} {joined} {PART}".encode("utf-8", "replace")
    # of the letters and signs beyond ASCII a page has a few, each of them often
    beyond = data.translate(None, _ASCII).decode("utf-8", "replace")
    if beyond:
        signs = set(beyond)
        if any(map(unicodedata.combining, signs)):
            data = unicodedata.normalize("NFC", data.decode("utf-8", "replace")).encode("utf-8", "replace")
            signs = set(data.translate(None, _ASCII).decode("utf-8", "replace"))
        for sign in signs:
            written = _written(sign)
            if written is not None:
                data = data.replace(sign.encode("utf-8", "replace"), written)
    data = _NUMBER.sub(b"0", data.translate(_FOLDED)).replace(b":", b" : ").translate(_SIGNS)
    words = data.decode("utf-8", "replace").split()
    return words, " ".join(words).replace(f" : {PART}", f" {PART}").split(PART)[1:-1]


@functools.lru_cache(4_096)
def _written(sign: str) -> bytes | None:
    """How a character beyond ASCII stands in a line; None: as it is."""
    if sign == "\xad":
        return b""
    if sign == "\xa9":
        return " \xa9 ".encode()
    if unicodedata.category(sign) in _BLANKS or "\ufe00" <= sign <= "\ufe0f":
        return b":" if sign == "\uff1a" else b" "
    if sign in "İı":  # Turkish writes four letters where others write two
        return b"i"
    small = sign.lower().encode("utf-8", "replace")
    return small if small != sign.encode("utf-8", "replace") else None


def line(text: str) -> str:
    """One text as a line of words."""
    return normal([text])[1][0]


def headline(title: str | None) -> str | None:
    """The headline as it stands in a line; None if too short to be told from prose."""
    said = line(title) if title else " "
    return said if said.count(" ") > _SHORTEST_TITLE else None


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
        options = tuple(tuple(row.split()) for row in " ".join(normal(inner.split("|"))[0]).split(PART)[1:-1])
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
