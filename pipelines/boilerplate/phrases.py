"""The phrase language of the rules: what a block says, word for word, with gaps and choices. Pure.

A phrase is not a regular expression. It is written out into at most 64 readings, each a few runs of words that
must follow one another; a run is found with ``str.find``, so no phrase can hang on any text.

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

#: Blocks of more characters are no prompt; they are not looked at.
LONGEST = 1_000
#: Readings of one phrase: (a|b) (c|d) has four.
MOST_READINGS = 64
#: Stands for the headline in normal text; no font and no page uses it.
TITLE = "\ue000"
#: A headline of fewer words may occur in any sentence.
_SHORTEST_TITLE = 3

_SIGNS = bytes.maketrans(b"!\"#$%&'()*+,-./;<=>?@[\\]^_`{|}~\t\r\f\v", b" " * 36)
_DIGITS = bytes.maketrans(b"123456789", b"0" * 9)
# UTF-8 of U+2000–U+2BFF without the letters: typographic quotes, dashes, arrows, stars, ticks. Then the signs of
# Latin-1 (© stays: it is a word here), variation selectors, byte order marks, CJK punctuation and emoji.
_TYPOGRAPHY = re.compile(rb"\xe2[\x80-\x82\x84-\xaf][\x80-\xbf]")
_LATIN_SIGNS = re.compile(rb"\xc2[\xa0-\xa8\xab\xac\xae-\xb4\xb6-\xb8\xbb\xbf]")
_RARE_SIGNS = re.compile(rb"\xef(?:\xb8[\x80-\x8f]|\xbb\xbf)|\xe3\x80[\x80-\xbf]|\xf0\x9f[\x80-\xbf]{2}")

# Words that stand in any sentence: a phrase of nothing else says nothing.
_COMMON = frozenset(
    """
    der die das den dem des ein eine einen einer und oder aber auch nicht nur mit von vom zum zur für auf aus bei
    nach über unter ist sind war hat haben wird werden kann mehr noch sich sie wir ihr ich hier jetzt alle alles
    the a an and or but also not only with from for of to on in at by about is are was has have had will can more
    this that these those you we they it here now all our your
    el la los las un una unos y o pero también no solo con de del al para por en sobre es son fue ha han será puede
    más este esta estos que se su sus aquí ahora todo todos
    le les une des et ou mais aussi pas avec du au aux pour par sur dans est sont était ont sera peut plus
    ce cette ces qui que vous nous ils ici maintenant tout tous votre notre vos nos
    il lo gli uno e ed ma anche non solo con di dello della dei alla per da su sul nel è sono era hanno sarà può più
    questo questa che si suo sua qui ora tutto tutti
    o os as um uma mas também não só com do da dos das ao à para por em no na sobre é são foi tem têm será pode mais
    este esta isto que seu sua aqui agora todo todos tudo
    """.split()
)


class PhraseError(ValueError):
    """A phrase that cannot be read, or says too little; the message says what to write instead."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Runs of words, each padded with a space on both sides, that follow one another."""

    runs: tuple[str, ...]
    #: The block begins, ends with the first, last run.
    starts: bool
    ends: bool
    #: The one word to look blocks up by.
    key: str

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

    Works on all texts of a page at once, on bytes, because a page has hundreds of blocks.
    """
    joined = "\n".join(texts)
    if joined.count("\n") != max(len(texts) - 1, 0):
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
    rows = [line.split() for line in data.decode("utf-8", "replace").split("\n")]
    for row in rows:
        if row and row[-1] == ":":
            row.pop()
    return rows if texts else []


def headline(title: str | None) -> str | None:
    """The headline as it stands in padded normal text, or None where it is too short to be told from prose."""
    words = normal([title])[0] if title else []
    return f" {' '.join(words)} " if len(words) >= _SHORTEST_TITLE else None
