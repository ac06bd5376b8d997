"""HTML that is sanitised in a time that grows as its length, whatever is in it. Pure."""

from __future__ import annotations

import re
from typing import Any, Final

import nh3

#: What nh3 writes as a reference, and what shares its first byte with one of these (U+00A0): at each it looks
#: through the rest of the text again, so that its time grows as the square of their number.
_SLOW: Final = re.compile("[&\u0080-\u00bf]")
#: So many take a tenth of a second.
_MOST: Final = 20_000
#: Private characters that stand for them meanwhile.
_REFERENCES: Final = {"\ue0f0": "&amp;", "\ue0f1": "&lt;", "\ue0f2": "&gt;", "\ue0f3": "&nbsp;"}
_HIDDEN: Final = {number: chr(0xE000 + number) for number in range(0x80, 0xC0)} | {0xA0: "\ue0f3"}
_SHOWN: Final = {ord(hidden): chr(number) for number, hidden in _HIDDEN.items()} | {
    ord(mark): reference for mark, reference in _REFERENCES.items()
}
_PRIVATE: Final = re.compile("[\ue080-\ue0bf\ue0f0-\ue0f3]")
#: Between tags: what is in an address stays as it is.
_TEXT: Final = re.compile("(?:^|>)[^<]*")


def sanitised(markup: str, **options: Any) -> str:
    """``nh3.clean`` with its options. ValueError as there."""
    if len(_SLOW.findall(markup)) <= _MOST:
        return nh3.clean(markup, **options)
    hidden = _TEXT.sub(_hide, _PRIVATE.sub("", markup))
    return nh3.clean(hidden, **options).translate(_SHOWN)


def _hide(found: re.Match[str]) -> str:
    words = found[0]
    for mark, reference in _REFERENCES.items():
        words = words.replace(reference, mark)
    return words.translate(_HIDDEN)
