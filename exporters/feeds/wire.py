"""What the formats share: characters XML can carry, dates as each wants them, HTML that is safe. Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache
from typing import Literal

from lxml import etree
from w3lib.url import safe_url_string

from pipelines.sanitising import sanitised

#: All that XML 1.0 cannot carry, escaped or not (https://www.w3.org/TR/xml/#charsets), lone surrogates
#: among it, and the controls and non-characters that it merely discourages.
_UNWRITABLE = re.compile("[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010ffff]")

# fmt: off
_TAGS = {
    "a", "abbr", "b", "blockquote", "br", "caption", "cite", "code", "dd", "del", "div", "dl", "dt", "em",
    "figcaption", "figure", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "mark", "ol",
    "p", "pre", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "table", "tbody", "td", "tfoot",
    "th", "thead", "tr", "u", "ul", "var",
}
#: Their content is no prose: it goes with them.
_DROPPED = {
    "audio", "canvas", "embed", "iframe", "math", "noembed", "noframes", "noscript", "object", "plaintext",
    "script", "select", "style", "svg", "template", "textarea", "title", "video", "xmp",
}
# fmt: on
_ATTRIBUTES = {
    "a": {"href", "title", "hreflang"},
    "abbr": {"title"},
    "img": {"src", "alt", "title", "width", "height"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}


#: What HTML would take for the beginning of a reference.
_REFERENCE = re.compile(r"&(?=[#0-9A-Za-z])")
#: A feed is written in three formats, one after the other: so many bodies are made once.
_BODIES = 512
#: A picture as the sanitiser writes it.
_PICTURE = re.compile(r'<img(?:\s+[a-z]+="[^"]*")*\s*>')


def text(value: str) -> str:
    """The same words, in one line, in characters that every reader of XML accepts."""
    return " ".join(_UNWRITABLE.sub("", value).split())


def as_html(value: str) -> str:
    """Plain text where a format wants HTML. What HTML reads alike stays as it is: browsers show feeds raw."""
    return _REFERENCE.sub("&amp;", text(value)).replace("<", "&lt;")


@lru_cache(maxsize=_BODIES)
def safe_html(html: str, *, base: str) -> str:
    """HTML that can run nothing, with absolute addresses. The last thing that happens to a body."""
    html = _UNWRITABLE.sub("", html)
    root = address(base)
    try:
        clean = _sanitised(html, ("rewrite_with_base", root) if root else "deny")
    except ValueError:  # no address after all, such as one with port 99999
        clean = _sanitised(html, "deny")
    if "<img" in clean:  # one whose address was none is no picture
        clean = _PICTURE.sub(lambda found: found[0] if ' src="' in found[0] else "", clean)
    # A numeric reference such as &#1; is a character by now.
    return _UNWRITABLE.sub("", clean).replace("\r", "\n")


def _sanitised(html: str, relative: tuple[Literal["rewrite_with_base"], str] | Literal["deny"]) -> str:
    return sanitised(
        html,
        tags=_TAGS,
        clean_content_tags=_DROPPED,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        url_relative=relative,
        link_rel=None,
    )


def document(root: etree._Element, stylesheet: str | None) -> bytes:
    """The XML, one element a line, with what browsers show it with."""
    etree.indent(root, "")
    if stylesheet is not None:
        root.addprevious(
            etree.ProcessingInstruction("xml-stylesheet", f'type="text/css" href="{stylesheet}"')
        )
    return etree.tostring(root.getroottree(), encoding="utf-8", xml_declaration=True) + b"\n"


def address(url: str) -> str | None:
    """The address in the form that formats ask for (ASCII, nothing unescaped), if it is one of the web."""
    try:
        safe = safe_url_string(text(url), encoding="utf-8")
    except ValueError:
        return None
    return safe if re.match(r"https?://[^/?#\s]", safe, re.IGNORECASE) else None


def moment(iso: str) -> datetime:
    """A day is its midnight in UTC."""
    value = datetime.fromisoformat(iso)
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def rfc822(iso: str) -> str:
    return format_datetime(moment(iso).replace(microsecond=0))


def rfc3339(iso: str) -> str:
    return moment(iso).replace(microsecond=0).isoformat().replace("+00:00", "Z")
