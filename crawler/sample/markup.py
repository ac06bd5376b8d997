"""The small Markdown of the sample's stories: to the text that is their truth, and to a site's HTML. Pure.

Blocks are parted by blank lines: ``## heading``, ``- list``, ``> quote``, ``| table |`` with its head first,
paragraphs with ``**strong**``, ``*em*`` and ``[links](/to)``. A block ``:: name slug …`` is no part of the
story: there the site puts something of its own between two paragraphs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from html import escape
from string import Template


def blocks(body: str) -> tuple[str, ...]:
    return tuple(b.strip() for b in re.split(r"\n\s*\n", body) if b.strip())


def is_insert(block: str) -> bool:
    return block.startswith("::")


def text(parts: Iterable[str]) -> str:
    """The truth: what the cleaner writes as an article's text."""
    return "\n\n".join(_text(b) for b in parts if not is_insert(b))


def html(block: str, elements: Mapping[str, str], *, base: str = "") -> str:
    """A block in a site's own ``elements``. ``base`` makes absolute links of a story's own links."""

    def fill(name: str, inner: str) -> str:
        return Template(elements[name]).substitute(html=inner)

    lines = block.splitlines()
    if heading := re.match(r"(#{2,3}) ", block):
        return fill(f"heading{len(heading[1])}", _inline(block[heading.end() :], base))
    if block.startswith("- "):
        return fill("list", "".join(fill("item", _inline(line[2:], base)) for line in lines))
    if block.startswith("> "):
        return fill("quote", _inline(" ".join(line[2:] for line in lines), base))
    if block.startswith("|"):
        rows = (
            "".join(fill("cell" if number else "head", _inline(c, base)) for c in _cells(line))
            for number, line in enumerate(lines)
        )
        return fill("table", "".join(fill("row", row) for row in rows))
    return fill("paragraph", _inline(" ".join(lines), base))


def _text(block: str) -> str:
    """An item, like a row of a table, is a paragraph of its own."""
    lines = block.splitlines()
    if block.startswith("#"):
        return _plain(block.lstrip("# "))
    if block.startswith("- "):
        return "\n\n".join(_plain(line[2:]) for line in lines)
    if block.startswith("> "):
        return _plain(" ".join(line[2:] for line in lines))
    if block.startswith("|"):
        return "\n\n".join(" | ".join(_plain(c) for c in _cells(line)) for line in lines)
    return _plain(block)


def _plain(line: str) -> str:
    line = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", line)
    return " ".join(re.sub(r"\*\*?", "", line).split())


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


def _inline(line: str, base: str) -> str:
    line = escape(line, quote=False)
    line = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", line)
    line = re.sub(r"\*(.+?)\*", r"<em>\1</em>", line)

    def link(match: re.Match[str]) -> str:
        address = match[2] if "://" in match[2] else base + match[2]
        return f'<a href="{address}">{match[1]}</a>'

    return re.sub(r"\[([^]]*)\]\(([^)]*)\)", link, line)
