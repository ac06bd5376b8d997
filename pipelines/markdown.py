"""An article's HTML as Markdown. Pure. What ``compose.html`` made, this reads."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from lxml import etree

from pipelines.compose import INLINE

_BLOCKS: Final = frozenset(["p", "ul", "ol", "blockquote", "table", "pre", "figure"])
_MARKS: Final = {"strong": "**", "em": "*", "code": "`", "s": "~~"}
_INSIDE_WORDS: Final = frozenset(INLINE.values())
#: Of what lies in so many elements only the words stay: each level is one on Python's stack, too.
_DEEPEST: Final = 100


def markdown_of(markup: str) -> str:
    """Markdown of a stored article's HTML."""
    if not markup.strip():
        return ""
    root = etree.fromstring(
        f"<div>{markup}</div>".encode(), etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=True)
    )
    body = root.find(".//div") if root is not None else None
    if body is None:
        return ""
    _flatten(body)
    return "\n\n".join(part for part in _blocks(body) if part.strip())


def _flatten(body: Any) -> None:
    walk = etree.iterwalk(body, events=("start", "end"))
    deep = []
    depth = 0
    for event, element in walk:
        depth += 1 if event == "start" else -1
        if event == "start" and depth > _DEEPEST:
            deep.append(element)
            walk.skip_subtree()
    for element in deep:
        words = " ".join(" ".join(element.itertext()).split())
        element[:] = []
        element.text = words


def _blocks(elements: Iterable[Any]) -> list[str]:
    parts: list[str] = []
    for element in elements:
        tag = element.tag
        if tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            parts.append("#" * int(tag[1]) + " " + _words(element).replace("\n", " "))
        elif tag in ("ul", "ol"):
            parts.append(_list(element, ordered=tag == "ol"))
        elif tag == "blockquote":
            inner = "\n\n".join(_blocks(element)) or _words(element)
            parts.append("\n".join(f"> {line}".rstrip() for line in inner.split("\n")))
        elif tag == "pre":
            parts.append("```\n" + "".join(element.itertext()) + "\n```")
        elif tag == "table":
            parts.append(_table(element))
        elif tag == "img":
            parts.append(_image(element))
        elif tag in ("figure", "dl", "div"):
            parts.extend(_blocks(element))
        else:
            parts.append(_words(element))
    return parts


def _list(parent: Any, *, ordered: bool) -> str:
    lines: list[str] = []
    for number, item in enumerate(parent.iterchildren("li"), 1):
        mark = f"{number}. " if ordered else "- "
        blocks = [child for child in item if child.tag in _BLOCKS]
        words = _words(item)
        inner = [words] if words else []
        if blocks:
            inner.extend(_blocks(blocks if words else item))
        indented = "\n".join(inner).replace("\n", "\n" + " " * len(mark))
        lines.append(mark + indented)
    return "\n".join(lines)


def _table(table: Any) -> str:
    rows = [
        [_words(cell).replace("\n", " ").replace("|", "\\|") for cell in row.iter("td", "th")]
        for row in table.iter("tr")
    ]
    rows = [row for row in rows if row]
    if not rows:
        return ""
    width = max(len(row) for row in rows)
    lines = ["| " + " | ".join(row + [""] * (width - len(row))) + " |" for row in rows]
    lines.insert(1, "|" + " --- |" * width)
    return "\n".join(lines)


def _words(element: Any) -> str:
    """The inline content of an element; blocks inside it are left to their own."""
    out: list[str] = [_escaped(element.text)]
    for child in element:
        tag = child.tag
        if tag == "br":
            out.append("  \n")
        elif tag == "img":
            out.append(_image(child))
        elif tag in _BLOCKS:
            if element.tag in ("td", "th"):
                out.append(_words(child) + " ")
        else:
            words = _words(child)
            if tag == "a" and child.get("href"):
                out.append(f"[{words}]({child.get('href')})")
            elif tag in _MARKS and words.strip():
                lead = " " if words[0].isspace() else ""
                end = " " if words[-1].isspace() else ""
                out.append(f"{lead}{_MARKS[tag]}{words.strip()}{_MARKS[tag]}{end}")
            else:
                out.append(words)
        out.append(_escaped(child.tail))
    return "".join(out) if element.tag in _INSIDE_WORDS else "".join(out).strip(" ")


def _image(image: Any) -> str:
    return f"![{_escaped(image.get('alt'))}]({image.get('src', '')})"


def _escaped(words: str | None) -> str:
    if not words:
        return ""
    for mark in "\\`*[]":
        words = words.replace(mark, "\\" + mark)
    return words
