"""Telling a feed of readers' comments from a feed of articles. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

_TITLE = re.compile(
    r"(?:[^:»|–-]{0,80}[:»|–-]\s*)?(?:"
    r"comments? (?:for|on|feed)\b|(?:recent|latest|all) comments\b"
    r"|kommentare? (?:für|zu|auf)\b|kommentar-feed"
    r"|commentaires? (?:sur|pour)\b|comentarios (?:en|de|para|sobre)\b"
    r"|comentários (?:em|sobre|para|de)\b|commenti (?:su|per|a)\b|reacties (?:op|voor)\b"
    r"|kommentarer (?:till|til|på)\b|комментарии (?:к|на|для)\b"
    r"|comments\s*$"
    r")",
    re.IGNORECASE,
)
#: As WordPress announces them in its languages: "Gazette » Ferry back Comments Feed".
_TITLE_END = re.compile(
    r"(?:comments?[ -]feed|kommentar-?feed|flux (?:rss )?des commentaires|feed d(?:os|e) comentários"
    r"|(?:feed|rss) de (?:los )?comentarios|feed dei commenti|reacties?feed|kommentarsflöde|kommentarstrøm"
    r"|kanał z komentarzami|rss komentářů|yorum (?:akışı|beslemesi)|лента комментариев)\s*$",
    re.IGNORECASE,
)
_LINK = re.compile(r"#(?:comments?|respond|kommentar\w*|c|div-comment)[-_/]?\d*$|/comment-page-\d", re.I)
_PATH = re.compile(
    r"/comments/(?:feed|rss|atom|default)|[?&]feed=comments|/comments\.(?:xml|rss|atom)$", re.I
)


def is_comments(title: str | None, url: str, links: Iterable[str | None] = ()) -> bool:
    """Whether a feed of this title, address and these item links holds readers' comments."""
    named = title is not None and bool(_TITLE.match(title) or _TITLE_END.search(title))
    marks = [bool(link and _LINK.search(link)) for link in links]
    if marks:
        if 2 * sum(marks) > len(marks):
            return True
        # A comments feed always points into the page, so a title like "Kommentare" is an opinion section.
        return named and bool(_PATH.search(_path(url)))
    return named or bool(_PATH.search(_path(url)))


def _path(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return parts.path + ("?" + parts.query if parts.query else "")
