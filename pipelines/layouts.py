"""A person's word on a source's template, block by block. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cssselect import SelectorError
from lxml import etree
from lxml.cssselect import CSSSelector

from pipelines.document import Document
from pipelines.segment import Block
from pipelines.types import Layout


def declared(blocks: Sequence[Block], document: Document, layout: Layout | None) -> list[bool | None]:
    """A person's word on each block: True, False, or None where nothing is declared."""
    if layout is None or not (layout.body or layout.drop):
        return [None] * len(blocks)
    inside = _selected(document, layout.body)
    dropped = _selected(document, layout.drop)
    words: list[bool | None] = []
    for block in blocks:
        # what a block lies in, and inside its container only what all of it lies in
        element = block.runs[0][1] if len({id(run[1]) for run in block.runs}) == 1 else block.container
        chain = {element, *element.iterancestors()}
        if chain & dropped:
            words.append(False)
        elif not inside:
            words.append(None)
        else:
            words.append(bool(chain & inside))
    return words


def _selected(document: Document, selectors: Sequence[str]) -> set[etree._Element]:
    found: set[etree._Element] = set()
    for selector in selectors:
        try:
            matched: Any = CSSSelector(selector, translator="html")(document.root)
        except (SelectorError, etree.XPathError):  # the source's reader has refused it before
            continue
        found.update(matched)
    return found
