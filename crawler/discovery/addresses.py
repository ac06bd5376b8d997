"""Addresses and short texts as feeds, sitemaps and pages write them. Pure. Never raises."""

from __future__ import annotations

import html
import re
from urllib.parse import urljoin, urlsplit

from w3lib.url import safe_url_string

#: Longer ones are not addresses of articles but data, tracking or an attack.
MAX_URL = 2000

_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
#: Nothing to do: nine of ten addresses, at a fortieth of the cost.
_READY = re.compile(
    r"https?://[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?:/(?!\.)(?:[\w,;:@!$&'()*+=~-]|%[0-9A-Fa-f]{2}|\.(?!\.?(?:/|$))|"
    r"/(?!\.))*(?:\?(?:[\w,;:@!$&'()*+=~./?-]|%[0-9A-Fa-f]{2})*)?)",
    re.ASCII,
)
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:(?!\d+(?:/|$))")
_INLINE_TAG = re.compile(
    r"</?(?:a|abbr|b|br|cite|code|div|em|font|i|img|mark|p|q|s|small|span|strong|strike|sub|sup|u|wbr)\b[^<>]*>",
    re.IGNORECASE,
)
#: What may stand inside a word: soft hyphen, zero-width characters, byte order mark.
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))


def absolute(base: str, link: str | None) -> str | None:
    """``link`` as an http(s) address that can be asked for: absolute, percent-encoded, its host in ASCII."""
    if not link or len(link) > 2 * MAX_URL:
        return None
    if len(link) <= MAX_URL and _READY.fullmatch(link):
        return link
    link = _CONTROL.sub("", link.strip())
    if not link or (_SCHEME.match(link) and not link.lower().startswith(("http:", "https:"))):
        return None
    try:
        joined = urljoin(base, link)
        safe = str(safe_url_string(joined))
        parts = urlsplit(safe)
        _ = parts.port  # raises for a port that is no number
    except ValueError:  # UnicodeError, from a host that IDNA cannot encode, is one too
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname or len(safe) > MAX_URL:
        return None
    return safe


def host_of(url: str) -> str:
    """The host in lower case, or an empty string."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


def plain(value: object) -> str | None:
    """A headline, a name, a tag as one line of plain text: entities read, inline tags gone. None if empty."""
    if not isinstance(value, str):
        return None
    if value.isascii() and value.isprintable() and "&" not in value and "<" not in value:
        return " ".join(value.split()) or None
    text = value
    for _ in range(2):  # feeds escape once or twice
        if "&" not in text:
            break
        text = html.unescape(text)
    if "<" in text:
        text = _INLINE_TAG.sub(" " if re.search(r"<(?:br|p|div)\b", text, re.IGNORECASE) else "", text)
    return " ".join(scalar(text.translate(_INVISIBLE)).split()) or None


def scalar(text: str) -> str:
    """Without lone surrogates and control characters, which neither UTF-8 nor SQLite nor XML can hold."""
    text = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", "", text)
    return text.encode("utf-8", "replace").decode("utf-8") if not text.isascii() else text


def text_length(markup: str | None) -> int:
    """About how many characters of text an HTML fragment holds."""
    return len(re.sub(r"<[^<>]*>", "", markup)) if markup else 0


def matches(pattern: str, url: str) -> bool:
    """Whether ``url`` matches the whole of ``pattern``, where ``*`` is anything. Linear: no pattern can hang.

    A pattern that begins with http is held against the address, any other against path and query.
    """
    if not pattern.startswith("http"):
        parts = urlsplit(url)
        url = (parts.path or "/") + ("?" + parts.query if parts.query else "")
    first, *rest = pattern.split("*")
    if not rest:
        return url == pattern
    *middle, last = rest
    if not url.startswith(first) or not url.endswith(last) or len(url) < len(first) + len(last):
        return False
    at, end = len(first), len(url) - len(last)
    for piece in middle:
        at = url.find(piece, at, end)
        if at < 0:
            return False
        at += len(piece)
    return True
