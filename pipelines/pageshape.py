"""How a page is built, in numbers between about 0 and 1: how much of it is prose, links, prices, posts, how
the kept text stands among the rest and who speaks in it. Pure."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from itertools import islice
from typing import Any, Final

from pipelines.document import Document
from pipelines.segment import Block, Frame

#: Counted as they stand in the page's text in lower case: literals are found ten times as fast as patterns.
_WORDS: Final = {
    "words:cart": (
        "add to cart", "add to bag", "add to basket", "warenkorb", "carrito", "panier", "free shipping",
        "in stock", "out of stock",
        "sold out", "buy now", "sku", "customer reviews", "quantity", "wishlist",
    ),
    "words:post": (
        "joined", "replies", "reply", "quote", "member since", "thread", "last edited", "registered",
        "senior member", "new member",
        "likes received", "upvote", "posts:", "#1", "wrote:", "moderator",
    ),
    "words:offer": (
        "get started", "free quote", "request a", "demo", "book a", "free trial", "contact us",
        "contact sales", "schedule a", "call us",
        "call now", "our services", "our team", "our clients", "our customers", "why choose", "we offer",
        "trusted by", "talk to", "apply",
        "enroll", "testimonials", "solutions", "pricing",
    ),
    "words:docs": (
        "syntax", "parameter", "deprecated", "install", "configur", "command", "example", " api", "version",
        "default", "table of contents",
        "on this page", "edit this page", "next page", "reference", "documentation",
    ),
    "words:byline": ("min read", "minute read", "updated", "published", "posted on", "written by",
    "lesezeit", "reviewed by", "author"),
    "words:filter": (
        "sort by", "filter", "results", "showing", "load more", "view all", "see all", "next ›", "items",
        "per page", "products", "read more",
    ),
    "words:we": (" we ", " our ", " you ", " your "),
    "words:ago": (" ago", " am", " pm"),
}  # fmt: skip
#: Each pattern over long texts begins with a set of characters, which is found ten times as fast as a choice.
_PRICE: Final = re.compile(r"[$€£¥₹\d](?:(?<=\D)\s?\d|(?<=\d)\s?(?:€|EUR|USD|kr\b))")
_END: Final = re.compile(r"[.!?…。！？؟”\"»]\s*$")


def describe(
    numbers: dict[str, float],
    document: Document,
    blocks: Sequence[Block],
    kept: Sequence[bool],
    text: str,
    title: str | None,
) -> None:
    """Adds the page's shape to its ``numbers``."""
    _shape(numbers, blocks, kept)
    _concentration(numbers, blocks)
    _kept_text(numbers, blocks, kept, text)
    _place(numbers, blocks, kept)
    _links(numbers, document)
    _headings(numbers, blocks, title)


def _shape(numbers: dict[str, float], blocks: Sequence[Block], kept: Sequence[bool]) -> None:
    chars = links = prose = prose_blocks = short = headings = code = cells = items = kept_links = (
        kept_chars
    ) = 0
    longest = kept_count = kept_headings = kept_items = images = 0
    for block, keep in zip(blocks, kept, strict=True):
        size = len(block.text)
        kind = block.kind
        if kind in ("image", "embed"):
            images += 1
            continue
        chars += size
        links += block.link_chars
        if kind == "heading":
            headings += 1
        elif kind == "code":
            code += size
        elif kind == "cell":
            cells += size
        elif kind == "item":
            items += size
        if size >= 100 and block.link_chars * 3 < size and _END.search(block.text):
            prose += size
            prose_blocks += 1
        elif size < 30:
            short += 1
        if keep:
            kept_count += 1
            kept_chars += size
            kept_links += block.link_chars
            longest = max(longest, size)
            kept_headings += kind == "heading"
            kept_items += kind == "item"
    total = max(1, chars)
    several = max(1, len(blocks))
    numbers["prose"] = prose / total
    numbers["prose:blocks"] = log(prose_blocks, 60)
    numbers["prose:chars"] = log(prose, 30_000)
    numbers["links"] = links / total
    numbers["links:chars"] = log(links, 20_000)
    numbers["short"] = short / several
    numbers["headings"] = headings / several
    numbers["code"] = min(1.0, 4 * code / total)
    numbers["cells"] = cells / total
    numbers["items"] = items / total
    numbers["blocks"] = log(several, 1000)
    numbers["images"] = log(images, 100)
    numbers["kept"] = kept_chars / total
    numbers["kept:chars"] = log(kept_chars, 30_000)
    numbers["kept:few"] = float(kept_chars < 600)
    numbers["kept:links"] = kept_links / max(1, kept_chars)
    numbers["kept:longest"] = log(longest, 2000)
    numbers["kept:mean"] = min(1.0, kept_chars / max(1, kept_count) / 400)
    numbers["kept:headings"] = kept_headings / max(1, kept_count)
    numbers["kept:items"] = kept_items / max(1, kept_count)
    whole = "\n".join(block.text[:160] for block in blocks if block.kind not in ("image", "embed"))[:40_000]
    numbers["words:price"] = log(sum(1 for _ in _PRICE.finditer(whole)), 30)
    whole = whole.lower()
    for name, words in _WORDS.items():
        numbers[name] = log(sum(whole.count(word) for word in words), 60)


