"""The story's main image, with caption and credit where the page says them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml import etree

from pipelines.metadata import jsonld
from pipelines.metadata.clues import Clues, text_of
from pipelines.types import Entry, Evidence, Image

#: A picture that stands for the site, not for the story.
_PLACEHOLDER = re.compile(
    r"logo|placeholder|default[-_.]|fallback|favicon|sprite|blank\.|pixel|avatar|1x1|spacer"
    r"|share[-_]?image[-_]default",
    re.IGNORECASE,
)
_CREDIT = re.compile(
    r"(?:\(|\[|/\s*|\||–\s|—\s|(?<=\.)\s+|^|\s{2,})(?:(?:photo(?:graph)?s?|foto(?:graf)?s?|bild(?:quelle|rechte)?"
    r"|image|picture|credits?|quelle|source|crédits?"
    r"(?:\sphoto)?|imagen|fotografía|fuente|fonte|copyright)\s*(?:by|von|par|de|di|:|：)|©"
    r"|\(c\))\s*[:/]?\s*([^()\[\]]{2,80}?)[)\].]?\s*$",
    re.IGNORECASE,
)
_CREDIT_NAMES = re.compile(
    r"credit|copyright|source|quelle|photographer|fotograf|bildrecht|urheber|byline|autor", re.IGNORECASE
)
_CREDIT_WORD = re.compile(
    r"^(?:(?:photo(?:graph)?|foto(?:graf)?|bild(?:quelle|rechte)?|image|picture|credits?|quelle|source"
    r"|crédit(?:\sphoto)?|fuente|fonte|copyright)"
    r"\s*(?:by|von|par|de|di)?\s*[:：]?|©|\(c\))\s*",
    re.IGNORECASE,
)
_SIZE = re.compile(r"[-_]?\d{2,4}x\d{2,4}|[-_]\d{3,4}w?(?=\.)|[-_](?:scaled|large|medium|small|thumb)(?=\.)")


def settle(
    clues: Clues, stories: Sequence[jsonld.Node], pages: Sequence[jsonld.Node], *, entry: Entry | None
) -> tuple[Image | None, tuple[Evidence, ...]]:
    found: list[tuple[str, str, Any]] = []
    for name in (
        "og:image",
        "og:image:secure_url",
        "og:image:url",
        "twitter:image",
        "twitter:image:src",
        "image",
        "thumbnailurl",
    ):
        for content in clues.meta.get(name, ())[:1]:
            found.append((f"meta:{name}", content, None))
    for node in [*stories[:2], *pages[:2]]:
        for value in _images(node.get("image") or node.get("primaryImageOfPage") or node.get("thumbnailUrl")):
            found.append(("json-ld:image", *value))
            break
    if clues.links.get("image_src"):
        found.append(("link:image_src", clues.links["image_src"], None))
    if entry and entry.image:
        found.append((entry.kind, entry.image, None))
    base = clues.document.base
    usable = [(origin, raw, url, node) for origin, raw, node in found if (url := _absolute(base, raw))]
    chosen = next((item for item in usable if not _PLACEHOLDER.search(item[2].rpartition("/")[2])), None)
    evidence = tuple(
        Evidence(field="image", origin=item[0], raw=item[1][:500], chosen=item is chosen) for item in usable
    )
    if chosen is None:
        return None, evidence
    caption, credit = _said(clues, chosen[2])
    for _, _, url, node in usable:
        if isinstance(node, dict) and _same(url, chosen[2]):
            caption = caption or jsonld.text(node.get("caption"))
            credit = credit or jsonld.text(node.get("creditText")) or jsonld.text(node.get("copyrightHolder"))
            credit = credit or jsonld.text(node.get("creator"))
    return Image(url=chosen[2], caption=caption, credit=credit), evidence


def _images(value: Any) -> Iterator[tuple[str, Any]]:
    for item in value[:5] if isinstance(value, list) else [value]:
        if isinstance(item, str) and item.strip():
            yield item.strip(), None
        elif isinstance(item, dict):
            url = item.get("url") or item.get("contentUrl") or item.get("@id")
            url = url[0] if isinstance(url, list) and url else url
            if isinstance(url, str) and url.strip():
                yield url.strip(), item


def _absolute(base: str, raw: str) -> str | None:
    try:
        url = urljoin(base, raw.strip())
        parts = urlsplit(url)
    except ValueError:
        return None
    if (
        parts.scheme not in ("http", "https")
        or not parts.netloc
        or len(url) > 2000
        or any(c in url for c in ' \n<>"')
    ):
        return None
    return url


def _key(url: str) -> str:
    """A file's name without its size: one picture comes in many."""
    return _SIZE.sub("", urlsplit(url).path.rpartition("/")[2].lower())


