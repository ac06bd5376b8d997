"""Whether two pages tell one story, and the name an article keeps. Pure."""

from __future__ import annotations

import re
import uuid

_WORD = re.compile(r"\w+")
#: Words a shingle; common phrases are rarely longer.
_SHINGLE = 4
#: Of the shorter text's shingles, so many must be in the longer one. An AMP copy or an edited story shares
#: nearly all, a teaser of another story a sentence at most.
_SHARED = 0.5
#: A text of fewer words proves nothing by itself.
_ENOUGH_WORDS = 12

#: Our own name space (RFC 9562, version 5), so that a guid collides with nobody's.
_NAMESPACE = uuid.UUID("6f0b7c4e-1f0c-5c52-9a53-1d0e1a3f6d11")


def mint_guid(url: str, first_seen: str) -> str:
    """The name of the article first seen at ``url`` then. Minted once and stored; never worked out again.

    From both, so that it can be repeated in a test, and an address used again for another article years
    later gets another name."""
    return uuid.uuid5(_NAMESPACE, f"{url}\n{first_seen}").urn


def same_story(a_title: str | None, a_text: str, b_title: str | None, b_text: str) -> bool:
    """Whether two texts are the same story: equal, cut short, or edited."""
    a, b = _WORD.findall(a_text.lower()), _WORD.findall(b_text.lower())
    if a == b and a:
        return True
    if min(len(a), len(b)) < _ENOUGH_WORDS:
        titles = [_WORD.findall((title or "").lower()) for title in (a_title, b_title)]
        return bool(titles[0]) and titles[0] == titles[1]
    shingles_a, shingles_b = _shingles(a), _shingles(b)
    return len(shingles_a & shingles_b) >= _SHARED * min(len(shingles_a), len(shingles_b))


def _shingles(words: list[str]) -> set[tuple[str, ...]]:
    return set(zip(*(words[i:] for i in range(_SHINGLE)), strict=False))
