"""The text of a piece of a page, on one line. Pure."""

from __future__ import annotations

from typing import Any

from lxml import etree

#: What is no text, or none of an article's.
NO_TEXT = frozenset({"script", "style", "template", "svg", "noscript", "iframe", "select"})
#: Inside a text these part no words; anything else does.
_INLINE = frozenset(
    {"b", "i", "em", "strong", "mark", "sub", "sup", "u", "small", "font", "abbr", "q", "wbr"}
)


def text_of(element: Any) -> str:
    pieces: list[str] = []
    for event, inner in etree.iterwalk(element, events=("start", "end")):
        if not isinstance(inner.tag, str):
            continue
        if event == "start":
            if inner.tag not in _INLINE:
                pieces.append(" ")
            if inner.text and inner.tag not in NO_TEXT:
                pieces.append(inner.text)
        else:
            if inner.tag not in _INLINE:
                pieces.append(" ")
            if inner is not element and inner.tail:
                pieces.append(inner.tail)
    return " ".join("".join(pieces).split())
