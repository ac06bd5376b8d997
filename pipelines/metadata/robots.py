"""What the publisher asks of robots: meta tags, the X-Robots-Tag header, text-and-data-mining reservation.
Pure."""

from __future__ import annotations

import re

from pipelines.metadata.clues import Clues

_DIRECTIVE = re.compile(r"^[a-z][a-z-]{2,30}(?::\s*[\w:+ -]{1,40})?$")
_KNOWN = (
    "all", "noindex", "nofollow", "none", "noarchive", "nosnippet", "noimageindex", "notranslate", "nocache",
    "noai",
    "noimageai", "indexifembedded", "max-snippet", "max-image-preview", "max-video-preview",
    "unavailable_after", "noodp", "noydir",
    "index", "follow",
)  # fmt: skip
#: Saying these changes nothing.
_IDLE = frozenset(("all", "index", "follow", "noodp", "noydir"))


def directives(clues: Clues, header: str | None) -> tuple[str, ...]:
    """Lower case, sorted, each once. Directives for one named robot other than ours are left out."""
    found: set[str] = set()
    for content in clues.meta.get("robots", ()):
        found.update(_listed(content))
    if header:
        found.update(_of_header(header))
    for content in clues.meta.get("tdm-reservation", ()):
        if content.strip() == "1":
            found.add("tdm-reservation")
    if "none" in found:
        found = (found - {"none"}) | {"noindex", "nofollow"}
    return tuple(sorted(found - _IDLE))


def _listed(content: str) -> set[str]:
    words = (word.strip().lower() for word in content[:500].split(","))
    return {
        re.sub(r"\s*:\s*", ":", word)
        for word in words
        if _DIRECTIVE.match(word) and word.split(":")[0].strip() in _KNOWN
    }


def _of_header(header: str) -> set[str]:
    """ "noindex, googlebot: nofollow, noarchive": what follows a robot's name is for that robot alone."""
    found: set[str] = set()
    for_all = True
    for word in header[:1000].lower().split(","):
        name, mark, rest = word.strip().partition(":")
        if mark and name.strip() not in _KNOWN:
            for_all = name.strip() in ("*", "copydesk")
            word = rest
        if for_all:
            found |= _listed(word)
    return found
