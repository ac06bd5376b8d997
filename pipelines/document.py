"""Bytes to one parsed tree, decoded once. Everything that reads a page reads this. Pure.

The body is decoded to text, cleaned of what libxml2 chokes on, and parsed from UTF-8 bytes: given ``str``,
lxml raises on XHTML with an XML declaration, and a NUL or a lone surrogate silently empties the tree.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urljoin

import numpy as np
from lxml import etree
from w3lib.encoding import resolve_encoding

#: A page of more bytes is read up to here.
MOST_BYTES: Final = 16 * 1024 * 1024

#: How far into the page a declaration of its charset is believed; browsers stop at 1,024 bytes, pages do not.
_DECLARED_WITHIN: Final = 64 * 1024
_DECLARED: Final = re.compile(
    rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{2,40})|<meta[^>]{0,400}?charset\s*=\s*["']?\s*([\w.:-]{2,40})""",
    re.I,
)
_LANGUAGE: Final = re.compile(rb"""<html[^>]{0,400}?\blang\s*=\s*["']?\s*([a-zA-Z]{2})""", re.I)
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WIDE: Final = re.compile(r"[^\x00-\x7f]+")
_HIGH_RUNS: Final = re.compile(rb"[\x80-\xff]+")
_CLOSING: Final = re.compile(rb"</(?:body|html)\s*>", re.I)
#: Bytes after ``</body>`` that are no more than white space and ``</html>``.
_EPILOGUE: Final = 40
#: Tags upon tags without a word between them.
_TOWERS: Final = re.compile(rb"(?:\s{0,9}<\w[^<>]{0,99}>){200,}|(?:\s{0,9}</\w[^<>]{0,99}>){200,}")
#: A tag with so many attributes, and yet more; libxml2 compares each with all before it.
_ATTRIBUTE: Final = rb"""(?>[\s/]+[^\s"'<>=/]+(?>\s*=\s*(?>"[^"]*"|'[^']*'|[^\s"'<>]*))?)"""
_FLOOD: Final = re.compile(rb"(<[a-zA-Z][^\s<>/]*" + _ATTRIBUTE + rb"{400})" + _ATTRIBUTE + rb"+")
#: Bytes without one tag's beginning or end: only there may such a tag be.
_WINDOW: Final = 8192
#: Undeclared two-byte text: which charset, by the page's language.
_TWO_BYTE: Final = {"ja": ("shift_jis", "euc_jp"), "ko": ("cp949",), "zh": ("gb18030", "big5")}
#: What XML cannot hold and libxml2 stumbles over; also half a surrogate pair.
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
#: Charsets that write other alphabets in ASCII bytes.
_SHIFTED: Final = ("iso2022", "iso-2022", "hz")
_CONTROL: Final = bytes(byte for byte in range(0x20) if byte not in b"\t\n\f\r")
_NO_CHARACTER: Final = re.compile(rb"\xef\xbf[\xbe\xbf]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A page's tree. ``root`` is ``<html>``; nobody changes it."""

    url: str
    #: What relative links are relative to: ``<base href>``, else ``url``.
    base: str
    root: etree._Element


def parse(body: bytes, *, url: str, charset: str | None = None) -> Document:
    """Never raises: an unreadable body gives an empty document."""
    root = _tree(as_utf8(body[:MOST_BYTES], charset))
    base = url
    for element in root.iter("base"):
        href = (element.get("href") or "").strip()
        if href:
            try:
                base = urljoin(url, href)
            except ValueError:
                base = url
            break
    return Document(url=url, base=base, root=root)


def _tree(data: bytes) -> Any:
    root, too_deep = _parsed(data)
    if too_deep:  # libxml2 stops reading 2,048 tags down; nobody nests so deep on purpose
        root, _ = _parsed(_TOWERS.sub(b"", data))
    return etree.Element("html") if root is None else root


def _parsed(data: bytes) -> tuple[Any, bool]:
    last = len(data) - _EPILOGUE
    if 0 <= data.find(b"</body>") < last or 0 <= data.find(b"</html>") < last:
        data = _CLOSING.sub(b"", data)  # libxml2 drops what follows; browsers do not
    parser = etree.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=True
    )
    root = None
    if data.strip():
        try:
            root = etree.fromstring(_unflooded(data), parser)
        except (etree.ParserError, etree.XMLSyntaxError):
            root = None
    return root, bool(parser.error_log.filter_types(etree.ErrorTypes.ERR_RESOURCE_LIMIT))


