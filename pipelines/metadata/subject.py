"""Which of a page's JSON-LD objects speak of the page's own story. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import urljoin

from pipelines import urls
from pipelines.metadata import jsonld

_STORY = re.compile(
    r"article$|^(?:blogposting|liveblogposting|report|newsstory|review|opinion|socialmediaposting)",
    re.IGNORECASE,
)
_PAGE = re.compile(
    r"page$|^(?:videoobject|recipe|creativework|medicalwebpage|howto|podcastepisode|claimreview|event"
    r"|website)$",
    re.IGNORECASE,
)
_NOT_WORDS = re.compile(r"[\W_]+")


@lru_cache(maxsize=2048)
def plain(text: str | None) -> str:
    """What of a headline has to agree: letters and digits in lower case."""
    return _NOT_WORDS.sub("", (text or "").lower())


def choose(
    nodes: Sequence[jsonld.Node], *, page_url: str, canonical: str | None, headlines: Sequence[str]
) -> tuple[list[jsonld.Node], list[jsonld.Node]]:
    """The objects of the story and those of the page around it, best first.

    ``headlines``: what the page shows. Where several stories are listed, the page's own names its address or
    its headline."""
    stories: list[jsonld.Node] = []
    around: list[jsonld.Node] = []
    for node in nodes:
        role = _role(jsonld.types(node))
        if role == "story":
            stories.append(node)
        elif role == "page":
            around.append(node)
    if len(stories) > 1 or len(around) > 1:
        own = {urls.identity(url) for url in (page_url, canonical) if url}
        shown = [key for key in map(plain, headlines) if key]
        around = [node for node in around[:12] if _agreement(node, own, shown, page_url) >= 0]
        if len(stories) > 1:
            points = [_agreement(node, own, shown, page_url) for node in stories]
            ranked = sorted(range(len(stories)), key=lambda position: (-points[position], position))
            enough = max(points[ranked[0]] - 1, 0)
            stories = [stories[position] for position in ranked if points[position] >= enough]
    return [jsonld.resolved(node, nodes) for node in stories], [
        jsonld.resolved(node, nodes) for node in around[:6]
    ]


@lru_cache(maxsize=512)
def _role(kinds: tuple[str, ...]) -> str | None:
    if any(_STORY.search(kind) for kind in kinds):
        return "story"
    return "page" if any(_PAGE.search(kind) for kind in kinds) else None


def _agreement(node: jsonld.Node, own: set[str], shown: Sequence[str], page_url: str) -> int:
    """Points for naming the page's address or headline, minus one for naming another."""
    points = 0
    addresses = set()
    for key in ("url", "mainEntityOfPage", "@id"):
        value = node.get(key)
        value = (value.get("@id") or value.get("url")) if isinstance(value, dict) else value
        if isinstance(value, str) and ("/" in value):
            try:
                addresses.add(urls.identity(urljoin(page_url, value)))
            except ValueError:
                continue
    if addresses:
        points += 2 if addresses & own else 0
    headline = plain(jsonld.text(node.get("headline")) or jsonld.text(node.get("name")))
    if headline and shown:
        if any(
            headline == key or (len(headline) > 20 and (headline in key or key in headline)) for key in shown
        ):
            points += 2
        elif not points:
            points -= 1
    return points
