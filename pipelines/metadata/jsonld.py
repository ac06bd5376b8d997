"""JSON-LD as pages really carry it: read whatever can be read. Pure; never raises; bounded in size and depth.

The standard parser reads most of it. What it refuses (trailing commas, comments, control characters, CDATA
and HTML comments around it, HTML entities for quotes, a quote too many, a cut end) goes through ``_Reader``.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

#: A page's JSON-LD beyond this is not read: the largest seen on news pages is 0.4 MB, a live blog.
MAX_CHARS = 2_000_000
MAX_NODES = 2_000
_MAX_DEPTH = 40

Node = dict[str, Any]

#: What pages put around it, for the sake of old browsers, XML or scripts.
_BEFORE = re.compile(r"<!--|(?://|/\*)?\s{0,9}<!\[CDATA\[(?:\s{0,9}\*/)?|\ufeff|var\s{1,9}\w{1,40}\s{0,9}=")
_AFTER = re.compile(r"(?:-->|(?://|/\*)?\s{0,9}\]\]>(?:\s{0,9}\*/)?|;)$")


def _unwrapped(text: str) -> str:
    for _ in range(9):
        text = text.strip()
        if (before := _BEFORE.match(text)) is not None:
            text = text[before.end() :]
        elif (after := _AFTER.search(text, max(0, len(text) - 40))) is not None:
            text = text[: after.start()]
        else:
            break
    return text


def loads(text: str) -> Any:
    """The value written in ``text``, as much of it as can be read; None where there is none."""
    if len(text) > MAX_CHARS:
        return None
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        pass
    text = _unwrapped(text)
    if text[:12].count("&quot;") or text[:12].count("&#34;"):
        text = html.unescape(text)
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return _Reader(text).read()


class _Reader:
    """A forgiving reader of JSON: never raises, reads each character a bounded number of times."""

    _BLANK = re.compile(r"(?:[\s\ufeff]+|//[^\n]*|/\*.*?(?:\*/|\Z)|<!--|-->)*", re.DOTALL)
    _BARE = re.compile(r"[^\s,:\[\]{}\"]+")
    _HEX = re.compile(r"[0-9a-fA-F]{4}")
    _CHUNK = re.compile(r'[^"\\]+')
    _ENDS = frozenset(",:}]")
    _ESCAPES: ClassVar[dict[str, str]] = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
    _WORDS: ClassVar[dict[str, object]] = {"true": True, "false": False, "null": None}

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def read(self) -> Any:
        """The first value, or a list of all where several follow each other."""
        values = []
        while self._peek():
            if self._peek() in "}],:;":
                self.at += 1
                continue
            value = self._value(0)
            if isinstance(value, (dict, list)):
                values.append(value)
            if len(values) > MAX_NODES:
                break
        return values[0] if len(values) == 1 else values or None

    def _peek(self) -> str:
        blank = self._BLANK.match(self.text, self.at)
        self.at = blank.end() if blank else self.at
        return self.text[self.at : self.at + 1]

    def _value(self, depth: int) -> Any:
        char = self._peek()
        if char == "{" and depth < _MAX_DEPTH:
            return self._object(depth + 1)
        if char == "[" and depth < _MAX_DEPTH:
            return self._array(depth + 1)
        if char == '"':
            return self._string()
        bare = self._BARE.match(self.text, self.at)
        if not bare:
            self.at += 1
            return None
        self.at = bare.end()
        word = bare.group().strip("'")
        return self._WORDS.get(word, word)

    def _object(self, depth: int) -> Node:
        self.at += 1
        found: Node = {}
        while char := self._peek():
            if char == "}":
                self.at += 1
                break
            if char == "]":
                break
            if char in ",:[{":
                self.at += 1
                continue
            key = self._value(depth)
            if self._peek() == ":":
                self.at += 1
                if self._peek() not in ("}", "]", ","):
                    found[str(key)] = self._value(depth)
        return found

    def _array(self, depth: int) -> list[Any]:
        self.at += 1
        found: list[Any] = []
        while char := self._peek():
            if char == "]":
                self.at += 1
                break
            if char == "}":
                break
            if char in ",:":
                self.at += 1
                continue
            found.append(self._value(depth))
        return found

    def _string(self) -> str:
        """A quote ends the string only where JSON goes on after it."""
        self.at += 1
        parts: list[str] = []
        text = self.text
        while self.at < len(text):
            chunk = self._CHUNK.match(text, self.at)
            if chunk:
                parts.append(chunk.group())
                self.at = chunk.end()
                continue
            if text[self.at] == "\\":
                parts.append(self._escape())
                continue
            self.at += 1
            if self._ends_here():
                break
            parts.append('"')
        return "".join(parts)

    def _ends_here(self) -> bool:
        following = self.text[self.at : self.at + 200].lstrip()
        if not following or following[0] in "}]:":
            return True
        if following[0] == ",":
            return following[1:].lstrip()[:1] in (
                '"',
                "{",
                "[",
                "}",
                "]",
                "",
                "/",
                "t",
                "f",
                "n",
                "-",
                ",",
            ) or (following[1:].lstrip()[:1].isdigit())
        return following[0] == '"' or following.startswith(("//", "/*"))

    def _escape(self) -> str:
        char = self.text[self.at + 1 : self.at + 2]
        self.at += 2
        if char == "u":
            digits = self._HEX.match(self.text, self.at)
            if not digits:
                return ""
            code = int(digits.group(), 16)
            self.at += 4
            return chr(code) if not 0xD800 <= code < 0xE000 else ""
        return self._ESCAPES.get(char, char)


#: Where a typed object holds what the page is about; its other values are parts of it.
_HOLDING = ("@graph", "mainEntity", "mainEntityOfPage", "hasPart", "subjectOf", "article")
_REFERRING = ("author", "creator", "contributor", "publisher", "image", "primaryImageOfPage")


def nodes(texts: Sequence[str]) -> list[Node]:
    """The objects with a type, outermost and earliest first, whatever list or graph holds them."""
    queue: list[Any] = [loads(text) for text in texts[:40]]
    found: list[Node] = []
    seen = 0
    for _ in range(_MAX_DEPTH):
        deeper: list[Any] = []
        for value in queue:
            seen += 1
            if isinstance(value, list):
                deeper.extend(value[:MAX_NODES])
            elif isinstance(value, dict):
                if "@type" in value:
                    found.append(value)
                    deeper.extend(value[key] for key in _HOLDING if key in value)
                else:
                    deeper.extend(value.values())
        queue = [value for value in deeper if isinstance(value, (dict, list))]
        if not queue or seen > MAX_NODES:
            break
    return found[:MAX_NODES]


def resolved(node: Node, among: Sequence[Node]) -> Node:
    """The node with what it only refers to by ``@id`` filled in from the page's other nodes."""
    wanted = {key: node[key] for key in _REFERRING if isinstance(node.get(key), (dict, list))}
    if not any(_refers(value) for value in wanted.values()):
        return node
    ids = {n["@id"]: n for n in reversed(among) if isinstance(n.get("@id"), str) and len(n) > 2}
    return {**node, **{key: _filled(value, ids) for key, value in wanted.items()}}


