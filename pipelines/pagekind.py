"""What kind of page it is (article, forum, listing, product, service, documentation), by its shape. Pure.

A page is described by some sixty numbers between about 0 and 1: what its JSON-LD and meta tags call it, its
address, its own names for itself, how much of it is prose, links, prices, posts. A softmax regression over
them gives a probability a kind; its weights lie in ``data/models/page-kind.json`` and can be read there.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from functools import cache
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

import numpy as np

from pipelines.document import Document
from pipelines.metadata import Metadata
from pipelines.resources import packaged

KINDS: Final = ("article", "forum", "listing", "product", "service", "documentation")


class HasBlock(Protocol):
    """What is looked at in a block; pipelines.segment.Block is one."""

    text: str
    kind: str
    link_chars: int
    container: Any


_TYPES: Final = {
    "news": ("NewsArticle", "ReportageNewsArticle", "AnalysisNewsArticle", "OpinionNewsArticle",
    "LiveBlogPosting"),
    "article": ("Article", "BlogPosting", "Report", "ScholarlyArticle", "Recipe", "HowTo", "Review",
    "MedicalWebPage"),
    "tech": ("TechArticle", "APIReference", "SoftwareSourceCode"),
    "product": ("Product", "ProductGroup", "IndividualProduct", "Offer", "AggregateOffer", "Vehicle", "Book",
    "Movie"),
    "listing": ("ItemList", "CollectionPage", "SearchResultsPage", "OfferCatalog", "Blog", "ProfilePage"),
    "forum": ("DiscussionForumPosting", "QAPage", "Question", "DiscussionForum"),
    "service": (
        "Service", "LocalBusiness", "ProfessionalService", "SoftwareApplication", "WebApplication",
        "AboutPage",
        "ContactPage", "HomeAndConstructionBusiness", "MovingCompany", "Corporation", "FAQPage",
        "Restaurant", "Hotel",
    ),
}  # fmt: skip

_PATHS: Final = {
    "path:blog": r"/(?:blogs?|news|articles?|stor(?:y|ies)|posts?|magazine?|insights|artikel|actualit"
    "|noticia|nachrichten)(?:/|$)",
    "path:date": r"/(?:19|20)\d\d/(?:[01]?\d|[a-z]{3})(?:/|$)|/(?:19|20)\d\d-?[01]\d-?[0-3]\d",
    "path:product": r"/(?:products?|dp|p|item|itm|shop|store|buy|produkte?|pd|ip)(?:/|$)|[-/]p-?\d{4,}",
    "path:list": r"/(?:collections?|categor(?:y|ies|ie)|tags?|c|search|archives?|browse|section"
    "|directory|all|list|kategorie|"
    r"channel|explore|latest|popular|best-sellers|deals)(?:/|$)",
    "path:forum": r"/(?:forums?|threads?|t|topic|showthread|viewtopic|questions?|community|discussions?|r|d"
    "|boards?)(?:[/.?]|$)|viewtopic"
    r"|showthread|index\.php\?topic",
    "path:docs": r"/(?:docs?|documentation|manual|reference|api|guides?|wiki|tutorials?|learn|handbook|help"
    "|support|man|library|html)(?:/|$)"
    r"|readthedocs|/latest/|/stable/|/v?\d+\.\d+/",
    "path:service": r"/(?:services?|solutions?|pricing|features?|about(?:-us)?|contact|company|platform"
    "|plans|careers|locations?|"
    r"industries|enterprise|leistungen)(?:/|$)",
}  # fmt: skip
_HOSTS: Final = {
    "host:forum": r"(?:^|\.)(?:forums?|community|discuss|discourse|talk|answers?|boards?)\.|forum"
    "|stackexchange|stackoverflow|reddit",
    "host:docs": r"(?:^|\.)(?:docs?|developers?|dev|help|support|wiki|manual|learn|api)\.|readthedocs|wiki",
    "host:shop": r"(?:^|\.)(?:shop|store|boutique)\.|shop|store",
    "host:blog": r"(?:^|\.)(?:blog|news|magazine)\.|blog|news|times|post|daily|journal|zeitung|press",
}  # fmt: skip
_BODY: Final = {
    "body:single": r"\bsingle\b|single-post|post-template|postid-|article-page|node-type-article"
    "|page-node-type-(?:article|blog)|template-article",
    "body:page": r"\bpage-id-|page-template|\bhome\b|front-page|page-node-type-page|landing",
    "body:product": r"\bproduct\b|single-product|template-product|pdp",
    "body:list": r"\barchive\b|\bcategory\b|\btag\b|template-collection|search-results|\bblog\b|listing",
    "body:forum": r"forum|topic|thread|discourse|bbpress|phpbb|question-page|section-viewtopic",
    "body:docs": r"mediawiki|sphinx|docs?\b|docusaurus|mkdocs|wiki|documentation",
}  # fmt: skip
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
_PRICE: Final = re.compile(r"[$€£¥₹]\s?\d|\d\s?(?:€|EUR|USD|kr\b)")
_PATH_PATTERNS: Final = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in _PATHS.items()}
_HOST_PATTERNS: Final = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in _HOSTS.items()}
_BODY_PATTERNS: Final = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in _BODY.items()}
_END: Final = re.compile(r"[.!?…。！？؟”\"»]\s*$")


def features(
    document: Document, blocks: Sequence[HasBlock], kept: Sequence[bool], text: str, metadata: Metadata
) -> dict[str, float]:
    """The page in numbers."""
    numbers: dict[str, float] = {"one": 1.0}
    kinds = set(metadata.types)
    for name, types in _TYPES.items():
        numbers[f"type:{name}"] = float(not kinds.isdisjoint(types))
    numbers["type:none"] = float(not kinds)
    og = metadata.og_type or ""
    numbers["og:article"] = float("article" in og)
    numbers["og:product"] = float("product" in og)
    numbers["og:website"] = float(og == "website")
    numbers["published"] = float(metadata.published is not None)
    numbers["published:declared"] = float(
        any(
            e.field == "published" and e.chosen and e.origin.startswith(("json", "meta", "micro"))
            for e in metadata.evidence
        )
    )
    numbers["author"] = float(any(a.kind == "person" for a in metadata.authors))
    numbers["author:organization"] = float(bool(metadata.authors) and not numbers["author"])
    numbers["section"] = float(metadata.section is not None)
    numbers["tags"] = float(bool(metadata.tags))
    numbers["body:json"] = float(len(metadata.article_body or "") > 500)
    _address(numbers, document.url)
    _names(numbers, document)
    _title(numbers, metadata.title)
    _shape(numbers, blocks, kept, text)
    return numbers


def _address(numbers: dict[str, float], url: str) -> None:
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    path = parts.path.rstrip("/")
    for name, pattern in _PATH_PATTERNS.items():
        numbers[name] = float(
            pattern.search(parts.path + ("?" + parts.query if parts.query else "")) is not None
        )
    for name, pattern in _HOST_PATTERNS.items():
        numbers[name] = float(pattern.search(parts.netloc) is not None)
    last = path.rpartition("/")[2]
    slug = set(re.split(r"[-_./]", path.lower()))
    for name in ("title:story", "title:offer", "title:sentence"):
        numbers[name.replace("title", "slug")] = min(3, len(slug & _TITLE_SETS[name])) / 3
    numbers["path:home"] = float(not path and bool(url))
    numbers["path:depth"] = min(path.count("/"), 5) / 5
    numbers["path:hyphens"] = min(last.count("-") + last.count("_"), 8) / 8
    numbers["path:slug"] = float(last.count("-") >= 3)
    numbers["path:number"] = float(re.search(r"\d{4,}", last) is not None)


def _names(numbers: dict[str, float], document: Document) -> None:
    body = document.root.find("body")
    name = " ".join(
        filter(None, (e.get(key) for e in (document.root, body) if e is not None for key in ("class", "id")))
    )[:2000]
    for feature, pattern in _BODY_PATTERNS.items():
        numbers[feature] = float(pattern.search(name) is not None)
    counts = dict.fromkeys(
        ("article", "form", "button", "input", "time", "h1", "h2", "table", "pre", "code", "video", "select"),
        0,
    )
    for element in document.root.iter(*counts):
        counts[element.tag] += 1
    articles = counts["article"]
    for tag in ("form", "button", "input", "time", "h2", "table", "pre", "code"):
        numbers[f"count:{tag}"] = _log(counts[tag], 60)
    numbers["count:h1"] = min(counts["h1"], 3) / 3
    numbers["count:select"] = float(counts["select"] > 0)
    numbers["articles:one"] = float(articles == 1)
    numbers["articles:many"] = min(articles, 20) / 20


#: Words of headlines that promise something to read, that offer something, and that only sentences have.
_TITLE_WORDS: Final = {
    "title:story": """how what why when who which where guide tips best top vs versus review reviews ways
    things explained reasons ideas
        mistakes beginners beginner's ultimate complete history trends strategies wie was warum wer welche
        tipps test im comment pourquoi quoi cómo
        qué quién por come perché cosa quem como says said after over amid nach gegen bei after sagt""",
    "title:offer": """services service software solutions solution course courses program programs training
    free shop buy price pricing sale
        products product platform company agency center support official online store management system
        certification forum documentation
        docs reference api""",
    "title:sentence": """the of to is an a in for and with on are be it that this from as at by der die das
    und den von zu ein eine ist für
        mit le la les des et du un une est el los las de y en con il di che per o do da em em som og på att
        är van het een""",
}  # fmt: skip
_TITLE_SETS: Final = {name: frozenset(words.split()) for name, words in _TITLE_WORDS.items()}
_TITLE_WORD: Final = re.compile(r"[^\W_][\w'’]*")


def _title(numbers: dict[str, float], title: str | None) -> None:
    words = _TITLE_WORD.findall((title or "")[:300].lower())
    for name, known in _TITLE_SETS.items():
        numbers[name] = min(3, sum(word in known for word in words)) / 3
    numbers["title:number"] = float(any(word.isdigit() for word in words))
    numbers["title:stop"] = float(
        (title or "").rstrip().endswith((".", "!", "…", "”", '"')) or ": " in (title or "")
    )
    numbers["title:none"] = float(not words)
    numbers["title:words"] = min(len(words), 15) / 15
    numbers["title:short"] = float(0 < len(words) <= 3)
    numbers["title:asks"] = float((title or "").rstrip().endswith("?"))


def _shape(numbers: dict[str, float], blocks: Sequence[HasBlock], kept: Sequence[bool], text: str) -> None:
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
    numbers["prose:blocks"] = _log(prose_blocks, 60)
    numbers["prose:chars"] = _log(prose, 30_000)
    numbers["links"] = links / total
    numbers["links:chars"] = _log(links, 20_000)
    numbers["short"] = short / several
    numbers["headings"] = headings / several
    numbers["code"] = min(1.0, 4 * code / total)
    numbers["cells"] = cells / total
    numbers["items"] = items / total
    numbers["blocks"] = _log(several, 1000)
    numbers["images"] = _log(images, 100)
    numbers["kept"] = kept_chars / total
    numbers["kept:chars"] = _log(kept_chars, 30_000)
    numbers["kept:few"] = float(kept_chars < 600)
    numbers["kept:links"] = kept_links / max(1, kept_chars)
    numbers["kept:longest"] = _log(longest, 2000)
    numbers["kept:mean"] = min(1.0, kept_chars / max(1, kept_count) / 400)
    numbers["kept:headings"] = kept_headings / max(1, kept_count)
    numbers["kept:items"] = kept_items / max(1, kept_count)
    whole = "\n".join(block.text[:160] for block in blocks if block.kind not in ("image", "embed"))[:40_000]
    numbers["words:price"] = _log(sum(1 for _ in _PRICE.finditer(whole)), 30)
    whole = whole.lower()
    for name, words in _WORDS.items():
        numbers[name] = _log(sum(whole.count(word) for word in words), 60)
    _concentration(numbers, blocks)


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


def _concentration(numbers: dict[str, float], blocks: Sequence[HasBlock]) -> None:
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
    numbers["places"] = _log(len(places), 60)
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


def _log(value: float, top: float) -> float:
    return min(1.0, math.log1p(value) / math.log1p(top))


@cache
def _model() -> tuple[tuple[str, ...], np.ndarray[Any, Any]]:
    loaded = json.loads((packaged("models") / "page-kind.json").read_text("utf-8"))
    names = tuple(loaded["features"])
    return names, np.array([loaded["weights"][kind] for kind in KINDS])


def probabilities(numbers: dict[str, float]) -> dict[str, float]:
    """How likely each kind is; the sum is 1."""
    names, weights = _model()
    scores = weights @ np.array([numbers.get(name, 0.0) for name in names])
    scores = np.exp(scores - scores.max())
    return {kind: float(p) for kind, p in zip(KINDS, scores / scores.sum(), strict=True)}