_STORY_NAMES: Final = ("article", "entry", "post-", "story", "blog", "body", "content", "rich-text", "prose")
_POST_NAMES: Final = (
    "message",
    "comment",
    "reply",
    "post_",
    "answer",
    "topic",
    "thread",
    "quote",
    "bubble",
    "user",
)
_CARD_NAMES: Final = (
    "card",
    "grid",
    "item",
    "col-",
    "product",
    "tile",
    "slide",
    "feature",
    "hero",
    "section",
    "block",
    "widget",
    "tab",
)


def _concentration(numbers: dict[str, float], blocks: Sequence[Block]) -> None:
    """Whether the prose stands in one place, as a story does, or in many, as posts and offers do."""
    places: dict[Any, int] = {}
    names: dict[Any, str] = {}
    for block in blocks:
        if len(block.text) < 80 or block.kind in ("image", "embed"):
            continue
        parent = block.container.getparent()
        place = parent if parent is not None else block.container
        if place not in places:
            places[place] = 0
            above = place.getparent()
            called = [e.get("class") for e in (block.container, place, above) if e is not None]
            names[place] = " ".join(filter(None, (*called, place.get("id")))).lower()
        places[place] += len(block.text)
    total = max(1, sum(places.values()))
    ordered = sorted(places.values(), reverse=True)
    numbers["places"] = log(len(places), 60)
    numbers["places:first"] = (ordered[0] if ordered else 0) / total
    numbers["places:three"] = sum(ordered[:3]) / total
    numbers["places:second"] = (ordered[1] if len(ordered) > 1 else 0) / max(1, ordered[0] if ordered else 1)
    for feature, words in (
        ("names:story", _STORY_NAMES),
        ("names:post", _POST_NAMES),
        ("names:card", _CARD_NAMES),
    ):
        numbers[feature] = (
            sum(size for place, size in places.items() if any(word in names[place] for word in words)) / total
        )


#: Words by which a text says who speaks; each with the rate that counts as 1.
_VOICES: Final = {
    name: (frozenset(words.split()), most)
    for name, words, most in (
        ("rate:i", "i my me i'm i've i'll i'd mine myself ich mein meine je mon yo mi io", 20),
        ("rate:we", "we our us we're we've we'll ours wir unser unsere uns nous notre nos", 20),
        ("rate:you", "you your you're you'll you've yours sie ihr ihre ihnen du dein vous votre vos", 15),
        ("rate:said", "said says told added according reported announced sagte sagt laut dit selon dijo", 60),
    )
}
_SPOKEN: Final = re.compile(r"\w+(?:['’]\w+)?")
_PLAIN_SPOKEN: Final = re.compile(r"\w+(?:'\w+)?")
#: Characters of the kept text that are read for who speaks.
_READ: Final = 20_000
_DAY: Final = re.compile(
    r"\b(?:\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}-\d\d-\d\d|\d{1,2}:\d\d"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mär|mai|okt|dez)[a-z]*\.? \d{1,2}"
    r"|\d{1,2}\.? (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mär|mai|okt|dez)"
    r"|\d+ (?:second|minute|hour|day|week|month|year)s? ago)",
    re.IGNORECASE,
)
_PHONE: Final = re.compile(r"\(?\b\d{3}\)?[ .-]\d{3}[ .-]\d{4}\b|\+\d{1,3}[ (]")
#: What a day has, and what a phone number has: most lines have neither, and are done with sooner.
_DIGIT: Final = re.compile(r"\d")
_NUMBER: Final = re.compile(r"[\d+](?:(?<=\+)|\d{3})")
_BROKEN: Final = ("…", "...")
#: Characters; shorter lines may be dates, longer ones are no teaser's headline.
_LINE: Final = 60
_HEADLINE: Final = range(25, 141)
_CALLS: Final = frozenset(
    "get contact call book request schedule learn discover shop buy explore join start apply view".split()
    + "download click see find browse kontakt anfragen buchen kaufen bestellen".split()
)


def _kept_text(numbers: dict[str, float], blocks: Sequence[Block], kept: Sequence[bool], text: str) -> None:
    """Who speaks in the kept text, how it is cut up, and what stands between its first and last block."""
    words = Counter(_PLAIN_SPOKEN.findall(text[:_READ].lower().replace("’", "'")))
    total = max(1, words.total())
    for name, (voices, most) in _VOICES.items():
        numbers[name] = min(1.0, most * sum(words[voice] for voice in voices) / total)
    told = [(block, keep) for block, keep in zip(blocks, kept, strict=True) if block.is_text]
    places = [place for place, (_, keep) in enumerate(told) if keep]
    chars = max(1, sum(len(told[place][0].text) for place in places))
    numbers["kept:prose"] = sum(n for p in places if (n := len(told[p][0].text)) >= 100) / chars
    numbers["kept:asks"] = min(1.0, text.count("?") / max(1, len(places)))
    numbers["kept:shouts"] = min(1.0, 2 * text.count("!") / max(1, len(places)))
    runs = sum(1 for above, place in zip([-2, *places], places, strict=False) if above != place - 1)
    numbers["runs"] = log(runs, 30)
    span = [block for block, _ in told[places[0] : places[-1] + 1]] if places else []
    size = max(1, sum(len(block.text) for block in span))
    numbers["span:links"] = sum(block.link_chars for block in span) / size
    numbers["span:linked"] = sum(b.link_chars * 2 > len(b.text) for b in span) / max(1, len(span))
    numbers["span:dates"] = log(
        sum(
            len(b.text) < _LINE and _DIGIT.search(b.text) is not None and _DAY.search(b.text) is not None
            for b in span
        ),
        30,
    )


