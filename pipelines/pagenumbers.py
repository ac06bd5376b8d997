"""A page in numbers between about 0 and 1, by which its kind is told. Pure.

Here is what it says of itself: JSON-LD and meta tags, its address, its own names, its title; how it is built
is in ``pageshape.py``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

from pipelines import pageshape
from pipelines.document import Document
from pipelines.metadata import Metadata
from pipelines.pageshape import log
from pipelines.segment import Block

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
_STORIES: Final = (("Article",), ("NewsArticle",), ("BlogPosting",))

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
_PATH_PATTERNS: Final = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in _PATHS.items()}
_HOST_PATTERNS: Final = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in _HOSTS.items()}
_BODY_PATTERNS: Final = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in _BODY.items()}


def features(
    document: Document, blocks: Sequence[Block], kept: Sequence[bool], text: str, metadata: Metadata
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
    numbers["type:first"] = float(metadata.types[:1] in _STORIES)
    chosen = [(e.field, e.origin) for e in metadata.evidence if e.chosen]
    numbers["author:json"] = float(any(f == "authors" and o.startswith("json") for f, o in chosen))
    numbers["published:text"] = float(
        any(f == "published" and not o.startswith(("json", "meta")) for f, o in chosen)
    )
    _address(numbers, document.url)
    _names(numbers, document)
    _title(numbers, metadata.title)
    pageshape.describe(numbers, document, blocks, kept, text, metadata.title)
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
        (
            "article",
            "form",
            "button",
            "input",
            "time",
            "h1",
            "h2",
            "table",
            "pre",
            "code",
            "video",
            "select",
            "figure",
        ),
        0,
    )
    for element in document.root.iter(*counts):
        counts[element.tag] += 1
    articles = counts["article"]
    for tag in ("form", "button", "input", "time", "h2", "table", "pre", "code"):
        numbers[f"count:{tag}"] = log(counts[tag], 60)
    numbers["count:figure"] = log(counts["figure"], 20)
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
