"""The paragraph under the headline that sums the story up. Pure. It stays the first paragraph of the text."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.metadata.title import overlap

#: Names that editors' systems give to it, in the languages of the sources.
_NAMES = re.compile(
    r"standfirst|\blead\b|lead[-_]|[-_]lead\b|\bdek\b|teaser|vorspann|intro|subtitle|sub-?head|subline"
    r"|abstract|summary|chapeau|chapo"
    r"|entradilla|bajada|sottotitolo|sommario|occhiello|linha-?fina|excerpt|perex|ingress|ingres|anleser"
    r"|description|strap|deck",
    re.IGNORECASE,
)
_SHORTEST, _LONGEST = 30, 700


def find(
    paragraphs: Sequence[str], *, description: str | None = None, names: str = "", bold: bool = False
) -> str | None:
    """The first paragraph, where the page says that it is one.

    ``paragraphs``: the kept text in order. ``names``: class names, ids and itemprops of the first one's
    element and its parent, joined by blanks. ``bold``: all of it is set in bold or in a sub-heading's
    size."""
    if len(paragraphs) < 2:
        return None
    first = paragraphs[0].strip()
    if not _SHORTEST <= len(first) <= _LONGEST:
        return None
    if _NAMES.search(names) or (bold and len(first) > 60):
        return first
    if description and len(description) >= _SHORTEST and overlap(first, description) > 0.8:
        # A description cut from the text's own beginning is no standfirst: it goes on in the next paragraph,
        # or it ends in the middle of the first.
        ratio = len(description) / len(first)
        if 0.75 < ratio < 1.35 and not description.rstrip().endswith(("…", "...", "[…]")):
            return first
    return None
