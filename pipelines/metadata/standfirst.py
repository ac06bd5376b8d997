"""The paragraph under the headline that sums the story up. Pure. It stays the first paragraph of the text."""

from __future__ import annotations

from collections.abc import Sequence


def find(
    paragraphs: Sequence[str], *, description: str | None = None, names: str = "", bold: bool = False
) -> str | None:
    """``paragraphs``: the kept text in order. ``names``: class names, ids and itemprops of the first one's element
    and its parent, joined by blanks. ``bold``: all of it is set in bold or is a sub-heading's size."""
    return None
