"""Which of a page's JSON-LD objects speak of the page's own story. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
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


def plain(text: str | None) -> str:
    """What of a headline has to agree: letters and digits in lower case."""
    return _NOT_WORDS.sub("", (text or "").lower())


def choose(
    nodes: Sequence[jsonld.Node], *, page_url: str, canonical: str | None, headlines: Sequence[str]
) -> tuple[list[jsonld.Node], list[jsonld.Node]]:
    """The objects of the story and those of the page around it, best first.

    ``headlines``: what the page shows. Where several stories are listed, the page's own names its address or
    its headline."""
    own = {urls.identity(url) for url in (page_url, canonical) if url}
    shown = [key for key in map(plain, headlines) if key]
    stories: list[tuple[int, int, jsonld.Node]] = []
    around: list[jsonld.Node] = []
    for position, node in enumerate(nodes):
        kinds = jsonld.types(node)
        if any(_STORY.search(kind) for kind in kinds):
            stories.append((-_agreement(node, own, shown, page_url), position, node))
        elif any(_PAGE.search(kind) for kind in kinds):
            around.append(node)
    stories.sort(key=lambda item: item[:2])
    if len(stories) > 1:
        best = stories[0][0]
        stories = [item for item in stories if item[0] <= min(best + 1, 0)]
    return [jsonld.resolved(node, nodes) for _, _, node in stories], [
        jsonld.resolved(node, nodes) for node in around if _agreement(node, own, shown, page_url) >= 0
    ][:6]


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