def _refers(value: Any) -> bool:
    return any(isinstance(v, dict) and "@id" in v for v in (value if isinstance(value, list) else (value,)))


def _filled(value: Any, ids: dict[str, Node]) -> Any:
    if isinstance(value, list):
        return [_filled(item, ids) for item in value[:50] if not isinstance(item, list)]
    if isinstance(value, dict) and isinstance(value.get("@id"), str):
        return {**ids.get(value["@id"], {}), **value}
    return value


def types(node: Node) -> tuple[str, ...]:
    """The node's types without their vocabulary's address."""
    value = node.get("@type") or node.get("type")
    listed = value if isinstance(value, list) else [value]
    return tuple(re.split(r"[/#:]", item)[-1] for item in listed if isinstance(item, str))


def text(value: Any) -> str | None:
    """A plain string out of a value: its own, its first item's, its ``@value`` or ``name``."""
    for _ in range(4):
        if isinstance(value, list):
            value = value[0] if value else None
        elif isinstance(value, dict):
            value = value.get("@value") or value.get("name") or value.get("headline")
        else:
            break
    if isinstance(value, str):
        return value.strip() or None
    return None


def strings(value: Any) -> Iterator[str]:
    """Every string in a value or list of values."""
    for item in value if isinstance(value, list) else [value]:
        plain = text(item)
        if plain:
            yield plain