def _unflooded(data: bytes) -> bytes:
    """Without the attributes that a tag has beyond hundreds: what libxml2 does with them grows as their
    square."""
    parts: list[bytes] = []
    done = seen = 0
    for at in range(0, len(data), _WINDOW):
        if at < done or (data.find(b"<", at, at + _WINDOW) >= 0 and data.find(b">", at, at + _WINDOW) >= 0):
            continue
        # the tag that is open here: values may hold one of the two marks
        last, beyond = data.rfind(b"<", seen, at + 1), max(seen, data.rfind(b">", seen, at) + 1)
        for start in (data.find(b"<", beyond, at + 1), last):
            flood = _FLOOD.match(data, start) if start >= done else None
            if flood:
                parts.append(data[done : flood.end(1)])
                done = flood.end()
        seen = max(done, at)
    return b"".join([*parts, data[done:]]) if parts else data


def as_utf8(body: bytes, charset: str | None) -> bytes:
    """The body as clean UTF-8. Bytes that are UTF-8 are UTF-8, whatever header and page declare."""
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return _encoded(body[len(mark) :].decode(encoding, "replace"))
    try:
        if not body.isascii():
            body.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" and error.start > 1024:  # cut inside a character
            return _encoded(body.decode("utf-8", "ignore"))
        return _encoded(_decode(body, _declared(body, charset)) or _guess(body))
    # Of a page of some 100 KB every search for one byte costs a hundredth of the parse, for two a tenth.
    if b"\x1b" in body or b"~" in body:  # other languages in nothing but ASCII bytes
        declared = _declared(body, charset)
        if declared.startswith(_SHIFTED) and (b"\x1b" in body or b"~{" in body):
            return _encoded(_decode(body, declared) or "")
    if _has_control(body):
        body = body.translate(None, _CONTROL)
    return _NO_CHARACTER.sub(b"", body) if b"\xef" in body else body


def _has_control(body: bytes) -> bool:
    """Whether one of ``_CONTROL`` is in it: to look takes half the time of taking them out."""
    values = np.frombuffer(body, np.uint8)
    found = (values - 14) < 18  # 14 to 31: what is smaller wraps around
    found |= values < 9
    return bool(found.any()) or b"\x0b" in body


def _encoded(text: str) -> bytes:
    return _FORBIDDEN.sub("", text.removeprefix("\ufeff")).encode("utf-8", "replace")


def _declared(body: bytes, charset: str | None) -> str:
    """The header's charset, else the page's own; "" for none and for names that nobody knows."""
    names = [charset] if charset else []
    found = _DECLARED.search(body, 0, _DECLARED_WITHIN)
    if found:
        names.append((found[1] or found[2]).decode("ascii", "replace"))
    for name in names:
        known = resolve_encoding(name.strip(" \"';"))
        # UTF-8 was tried and is not it
        if known and known not in ("utf-8", "ascii"):
            return known
    return ""


def _decode(body: bytes, declared: str) -> str | None:
    """The text in the declared charset, unless more than a few characters in ten thousand do not fit it."""
    if not declared:
        return None
    try:
        text = body.decode(declared, "replace")
    except (LookupError, ValueError):
        return None
    return text if text.count("\ufffd") <= 5 + len(text) // 2000 else None


def _guess(body: bytes) -> str:
    """Undeclared, or declared wrongly. Mostly sound UTF-8 with a few broken bytes is the usual case."""
    text = body.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    whole = sum(map(len, _WIDE.findall(text))) - broken
    if broken <= whole // 20:
        return text
    runs = _HIGH_RUNS.findall(body)
    language = _LANGUAGE.search(body, 0, _DECLARED_WITHIN)
    spoken = language[1].decode().lower() if language else ""
    high = sum(map(len, runs))
    even = sum(len(run) for run in runs if len(run) % 2 == 0)
    candidates: tuple[str, ...]
    if spoken in _TWO_BYTE:
        candidates = _TWO_BYTE[spoken]
    elif high and even / high > 0.9 and even / len(runs) > 2.5:
        candidates = ("gb18030", "big5", "cp949", "shift_jis")
    elif high and high / len(runs) > 2.5:  # whole words of it: Cyrillic, Greek, …
        candidates = ("koi8-r",) if _is_koi8(runs) else ("cp1253",) if spoken == "el" else ("cp1251",)
    elif spoken in ("pl", "cs", "sk", "hu", "hr", "sl", "ro"):
        candidates = ("cp1250",)
    elif spoken == "tr":
        candidates = ("cp1254",)
    else:
        candidates = ("cp1252",)
    for candidate in candidates:
        decoded = body.decode(candidate, "replace")
        if decoded.count("\ufffd") <= 5 + len(decoded) // 2000:
            return decoded
    return body.decode("cp1252", "replace")


def _is_koi8(runs: list[bytes]) -> bool:
    """KOI8-R keeps its small letters where Windows-1251 keeps the capitals."""
    letters = b"".join(runs)
    return sum(0xC0 <= byte <= 0xDF for byte in letters) > sum(byte >= 0xE0 for byte in letters)