def _place(numbers: dict[str, float], blocks: Sequence[Block], kept: Sequence[bool]) -> None:
    """The innermost container of most of the kept text: how much else it holds, and in how many parts."""
    lengths = [len(block.text) if block.is_text else 0 for block in blocks]
    chars, told = [0], [0]
    for length, keep in zip(lengths, kept, strict=True):
        chars.append(chars[-1] + length)
        told.append(told[-1] + length * keep)
    for name in ("main:article", "main:parts", "main:big", "main:kept", "main:share"):
        numbers[name] = 0.0
    if not told[-1]:
        return
    longest = max(range(len(blocks)), key=lambda place: lengths[place] * kept[place])
    main = blocks[longest].frame
    while main.parent is not None and told[main.last] - told[main.first] < 0.7 * told[-1]:
        main = main.parent
    within = told[main.last] - told[main.first]
    numbers["main:kept"] = within / max(1, chars[main.last] - chars[main.first])
    numbers["main:share"] = (chars[main.last] - chars[main.first]) / max(1, chars[-1])
    parts = largest = 0
    place = main.first
    while place < main.last:
        part: Frame | None = blocks[place].frame
        while part is not None and part is not main and part.parent is not main:
            part = part.parent
        end = max(place + 1, part.last) if part is not None and part is not main else place + 1
        here = told[end] - told[place]
        parts += here > 0
        largest = max(largest, here)
        place = end
    numbers["main:parts"] = log(parts, 60)
    numbers["main:big"] = largest / told[-1]
    above: Frame | None = main
    while above is not None and above.tag != "article":
        above = above.parent
    numbers["main:article"] = float(above is not None)


_SHARES: Final = ("sharer", "intent/tweet", "share?", "sharearticle")
_MEMBERS: Final = re.compile(r"/(?:user|member|profile|u)[s/]")
#: Links that are looked at, and characters of each.
_MOST_LINKS: Final = 600
_ADDRESS: Final = 120


def _links(numbers: dict[str, float], document: Document) -> None:
    addresses = [(link.get("href") or "")[:_ADDRESS] for link in islice(document.root.iter("a"), _MOST_LINKS)]
    host = document.url.partition("://")[2].partition("/")[0] or "~"
    away = sum(address.startswith("http") and host not in address for address in addresses)
    numbers["links:away"] = away / max(1, len(addresses))
    whole = "\n" + "\n".join(addresses)
    numbers["links:phone"] = float("\ntel:" in whole)
    numbers["links:author"] = float("author" in whole)
    whole = whole.lower()
    numbers["links:share"] = float(any(map(whole.__contains__, _SHARES)))
    numbers["links:members"] = log(sum(1 for _ in _MEMBERS.finditer(whole)), 20)


def _headings(numbers: dict[str, float], blocks: Sequence[Block], title: str | None) -> None:
    """Headings and short lines that are links, as teasers and calls are."""
    headings = [block for block in blocks if block.kind == "heading"]
    linked = sum(block.link_chars * 2 > len(block.text) for block in headings)
    numbers["headings:linked"] = log(linked, 30)
    numbers["headings:linked:share"] = linked / max(1, len(headings))
    numbers["headings:ask"] = log(sum(block.text.endswith("?") for block in headings), 10)
    wanted = (title or "").strip().lower()
    numbers["title:shown"] = float(any(block.text.lower() == wanted for block in headings))
    words = _SPOKEN.findall((title or "")[:300])
    numbers["title:capitals"] = sum(word[0].isupper() for word in words) / max(1, len(words))
    teasers = broken = phones = calls = 0
    for block in blocks:
        if not block.is_text:
            continue
        size = len(block.text)
        teasers += size in _HEADLINE and block.link_chars * 10 > size * 9
        broken += size > _LINE and block.text.endswith(_BROKEN)
        phones += (
            size < 400 and _NUMBER.search(block.text) is not None and _PHONE.search(block.text) is not None
        )
        calls += size < 30 and block.link_chars > 0 and block.text.split(" ", 1)[0].lower() in _CALLS
    numbers["teasers"] = log(teasers, 80)
    numbers["broken"] = log(broken, 15)
    numbers["phones"] = log(phones, 6)
    numbers["calls"] = log(calls, 15)


def log(value: float, top: float) -> float:
    return min(1.0, math.log1p(value) / math.log1p(top))
