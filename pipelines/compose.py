"""Kept blocks become text and safe HTML. Pure. Sanitising comes last, always."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from typing import Any, Final
from urllib.parse import urljoin

from pipelines.sanitising import sanitised
from pipelines.segment import Block, Frame

#: Inline elements that mean something, and what they become.
INLINE: Final = {
    "a": "a",
    "b": "strong",
    "strong": "strong",
    "em": "em",
    "i": "em",
    "cite": "em",
    "code": "code",
    "kbd": "code",
    "samp": "code",
    "tt": "code",
    "sub": "sub",
    "sup": "sup",
    "s": "s",
    "strike": "s",
    "del": "s",
    "q": "q",
}
#: Elements that give blocks their place: they open with their first kept block and close after the last.
_STRUCTURE: Final = frozenset("ul ol li dl dt dd blockquote table tr td th pre figure".split())
_ALLOWED: Final = {
    *_STRUCTURE,
    *INLINE.values(),
    *("p", "h1", "h2", "h3", "h4", "h5", "h6", "figcaption", "img", "br"),
}
_ATTRIBUTES: Final = {
    "a": {"href"},
    "img": {"src", "alt"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
_SCHEMES: Final = {"http", "https", "mailto"}
#: Controls and non-characters: a reference such as &#1; is one by the time it is sanitised.
_UNPRINTABLE: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufdd0-\ufdef\ufffe\uffff]")
#: A table with a longer cell lays out a page; it does not tabulate.
_LONGEST_CELL: Final = 600


def text(blocks: Sequence[Block], kept: Sequence[bool]) -> str:
    """The story without its headline: paragraphs parted by a blank line, a table row on one line."""
    layout_tables = _layout_tables(blocks, kept)
    parts: list[str] = []
    row: Any = None
    for block, keep in zip(blocks, kept, strict=True):
        if not keep or not block.is_text or (block.kind == "caption" and _pictured(block)):
            continue
        own = None if _table_of(block.frame) & layout_tables else _row(block.frame)
        if own is not None and own is row:
            parts[-1] += " | " + block.text
        else:
            parts.append(block.text)
        row = own
    return "\n\n".join(parts)


def html(blocks: Sequence[Block], kept: Sequence[bool], *, base: str) -> str:
    """The same as safe HTML: links absolute against ``base``, images with their captions."""
    layout_tables = _layout_tables(blocks, kept)
    out: list[str] = []
    opened: list[tuple[Any, str]] = []  # (element, tag), outermost first
    for block, keep in zip(blocks, kept, strict=True):
        if not keep:
            continue
        wanted = _structure(block, layout_tables)
        shared = 0
        while shared < len(opened) and shared < len(wanted) and opened[shared][0] is wanted[shared][0]:
            shared += 1
        for _, tag in reversed(opened[shared:]):
            out.append(f"</{tag}>")
        for element, tag in wanted[shared:]:
            out.append(_open(element, tag))
        opened = wanted
        out.append(_leaf(block, base, wanted[-1][1] if wanted else ""))
    for _, tag in reversed(opened):
        out.append(f"</{tag}>")
    return sanitise("".join(out))


def sanitise(markup: str) -> str:
    """Nothing that runs, tracks or styles is left. Idempotent."""
    markup = sanitised(
        markup,
        tags=_ALLOWED,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel=None,
        strip_comments=True,
    )
    return _UNPRINTABLE.sub("", markup)


def _structure(block: Block, layout_tables: set[Any]) -> list[tuple[Any, str]]:
    found: list[tuple[Any, str]] = []
    frame: Frame | None = block.frame
    in_list = False
    while frame is not None:
        tag = frame.tag
        if tag in _STRUCTURE:
            if tag == "figure":
                if block.kind in ("image", "caption"):
                    found.append((frame.element, tag))
            elif tag in ("table", "tr", "td", "th"):
                if not _table_of(frame) & layout_tables:
                    found.append((frame.element, tag))
            elif tag in ("ul", "ol", "dl"):
                if in_list:
                    found.append((frame.element, tag))
                in_list = False
            else:
                if tag in ("li", "dt", "dd"):
                    in_list = True
                found.append((frame.element, tag))
        frame = frame.parent
    found.reverse()
    return _well_formed(found)


_PARENTS: Final = {
    "li": ("ul", "ol"),
    "dt": ("dl",),
    "dd": ("dl",),
    "tr": ("table",),
    "td": ("tr",),
    "th": ("tr",),
}


def _well_formed(path: list[tuple[Any, str]]) -> list[tuple[Any, str]]:
    """Items without a list and cells without a table lose their wrapper."""
    kept: list[tuple[Any, str]] = []
    for element, tag in path:
        needed = _PARENTS.get(tag)
        if needed is None or (kept and kept[-1][1] in needed):
            kept.append((element, tag))
    return kept


def _open(element: Any, tag: str) -> str:
    spans = ""
    if tag in ("td", "th"):
        for name in ("colspan", "rowspan"):
            value = element.get(name, "")
            if value.isdecimal() and 1 < int(value[:4]) <= 100 and len(value) <= 3:
                spans += f' {name}="{value}"'
    return f"<{tag}{spans}>"


def _leaf(block: Block, base: str, inside: str) -> str:
    if block.kind == "image":
        address = image_address(block, base)
        if address is None:
            return ""
        picture = f'<img src="{escape(address)}" alt="{escape(block.text)}">'
        return picture if inside in ("figure", "li", "td", "th") else f"<p>{picture}</p>"
    if block.kind == "embed":
        address = embed_address(block, base)
        if address is None:
            return ""
        return f'<p><a href="{escape(address)}">{escape(block.text or address)}</a></p>'
    if block.kind == "code":
        return escape(block.text)
    words = _inline(block, base)
    if block.kind == "heading":
        level = max(2, block.level)
        return f"<h{level}>{words}</h{level}>"
    if block.kind == "caption" and inside == "figure":
        return f"<figcaption>{words}</figcaption>"
    if inside in ("li", "td", "th", "dt", "dd") and block.frame.tag == inside:
        return words
    return f"<p>{words}</p>"


def _inline(block: Block, base: str) -> str:
    out: list[str] = []
    opened: list[Any] = []
    container = block.frame.element
    pieces = _trimmed(block.runs)
    for words, element in pieces:
        wanted: list[Any] = []
        if words == "\n":
            element = element.getparent()
        while element is not None and element is not container:
            if element.tag in INLINE:
                wanted.append(element)
            element = element.getparent()
        wanted.reverse()
        shared = 0
        while shared < len(opened) and shared < len(wanted) and opened[shared] is wanted[shared]:
            shared += 1
        for element in reversed(opened[shared:]):
            out.append(f"</{INLINE[element.tag]}>")
        for element in wanted[shared:]:
            out.append(_open_inline(element, base))
        opened = wanted
        out.append("<br>" if words == "\n" else escape(words, quote=False))
    for element in reversed(opened):
        out.append(f"</{INLINE[element.tag]}>")
    return "".join(out)


def _trimmed(runs: list[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """White space collapsed across the pieces, none at either end."""
    pieces: list[tuple[str, Any]] = []
    blank = True
    for words, element in runs:
        if words == "\n":
            if pieces:
                pieces.append((words, element))
                blank = True
            continue
        collapsed = " ".join(words.split())
        if not collapsed:
            if not blank:
                pieces.append((" ", element))
                blank = True
            continue
        if words[0].isspace() and not blank:
            collapsed = " " + collapsed
        blank = words[-1].isspace()
        pieces.append((collapsed + " " if blank else collapsed, element))
    while pieces and not pieces[-1][0].strip():
        pieces.pop()
    if pieces:
        pieces[-1] = (pieces[-1][0].rstrip(), pieces[-1][1])
    return pieces


def _open_inline(element: Any, base: str) -> str:
    tag = INLINE[element.tag]
    if tag != "a":
        return f"<{tag}>"
    href = _absolute(element.get("href"), base)
    return f'<a href="{escape(href)}">' if href else "<a>"


_WHOLE: Final = re.compile(r"https?://[a-zA-Z0-9.-]+(?:/[a-zA-Z0-9/._~%+-]*)?")


def _absolute(address: str | None, base: str) -> str | None:
    address = address.strip() if address else None
    if not address:
        return None
    if _WHOLE.fullmatch(address):  # joining would give the same; most addresses are such
        return address
    try:
        joined = urljoin(base, address)
    except ValueError:
        return None
    return joined if joined.startswith(("http://", "https://", "mailto:")) else None


#: Where a picture that loads late has its address; ``src`` is a placeholder then.
LAZY: Final = ("data-src", "data-original", "data-lazy-src", "data-lazy", "data-hi-res-src", "data-image")


def image_address(block: Block, base: str) -> str | None:
    """Where the picture is: lazy attributes before placeholders, the largest of a srcset."""
    element = block.runs[0][1]
    for name in LAZY:
        found = _absolute(element.get(name), base)
        if found:
            return found
    plain = element.get("src")
    if plain and not plain.startswith("data:"):
        found = _absolute(plain, base)
        if found:
            return found
    candidates = [element.get("srcset"), element.get("data-srcset"), element.get("data-lazy-srcset")]
    picture = next(element.iterancestors("picture"), None)
    if picture is not None:
        candidates.extend(
            source.get("srcset") or source.get("data-srcset") for source in picture.iter("source")
        )
    for candidate in candidates:
        largest = _largest(candidate)
        found = _absolute(largest, base)
        if found:
            return found
    return None


def _largest(srcset: str | None) -> str | None:
    best: tuple[float, str] | None = None
    for part in (srcset or "").split(", "):
        words = part.replace("\n", " ").split()
        if not words or words[0].startswith("data:"):
            continue
        try:
            size = float(words[1].rstrip("wxh,")) if len(words) > 1 else 1.0
        except ValueError:
            size = 1.0
        if best is None or size > best[0]:
            best = (size, words[0].rstrip(","))
    return best[1] if best else None


def embed_address(block: Block, base: str) -> str | None:
    element = block.runs[0][1]
    for name in ("src", "data-src", "data"):
        found = _absolute(element.get(name), base)
        if found and not found.startswith("about:"):
            return found
    inner = next(
        (source.get("src") for source in element.iter("source", "amp-img") if source.get("src")), None
    )
    return _absolute(inner, base)


def _pictured(block: Block) -> bool:
    """Whether a caption belongs to a picture; a quote's or a table's is the story's."""
    frame: Frame | None = block.frame
    while frame is not None and frame.tag != "figure":
        if frame.tag in ("table", "blockquote"):
            return False
        frame = frame.parent
    return frame is None or not any(True for _ in frame.element.iter("blockquote", "table", "pre"))


def _row(frame: Frame | None) -> Any:
    while frame is not None:
        if frame.tag == "tr":
            return frame.element
        if frame.tag not in ("td", "th", "p", "div", "span"):
            return None
        frame = frame.parent
    return None


def _table_of(frame: Frame | None) -> set[Any]:
    while frame is not None and frame.tag != "table":
        frame = frame.parent
    return {frame.element} if frame is not None else set()


def _layout_tables(blocks: Sequence[Block], kept: Sequence[bool]) -> set[Any]:
    """Tables that only place things: one inside another, or with prose in a cell."""
    found: set[Any] = set()
    filled: dict[Any, int] = {}  # of each cell, the characters in it
    for block, keep in zip(blocks, kept, strict=True):
        if not keep:
            continue
        frame: Frame | None = block.frame
        nested = False
        while frame is not None:
            if frame.tag in ("td", "th") and not nested:
                filled[frame.element] = filled.get(frame.element, 0) + len(block.text)
                nested = filled[frame.element] > _LONGEST_CELL
            elif frame.tag == "table":
                if nested:
                    found.add(frame.element)
                nested = True
            frame = frame.parent
    return found