def _same(a: str, b: str) -> bool:
    return a == b or (len(_key(a)) > 6 and _key(a) == _key(b))


def _said(clues: Clues, url: str) -> tuple[str | None, str | None]:
    """Caption and credit of the figure that shows the picture; of the story's first figure where it is the
    only one."""
    figures = clues.figures[:12]
    shown = [f for f in figures if any(_shows(img, url) for img in f.iter("img", "source"))]
    for figure in shown[:1]:
        return caption_of(figure)
    return None, None


def _shows(img: etree._Element, url: str) -> bool:
    key = _key(url)
    if len(key) < 6:
        return False
    start = key[:6]  # sizes stand at a name's end; few sources have even that, and cutting sizes is slow
    sources = (str(value).lower() for name, value in img.items() if "src" in str(name))
    return any(start in source and key in _SIZE.sub("", source[:4000]) for source in sources)


def caption_of(figure: etree._Element) -> tuple[str | None, str | None]:
    """(caption, credit) of a figure."""
    caption = next(figure.iter("figcaption"), None)
    if caption is None:
        return None, None
    credit = None
    whole = text_of(caption, 1000)
    for element in caption.iter("*"):
        if element is not caption and _CREDIT_NAMES.search(
            f"{element.get('class') or ''} {element.get('itemprop') or ''}"
        ):
            credit = text_of(element, 200) or None
            break
    if credit is None:
        return parted(whole)
    at_end = whole.endswith(credit)
    return _tidied(
        whole[: -len(credit)].rstrip(" |/–—-(") if at_end else whole.replace(credit, " ", 1), credit
    )


def parted(line: str) -> tuple[str | None, str | None]:
    """(caption, credit) of a line under a picture: "The quay at dawn. Photo: Ann Example"."""
    match = _CREDIT.search(line)
    return _tidied(line[: match.start()], match.group(1)) if match else _tidied(line, None)


_CLOSES = {"(": ")", "[": "]"}


def _unwrapped(credit: str) -> str:
    """Without brackets around it or open at one end; those that pair inside stay: "A Meier (dpa)"."""
    credit = credit.strip(" |/:")
    while credit:
        partner = _partners(credit)
        last = len(credit) - 1
        if credit[0] in "()[]" and partner.get(0) in (None, last):
            credit = credit[1:last] if partner.get(0) == last else credit[1:]
        elif credit[last] in "()[]" and last not in partner:
            credit = credit[:last]
        else:
            break
        credit = credit.strip()
    return credit


def _partners(text: str) -> dict[int, int]:
    """Positions of the brackets that pair → that of the other one."""
    partner: dict[int, int] = {}
    opened: list[int] = []
    for position, char in enumerate(text):
        if char in _CLOSES:
            opened.append(position)
        elif opened and char == _CLOSES[text[opened[-1]]]:
            first = opened.pop()
            partner[first], partner[position] = position, first
    return partner


def _tidied(text: str, credit: str | None) -> tuple[str | None, str | None]:
    if credit:
        credit = _CREDIT_WORD.sub("", _CREDIT_WORD.sub("", _unwrapped(credit)))
        credit = _unwrapped(credit).strip(" |/:") or None
    return " ".join(text.split()) or None, credit
